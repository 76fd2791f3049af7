package wrapcast_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/wrapcast/wrapcast"

// mayImport has the import rule of every package of docs/ARCHITECTURE.md: which of ours it may import. A package that
// is not listed fails the test, so that a new one is placed on purpose.
var mayImport = map[string][]string{
	"":         {},
	"forecast": {},

	"calendar": {""},
	"validate": {"", "forecast"},
	"adjust":   {"", "forecast"},
	"lineage":  {""},
	"planning": {"", "forecast", "calendar"},
	"demand":   {"", "forecast", "calendar"},
	"silence":  {""},
	"accuracy": {""},
	"audit":    {""},
	"schedule": {""},
	"plain":    {},
	"staffing": {""},
	"intraday": {},
	"ids":      {},
	"traces":   {},

	"source":        {""},
	"target":        {""},
	"genesys":       {"", "audit", "source", "target", "traces"},
	"sim":           {""},
	"store":         {"", "audit", "plain", "traces"},
	"postgrestest":  {},
	"backup":        {"", "store"},
	"retention":     {"", "audit", "store"},
	"webhook":       {"", "audit"},
	"export":        {"", "audit", "plain"},
	"export/report": {""},
	"tables":        {"", "plain"},
	"tables/edited": {"", "tables"},
	"source/files":  {"", "plain", "tables"},
	"target/files":  {"", "forecast"},

	"steps":     slices.Concat(pure(), adapters()),
	"imports":   slices.Concat(pure(), adapters(), []string{"source/files"}),
	"heads":     slices.Concat(pure(), adapters(), []string{"steps"}),
	"today":     slices.Concat(pure(), adapters(), []string{"steps", "heads"}),
	"reports":   slices.Concat(pure(), adapters(), []string{"steps"}),
	"proposals": slices.Concat(pure(), adapters(), []string{"steps", "reports"}),
	"service":   slices.Concat(pure(), adapters(), []string{"steps"}),
	"run":       slices.Concat(pure(), adapters(), []string{"steps", "genesys", "ids"}),
	"web":       slices.Concat(pure(), adapters(), []string{"export/report", "imports", "steps", "heads", "today", "reports", "proposals", "service"}),
	"cmd/wrapcast": slices.Concat(pure(), adapters(),
		[]string{"export/report", "backup", "retention", "ids", "imports", "steps", "heads", "today", "reports", "proposals", "service", "web", "genesys", "sim"}),
	"bench":       {"", "forecast", "staffing", "intraday"},
	"bench/fleet": {"", "postgrestest", "sim", "store"},
}

// pure are the packages of numbers and rules, which know no clock, no network and no disk.
func pure() []string {
	return []string{"", "forecast", "calendar", "validate", "adjust", "planning", "demand", "silence", "accuracy", "audit", "schedule",
		"lineage", "plain", "staffing", "intraday", "traces"}
}

// adapters are the packages that know one technology each.
func adapters() []string {
	return []string{"source", "target", "store", "webhook", "export", "tables", "tables/edited", "target/files"}
}

// mayUse lists the only libraries of the packages that promise to be small.
var mayUse = map[string][]string{
	"":         {},
	"forecast": {"gonum.org/v1/gonum"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func TestImportsFollowTheLayout(t *testing.T) {
	for _, p := range listPackages(t) {
		place := placeOf(p.ImportPath)
		allowed, known := mayImport[place]
		if !known {
			t.Errorf("package %q has no import rule: add it to mayImport and to docs/ARCHITECTURE.md", place)
			continue
		}
		for _, imp := range p.Imports {
			if ours(imp) && !slices.Contains(allowed, placeOf(imp)) && placeOf(imp) != place {
				t.Errorf("%q imports %q, which its import rule does not allow", place, placeOf(imp))
			}
		}
	}
}

func TestSmallPackagesUseOnlyTheirLibraries(t *testing.T) {
	for _, p := range listPackages(t) {
		libraries, small := mayUse[placeOf(p.ImportPath)]
		if !small {
			continue
		}
		for _, imp := range p.Imports {
			if !ours(imp) && strings.Contains(strings.Split(imp, "/")[0], ".") && !slices.ContainsFunc(libraries,
				func(l string) bool { return strings.HasPrefix(imp, l) }) {
				t.Errorf("%q imports %q; it may use %v beside the standard library", placeOf(p.ImportPath), imp, libraries)
			}
		}
	}
}

func TestTheMapHasEveryPackageOfTheLayout(t *testing.T) {
	text, err := os.ReadFile("docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for place := range mayImport {
		if place != "" && !regexp.MustCompile("(?m)^\\| `(internal/)?"+place+"/` \\|").Match(text) {
			t.Errorf("docs/ARCHITECTURE.md has no line for package %q", place)
		}
	}
}

// fileInDocs is a file or directory of ours between backticks; names with <placeholders>, * or … are not.
var fileInDocs = regexp.MustCompile("`((?:cmd|forecast|internal|docs|bench)/[A-Za-z0-9_./-]*)`")

func TestDocsNameOnlyFilesThatExist(t *testing.T) {
	docs, err := filepath.Glob("docs/*.md")
	records, err2 := filepath.Glob("docs/adr/*.md")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for _, doc := range slices.Concat([]string{"README.md", "CONTRIBUTING.md"}, docs, records) {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Error(err)
		}
		for _, found := range fileInDocs.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(string(found[1])); err != nil {
				t.Errorf("%s names %s, which is not there", doc, found[1])
			}
		}
	}
}

func ours(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// placeOf returns a package's name in mayImport: its path without the module and the internal/ that all but the public
// ones lie under. A package under the internal/ of another shares that one's rule.
func placeOf(path string) string {
	place := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	place = strings.TrimPrefix(place, "internal/")
	place, _, _ = strings.Cut(place, "/internal")
	return place
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,Standard", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
}
