package panel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// TestAShortDayIsExpectedToBringItsShare: open for four hours instead of eight, by a closure or by hours of its own, a
// day brings half; all day closed it is zero, and other series keep their day.
func TestAShortDayIsExpectedToBringItsShare(t *testing.T) {
	t.Parallel()
	daily := func(ends wrapcast.TimeOfDay) []wrapcast.OpenHours {
		return []wrapcast.OpenHours{{Days: "daily", Begins: 8 * 60, Ends: ends}}
	}
	eve := wrapcast.Days{From: day("2026-12-24")}
	usual := wrapcast.OpeningHours{Open: daily(16 * 60)}
	rows := ""
	for _, id := range []string{"a", "b"} {
		for d := range 100 {
			rows += fmt.Sprintf("%s,%s,%d\n", id, (day("2026-12-22") - 99 + wrapcast.Date(d)).String(), 90+d*7%20)
		}
	}
	for name, c := range map[string]*wrapcast.Calendar{
		"a closure": {Hours: []wrapcast.OpeningHours{usual},
			Closures: []wrapcast.Closure{{Name: "Christmas Eve", Days: eve, Begins: 12 * 60, Ends: 24 * 60,
				Queues: []wrapcast.QueueID{"a"}}}},
		"hours of its own": {Hours: []wrapcast.OpeningHours{usual,
			{Queues: []wrapcast.QueueID{"a"}, Open: daily(16 * 60)},
			{Queues: []wrapcast.QueueID{"a"}, From: eve.From, Until: eve.From, Open: daily(12 * 60)}}},
	} {
		p := panelOf(t, rows, c, 4, tables.Options{})
		results, err := forecast.Run(t.Context(), p.Series, forecast.Options{Horizon: p.Horizon(), Events: p.Events,
			Levels: []float64{0.8}})
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range p.Results(results) {
			got, want := r.Mean[1]/r.Mean[0], []float64{0.5, 1}[i]
			if got < want-0.1 || got > want+0.1 {
				t.Errorf("%s: %s is forecast at %.2f of the day before, want %g", name, r.ID, got, want)
			}
		}
		for _, e := range p.Events {
			for _, date := range e.Dates {
				if date.Equal(eve.From.Midnight(time.UTC)) {
					t.Errorf("%s: the short day is one of the whole panel, %q", name, e.Name)
				}
			}
		}
	}
}
