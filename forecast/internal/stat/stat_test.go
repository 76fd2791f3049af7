package stat_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// R: quantile(c(1, 2, 4, 8, 16, 32, 64), c(0.025, 0.1, 0.25, 0.5, 0.9, 0.975), type = 8)
func TestQuantilesAreRsOfTypeEight(t *testing.T) {
	t.Parallel()
	x := []float64{1, 2, 4, 8, 16, 32, 64}
	for p, want := range map[float64]float64{0.025: 1, 0.1: 1.066666666666667, 0.25: 2.333333333333333, 0.5: 8,
		0.9: 61.86666666666667, 0.975: 64} {
		if got := stat.Quantile(x, p); math.Abs(got-want) > 1e-9 {
			t.Errorf("quantile %v is %v, want %v", p, got, want)
		}
	}
}

func TestMedianBySelectionIsTheMedianBySorting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), 1, 60).Draw(t, "x")
		if more := rapid.IntRange(0, 300).Draw(t, "more"); more > 120 { // many values, with ties and runs
			step := rapid.IntRange(1, 40).Draw(t, "step")
			for i := range more {
				x = append(x, x[(i*i)%len(x)]+float64(i%step))
			}
		}
		s := slices.Sorted(slices.Values(x))
		want := (s[(len(s)-1)/2] + s[len(s)/2]) / 2
		if got := stat.MedianOf(x); math.Abs(got-want) > 1e-12 {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestWhatIsNoNumberEndsTheSelection at some value: it has no order.
func TestWhatIsNoNumberEndsTheSelection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.SampledFrom([]float64{math.NaN(), 1, 2, 3, 4, math.Inf(1), math.Inf(-1)}), 1, 40).Draw(t, "x")
		for len(x) < rapid.IntRange(1, 400).Draw(t, "n") {
			x = append(x, x...)
		}
		_ = stat.MedianOf(x)
	})
}

func TestEveryStatisticLeavesMissingValuesOut(t *testing.T) {
	t.Parallel()
	x := []float64{math.NaN(), 3, math.NaN(), 5, 7}
	lo, hi := stat.Range(x)
	if stat.Mean(x) != 5 || stat.Median(x) != 5 || stat.Sd(x) != 2 || stat.Count(x) != 3 || lo != 3 || hi != 7 {
		t.Errorf("mean %v, median %v, sd %v, count %v, range %v %v", stat.Mean(x), stat.Median(x), stat.Sd(x),
			stat.Count(x), lo, hi)
	}
	if abs, square := stat.Scale(x, 1); abs != 2 || square != 4 {
		t.Errorf("scale %v, %v", abs, square)
	}
}
