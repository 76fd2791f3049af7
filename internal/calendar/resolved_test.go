package calendar

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func resolved(t interface{ Fatal(...any) }, c wrapcast.Calendar, from, to string) *ResolvedCalendar {
	a, err := Resolve(c, date(from), date(to))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestPublicHolidaysAgreeWithTheGazettes uses the lists published by opm.gov, mass.gov, gov.uk/bank-holidays and the
// Bavarian ministry of the interior. Days observed in another's stead are marked with an asterisk.
func TestPublicHolidaysAgreeWithTheGazettes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ region, year, want string }{
		{"US", "2026", "01-01 01-19 02-16 05-25 06-19 07-03* 07-04 09-07 10-12 11-11 11-26 12-25"},
		{"US", "2027", "01-01 01-18 02-15 05-31 06-18* 06-19 07-04 07-05* 09-06 10-11 11-11 11-25 12-24* 12-25 12-31*"},
		{"US-MA", "2026", "01-01 01-19 02-16 04-20 05-25 06-19 07-03* 07-04 09-07 10-12 11-11 11-26 12-25"},
		{"GB-ENG", "2026", "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28*"},
		{"GB-ENG", "2025", "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"},
		{"GB-SCT", "2026", "01-01 01-02 04-03 05-04 05-25 08-03 11-30 12-25 12-26 12-28*"},
		{"GB-SCT", "2023", "01-01 01-02 01-02* 01-03* 04-07 05-01 05-08 05-29 08-07 11-30 12-25 12-26"},
		{"GB-NIR", "2026", "01-01 03-17 04-03 04-06 05-04 05-25 07-12 07-13* 08-31 12-25 12-26 12-28*"},
		{"DE-BY", "2026", "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 10-03 11-01 12-25 12-26"},
		{"DE-BE", "2026", "01-01 03-08 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"},
		{"FR", "2026", "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"},
	} {
		a := resolved(t, wrapcast.Calendar{Holidays: []string{c.region}}, c.year+"-01-01", c.year+"-12-31")
		var days []string
		for _, e := range a.Events() {
			for _, d := range e.Days {
				mark := ""
				if strings.HasSuffix(e.Name, " (observed)") {
					mark = "*"
				}
				days = append(days, d.String()[5:]+mark)
			}
		}
		slices.Sort(days)
		if got := strings.Join(days, " "); got != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.region, c.year, got, c.want)
		}
	}
}

func TestEveryRegionCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	known, err := regions()
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range regionNames(known) {
		a := resolved(t, wrapcast.Calendar{Holidays: []string{region}}, "2024-01-01", "2028-12-31")
		if n := len(a.Explained()); n < 5*5 {
			t.Errorf("%s has %d holidays in five years", region, n)
		}
	}
}

func TestARegionNobodyKnowsIsRefused(t *testing.T) {
	t.Parallel()
	for region, c := range map[string]struct{ has, hasNot string }{
		"US-XX": {"US-MA", "DE-BY"}, "Atlantis": {"US", "US-MA"}, "us-ma": {"US-MA", "US-WY"}, "XX-MA": {"FR", "US-MA"}} {
		_, err := Resolve(wrapcast.Calendar{Holidays: []string{region}}, 0, 1)
		hint := strings.FieldsFunc(wrapcast.Hint(err), func(r rune) bool { return strings.ContainsRune(" ,;?", r) })
		if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), region) ||
			!slices.Contains(hint, c.has) || slices.Contains(hint, c.hasNot) {
			t.Errorf("%v, hint %q", err, hint)
		}
	}
}

func TestAHolidayCanBeLeftOut(t *testing.T) {
	t.Parallel()
	a := resolved(
		t,
		wrapcast.Calendar{Holidays: []string{"US"}, Except: []string{"Columbus Day"}},
		"2026-01-01",
		"2026-12-31",
	)
	if names := a.Names(date("2026-10-12")); len(names) != 0 {
		t.Errorf("12 October is %v", names)
	}
	if names := a.Names(date("2026-07-03")); !slices.Equal(names, []string{"Independence Day (observed)"}) {
		t.Errorf("3 July is %v", names)
	}
}

