package stat_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

func TestStatisticsOfNothing(t *testing.T) {
	t.Parallel()
	nan := []float64{math.NaN()}
	lo, hi := stat.Range(nan)
	abs, square := stat.Scale([]float64{1, math.NaN()}, 1)
	for what, v := range map[string]float64{
		"mean": stat.Mean(nan), "median": stat.Median(nil), "median by selection": stat.MedianOf(nil), "least": lo,
		"greatest": hi,
		"quantile": stat.Quantile(nil, 0.5), "weighted quantile": stat.WeightedQuantile(nil, nil, 0.5), "scale": abs,
		"squared scale": square,
	} {
		if !math.IsNaN(v) {
			t.Errorf("the %s of nothing is %v", what, v)
		}
	}
	if stat.Sd([]float64{7}) != 0 || stat.Sd(nil) != 0 || stat.Count(nan) != 0 || len(stat.Sorted(nan)) != 0 {
		t.Error("one value scatters, or a missing one counts")
	}
}

// TestScaleOverACycle: the pairs two steps apart that are there differ by 3, 3 and 6.
func TestScaleOverACycle(t *testing.T) {
	t.Parallel()
	abs, square := stat.Scale([]float64{1, 5, 4, 8, math.NaN(), 2, 7}, 2)
	if math.Abs(abs-4) > 1e-12 || math.Abs(square-18) > 1e-12 {
		t.Errorf("scale %v and %v, want 4 and 18", abs, square)
	}
}

// TestAutocorrelationByHand: deviations -2 0 2 0 of a mean of 3; a series that never moves has none.
func TestAutocorrelationByHand(t *testing.T) {
	t.Parallel()
	y := []float64{1, 3, 5, 3}
	for lag, want := range []float64{1, 0, -4.0 / 8, 0} {
		if got := stat.Autocorrelation(y, lag); math.Abs(got-want) > 1e-12 {
			t.Errorf("lag %d: %v, want %v", lag, got, want)
		}
	}
	if got := stat.Autocorrelation([]float64{4, 4, 4}, 1); got != 0 {
		t.Errorf("of a constant: %v", got)
	}
	if got := stat.Autocorrelation([]float64{1, math.NaN(), 5}, 2); math.Abs(got+0.5) > 1e-12 {
		t.Errorf("over a gap: %v, want -1/2", got)
	}
}

// TestWeightedQuantilesByHand: weights 1, 2, 1 have their middles at 1/8, 1/2 and 7/8.
func TestWeightedQuantilesByHand(t *testing.T) {
	t.Parallel()
	x, w := []float64{10, 20, 40}, []float64{1, 2, 1}
	for p, want := range map[float64]float64{0: 10, 0.125: 10, 0.3125: 15, 0.5: 20, 0.6875: 30, 0.875: 40, 1: 40} {
		if got := stat.WeightedQuantile(x, w, p); math.Abs(got-want) > 1e-12 {
			t.Errorf("quantile %v is %v, want %v", p, got, want)
		}
	}
}

func TestQuantilesRiseAndStayInside(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 30).Draw(t, "x")
		w := rapid.SliceOfN(rapid.Float64Range(0.1, 3), len(x), len(x)).Draw(t, "w")
		slices.Sort(x)
		a, b := math.Inf(-1), math.Inf(-1)
		for p := 0.0; p <= 1; p += 0.05 {
			q, r := stat.Quantile(x, p), stat.WeightedQuantile(x, w, p)
			if q < a-1e-9 || r < b-1e-9 || q < x[0] || q > x[len(x)-1] || r < x[0]-1e-9 || r > x[len(x)-1]+1e-9 {
				t.Fatalf("at %v: %v after %v, weighted %v after %v", p, q, a, r, b)
			}
			a, b = q, r
		}
	})
}
