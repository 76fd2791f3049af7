package calendar

import (
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestTheNightOfAHolidayBeforeTheFirstDayIsKnown(t *testing.T) {
	t.Parallel()
	c := wrapcast.Calendar{Holidays: []string{"US"},
		Hours: []wrapcast.OpeningHours{{Open: hoursOf("daily", "22:00", "06:00")}}}
	for first, want := range map[string]string{"2026-11-27": "22:00 00:00", "2026-11-28": "00:00 06:00 22:00 00:00"} {
		rc := resolved(t, c, first, "2026-12-31") // Thanksgiving was on the 26th
		day, loc := date(first), location(t, "UTC")
		if got := spell(rc.Open("q", day, loc), day, loc); got != want {
			t.Errorf("%s: open %q, want %q", first, got, want)
		}
		if len(rc.Names(day-1)) != 0 {
			t.Errorf("%s: the day before has the names %v", first, rc.Names(day-1))
		}
	}
}

func TestHoursThatEndWhenTheyBeginAreAroundTheClock(t *testing.T) {
	t.Parallel()
	rc := resolved(t, wrapcast.Calendar{Hours: []wrapcast.OpeningHours{{Open: hoursOf("daily", "08:00", "08:00")}}},
		"2026-01-01", "2026-12-31")
	if open := rc.Open("q", date("2026-06-02"), location(t, "UTC")); slices.Contains(open, false) {
		t.Errorf("open %v", open)
	}
}

func TestHoursHoldFromTheirFirstDayToTheirLast(t *testing.T) {
	t.Parallel()
	summer := wrapcast.OpeningHours{From: date("2026-06-01"), Until: date("2026-06-03"),
		Open: hoursOf("daily", "08:00", "10:00")}
	oneDay := wrapcast.OpeningHours{Queues: []wrapcast.QueueID{"q"}, From: date("2026-06-02"), Until: date("2026-06-02"),
		Open: hoursOf("daily", "12:00", "13:00")}
	loc := location(t, "UTC")
	for _, hours := range [][]wrapcast.OpeningHours{{summer, oneDay}, {oneDay, summer}} { // a queue's own come first
		rc := resolved(t, wrapcast.Calendar{Hours: hours}, "2026-01-01", "2026-12-31")
		for text, want := range map[string]string{"2026-05-31": "", "2026-06-01": "08:00 10:00", "2026-06-02": "12:00 13:00",
			"2026-06-03": "08:00 10:00", "2026-06-04": ""} {
			if got := spell(rc.Open("q", date(text), loc), date(text), loc); got != want {
				t.Errorf("%s: open %q, want %q", text, got, want)
			}
		}
		if open := rc.Open("q", date("2026-06-04"), loc); open != nil {
			t.Error("hours are known after their last day")
		}
	}
}

func TestOfHoursForOneQueueTheLastListedHold(t *testing.T) {
	t.Parallel()
	first := wrapcast.OpeningHours{Open: hoursOf("daily", "08:00", "10:00")}
	second := wrapcast.OpeningHours{Open: hoursOf("daily", "09:00", "11:00")}
	rc := resolved(t, wrapcast.Calendar{Hours: []wrapcast.OpeningHours{first, second}}, "2026-01-01", "2026-12-31")
	day, loc := date("2026-06-02"), location(t, "UTC")
	if got := spell(rc.Open("q", day, loc), day, loc); got != "09:00 11:00" {
		t.Errorf("open %q", got)
	}
}

func TestAShortDayIsOneWithAClosureOfSomeHours(t *testing.T) {
	t.Parallel()
	closure := func(name, day string, begins, ends wrapcast.TimeOfDay, queues ...wrapcast.QueueID) wrapcast.Closure {
		return wrapcast.Closure{Name: name, Days: wrapcast.Days{From: date(day)}, Begins: begins, Ends: ends, Queues: queues}
	}
	rc := resolved(t, wrapcast.Calendar{Closures: []wrapcast.Closure{
		closure("afternoon", "2026-06-01", 12*60, 24*60), closure("morning", "2026-06-02", 0, 12*60),
		closure("all day", "2026-06-03", 0, 0), closure("of one", "2026-06-04", 12*60, 13*60,
			"q")}}, "2026-01-01", "2026-12-31")
	for day, want := range map[string][2]bool{"2026-06-01": {true, true}, "2026-06-02": {true, true}, "2026-06-03": {},
		"2026-06-04": {true, false}, "2026-06-05": {}} {
		if q, r := rc.ShortDay("q", date(day)), rc.ShortDay("r", date(day)); q != want[0] || r != want[1] {
			t.Errorf("%s: %v for the queue, %v for another, want %v", day, q, r, want)
		}
	}
	loc := location(t, "UTC")
	for day, want := range map[string]string{"2026-06-01": "00:00 12:00", "2026-06-02": "12:00 00:00", "2026-06-03": "",
		"2026-06-04": "00:00 12:00 13:00 00:00"} {
		if got := spell(rc.Open("q", date(day), loc), date(day), loc); got != want {
			t.Errorf("%s: open %q, want %q", day, got, want)
		}
	}
	var none *ResolvedCalendar
	if none.ShortDay("q", date("2026-06-01")) {
		t.Error("no calendar has a short day")
	}
}

func TestWhatIsWrongWithACalendarIsNamed(t *testing.T) {
	t.Parallel()
	good := wrapcast.OpeningHours{Open: hoursOf("mon", "08:00", "09:00")}
	for want, c := range map[string]wrapcast.Calendar{
		"opening hours 2 end on 1970-01-10, before they begin on 1970-01-11": {Hours: []wrapcast.OpeningHours{good,
			{From: 10, Until: 9}}},
		"08:07 is no quarter-hour": {Closures: []wrapcast.Closure{{Name: "x", Days: wrapcast.Days{From: 10},
			Ends: 8*60 + 7}}},
		"nothing begins at 24:00": {Hours: []wrapcast.OpeningHours{{Open: hoursOf("mon", "24:00", "06:00")}}},
		`closure "x" ends at 10:00, not after it begins at 10:00`: {Closures: []wrapcast.Closure{{Name: "x",
			Days: wrapcast.Days{From: 10}, Begins: 600, Ends: 600}}},
		`event "x" ends on 1970-01-10, before it begins on 1970-01-11`: {Events: []wrapcast.CalendarEvent{{Name: "x",
			Days: wrapcast.Days{From: 10, To: 9}}}},
		`"m" names no weekdays`: {Hours: []wrapcast.OpeningHours{{Open: hoursOf("m", "08:00", "09:00")}}},
	} {
		if _, err := Resolve(c, 0, 20000); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want it to say %q", err, want)
		}
	}
	for name, c := range map[string]wrapcast.Calendar{
		"hours of one day": {Hours: []wrapcast.OpeningHours{{From: 10, Until: 10,
			Open: hoursOf("mon", "00:00", "24:00")}}},
		"an event of one day":     {Events: []wrapcast.CalendarEvent{{Name: "x", Days: wrapcast.Days{From: 10, To: 10}}}},
		"a closure from midnight": {Closures: []wrapcast.Closure{{Name: "x", Days: wrapcast.Days{From: 10}, Ends: 15}}},
		"a closure to midnight": {Closures: []wrapcast.Closure{{Name: "x", Days: wrapcast.Days{From: 10}, Begins: 15,
			Ends: 24 * 60}}},
	} {
		if _, err := Resolve(c, 0, 20000); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWeekdaysMayBeWrittenShortAndAroundTheWeek(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"mon-fri": "Monday Tuesday Wednesday Thursday Friday",
		"sat,sun": "Saturday Sunday",
		"fri-mon": "Friday Saturday Sunday Monday", "Wednesday": "Wednesday", " thu - fri ": "Thursday Friday",
		"daily": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday"} {
		weekdays, err := weekdaysOf(text)
		var got []string
		for _, d := range weekdays {
			got = append(got, d.String())
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestEventsCoverTheFirstAndTheLastDay(t *testing.T) {
	t.Parallel()
	rc := resolved(t, wrapcast.Calendar{Events: []wrapcast.CalendarEvent{
		{Name: "around", Days: wrapcast.Days{From: date("2026-05-30"), To: date("2026-06-12")}}}}, "2026-06-01", "2026-06-10")
	for day, want := range map[string]int{"2026-05-31": 0, "2026-06-01": 1, "2026-06-10": 1, "2026-06-11": 0} {
		if got := len(rc.Names(date(day))); got != want {
			t.Errorf("%s has %d names, want %d", day, got, want)
		}
	}
}
