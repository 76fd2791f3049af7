package stl_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/peers"
	"github.com/wrapcast/wrapcast/forecast/internal/stl"
)

func load(t *testing.T) peers.Numbers {
	t.Helper()
	n, err := peers.Load("../../testdata/peers.txt")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// agree fails where values differ from R's by more than a billionth.
func agree(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(want) == 0 || len(got) != len(want) {
		t.Fatalf("%s: %d values, R has %d", what, len(got), len(want))
	}
	for i, w := range want {
		if math.Abs(got[i]-w) > 1e-9*math.Max(1, math.Abs(w)) {
			t.Errorf("%s: step %d is %.12g, R has %.12g", what, i+1, got[i], w)
			return
		}
	}
}

func TestDecompositionsAgreeWithR(t *testing.T) {
	t.Parallel()
	n := load(t)
	var d stl.Decomposer
	parts := d.Several(n.Values["weekly"], []int{7})
	agree(t, "trend of weekly", parts.Trend, n.Values["mstl.weekly.trend"])
	agree(t, "season of weekly", parts.Seasons[0], n.Values["mstl.weekly.season"])
	parts = d.Several(n.Values["hourly"], []int{24, 168}) // in the buffers of the other
	agree(t, "trend of hourly", parts.Trend, n.Values["mstl.hourly.trend"])
	agree(t, "season 24 of hourly", parts.Seasons[0], n.Values["mstl.hourly.24"])
	agree(t, "season 168 of hourly", parts.Seasons[1], n.Values["mstl.hourly.168"])
}

// TestPartsAddUpToTheSeries at every step, and a level with a season comes apart into the two.
func TestPartsAddUpToTheSeries(t *testing.T) {
	t.Parallel()
	season := []float64{-3, 1, 4, -2, 0, 2, -2}
	y := make([]float64, 70)
	for i := range y {
		y[i] = 10 + season[i%7]
	}
	var d stl.Decomposer
	parts := d.Several(y, []int{7})
	for i, v := range y {
		if sum := parts.Trend[i] + parts.Seasons[0][i] + parts.Remainder[i]; math.Abs(sum-v) > 1e-9 {
			t.Fatalf("step %d: the parts add up to %v, want %v", i, sum, v)
		}
		if math.Abs(parts.Seasons[0][i]-season[i%7]) > 1e-6 || math.Abs(parts.Remainder[i]) > 1e-6 {
			t.Fatalf("step %d: season %v and remainder %v, want %v and 0", i, parts.Seasons[0][i], parts.Remainder[i],
				season[i%7])
		}
	}
}
