package steps_test

import (
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/reports"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/store"
)

// stocked is a world whose store holds what a perfect extraction would have found, without having asked for it, as of
// an instant. change may add to it what the simulator does not know.
func stocked(t *testing.T, now time.Time, options func(*sim.Options), change func(*wrapcast.Extract)) *world {
	t.Helper()
	at := clock().At(now)
	w := newWorld(t, func(o *sim.Options) {
		o.Clock = at
		options(o)
	})
	w.Clock = at
	directory := w.sim.Directory()
	zone, err := time.LoadLocation(directory.BusinessUnit.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	from := w.sim.Start().Midnight(zone).UTC()
	x := w.sim.Extract(from, now.Truncate(wrapcast.QuarterHour).UTC())
	if change != nil {
		change(&x)
	}
	err = w.Store.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Directory().Save(directory); err != nil {
			return err
		}
		_, err := tx.History().Replace(directory.Organisation.ID, zone, x)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) backtest(t *testing.T, o reports.BacktestOptions) reports.BacktestReport {
	t.Helper()
	r, err := reports.Backtest(t.Context(), w.view(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHandleTimesFollowAShiftOfTheMixBeforeTheHabitsOfPlanning(t *testing.T) {
	if underRace {
		t.Skip("the engine for minutes and nothing concurrent: make chaos does it without the race detector")
	}
	t.Parallel()
	now := time.Date(2026, 1, 20, 12, 0, 0, 0, time.UTC)
	w := stocked(t, now, func(o *sim.Options) {
		o.History, o.Queues, o.Codes, o.Volume = 160, 3, 10, 6
		o.Disturbances.Shift = sim.Shift{Share: 0.6, From: wrapcast.DateOf(now) - 80, Over: 60}
	}, nil)
	r := w.backtest(t, reports.BacktestOptions{Origins: 2})
	t.Logf("%+v codes %v", r.HandleTime, r.Overall.WAPE)
	if mix := r.HandleTime; !(mix.Mix < mix.Recent && mix.Recent < mix.Average) {
		t.Errorf("WAPE of handle times from the mix %.4f, from recent weeks %.4f, from the average %.4f", mix.Mix, mix.Recent, mix.Average)
	}
}

func TestKnowingTheCalendarMakesForecastsOfItsDaysBetter(t *testing.T) {
	if underRace {
		t.Skip("the engine for minutes and nothing concurrent: make chaos does it without the race detector")
	}
	t.Parallel()
	now := time.Date(2026, 1, 6, 12, 0, 0, 0, time.UTC)
	mailing := wrapcast.CalendarEvent{Name: "mailing", Days: wrapcast.Days{From: wrapcast.DateOf(now.AddDate(-1, 0, 9)), Repeat: wrapcast.Monthly}} // on each 15th
	w := stocked(t, now, func(o *sim.Options) { o.History, o.Queues, o.Codes = 400, 2, 6 }, func(x *wrapcast.Extract) {
		for i, o := range x.Observations {
			if o.Start.Add(-5*time.Hour).Day() == 15 {
				x.Observations[i].Handled, x.Observations[i].HandleMs = 2*o.Handled, 2*o.HandleMs
			}
		}
	})
	w.spec.Calendar = &wrapcast.Calendar{Holidays: []string{"US-MA"}, Events: []wrapcast.CalendarEvent{mailing}}
	r := w.backtest(t, reports.BacktestOptions{Origins: 2, WithoutCalendar: true}).SpecialDays
	for _, l := range r.Levels {
		t.Logf("%s with %v without %v", l.Kind, l.With.WAPE, l.Without.WAPE)
		if !(l.With.WAPE < l.Without.WAPE) {
			t.Errorf("%s on special days: WAPE %.3f with the calendar, %.3f without", l.Kind, l.With.WAPE, l.Without.WAPE)
		}
	}
	for _, l := range r.Kinds {
		t.Logf("%s %d with %v without %v", l.Name, l.Days, l.With.WAPE, l.Without.WAPE)
	}
	if r.Days < 4 || len(r.Levels) != len(wrapcast.AccuracyLevels()) {
		t.Errorf("%d special days at %d levels", r.Days, len(r.Levels))
	}
}
