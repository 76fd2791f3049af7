// Package shift finds a lasting change of level at the end of a history: a code that doubled a fortnight ago, one that
// is no longer used, one that woke after months of silence.
package shift

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const (
	minScore   = 7    // standard errors between the levels; high, because many windows are tried
	leastScore = 5    // the same where the past of the series has seen nothing near it
	beyondPast = 2    // times the greatest score of the past is nothing near
	minPasts   = 8    // windows of the past that make one
	minDays    = 0.6  // share of the steps that must lie beyond the middle of old and new
	minSeen    = 0.5  // share of the steps that must have a value, of those that had one before
	minChange  = 0.25 // change of level that is worth a repair
	noisePairs = 26   // newest cycles of phases that say how far a value scatters
	yearBefore = 52   // weeks in which the new level must not have been seen
	swings     = 0.7  // a past difference of so much of the score is a swing
	maxSwings  = 0.12 // share of the pasts that may swing so
	goneBelow  = 0.02 // of the old level: nothing comes any more
	wokeAbove  = 8    // times the old level: what came before says nothing
	zeroZ      = 1.23 // no more than a zero on Anscombe's scale
)

// Steps says what windows a history of days, or of weeks, is looked at in, in steps.
type Steps struct {
	phases int // of a cycle that are compared each for itself
	cycle  int // the least a new level must have lasted, and what windows before it are multiples of
	newest int // the most it may have lasted: older shifts are followed by every forecast
	before int // the least that must lie before it
	year   int
}

// Days are daily steps of a week of seven.
func Days() Steps { return Steps{phases: 7, cycle: 7, newest: 28, before: 21, year: yearBefore * 7} }

// Weeks are weekly steps.
func Weeks() Steps { return Steps{phases: 1, cycle: 3, newest: 12, before: 8, year: yearBefore} }

// apart is the least that must lie between two changes: a cycle, and what may be misdated.
func (s Steps) apart() int { return s.cycle * 3 / 2 }

// Newest is the most steps that a new level may have lasted.
func (s Steps) Newest() int { return s.newest }

// Level is a change of level that lasts to the end of a history, or to the next change.
type Level struct {
	// At is the first step of the new level.
	At int
	// Before and After are the levels: means per step over whole cycles.
	Before, After float64
	// Score is how many standard errors they lie apart, on Anscombe's scale.
	Score float64
}

// Ratio is the new level over the old one, infinite where that was zero.
func (l Level) Ratio() float64 { return l.After / l.Before }

// Gone tells whether nothing comes any more.
func (l Level) Gone() bool { return l.Ratio() < goneBelow }

// Woke tells whether the old level says nothing about the new one.
func (l Level) Woke() bool { return l.Ratio() > wokeAbove }

// Find looks for changes of level in the newest four weeks of values of at least zero, NaN where unknown. The newest k
// steps are compared with up to four cycles before them, phase by phase, on the scale 2·√(y + 3/8), where the scatter
// of a count does not depend on its level:
//
//	score(k) = mean over phases of (mean after - mean before) / (noise · √(1/k + 1/b))
//
// The k of the highest score is taken. It must be certain, matter, last to the end, lie beyond what the year before has
// seen, and beyond what the series does by itself. Where there is one, another may lie before it: the newest comes
// first.
func Find(y []float64, s Steps) []Level {
	f, ok := Look(y, s)
	if !ok {
		return nil
	}
	return f.Find()
}

// Finder is one history, its values on Anscombe's scale and the scatter of one value.
type Finder struct {
	Steps
	y, z  []float64
	noise float64
}

// Look makes a finder, false where the history is too short or falls below zero.
func Look(y []float64, s Steps) (*Finder, bool) {
	if len(y) < s.newest+s.cycle || stat.Count(y) < s.newest+s.cycle {
		return nil, false
	}
	z := make([]float64, len(y))
	for t, v := range y {
		if v < 0 {
			return nil, false
		}
		z[t] = 2 * math.Sqrt(v+0.375)
	}
	return &Finder{Steps: s, y: y, z: z, noise: noiseOf(z, s.phases)}, true
}

