package demand

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

const (
	// mixFading is the weight of a day for each day after it, where the mix of late is measured: a memory of a week.
	mixFading = 0.85
	// mixWeeks is over how many weeks it is measured how much the mix moves by chance.
	mixWeeks = 8
	// mixAhead is over how many days ahead the mix that is forecast is measured.
	mixAhead = 28
	// maxMixFactor is how many times its forecast a code may become.
	maxMixFactor = 4
)

// followMix moves the mix of codes in each queue and channel from what the codes' own forecasts make of it towards what
// it was of late; the contacts of the queue and channel stay. A code by itself is told from chance slowly, its share of
// a queue sooner, and handle times hang on shares. How far a share moves is James and Stein's positive-part rule
// (1961): the square of what chance does to it, over the square of the difference, is left where it was.
//
// Measured on the simulated organisation, four queues and 16 codes times six, three test periods of 28 days: while 60 %
// of short contacts become long, WAPE of handle times of planning groups 6.5 % against 7.4 % without, of codes 47.7
// against 50.4 %; with nothing moving 6.6 against 6.8 and 49.9 against 50.7 %. On two years of 60 codes at their own
// size codes lose 0.2 %.
func followMix(h *History, leaves []wrapcast.LeafForecast, at []int) {
	streams := map[wrapcast.Stream][]int{}
	for i, l := range h.Leaves {
		key := l.Leaf.Stream()
		streams[key] = append(streams[key], i)
	}
	for _, members := range streams {
		past, ahead := make([][]float64, len(members)), make([][]float64, len(members))
		for j, i := range members {
			past[j], ahead[j] = h.Leaves[i].Handled, leaves[at[i]].Mean
		}
		multiplyMix(ahead, mixFactors(past, ahead))
	}
}

// mixFactors returns the factor of each code's share of its queue and channel: 1 where the forecast has it as it was of
// late.
func mixFactors(past, ahead [][]float64) []float64 {
	expected, late, changes := mixes(past, ahead)
	factors := make([]float64, len(ahead))
	for j := range ahead {
		factors[j] = 1
		difference := late.of[j] - expected.of[j]
		if expected.of[j] == 0 || late.sum == 0 || difference == 0 {
			continue
		}
		noise := changes[j]/2 + expected.of[j]/late.sum
		trust := max(0, 1-noise/(difference*difference))
		factors[j] = min(1+trust*difference/expected.of[j], maxMixFactor)
	}
	return factors
}

// mix is how contacts are shared out, and how many they are.
type mix struct {
	of  []float64
	sum float64
}

func newMix(amounts []float64) mix {
	m := mix{of: make([]float64, len(amounts))}
	for _, v := range amounts {
		m.sum += v
	}
	for j, v := range amounts {
		if m.sum > 0 {
			m.of[j] = v / m.sum
		}
	}
	return m
}

// mixes returns the mix that is forecast for the next weeks and that of late, and for each share half the mean square
// of what it changes from week to week, the variance of one week where nothing but chance moves it.
func mixes(past, ahead [][]float64) (expected, late mix, changes []float64) {
	means, counts := make([]float64, len(ahead)), make([]float64, len(ahead))
	weeks := make([][]float64, mixWeeks)
	for k := range weeks {
		weeks[k] = make([]float64, len(past))
	}
	for j := range ahead {
		for _, v := range ahead[j][:min(mixAhead, len(ahead[j]))] {
			means[j] += v
		}
		weight := 1.0
		for ago := range min(len(past[j]), mixWeeks*week) {
			if v := past[j][len(past[j])-1-ago]; v > 0 {
				counts[j] += weight * v
				weeks[ago/week][j] += v
			}
			weight *= mixFading
		}
	}
	return newMix(means), newMix(counts), weeklyVariance(weeks)
}

// weeklyVariance is half the mean square of the change of each share from one week to the next.
func weeklyVariance(weeks [][]float64) []float64 {
	variance, n := make([]float64, len(weeks[0])), 0.0
	for k := 1; k < len(weeks); k++ {
		before, after := newMix(weeks[k]), newMix(weeks[k-1])
		if before.sum == 0 || after.sum == 0 {
			continue
		}
		n++
		for j := range variance {
			variance[j] += (after.of[j] - before.of[j]) * (after.of[j] - before.of[j]) / 2
		}
	}
	for j := range variance {
		variance[j] /= math.Max(n, 1)
	}
	return variance
}

// multiplyMix multiplies the codes of a queue by their factors on every day, and keeps the sum of the day.
func multiplyMix(ahead [][]float64, factors []float64) {
	for t := range ahead[0] {
		var before, after float64
		for j := range ahead {
			before, after = before+ahead[j][t], after+ahead[j][t]*factors[j]
		}
		if after == 0 {
			continue
		}
		for j := range ahead {
			ahead[j][t] *= factors[j] * before / after
		}
	}
}
