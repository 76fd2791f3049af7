package wrapcast_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func TestDatesReadBackAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := wrapcast.Date(rapid.Int32Range(-100_000, 100_000).Draw(t, "days"))
		text, _ := d.MarshalText()
		var back wrapcast.Date
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Fatalf("%s reads back as %v, %v", text, back, err)
		}
		if d.Midnight(time.UTC).Weekday() != d.Weekday() {
			t.Fatalf("%s: weekday %v", d, d.Weekday())
		}
	})
}

func TestMidnightIsTheFirstInstantOfItsDateInEveryZone(t *testing.T) {
	t.Parallel()
	zones := []string{"America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana",
		"America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Asia/Beirut", "America/Asuncion"}
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		d := wrapcast.Date(rapid.Int32Range(10_000, 22_000).Draw(t, "days"))
		m := d.Midnight(loc)
		if loc.String() == "Pacific/Apia" && d == wrapcast.NewDate(2011, 12, 30) {
			return // the one date that never was, on the island that jumped over it
		}
		if wrapcast.DateOf(m) != d {
			t.Fatalf("midnight of %s in %s is %s", d, loc, m)
		}
		if wrapcast.DateOf(m.Add(-time.Nanosecond)) >= d {
			t.Fatalf("%s in %s began before %s", d, loc, m)
		}
	})
}

func TestDaysHave96QuarterHoursButWhereTheClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, date string
		want       int
	}{
		{"America/New_York", "2026-11-23", 96},
		{"America/New_York", "2026-03-08", 92},
		{"America/New_York", "2026-11-01", 100},
		{"Australia/Lord_Howe", "2026-04-05", 98},
		{"America/Havana", "2026-03-08", 92}, // the gap swallows midnight itself
		{"America/Havana", "2026-11-01", 100},
		{"UTC", "2026-03-08", 96},
		{"Pacific/Apia", "2011-12-29", 96},
		{"Pacific/Apia", "2011-12-30", 0}, // the one date that never was, on the island that jumped over it
		{"Pacific/Apia", "2011-12-31", 96},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		d, err := wrapcast.ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.QuarterHours(loc); got != c.want {
			t.Errorf("%s in %s has %d quarter-hours, want %d", c.date, c.zone, got, c.want)
		}
	}
}

func TestStartOfWeekIsTheLatestBeginningNotAfterTheDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := wrapcast.Date(rapid.Int32Range(-1000, 50_000).Draw(t, "days"))
		begins := time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
		s := d.StartOfWeek(begins)
		if s > d || d-s > 6 || s.Weekday() != begins {
			t.Fatalf("week of %s beginning on %s starts on %s", d, begins, s)
		}
	})
}

func TestAWordThatIsNoDateIsAUsageErrorWithAHint(t *testing.T) {
	t.Parallel()
	_, err := wrapcast.ParseDate("yesterday")
	if wrapcast.KindOf(err) != wrapcast.Usage || wrapcast.Hint(err) == "" {
		t.Errorf("error %v, kind %s, hint %q", err, wrapcast.KindOf(err), wrapcast.Hint(err))
	}
}