// window is two stretches of the newest steps that are compared, told by how many steps ago they begin and end: the
// older from..at, the newer at..to.
type window struct{ from, at, to int }

// Find is as above.
func (f *Finder) Find() []Level {
	k, score := f.best()
	l, ok := f.judge(f.dated(k), score)
	switch {
	case !ok:
		return nil
	case l.Gone() || l.Woke():
		return []Level{l}
	}
	if newer, ok := f.split(k); ok {
		if two := f.andBefore(newer, leastScore); len(two) > 1 {
			return two
		}
	}
	return f.andBefore(l, f.scoreNeeded(k))
}

// dated is how many steps ago a change began, where that many are sure: those just before them that lie beyond the
// middle already belong to it.
func (f *Finder) dated(k int) int {
	for k > 0 && k < min(f.newest, len(f.z)-f.before) && f.wayAt(f.newestOf(k+1), len(f.z)-k-1) > 0.5 {
		k++
	}
	return k
}

// split looks for a second change after the first, which was so many steps ago.
func (f *Finder) split(k int) (Level, bool) {
	at, score := f.bestOf(f.cycle, k-f.cycle, func(j int) window { return window{k, j, 0} })
	if math.Abs(score) < leastScore {
		return Level{}, false
	}
	l := f.levelIn(window{k, at, 0})
	l.Score = score
	return l, f.matters(l) && f.lasts(l)
}

// andBefore looks for another change up to four weeks before one, of so many standard errors at least.
func (f *Finder) andBefore(l Level, least float64) []Level {
	k := len(f.y) - l.At
	of := func(j int) window { return window{j + f.newest, j, k} }
	at, score := f.bestOf(k+f.apart(), min(k+f.newest, len(f.y)-f.before), of)
	if math.Abs(score) < least {
		return []Level{l}
	}
	older := f.levelIn(of(at))
	older.Score = score
	if !f.matters(older) || older.Woke() || older.Gone() || f.beyond(of(at), at) < minDays || !f.isNew(older) ||
		f.swings(at-k, score) {
		return []Level{l}
	}
	l.Before = older.After
	return []Level{l, older}
}

// judge tells whether a change so many steps ago is one.
func (f *Finder) judge(k int, score float64) (Level, bool) {
	if math.Abs(score) < leastScore || math.Abs(score) < f.scoreNeeded(k) {
		return Level{}, false
	}
	l := f.levelAt(k)
	l.Score = score
	return l, f.matters(l) && f.lasts(l) && f.mostlyBeyond(k, score) && f.isNew(l) && !f.swings(k, score)
}

// scoreNeeded is minScore, less where the series has never been near it.
func (f *Finder) scoreNeeded(k int) float64 {
	past := f.past(k, f.phaseDifference)
	if len(past) < minPasts {
		return minScore
	}
	most := 0.0
	for _, s := range past {
		most = max(most, math.Abs(s))
	}
	return max(leastScore, min(beyondPast*most, minScore))
}

// noiseOf is the robust scatter of a value around its phase, at least that of counting.
func noiseOf(z []float64, m int) float64 {
	var d []float64
	for t := max(m, len(z)-noisePairs*m); t < len(z); t++ {
		if v := math.Abs(z[t] - z[t-m]); v == v {
			d = append(d, v)
		}
	}
	if len(d) == 0 {
		return 1
	}
	return max(1, 1.4826*stat.MedianOf(d)/math.Sqrt2)
}

// best is the number of newest steps whose level differs most from the one before, and by how many standard errors.
func (f *Finder) best() (k int, score float64) {
	return f.bestOf(f.cycle, min(f.newest, len(f.z)-f.before), f.newestOf)
}

