package forecast

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/forecast/internal/shift"
)

// LevelShift is a lasting change of level in the newest four weeks of a series.
type LevelShift struct {
	// At is the first step of the new level.
	At int
	// Before and After are the levels, contacts per day.
	Before, After float64
}

// Ratio is the new level over the old one, infinite where that was zero: what auto multiplies the history before it by,
// unless that says nothing about the new level (above 8, it is left out) or nothing comes any more (below 0.02).
func (l LevelShift) Ratio() float64 { return l.After / l.Before }

// ShiftOf finds a change of level that lasts to the end of a series of values of at least zero by days with a week, or
// of counts by weeks: auto repairs the history before it. False where there is none, or where the steps have no week.
// What Run sees in all series of a panel together is not seen in one.
func ShiftOf(s Series, opt Options) (LevelShift, bool) {
	m := opt.startMending(s)
	levels := m.levels
	if len(levels) == 0 && m.finder != nil {
		levels = m.finder.Find()
	}
	if len(levels) == 0 || m.blocks()-levels[0].At > m.reach.Newest() {
		return LevelShift{}, false
	}
	l := levels[0]
	return LevelShift{At: len(s.Values) - (m.blocks()-l.At)*m.perBlock, Before: l.Before, After: l.After}, true
}

// daysAWeek is the cycle in which shifts of level are looked for, in days.
const daysAWeek = 7

// fineDays is the history from which days made of finer steps are looked at: their sums wander, and what is new is told
// by what has been.
const fineDays = 56

// blocksOf says how many steps make a day, or a week where the steps are weeks of counts, and what windows changes of
// level are looked for in; 0 where there is no week.
func (o Options) blocksOf(s Series) (steps int, reach shift.Steps) {
	if perDay := o.stepsADay(s); perDay > 0 {
		return perDay, shift.Days()
	}
	if s.hasCalendar() && s.Step == daysAWeek*day && isWhole(s.Values) {
		return 1, shift.Weeks()
	}
	return 0, shift.Steps{}
}

// stepsADay is how many steps make a day of which seven are a season; 0 where there is no week.
func (o Options) stepsADay(s Series) int {
	perDay, seasons := 0, o.seasonsFor(s)
	for i, p := range seasons {
		switch {
		case p == daysAWeek && perDay == 0:
			perDay = 1
		case i > 0 && p == daysAWeek*seasons[i-1] && p == math.Trunc(p):
			perDay = int(seasons[i-1])
		}
	}
	return perDay
}

// mended is a series with its history as it would have been at its newest level, and what was done to it in words.
type mended struct {
	Series
	original []float64
	from     int    // steps before it were multiplied
	note     string // empty where nothing was done
	mending
}

// mending is what changes of level are looked for in.
type mending struct {
	perBlock int           // steps of a day, or of a week of weekly steps
	reach    shift.Steps   // of the windows
	hidden   []float64     // what is seen of the history, block by block
	levels   []shift.Level // changes that need no finder: the newest first
	finder   *shift.Finder // nil where there is nothing to find
}

func (m *mending) blocks() int { return len(m.hidden) }

// startMending leaves out what was no history, and sees where a series woke or fell silent.
func (o Options) startMending(s Series) mended {
	m := mended{Series: s, original: s.Values}
	if floorFor(s.Values, o.NonNegative) != 0 {
		return m
	}
	m.thaw()
	if m.perBlock, m.reach = o.blocksOf(s); m.perBlock == 0 {
		return m
	}
	_, m.hidden = bookEvents(m.Series, o)
	if m.perBlock > 1 {
		if m.hidden = shift.Blocks(m.hidden, m.perBlock); len(m.hidden) < fineDays {
			return m
		}
	}
	if l, silent := shift.Silent(m.hidden, m.reach); silent {
		m.levels = []shift.Level{l}
		return m
	}
	if l, woke := shift.Awake(m.hidden, m.reach); woke {
		m.levels = []shift.Level{l}
		m.hidden = l.Mend(m.hidden)
	}
	m.finder, _ = shift.Look(m.hidden, m.reach)
	return m
}

