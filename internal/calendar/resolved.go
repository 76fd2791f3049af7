package calendar

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// ResolvedCalendar is an organisation's calendar worked out for a stretch of local days: which days have a name, and in
// which quarter-hours queues are open. It is safe for concurrent use. The nil ResolvedCalendar names no day and closes
// no queue.
type ResolvedCalendar struct {
	from, to wrapcast.Date
	// named are the names of each day in the calendar's order, holidays first; kinds says what each name is.
	named map[wrapcast.Date][]string
	kinds map[string]DayKind
	// expected is what somebody expects of an event, as a factor.
	expected map[string]float64
	holidays map[wrapcast.Date]bool
	closed   map[wrapcast.Date][]wrapcast.Closure
	hours    []hoursRule
}

// DayKind is the sort of special day that a name stands for.
type DayKind string

// The sorts of special days.
const (
	HolidayKind DayKind = "holiday"
	ClosureKind DayKind = "closure"
	EventKind   DayKind = "event"
)

// NamedDays is one kind of day and the days it falls on, in order.
type NamedDays struct {
	Name string          `json:"name"`
	Kind DayKind         `json:"kind"`
	Days []wrapcast.Date `json:"days"`
	// Expected is the factor somebody expects of an event, 0 where nobody says.
	Expected float64 `json:"-"`
}

// Resolve works a calendar out for the days from to to, both included: history to learn from, and days to forecast.
// An entry of the calendar that cannot be meant is a Usage error that names it.
func Resolve(c wrapcast.Calendar, from, to wrapcast.Date) (*ResolvedCalendar, error) {
	rc := &ResolvedCalendar{from: from, to: to, named: map[wrapcast.Date][]string{}, kinds: map[string]DayKind{},
		expected: map[string]float64{}, holidays: map[wrapcast.Date]bool{}, closed: map[wrapcast.Date][]wrapcast.Closure{}}
	if err := rc.addHolidays(c); err != nil {
		return nil, err
	}
	for _, closure := range c.Closures {
		if err := rc.addClosure(closure); err != nil {
			return nil, err
		}
	}
	for _, event := range c.Events {
		if err := checkDays("event", event.Name, event.Days); err != nil {
			return nil, err
		}
		if c := event.Expected; c != nil {
			if !c.Possible() {
				return nil, calendarError("event %q is expected to change contacts by %s", event.Name, *c).
					WithHint("write it in per cent of an ordinary day, from -100 %% to +1900 %%, or as a fraction: +30 %%, 0.3")
			}
			rc.expected[event.Name] = 1 + float64(*c)
		}
		rc.each(event.Days, func(day wrapcast.Date) { rc.name(day, event.Name, EventKind) })
	}
	var err error
	rc.hours, err = hoursRules(c.Hours)
	return rc, err
}

// each calls do for every day of d that lies in the calendar's stretch of days.
func (rc *ResolvedCalendar) each(d wrapcast.Days, do func(wrapcast.Date)) {
	length := max(d.To-d.From, 0)
	for _, start := range starts(d, rc.from, rc.to) {
		for day := max(start, rc.from); day <= min(start+length, rc.to); day++ {
			do(day)
		}
	}
}

func (rc *ResolvedCalendar) name(day wrapcast.Date, name string, kind DayKind) {
	if _, known := rc.kinds[name]; !known {
		rc.kinds[name] = kind
	}
	if !slices.Contains(rc.named[day], name) {
		rc.named[day] = append(rc.named[day], name)
	}
}

func (rc *ResolvedCalendar) addClosure(c wrapcast.Closure) error {
	if err := checkDays("closure", c.Name, c.Days); err != nil {
		return err
	}
	if err := checkHours(c.Begins, c.Ends, c.Name); err != nil {
		return err
	}
	if c.Begins > 0 && c.Ends <= c.Begins {
		return calendarError("closure %q ends at %s, not after it begins at %s", c.Name, c.Ends, c.Begins)
	}
	rc.each(c.Days, func(day wrapcast.Date) {
		rc.name(day, c.Name, ClosureKind)
		rc.closed[day] = append(rc.closed[day], c)
	})
	return nil
}

func checkDays(kind, name string, d wrapcast.Days) error {
	forms := []wrapcast.Repeat{"", wrapcast.Weekly, wrapcast.Monthly, wrapcast.MonthlyWeekday,
		wrapcast.Yearly, wrapcast.YearlyWeekday, wrapcast.YearlyEaster}
	switch {
	case name == "":
		return calendarError("a %s of %s has no name", kind, d.From)
	case d.From == 0:
		return calendarError("%s %q has no first day", kind, name).WithHint("write it as from: 2026-11-23")
	case d.To != 0 && d.To < d.From:
		return calendarError("%s %q ends on %s, before it begins on %s", kind, name, d.To, d.From)
	case !slices.Contains(forms, d.Repeat):
		return calendarError("%s %q repeats %q, which is not known", kind, name, d.Repeat).WithHint("known are %q",
			forms[1:])
	case d.Interval < 0:
		return calendarError("%s %q has the interval %d", kind, name, d.Interval)
	}
	return nil
}

func calendarError(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "calendar", format, args...)
}

// Names returns the names of a day, holidays first; none for an ordinary day.
func (rc *ResolvedCalendar) Names(day wrapcast.Date) []string {
	if rc == nil {
		return nil
	}
	return rc.named[day]
}

// Ordinary reports whether a day is neither a public holiday nor has a closure: what happens on it is not explained by
// the calendar's closing anything.
func (rc *ResolvedCalendar) Ordinary(day wrapcast.Date) bool {
	return !slices.ContainsFunc(rc.Names(day), func(name string) bool { return rc.kinds[name] != EventKind })
}

// Events returns every kind of day and when it falls, sorted by name: the columns a model learns effects from.
func (rc *ResolvedCalendar) Events() []NamedDays {
	if rc == nil {
		return nil
	}
	days := map[string][]wrapcast.Date{}
	for day, names := range rc.named {
		for _, name := range names {
			days[name] = append(days[name], day)
		}
	}
	events := make([]NamedDays, 0, len(days))
	for name, on := range days {
		slices.Sort(on)
		events = append(events, NamedDays{Name: name, Kind: rc.kinds[name], Days: on, Expected: rc.expected[name]})
	}
	slices.SortFunc(events, func(a, b NamedDays) int { return cmp.Compare(a.Name, b.Name) })
	return events
}

// Explained returns the first name of every day that has one. Validation does not mask these days.
func (rc *ResolvedCalendar) Explained() map[wrapcast.Date]string {
	explained := map[wrapcast.Date]string{}
	if rc != nil {
		for day, names := range rc.named {
			explained[day] = names[0]
		}
	}
	return explained
}
