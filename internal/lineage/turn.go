package lineage

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

const (
	// habitDays are how many days beside a turn say what is usual, as many as longHabit where they have fewer contacts
	// than enoughContacts.
	habitDays, longHabit, enoughContacts = 56, 182, 30
	// minContacts is how many contacts a code must have in these days to be looked at.
	minContacts = 5
	// recentDays is how many days up to the last contact must have livelyShare of what is usual, or it is a straggler;
	// more than fewStrays contacts are some only where they are a fifth of that. Only asked where tellable contacts are
	// usual in these days.
	recentDays, livelyShare, fewStrays, tellable = 14, 0.1, 2, 10
	// strayShare is the greatest part of the contacts that silence lets expect that may come all the same.
	strayShare = 0.05
	// rareNone is the chance of such a silence by counts alone from which on it is one.
	rareNone = 1e-3
	// minAhead is how many days before its first contact must have been read for a code to have begun.
	minAhead = 28
	// season is the shortest earlier pause, in days, that may be one of a season; it explains a silence of up to twice
	// its length.
	season = 20
	// maxExcess bounds the variance of a code's day over its mean: more would be one outlier.
	maxExcess = 20
)

// turn is the end or the beginning of a code.
type turn struct {
	*code
	// ends says that the code ended, else it began.
	ends bool
	// at is the day of the last contact of one that ended, of the first of one that began; stragglers apart.
	at int
	// habit are the days beside it that say what is usual, profile what the code did in them.
	habit   window
	profile profile
	// excess is the variance of a day over its mean in these days, at least one.
	excess float64
	// perDay are contacts per day in these days.
	perDay float64
}

// side looks at days from one end of the history: from the last backwards for codes that end, from the first for codes
// that begin. Place 0 is the outermost day.
type side struct {
	days int
	ends bool
}

// window is a range of places as days.
func (s side) window(from, until int) window {
	from, until = min(max(from, 0), s.days), min(max(until, 0), s.days)
	if s.ends {
		return window{s.days - until, s.days - from}
	}
	return window{from, until}
}

// day is a place as a day.
func (s side) day(place int) int { return s.window(place, place+1).from }

// turnOf finds where a code ended, or began; false where it did not.
func (p *panel) turnOf(c *code, s side) (turn, bool) {
	place := p.edge(c, s)
	silent := s.window(0, place)
	if place < 0 || silent.days() == 0 || !s.ends && silent.days() < minAhead {
		return turn{}, false
	}
	habit := s.window(place, place+habitDays)
	for length := 2 * habitDays; c.contacts(habit) < enoughContacts && habit.days() < longHabit; length += habitDays {
		longer := s.window(place, place+min(length, longHabit))
		if longer == habit {
			break
		}
		habit = longer
	}
	t := turn{code: c, ends: s.ends, at: s.day(place), habit: habit, profile: p.profileOf(c, habit)}
	if t.profile.contacts < minContacts {
		return t, false
	}
	t.excess, t.perDay = p.excess(c, t.profile, habit), t.profile.contacts/float64(habit.days())
	if s.ends && p.Code(c.id).Deleted {
		return t, true // nothing can come any more: it is no season, and no chance
	}
	expected := p.expected(c, t.profile, habit, silent)
	if c.contacts(silent) > strayShare*expected || t.chanceOfNone(expected) > rareNone {
		return t, false
	}
	return t, c.longestPause(s, place) < max(season, silent.days()/2)
}

// edge is the place of the outermost contact that is no straggler, -1 where there is none.
func (p *panel) edge(c *code, s side) int {
	for place := range s.days {
		if !(c.daily[s.day(place)] > 0) {
			continue
		}
		recent, further := s.window(place, place+recentDays), s.window(place+recentDays, place+recentDays+habitDays)
		usual := p.expected(c, p.profileOf(c, further), further, recent)
		if n := c.contacts(recent); usual < tellable || n >= livelyShare*usual || n > fewStrays && n >= livelyShare/5*usual {
			return place
		}
	}
	return -1
}

// longestPause is the longest stretch without a contact beyond a place, in days that count.
func (c *code) longestPause(s side, place int) int {
	longest, now := 0, 0
	for r := place; r < s.days; r++ {
		switch v := c.daily[s.day(r)]; {
		case v > 0:
			longest, now = max(longest, now), 0
		case v == 0:
			now++
		}
	}
	return longest
}

// excess is the variance of a code's contacts over what its share of the streams lets expect, by day and by week: the
// greater of the two, at least one.
func (p *panel) excess(c *code, of profile, habit window) float64 {
	expected := make([]float64, habit.days())
	for _, s := range sortedKeys(of.streams) {
		all := 0.0
		for t := habit.from; t < habit.until; t++ {
			all += p.streams[s].daily[t]
		}
		for i := range expected {
			expected[i] += of.streams[s] * p.streams[s].daily[habit.from+i] / max(all, 1)
		}
	}
	return max(1, min(maxExcess, max(c.scatter(habit, expected, 1), c.scatter(habit, expected, 7))))
}

// scatter is chi-squared per degree of freedom, over stretches of so many days.
func (c *code) scatter(habit window, expected []float64, length int) float64 {
	sum, n := 0.0, 0
	for from := 0; from+length <= len(expected); from += length {
		had, wanted := 0.0, 0.0
		for i := from; i < from+length; i++ {
			if c.known(habit.from + i) {
				had, wanted = had+c.daily[habit.from+i], wanted+expected[i]
			}
		}
		if wanted > 0 {
			sum, n = sum+(had-wanted)*(had-wanted)/wanted, n+1
		}
	}
	return sum / float64(max(n-1, 1))
}

// chanceOfNone is the chance of no contact where so many are expected: negative binomial, with the level known only as
// well as the contacts beside the turn tell.
func (t turn) chanceOfNone(expected float64) float64 {
	clumped := 1.0
	if t.excess > 1 {
		clumped = math.Log(t.excess) / (t.excess - 1)
	}
	return math.Pow(1+expected/t.profile.contacts, -t.profile.contacts*clumped)
}

// retired reports whether people said that a code is used no more.
func (h History) retired(id wrapcast.CodeID) bool {
	for _, c := range h.Known {
		if c.Kind != wrapcast.LineageRetire {
			continue
		}
		for _, from := range c.From {
			if from == id {
				return true
			}
		}
	}
	return false
}