// bestOf is the step count, from least to most, whose window has the highest score.
func (f *Finder) bestOf(least, most int, of func(j int) window) (best int, score float64) {
	for j := least; j <= most; j++ {
		if s, ok := f.score(len(f.z), of(j), f.phaseDifference); ok && math.Abs(s) > math.Abs(score) {
			best, score = j, s
		}
	}
	return best, score
}

// newestOf is the window of a change so many steps ago.
func (f *Finder) newestOf(k int) window { return window{k + f.newest, k, 0} }

// score compares the parts of a window that ends at a step.
func (f *Finder) score(end int, w window, difference func(from, at, end int) float64) (float64, bool) {
	b, k, at := f.stretch(w, end), w.at-w.to, end-w.at
	if b < f.cycle {
		return 0, false
	}
	newer, older := f.seen(at-b, at, at, at+k), f.seen(at-b, at, at-b, at)
	if newer < minSeen*float64(k) || older == 0 {
		return 0, false
	}
	d := difference(at-b, at, at+k) / (f.noise * math.Sqrt(1/newer+1/older))
	return d, d == d
}

// stretch is how many steps the older part of a window has: whole cycles, as far as there are any.
func (f *Finder) stretch(w window, end int) int {
	b := min(w.from-w.at, end-w.at)
	if b >= f.cycle {
		b = b / f.cycle * f.cycle
	}
	return max(0, b)
}

// seen is how many of the steps begin..end have a value, where those phases that had none in from..at count as seen: a
// single value after a gap is no new level.
func (f *Finder) seen(from, at, begin, end int) float64 {
	open := 0
	for _, mean := range f.phaseMeans(f.z, from, at) {
		if mean == mean {
			open++
		}
	}
	return min(float64(end-begin), float64(stat.Count(f.z[begin:end]))*float64(f.phases)/float64(open))
}

// phaseDifference is the mean over phases of the mean from at on less the mean before it.
func (f *Finder) phaseDifference(from, at, end int) float64 {
	after, before := f.phaseMeans(f.z, at, end), f.phaseMeans(f.z, from, at)
	for p := range after {
		after[p] -= before[p]
	}
	return stat.Mean(after)
}

// plainDifference is the mean from at on less the mean before it.
func (f *Finder) plainDifference(from, at, end int) float64 {
	return stat.Mean(f.z[at:end]) - stat.Mean(f.z[from:at])
}

// phaseMeans are the means per phase of x[from:to], NaN where a phase has no value.
func (f *Finder) phaseMeans(x []float64, from, to int) []float64 {
	sum, n := make([]float64, f.phases), make([]float64, f.phases)
	for t := from; t < to; t++ {
		if v := x[t]; v == v {
			sum[t%f.phases] += v
			n[t%f.phases]++
		}
	}
	for p := range sum {
		sum[p] /= n[p]
	}
	return sum
}

// level is the mean over phases of their means of y[from:to], the plain mean where a phase is missing.
func (f *Finder) level(from, to int) float64 {
	means := f.phaseMeans(f.y, from, to)
	if stat.Count(means) < f.phases {
		return stat.Mean(f.y[from:to])
	}
	return stat.Mean(means)
}

// levelAt is the change so many steps ago.
func (f *Finder) levelAt(k int) Level { return f.levelIn(f.newestOf(k)) }

func (f *Finder) levelIn(w window) Level {
	n := len(f.y)
	at := n - w.at
	return Level{At: at, Before: f.level(at-f.stretch(w, n), at), After: f.level(at, n-w.to)}
}

// matters tells whether the change is large enough to be worth a repair.
func (f *Finder) matters(l Level) bool {
	return l.After > 0 && l.Before == 0 || l.Before > 0 && math.Abs(l.Ratio()-1) >= minChange
}

// lasts tells whether the newest cycle lies on the new side, at least half of the way.
func (f *Finder) lasts(l Level) bool {
	last := f.level(len(f.y)-f.cycle, len(f.y))
	return (last-l.Before)/(l.After-l.Before) >= 0.5
}

