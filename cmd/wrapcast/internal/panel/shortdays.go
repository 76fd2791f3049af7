package panel

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

const (
	wholeDay   = 24 * time.Hour
	usualWeeks = 8    // weeks on either side whose same weekdays say how long a queue is usually open
	shortBelow = 0.95 // of what is usual: a short day
	shareSteps = 20   // shares are told in steps of a twentieth
)

// shortDays are the days on which a queue is open, but for less than usual on its weekday: events of its own, expected
// to bring as much less until days like them have taught more.
func (p *Panel) shortDays(series int, from, to wrapcast.Date) []forecast.Event {
	s := p.Series[series]
	if s.Step != wholeDay || p.days == nil {
		return nil
	}
	var events []forecast.Event
	for date := from; date <= to; date++ {
		share := p.openShare(wrapcast.QueueID(s.ID), date)
		if share == 0 || share >= shortBelow {
			continue
		}
		share = max(1, math.Round(shareSteps*share)) / shareSteps
		p.addShort(&events, date, share)
	}
	return events
}

// addShort adds a day to the event of its name: that of the closure that shortens it, or what it is.
func (p *Panel) addShort(events *[]forecast.Event, date wrapcast.Date, share float64) {
	name := fmt.Sprintf("open for %.0f %% of the usual hours", 100*share)
	for _, named := range p.days.Events() {
		if named.Kind == calendar.ClosureKind && slices.Contains(named.Days, date) {
			name = fmt.Sprintf("%s, %s", named.Name, name)
		}
	}
	at := slices.IndexFunc(*events, func(e forecast.Event) bool { return e.Name == name })
	if at < 0 {
		at = len(*events)
		*events = append(*events, forecast.Event{Name: name, Expected: share})
	}
	(*events)[at].Dates = append((*events)[at].Dates, date.Midnight(time.UTC))
}

// leaveShortToSeries takes short days out of the panel's closures: each series has its own.
func (p *Panel) leaveShortToSeries() {
	short := map[time.Time]bool{}
	for _, s := range p.Series {
		for _, e := range s.Events {
			for _, date := range e.Dates {
				short[date] = true
			}
		}
	}
	if len(short) == 0 {
		return
	}
	closures := map[string]bool{}
	for _, named := range p.days.Events() {
		closures[named.Name] = named.Kind == calendar.ClosureKind
	}
	for i, e := range p.Events {
		if closures[e.Name] {
			p.Events[i].Dates = slices.DeleteFunc(e.Dates, func(date time.Time) bool { return short[date] })
		}
	}
	p.Events = slices.DeleteFunc(p.Events, func(e forecast.Event) bool { return len(e.Dates) == 0 })
}

// openShare is how long a queue is open on a day over what is usual on its weekday; 0 where it is closed, 1 where
// nothing is known.
func (p *Panel) openShare(queue wrapcast.QueueID, date wrapcast.Date) float64 {
	today := p.openQuarters(queue, date)
	if today == 0 {
		return 0
	}
	var around []int
	for week := -usualWeeks; week <= usualWeeks; week++ {
		if n := p.openQuarters(queue, date+wrapcast.Date(7*week)); week != 0 && n > 0 {
			around = append(around, n)
		}
	}
	if len(around) == 0 {
		return 1
	}
	slices.Sort(around)
	return float64(today) / float64(around[len(around)/2])
}

// openQuarters is for how many quarter-hours a queue is open on a day.
func (p *Panel) openQuarters(queue wrapcast.QueueID, date wrapcast.Date) (n int) {
	open := p.days.Open(queue, date, time.UTC)
	if open == nil {
		return wrapcast.QuarterHoursInDay
	}
	for _, on := range open {
		if on {
			n++
		}
	}
	return n
}
