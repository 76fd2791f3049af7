// Package schedule says when a run is due: cron rules on the wall clock of a zone, through changes of the clocks.
package schedule

import (
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/wrapcast/wrapcast"
)

// Rule is a cron expression on the wall clock of a zone.
//
// A rule that names hours fires once for each time it names: one that the clocks jump over fires when they
// have jumped, one that comes twice fires the first time. A rule for every hour ("*/15 * * * *") goes by
// elapsed time and fires in both hours that are called the same. This is what Vixie's cron does.
type Rule struct {
	spec *cron.SpecSchedule
	zone *time.Location
}

// Parse reads a cron expression of five fields, or one of @hourly, @daily, @weekly, @monthly, @yearly. Sunday is 0 or
// 7, as in crontab(5).
func Parse(text string, zone *time.Location) (Rule, error) {
	refuse := func(why string) (Rule, error) {
		return Rule{}, wrapcast.Errorf(wrapcast.Usage, "schedule", "%q is no schedule: %s", text, why).
			WithHint("five fields say when: minute, hour, day of the month, month, weekday; \"0 2 * * *\" is every night at two")
	}
	if strings.Contains(text, "TZ=") { // the parser panics on some of these, and the zone is the business unit's
		return refuse("it is on the wall clock of the business unit and takes no time zone of its own")
	}
	given := strings.Fields(text)
	if len(given) == fieldCount {
		given[weekday] = sundays(given[weekday])
	}
	parsed, err := cron.ParseStandard(strings.Join(given, " "))
	if err != nil {
		return refuse(whatIsWrong(strings.Fields(text)))
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return refuse("@every has no place on the clock")
	}
	rule := Rule{spec, zone}
	if rule.spec.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return refuse("there is no such day")
	}
	return rule, nil
}

// Next returns the first time after an instant at which the rule fires.
func (r Rule) Next(after time.Time) time.Time {
	if r.everyHour() {
		spec := *r.spec
		spec.Location = r.zone
		return spec.Next(after.In(r.zone)).UTC()
	}
	spec := *r.spec
	spec.Location = time.UTC
	// The wall clock, written as if it were UTC, begins a little earlier: a time in the gap fires at its end.
	const maxGap = 24 * time.Hour
	for wall := wallOf(after.Add(-maxGap), r.zone); ; {
		if wall = spec.Next(wall); wall.IsZero() {
			return time.Time{}
		}
		if t := place(wall, r.zone); t.After(after) {
			return t.UTC()
		}
	}
}

// Upcoming returns the next n times after an instant at which a rule fires on the wall clock of a zone, for somebody
// who is about to save it.
func Upcoming(rule string, zone *time.Location, after time.Time, n int) ([]time.Time, error) {
	r, err := Parse(rule, zone)
	if err != nil {
		return nil, err
	}
	times := make([]time.Time, 0, n)
	for at := r.Next(after); len(times) < n && !at.IsZero(); at = r.Next(at) {
		times = append(times, at)
	}
	return times, nil
}

// everyHour reports whether the rule fires in every hour of the day.
func (r Rule) everyHour() bool {
	const hours = 1<<24 - 1
	return r.spec.Hour&hours == hours
}

// wallOf writes what the wall clock shows as if it were UTC.
func wallOf(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), time.UTC)
}

// place returns the first instant at which the wall clock of a zone shows a time; of a time that it
// never shows, the instant at which the clocks jump over it.
func place(wall time.Time, zone *time.Location) time.Time {
	guess := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := guess.ZoneBounds()
	var first time.Time
	for _, near := range []time.Time{start.Add(-time.Second), guess, end} {
		if near.IsZero() || near.Year() < 1 {
			continue // the zone has no change on this side
		}
		_, offset := near.In(zone).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second)
		if wallOf(t, zone).Equal(wall) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	switch {
	case !first.IsZero():
		return first
	case wallOf(guess, zone).After(wall):
		return start
	}
	return end
}

// Check refuses what is no schedule.
func Check(text string) error {
	_, err := Parse(text, time.UTC)
	return err
}
