package combine

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// A group of few series has no others to learn tails from: more origins are looked at, the newest counting most, and
// quantiles of Student's t with 8 degrees of freedom stand beside the errors seen, with the same weight in all.

const (
	recentCycles = 52     // an origin's weight falls by e over so many short seasons
	sizeOfT      = 0.8839 // mean size of Student's t with 8 degrees of freedom
)

// recency is the weight of an origin.
func (s *errorSpread) recency(u int) float64 {
	return math.Exp(-float64(s.origins[u].back) / float64(recentCycles*max(s.cfg.Short, 1)))
}

// recentSize is the weighted mean over the origins of the mean absolute error.
func (s *errorSpread) recentSize(w *seriesRun) float64 {
	sum, total := 0.0, 0.0
	for u := range s.origins {
		if !w.trusted[u] || !s.origins[u].spreads {
			continue
		}
		e, c := 0.0, 0.0
		for h := range s.window {
			if v := w.errorAt(u, h); v == v {
				e += math.Abs(v)
				c++
			}
		}
		if c > 0 {
			sum += s.recency(u) * e / c
			total += s.recency(u)
		}
	}
	if w.inSample {
		sum += w.spreadPrior * s.sampleSize(w)
		total += w.spreadPrior
	}
	if total == 0 {
		return w.scale
	}
	return max(sum/total, 1e-9*w.scale)
}

// quantilesAlone are those of the series' own standardised errors and of Student's t.
func (s *errorSpread) quantilesAlone(w *seriesRun, probabilities []float64) []float64 {
	var points []point
	total := 0.0
	p := make([]float64, s.phaseCount())
	a := s.size(w, len(s.origins))
	s.phases(w, len(s.origins), a, p)
	for u := range s.origins {
		if !w.trusted[u] || !s.origins[u].spreads || w.floored(a) {
			continue
		}
		for h := range s.window {
			if e := w.errorAt(u, h); e == e {
				points = append(points, point{e / (a * p[(w.cut[u]+h)%len(p)]), s.recency(u)})
				total += s.recency(u)
			}
		}
	}
	if total == 0 {
		total = 1
	}
	for _, q := range tails() {
		points = append(points, point{q, total / gridPoints})
	}
	return quantilesOf(points, probabilities)
}

// tails are quantiles of Student's t with 8 degrees of freedom and mean size 1, worked out once.
var tails = sync.OnceValue(func() []float64 { //nolint:gochecknoglobals // constants, but for the time they take
	t := distuv.StudentsT{Sigma: 1, Nu: 8}
	out := make([]float64, gridPoints)
	for i := range out {
		out[i] = t.Quantile((float64(i)+0.5)/gridPoints) / sizeOfT
	}
	return out
})
