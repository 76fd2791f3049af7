package forecast_test

import (
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// closures are three days on which only a fifth of the usual contacts come, the last of them in the future.
func closures(n int) (days []time.Time, isPast func(t int) bool) {
	steps := []int{n - 400, n - 200, n + 3}
	for _, s := range steps {
		days = append(days, monday.AddDate(0, 0, s))
	}
	return days, func(t int) bool { return t == steps[0] || t == steps[1] }
}

func TestEventsOfThePastShapeThoseOfTheFuture(t *testing.T) {
	t.Parallel()
	const n = 500
	days, past := closures(n)
	var panel []forecast.Series
	for i := range 4 {
		y := weekly(n, uint64(20+i))
		for step := range y {
			if past(step) {
				y[step] /= 5
			}
		}
		panel = append(panel, forecast.Series{ID: "x", Values: y, Start: monday, Step: day})
	}
	panel = append(panel, forecast.Series{ID: "new", Values: weekly(60, 9), Start: monday.AddDate(0, 0, n-60),
		Step: day})
	opt := forecast.Options{Horizon: 7}
	plain, err := forecast.Run(t.Context(), panel, opt)
	if err != nil {
		t.Fatal(err)
	}
	opt.Events = []forecast.Event{{Name: "closure", Dates: days}}
	told, err := forecast.Run(t.Context(), panel, opt)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range told {
		if ratio := r.Mean[3] / plain[i].Mean[3]; ratio < 0.15 || ratio > 0.45 {
			t.Errorf("series %d: the closure brings %.2f of the usual, want about 0.2", i, ratio)
		}
		if ratio := r.Mean[2] / plain[i].Mean[2]; ratio < 0.9 || ratio > 1.1 {
			t.Errorf("series %d: the day before brings %.2f of the usual", i, ratio)
		}
		if !strings.Contains(strings.Join(r.Notes, "\n"), "event closure") {
			t.Errorf("series %d does not say so: %q", i, r.Notes)
		}
	}
}

func TestRegressionLearnsEventsAndRegressors(t *testing.T) {
	t.Parallel()
	const n = 300
	y, x := weekly(n, 3), make([]float64, n+7)
	for step := range x {
		x[step] = float64(step*step%7) / 7
		if step < n {
			y[step] += 100 * x[step]
		}
	}
	s := forecast.Series{ID: "x", Values: y, Start: monday, Step: day,
		Regressors: []forecast.Regressor{{Name: "mail", Values: x}}}
	r, err := forecast.Run(t.Context(), []forecast.Series{s},
		forecast.Options{Horizon: 7, Algorithm: "regression", Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r[0].Components {
		if c.Name == "regressor mail" {
			near(t, "effect of one unit", c.Values[3]/x[3], 100, 0.1)
			return
		}
	}
	t.Errorf("no component of the regressor among %d", len(r[0].Components))
}

func TestSamplePathsFollowTheIntervals(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{{ID: "x", Values: weekly(300, 4), Start: monday, Step: day}}
	r, err := forecast.Run(t.Context(), panel,
		forecast.Options{Horizon: 5, Levels: []float64{0.8}, Paths: 4000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(r[0].Bands) != 1 || len(r[0].Paths) != 4000 {
		t.Fatalf("%d bands, %d paths", len(r[0].Bands), len(r[0].Paths))
	}
	for h := range 5 {
		in := 0.0
		for _, p := range r[0].Paths {
			in += b2f(p[h] >= r[0].Bands[0].Lower[h] && p[h] <= r[0].Bands[0].Upper[h])
		}
		near(t, "share of paths inside the 80 % interval", in/4000, 0.8, 0.04)
	}
}

func TestWhatNobodyHasSeenIsExpectedAsSaidOrLikeItsKind(t *testing.T) {
	t.Parallel()
	const n = 500
	days, past := closures(n)
	y := weekly(n, 5)
	for step := range y {
		if past(step) {
			y[step] /= 5
		}
	}
	on := func(step int) []time.Time { return []time.Time{monday.AddDate(0, 0, step)} }
	run := func(events ...forecast.Event) forecast.Result {
		r, err := forecast.Run(t.Context(), []forecast.Series{{Values: y, Start: monday, Step: day}},
			forecast.Options{Horizon: 7, Events: events})
		if err != nil {
			t.Fatal(err)
		}
		return r[0]
	}
	closure := forecast.Event{Name: "closure", Dates: days, Group: "holiday"}
	plain := run(closure)
	told := run(closure, forecast.Event{Name: "launch", Dates: on(n), Expected: 1.3},
		forecast.Event{Name: "new holiday", Dates: on(n + 1), Group: "holiday"}, forecast.Event{Name: "fair", Dates: on(n + 2)})
	for h, c := range []struct {
		low, high float64
		note      string
	}{{1.29, 1.31, "event launch: never happened before; expected × 1.30, as was said"},
		{0.1, 0.5, "event new holiday: never happened before; expected × 0."},
		{0.99, 1.01, "event fair: never happened before; expected like an ordinary day"}} {
		if got := told.Mean[h] / plain.Mean[h]; got < c.low || got > c.high || !mentions(told.Notes, c.note) {
			t.Errorf("day %d: × %.3f, want %g to %g; notes %q", h, got, c.low, c.high, told.Notes)
		}
	}
	if got := told.Mean[3] / plain.Mean[3]; got < 0.99 || got > 1.01 {
		t.Errorf("the closure itself is × %.2f of what it was", got)
	}
}
