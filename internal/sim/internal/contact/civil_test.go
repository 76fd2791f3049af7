package contact_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestCivilTimeBecomesOneInstant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, civil, want string }{
		{"America/New_York", "2015-07-01T12:00:00", "2015-07-01T16:00:00Z"},
		{"America/New_York", "2015-11-01T00:59:59", "2015-11-01T04:59:59Z"},
		{"America/New_York", "2015-11-01T01:00:00", "2015-11-01T05:00:00Z"}, // twice: the first
		{"America/New_York", "2015-11-01T01:59:59", "2015-11-01T05:59:59Z"},
		{"America/New_York", "2015-11-01T02:00:00", "2015-11-01T07:00:00Z"},
		{"America/New_York", "2015-03-08T01:59:59", "2015-03-08T06:59:59Z"},
		{"America/New_York", "2015-03-08T02:00:00", "2015-03-08T07:00:00Z"}, // never: an hour on, 03:00
		{"America/New_York", "2015-03-08T02:30:00", "2015-03-08T07:30:00Z"},
		{"America/New_York", "2015-03-08T03:00:00", "2015-03-08T07:00:00Z"},
		{"Australia/Lord_Howe", "2024-10-06T02:15:00", "2024-10-05T15:45:00Z"}, // a jump of half an hour
		{"Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T14:45:00Z"}, // half an hour twice
		{"UTC", "2024-02-29T23:59:59", "2024-02-29T23:59:59Z"},
	} {
		civil, err := time.Parse("2006-01-02T15:04:05", c.civil)
		if err != nil {
			t.Fatal(err)
		}
		if got := contact.Instant(civil, zone(t, c.zone)).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.civil, c.zone, got, c.want)
		}
	}
}

// Whatever the clocks show, reading it back gives the same instant or the first that shows the same.
func TestInstantUndoesTheClock(t *testing.T) {
	t.Parallel()
	loc := zone(t, "America/New_York")
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "unix"), 0).In(loc)
		got := contact.Instant(at, loc)
		if got.After(at) || got.Format(time.DateTime) != at.Format(time.DateTime) || at.Sub(got) > time.Hour {
			t.Fatalf("%s is read back as %s", at, got)
		}
	})
}
