package forecast_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast"
)

var monday = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// weekly draws n days of counts with a week and a slow drift: 40 a day, 80 on Mondays, 10 on Sundays.
func weekly(n int, seed uint64) []float64 {
	shape := []float64{80, 60, 50, 50, 40, 20, 10}
	rng := rand.New(rand.NewPCG(seed, 1))
	y := make([]float64, n)
	for t := range y {
		y[t] = math.Max(0, math.Round(shape[t%7]*(1+0.1*math.Sin(float64(t)/90))+4*rng.NormFloat64()))
	}
	return y
}

// history draws any history a user may bring: every length, constant, zero, sparse, shifted, holed.
func history(t *rapid.T) []float64 {
	n := rapid.OneOf(rapid.IntRange(0, 20), rapid.IntRange(21, 100)).Draw(t, "n")
	y := make([]float64, n)
	level := rapid.Float64Range(-100, 1000).Draw(t, "level")
	noise := rapid.SampledFrom([]float64{0, 1, 1000}).Draw(t, "noise")
	kind := rapid.SampledFrom([]string{"noise", "zero", "count", "shift", "spike", "huge"}).Draw(t, "kind")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
	for i := range y {
		y[i] = level + noise*rng.NormFloat64()
		switch kind {
		case "zero":
			y[i] = 0
		case "count":
			y[i] = math.Floor(3 * rng.Float64() * rng.Float64())
		case "shift":
			y[i] += b2f(i > n/2) * 500
		case "spike":
			y[i] += b2f(i == n/2) * 1e9
		case "huge":
			y[i] *= 1e90
		}
	}
	for range rapid.IntRange(0, n).Draw(t, "missing") {
		if rapid.Bool().Draw(t, "holed") {
			y[rng.IntN(n)] = math.NaN()
		}
	}
	return y
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// anyPanel draws a few series, with and without a calendar, and options for them.
func anyPanel(t *rapid.T) ([]forecast.Series, forecast.Options) {
	var panel []forecast.Series
	for range rapid.IntRange(1, 4).Draw(t, "series") {
		s := forecast.Series{ID: "s", Values: history(t)}
		if rapid.Bool().Draw(t, "calendar") {
			s.Start, s.Step = monday, rapid.SampledFrom([]time.Duration{day, time.Hour, 7 * day, time.Second}).Draw(t,
				"step")
		}
		panel = append(panel, s)
	}
	return panel, forecast.Options{
		Horizon:     rapid.IntRange(1, 40).Draw(t, "horizon"),
		Levels:      []float64{0.5, 0.8, 0.95},
		Seasons:     rapid.SampledFrom([][]float64{nil, {7}, {24, 168}, {7, 365.25}, {2.5}, {0}}).Draw(t, "seasons"),
		NonNegative: forecast.NonNegative(rapid.IntRange(0, 2).Draw(t, "sign")),
		Algorithm:   rapid.SampledFrom(append(forecast.Names(), "", forecast.Auto)).Draw(t, "algorithm"),
		Explain:     rapid.Bool().Draw(t, "explain"),
	}
}

// TestGroupsOfAnyLengthGetAnOrderlyForecast: from ten series on a group lends its members their errors, if it has a
// past at all.
func TestGroupsOfAnyLengthGetAnOrderlyForecast(t *testing.T) {
	t.Parallel()
	for _, step := range []time.Duration{0, time.Hour, day, 7 * day} {
		lengths := []int{1, 9, 10, 15, 16, 20, 21, 28, 34, 35, 60}
		if step == time.Hour {
			lengths = []int{54, 55, 79, 80, 360, 361, 384, 400}
		}
		for _, n := range lengths {
			opt := forecast.Options{Horizon: 3, Levels: []float64{0.5, 0.8, 0.95}}
			var panel []forecast.Series
			for i := range 12 {
				s := forecast.Series{ID: "s", Values: weekly(n, uint64(i))}
				if step > 0 {
					s.Start, s.Step = monday, step
				}
				panel = append(panel, s)
			}
			results, err := forecast.Run(t.Context(), panel, opt)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range results {
				mustBeOrderly(t, r, panel[i], opt)
			}
		}
	}
}

func TestAnyHistoryGetsAnOrderlyForecast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		panel, opt := anyPanel(t)
		results, err := forecast.Run(t.Context(), panel, opt)
		if err != nil {
			t.Fatalf("Run: %v", err)
		}
		for i, r := range results {
			mustBeOrderly(t, r, panel[i], opt)
		}
	})
}

