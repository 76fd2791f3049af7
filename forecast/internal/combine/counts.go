package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/count"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Counts that are small get whole-number quantiles of a negative binomial around the mean, with a dispersion drawn to
// the group's: variance μ + φ·μ².

const (
	countMean  = 30   // whole numbers below this mean are counts
	minMean    = 0.01 // a code that was never seen may still come
	minPhi     = 0.01
	maxPhi     = 30
	phiRawLow  = 0.02
	phiRawHigh = 5
)

func (h *history) counted() bool { return h.whole && h.lo >= 0 && h.Floor == 0 && h.mean < countMean }

// dispersion sums what φ is made of: Σ(e²-μ), Σμ² and the number of cells over the backtest. By the day recent origins
// count most, as they do for widths; hours are too often zero to leave any out.
func (s *errorSpread) dispersion(w *seriesRun) (num, den, cells float64) {
	for u := range s.origins {
		if !w.trusted[u] {
			continue
		}
		weight := 1.0
		if s.mode == single {
			weight = math.Pow(s.tune.OriginFading, float64(s.origins[u].back-s.window)/float64(s.window))
		}
		for h, f := range w.forecastAt(u) {
			e := w.errorAt(u, h)
			if e == e {
				mu := max(f, minMean)
				num += weight * (e*e - mu)
				den += weight * mu * mu
				cells += weight
			}
		}
	}
	if w.inSample {
		prior := s.tune.PhiPrior * w.spreadPrior / s.tune.SpreadPrior
		excess, squares := w.sample.Dispersion(prior)
		num, den, cells = num+excess, den+squares, cells+prior
	}
	return num, den, cells
}

// measureCounts finds the dispersion that series are drawn to.
func (s *errorSpread) measureCounts(sample []*seriesRun) {
	var raw []float64
	for _, w := range sample {
		if w.counted() {
			if num, den, cells := s.dispersion(w); cells > 0 && den > 0 {
				raw = append(raw, max(phiRawLow, min(num/den, phiRawHigh)))
			}
		}
	}
	s.phi = 0.5
	if len(raw) > 0 {
		s.phi = stat.Quantile(stat.Sorted(raw), s.tune.PhiShare)
	}
}

// phi is a series' dispersion.
func (s *errorSpread) phiOf(w *seriesRun) float64 {
	num, den, cells := s.dispersion(w)
	mean := 0.0
	if cells > 0 {
		mean = math.Sqrt(den / cells)
	}
	n0 := s.tune.PhiPseudo * math.Pow(max(mean, 0.05), 2)
	return max(minPhi, min((num+s.phi*n0)/(den+n0), maxPhi))
}

func countQuantile(mean, phi, p float64) float64 {
	return count.NegativeBinomial{Mean: max(mean, minMean), Phi: phi}.Quantile(p)
}
