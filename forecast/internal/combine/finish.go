package combine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// judge lets the sample say how good the members are and how far they miss.
func (g *group) judge(sample []*seriesRun) {
	for _, w := range sample {
		g.ranks.errorTable(w)
	}
	g.ranks.rank(sample)
	for _, w := range sample {
		g.ranks.settle(w)
	}
	g.spread.measure(sample)
	g.spread.measureCounts(sample)
}

// finish turns a series' members into its output.
func (g *group) finish(w *seriesRun) Output {
	if w.combined == nil {
		g.ranks.errorTable(w)
		if g.ranks.dismissLate {
			g.ranks.dismiss(w)
		}
		g.ranks.settle(w)
	}
	o := Output{Mean: slices.Clone(w.forecastAt(len(g.origins)))}
	for h := range o.Mean {
		o.Mean[h] = max(o.Mean[h], w.Floor)
	}
	o.Members = g.table(w)
	if g.refused > 0 {
		o.Notes = append(o.Notes, fmt.Sprintf("%d members were left out to keep the budget", g.refused))
	}
	b := g.spread.bounds(w)
	o.Median, o.Lower, o.Upper = b.at(len(g.origins), o.Mean, w.n)
	g.ranks.balance(w, len(g.origins), o.Mean)
	for u := range g.origins {
		if w.trusted[u] {
			p := Window{From: w.cut[u], Mean: slices.Clone(w.forecastAt(u))}
			p.Median, p.Lower, p.Upper = b.at(u, p.Mean, w.cut[u])
			g.ranks.balance(w, u, p.Mean)
			o.Past = append(o.Past, p)
		}
	}
	w.predicted, w.errs, w.joint, w.combined, w.middle = nil, nil, nil, nil, nil
	return o
}

// table lists the members, heaviest first.
func (g *group) table(w *seriesRun) []Member {
	out := make([]Member, len(w.members))
	errs := make([]float64, len(w.members))
	g.ranks.memberErrors(w, len(g.origins), errs)
	last := w.weights[len(g.origins)*len(w.members):]
	for j, m := range w.members {
		out[j] = Member{Name: w.nameOf(g.candidates[m]), Error: errs[j], Weight: last[j]}
	}
	slices.SortStableFunc(out, func(a, b Member) int { return cmp.Compare(b.Weight, a.Weight) })
	return out
}

// nameOf says which transform a member really used.
func (h *history) nameOf(c candidate) string {
	if h.warp == root {
		return strings.Replace(c.name, "logarithm", "root", 1)
	}
	return c.name
}

// bounder puts median and bounds around the mean of one series.
type bounder struct {
	of  *errorSpread
	w   *seriesRun
	q   []float64 // per level: lower and upper quantile of standardised errors
	phi float64
}

func (s *errorSpread) bounds(w *seriesRun) bounder {
	b := bounder{of: s, w: w}
	if w.counted() {
		b.phi = s.phiOf(w)
		return b
	}
	var p []float64
	for _, l := range s.cfg.Levels {
		p = append(p, (1-l)/2, (1+l)/2)
	}
	b.q = s.quantiles(w, p)
	return b
}

// minSide is the share of its width on either side that a band has at least around the median, however far that is from
// the mean.
const minSide = 0.5

// at returns median, lower and upper bounds at a cut whose first step has index first.
func (b bounder) at(u int, mean []float64, first int) (median []float64, lower, upper [][]float64) {
	levels := b.of.cfg.Levels
	lower, upper = make([][]float64, len(levels)), make([][]float64, len(levels))
	for i := range levels {
		lower[i], upper[i] = make([]float64, len(mean)), make([]float64, len(mean))
	}
	median = slices.Clone(b.w.medianAt(u))
	if b.w.counted() {
		for h, m := range mean {
			median[h] = countQuantile(m, b.phi, 0.5)
			for i, l := range levels {
				lower[i][h] = countQuantile(m, b.phi, (1-l)/2)
				upper[i][h] = countQuantile(m, b.phi, (1+l)/2)
			}
		}
		return median, lower, upper
	}
	a := b.of.size(b.w, u)
	p := make([]float64, b.of.phaseCount())
	b.of.phases(b.w, u, a, p)
	lead := b.of.lead
	for h, m := range mean {
		v := a * lead[min(h, len(lead)-1)] * p[(first+h)%len(p)]
		median[h] = max(b.w.Floor, median[h])
		for i := range levels {
			lower[i][h] = max(b.w.Floor, min(m+v*b.q[2*i], median[h]+minSide*v*b.q[2*i]))
			upper[i][h] = max(median[h], m+v*b.q[2*i+1], median[h]+minSide*v*b.q[2*i+1])
		}
	}
	return median, lower, upper
}