// mostlyBeyond tells whether most of the k newest steps, and most of the newest cycle, lie more than half of the way
// beyond what their phase was: some days of an outage, or one of a mailing, are no new level. What is less than certain
// must show on nearly all of them.
func (f *Finder) mostlyBeyond(k int, score float64) bool {
	ofNewest := 0.5
	if math.Abs(score) < minScore {
		ofNewest = mostDays
	}
	w := f.newestOf(k)
	return f.beyond(w, k) >= minDays && f.beyond(w, f.cycle) > ofNewest
}

// beyond is the share of the steps of a window's newer part, from so many steps ago on, that lie more than half of the
// way beyond what their phase was before it.
func (f *Finder) beyond(w window, from int) float64 {
	var days share
	for age := w.to + 1; age <= from; age++ {
		if v := f.wayAt(w, len(f.z)-age); v == v {
			days.add(v > 0.5)
		}
	}
	return days.of()
}

// share counts how often something was so.
type share struct{ there, seen float64 }

func (s *share) add(there bool) {
	s.seen++
	if there {
		s.there++
	}
}

// of is the share, NaN of none.
func (s *share) of() float64 { return s.there / s.seen }

// wayAt is how far of the way from the old level of a window to its new one a step lies, by its phase.
func (f *Finder) wayAt(w window, t int) float64 {
	n := len(f.z)
	at := n - w.at
	from := at - f.stretch(w, n)
	before := f.phaseMeans(f.z, from, at)
	if f.z[t] <= zeroZ && before[t%f.phases] <= zeroZ {
		return math.NaN() // closed then as now
	}
	return (f.z[t] - before[t%f.phases]) / f.phaseDifference(from, at, n-w.to)
}

// isNew tells whether the year before has not seen such a level: a season or a campaign that returns is no shift.
func (f *Finder) isNew(l Level) bool {
	if l.Before == 0 {
		return true
	}
	for to := l.At; to-2*f.cycle >= max(0, l.At-f.year); to -= f.cycle {
		if (f.level(to-2*f.cycle, to)-l.Before)/(l.After-l.Before) > 0.5 {
			return false
		}
	}
	return true
}

// swings tells whether the series has often differed as much from the weeks before, by itself.
func (f *Finder) swings(k int, score float64) bool {
	looked, wild := 0.0, 0.0
	for _, s := range f.past(k, f.plainDifference) {
		looked++
		if math.Abs(s) >= swings*math.Abs(score) {
			wild++
		}
	}
	return wild > maxSwings*looked
}

// past are the scores that windows of k steps had before the newest, the newest first.
func (f *Finder) past(k int, difference func(from, at, end int) float64) []float64 {
	var out []float64
	for end := len(f.z) - k; end > f.newest+k; end -= max(k, f.cycle) {
		if s, ok := f.score(end, f.newestOf(k), difference); ok {
			out = append(out, s)
		}
	}
	return out
}

// Blocks sums values over blocks of so many steps, counted back from the end, so that hours can be looked at as days; a
// block with a value missing is missing.
func Blocks(y []float64, steps int) []float64 {
	out := make([]float64, len(y)/steps)
	for i := range out {
		from := len(y) - (len(out)-i)*steps
		for _, v := range y[from : from+steps] {
			out[i] += v
		}
	}
	return out
}

// Mend returns the history as it would have been at the new level: what came before multiplied, or unknown where it
// says nothing about the new level, or all of it zero where nothing comes any more. y is not changed.
func (l Level) Mend(y []float64) []float64 {
	y = slices.Clone(y)
	for t := range y {
		switch {
		case l.Gone() && y[t] == y[t]:
			y[t] = 0
		case t < l.At && l.Woke():
			y[t] = math.NaN()
		case t < l.At:
			y[t] *= l.Ratio()
		}
	}
	return y
}