// mend repairs the history before changes of level; common are those that the panel had.
func (m *mended) mend(common []shift.Common) {
	var found []shift.Level
	switch {
	case m.finder != nil && len(common) > 0:
		found = m.finder.With(common)
	case m.finder != nil:
		found = m.finder.Find()
	}
	if m.levels = append(found, m.levels...); len(m.levels) == 0 {
		m.closeDays()
		m.hideSpikes()
		return
	}
	var notes []string
	for i, l := range m.levels {
		days := m.blocks() - l.At
		l.At = len(m.original) - days*m.perBlock
		m.Values = l.Mend(m.Values)
		if i == 0 && !l.Gone() && !l.Woke() {
			m.from = l.At
		}
		notes = append(notes, m.sayLevel(l, days))
	}
	m.note = strings.Join(notes, "; ")
}

// sayLevel says what was done about a change of level so many days ago.
func (m *mended) sayLevel(l shift.Level, days int) string {
	unit := "days"
	if m.Step > day {
		unit = "weeks"
	}
	when := fmt.Sprintf("%d %s ago", days, unit)
	if m.hasCalendar() {
		when = fmt.Sprintf("on %s, %s", m.Start.Add(time.Duration(l.At)*m.Step).Format(time.DateOnly), when)
	}
	one := strings.TrimSuffix(unit, "s")
	switch {
	case l.Gone():
		return fmt.Sprintf("nothing has come for %d %s after %.3g a %s: forecast as no longer in use", days, unit,
			l.Before, one)
	case l.Woke():
		return fmt.Sprintf("the level rose from %.3g to %.3g a %s %s: what came before is left out", l.Before, l.After,
			one, when)
	}
	return fmt.Sprintf("the level went from %.3g to %.3g a %s %s: what came before is multiplied by %.2f",
		l.Before, l.After, one, when, l.Ratio())
}

// thaw leaves out the values before they began to vary.
func (m *mended) thaw() {
	frozen := shift.Frozen(m.Values)
	if frozen == 0 {
		return
	}
	m.Values = slices.Clone(m.Values)
	for t := range frozen {
		m.Values[t] = math.NaN()
	}
	m.note = fmt.Sprintf("the first %d steps are all the same number: they are left out", frozen)
}

// closeDays takes weekdays that have closed for what they are.
func (m *mended) closeDays() {
	if m.perBlock != 1 || m.reach != shift.Days() {
		return
	}
	closed := shift.Closed(m.hidden)
	if len(closed) == 0 {
		return
	}
	m.Values, m.hidden = slices.Clone(m.Values), slices.Clone(m.hidden)
	for _, p := range closed {
		for t := len(m.Values) - daysAWeek + p; t >= 0; t -= daysAWeek {
			if m.Values[t] == m.Values[t] {
				m.Values[t], m.hidden[t] = 0, 0
			}
		}
	}
	m.note = fmt.Sprintf("%d weekdays have brought nothing for three weeks: forecast as closed", len(closed))
}

// hideSpikes leaves out single days that stand out from all there was.
func (m *mended) hideSpikes() {
	if m.perBlock != 1 || m.reach != shift.Days() {
		return
	}
	spikes := shift.Spikes(m.hidden, daysAWeek)
	if len(spikes) == 0 {
		return
	}
	m.Values = slices.Clone(m.Values)
	for _, t := range spikes {
		m.Values[t] = math.NaN()
	}
	m.note = fmt.Sprintf("%d days of the last four weeks stand out from all of the year before: no forecast follows them",
		len(spikes))
}

// panelKey is what series must share to have a change in common.
type panelKey struct {
	Group    groupKey
	PerBlock int
}

func (m *mended) panelKey() panelKey { return panelKey{m.key(), m.perBlock} }
