package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/count"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Counts that are small get whole-number quantiles of a negative binomial around the mean, with a dispersion drawn to the
// group's: variance μ + φ·μ².

const (
	countMean  = 30   // whole numbers below this mean are counts
	leastMean  = 0.01 // a code that was never seen may still come
	phiLeast   = 0.01
	phiMost    = 30
	phiRawLow  = 0.02
	phiRawHigh = 5
)

func (w *work) counted() bool { return w.whole && w.lo >= 0 && w.Floor == 0 && w.mean < countMean }

// dispersion sums what φ is made of: Σ(e²-μ), Σμ² and the number of cells over the backtest.
func (g *group) dispersion(w *work) (num, den, cells float64) {
	for u := range g.origins {
		if !w.trusted[u] {
			continue
		}
		for h, f := range g.said(w, u) {
			e := g.missed(w, u, h)
			if e == e {
				mu := max(f, leastMean)
				num += e*e - mu
				den += mu * mu
				cells++
			}
		}
	}
	return num, den, cells
}

// measureCounts finds the dispersion that series are drawn to.
func (g *group) measureCounts(sample []*work) {
	var raw []float64
	for _, w := range sample {
		if w.counted() {
			if num, den, cells := g.dispersion(w); cells > 0 && den > 0 {
				raw = append(raw, max(phiRawLow, min(num/den, phiRawHigh)))
			}
		}
	}
	g.found.phi = 0.5
	if len(raw) > 0 {
		g.found.phi = stat.Quantile(stat.Sorted(raw), g.tune.PhiShare)
	}
}

// phi is a series' dispersion.
func (g *group) phi(w *work) float64 {
	num, den, cells := g.dispersion(w)
	mean := 0.0
	if cells > 0 {
		mean = math.Sqrt(den / cells)
	}
	n0 := g.tune.PhiPseudo * math.Pow(max(mean, 0.05), 2)
	return max(phiLeast, min((num+g.found.phi*n0)/(den+n0), phiMost))
}

func (w *work) countQuantile(mean, phi, p float64) float64 {
	return count.NegativeBinomial{Mean: max(mean, leastMean), Phi: phi}.Quantile(p)
}
