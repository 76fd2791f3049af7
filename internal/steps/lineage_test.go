package steps_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// A change that was suggested and accepted gives the code after it one history, and the forecast follows; withdrawn,
// every bit is as it was before.
func TestHistoryAndForecastFollowAChangeOfCodesBothWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *sim.Options) {
		o.Kinds, o.Codes, o.History, o.Volume = []sim.Kind{sim.KindRecoded}, 24, 150, 4
	})
	w.spec.Algorithm = "weekdayAverage"
	if _, err := w.Extract(t.Context(), w.spec); err != nil {
		t.Fatal(err)
	}
	before, history, suggested := w.forecastNow(t)
	truth := w.sim.CodeChanges()[0]
	i := slices.IndexFunc(suggested, func(s wrapcast.LineageSuggestion) bool { return s.From[0] == truth.From[0] })
	if i < 0 || suggested[i].Kind != truth.Kind || suggested[i].To[0] != truth.To[0].Code || suggested[i].On < truth.On ||
		suggested[i].On > truth.On+2 {
		t.Fatalf("of %+v it is suggested: %+v", truth, suggested)
	}
	change := suggested[i].Change()
	change.Author, change.Reason = "ann", "suggested"
	kept, err := w.Decisions().AddLineage(t.Context(), w.org(), change)
	if err != nil {
		t.Fatal(err)
	}

	after, inherited, left := w.forecastNow(t)
	from, to := change.From[0], change.To[0].Code
	for day, n := range inherited[to] {
		if want := zeroUnknown(history[from][day]) + zeroUnknown(history[to][day]); zeroUnknown(n) != want {
			t.Fatalf("on day %d the code after has %g contacts, the two had %g", day, n, want)
		}
	}
	if len(inherited[from]) != 0 || len(left) != len(suggested)-1 {
		t.Errorf("the code before keeps %d days; %d changes are suggested, %d before", len(inherited[from]), len(left), len(suggested))
	}
	if codeMean(after, from) != 0 || codeMean(after, to) == codeMean(before, to) {
		t.Errorf("forecast: %g contacts of the code before, %g of the one after, %g without its history",
			codeMean(after, from), codeMean(after, to), codeMean(before, to))
	}

	if err := steps.WithdrawDecision[wrapcast.LineageChange](t.Context(), w.Decisions(), w.org(), string(kept.ID), "ann"); err != nil {
		t.Fatal(err)
	}
	if again, _, _ := w.forecastNow(t); compact(t, again) != compact(t, before) {
		t.Error("withdrawn, the forecast is not what it was before")
	}
}

// forecastNow is the forecast of four weeks, with the history of each code, and what looks like changes of codes.
func (w *world) forecastNow(t *testing.T) (
	wrapcast.Forecast, map[wrapcast.CodeID][]float64, []wrapcast.LineageSuggestion,
) {
	t.Helper()
	v := w.view(t)
	h, err := v.LoadHistory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := v.Forecast(t.Context(), h, v.Judge(h), 28)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[wrapcast.CodeID][]float64{}
	for _, c := range h.Codes() {
		codes[c.Key] = c.Handled
	}
	return f, codes, v.SuggestLineage(h)
}

func zeroUnknown(n float64) float64 {
	if math.IsNaN(n) {
		return 0
	}
	return n
}

func codeMean(f wrapcast.Forecast, code wrapcast.CodeID) (sum float64) {
	for _, c := range f.Codes {
		if c.Code.ID == code {
			for _, m := range c.Mean {
				sum += m
			}
		}
	}
	return sum
}

func compact(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
