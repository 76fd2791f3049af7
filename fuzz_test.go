package wrapcast_test

import (
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// FuzzDates reads dates and times of day as people write them: what is taken is written back as it was, or shorter.
func FuzzDates(f *testing.F) {
	f.Add("2026-11-23", "08:30")
	f.Add("2024-02-29", "24:00")
	f.Add("0001-01-01", "8:05")
	f.Add("2026-13-01", "24:01")
	f.Fuzz(func(t *testing.T, date, clock string) {
		if d, err := wrapcast.ParseDate(date); err == nil {
			if d.String() != date || wrapcast.DateOf(d.Midnight(time.UTC)) != d || d.QuarterHours(time.UTC) != 96 {
				t.Fatalf("%q is %s", date, d)
			}
		} else if wrapcast.KindOf(err) != wrapcast.Usage {
			t.Fatalf("%q: %v", date, err)
		}
		var at, again wrapcast.TimeOfDay
		if at.UnmarshalText([]byte(clock)) == nil && (at < 0 || at > 24*60 || again.UnmarshalText([]byte(at.String())) != nil || again != at) {
			t.Fatalf("%q is %s, then %s", clock, at, again)
		}
	})
}
