package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"
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

// ShiftOf finds a change of level that lasts to the end of a series of values of at least zero with a weekly cycle:
// auto repairs the history before it. False where there is none, or where the steps have no week.
func ShiftOf(s Series, opt Options) (LevelShift, bool) {
	m := mended{Series: s}
	m.thaw()
	_, hidden := bookEvents(m.Series, opt)
	l, perDay, ok := opt.shiftIn(m.Series, hidden)
	if !ok {
		return LevelShift{}, false
	}
	return LevelShift{At: len(s.Values) - (len(s.Values)/perDay-l.At)*perDay, Before: l.Before, After: l.After}, true
}

// daysAWeek is the cycle in which shifts of level are looked for, in days.
const daysAWeek = 7

// fineDays is the history from which days made of finer steps are looked at: their sums wander, and what is new is told
// by what has been.
const fineDays = 56

// shiftIn looks for a change of level in the days of a series, whose values are given with what is to be hidden as NaN.
func (o Options) shiftIn(s Series, values []float64) (l shift.Level, perDay int, found bool) {
	perDay = o.stepsADay(s)
	if perDay == 0 || floorFor(s.Values, o.NonNegative) != 0 {
		return l, perDay, false
	}
	if perDay > 1 {
		values = shift.Blocks(values, perDay)
		if len(values) < fineDays {
			return l, perDay, false
		}
	}
	l, found = shift.Find(values, daysAWeek)
	return l, perDay, found
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
}

// mend repairs the history before a change of level.
func (o Options) mend(s Series) mended {
	m := mended{Series: s, original: s.Values}
	if floorFor(s.Values, o.NonNegative) != 0 {
		return m
	}
	m.thaw()
	_, hidden := bookEvents(m.Series, o)
	l, perDay, ok := o.shiftIn(m.Series, hidden)
	if !ok {
		m.hideSpikes(hidden, perDay)
		return m
	}
	days := len(s.Values)/perDay - l.At
	l.At = len(s.Values) - days*perDay
	m.Values = l.Mend(m.Values)
	when := fmt.Sprintf("%d days ago", days)
	if s.hasCalendar() {
		when = fmt.Sprintf("on %s, %s", s.Start.Add(time.Duration(l.At)*s.Step).Format(time.DateOnly), when)
	}
	switch {
	case l.Gone():
		m.note = fmt.Sprintf("nothing has come for %d days after %.3g a day: forecast as no longer in use", days,
			l.Before)
	case l.Woke():
		m.note = fmt.Sprintf("the level rose from %.3g to %.3g a day %s: what came before is left out",
			l.Before, l.After, when)
	default:
		m.from = l.At
		m.note = fmt.Sprintf("the level went from %.3g to %.3g a day %s: what came before is multiplied by %.2f",
			l.Before, l.After, when, l.Ratio())
	}
	return m
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

// hideSpikes leaves out single days that stand out from all there was: hidden is what is seen of the history by days.
func (m *mended) hideSpikes(hidden []float64, perDay int) {
	if perDay != 1 {
		return
	}
	spikes := shift.Spikes(hidden, daysAWeek)
	if len(spikes) == 0 {
		return
	}
	m.Values = slices.Clone(m.Values)
	for _, t := range spikes {
		m.Values[t] = math.NaN()
	}
	m.note = fmt.Sprintf("%d days of the last fortnight stand out from all of the year before: no forecast follows them",
		len(spikes))
}

// mendAll repairs the histories of a panel.
func (o Options) mendAll(ctx context.Context, panel []Series) ([]mended, error) {
	out := make([]mended, len(panel))
	err := inParallel(ctx, len(panel), o.Workers, func(_, i int) error {
		out[i] = o.mend(panel[i])
		return nil
	})
	return out, err
}
