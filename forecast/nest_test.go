package forecast

import (
	"slices"
	"testing"
)

func TestBandsHoldTheMedianAndEachOther(t *testing.T) {
	t.Parallel()
	r := Result{Median: []float64{1, 5}, Bands: []Band{ // the levels need not ascend
		{Level: 0.95, Lower: []float64{0.5, 6}, Upper: []float64{0.8, 9}},
		{Level: 0.5, Lower: []float64{1.1, 4}, Upper: []float64{2, 4.5}},
	}}
	r.nest()
	for i, want := range [][2][]float64{{{0.5, 4}, {2, 9}}, {{1, 4}, {2, 5}}} {
		if b := r.Bands[i]; !slices.Equal(b.Lower, want[0]) || !slices.Equal(b.Upper, want[1]) {
			t.Errorf("level %g: %v to %v, want %v to %v", b.Level, b.Lower, b.Upper, want[0], want[1])
		}
	}
}
