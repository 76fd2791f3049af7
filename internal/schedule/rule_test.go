package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

// zones change their clocks at different hours, by an hour and by half of one, in both halves of the year, or never.
var zones = []string{"America/New_York", "Europe/Dublin", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe",
	"America/Sao_Paulo", "Asia/Kolkata", "America/Santiago", "Africa/Casablanca", "UTC"}

func inZone(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// naive finds when a rule fires by looking at the wall clock every minute.
type naive struct {
	minute, hour int // -1 is every one
	step         int // of minutes, where minute is -1
	weekdays     []time.Weekday
	zone         *time.Location
}

func (n naive) cron() string {
	field := func(v int) string {
		if v < 0 {
			return "*"
		}
		return fmt.Sprint(v)
	}
	minute := field(n.minute)
	if n.minute < 0 {
		minute = fmt.Sprintf("*/%d", n.step)
	}
	days := "*"
	if len(n.weekdays) > 0 {
		var names []string
		for _, d := range n.weekdays {
			names = append(names, fmt.Sprint(int(d)))
		}
		days = strings.Join(names, ",")
	}
	return minute + " " + field(n.hour) + " * * " + days
}

func (n naive) shown(wall time.Time) bool {
	return (n.minute < 0 && wall.Minute()%n.step == 0 || wall.Minute() == n.minute) && (n.hour < 0 || wall.Hour() == n.hour) &&
		(len(n.weekdays) == 0 || slices.Contains(n.weekdays, wall.Weekday()))
}

// between lists when the rule fires in (from, to], minute by minute of elapsed time.
func (n naive) between(from, to time.Time) []time.Time {
	var fired []time.Time
	seen := map[time.Time]bool{}
	begin := from.Add(-48 * time.Hour).Truncate(time.Minute)
	last := wallOf(begin, n.zone).Add(-time.Minute)
	for t := begin; !t.After(to); t = t.Add(time.Minute) {
		wall := wallOf(t, n.zone)
		fires := n.shown(wall) && (n.hour < 0 || !seen[wall])
		for skipped := last.Add(time.Minute); n.hour >= 0 && skipped.Before(wall); skipped = skipped.Add(time.Minute) {
			fires = fires || n.shown(skipped) && !seen[skipped]
			seen[skipped] = true
		}
		seen[wall] = true
		if wall.After(last) {
			last = wall
		}
		if fires && t.After(from) {
			fired = append(fired, t.UTC())
		}
	}
	return fired
}

// Over any ten days a rule fires exactly when looking at the wall clock every minute says so.
func TestScheduleFiresWhenTheWallClockSaysSo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := naive{zone: inZone(t, rapid.SampledFrom(zones).Draw(t, "zone")), hour: rapid.IntRange(-1, 23).Draw(t, "hour"),
			minute: rapid.IntRange(-1, 59).Draw(t, "minute"), step: rapid.SampledFrom([]int{5, 15, 20, 30}).Draw(t, "step")}
		if rapid.Bool().Draw(t, "some weekdays") {
			n.weekdays = rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(0, 6), func(d int) time.Weekday { return time.Weekday(d) }), 1, 4, rapid.ID).Draw(t, "weekdays")
		}
		// Begin near a clock change as often as not.
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, n.zone).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "minute of the year")) * time.Minute)
		if _, change := from.ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "near a change") {
			from = change.Add(-time.Duration(rapid.IntRange(0, 5*24*60).Draw(t, "minutes before")) * time.Minute)
		}
		to := from.Add(10 * 24 * time.Hour)
		rule, err := Parse(n.cron(), n.zone)
		if err != nil {
			t.Fatal(err)
		}
		var got []time.Time
		for at := rule.Next(from); !at.After(to); at = rule.Next(at) {
			got = append(got, at)
		}
		if want := n.between(from, to); !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%q in %s from %s fires at\n%v, not at\n%v", n.cron(), n.zone, from, got, want)
		}
	})
}

