package forecast_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast"
)

func TestComponentsOfAutoAddUpToHistoryAndMean(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := forecast.Series{ID: "x", Values: history(t), Start: monday, Step: day}
		opt := forecast.Options{Horizon: rapid.IntRange(1, 20).Draw(t, "horizon"), Explain: true}
		if rapid.Bool().Draw(t, "events") {
			days, _ := closures(len(s.Values))
			opt.Events = []forecast.Event{{Name: "closure", Dates: days}}
		}
		results, err := forecast.Run(t.Context(), []forecast.Series{s}, opt)
		if err != nil {
			t.Fatal(err)
		}
		r := results[0]
		whole := append(append([]float64{}, s.Values...), r.Mean...)
		for step, want := range whole {
			sum, size := 0.0, math.Abs(want)
			for _, c := range r.Components {
				sum += c.Values[step]
				size = math.Max(size, math.Abs(c.Values[step]))
			}
			if !math.IsNaN(want) && !(math.Abs(sum-want) <= 1e-9*math.Max(1, size)) {
				t.Fatalf("step %d: parts add up to %v, want %v", step, sum, want)
			}
		}
	})
}

func TestComponentsNameSeasonsAndEvents(t *testing.T) {
	t.Parallel()
	const n = 500
	days, past := closures(n)
	y := weekly(n, 5)
	for step := range y {
		if past(step) {
			y[step] = 0
		}
	}
	r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}},
		forecast.Options{Horizon: 7, Explain: true, Events: []forecast.Event{{Name: "closure", Dates: days}}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	parts := map[string][]float64{}
	for _, c := range r[0].Components {
		names = append(names, c.Name)
		parts[c.Name] = c.Values
	}
	if got := strings.Join(names, ", "); got != "level, season 7, event closure, rest" {
		t.Errorf("components are %s", got)
	}
	if e := parts["event closure"]; !(e[n+3] < -5) || e[n+2] != 0 {
		t.Errorf("the closure changes %v, the day before %v", e[n+3], e[n+2])
	}
	if s := parts["season 7"]; !(s[0] > 20 && s[6] < -20) {
		t.Errorf("Monday is %v above the level, Sunday %v", s[0], s[6])
	}
}
