// Package shift finds a lasting change of level at the end of a history: a code that doubled a fortnight ago, one that
// is no longer used, one that woke after months of silence.
package shift

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

const (
	newest     = 28   // most steps that a new level may have lasted: older shifts are followed by every forecast
	minBefore  = 21   // steps that must lie before it
	minScore   = 7    // standard errors between the levels; high, because many days are tried
	minDays    = 0.6  // share of the steps that must lie beyond the middle of old and new
	minSeen    = 0.5  // share of the steps that must have a value, of those that had one before
	minChange  = 0.25 // change of level that is worth a repair
	noisePairs = 182  // newest steps that say how far a value scatters
	yearBefore = 364  // steps in which the new level must not have been seen
	swings     = 0.7  // a past difference of so much of the score is a swing
	maxSwings  = 0.12 // share of the pasts that may swing so
	goneBelow  = 0.02 // of the old level: nothing comes any more
	wokeAbove  = 8    // times the old level: what came before says nothing
)

// Level is a change of level that lasts to the end of a history.
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

// Find looks for a change of level in the newest four weeks of values of at least zero, NaN where unknown, with a cycle
// of m steps. The newest k steps are compared with up to four cycles before them, phase by phase, on the scale 2·√(y +
// 3/8), where the scatter of a count does not depend on its level:
//
//	score(k) = mean over phases of (mean after - mean before) / (noise · √(1/k + 1/b))
//
// The k of the highest score is taken. It must be certain, matter, last to the end, lie beyond what the year before has
// seen, and beyond what the series does by itself.
func Find(y []float64, m int) (Level, bool) {
	if m < 2 || len(y) < newest+m || stat.Count(y) < newest+m {
		return Level{}, false
	}
	z := make([]float64, len(y))
	for t, v := range y {
		if v < 0 {
			return Level{}, false
		}
		z[t] = 2 * math.Sqrt(v+0.375)
	}
	f := finder{y: y, z: z, m: m, noise: noiseOf(z, m)}
	k, score := f.best()
	if math.Abs(score) < minScore {
		return Level{}, false
	}
	l := f.levelAt(k)
	l.Score = score
	if !f.matters(l) || !f.lasts(l) || !f.mostlyBeyond(k) || !f.isNew(l) || f.swings(k, score) {
		return Level{}, false
	}
	return l, true
}

// finder is one history, its values on Anscombe's scale, its cycle and the scatter of one value.
type finder struct {
	y, z  []float64
	m     int
	noise float64
}

// noiseOf is the robust scatter of a value around its phase, at least that of counting.
func noiseOf(z []float64, m int) float64 {
	var d []float64
	for t := max(m, len(z)-noisePairs); t < len(z); t++ {
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
func (f finder) best() (k int, score float64) {
	n := len(f.z)
	for j := f.m; j <= min(newest, n-minBefore); j++ {
		if s, ok := f.score(n, j, f.phaseDifference); ok && math.Abs(s) > math.Abs(score) {
			k, score = j, s
		}
	}
	return k, score
}

// score compares the k steps before end with whole cycles before those.
func (f finder) score(end, k int, difference func(from, at, end int) float64) (float64, bool) {
	b := min(newest, end-k) / f.m * f.m
	if b < 2*f.m {
		return 0, false
	}
	if f.seen(end-k-b, end-k, end) < minSeen*float64(k) {
		return 0, false
	}
	d := difference(end-k-b, end-k, end) / (f.noise * math.Sqrt(1/float64(k)+1/float64(b)))
	return d, d == d
}

// seen is how many of the steps from at on have a value, where those phases that had none before it count as seen: a
// single value after a gap is no new level.
func (f finder) seen(from, at, end int) float64 {
	open := 0
	for _, mean := range f.phaseMeans(f.z, from, at) {
		if mean == mean {
			open++
		}
	}
	return min(float64(end-at), float64(stat.Count(f.z[at:end]))*float64(f.m)/float64(open))
}

// phaseDifference is the mean over phases of the mean from at on less the mean before it.
func (f finder) phaseDifference(from, at, end int) float64 {
	after, before := f.phaseMeans(f.z, at, end), f.phaseMeans(f.z, from, at)
	for p := range after {
		after[p] -= before[p]
	}
	return stat.Mean(after)
}

// plainDifference is the mean from at on less the mean before it.
func (f finder) plainDifference(from, at, end int) float64 {
	return stat.Mean(f.z[at:end]) - stat.Mean(f.z[from:at])
}

// phaseMeans are the means per phase of x[from:to], NaN where a phase has no value.
func (f finder) phaseMeans(x []float64, from, to int) []float64 {
	sum, n := make([]float64, f.m), make([]float64, f.m)
	for t := from; t < to; t++ {
		if v := x[t]; v == v {
			sum[t%f.m] += v
			n[t%f.m]++
		}
	}
	for p := range sum {
		sum[p] /= n[p]
	}
	return sum
}

// level is the mean over phases of their means of y[from:to], the plain mean where a phase is missing.
func (f finder) level(from, to int) float64 {
	means := f.phaseMeans(f.y, from, to)
	if stat.Count(means) < f.m {
		return stat.Mean(f.y[from:to])
	}
	return stat.Mean(means)
}

func (f finder) levelAt(k int) Level {
	at := len(f.y) - k
	b := min(newest, at) / f.m * f.m
	return Level{At: at, Before: f.level(at-b, at), After: f.level(at, len(f.y))}
}

// matters tells whether the change is large enough to be worth a repair.
func (f finder) matters(l Level) bool {
	return l.After > 0 && l.Before == 0 || l.Before > 0 && math.Abs(l.Ratio()-1) >= minChange
}

// lasts tells whether the newest cycle lies on the new side, at least half of the way.
func (f finder) lasts(l Level) bool {
	last := f.level(len(f.y)-f.m, len(f.y))
	return (last-l.Before)/(l.After-l.Before) >= 0.5
}

// mostlyBeyond tells whether most of the k newest steps, and most of the newest cycle, lie more than half of the way
// beyond what their phase was: some days of an outage, or one of a mailing, are no new level.
func (f finder) mostlyBeyond(k int) bool {
	n := len(f.z)
	at := n - k
	b := min(newest, at) / f.m * f.m
	before, half := f.phaseMeans(f.z, at-b, at), f.phaseDifference(at-b, at, n)/2
	beyond := func(from int) float64 {
		there, seen := 0.0, 0.0
		for t := from; t < n; t++ {
			if d := (f.z[t] - before[t%f.m]) / half; d == d {
				seen++
				if d > 1 {
					there++
				}
			}
		}
		return there / seen
	}
	return beyond(at) >= minDays && beyond(n-f.m) > 0.5
}

// isNew tells whether the year before has not seen such a level: a season or a campaign that returns is no shift.
func (f finder) isNew(l Level) bool {
	if l.Before == 0 {
		return true
	}
	for to := l.At; to-2*f.m >= max(0, l.At-yearBefore); to -= f.m {
		if (f.level(to-2*f.m, to)-l.Before)/(l.After-l.Before) > 0.5 {
			return false
		}
	}
	return true
}

// swings tells whether the series has often differed as much from the weeks before, by itself.
func (f finder) swings(k int, score float64) bool {
	step := max(k, f.m)
	looked, wild := 0.0, 0.0
	for end := len(f.z) - k; end > newest+k; end -= step {
		if s, ok := f.score(end, k, f.plainDifference); ok {
			looked++
			if math.Abs(s) >= swings*math.Abs(score) {
				wild++
			}
		}
	}
	return wild > maxSwings*looked
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
