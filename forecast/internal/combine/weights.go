package combine

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// weigher turns the members' errors over the origins into weights.
type weigher struct {
	*setup
	candidates  []candidate
	years       bool        // some of them see the year
	relative    [][]float64 // [mask][candidate]: geometric mean of relative errors over the sample
	dismissLate bool        // yearly members did not prove themselves
}

// rule is how errors become weights.
type rule struct {
	power  float64 // weights fall with this power of the error
	share  float64 // how far a member's error is drawn to what it is over the group, on the logarithmic scale
	trim   float64 // members worse than the best by this factor weigh nothing; 0 keeps all
	stack  float64 // share of the weights that comes from the joint errors instead: see stack.go
	square bool    // errors are root mean squares per origin, not mean absolute ones
}

// ruleOf returns the rule of a series. Absolute errors of counts near zero favour members that sit at zero: sparse
// series are judged by squared errors, mildly.
func (g *weigher) ruleOf(w *seriesRun) rule {
	if w.sparse {
		return rule{power: g.tune.SparsePower, square: true}
	}
	r := rule{power: g.tune.Power, share: g.tune.Share, trim: g.tune.Trim, stack: g.tune.Stack}
	switch {
	case g.mode == double:
		r.stack = g.tune.StackLong
	case g.small && g.years && w.n >= 2*year:
		r.power = g.tune.PowerYearly
	}
	return r
}

// errorTable fills w.errs: one error per member and origin, in units of the series' scale; NaN where there is none.
func (g *weigher) errorTable(w *seriesRun) {
	origins := len(g.origins)
	w.errs = make([]float64, len(w.members)*origins)
	square := g.ruleOf(w).square
	for j := range w.members {
		for u := range origins {
			w.errs[j*origins+u] = math.NaN()
			if !w.trusted[u] || !w.have[j*(origins+1)+u] {
				continue
			}
			actual := w.Y[w.cut[u] : w.cut[u]+g.window]
			sum, n := 0.0, 0
			for h, f := range w.slot(j, u) {
				if e := actual[h] - f; e == e {
					if square {
						sum += e * e
					} else {
						sum += w.loss(e, actual[h], f, g.tune.Relative)
					}
					n++
				}
			}
			if n == 0 {
				continue
			}
			e := sum / float64(n)
			if square {
				e = math.Sqrt(e)
			}
			w.errs[j*origins+u] = e / w.scale
		}
	}
}

// memberErrors writes each member's mean error over the origins of a mask. A member that is missing at some origins is
// judged by its error relative to the median member where it is there.
func (g *weigher) memberErrors(w *seriesRun, mask int, out []float64) {
	origins := len(g.origins)
	level, seen := make([]float64, origins), make([]float64, 0, len(w.members))
	total, n := 0.0, 0.0
	for u := range origins {
		level[u] = math.NaN()
		if !w.trusted[u] || !g.origins[u].weighs || !g.allows(mask, u) {
			continue
		}
		seen = seen[:0]
		for j := range w.members {
			if e := w.errs[j*origins+u]; e == e && !g.candidates[w.members[j]].late {
				seen = append(seen, e)
			}
		}
		if len(seen) == 0 {
			continue
		}
		level[u] = max(stat.MedianOf(seen), 1e-12)
		total += level[u]
		n++
	}
	for j := range w.members {
		sum, rel, have := 0.0, 0.0, 0.0
		for u := range origins {
			if e := w.errs[j*origins+u]; e == e && level[u] == level[u] {
				sum += e
				rel += e / level[u]
				have++
			}
		}
		switch have {
		case 0:
			out[j] = math.NaN()
		case n:
			out[j] = sum / n
		default:
			out[j] = rel / have * total / n
		}
		if !w.have[j*(origins+1)+origins] {
			out[j] = math.NaN() // it has nothing to say about the future
		}
	}
}

// toRelative turns errors into errors relative to the median member, kept away from zero.
func toRelative(errs []float64) {
	b := stat.Median(errs)
	for j, e := range errs {
		if b > 0 {
			errs[j] = (e + 0.05*b) / (1.05 * b)
		} else {
			errs[j] = e + 1
		}
	}
}

// weigh writes the weights of a series' members from relative errors and the group's.
func (r rule) weigh(rel, group, out []float64) {
	best := math.Inf(1)
	for j, e := range rel {
		out[j] = 0
		if q := group[j]; e == e {
			out[j] = e
			if r.share > 0 && q == q {
				out[j] = math.Pow(e, 1-r.share) * math.Pow(q, r.share)
			}
		} else if q == q && r.share > 0 {
			out[j] = q
		}
		if out[j] > 0 {
			best = min(best, out[j])
		}
	}
	total := 0.0
	for j, e := range out {
		switch {
		case e <= 0 || r.trim > 0 && e > r.trim*best:
			out[j] = 0
		default:
			out[j] = math.Pow(e/best, -r.power)
		}
		total += out[j]
	}
	for j := range out {
		if total > 0 {
			out[j] /= total
		}
	}
}