// mustBeOrderly fails where a result breaks a promise: numbers throughout, bands around and inside each other, no
// negative count, weights that add up.
func mustBeOrderly(t rapid.TB, r forecast.Result, s forecast.Series, opt forecast.Options) {
	t.Helper()
	floor := math.Inf(-1)
	if opt.NonNegative == forecast.NonNegativeAlways ||
		opt.NonNegative == forecast.NonNegativeAuto &&
			!slices.ContainsFunc(s.Values, func(v float64) bool { return v < 0 }) {
		floor = 0
	}
	if r.Model == "" || len(r.Mean) != opt.Horizon || len(r.Median) != opt.Horizon || len(r.Bands) != len(opt.Levels) {
		t.Fatalf("model %q, %d means, %d medians, %d bands", r.Model, len(r.Mean), len(r.Median), len(r.Bands))
	}
	for h := range opt.Horizon {
		for _, v := range []float64{r.Mean[h], r.Median[h]} {
			if math.IsNaN(v) || math.IsInf(v, 0) || v < floor {
				t.Fatalf("step %d of %q is %v", h, r.Model, v)
			}
		}
		lo, hi := r.Median[h], r.Median[h]
		for _, b := range r.Bands { // levels ascend: each band holds the one before
			if !(b.Lower[h] <= lo && hi <= b.Upper[h]) || b.Lower[h] < floor || math.IsInf(b.Lower[h], 0) ||
				math.IsInf(b.Upper[h], 0) {
				t.Fatalf("step %d, level %g of %q: [%v, %v] around [%v, %v]", h, b.Level, r.Model, b.Lower[h],
					b.Upper[h], lo, hi)
			}
			lo, hi = b.Lower[h], b.Upper[h]
		}
	}
	total := 0.0
	for _, m := range r.Members {
		total += m.Weight
	}
	if len(r.Members) > 0 && math.Abs(total-1) > 1e-9 {
		t.Fatalf("weights add up to %v", total)
	}
}

func TestResultsDoNotDependOnTheNumberOfWorkers(t *testing.T) {
	t.Parallel()
	var panel []forecast.Series
	for i := range 12 {
		panel = append(panel, forecast.Series{ID: string(rune('a' + i)), Values: weekly(150+i%3, uint64(i)),
			Start: monday, Step: day})
	}
	opt := forecast.Options{Horizon: 14, Paths: 3, Explain: true, Workers: 1}
	one, err := forecast.Run(t.Context(), panel, opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{2, 5, 64} {
		opt.Workers = workers
		many, err := forecast.Run(t.Context(), panel, opt)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(one, many, cmpopts.EquateNaNs(), cmpopts.IgnoreUnexported(forecast.Result{})); d != "" {
			t.Fatalf("with %d workers: %s", workers, d)
		}
	}
}

func TestInfinitiesAreRefusedByNameAndPlace(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{{ID: "fine", Values: []float64{1}}, {ID: "wild", Values: []float64{1, 2, math.Inf(1)}}}
	_, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 1})
	e, ok := errors.AsType[*forecast.Error](err)
	if !ok || e.Series != "wild" || e.Position != 2 || !strings.Contains(err.Error(), `"wild", value 3`) {
		t.Errorf("got %v", err)
	}
}

func TestOptionsThatCannotBeMeantAreRefused(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]forecast.Options{
		"Horizon":     {},
		"Levels":      {Horizon: 1, Levels: []float64{95}},
		"Algorithm":   {Horizon: 1, Algorithm: "oracle"},
		"Seasons":     {Horizon: 1, Seasons: []float64{math.NaN()}},
		"NonNegative": {Horizon: 1, NonNegative: 9},
		"Paths":       {Horizon: 1, Paths: -1},
	} {
		_, err := forecast.Run(t.Context(), nil, opt)
		if e, ok := errors.AsType[*forecast.Error](err); !ok || e.Option != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestMaskedDaysKeepTheirPlaceInTheWeek(t *testing.T) {
	t.Parallel()
	y := weekly(84, 3)
	for i := 30; i < 60; i += 2 {
		y[i] = math.NaN()
	}
	for _, name := range append(forecast.Names(), forecast.Auto) {
		if slices.Contains([]string{"mean", "naive", "drift", "croston", "arima"}, name) {
			continue // without a week by design
		}
		r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}},
			forecast.Options{Horizon: 7, Algorithm: name})
		if err != nil {
			t.Fatal(err)
		}
		if m := r[0].Mean; !(m[0] > 60 && m[6] < 30) {
			t.Errorf("%s forgets which day it is: %v", name, m)
		}
	}
}

func TestEmptyHistoriesGetZeroAndSaySo(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, y := range [][]float64{nil, {}, {nan, nan}} {
		r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "new", Values: y}}, forecast.Options{Horizon: 2})
		if err != nil {
			t.Fatal(err)
		}
		if r[0].Mean[1] != 0 || r[0].Fallback == "" {
			t.Errorf("%v: mean %v, fallback %q", y, r[0].Mean, r[0].Fallback)
		}
	}
}

func TestConstantHistoriesStayConstant(t *testing.T) {
	t.Parallel()
	for _, name := range append(forecast.Names(), forecast.Auto) {
		r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "flat", Values: slices.Repeat([]float64{7}, 40)}},
			forecast.Options{Horizon: 3, Seasons: []float64{7}, Algorithm: name})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r[0].Mean {
			near(t, name, v, 7, 1e-6)
		}
	}
}

func TestABudgetLeavesMembersOutAndSaysSo(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{{ID: "x", Values: weekly(700, 1), Start: monday, Step: day}}
	all, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14})
	if err != nil {
		t.Fatal(err)
	}
	few, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14, Budget: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if len(few[0].Members) >= len(all[0].Members) || len(few[0].Members) == 0 || len(few[0].Notes) == 0 {
		t.Errorf("%d of %d members within the budget, notes %q", len(few[0].Members), len(all[0].Members), few[0].Notes)
	}
}
