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

const (
	gridPoints = 250
	smallGroup = 10
)

// spread is what the group knows about errors.
type spread struct {
	ratio float64   // median of a over the series' scale
	lead  []float64 // g
	grid  []float64 // quantiles of standardised errors
}

// missed returns the combination's error at an origin and lead.
func (g *group) missed(w *work, u, h int) float64 { return w.Y[w.cut[u]+h] - g.said(w, u)[h] }

// size returns the geometric mean over the origins of a mask of the mean absolute error, recent ones counting most, drawn to
// the group's with the weight of one origin, at the level of the cut that the mask belongs to.
func (g *group) size(w *work, mask int) float64 {
	if g.small {
		return g.recentSize(w)
	}
	sum, n := 0.0, 0.0
	for u := range g.origins {
		if !w.trusted[u] || !g.origins[u].spreads || !g.allows(mask, u) {
			continue
		}
		e, c := 0.0, 0.0
		for h := range g.window {
			if v := g.missed(w, u, h); v == v {
				e += math.Abs(v)
				c++
			}
		}
		if c > 0 {
			weight := math.Pow(g.tune.OriginFading, float64(g.origins[u].back)/float64(g.window))
			sum += weight * math.Log(max(e/c, 1e-9*w.scale)/g.norm(w, u))
			n += weight
		}
	}
	if g.found.spread != nil && g.found.spread.ratio > 0 {
		sum += g.tune.GroupPseudo * math.Log(g.found.spread.ratio*w.scale/g.norm(w, mask))
		n += g.tune.GroupPseudo
	}
	if n == 0 {
		return w.scale
	}
	return math.Exp(sum/n) * g.norm(w, mask)
}

// norm is what the width of a series above zero owes to its level at a cut.
func (g *group) norm(w *work, u int) float64 {
	if !w.positive || u < len(g.origins) && !w.trusted[u] {
		return 1
	}
	return math.Pow(max(stat.Mean(g.said(w, u))/w.mean, 0.01), g.tune.LevelPower)
}

// phases writes p per phase of the season from the origins of a mask.
func (g *group) phases(w *work, mask int, a float64, out []float64) {
	m := len(out)
	if g.mode == weekly || g.small && g.mode == single {
		for p := range out {
			out[p] = 1
		}
		return
	}
	count := make([]float64, m)
	for p := range out {
		out[p], count[p] = g.tune.PhasePseudo, g.tune.PhasePseudo
	}
	for u := range g.origins {
		if !w.trusted[u] || !g.origins[u].spreads || !g.allows(mask, u) {
			continue
		}
		for h := range g.window {
			if e := g.missed(w, u, h); e == e {
				p := (w.cut[u] + h) % m
				out[p] += math.Abs(e) / (a * g.found.spread.lead[h])
				count[p]++
			}
		}
	}
	for p := range out {
		out[p] /= count[p]
	}
}

func (g *group) phaseCount() int {
	if g.mode == weekly {
		return 1
	}
	return g.cfg.Short
}

// measure fills the group's spread from the sample.
func (g *group) measure(sample []*work) {
	var ratios []float64
	for _, w := range sample {
		if slices.Contains(w.trusted, true) {
			ratios = append(ratios, g.size(w, len(g.origins))/w.scale)
		}
	}
	s := &spread{ratio: stat.Median(ratios), lead: make([]float64, g.window)}
	counts := make([]float64, g.window)
	for _, w := range sample {
		a := g.size(w, len(g.origins))
		for u := range g.origins {
			for h := range g.window {
				if w.trusted[u] && g.origins[u].spreads {
					if e := g.missed(w, u, h); e == e {
						s.lead[h] += math.Abs(e) / a
						counts[h]++
					}
				}
			}
		}
	}
	if g.small {
		clear(s.lead)
	}
	s.lead = smoothLead(s.lead, counts, max(1, g.cfg.Short/4))
	g.found.spread = s
	s.grid = g.gridOf(sample)
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
func (g *group) standardised(w *work, to []float64) []float64 {
	p := make([]float64, g.phaseCount())
	for u := range g.origins {
		if !w.trusted[u] || !g.origins[u].spreads {
			continue
		}
		a := g.size(w, u)
		g.phases(w, u, a, p)
		for h := range g.window {
			if e := g.missed(w, u, h); e == e {
				to = append(to, e/(a*g.found.spread.lead[h]*p[(w.cut[u]+h)%len(p)]))
			}
		}
	}
	return to
}

func (g *group) gridOf(sample []*work) []float64 {
	var all []float64
	for _, w := range sample {
		if !w.sparse {
			all = g.standardised(w, all)
		}
	}
	if len(all) == 0 {
		for _, w := range sample {
			all = g.standardised(w, all)
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

// quantiles of standardised errors for one series: its own and the group's. Histories too short for any past have Student's t.
func (g *group) quantiles(w *work, probabilities []float64) []float64 {
	if g.small || len(g.found.spread.grid) == 0 {
		return g.quantilesAlone(w, probabilities)
	}
	own := g.standardised(w, nil)
	points := make([]point, 0, len(own)+len(g.found.spread.grid))
	for _, e := range own {
		points = append(points, point{e, g.tune.OwnWeight})
	}
	for _, q := range g.found.spread.grid {
		points = append(points, point{q, g.tune.GridWeight / float64(len(g.found.spread.grid))})
	}
	return quantilesOf(points, probabilities)
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
