package wrapcast_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/wrapcast/wrapcast"

// mayImport is the map of docs/ARCHITECTURE.md: which rooms a room may import. A
// room that is not listed fails the test, so that a new one is placed on purpose.
var mayImport = map[string][]string{
	"":         {},
	"forecast": {},

	"calendar": {""},
	"validate": {""},
	"adjust":   {"", "forecast"},
	"planning": {"", "forecast", "calendar"},
	"demand":   {"", "forecast", "calendar", "planning"},
	"accuracy": {""},
	"audit":    {""},

	"target":        {""},
	"genesys":       {"", "audit", "target"},
	"sim":           {""},
	"store":         {"", "audit"},
	"webhook":       {"", "audit"},
	"export":        {"", "audit"},
	"export/report": {""},

	"steps":   slices.Concat(pure(), adapters()),
	"reports": slices.Concat(pure(), adapters(), []string{"steps"}),
	"service": slices.Concat(pure(), adapters(), []string{"steps"}),
	"web":     slices.Concat(pure(), adapters(), []string{"export/report", "steps", "reports", "service"}),
	"cmd/wrapcast": slices.Concat(pure(), adapters(),
		[]string{"export/report", "steps", "reports", "service", "web", "sim"}),
	"bench": {"", "forecast"},
}

// pure are the packages of numbers and rules, which know no clock, no network and no disk.
func pure() []string {
	return []string{"", "forecast", "calendar", "validate", "adjust", "planning", "demand", "accuracy", "audit"}
}

// adapters are the packages that know one technology each.
func adapters() []string {
	return []string{"target", "genesys", "store", "webhook", "export"}
}

// mayUse lists the only libraries of the rooms that promise to be small.
var mayUse = map[string][]string{
	"":         {},
	"forecast": {"gonum.org/v1/gonum"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func TestArrowsBetweenRoomsPointOneWay(t *testing.T) {
	for _, p := range listPackages(t) {
		room := roomOf(p.ImportPath)
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("room %q is not on the map: place it in mayImport and in docs/ARCHITECTURE.md", room)
			continue
		}
		for _, imp := range p.Imports {
			if ours(imp) && !slices.Contains(allowed, roomOf(imp)) && roomOf(imp) != room {
				t.Errorf("%q imports %q, which the map does not allow", room, roomOf(imp))
			}
		}
	}
}

func TestSmallRoomsUseOnlyTheirLibraries(t *testing.T) {
	for _, p := range listPackages(t) {
		libraries, small := mayUse[roomOf(p.ImportPath)]
		if !small {
			continue
		}
		for _, imp := range p.Imports {
			if !ours(imp) && strings.Contains(strings.Split(imp, "/")[0], ".") && !slices.ContainsFunc(libraries,
				func(l string) bool { return strings.HasPrefix(imp, l) }) {
				t.Errorf("%q imports %q; it may use %v beside the standard library", roomOf(p.ImportPath), imp, libraries)
			}
		}
	}
}

func ours(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// roomOf returns the room a package lies in, without the internal/ that all but the public ones lie under: internal packages
// of a room belong to it.
func roomOf(path string) string {
	room := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	room = strings.TrimPrefix(room, "internal/")
	room, _, _ = strings.Cut(room, "/internal")
	return room
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
