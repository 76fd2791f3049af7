package forecast_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// TestEveryLengthStepAndHorizonIsAnswered covers what the properties cannot draw for its size: from a horizon longer
// than the history to a hundred thousand points.
func TestEveryLengthStepAndHorizonIsAnswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, horizon int
		step       time.Duration
	}{
		{1, 728, day}, {2, 1, time.Hour}, {21, 90, day}, {300, 728, day}, {1460, 728, day}, {100_000, 14, 7 * day},
		{200, 17_472, time.Hour}, {3000, 17_472, time.Hour}, {520, 104, 7 * day}, {60, 104, 7 * day},
		{1500, 48, 30 * time.Minute}, {2100, 4704, 15 * time.Minute}, {1000, 288, 5 * time.Minute},
		{3000, 60, time.Minute},
	} {
		t.Run(fmt.Sprintf("%d steps of %v, %d ahead", c.n, c.step, c.horizon), func(t *testing.T) {
			t.Parallel()
			cycle := max(7, int(day/c.step))
			y := make([]float64, c.n)
			for i := range y {
				y[i] = math.Round(20 + 15*math.Sin(2*math.Pi*float64(i)/float64(cycle)) + float64(i*i%11))
			}
			r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: c.step}},
				forecast.Options{Horizon: c.horizon, Levels: []float64{0.8, 0.95}})
			if err != nil {
				t.Fatal(err)
			}
			if len(r[0].Mean) != c.horizon {
				t.Fatalf("%d steps", len(r[0].Mean))
			}
			for h, v := range r[0].Mean {
				b := r[0].Bands
				if !(v >= 0 && v <= 200 && b[1].Lower[h] <= b[0].Lower[h] && b[0].Upper[h] <= b[1].Upper[h]) {
					t.Fatalf("step %d: mean %v, bounds %v %v %v %v", h, v, b[1].Lower[h], b[0].Lower[h],
						b[0].Upper[h], b[1].Upper[h])
				}
			}
		})
	}
}
