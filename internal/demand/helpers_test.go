package demand

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// monday is the first day of the histories the tests make.
var monday = wrapcast.NewDate(2026, 1, 5)

var nan = math.NaN()

// leafOf is the history of a code in a queue by voice; every contact takes so many seconds.
func leafOf(queue wrapcast.QueueID, code wrapcast.CodeID, seconds float64, handled ...float64) LeafHistory {
	return LeafHistory{
		Leaf:    wrapcast.Leaf{Queue: queue, Code: code, Media: wrapcast.Voice},
		Handled: handled,
		Seconds: scaled(handled, seconds),
	}
}

// byChat is the same by chat.
func byChat(l LeafHistory) LeafHistory {
	l.Leaf.Media = wrapcast.Chat
	return l
}

// historyOf puts leaves of equal length together; a day is read where the first leaf has a value.
func historyOf(leaves ...LeafHistory) *History {
	days := len(leaves[0].Handled)
	h := &History{Zone: time.UTC, From: monday, To: monday + wrapcast.Date(days) - 1, Leaves: leaves}
	for _, v := range leaves[0].Handled {
		h.Read = append(h.Read, !math.IsNaN(v))
	}
	return h
}

// closeTo compares figures worked out by hand with floating-point ones; NaN is close to NaN alone.
func closeTo(got, want float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) {
		return got == want || math.IsNaN(got) && math.IsNaN(want)
	}
	return math.Abs(got-want) <= 1e-9*max(1, math.Abs(want))
}

func wantFigures(t *testing.T, what string, got []float64, want ...float64) {
	t.Helper()
	if !slices.EqualFunc(got, want, closeTo) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func resolve(t *testing.T, c wrapcast.Calendar) *calendar.ResolvedCalendar {
	t.Helper()
	rc, err := calendar.Resolve(c, monday, monday+400)
	if err != nil {
		t.Fatal(err)
	}
	return rc
}

// panelOf is the panel of a history without masks and without a calendar.
func panelOf(t *testing.T, h *History, directory wrapcast.Directory) *panel {
	t.Helper()
	return newPanel(Request{History: h, Directory: directory, Calendar: resolve(t, wrapcast.Calendar{}),
		Judged: wrapcast.ValidationReport{Codes: make([]wrapcast.CodeReport, len(h.Codes()))}})
}
