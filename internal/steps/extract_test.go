package steps

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

// TestExactlyWhatIsNotSettledIsReadAgain compares unsettled with a model that decides for each quarter-hour alone.
func TestExactlyWhatIsNotSettledIsReadAgain(t *testing.T) {
	t.Parallel()
	origin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	at := func(quarter int) time.Time { return origin.Add(time.Duration(quarter) * wrapcast.QuarterHour) }
	const settle = 3 * wrapcast.QuarterHour
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, 20).Draw(t, "from")
		to := from + rapid.IntRange(0, 40).Draw(t, "length")
		began := at(rapid.IntRange(0, 80).Draw(t, "began"))
		var readings []wrapcast.Reading
		for start := range rapid.IntRange(0, 6).Draw(t, "readings") {
			begin := start*10 + rapid.IntRange(0, 5).Draw(t, "gap")
			end := begin + rapid.IntRange(1, 5).Draw(t, "span")
			readings = append(readings, wrapcast.Reading{Interval: wrapcast.Interval{From: at(begin), To: at(end)},
				ReadAt: at(end + rapid.IntRange(0, 30).Draw(t, "read after"))})
		}
		wanted := map[time.Time]bool{}
		for q := from; q < to; q++ {
			wanted[at(q)] = true
			for _, r := range readings {
				final := at(q + 1).Add(settle)
				if holds(r.Interval, at(q)) && (!r.ReadAt.Before(began) || !r.ReadAt.Before(final)) {
					wanted[at(q)] = false
				}
			}
		}
		got := map[time.Time]bool{}
		for _, gap := range unsettled(at(from), at(to), readings, began, settle, wrapcast.Detail{}) {
			for q := gap.From; q.Before(gap.To); q = q.Add(wrapcast.QuarterHour) {
				got[q] = true
			}
		}
		for q, want := range wanted {
			if got[q] != want {
				t.Fatalf("quarter-hour %s: read again %v, want %v", q, got[q], want)
			}
		}
		if len(got) > len(wanted) {
			t.Fatalf("quarter-hours outside were asked for")
		}
	})
}

func holds(i wrapcast.Interval, t time.Time) bool { return !t.Before(i.From) && t.Before(i.To) }
