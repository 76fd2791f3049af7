package steps

import (
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// What shards came to is taken for the very panel that was asked of them: whatever a forecast depends on makes another.
func TestAPanelIsToldFromAnyOther(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	panel := func() ([]forecast.Series, forecast.Options) {
		return []forecast.Series{{ID: "a", Start: day, Step: 24 * time.Hour, Values: []float64{1, 2, 3},
			Events: []forecast.Event{{Name: "launch", Dates: []time.Time{day}, Expected: 1.3}}}}, forecast.Options{Horizon: 7, Joint: true}
	}
	series, options := panel()
	first := panelDigest(series, options)
	for name, change := range map[string]func([]forecast.Series, *forecast.Options){
		"a value":             func(s []forecast.Series, _ *forecast.Options) { s[0].Values[1] = 4 },
		"what an event does":  func(s []forecast.Series, _ *forecast.Options) { s[0].Events[0].Expected = 1.4 },
		"when it is":          func(s []forecast.Series, _ *forecast.Options) { s[0].Events[0].Dates[0] = day.AddDate(0, 0, 1) },
		"an event of all":     func(_ []forecast.Series, o *forecast.Options) { o.Events = []forecast.Event{{Name: "x"}} },
		"a regressor":         func(s []forecast.Series, _ *forecast.Options) { s[0].Regressors = []forecast.Regressor{{Name: "x"}} },
		"how many paths":      func(_ []forecast.Series, o *forecast.Options) { o.Paths = 10 },
		"an algorithm":        func(_ []forecast.Series, o *forecast.Options) { o.Algorithm = "theta" },
		"a constant of tests": func(_ []forecast.Series, o *forecast.Options) { o.Tune = map[string]float64{"x": 1} },
	} {
		series, options := panel()
		change(series, &options)
		if panelDigest(series, options) == first {
			t.Errorf("%s: the same digest", name)
		}
	}
	again, options := panel()
	if options.Workers = 3; panelDigest(again, options) != first {
		t.Error("the same panel on other cores has another digest")
	}
}
