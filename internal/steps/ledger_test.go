package steps_test

import (
	"math"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// What two overrides, a mask and an event did to the forecasts that held, beside what really came.
func TestDecisionsAreJudgedByWhatReallyCame(t *testing.T) {
	t.Parallel()
	var first wrapcast.Date
	w, made := published(t, func(w *world) {
		today := wrapcast.DateOf(w.Clock.Now())
		first = today + 2
		d, org, none := w.Decisions(), w.org(), wrapcast.Forecast{ID: "none", From: today}
		for i, o := range []wrapcast.Override{
			{From: first, To: first + 2, Kind: wrapcast.OverridePercent, Value: 50, Author: "ann", Reason: "Mailing", Ticket: "OPS-1"},
			{From: first + 1, To: first + 60, Kind: wrapcast.OverridePercent, Value: 10, Author: "bob", Reason: "storm", Overlap: wrapcast.OverlapCompound},
		} {
			if _, err := d.AddOverride(t.Context(), org, none, o); err != nil {
				t.Fatal(i, err)
			}
		}
		if _, err := d.AddMask(t.Context(), org, wrapcast.MaskEdit{From: today - 9, To: today - 8, Kind: wrapcast.MaskHide,
			Author: "ann", Reason: "the line was down"}); err != nil {
			t.Fatal(err)
		}
		expected := wrapcast.Change(0.3)
		w.spec.Calendar = &wrapcast.Calendar{Events: []wrapcast.CalendarEvent{{Name: "Price letter",
			Days: wrapcast.Days{From: first, To: first}, Expected: &expected}}}
	}, 20, 13, 6)
	if err := w.view(t).KeepSnapshots(t.Context()); err != nil {
		t.Fatal(err)
	}
	l, err := w.view(t).Ledger(t.Context(), steps.AccuracyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	find := func(kind wrapcast.DecisionKind, author string) wrapcast.LedgerEntry {
		i := slices.IndexFunc(l.Entries, func(e wrapcast.LedgerEntry) bool { return e.Kind == kind && e.Author == author })
		if i < 0 {
			t.Fatalf("no %s by %s among %+v", kind, author, l.Entries)
		}
		return l.Entries[i]
	}
	ann := find(wrapcast.DecisionOverride, "ann")
	if len(ann.Days) != 3 || !ann.Over || ann.Ticket != "OPS-1" {
		t.Fatalf("ann's is %+v", ann)
	}
	for _, d := range ann.Days {
		came := 0.0
		for _, n := range w.handledOn(t, d.Day) {
			came += n
		}
		with := made[0].Total.Mean[d.Day-made[0].From]
		if d.Forecast != made[0].ID || math.Abs(d.With-with) > 1e-6 || math.Abs(d.Without*1.5-with) > 1e-6 || d.Actual != came ||
			math.Abs(d.ValueAdded()-(math.Abs(came-with/1.5)-math.Abs(came-with))) > 1e-6 {
			t.Errorf("%s: %+v, forecast with it %g, actual %g", d.Day, d, with, came)
		}
	}
	if bob := find(wrapcast.DecisionOverride, "bob"); bob.Over || bob.Sum.Days != int(l.To-first) {
		t.Errorf("bob's, which goes on, is %+v", bob)
	}
	if event := find(wrapcast.DecisionEvent, w.spec.Actor); event.Name != "Price letter" || len(event.Days) != 1 ||
		event.Days[0].With < 1.2*event.Days[0].Without {
		t.Errorf("the event is %+v", event)
	}
	if mask := find(wrapcast.DecisionMask, "ann"); mask.Sum.With == mask.Sum.Without || len(mask.Days) < 14 {
		t.Errorf("the mask is %+v", mask)
	}
	if len(l.Authors) != 3 || len(l.Kinds) != 3 || l.Authors[0].Name != "ann" || l.Authors[0].Verdict != wrapcast.VerdictFew {
		t.Errorf("authors are %+v, kinds %+v", l.Authors, l.Kinds)
	}
	rows := accuracy.LedgerOfForecast(l, made[1].ID)
	if len(rows) != 2 || slices.ContainsFunc(rows, func(e wrapcast.LedgerEntry) bool { return e.Sum.Days != 7 }) {
		t.Errorf("the second forecast has the rows %+v", rows)
	}
}
