package forecast_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
)

// special draws a panel of n days of a week, in which some days bring so many times as much.
func special(series, n int, factor func(d int) float64) []forecast.Series {
	var panel []forecast.Series
	for i := range series {
		rng := rand.New(rand.NewPCG(uint64(i), 9))
		y := make([]float64, n)
		for d := range y {
			mean := []float64{50, 45, 40, 40, 35, 20, 15}[d%7] * factor(d)
			y[d] = math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
		}
		panel = append(panel, forecast.Series{ID: fmt.Sprint(i), Values: y, Start: monday, Step: day})
	}
	return panel
}

// TestDaysThatReturnAreLearnedWithoutAName: the 1st of each month brings twice as much, 24 December a third.
func TestDaysThatReturnAreLearnedWithoutAName(t *testing.T) {
	t.Parallel()
	first := func(d int) float64 { return 1 + b2f(monday.AddDate(0, 0, d).Day() == 1) }
	eve := func(d int) float64 {
		return 1 - 0.67*b2f(monday.AddDate(0, 0, d).Format("0102") == "1224")
	}
	for name, c := range map[string]struct {
		factor func(d int) float64
		n      int
		notes  string
	}{
		"the first of the month": {first, 400, "day 1 of the month"},
		"Christmas Eve":          {eve, 1085, "24 December"},
		"nothing":                {func(int) float64 { return 1 }, 1085, ""},
	} {
		for c.notes != "" && c.factor(c.n+3) == 1 {
			c.n++
		}
		r, err := forecast.Run(t.Context(), special(6, c.n, c.factor), forecast.Options{Horizon: 7})
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range r {
			want := []float64{50, 45, 40, 40, 35, 20, 15}[(c.n+3)%7] * c.factor(c.n+3)
			if math.Abs(f.Mean[3]-want) > 0.25*want {
				t.Errorf("%s, series %d: %.1f, want about %.1f", name, i, f.Mean[3], want)
			}
			if c.notes != "" && !mentions(f.Notes, c.notes) || c.notes == "" && mentions(f.Notes, "event") {
				t.Errorf("%s: notes %q", name, f.Notes)
			}
		}
	}
}
