package auto

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// work is one series in the course of being forecast.
type work struct {
	Input
	n        int
	filled   []float64 // Y with expected values where one is missing
	missing  int
	lo, hi   float64
	scale    float64
	zeros    float64 // share
	mean     float64
	whole    bool // whole numbers throughout
	positive bool // above zero throughout
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
	w.lo, w.hi = stat.Range(in.Y)
	zeros, seen := 0, 0
	for _, v := range in.Y {
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
	w.filled = in.Y
	if w.missing > 0 {
		w.filled = fill(in.Y, max(g.cfg.Short, 1))
	}
	for _, o := range g.origins {
		w.trusted = append(w.trusted, w.n-o.back >= g.least)
		w.cut = append(w.cut, max(0, w.n-o.back))
	}
	w.cut = append(w.cut, w.n)
	return w
}

// fill puts expected values into gaps, from what came before them alone: level plus phase, both smoothed.
func fill(y []float64, m int) []float64 {
	out := make([]float64, len(y))
	season := make([]float64, m)
	level := y[0]
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
