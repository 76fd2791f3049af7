package models

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// PhaseAverage is what planners do by hand: the weighted mean of the same weekday (the same hour of the week) over the
// past cycles, the newest counting most.
//
//	f = Σ 0.9^age·y / Σ 0.9^age, over the values of the same phase, age in cycles; weights under a thousandth are left out
//
// Slow to follow and slow to err: Taylor (Management Science 2008) found such averages hard to beat beyond three days
// ahead.
type PhaseAverage struct {
	Period int // steps of a cycle, at least 1
}

const (
	averageFading = 0.9  // weight of a cycle for each that follows it
	minAveraged   = 1e-3 // weight from which a cycle is left out
)

// Fit reports whether the history has a value.
func (p *PhaseAverage) Fit(y []float64) bool { return stat.Count(y) > 0 }

// Predict writes the average of each phase; the mean of the history where a phase has no value.
func (p *PhaseAverage) Predict(y, out []float64) {
	n := len(y)
	for h := range out {
		if h >= p.Period {
			out[h] = out[h-p.Period]
			continue
		}
		sum, total, w := 0.0, 0.0, 1.0
		for t := n - p.Period + h; t >= 0 && w > minAveraged; t -= p.Period {
			if v := y[t]; v == v {
				sum += w * v
				total += w
			}
			w *= averageFading
		}
		out[h] = sum / total
		if total == 0 {
			out[h] = stat.Mean(y)
		}
	}
}

// Components returns the season: the average of each step's phase over the cycles before it, NaN in the first.
func (p *PhaseAverage) Components(y []float64, _ int) []Component {
	num, den := make([]float64, p.Period), make([]float64, p.Period)
	season := make([]float64, len(y))
	for t, v := range y {
		k := t % p.Period
		season[t] = num[k] / den[k] // 0/0 is NaN: nothing was known yet
		num[k], den[k] = num[k]*averageFading, den[k]*averageFading
		if !math.IsNaN(v) {
			num[k] += v
			den[k]++
		}
	}
	return []Component{{Name: fmt.Sprintf("season %d", p.Period), Values: season}}
}
