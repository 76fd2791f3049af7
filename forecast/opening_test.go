package forecast_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// office is a made-up centre that is open from nine to five from Monday to Friday, in steps of a half-hour.
func office(days int, size float64, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 3))
	var y []float64
	for d := range days {
		for half := range 48 {
			v := 0.0
			if d%7 < 5 && half >= 18 && half < 34 {
				v = math.Round(size * (1 + 0.5*math.Sin(float64(half-18)/5)) * (1 + 0.1*rng.NormFloat64()))
			}
			y = append(y, max(0, v))
		}
	}
	return y
}

func TestClosedHoursAreExactlyZeroAndOpenOnesAreNot(t *testing.T) {
	t.Parallel()
	panel := []forecast.Series{
		{ID: "large", Values: office(42, 80, 1), Start: monday, Step: 30 * time.Minute},
		{ID: "small", Values: office(42, 0.6, 2), Start: monday, Step: 30 * time.Minute},
		{ID: "clock round", Values: weekly(42*48, 3), Start: monday, Step: 30 * time.Minute},
	}
	results, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 7 * 48, Levels: []float64{0.95}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results[:2] {
		for h, v := range r.Mean {
			open := h/48 < 5 && h%48 >= 18 && h%48 < 34
			if open != (v > 0) || !open && (r.Median[h] != 0 || r.Bands[0].Lower[h] != 0 || r.Bands[0].Upper[h] != 0) {
				t.Fatalf("%s, step %d: open is %t, forecast %v up to %v", r.ID, h, open, v, r.Bands[0].Upper[h])
			}
		}
	}
	if !mentions(results[0].Notes, "closed") || mentions(results[2].Notes, "closed") {
		t.Errorf("notes %q and %q", results[0].Notes, results[2].Notes)
	}
	if slices.Contains(results[2].Mean, 0) {
		t.Error("a code that is open the clock round took over the others' hours")
	}
	if a := results[0].Accuracy; a.Cells < 48*7 || !(a.WAPE < 0.15) {
		t.Errorf("accuracy over all steps: %+v", a)
	}
}

func TestClosedWeekendsOfDaysAreZeroAndDoNotSpoilTheRest(t *testing.T) {
	t.Parallel()
	y := weekly(180, 4)
	for d := range y {
		if d%7 >= 5 {
			y[d] = 0
		}
	}
	r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}},
		forecast.Options{Horizon: 21, Levels: []float64{0.8}})
	if err != nil {
		t.Fatal(err)
	}
	shape := []float64{80, 60, 50, 50, 40, 0, 0}
	for h, v := range r[0].Mean {
		want := shape[(len(y)+h)%7]
		if want == 0 && (v != 0 || r[0].Bands[0].Upper[h] != 0) || math.Abs(v-want) > 0.3*want {
			t.Errorf("step %d: %v up to %v, want about %v", h, v, r[0].Bands[0].Upper[h], want)
		}
	}
}

func TestAnOutageMovesNoLevelButCountsAsAnError(t *testing.T) {
	t.Parallel()
	whole := weekly(150, 6)
	broken := slices.Clone(whole)
	for _, d := range []int{120, 147, 148, 149} { // the last three days of the history among them
		broken[d] = 0
	}
	run := func(y []float64) forecast.Result {
		r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}},
			forecast.Options{Horizon: 14})
		if err != nil {
			t.Fatal(err)
		}
		return r[0]
	}
	with, without := run(broken), run(whole)
	for h := range with.Mean {
		if math.Abs(with.Mean[h]-without.Mean[h]) > 0.15*without.Mean[h]+3 {
			t.Errorf("step %d: %.1f after an outage, %.1f without", h, with.Mean[h], without.Mean[h])
		}
	}
	if !mentions(with.Notes, "outages") || mentions(without.Notes, "outages") {
		t.Errorf("notes %q and %q", with.Notes, without.Notes)
	}
	if !(with.Accuracy.WAPE > without.Accuracy.WAPE) {
		t.Errorf("an outage costs nothing: %v and %v", with.Accuracy.WAPE, without.Accuracy.WAPE)
	}
}

func TestARareCodeHasNoOutages(t *testing.T) {
	t.Parallel()
	y := make([]float64, 120)
	for d := range y {
		y[d] = b2f(d%4 == 0)
	}
	r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}},
		forecast.Options{Horizon: 7})
	if err != nil {
		t.Fatal(err)
	}
	if mentions(r[0].Notes, "outages") || mentions(r[0].Notes, "closed") {
		t.Errorf("notes %q", r[0].Notes)
	}
}

func mentions(notes []string, word string) bool {
	return slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, word) })
}
