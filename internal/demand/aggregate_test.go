package demand

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

func ofQueue(queue wrapcast.QueueID) func(wrapcast.Leaf) bool {
	return func(l wrapcast.Leaf) bool { return l.Queue == queue }
}

// placesOf are the places of the leaves that belong.
func placesOf(leaves []wrapcast.LeafForecast, belongs func(wrapcast.Leaf) bool) []int {
	return placesBy(leaves, belongs)[true]
}

func TestHandleTimesOfASumAreWeightedByVolume(t *testing.T) {
	t.Parallel()
	leaf := func(queue wrapcast.QueueID, mean, seconds []float64) wrapcast.LeafForecast {
		return wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Queue: queue}, Mean: mean, HandleSeconds: seconds}
	}
	leaves := []wrapcast.LeafForecast{
		leaf("a", []float64{3, 0}, []float64{100, 50}),
		leaf("b", []float64{90, 90}, []float64{900, 900}),
		leaf("a", []float64{1, 0}, []float64{200, 70}),
	}
	mean, seconds := sumLeaves(leaves, placesOf(leaves, ofQueue("a")), 2)
	wantFigures(t, "contacts", mean, 4, 0)
	// (3·100+1·200)/4, and where there is no contact the plain mean of 50 and 70.
	wantFigures(t, "seconds", seconds, 125, 60)
	mean, seconds = sumLeaves(leaves, placesOf(leaves, ofQueue("c")), 2)
	wantFigures(t, "contacts of nothing", mean, 0, 0)
	wantFigures(t, "seconds of nothing", seconds, 0, 0)
}

func TestMedianAndBoundsMoveWithTheMeanAndStayWhole(t *testing.T) {
	t.Parallel()
	wantFigures(t, "shifted", shifted([]float64{5, 1, 2}, []float64{10, 10, 10}, []float64{12, 7, 10}), 7, 0, 2)
	wantFigures(t, "scaled", scaledBy([]float64{4, 4, 4, 4}, []float64{2, 0, 2, 2}, []float64{3, 5, 2, 0}), 6, 4, 4, 0)
	wantFigures(t, "whole", keepWhole([]float64{2.4, 2.4, 0.2}, []float64{2, 2.5, 0}, math.Ceil), 3, 2.4, 1)
}

func TestSumsAreTheSameButForRounding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b float64
		want bool
	}{
		{1000, 1000, true}, {1000, 1000 + 9e-7, true}, {1000, 1000 - 9e-7, true}, {1000, 1000 + 1.1e-6, false},
		{1000, 1000 - 1.1e-6, false},
		{0, 1e-9, true}, {0, -1e-9, true}, {0, 1.1e-9, false}, {0.5, 0.5 + 9e-10, true}, {2, 3, false}, {3, 2, false},
	} {
		if got := near(c.a, c.b); got != c.want {
			t.Errorf("%.10g and %.10g are the same: %v", c.a, c.b, got)
		}
	}
}

func TestAForecastIsMovedToTheSumOfItsLeaves(t *testing.T) {
	t.Parallel()
	leaves := func(a, b float64) []wrapcast.LeafForecast {
		return []wrapcast.LeafForecast{
			{Leaf: wrapcast.Leaf{Queue: "q"}, Mean: []float64{a}, HandleSeconds: []float64{60}},
			{Leaf: wrapcast.Leaf{Queue: "q"}, Mean: []float64{b}, HandleSeconds: []float64{120}},
			{Leaf: wrapcast.Leaf{Queue: "other"}, Mean: []float64{50}, HandleSeconds: []float64{1}},
		}
	}
	// The engine says 10, the leaves of an ordinary day add up to 12 (two more), and the day is special: 6, a half.
	got := aggregator{before: leaves(8, 4), after: leaves(4, 2)}.daily(forecast.Result{
		Mean: []float64{10}, Median: []float64{9}, Model: "auto", Fallback: "short",
		Bands: []forecast.Band{
			{Level: 0.8, Lower: []float64{5}, Upper: []float64{15}}, {Level: 0.95, Lower: []float64{0.5}, Upper: []float64{15.5}}},
		Members:  []forecast.Member{{Name: "theta", Error: 0.5, Weight: 0.75}},
		Accuracy: forecast.Accuracy{WAPE: 0.1, Bias: -0.2, MASE: 0.3, Origins: 4, Cells: 5},
	}, placesOf(leaves(0, 0), ofQueue("q")))
	want := wrapcast.DailyForecast{
		Mean: []float64{6}, HandleSeconds: []float64{80}, Model: "auto", Fallback: "short",
		Median: []float64{6}, // (9+2)/2 is 5.5
		Bands: []wrapcast.Band{
			{Level: 0.8, Lower: []float64{3}, Upper: []float64{9}},        // (5+2)/2 down, (15+2)/2 up
			{Level: 0.95, Lower: []float64{1.25}, Upper: []float64{8.75}}, // those were not whole before
		},
		Candidates: []wrapcast.CandidateScore{{Model: "theta", Error: 0.5, Weight: 0.75}},
		Accuracy: wrapcast.Accuracy{
			WAPE: 0.1, Bias: -0.2, MASE: 0.3, Coverage: wrapcast.NotMeasured(), Origins: 4, Cells: 5},
	}
	sameMeasures := cmp.Comparer(func(a, b wrapcast.Measure) bool { return a == b || !a.Known() && !b.Known() })
	if diff := cmp.Diff(want, got, sameMeasures); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
