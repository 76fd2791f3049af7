package combine

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// The width of an interval is v = a·g·p times a quantile of standardised errors:
//
//	a  the series' mean absolute error at the origins (geometric mean over them)
//	g  how errors grow with the lead, over the group
//	p  how errors differ by phase of the season, per series, shrunk to 1
//
// The quantiles are those of errors standardised by an a and p that did not see them, so that the uncertainty of the
// width itself widens them.

const gridPoints = 250 // of the group's quantiles

// errorSpread is how far the combination misses, over a group and for a series.
type errorSpread struct {
	*setup
	ratio float64   // median of a over the series' scale, 0 while it is not known
	lead  []float64 // g
	grid  []float64 // quantiles of standardised errors
	phi   float64   // dispersion that those of counts are drawn to
}

// size returns the geometric mean over the origins of a mask of the mean absolute error, recent ones counting most,
// drawn to the group's with the weight of one origin, at the level of the cut that the mask belongs to.
func (s *errorSpread) size(w *seriesRun, mask int) float64 {
	if s.small {
		return max(s.recentSize(w), w.counting())
	}
	sum, n := 0.0, 0.0
	for u := range s.origins {
		if !w.trusted[u] || !s.origins[u].spreads || !s.allows(mask, u) {
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
			weight := math.Pow(s.tune.OriginFading, float64(s.origins[u].back)/float64(s.window))
			sum += weight * math.Log(max(e/c, 1e-9*w.scale)/s.norm(w, u))
			n += weight
		}
	}
	if w.inSample && w.sample.Variance > 0 {
		sum += w.spreadPrior * math.Log(s.sampleSize(w)/s.norm(w, mask))
		n += w.spreadPrior
	}
	if s.ratio > 0 {
		sum += s.tune.GroupPseudo * math.Log(s.ratio*w.scale/s.norm(w, mask))
		n += s.tune.GroupPseudo
	}
	if n == 0 {
		return w.scale
	}
	return max(math.Exp(sum/n)*s.norm(w, mask), w.counting())
}

// norm is what the width of a series above zero owes to its level at a cut.
func (s *errorSpread) norm(w *seriesRun, u int) float64 {
	if !w.positive || u < len(s.origins) && !w.trusted[u] {
		return 1
	}
	return math.Pow(max(stat.Mean(w.forecastAt(u))/w.mean, 0.01), s.tune.LevelPower)
}

// phases writes p per phase of the season from the origins of a mask.
func (s *errorSpread) phases(w *seriesRun, mask int, a float64, out []float64) {
	m := len(out)
	w.profile(w.n%m, out)
	if s.mode == weekly || s.small && s.mode == single || w.floored(a) {
		return
	}
	count := make([]float64, m)
	for p := range out {
		out[p], count[p] = s.tune.PhasePseudo*out[p], s.tune.PhasePseudo
	}
	for u := range s.origins {
		if !w.trusted[u] || !s.origins[u].spreads || !s.allows(mask, u) {
			continue
		}
		for h := range s.window {
			if e := w.errorAt(u, h); e == e {
				p := (w.cut[u] + h) % m
				out[p] += math.Abs(e) / (a * s.lead[h])
				count[p]++
			}
		}
	}
	for p := range out {
		out[p] /= count[p]
	}
}

func (s *errorSpread) phaseCount() int {
	if s.mode == weekly {
		return 1
	}
	return s.cfg.Short
}

// measure fills the group's spread from the sample.
func (s *errorSpread) measure(sample []*seriesRun) {
	var ratios []float64
	for _, w := range sample {
		if slices.Contains(w.trusted, true) || w.inSample {
			ratios = append(ratios, s.size(w, len(s.origins))/w.scale)
		}
	}
	lead, counts := make([]float64, s.window), make([]float64, s.window)
	for _, w := range sample {
		a := s.size(w, len(s.origins))
		for u := range s.origins {
			for h := range s.window {
				if w.trusted[u] && s.origins[u].spreads {
					if e := w.errorAt(u, h); e == e {
						lead[h] += math.Abs(e) / a
						counts[h]++
					}
				}
			}
		}
	}
	if s.small {
		clear(lead)
	}
	s.ratio, s.lead = stat.Median(ratios), smoothLead(lead, counts, max(1, s.cfg.Short/4))
	s.grid = s.gridOf(sample)
}

// smoothLead turns sums into means, averages them over ± half leads, and divides by their mean.
func smoothLead(sums, counts []float64, half int) []float64 {
	out, total := make([]float64, len(sums)), 0.0
	for h := range out {
		num, den := 0.0, 0.0
		for j := max(0, h-half); j <= min(len(sums)-1, h+half); j++ {
			num += sums[j]
			den += counts[j]
		}
		out[h] = 1
		if den > 0 && num > 0 {
			out[h] = num / den
		}
		total += out[h] / float64(len(sums))
	}
	for h := range out {
		out[h] /= total
	}
	return out
}

// standardised appends the errors of a series, each divided by a width that did not see it.
func (s *errorSpread) standardised(w *seriesRun, to []float64) []float64 {
	p := make([]float64, s.phaseCount())
	for u := range s.origins {
		if !w.trusted[u] || !s.origins[u].spreads {
			continue
		}
		a := s.size(w, u)
		if w.floored(a) {
			continue
		}
		s.phases(w, u, a, p)
		for h := range s.window {
			if e := w.errorAt(u, h); e == e {
				to = append(to, e/(a*s.lead[h]*p[(w.cut[u]+h)%len(p)]))
			}
		}
	}
	return to
}

func (s *errorSpread) gridOf(sample []*seriesRun) []float64 {
	var all []float64
	for _, w := range sample {
		if !w.sparse {
			all = s.standardised(w, all)
		}
	}
	if len(all) == 0 {
		for _, w := range sample {
			all = s.standardised(w, all)
		}
	}
	slices.Sort(all)
	var grid []float64
	for i := range gridPoints {
		if q := stat.Quantile(all, (float64(i)+0.5)/gridPoints); q == q {
			grid = append(grid, q)
		}
	}
	return grid
}

// quantiles of standardised errors for one series: its own and the group's. Histories too short for any past have
// Student's t.
func (s *errorSpread) quantiles(w *seriesRun, probabilities []float64) []float64 {
	if s.small || len(s.grid) == 0 {
		return s.quantilesAlone(w, probabilities)
	}
	own := s.standardised(w, nil)
	points := make([]point, 0, len(own)+len(s.grid))
	for _, e := range own {
		points = append(points, point{e, s.tune.OwnWeight})
	}
	for _, q := range s.grid {
		points = append(points, point{q, s.tune.GridWeight / float64(len(s.grid))})
	}
	return quantilesOf(withT(w, points, s.tune.GridWeight), probabilities)
}

// withT adds quantiles of Student's t to standardised errors of so much weight: all there is before there are pasts,
// nothing after a year of them.
func withT(w *seriesRun, points []point, weight float64) []point {
	for _, q := range tails() {
		points = append(points, point{q, weight * w.spreadPrior / gridPoints})
	}
	return points
}

// point is a value with its weight.
type point struct{ v, w float64 }

func quantilesOf(points []point, probabilities []float64) []float64 {
	slices.SortFunc(points, func(a, b point) int {
		switch {
		case a.v < b.v:
			return -1
		case a.v > b.v:
			return 1
		}
		return 0
	})
	values, weights := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		values[i], weights[i] = p.v, p.w
	}
	out := make([]float64, len(probabilities))
	for i, p := range probabilities {
		out[i] = stat.WeightedQuantile(values, weights, p)
	}
	return out
}
