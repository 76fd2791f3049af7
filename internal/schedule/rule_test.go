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
