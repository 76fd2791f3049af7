package combine

import "math"

// Means of rare codes come out too low where most hours are zero: smoothing through a root or a logarithm follows the
// middle, and squared errors hardly notice. The plain mean of the last weeks has no such bias; the sum over what lies
// ahead is drawn to it. Median and bounds stay where they are: they are right as they are.

const (
	balanceWeeks = 13  // weeks whose mean the sum is drawn to
	balanceZeros = 0.5 // share of zeros from which it is
	balanceMost  = 2   // times that a mean is raised or lowered
)

// balance multiplies the mean of a rare code from a cut on so that its sum is drawn to what the same phases of the last
// weeks brought. Both sums are kept from zero by what one contact in all those weeks would be.
func (g *weigher) balance(w *seriesRun, u int, mean []float64) {
	if g.mode != double || !w.sparse || w.zeros < balanceZeros || w.Floor != 0 {
		return
	}
	m := g.cfg.Long
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
	for h := range mean {
		mean[h] *= factor
	}
}

// A code that is merely rare is not closed on the weekdays that happened to see nothing for some weeks. What the
// procedure says of a day is at least half of what its phase brought in half a year, as far as the newest half of it is
// not lower altogether.
const (
	rareWeeks = 26  // weeks whose phase average is the least
	rareLeast = 0.5 // share of it
)

// leastOfRare raises the steps of a rare daily count at a cut to what they cannot plausibly fall below.
func (g *weigher) leastOfRare(w *seriesRun, u int) {
	m := g.cfg.Short
	if g.mode != single || m < 2 || !w.sparse || !w.whole || w.Floor != 0 {
		return
	}
	past := w.observed[:w.cut[u]]
	weeks := min(rareWeeks, len(past)/m)
	if weeks < rareWeeks/2 {
		return
	}
	lately, all := meanKnown(past[len(past)-weeks/2*m:]), meanKnown(past[len(past)-weeks*m:])
	if !(all > 0) {
		return
	}
	mean := w.forecastAt(u)
	for h := range mean {
		sum, n := 0.0, 0.0
		for k := 1; k <= weeks; k++ {
			if v := past[len(past)-k*m+h%m]; v == v {
				sum, n = sum+v, n+1
			}
		}
		if n > 0 {
			mean[h] = max(mean[h], rareLeast*sum/n*min(1, lately/all))
		}
	}
}

// meanKnown is the mean of the values that are not missing, 0 where there is none.
func meanKnown(x []float64) float64 {
	sum, n := 0.0, 0
	for _, v := range x {
		if v == v {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(max(n, 1))
}
