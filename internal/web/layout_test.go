package web_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport has the packages of the web that each of them may import.
var mayImport = map[string][]string{
	"handlers":   {"access", "api", "columns", "decided", "figures", "files", "publishing", "scope", "snapshot"},
	"figures":    {"api", "columns", "decided", "files", "scope", "snapshot"},
	"decided":    {"access", "api", "files", "scope", "snapshot"},
	"publishing": {"access", "api", "columns", "files", "scope", "snapshot"},
	"scope":      {"access", "api", "snapshot"},
	"snapshot":   {"api", "columns"},
	"access":     {"api", "auth", "files"},
	"files":      {"api"},
	"api":        {},
	"columns":    {},
	"auth":       {},
}

func TestPackagesOfTheWebImportEachOtherOneWay(t *testing.T) {
	t.Parallel()
	const inside = "/internal/web/internal/"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./internal/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		packages := strings.Fields(line)
		_, name, _ := strings.Cut(packages[0], inside)
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("package %s is not in mayImport", name)
		}
		for _, p := range packages[1:] {
			_, imported, ours := strings.Cut(p, inside)
			if strings.HasSuffix(p, "wrapcast/internal/web") || ours && !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s", name, p)
			}
		}
	}
}
