package steps_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Deleting and keeping the checkpoint come after everything else: where they fail the run is done, and that is said.
func TestWhatFailsAfterARunLosesNothingOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hook := w.spec.Webhook
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
	w.spec.DryRun, w.spec.Webhook = false, hook
	out = w.mustRun(t)
	seen, err := audit.ParseSeen("elsewhere", kept)
	if err != nil {
		t.Fatal(err)
	}
	told := wantTold(t, out)
	if err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		c, err := reports.CheckChain(tx, w.org(), reports.CheckOptions{Against: []audit.Seen{seen, told}})
		if told.Seq == 0 || told.Seq >= seen.Seq || told.Note == "" {
			t.Errorf("the message's checkpoint is of entry %d, signed: %t", told.Seq, told.Note != "")
		}
		forged := told
		forged.Note = strings.Replace(told.Note, told.Hash, seen.Hash, 1)
		if c, _ := reports.CheckChain(tx, w.org(), reports.CheckOptions{Against: []audit.Seen{forged}}); c.Valid {
			t.Error("a checkpoint whose text was changed is taken")
		}
		if !c.Valid || seen.Seq != c.Entries || kept != c.Signed {
			t.Errorf("the checkpoint is of entry %d of %d: %v", seen.Seq, c.Entries, c.Problems)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// wantTold is the signed checkpoint in the message about a run.
func wantTold(t *testing.T, out steps.Outcome) audit.Seen {
	t.Helper()
	for _, d := range out.Deliveries {
		var message struct {
			Data struct {
				Checkpoint string `json:"checkpoint"`
			} `json:"data"`
		}
		if err := json.Unmarshal(d.Body, &message); err != nil {
			t.Fatal(err)
		}
		if message.Data.Checkpoint != "" {
			seen, err := audit.ParseSeen("the message", message.Data.Checkpoint)
			if err != nil {
				t.Fatal(err)
			}
			return seen
		}
	}
	t.Fatalf("none of %d messages has a checkpoint", len(out.Deliveries))
	return audit.Seen{}
}
