package steps_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Deleting and keeping the checkpoint come after everything else: where they fail the run is done, and that is said.
func TestWhatFailsAfterARunLosesNothingOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun, w.spec.Webhook = true, ""
	var order []string
	w.Prune = func(context.Context, wrapcast.OrganisationID) error {
		order = append(order, "prune")
		return errors.New("the disk is full")
	}
	w.KeepCheckpoint = func(wrapcast.OrganisationID, int64, string) error {
		order = append(order, "checkpoint")
		return os.ErrNotExist
	}
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.Partial || out.Run.State != wrapcast.RunDone || len(out.Plans) == 0 {
		t.Fatalf("%s, %d plans: %v", out.Run.State, len(out.Plans), err)
	}
	for _, says := range []string{"the disk is full", "the run's signed checkpoint could not be kept elsewhere"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
	if strings.Join(order, " ") != "prune checkpoint" {
		t.Errorf("in this order: %v", order)
	}
	w.Prune = nil
	var kept string
	w.KeepCheckpoint = func(_ wrapcast.OrganisationID, _ int64, signed string) error { kept = signed; return nil }
	w.mustRun(t)
	seen, err := audit.ParseSeen("elsewhere", kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		c, err := reports.CheckChain(tx, w.org(), reports.CheckOptions{Against: []audit.Seen{seen}})
		if !c.Valid || seen.Seq != c.Entries || kept != c.Signed {
			t.Errorf("the checkpoint is of entry %d of %d: %v", seen.Seq, c.Entries, c.Problems)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
