package combine

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/shrunk"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// history is the past of one series and what is known of all of it.
type history struct {
	Input
	n        int
	observed []float64 // Y without outages
	filled   []float64 // observed, with expected values where one is missing
	raw      []float64 // filled, with the zeros of outages
	missing  int
	lo, hi   float64
	scale    float64 // mean absolute step of the seasonal naive, 1 where there is none
	zeros    float64 // share
	mean     float64
	whole    bool // whole numbers throughout
	positive bool // above zero throughout
	warp     transform
	sparse   bool // many zeros, or few contacts: it has members of its own
}

// seriesRun is one series in the course of being forecast.
type seriesRun struct {
	history
	trusted []bool // per origin: enough history before it
	cut     []int  // values before each origin, nearest first, and at last before the end
	window  int    // steps compared at an origin

	members   []int     // indices into the group's candidates
	predicted []float64 // by member, then by cut
	have      []bool    // per member and cut

	errs     []float64    // per member and origin
	joint    []jointError // per origin
	weights  []float64    // per cut and member
	combined []float64    // the weighted mean, per cut
	middle   []float64    // its median, per cut

	kept []kept // per cut, what was found when the group learned from it; nil where it is found anew

	sample      shrunk.Mean // what the sample says of the next cycle
	inSample    bool        // it says something
	spreadPrior float64     // origins that its scatter is worth
}

func (s *setup) newHistory(in Input) history {
	h := history{Input: in, n: len(in.Y), whole: true, positive: true}
	h.observed = without(in.Y, in.Outages)
	h.count()
	m := s.cfg.Short
	if s.mode == weekly {
		m = 1
	}
	h.scale, _ = stat.Scale(in.Y, m)
	if !(h.scale > 0) {
		h.scale = 1
	}
	h.sparse = s.mode != weekly && h.lo >= 0 && (h.zeros >= 0.1 || h.whole && h.mean < 10)
	h.warp = s.warpOf(&h)
	h.filled = in.Y
	if h.missing > 0 {
		h.filled = fill(h.observed, max(s.cfg.Short, 1))
	}
	h.raw = h.filled
	if len(in.Outages) > 0 {
		h.raw = slices.Clone(h.filled)
		for _, t := range in.Outages {
			h.raw[t] = 0
		}
	}
	return h
}

// count fills in what the values are like.
func (h *history) count() {
	h.lo, h.hi = stat.Range(h.observed)
	zeros, seen := 0, 0
	for t, v := range h.observed {
		if v != v {
			h.missing++
			continue
		}
		seen++
		h.mean += v
		if v == 0 {
			zeros++
		}
		h.whole = h.whole && (v == math.Trunc(v) || t < h.Rescaled)
		h.positive = h.positive && v > 0
	}
	h.mean /= float64(seen)
	h.zeros = float64(zeros) / float64(seen)
}

func (s *setup) newRun(in Input) *seriesRun {
	w := &seriesRun{history: s.newHistory(in), window: s.window}
	for _, o := range s.origins {
		w.trusted = append(w.trusted, w.n-o.back >= s.minPast)
		w.cut = append(w.cut, max(0, w.n-o.back))
	}
	w.cut = append(w.cut, w.n)
	s.sampled(w)
	return w
}

// lineUp takes the candidates that suit the series, and makes room for their forecasts of so many steps at the end.
func (w *seriesRun) lineUp(candidates []candidate, horizon int) {
	for m, c := range candidates {
		if c.sparse == w.sparse {
			w.members = append(w.members, m)
		}
	}
	w.predicted = make([]float64, len(w.members)*((len(w.cut)-1)*w.window+horizon))
	w.have = make([]bool, len(w.members)*len(w.cut))
}

// at is the part of a row of all cuts that belongs to one: window steps at an origin, the rest at the end.
func (w *seriesRun) at(row []float64, u int) []float64 {
	if u == len(w.cut)-1 {
		return row[u*w.window:]
	}
	return row[u*w.window : (u+1)*w.window]
}

// slot is where member j's forecast at a cut lies.
func (w *seriesRun) slot(j, u int) []float64 {
	each := len(w.predicted) / len(w.members)
	return w.at(w.predicted[j*each:(j+1)*each], u)
}

// forecastAt is the combination's forecast at a cut: its mean.
func (w *seriesRun) forecastAt(u int) []float64 { return w.at(w.combined, u) }

// medianAt is the combination's median at a cut.
func (w *seriesRun) medianAt(u int) []float64 { return w.at(w.middle, u) }

// errorAt is the combination's error at an origin and lead, NaN where the actual is missing.
func (w *seriesRun) errorAt(u, h int) float64 { return w.Y[w.cut[u]+h] - w.forecastAt(u)[h] }

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

// own resolves warped; it stays what it is where a series has no such transform.
func (h *history) own(how transform) transform {
	if how == warped && h.warp != plain {
		return h.warp
	}
	return how
}

// through is the series' own transform where it is to be warped.
func (h *history) through(warp bool) transform {
	if warp {
		return h.warp
	}
	return plain
}

// fill puts expected values into gaps, from the values before them alone: level plus phase, both smoothed.
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
