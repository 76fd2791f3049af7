package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/shrunk"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// What the pasts of a history say counts as far as there are pasts. Before them stands what the sample itself says, the
// scatter around the shrunk average of the phase, and what is known of the members from other data. Both are worth a
// number of cycles compared with their actual values; a year of history leaves nothing of them.

// sampled fills what the sample of a series says of the scatter of its values.
func (s *setup) sampled(w *seriesRun) {
	if s.mode == weekly {
		w.sample.Level = w.mean
		return
	}
	f, ok := shrunk.Fit(w.observed, max(s.cfg.Short, s.cfg.Long), averageFading)
	if !ok {
		return
	}
	w.sample, w.inSample = f, true
	w.spreadPrior = s.tune.SpreadPrior / (1 + s.compared(w, len(s.origins), func(o origin) bool { return o.spreads })/2)
}

// compared is how many short cycles were compared with their actual values at the origins of a mask that serve a use.
func (s *setup) compared(w *seriesRun, mask int, use func(origin) bool) float64 {
	n := 0.0
	for u, o := range s.origins {
		if w.trusted[u] && use(o) && s.allows(mask, u) {
			n++
		}
	}
	return n * float64(s.window) / float64(max(s.cfg.Short, 1))
}

// weightPrior is how much of a series' weights comes from what is known of the families, by the cycles compared.
func (s *setup) weightPrior(w *seriesRun, mask int) float64 {
	p := s.tune.WeightPrior
	if s.mode == weekly {
		return 0
	}
	c := s.compared(w, mask, func(o origin) bool { return o.weighs })
	return p * p / (p*p + c*c)
}

// known is that of the family, and more where a season is not seen.
func (c candidate) known() float64 {
	if c.blind {
		return blindError
	}
	return c.family.known()
}

const blindError = 1.5

// known is the error of a family relative to the median member where histories are short: averages lead, naive
// forecasts trail.
func (f family) known() float64 {
	switch f {
	case shrunkAverages:
		return 0.8
	case longAverages:
		return 0.9
	case phaseAverages:
		return 0.92
	case smoothers, smoothersByCalendar:
		return 0.97
	case naives:
		return 1.25
	case autoregressions:
		return 1.1
	default:
		return 1
	}
}

// drawTo moves relative errors towards what is known of the members' families by a share; NaN stays NaN unless the
// share is all.
func (g *weigher) drawTo(w *seriesRun, u int, share float64, rel []float64) {
	for j, m := range w.members {
		known := g.candidates[m].known()
		switch {
		case !w.have[j*len(w.cut)+u]:
		case rel[j] == rel[j] && rel[j] > 0:
			rel[j] = math.Pow(rel[j], 1-share) * math.Pow(known, share)
		case share == 1:
			rel[j] = known
		}
	}
}

// sampleSize is the mean absolute error that the sample suggests.
func (s *setup) sampleSize(w *seriesRun) float64 { return s.tune.SampleWiden * w.sample.Size() }

// counting is the mean absolute error of counting so many contacts where the sample scatters less than that: what has
// always been the same number is no more certain than what has been about that number.
func (w *seriesRun) counting() float64 {
	level := w.sample.Level
	if !w.inSample && w.lo < w.hi || !w.whole || w.lo < 0 || w.Floor != 0 || w.sample.Variance >= level {
		return 0
	}
	return math.Sqrt(2 / math.Pi * level)
}

// floored reports whether a width is that of counting: the errors of the past, which are smaller, say nothing more.
func (w *seriesRun) floored(a float64) bool { return a > 0 && a <= w.counting() }

// profile is the width of each phase that the sample suggests, 1 where it says nothing. first is the phase of the first
// step after the end among the phases that out counts.
func (w *seriesRun) profile(first int, out []float64) {
	for p := range out {
		out[p] = 1
	}
	if !w.inSample || w.lo < 0 {
		return
	}
	widths, seen := w.sample.Widths(), make([]float64, len(out))
	for p, v := range widths {
		seen[(first+p)%len(out)] += v
	}
	for p := range out {
		out[p] = seen[p] * float64(len(out)) / float64(len(widths))
	}
}

const (
	averageFading = 0.9   // weight of a cycle for each that follows it
	longFading    = 0.985 // the same where the level hardly moves
	shrunkLong    = 4     // as shrunkCycles, for the longer of two seasons
	shrunkCycles  = 26    // cycles of history from which shrunk averages say nothing that others don't say better
)

// longAverage is the member that remembers the hours of the week for half a year and longer, at half the level they
// had: the plain mean of the same phase over up to a year, times the square root of what the newest month is to it.
type longAverage struct{}

const (
	longLeast  = 26 // cycles of history from which it says anything
	longMost   = 52 // cycles that it remembers
	longRecent = 4  // newest cycles that are the level
)

func (longAverage) begin(*view) {}

func (longAverage) predict(v *view, out []float64) bool {
	m := max(v.cfg.Short, v.cfg.Long)
	past := v.observed[:len(v.past)]
	cycles := min(longMost, len(past)/m)
	if cycles < longLeast {
		return false
	}
	long, recent := stat.Mean(past[len(past)-cycles*m:]), stat.Mean(past[len(past)-longRecent*m:])
	if !(long > 0) || !(recent > 0) {
		return false
	}
	level := math.Sqrt(recent / long)
	for h := range out {
		if h >= m {
			out[h] = out[h-m]
			continue
		}
		if out[h] = level * phaseMean(past, m, h, cycles); out[h] != out[h] {
			return false
		}
	}
	return true
}

// shrunkAverage is the member that averages the same phase and draws it to the level.
type shrunkAverage struct{ fading float64 }

func (a shrunkAverage) begin(*view) {}

func (a shrunkAverage) predict(v *view, out []float64) bool {
	m := max(v.cfg.Short, v.cfg.Long)
	most := shrunkCycles
	if v.mode == double {
		most = shrunkLong
	}
	if len(v.past) < 2*m || v.n >= most*m {
		return false
	}
	f, ok := shrunk.Fit(v.observed[:len(v.past)], m, a.fading)
	for h := range out {
		out[h] = f.Phases[h%m]
	}
	return ok
}