func TestAHolidayWhoseMidnightTheMachinesZoneSkipsKeepsItsDay(t *testing.T) {
	t.Parallel()
	h := &cal.Holiday{
		Func: func(*cal.Holiday, int) time.Time { return time.Date(2026, 9, 5, 23, 0, 0, 0, time.UTC) },
	} // the hour before
	if actual := held(h, 2026)[0].actual; actual != date("2026-09-06") {
		t.Errorf("%s", actual)
	}
}

func TestEasterSunday(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]string{1818: "1818-03-22", 1943: "1943-04-25", 1961: "1961-04-02", 2000: "2000-04-23",
		2008: "2008-03-23", 2011: "2011-04-24", 2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05",
		2027: "2027-03-28", 2038: "2038-04-25", 2285: "2285-03-22"} {
		if got := easter(year).String(); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
}

func TestRepetitions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		days wrapcast.Days
		want string // in 2026 and 2027 up to March
	}{
		{"once", wrapcast.Days{From: date("2026-03-03")}, "2026-03-03"},
		{"once, before", wrapcast.Days{From: date("2025-03-03")}, ""},
		{"a stretch that reaches into the year", wrapcast.Days{From: date("2025-12-29"), To: date("2026-01-02")},
			"2025-12-29"},
		{"every other week", wrapcast.Days{From: date("2026-11-20"), Repeat: wrapcast.Weekly, Interval: 2,
			Until: date("2026-12-31")}, "2026-11-20 2026-12-04 2026-12-18"},
		{"the 31st is the last", wrapcast.Days{From: date("2026-01-31"), Repeat: wrapcast.Monthly,
			Until: date("2026-05-01")}, "2026-01-31 2026-02-28 2026-03-31 2026-04-30"},
		{"the second Tuesday", wrapcast.Days{From: date("2026-01-13"), Repeat: wrapcast.MonthlyWeekday,
			Until: date("2026-04-30")}, "2026-01-13 2026-02-10 2026-03-10 2026-04-14"},
		{"the fifth Friday is the last", wrapcast.Days{From: date("2026-01-30"), Repeat: wrapcast.MonthlyWeekday,
			Until: date("2026-04-30")}, "2026-01-30 2026-02-27 2026-03-27 2026-04-24"},
		{"quarterly", wrapcast.Days{From: date("2026-01-15"), Repeat: wrapcast.Monthly, Interval: 3},
			"2026-01-15 2026-04-15 2026-07-15 2026-10-15 2027-01-15"},
		{"a birthday on a leap day", wrapcast.Days{From: date("2024-02-29"), Repeat: wrapcast.Yearly},
			"2026-02-28 2027-02-28"},
		{"Thanksgiving", wrapcast.Days{From: date("2024-11-28"), Repeat: wrapcast.YearlyWeekday}, "2026-11-26"},
		{"Whit Monday", wrapcast.Days{From: date("2024-05-20"), Repeat: wrapcast.YearlyEaster}, "2026-05-25"},
		{"skipped once", wrapcast.Days{From: date("2026-01-15"), Repeat: wrapcast.Monthly, Interval: 6,
			Skip: []wrapcast.Date{date("2026-07-15")}}, "2026-01-15 2027-01-15"},
	} {
		var got []string
		for _, d := range starts(c.days, date("2026-01-01"), date("2027-03-31")) {
			got = append(got, d.String())
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
	}
}

func TestRepetitionsAreInOrderAndWithinBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := wrapcast.NewDate(2020, 1, 1) + wrapcast.Date(rapid.IntRange(0, 3000).Draw(t, "from"))
		d := wrapcast.Days{From: wrapcast.NewDate(2019, 1, 1) + wrapcast.Date(rapid.IntRange(0, 3000).Draw(t, "first")),
			Repeat: rapid.SampledFrom([]wrapcast.Repeat{"", wrapcast.Weekly, wrapcast.Monthly, wrapcast.MonthlyWeekday,
				wrapcast.Yearly, wrapcast.YearlyWeekday, wrapcast.YearlyEaster}).
				Draw(t, "repeat"),
			Interval: rapid.IntRange(0, 5).Draw(t, "interval")}
		d.To = d.From + wrapcast.Date(rapid.IntRange(0, 40).Draw(t, "length"))
		to := from + wrapcast.Date(rapid.IntRange(0, 2000).Draw(t, "days"))
		got := starts(d, from, to)
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("out of order: %v", got)
		}
		for _, at := range got {
			if at > to || at+(d.To-d.From) < from || at < d.From {
				t.Fatalf("%s lies outside %s to %s", at, from, to)
			}
		}
	})
}

