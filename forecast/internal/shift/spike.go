package shift

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const (
	spikeCycles  = 4   // newest cycles in which a spike would move levels
	spikePast    = 2   // cycles that must lie before them
	spikeAround  = 8   // cycles that say what a phase is like
	spikeScore   = 8   // robust standard deviations above it
	spikeBeyond  = 2   // times the greatest such deviation of the year before
	maxSpikes    = 2   // more of them in the newest cycles are something else
	frozenValues = 28  // values all alike that say nothing of those that follow
	spikeYear    = 364 // steps that say what the series does by itself
)

// Spikes are the steps of the newest four cycles, two at most, that stand out as nothing in the year before did, or in
// all there is, two cycles at least: one day of a mailing or an outage elsewhere. What is high again and again, or
// lasts, is none. Values are as for Find.
func Spikes(y []float64, m int) []int {
	n := len(y)
	first := max(n-spikeCycles*m, spikePast*m)
	if m < 2 || n-first < m/2 {
		return nil
	}
	z := make([]float64, n)
	for t, v := range y {
		if v < 0 {
			return nil
		}
		z[t] = 2 * math.Sqrt(v+0.375)
	}
	limit := spikeScore * noiseOf(z[:first], m)
	for t := max(m, min(spikeAround*m, first-4*m), n-spikeYear); t < first; t++ {
		if d := beyondPhase(z, t, m); d > 0 {
			limit = max(limit, spikeBeyond*d)
		}
	}
	var found []int
	for t := first; t < n; t++ {
		if beyondPhase(z, t, m) > limit {
			found = append(found, t)
		}
	}
	if len(found) > maxSpikes {
		return nil
	}
	return found
}

// beyondPhase is how far a value lies above the median of its phase in the cycles before it, NaN where either is not
// known.
func beyondPhase(z []float64, t, m int) float64 {
	var buffer [spikeAround]float64
	before := buffer[:0]
	for u := t - m; u >= 0 && u >= t-spikeAround*m; u -= m {
		if z[u] == z[u] {
			before = append(before, z[u])
		}
	}
	if len(before) == 0 {
		return math.NaN()
	}
	return z[t] - stat.MedianOf(before)
}

// Frozen is how many of the first values are one and the same number above zero, 0 where they are fewer than four weeks
// of days or all there is: a placeholder, or another way of counting, that says nothing of values that vary.
func Frozen(y []float64) int {
	first, last, different := math.NaN(), 0, 0
	for t, v := range y {
		switch {
		case v != v:
		case first != first:
			first = v
		case v != first && last == 0:
			last, different = t, 1
		case v != first:
			different++
		}
	}
	if !(first > 0) || stat.Count(y[:last]) < frozenValues || different < minAfterFrozen {
		return 0
	}
	return last
}

// minAfterFrozen is how many other values must follow what was frozen.
const minAfterFrozen = 7
