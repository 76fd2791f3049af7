package steps_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Invariant 11: whatever came on a day that is hidden in every code, what is forecast and submitted is the same, bit for
// bit: contacts and handle times of every quarter-hour.
func TestADayHiddenInEveryCodeDoesNotMoveWhatIsSubmitted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun = true
	before := w.mustRun(t)
	day := before.Forecast.HistoryTo - 19
	hide := wrapcast.MaskEdit{From: day, To: day, Kind: wrapcast.MaskHide, Author: "test", Reason: "a mailing"}
	if _, err := w.Decisions().AddMask(t.Context(), w.org(), hide); err != nil {
		t.Fatal(err)
	}
	hidden := w.mustRun(t)
	w.multiply(t, day, 10)
	after := w.mustRun(t)
	if a, b := weekJSON(t, hidden.Plans[0]), weekJSON(t, after.Plans[0]); a != b {
		t.Errorf("what came on %s, which is hidden, moved the plan:\n%s\n%s", day, a, b)
	}
	if a, b := forecastJSON(t, hidden.Forecast), forecastJSON(t, after.Forecast); a != b {
		t.Errorf("what came on %s, which is hidden, moved the forecast", day)
	}
	if _, err := w.Decisions().AddMask(t.Context(), w.org(), wrapcast.MaskEdit{From: day, To: day,
		Kind: wrapcast.MaskShow, Author: "test", Reason: "it was real"}); err != nil {
		t.Fatal(err)
	}
	if shown := w.mustRun(t); weekJSON(t, shown.Plans[0]) == weekJSON(t, after.Plans[0]) {
		t.Error("the day moves nothing when it is shown: the test shows nothing")
	}
}

// multiply makes the contacts of a stored day so many times as many, their handle times and arrivals more than that,
// and all of them come an hour later.
func (w *world) multiply(t *testing.T, day wrapcast.Date, times int) {
	t.Helper()
	v := w.view(t)
	err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
		e := wrapcast.Extract{From: day.Midnight(v.Zone).UTC(), To: (day + 1).Midnight(v.Zone).UTC(), ReadAt: v.At}
		for o, err := range tx.History().Observations(w.org(), e.From, e.To) {
			if err != nil {
				return err
			}
			if o.Start = o.Start.Add(4 * wrapcast.QuarterHour); o.Start.Before(e.To) {
				o.Handled, o.HandleMs = o.Handled*times, o.HandleMs*int64(2*times)
				e.Observations = append(e.Observations, o)
			}
		}
		for a, err := range tx.History().Arrivals(w.org(), e.From, e.To) {
			if err != nil {
				return err
			}
			a.Offered, a.Abandoned = a.Offered*3*times, 0
			e.Arrivals = append(e.Arrivals, a)
		}
		_, err := tx.History().Replace(w.org(), v.Zone, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func weekJSON(t *testing.T, plan wrapcast.Plan) string {
	t.Helper()
	text, err := json.Marshal(plan.Week.Groups)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// forecastJSON is a forecast but for who made it and when.
func forecastJSON(t *testing.T, f *wrapcast.Forecast) string {
	t.Helper()
	same := *f
	same.ID, same.Run, same.MadeAt = "", "", time.Time{}
	text, err := json.Marshal(same)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