func TestEventsAreColumnsOverHistoryAndFuture(t *testing.T) {
	t.Parallel()
	a := resolved(t, wrapcast.Calendar{
		Events: []wrapcast.CalendarEvent{
			{Name: "mailing", Days: wrapcast.Days{From: date("2025-02-10"), To: date("2025-02-11")}},
			{Name: "mailing", Days: wrapcast.Days{From: date("2026-12-01")}},
		},
		Closures: []wrapcast.Closure{
			{Name: "inventory", Days: wrapcast.Days{From: date("2025-12-31"), Repeat: wrapcast.Yearly}},
		},
	}, "2025-01-01", "2026-12-31")
	got := ""
	for _, e := range a.Events() {
		got += e.Name
		for _, d := range e.Days {
			got += " " + d.String()
		}
		got += "; "
	}
	if want := "inventory 2025-12-31 2026-12-31; mailing 2025-02-10 2025-02-11 2026-12-01; "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if a.Explained()[date("2025-02-11")] != "mailing" {
		t.Errorf("explained %v", a.Explained())
	}
}

func TestNoCalendarKnowsNothing(t *testing.T) {
	t.Parallel()
	var none *ResolvedCalendar
	if none.Names(0) != nil || none.Events() != nil || len(none.Explained()) != 0 || none.Open("q", 0, time.UTC) != nil {
		t.Error("it knows something")
	}
	if open := resolved(t, wrapcast.Calendar{Holidays: []string{"US"}}, "2026-01-01", "2026-12-31").Open("q",
		date("2026-12-25"), time.UTC); open != nil {
		t.Error("a holiday closes a queue of which no hours are known")
	}
}

func clockTime(text string) wrapcast.TimeOfDay {
	var t wrapcast.TimeOfDay
	if err := t.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return t
}

func hoursOf(days, begins, ends string) []wrapcast.OpenHours {
	return []wrapcast.OpenHours{{Days: days, Begins: clockTime(begins), Ends: clockTime(ends)}}
}

// spell writes a mask as the local times at which it opens and closes.
func spell(open []bool, day wrapcast.Date, loc *time.Location) string {
	text, before := "", false
	for i, on := range append(slices.Clone(open), false) {
		if on != before {
			text += day.Midnight(loc).Add(time.Duration(i)*wrapcast.QuarterHour).In(loc).Format("15:04") + " "
		}
		before = on
	}
	return strings.TrimSpace(text)
}

