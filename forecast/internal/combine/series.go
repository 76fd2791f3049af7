package combine

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// work is one series in the course of being forecast.
type work struct {
	Input
	n        int
	seen     []float64 // Y without outages
	filled   []float64 // seen, with expected values where one is missing
	raw      []float64 // filled, with the zeros of outages
	missing  int
	lo, hi   float64
	scale    float64
	zeros    float64 // share
	mean     float64
	whole    bool // whole numbers throughout
	positive bool // above zero throughout
	warp     transform
	sparse   bool
	trusted  []bool // per origin: enough history before it
	cut      []int  // per origin, and at last the end
	members  []int  // indices into group.members
	f        []float64
	have     []bool // per member and cut
	errs     []float64
	joint    []jointError
	weights  []float64 // per cut and member
	combined []float64 // the weighted mean, per cut
	middle   []float64 // its median, per cut
}

func (g *group) newWork(in Input) *work {
	w := &work{Input: in, n: len(in.Y), whole: true, positive: true}
	w.seen = without(in.Y, in.Outages)
	w.lo, w.hi = stat.Range(w.seen)
	zeros, seen := 0, 0
	for _, v := range w.seen {
		if v != v {
			w.missing++
			continue
		}
		seen++
		w.mean += v
		if v == 0 {
			zeros++
		}
		w.whole = w.whole && v == math.Trunc(v)
		w.positive = w.positive && v > 0
	}
	w.mean /= float64(seen)
	w.zeros = float64(zeros) / float64(seen)
	m := g.cfg.Short
	if g.mode == weekly {
		m = 1
	}
	w.scale, _ = stat.Scale(in.Y, m)
	if !(w.scale > 0) {
		w.scale = 1
	}
	w.sparse = g.mode != weekly && w.lo >= 0 && (w.zeros >= 0.1 || w.whole && w.mean < 10)
	w.warp = g.warpOf(w)
	w.filled = in.Y
	if w.missing > 0 {
		w.filled = fill(w.seen, max(g.cfg.Short, 1))
	}
	w.raw = w.filled
	if len(in.Outages) > 0 {
		w.raw = slices.Clone(w.filled)
		for _, t := range in.Outages {
			w.raw[t] = 0
		}
	}
	for _, o := range g.origins {
		w.trusted = append(w.trusted, w.n-o.back >= g.least)
		w.cut = append(w.cut, max(0, w.n-o.back))
	}
	w.cut = append(w.cut, w.n)
	return w
}

// without returns y with gaps at some steps, in a copy where there are any.
func without(y []float64, steps []int) []float64 {
	if len(steps) == 0 {
		return y
	}
	y = slices.Clone(y)
	for _, t := range steps {
		y[t] = math.NaN()
	}
	return y
}

// warpOf is the transform that makes the scatter of a series even: none where it goes below zero, or touches it without a
// season to say that it may.
func (g *group) warpOf(w *work) transform {
	switch {
	case w.positive:
		return logarithm
	case w.lo >= 0 && g.mode != weekly:
		return root
	}
	return plain
}

// own resolves warped; it stays what it is where a series has no such transform.
func (w *work) own(how transform) transform {
	if how == warped && w.warp != plain {
		return w.warp
	}
	return how
}

// through is the series' own transform where it is to be warped.
func (w *work) through(warp bool) transform {
	if warp {
		return w.warp
	}
	return plain
}

// fill puts expected values into gaps, from what came before them alone: level plus phase, both smoothed.
func fill(y []float64, m int) []float64 {
	out := make([]float64, len(y))
	season := make([]float64, m)
	level := y[slices.IndexFunc(y, func(v float64) bool { return v == v })]
	for t, v := range y {
		p := t % m
		if v != v {
			out[t] = level + season[p]
			continue
		}
		out[t] = v
		e := v - level - season[p]
		level += 0.1 * e
		season[p] += 0.3 * e
	}
	return out
}

// slot returns where member m's forecast at cut u lies in f: window steps at an origin, horizon steps at the end.
func (g *group) slot(w *work, m, u int) []float64 {
	each := len(g.origins)*g.window + g.cfg.Horizon
	from := m*each + u*g.window
	if u == len(g.origins) {
		return w.f[from : from+g.cfg.Horizon]
	}
	return w.f[from : from+g.window]
}

// guard bounds a forecast to half the range of its history beyond it, at the floor below; it reports whether all of it
// are numbers.
func guard(f, history []float64, floor float64) bool {
	lo, hi := stat.Range(history)
	margin := (hi - lo) / 2
	for i, v := range f {
		if v != v || math.IsInf(v, 0) {
			return false
		}
		f[i] = max(floor, lo-margin, min(v, hi+margin))
	}
	return true
}
