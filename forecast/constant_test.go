package forecast_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// TestWhatWasAlwaysTheSameNumberIsAsUncertainAsCounting looks at counts on both sides of 30, where whole-number
// quantiles end, at steps with any season and none, in groups of few and of many.
func TestWhatWasAlwaysTheSameNumberIsAsUncertainAsCounting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		step   time.Duration
		values int
		series int
	}{
		{"days", 24 * time.Hour, 60, 2}, {"hours", time.Hour, 24 * 30, 2}, {"weeks", 7 * 24 * time.Hour, 60, 2},
		{"plain steps", 0, 60, 2}, {"many series", 24 * time.Hour, 100, 12}, {"hours of many", time.Hour, 24 * 21, 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var panel []forecast.Series
			for i := range c.series {
				s := forecast.Series{Values: slices.Repeat([]float64{float64(29 + 2*i)}, c.values), Step: c.step}
				if c.step > 0 {
					s.Start = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
				}
				panel = append(panel, s)
			}
			results, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 1, Levels: []float64{0.95}})
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range results {
				level := panel[i].Values[0]
				width := (r.Bands[0].Upper[0] - r.Bands[0].Lower[0]) / (2 * 1.96 * math.Sqrt(level))
				if math.Abs(r.Mean[0]-level) > 1e-6 || width < 0.85 || width > 1.35 {
					t.Errorf("always %v is %v, %.2f times as wide as counting", level, r.Mean[0], width)
				}
			}
		})
	}
}
