package demand

import (
	"math"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// aggregator makes the forecasts of subjects that leaves add up to, so that codes, queues, groups and the total add up:
// before are the leaves as if every day were ordinary, after as they are expected.
type aggregator struct{ before, after []wrapcast.LeafForecast }

// placesBy are the places of the leaves that share a key, in their order: each is looked at once, however many keys
// there are.
func placesBy[K comparable](leaves []wrapcast.LeafForecast, key func(wrapcast.Leaf) K) map[K][]int {
	places := map[K][]int{}
	for i, l := range leaves {
		k := key(l.Leaf)
		places[k] = append(places[k], i)
	}
	return places
}

// daily turns an engine's result into the forecast of the leaves at some places. Its mean is their sum. Where that
// is not the engine's own mean, median and bands move with it; on special days they keep their proportion to it.
func (s aggregator) daily(r forecast.Result, places []int) wrapcast.DailyForecast {
	ordinary, _ := sumLeaves(s.before, places, len(r.Mean))
	mean, seconds := sumLeaves(s.after, places, len(r.Mean))
	move := func(values []float64, round func(float64) float64) []float64 {
		return keepWhole(scaledBy(shifted(values, r.Mean, ordinary), ordinary, mean), values, round)
	}
	d := wrapcast.DailyForecast{Mean: mean, HandleSeconds: seconds, Model: r.Model, Fallback: r.Fallback,
		Median: move(r.Median, math.Round)}
	for _, b := range r.Bands {
		d.Bands = append(d.Bands, wrapcast.Band{Level: b.Level, Lower: move(b.Lower, math.Floor),
			Upper: move(b.Upper, math.Ceil)})
	}
	for _, m := range r.Members {
		d.Candidates = append(d.Candidates, wrapcast.CandidateScore{Model: m.Name, Error: wrapcast.Measure(m.Error),
			Weight: m.Weight})
	}
	d.Accuracy = wrapcast.Accuracy{WAPE: wrapcast.Measure(r.Accuracy.WAPE), Bias: wrapcast.Measure(r.Accuracy.Bias),
		MASE: wrapcast.Measure(r.Accuracy.MASE), Coverage: wrapcast.NotMeasured(), Origins: r.Accuracy.Origins,
		Cells: r.Accuracy.Cells}
	return d
}

// sumLeaves adds the leaves at some places up, and averages their handle times by volume.
func sumLeaves(leaves []wrapcast.LeafForecast, places []int, days int) (mean, seconds []float64) {
	mean, seconds = make([]float64, days), make([]float64, days)
	work, plain, n := make([]float64, days), make([]float64, days), 0.0
	for _, i := range places {
		l := leaves[i]
		n++
		for t := range days {
			mean[t] += l.Mean[t]
			work[t] += l.Mean[t] * l.HandleSeconds[t]
			plain[t] += l.HandleSeconds[t]
		}
	}
	for t := range days {
		switch {
		case mean[t] > 0:
			seconds[t] = work[t] / mean[t]
		case n > 0:
			seconds[t] = plain[t] / n
		}
	}
	return mean, seconds
}

// shifted moves values by what one mean differs from another, not below zero.
func shifted(values, from, to []float64) []float64 {
	out := make([]float64, len(values))
	for t, v := range values {
		out[t] = v
		if gap := to[t] - from[t]; !near(to[t], from[t]) {
			out[t] = math.Max(v+gap, 0)
		}
	}
	return out
}

// scaledBy multiplies values by what one mean is of another: the days on which these differ are special.
func scaledBy(values, from, to []float64) []float64 {
	for t := range values {
		if !near(to[t], from[t]) && from[t] > 0 {
			values[t] *= to[t] / from[t]
		}
	}
	return values
}

// keepWhole makes whole what was whole before it moved: the median and the bounds of counts.
func keepWhole(values, before []float64, round func(float64) float64) []float64 {
	for t, v := range before {
		if v == math.Trunc(v) {
			values[t] = round(values[t])
		}
	}
	return values
}

// near reports whether two sums of leaves are the same but for rounding.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, a) }
