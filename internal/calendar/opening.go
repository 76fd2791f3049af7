package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// wallClock says of each quarter-hour of the wall clock whether a queue is open.
type wallClock [wrapcast.QuarterHoursInDay]bool

// hoursRule is one entry of the calendar's opening hours, laid out by weekday.
type hoursRule struct {
	entry wrapcast.OpeningHours
	// today and tomorrow are the quarter-hours of the wall clock it opens on a weekday and, over midnight, on the day
	// after.
	today, tomorrow [7]wallClock
}

func hoursRules(entries []wrapcast.OpeningHours) ([]hoursRule, error) {
	rules := make([]hoursRule, 0, len(entries))
	for i, entry := range entries {
		rule := hoursRule{entry: entry}
		where := fmt.Sprintf("opening hours %d", i+1)
		if entry.Until != 0 && entry.Until < entry.From {
			return nil, calendarError("%s end on %s, before they begin on %s", where, entry.Until, entry.From)
		}
		for _, open := range entry.Open {
			weekdays, err := weekdaysOf(open.Days)
			if err != nil {
				return nil, err
			}
			if err := checkHours(open.Begins, open.Ends, where); err != nil {
				return nil, err
			}
			rule.open(weekdays, int(open.Begins)/15, int(open.Ends)/15)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func (r *hoursRule) open(weekdays []time.Weekday, begins, ends int) {
	for _, weekday := range weekdays {
		if ends <= begins { // over midnight
			for s := range ends {
				r.tomorrow[weekday][s] = true
			}
		}
		for s := begins; s < wrapcast.QuarterHoursInDay && (s < ends || ends <= begins); s++ {
			r.today[weekday][s] = true
		}
	}
}

func checkHours(begins, ends wrapcast.TimeOfDay, where string) error {
	for _, t := range []wrapcast.TimeOfDay{begins, ends} {
		if t < 0 || t > 24*60 || t%15 != 0 {
			return calendarError("%s: %s is no quarter-hour of a day", where,
				t).WithHint("write quarter-hours, such as 08:15")
		}
	}
	if begins == 24*60 {
		return calendarError("%s: nothing begins at 24:00", where).WithHint("write 00:00")
	}
	return nil
}

// weekdaysOf reads "mon-fri", "sat,sun", "fri-mon" or "daily".
func weekdaysOf(text string) ([]time.Weekday, error) {
	var weekdays []time.Weekday
	for part := range strings.SplitSeq(strings.ToLower(text), ",") {
		part = strings.TrimSpace(part)
		if part == "daily" {
			part = "sun-sat"
		}
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, fromOK := weekdayOf(first)
		to, toOK := weekdayOf(last)
		if !fromOK || !toOK {
			return nil, calendarError("%q names no weekdays",
				text).WithHint("write them as mon-fri, or sat,sun, or daily")
		}
		for d := from; ; d = (d + 1) % 7 {
			weekdays = append(weekdays, d)
			if d == to {
				break
			}
		}
	}
	return weekdays, nil
}

func weekdayOf(text string) (time.Weekday, bool) {
	text = strings.TrimSpace(text)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); len(text) >= 3 && strings.HasPrefix(name, text) {
			return d, true
		}
	}
	return 0, false
}

// Open returns, for each quarter-hour a day has in loc, whether a queue takes contacts: inside its opening hours, not
// in a closure, and not on a public holiday unless its hours say so. It is nil where the calendar has neither hours nor
// closure for the queue on that day, so that no hour is known to be closed. Hours that an autumn night repeats are open
// twice.
func (rc *ResolvedCalendar) Open(queue wrapcast.QueueID, day wrapcast.Date, loc *time.Location) []bool {
	if rc == nil {
		return nil
	}
	open, known := rc.onWallClock(queue, day)
	if !known {
		return nil
	}
	n := day.QuarterHours(loc)
	if n == wrapcast.QuarterHoursInDay {
		return open[:]
	}
	midnight, mask := day.Midnight(loc), make([]bool, n) // the clocks change
	for i := range mask {
		local := midnight.Add(time.Duration(i) * wrapcast.QuarterHour).In(loc)
		mask[i] = open[local.Hour()*4+local.Minute()/15]
	}
	return mask
}

// ShortDay reports whether a closure takes part of a queue's day, and not all of it.
func (rc *ResolvedCalendar) ShortDay(queue wrapcast.QueueID, day wrapcast.Date) bool {
	if rc == nil {
		return false
	}
	for _, c := range rc.closed[day] {
		if (c.Begins != 0 || c.Ends != 0) && closes(c, queue) {
			return true
		}
	}
	return false
}

// HasClosures reports whether a closure takes any queue's day, or hours of it.
func (rc *ResolvedCalendar) HasClosures() bool { return rc != nil && len(rc.closed) > 0 }

// HasClosure reports whether a closure takes a queue's day, or hours of it.
func (rc *ResolvedCalendar) HasClosure(queue wrapcast.QueueID, day wrapcast.Date) bool {
	if rc == nil {
		return false
	}
	return slices.ContainsFunc(rc.closed[day], func(c wrapcast.Closure) bool { return closes(c, queue) })
}

// onWallClock lays hours and closures over each other; known is false where neither says anything.
func (rc *ResolvedCalendar) onWallClock(queue wrapcast.QueueID, day wrapcast.Date) (open wallClock, known bool) {
	rule, today := rc.hoursOn(queue, day)
	if today && (rule.entry.OnHolidays || !rc.holidays[day]) {
		open = rule.today[day.Weekday()]
	}
	before, yesterday := rc.hoursOn(queue, day-1)
	if yesterday && today && (before.entry.OnHolidays || !rc.holidays[day-1]) { // the night that began the day before
		for s, on := range before.tomorrow[(day - 1).Weekday()] {
			open[s] = open[s] || on
		}
	}
	if !today {
		for s := range open {
			open[s] = true
		}
	}
	known = today
	for _, c := range rc.closed[day] {
		if closes(c, queue) {
			known = true
			closeHours(&open, c)
		}
	}
	return open, known
}

// closes reports whether a closure is one of a queue.
func closes(c wrapcast.Closure, queue wrapcast.QueueID) bool {
	return wrapcast.Scope{Queues: c.Queues}.CoversQueue(queue)
}

func closeHours(open *wallClock, c wrapcast.Closure) {
	ends := int(c.Ends) / 15
	if c.Begins == 0 && c.Ends == 0 {
		ends = wrapcast.QuarterHoursInDay
	}
	for s := int(c.Begins) / 15; s < ends; s++ {
		open[s] = false
	}
}

// hoursOn returns the hours that hold for a queue on a day: the last listed of its own, else the last listed for all.
func (rc *ResolvedCalendar) hoursOn(queue wrapcast.QueueID, day wrapcast.Date) (rule *hoursRule, found bool) {
	own := false
	for i := range rc.hours {
		r := &rc.hours[i]
		if r.entry.From != 0 && day < r.entry.From || r.entry.Until != 0 && day > r.entry.Until {
			continue
		}
		named := slices.Contains(r.entry.Queues, queue)
		if named || len(r.entry.Queues) == 0 && !own {
			rule, own, found = r, own || named, true
		}
	}
	return rule, found
}
