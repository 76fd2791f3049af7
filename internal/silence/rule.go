package silence

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

const (
	// window is how many days before the last contact say what is to be expected: eight weeks.
	window = 56
	year   = 364
	// halfYear is how long a history must be for a channel that never had a contact to be missed in a queue that has
	// some on others.
	halfYear = 182
	// fewPerWeek is how many contacts a week, over the last year, are too few to be missed.
	fewPerWeek = 5
	// rareNone is the chance of no contact by counts alone, shared among all that are judged; rareClosed that of so many
	// closed days in a row that no calendar names.
	rareNone, rareClosed = 1e-3, 1e-2
	// leastClosed is the least chance that an ordinary day turns out to be closed, closedAgain the chance that the next
	// one is closed too.
	leastClosed, closedAgain = 0.02, 0.6
	// pause is how many ordinary days without contacts are a precedent at any time of the year; longer ones are one only
	// where they began within so many days of the same time of the year: the end of a season.
	pause, sameSeason = 20, 28
)

// series is the contacts of one subject per local day from a day on; NaN is a day that does not count: closed, special,
// masked or never read.
type series struct {
	from   wrapcast.Date
	values []float64
}

// stretch is the silence that a series ends in.
type stretch struct {
	// first is its first day, days how many ordinary days it has, expected the contacts they would have had.
	first    int
	days     int
	expected float64
}

// habit is what a series did in the weeks before its last contact.
type habit struct {
	// mean is contacts per weekday; works says on which weekdays there usually are some.
	mean  [7]float64
	works [7]bool
	total float64
	// excess is the variance of a day's contacts over their mean, at least one.
	excess float64
}

// silent returns the stretch that a series ends in, and whether it is a silence: too long to be chance, a closure
// nobody entered, or what this series has done before. among is how many series are judged together. A series that
// never had a contact is none.
func (s series) silent(among int) (stretch, bool) {
	last := s.last()
	if last < 0 || last == len(s.values)-1 || s.perWeek() < fewPerWeek {
		return stretch{}, false
	}
	h := s.habit(last)
	out := stretch{first: last + 1}
	for t := last + 1; t < len(s.values); t++ {
		if w := s.weekday(t); !math.IsNaN(s.values[t]) {
			out.expected += h.mean[w]
			if h.works[w] {
				out.days++
			}
		}
	}
	rare := h.chanceOfNone(out.expected) < rareNone/float64(max(among, 1)) &&
		s.chanceOfClosed(h, last, out.days) < rareClosed
	return out, rare && out.days > s.precedent(h, last)
}

func (s series) weekday(t int) int { return int((s.from + wrapcast.Date(t)).Weekday()) }

// last is the place of the last day with a contact, -1 where there is none.
func (s series) last() int {
	for t := len(s.values) - 1; t >= 0; t-- {
		if s.values[t] > 0 {
			return t
		}
	}
	return -1
}

// perWeek is the mean of the contacts a week over the last year, or as much of it as there is.
func (s series) perWeek() float64 {
	sum, from := 0.0, max(0, len(s.values)-year)
	for _, v := range s.values[from:] {
		if v > 0 {
			sum += v
		}
	}
	return 7 * sum / float64(len(s.values)-from)
}

// habit learns from the weeks that end with a day.
func (s series) habit(last int) habit {
	h := habit{excess: 1}
	var days, some [7]float64
	first := max(0, last-window+1)
	for t := first; t <= last; t++ {
		if v := s.values[t]; !math.IsNaN(v) {
			w := s.weekday(t)
			days[w]++
			h.mean[w] += v
			h.total += v
			if v > 0 {
				some[w]++
			}
		}
	}
	free := 0.0
	for w := range days {
		h.mean[w] /= max(days[w], 1)
		h.works[w] = some[w] > 0 && 2*some[w] >= days[w]
		if h.mean[w] > 0 {
			free += days[w] - 1
		}
	}
	squares := 0.0
	for t := first; t <= last; t++ {
		if m := h.mean[s.weekday(t)]; m > 0 && !math.IsNaN(s.values[t]) {
			squares += (s.values[t] - m) * (s.values[t] - m) / m
		}
	}
	if free > 0 {
		h.excess = max(1, squares/free)
	}
	return h
}

// chanceOfNone is the chance of no contact where so many are expected: negative binomial, with the level known only as
// well as the contacts of the weeks before tell.
func (h habit) chanceOfNone(expected float64) float64 {
	if expected == 0 {
		return 1
	}
	clumped := 1.0 // how much less often none comes than contacts that arrive one by one would let it
	if h.excess > 1 {
		clumped = math.Log(h.excess) / (h.excess - 1)
	}
	return math.Pow(1+expected/h.total, -h.total*clumped)
}

// pauseDays is an earlier stretch without contacts: where it began, how many ordinary days it had.
type pauseDays struct{ began, days int }

// pauses lists the stretches without contacts between two days with some, those that have ordinary days.
func (s series) pauses(h habit, last int) []pauseDays {
	var all []pauseDays
	now, seen := pauseDays{}, false
	for t := 0; t <= last; t++ {
		v := s.values[t]
		switch {
		case v > 0:
			if seen && now.days > 0 {
				all = append(all, now)
			}
			seen, now = true, pauseDays{began: t + 1}
		case v == 0 && h.works[s.weekday(t)]:
			now.days++
		}
	}
	return all
}

// chanceOfClosed is the chance that so many ordinary days in a row were closed without anybody saying so, by how often
// such a day had no contact in the year before the last one. The time between two seasons does not count.
func (s series) chanceOfClosed(h habit, last, days int) float64 {
	ordinary, closed := 0.0, 0.0
	for t := max(0, last-year+1); t <= last; t++ {
		if s.values[t] > 0 && h.works[s.weekday(t)] {
			ordinary++
		}
	}
	for _, p := range s.pauses(h, last) {
		if p.days <= pause && p.began > last-year {
			closed += float64(p.days)
		}
	}
	first := max((closed+0.5)/(ordinary+closed+1), leastClosed)
	return first * math.Pow(closedAgain, float64(max(days, 1)-1))
}

// precedent is how many ordinary days the longest earlier stretch without contacts had, of those that tell what this
// one may be: a pause of the last year, or a longer one that began at this time of an earlier year.
func (s series) precedent(h habit, last int) int {
	longest := 0
	for _, p := range s.pauses(h, last) {
		if p.days <= pause && p.began > last-year || p.days > pause && s.sameSeason(p.began, last+1) {
			longest = max(longest, p.days)
		}
	}
	return longest
}

// sameSeason reports whether two days lie at the same time of the year.
func (s series) sameSeason(a, b int) bool {
	apart := (b - a) % year
	return apart <= sameSeason || year-apart <= sameSeason
}
