package lineage

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// History is what is looked at: the contacts of every leaf per local day, with the changes of lineage in use applied.
type History struct {
	From wrapcast.Date
	// Leaves have as many days each; NaN is a day that was not read.
	Leaves []Leaf
	// Code returns a code with its name.
	Code func(wrapcast.CodeID) wrapcast.Code
	// Hidden tells of a code's day that people hid it; nil hides none.
	Hidden func(wrapcast.CodeID, wrapcast.Date) bool
	// Known are the changes of lineage in use: what is said to be retired is not looked at.
	Known []wrapcast.LineageChange
}

// Leaf has the contacts and the handle seconds of a leaf, per day.
type Leaf struct {
	Leaf             wrapcast.Leaf
	Handled, Seconds []float64
}

// panel is a history, gathered by code and by stream.
type panel struct {
	History
	days    int
	codes   []*code
	streams []*stream
	// turns are the codes that ended, and those that began.
	turns []turn
	// byWeekday and byStream are the shares of all contacts.
	byWeekday [7]float64
	byStream  []float64
}

// code is one wrap-up code that agents choose.
type code struct {
	id     wrapcast.CodeID
	name   string
	leaves []leaf
	// daily are contacts per day; NaN where nothing counts: not read, or hidden by hand.
	daily []float64
}

// leaf is a code in one stream.
type leaf struct {
	*Leaf
	stream int
}

// stream is a queue on a channel: the contacts of all its codes per day, those without a code included, zero on days
// that were not read.
type stream struct{ daily []float64 }

func newPanel(h History) *panel {
	p := &panel{History: h}
	streams, codes := map[wrapcast.Stream]int{}, map[wrapcast.CodeID]*code{}
	for i := range h.Leaves {
		l := &h.Leaves[i]
		p.days = max(p.days, len(l.Handled))
		at, seen := streams[l.Leaf.Stream()]
		if !seen {
			at = len(p.streams)
			streams[l.Leaf.Stream()] = at
			p.streams = append(p.streams, &stream{daily: make([]float64, len(l.Handled))})
		}
		addUp(p.streams[at].daily, l.Handled)
		id := l.Leaf.Code
		if id == wrapcast.NoCode || id == wrapcast.DefaultCode || id.IsSystem() {
			continue
		}
		if codes[id] == nil {
			codes[id] = &code{id: id, name: h.Code(id).Name, daily: make([]float64, len(l.Handled))}
			p.codes = append(p.codes, codes[id])
		}
		codes[id].leaves = append(codes[id].leaves, leaf{l, at})
	}
	for _, c := range p.codes {
		c.sum(h)
	}
	p.shares()
	return p
}

// addUp adds what is known.
func addUp(to, values []float64) {
	for t, v := range values {
		if v > 0 {
			to[t] += v
		}
	}
}

// sum adds up the leaves of a code.
func (c *code) sum(h History) {
	for t := range c.daily {
		known := false
		for _, l := range c.leaves {
			if v := l.Handled[t]; !math.IsNaN(v) {
				known = true
				c.daily[t] += v
			}
		}
		if !known || h.Hidden != nil && h.Hidden(c.id, h.From+wrapcast.Date(t)) {
			c.daily[t] = math.NaN()
		}
	}
}

// shares are those of all contacts by weekday and by stream.
func (p *panel) shares() {
	p.byStream = make([]float64, len(p.streams))
	all := 0.0
	for i, s := range p.streams {
		for t, v := range s.daily {
			p.byStream[i] += v
			p.byWeekday[p.weekday(t)] += v
			all += v
		}
	}
	for i := range p.byStream {
		p.byStream[i] /= max(all, 1)
	}
	for i := range p.byWeekday {
		p.byWeekday[i] /= max(all, 1)
	}
}

func (p *panel) weekday(t int) int { return int((p.From + wrapcast.Date(t)).Weekday()) }

// window is a range of days, from the first up to and without the last.
type window struct{ from, until int }

func (w window) days() int { return max(w.until-w.from, 0) }

// contacts are those of a code in a window.
func (c *code) contacts(w window) float64 {
	n := 0.0
	for _, v := range c.daily[w.from:w.until] {
		if v > 0 {
			n += v
		}
	}
	return n
}

// known reports whether a day of a code counts.
func (c *code) known(t int) bool { return !math.IsNaN(c.daily[t]) }

// profile is what a code did in a window.
type profile struct {
	contacts, seconds float64
	// streams are contacts by stream, weekdays by weekday.
	streams  map[int]float64
	weekdays [7]float64
}

func (p *panel) profileOf(c *code, w window) profile {
	out := profile{streams: map[int]float64{}}
	for _, l := range c.leaves {
		for t := w.from; t < w.until; t++ {
			v := l.Handled[t]
			if !(v > 0) || !c.known(t) {
				continue
			}
			out.contacts += v
			out.streams[l.stream] += v
			out.weekdays[p.weekday(t)] += v
			if s := l.Seconds[t]; s > 0 {
				out.seconds += s
			}
		}
	}
	return out
}

func (a profile) plus(b profile) profile {
	sum := profile{contacts: a.contacts + b.contacts, seconds: a.seconds + b.seconds, streams: map[int]float64{}}
	for _, of := range []profile{a, b} {
		for s, v := range of.streams {
			sum.streams[s] += v
		}
	}
	for i := range sum.weekdays {
		sum.weekdays[i] = a.weekdays[i] + b.weekdays[i]
	}
	return sum
}

// scaled is a profile with so many times the contacts.
func (a profile) scaled(by float64) profile {
	out := profile{contacts: a.contacts * by, seconds: a.seconds * by, streams: map[int]float64{}}
	for s, v := range a.streams {
		out.streams[s] = v * by
	}
	for i, v := range a.weekdays {
		out.weekdays[i] = v * by
	}
	return out
}

// meanSeconds is the mean handle time, not measured without a contact.
func (a profile) meanSeconds() wrapcast.Measure {
	if a.contacts == 0 || a.seconds == 0 {
		return wrapcast.NotMeasured()
	}
	return wrapcast.Measure(a.seconds / a.contacts)
}

// expected are the contacts that a code would have in a window if it kept the shares of its streams that it had in
// another. The days are those that count.
func (p *panel) expected(c *code, habit profile, learned, w window) float64 {
	sum := 0.0
	for _, s := range sortedKeys(habit.streams) {
		had, has := 0.0, 0.0
		for t := learned.from; t < learned.until; t++ {
			if c.known(t) {
				had += p.streams[s].daily[t]
			}
		}
		for t := w.from; t < w.until; t++ {
			if c.known(t) {
				has += p.streams[s].daily[t]
			}
		}
		if had > 0 {
			sum += habit.streams[s] * has / had
		}
	}
	return sum
}

// year is the days after which the same weekday and nearly the same day of the year come again; pastContacts is what a
// code's own year before weighs against that of its streams, in contacts.
const year, pastContacts = 364, 10

// seasonal is expected, with the code's own season: by what it did in the same days a year before.
func (p *panel) seasonal(t turn, w window) float64 {
	due := p.expected(t.code, t.profile, t.habit, w)
	habit, past := window{t.habit.from - year, t.habit.until - year}, window{w.from - year, w.until - year}
	if habit.from < 0 || past.until > t.at {
		return due
	}
	before := p.profileOf(t.code, habit)
	return due * (t.contacts(past) + pastContacts) / (p.expected(t.code, before, habit, past) + pastContacts)
}

func sortedKeys(m map[int]float64) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
