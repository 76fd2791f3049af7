package figures_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contactlog"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
)

var update = flag.Bool("update", false, "write figures.json from the file WRAPCAST_CONTACTS names")

func TestCommittedFiguresAreThoseOfTheFile(t *testing.T) {
	path := os.Getenv("WRAPCAST_CONTACTS")
	if path == "" {
		t.Skip("WRAPCAST_CONTACTS does not name the contact log the figures were measured on")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	log, err := contactlog.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := figures.Measure(log).JSON()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("figures.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("figures.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("figures.json is not what the file says; run this test with -update (-committed +measured):\n%s", diff)
	}
}
