package steps_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// The paths of a planning group are possible weeks of which the plan is the mean, quarter-hour by quarter-hour, in
// contacts offered and in handle times; nothing comes in closed hours, and they are the same whenever they are drawn.
func TestThePlanIsTheMeanOfItsGroupsPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun = true
	out, err := w.Run(t.Context(), w.spec)
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.View(t.Context(), out.Run.Organisation, w.spec)
	if err != nil {
		t.Fatal(err)
	}
	wantRemade(t, w, *out.Forecast)
	week, with := *out.Plans[0].Week, 0
	for _, g := range week.Groups[:4] {
		draw := func() (all []wrapcast.GroupPaths) {
			_, err := v.GroupPaths(t.Context(), out.Forecast, week, g.Group, func(p wrapcast.GroupPaths) error {
				p.Offered, p.Seconds = copied(p.Offered), copied(p.Seconds)
				all = append(all, p)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		days := draw()
		if len(days) == 0 {
			continue
		}
		with++
		if with == 1 && !reflect.DeepEqual(days, draw()) {
			t.Fatalf("%s: other paths when they are drawn again", g.Name)
		}
		at, spread := 0, 0.0
		for _, day := range days {
			for q := range day.Offered {
				offered, scatter := meanOf(day.Offered[q])
				seconds, _ := meanOf(day.Seconds[q])
				spread += scatter
				want := g.Offered[at]
				work := 0.0
				for _, r := range day.Reasons {
					work += r.Expected[q]
				}
				if math.Abs(work-seconds) > 1e-6*(1+seconds) {
					t.Fatalf("%s, %s, quarter-hour %d: codes make %v seconds of %v", g.Name, day.Day, q, work, seconds)
				}
				if math.Abs(offered-want) > 1e-6*(1+want) || math.Abs(seconds-want*g.HandleSeconds[at]) > 1e-6*(1+seconds) {
					t.Fatalf("%s, %s, quarter-hour %d: %v contacts of %v seconds in all, planned %v of %v each", g.Name,
						day.Day, q, offered, seconds, want, g.HandleSeconds[at])
				}
				at++
			}
		}
		if at != len(g.Offered) || spread == 0 {
			t.Errorf("%s: %d of %d quarter-hours, spread %v", g.Name, at, len(g.Offered), spread)
		}
	}
	if with < 3 {
		t.Errorf("only %d of four groups have paths", with)
	}
}

func copied(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		out[i] = append([]float64{}, row...)
	}
	return out
}

// meanOf is the mean of some values and the largest distance from it.
func meanOf(values []float64) (mean, farthest float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		farthest = max(farthest, math.Abs(v-mean))
	}
	return mean, farthest
}

// wantRemade makes a forecast again from what is stored: the same bits, until a mask is set, which is then named.
func wantRemade(t *testing.T, w *world, made wrapcast.Forecast) {
	t.Helper()
	same, err := w.Remake(t.Context(), made, made.ID)
	if err != nil || !same.Same || len(same.Changed) > 0 {
		t.Errorf("made again: %+v, %v", same, err)
	}
	mask, err := w.Decisions().AddMask(t.Context(), made.Organisation, wrapcast.MaskEdit{From: made.HistoryTo - 10,
		To: made.HistoryTo - 10, Kind: wrapcast.MaskHide, Author: "ann", Reason: "outage"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.Remake(t.Context(), made, made.ID)
	if err != nil || other.Same || !reflect.DeepEqual(other.Changed, []string{"masks"}) {
		t.Errorf("made again with another mask: %+v, %v", other, err)
	}
	if err := steps.WithdrawDecision[wrapcast.MaskEdit](t.Context(), w.Decisions(), made.Organisation, string(mask.ID), "ann"); err != nil {
		t.Fatal(err)
	}
	wantOneDayNamed(t, w, made)
}

// wantOneDayNamed changes one day of the history, as a late code does, and puts it back.
func wantOneDayNamed(t *testing.T, w *world, made wrapcast.Forecast) {
	t.Helper()
	day := made.HistoryTo - 9
	e := wrapcast.Extract{From: day.Midnight(time.UTC), To: (day + 1).Midnight(time.UTC), ReadAt: w.Clock.Now()}
	replace := func() {
		t.Helper()
		if err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.History().Replace(made.Organisation, time.UTC, e)
			if err == nil { // an extraction ends with an entry, which has the digests of what it read
				_, err = tx.Audit().Append(wrapcast.AuditEntry{Organisation: made.Organisation, Action: "extract", Status: "ok"})
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(made.Organisation, e.From, e.To) {
			if err != nil {
				return err
			}
			e.Observations = append(e.Observations, o)
		}
		return nil
	}); err != nil || len(e.Observations) == 0 {
		t.Fatalf("%d observations: %v", len(e.Observations), err)
	}
	for i := range e.Observations {
		e.Observations[i].Handled += 7
	}
	replace()
	changed, err := w.Remake(t.Context(), made, made.ID)
	if err != nil || changed.Same || !reflect.DeepEqual(changed.Changed, []string{"history of " + day.String() + " (UTC)"}) {
		t.Errorf("made again with a day that is another: %+v, %v", changed, err)
	}
	for i := range e.Observations {
		e.Observations[i].Handled -= 7
	}
	replace()
}
