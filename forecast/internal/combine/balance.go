package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

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
		if brought := phaseMean(past, m, h%m, weeks); brought == brought {
			came, expected = came+brought, expected+f
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
	lately, all := stat.Mean(past[len(past)-weeks/2*m:]), stat.Mean(past[len(past)-weeks*m:])
	if !(all > 0) || !(lately > 0) {
		return
	}
	mean := w.forecastAt(u)
	for h := range mean {
		if brought := phaseMean(past, m, h%m, weeks); brought == brought {
			mean[h] = max(mean[h], rareLeast*brought*min(1, lately/all))
		}
	}
}

// phaseMean is the mean of the step h after the past, in a season of m, over the newest cycles; NaN where no value is
// known.
func phaseMean(past []float64, m, h, cycles int) float64 {
	sum, n := 0.0, 0.0
	for k := 1; k <= cycles; k++ {
		if v := past[len(past)-k*m+h]; v == v {
			sum, n = sum+v, n+1
		}
	}
	return sum / n
}