// rank fills the group's relative error per member and mask.
func (g *weigher) rank(sample []*seriesRun) {
	masks := len(g.origins) + 1
	g.relative = make([][]float64, masks)
	for mask := range masks {
		sums, counts := make([]float64, len(g.candidates)), make([]float64, len(g.candidates))
		for _, w := range sample {
			rel := make([]float64, len(w.members))
			g.memberErrors(w, mask, rel)
			toRelative(rel)
			for j, e := range rel {
				if e == e && e > 0 {
					sums[w.members[j]] += math.Log(e)
					counts[w.members[j]]++
				}
			}
		}
		for m := range sums {
			sums[m] = math.Exp(sums[m] / counts[m])
		}
		g.relative[mask] = sums
	}
	if !g.small {
		g.doubtLate(sample)
	}
}

// doubtLate dismisses the members that need the most history, the yearly ones, where over the group the best of them
// does not beat the best of the others clearly: there the year is chance, and they would only take weight.
func (g *weigher) doubtLate(sample []*seriesRun) {
	late, other := math.Inf(1), math.Inf(1)
	for m, q := range g.relative[len(g.origins)] {
		switch {
		case q != q:
		case g.candidates[m].doubt:
			late = min(late, q)
		default:
			other = min(other, q)
		}
	}
	if g.dismissLate = late > g.tune.Late*other; g.dismissLate {
		for _, w := range sample {
			g.dismiss(w)
		}
	}
}

// dismiss takes the late members out of a series' line-up.
func (g *weigher) dismiss(w *seriesRun) {
	cuts := len(w.cut)
	for j, m := range w.members {
		if g.candidates[m].doubt {
			clear(w.have[j*cuts : (j+1)*cuts])
			for u := range g.origins {
				w.errs[j*len(g.origins)+u] = math.NaN()
			}
		}
	}
}

// settle computes the weights of a series at every origin and at the end, and the combined forecasts; the weights of an
// origin come from origins whose windows don't overlap its own.
func (g *weigher) settle(w *seriesRun) {
	origins := len(g.origins)
	rel, pooled := make([]float64, len(w.members)), make([]float64, len(w.members))
	w.weights = make([]float64, (origins+1)*len(w.members))
	if g.ruleOf(w).stack > 0 {
		g.jointErrors(w)
	}
	w.combined = make([]float64, origins*g.window+g.cfg.Horizon)
	w.middle = make([]float64, len(w.combined))
	for u := range origins + 1 {
		if u < origins && !w.trusted[u] {
			continue
		}
		g.memberErrors(w, u, rel)
		toRelative(rel)
		for j, m := range w.members {
			pooled[j] = g.relative[u][m]
			if !w.have[j*(origins+1)+u] {
				rel[j], pooled[j] = math.NaN(), math.NaN()
			}
		}
		prior := g.weightPrior(w, u)
		g.drawTo(w, u, prior, rel)
		weights := w.weights[u*len(w.members) : (u+1)*len(w.members)]
		g.ruleOf(w).weigh(rel, pooled, weights)
		g.byFamily(w, weights)
		if !slices.ContainsFunc(weights, func(v float64) bool { return v > 0 }) {
			g.equal(w, u, weights)
		}
		if share := g.ruleOf(w).stack * (1 - prior); share > 0 {
			g.stack(w, u, weights, share)
		}
		g.combine(w, u, weights)
		g.leastOfRare(w, u)
	}
}

// byFamily divides weights by a power of how many members of their family have one: members that are made alike say
// alike, and many of them must not shout down a few others.
func (g *weigher) byFamily(w *seriesRun, weights []float64) {
	var count [families]float64
	for j, m := range w.members {
		count[g.candidates[m].family] += share01(weights[j] > 0)
	}
	total := 0.0
	for j, m := range w.members {
		weights[j] /= math.Pow(max(1, count[g.candidates[m].family]), g.tune.Family)
		total += weights[j]
	}
	if total > 0 {
		for j := range weights {
			weights[j] /= total
		}
	}
}

func share01(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// equal weighs all members alike that have a forecast at a cut.
func (g *weigher) equal(w *seriesRun, u int, weights []float64) {
	n := 0.0
	for j := range weights {
		weights[j] = 0
		if w.have[j*len(w.cut)+u] {
			weights[j] = 1
			n++
		}
	}
	for j := range weights {
		weights[j] /= max(n, 1)
	}
}

// loss is the size of an error. Where values are above zero, a share of it is counted relative to the value, so that
// the quiet hours of a series matter beside its busy ones.
func (h *history) loss(e, actual, f, share float64) float64 {
	e = math.Abs(e)
	if !h.positive {
		return e
	}
	return (1-share)*e + share*2*h.mean*e/(math.Abs(actual)+math.Abs(f))
}

// combine writes the weighted mean of the members at a cut and, for series above zero, their weighted geometric mean
// as median.
func (g *weigher) combine(w *seriesRun, u int, weights []float64) {
	mean, median := w.forecastAt(u), w.medianAt(u)
	for j, v := range weights {
		if !(v > 0) {
			continue
		}
		for h, f := range w.slot(j, u) {
			mean[h] += v * f
			if w.positive {
				median[h] += v * math.Log(max(f, w.lo/10))
			}
		}
	}
	for h := range median {
		median[h] = math.Exp(median[h])
		if !w.positive {
			median[h] = mean[h]
		}
	}
}
