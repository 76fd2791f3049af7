package combine

import "math"

// Means of rare codes come out too low where most hours are zero: smoothing through a root or a logarithm follows the
// middle, and squared errors hardly notice. The plain mean of the last weeks has no such bias; the sum over what lies
// ahead is drawn to it.

const (
	balanceWeeks = 13  // weeks whose mean the sum is drawn to
	balanceZeros = 0.9 // share of zeros from which it is
	balanceMost  = 2   // times that a mean is raised or lowered
)

// balance multiplies the combination of a rare code at a cut so that its sum is drawn to what the same phases of the
// last weeks brought. Both sums are kept from zero by what one contact in all those weeks would be.
func (g *weigher) balance(w *seriesRun, u int) {
	if g.mode != double || !w.sparse || w.zeros < balanceZeros || w.Floor != 0 {
		return
	}
	m, mean := g.cfg.Long, w.forecastAt(u)
	past := w.observed[:w.cut[u]]
	weeks := min(balanceWeeks, len(past)/m)
	if weeks < balanceWeeks/2 {
		return
	}
	came, expected := 0.0, 0.0
	for h, f := range mean {
		sum, n := 0.0, 0.0
		for k := 1; k <= weeks; k++ {
			if v := past[len(past)-k*m+h%m]; v == v {
				sum += v
				n++
			}
		}
		if n > 0 {
			came += sum / n
			expected += f
		}
	}
	least := 1 / float64(weeks)
	factor := math.Pow((came+least)/(expected+least), g.tune.Balance)
	factor = max(1/float64(balanceMost), min(factor, balanceMost))
	median := w.medianAt(u)
	for h := range mean {
		mean[h] *= factor
		median[h] *= factor
	}
}