func TestScheduleOverClockChanges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ cron, zone, after, want string }{
		"a time lost in spring fires when the clocks have jumped":  {"30 1 * * *", "Europe/Dublin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
		"a time that comes twice in autumn fires the first time":   {"30 1 * * *", "Europe/Dublin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		"and not a second time":                                    {"30 1 * * *", "Europe/Dublin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		"two in the morning is two in the morning before a change": {"0 2 * * *", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-01T07:00:00Z"},
		"and after it": {"0 2 * * *", "America/New_York", "2026-11-01T07:00:00Z", "2026-11-02T07:00:00Z"},
		"every quarter of an hour goes on through the hour that is lost": {"*/15 * * * *", "America/New_York", "2026-03-08T06:45:00Z", "2026-03-08T07:00:00Z"},
		"and through both that are called the same":                      {"*/15 * * * *", "America/New_York", "2026-11-01T05:45:00Z", "2026-11-01T06:00:00Z"},
		"half an hour can be lost too":                                   {"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z"},
		"29 February waits for its year":                                 {"0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule, err := Parse(c.cron, inZone(t, c.zone))
			if err != nil {
				t.Fatal(err)
			}
			after, _ := time.Parse(time.RFC3339, c.after)
			if got := rule.Next(after).Format(time.RFC3339); got != c.want {
				t.Errorf("after %s it fires at %s, want %s", c.after, got, c.want)
			}
		})
	}
}

func TestScheduleRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "* * * *", "60 * * * *", "0 2 30 2 *", "TZ=0", "CRON_TZ=Europe/Berlin 0 2 * * *", "@every 1h", "0 0 2 * * *", "nightly", "0 2 * * *; rm"} {
		if _, err := Parse(text, time.UTC); wrapcast.KindOf(err) != wrapcast.Usage || wrapcast.Hint(err) == "" {
			t.Errorf("%q gets %v", text, err)
		}
	}
}

func FuzzSchedule(f *testing.F) {
	for _, text := range []string{"0 2 * * *", "TZ=0", "@daily", "*/7 1-5 * 2 mon"} {
		f.Add(text)
	}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		rule, err := Parse(text, inZone(t, "Europe/Dublin"))
		if err == nil && !rule.Next(now).After(now) {
			t.Errorf("%q fires at %s", text, rule.Next(now))
		}
	})
}

// Sunday is 0 and 7, alone and at the end of a range, as in crontab(5).
func TestSundayIsSevenToo(t *testing.T) {
	t.Parallel()
	for seven, zero := range map[string]string{"7": "0", "5-7": "5,6,0", "1-7/2": "1,3,5,0", "3,7": "3,0", "0-7": "*",
		"mon,7": "mon,0"} {
		a, err := Parse("0 2 * * "+seven, time.UTC)
		if err != nil {
			t.Errorf("%s: %v", seven, err)
			continue
		}
		b, err := Parse("0 2 * * "+zero, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
		for range 20 {
			if x, y := a.Next(at), b.Next(at); !x.Equal(y) {
				t.Fatalf("%s fires at %v, %s at %v", seven, x, zero, y)
			}
			at = a.Next(at)
		}
	}
}

// What cannot be read is told by the field that is wrong and what it takes, not in the words of a library.
func TestWhatIsWrongNamesTheField(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0 2 * * 8":     `the weekday is "8"; it takes 0 to 7`,
		"0 25 * * *":    `the hour is "25"; it takes 0 to 23`,
		"60 2 * * *":    `the minute is "60"`,
		"0 2 0 * *":     `the day of the month is "0"`,
		"0 2 * 13 *":    `the month is "13"`,
		"0 2 * * 7-8":   `the weekday is "7-8"`,
		"0 2 * * mo":    `the weekday is "mo"`,
		"0 2 * *":       "it has 4 of 5 fields",
		"0 0 2 * * 1":   "it has 6 of 5 fields",
		"":              "it has 0 of 5 fields",
		"@nightly":      "known names are @hourly",
		"*/0 2 * * *":   `the minute is "*/0"`,
		"0 2 * * 1-5-7": `the weekday is "1-5-7"`,
	} {
		_, err := Parse(text, time.UTC)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