func TestOpen(t *testing.T) {
	t.Parallel()
	calendar := wrapcast.Calendar{
		Holidays: []string{"US"},
		Closures: []wrapcast.Closure{
			{
				Name:   "inventory",
				Queues: []wrapcast.QueueID{"billing"},
				Days:   wrapcast.Days{From: date("2026-11-27")},
				Begins: clockTime("12:00"),
				Ends:   clockTime("24:00"),
			},
			{
				Name:   "move",
				Days:   wrapcast.Days{From: date("2026-12-07"), To: date("2026-12-08")},
				Queues: []wrapcast.QueueID{"billing", "free"},
			},
		},
		Hours: []wrapcast.OpeningHours{
			{
				Queues: []wrapcast.QueueID{"billing"},
				Open:   append(hoursOf("mon-fri", "08:00", "18:00"), hoursOf("sat", "09:00", "13:00")...),
			},
			{Queues: []wrapcast.QueueID{"billing"}, From: date("2026-12-01"), Open: hoursOf("mon-fri", "07:30", "18:00")},
			{Queues: []wrapcast.QueueID{"night"}, Open: hoursOf("daily", "22:00", "06:00"), OnHolidays: true},
			{Queues: []wrapcast.QueueID{"nightshift"}, Open: hoursOf("mon-fri", "22:00", "06:00")},
			{Queues: []wrapcast.QueueID{"emergency"}, Open: hoursOf("daily", "00:00", "24:00"), OnHolidays: true},
		},
	}
	a := resolved(t, calendar, "2026-01-01", "2026-12-31")
	loc := location(t, "America/New_York")
	for _, c := range []struct{ name, queue, day, want string }{
		{"a weekday", "billing", "2026-11-23", "08:00 18:00"},
		{"a Saturday", "billing", "2026-11-21", "09:00 13:00"},
		{"a Sunday", "billing", "2026-11-22", ""},
		{"a holiday", "billing", "2026-11-26", ""},
		{"half a day closed", "billing", "2026-11-27", "08:00 12:00"},
		{"new hours", "billing", "2026-12-01", "07:30 18:00"},
		{"closed for days", "billing", "2026-12-08", ""},
		{"a closure of a queue without hours", "free", "2026-12-08", ""},
		{"over midnight", "night", "2026-11-24", "00:00 06:00 22:00 00:00"},
		{"over midnight on a holiday", "night", "2026-11-26", "00:00 06:00 22:00 00:00"},
		{"the night before a holiday runs on into it", "nightshift", "2026-11-26", "00:00 06:00"},
		{"there is no night after a holiday's evening", "nightshift", "2026-11-27", "22:00 00:00"},
		{"Monday morning after a weekend", "nightshift", "2026-11-23", "22:00 00:00"},
		{"Saturday morning after Friday's night", "nightshift", "2026-11-21", "00:00 06:00"},
		{"a skipped hour", "night", "2026-03-08", "00:00 06:00 22:00 00:00"},
		{"a repeated hour", "night", "2026-11-01", "00:00 06:00 22:00 00:00"},
		{"around the clock on a day of 25 hours", "emergency", "2026-11-01", "00:00 00:00"},
	} {
		day := date(c.day)
		open := a.Open(wrapcast.QueueID(c.queue), day, loc)
		if got := spell(open, day, loc); len(open) != day.QuarterHours(loc) || got != c.want {
			t.Errorf("%s: %s is open on %s from %q, want %q", c.name, c.queue, day, got, c.want)
		}
	}
	if open := a.Open("free", date("2026-11-23"), loc); open != nil {
		t.Error("a queue without hours on a day without closure is known to be open")
	}
}

func TestWhatACalendarCannotSay(t *testing.T) {
	t.Parallel()
	day := wrapcast.Days{From: date("2026-11-23")}
	for name, c := range map[string]wrapcast.Calendar{
		"an event without a name": {Events: []wrapcast.CalendarEvent{{Days: day}}},
		"an event without a day":  {Events: []wrapcast.CalendarEvent{{Name: "x"}}},
		"a stretch backwards": {Events: []wrapcast.CalendarEvent{{Name: "x",
			Days: wrapcast.Days{From: 10, To: 9}}}},
		"a repetition nobody knows": {Events: []wrapcast.CalendarEvent{{Name: "x",
			Days: wrapcast.Days{From: 10, Repeat: "fortnightly"}}}},
		"a negative interval": {Events: []wrapcast.CalendarEvent{{Name: "x",
			Days: wrapcast.Days{From: 10, Interval: -1}}}},
		"a closure that ends at once":   {Closures: []wrapcast.Closure{{Name: "x", Days: day, Begins: 600, Ends: 600}}},
		"a closure at five past":        {Closures: []wrapcast.Closure{{Name: "x", Days: day, Begins: 605, Ends: 700}}},
		"hours that begin at 24:00":     {Hours: []wrapcast.OpeningHours{{Open: hoursOf("mon", "24:00", "06:00")}}},
		"hours of no weekday":           {Hours: []wrapcast.OpeningHours{{Open: hoursOf("mo-fr", "08:00", "18:00")}}},
		"hours of an unknown weekday":   {Hours: []wrapcast.OpeningHours{{Open: hoursOf("weekdays", "08:00", "18:00")}}},
		"hours that end before they do": {Hours: []wrapcast.OpeningHours{{From: 10, Until: 9}}},
	} {
		if _, err := Resolve(c, 0, 20000); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func date(text string) wrapcast.Date {
	d, err := wrapcast.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}
