package steps

import (
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

func TestQuarterHoursLearnNothingFromClosuresAndMaskedDays(t *testing.T) {
	t.Parallel()
	monday := wrapcast.NewDate(2026, 9, 28)
	until := monday + 7*patternWeeks
	resolved, err := calendar.Resolve(wrapcast.Calendar{Closures: []wrapcast.Closure{
		{Name: "meeting", Days: wrapcast.Days{From: monday, Repeat: wrapcast.Weekly}, Begins: 600, Ends: 660},
		{Name: "move", Days: wrapcast.Days{From: monday + 8}, Queues: []wrapcast.QueueID{"a"}},
	}}, monday, until)
	if err != nil {
		t.Fatal(err)
	}
	report := wrapcast.ValidationReport{Codes: []wrapcast.CodeReport{
		{Code: "c", Masks: []wrapcast.Mask{{Day: monday + 20}, {Day: monday + 23}, {Day: until}}},
		{Code: "d", Masks: []wrapcast.Mask{{Day: monday + 20}}}}}
	split := wrapcast.LineageChange{Kind: wrapcast.LineageSplit, On: monday + 30, From: []wrapcast.CodeID{"old"},
		To: []wrapcast.LineageShare{{Code: "c"}, {Code: "d"}}}
	rename := wrapcast.LineageChange{Kind: wrapcast.LineageRename, On: monday + 10, From: []wrapcast.CodeID{"oldest"},
		To: []wrapcast.LineageShare{{Code: "old"}}}
	known := &Assumptions{Resolved: resolved, Lineage: []wrapcast.LineageChange{split, rename}}
	hidden := newVeil(report, known, monday, until).hidden()
	for _, c := range []struct {
		queue wrapcast.QueueID
		code  wrapcast.CodeID
		day   int
		want  bool
	}{
		{"a", "x", 8, true}, {"b", "x", 8, false}, // closed in one queue
		{"a", "x", 7, false},                        // closed each week: part of the week
		{"a", "c", 20, true}, {"a", "c", 21, false}, // masked
		{"a", "old", 20, true}, {"a", "old", 23, false}, // both heirs, one of two
		{"a", "oldest", 9, false}, {"a", "old", 30, false}, // no longer the code before the split
	} {
		leaf := wrapcast.Leaf{Queue: c.queue, Code: c.code}
		if got := hidden(leaf, monday+wrapcast.Date(c.day)); got != c.want {
			t.Errorf("%s in queue %s on day %d: hidden %v", c.code, c.queue, c.day, got)
		}
	}
	if newVeil(wrapcast.ValidationReport{}, &Assumptions{}, monday, until).hidden() != nil {
		t.Error("nothing is masked and nothing closed, and yet something is hidden")
	}
}
