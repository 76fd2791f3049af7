package planning

import (
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// fuzzedZones change their clocks at midnight, by half an hour, by two, across the date line, or not at all.
var fuzzedZones = []string{
	"UTC",
	"America/New_York",
	"Europe/Berlin",
	"Australia/Lord_Howe",
	"America/Havana",
	"Africa/Cairo",
	"Pacific/Apia",
	"Asia/Kathmandu",
	"Antarctica/Troll",
	"America/Sao_Paulo",
}

// FuzzWeek cuts weeks of every zone into quarter-hours and days.
func FuzzWeek(f *testing.F) {
	f.Add(int32(20_780), 1, 700, uint8(1), 90_000)
	f.Add(int32(20_532), 3, 5, uint8(0), -1)  // the week of a clock change
	f.Add(int32(15_338), 6, 767, uint8(6), 0) // Apia had no 30 December 2011
	f.Fuzz(func(t *testing.T, day int32, zone, quarter int, begins uint8, seconds int) {
		const years = 200 * 366 // from 1970 on
		date := wrapcast.Date(((day % years) + years) % years)
		loc, err := time.LoadLocation(fuzzedZones[((zone%len(fuzzedZones))+len(fuzzedZones))%len(fuzzedZones)])
		if err != nil {
			t.Fatal(err)
		}
		week := date.StartOfWeek(time.Weekday(begins % 7))
		if week > date || date-week > 6 || week.Weekday() != time.Weekday(begins%7) {
			t.Fatalf("%s lies in the week that begins on %s", date, week)
		}
		quarter %= 1000
		at := quarterHour(week, loc, quarter)
		if i := index(week, loc, at); i != quarter {
			t.Fatalf("quarter-hour %d of %s in %s begins at %s, which is %d", quarter, week, loc, at, i)
		}
		if i := index(week, loc, at.Add(time.Duration(((seconds%900)+900)%900)*time.Second)); i != quarter {
			t.Fatalf("within quarter-hour %d of %s in %s is %d", quarter, week, loc, i)
		}
		daysFill(t, week, loc)
		unit := wrapcast.BusinessUnit{TimeZone: loc.String(), WeekStart: time.Weekday(begins % 7)}
		next, err := NextWeek(unit, at)
		if today := wrapcast.DateOf(at.In(loc)); err != nil || next <= today || next-today > 7 ||
			next.Weekday() != unit.WeekStart {
			t.Fatalf("the week after %s is %s, %v", today, next, err)
		}
	})
}

// daysFill checks that the days of a week lie one behind the other, and hold as many quarter-hours as its arrays.
func daysFill(t *testing.T, week wrapcast.Date, loc *time.Location) {
	t.Helper()
	for _, rule := range LengthRules() {
		values, first := rule.QuarterHours(week, loc), 0
		for i, d := range daysOf(week, loc, values) {
			if d.first != first || d.day != week+wrapcast.Date(i) || d.count < 0 || d.count > d.of {
				t.Fatalf("%s in %s: day %d of a week is %+v, %d quarter-hours lie before it", week, loc, i, d, first)
			}
			first += d.count
		}
		if first != values {
			t.Fatalf("%s in %s: the days hold %d quarter-hours, the arrays %d", week, loc, first, values)
		}
	}
}
