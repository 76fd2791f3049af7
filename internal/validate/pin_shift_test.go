package validate

import (
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestAShiftIsFoundOnItsDay(t *testing.T) {
	t.Parallel()
	level := func(pairs ...float64) (values []float64) {
		for i := 0; i < len(pairs); i += 2 {
			for range int(pairs[i]) { // with a week: one and the same number says nothing of what follows
				values = append(values, pairs[i+1]*[]float64{1.2, 1, 1, 1, 1, 0.9, 0.9}[len(values)%7])
			}
		}
		return values
	}
	for _, c := range []struct {
		name    string
		values  []float64
		atLeast float64
		day     wrapcast.Date // -1 for none
		ratio   float64
	}{
		{"three weeks before, two after", level(21, 40, 14, 80), 0.3, 21, 2},
		{"fewer than three weeks before", level(20, 40, 14, 80), 0.3, -1, 0},
		{"three days after are too few", level(98, 40, 3, 90), 0.3, -1, 0},
		{"seven are enough", level(98, 40, 7, 90), 0.3, 98, 2.25},
		{"in the middle", level(98, 40, 100, 60), 0.3, 98, 1.5},
		{"as large as asked for", level(98, 40, 100, 60), 0.5, 98, 1.5},
		{"smaller than asked for", level(98, 40, 100, 60), 0.500001, -1, 0},
		{"smaller than asked for, and followed", level(98, 40, 21, 60), 0.500001, 98, 1.5},
		{"smaller than is followed", level(100, 400, 21, 490), 0.1, -1, 0},
		{"down", level(98, 60, 100, 30), 0.5, 98, 0.5},
		{"up, and soon down again: nothing lasts", level(63, 40, 28, 90, 63, 40), 0.3, -1, 0},
		{"a larger one before a small one", level(98, 40, 100, 90, 100, 110), 0.3, 98, 2.25},
		{"none", level(200, 40), 0.3, -1, 0},
	} {
		s, found := lastShift(0, c.values, c.atLeast)
		if found != (c.day >= 0) || found && (s.day != c.day || !closeTo(s.ratio(), c.ratio)) {
			t.Errorf("%s: found %v on day %d, a ratio of %g; want day %d, %g", c.name, found, s.day, s.ratio(), c.day,
				c.ratio)
		}
	}
}

func TestAShiftOfTheLastEightWeeksIsAWarning(t *testing.T) {
	t.Parallel()
	for after, want := range map[int]wrapcast.Severity{56: wrapcast.Warning, 57: wrapcast.Info} {
		values := slices.Concat(repeat(100, 40), repeat(after, 60))
		for day := 0; day < len(values); day += 7 {
			values[day] /= 2 // so that there is a week
		}
		report := Check(series(values), Rules{})
		at := slices.Index(findingCodes(report.Findings), "level-shift")
		if at < 0 {
			t.Fatalf("%d days: no shift among %v", after, findingCodes(report.Findings))
		}
		f := report.Findings[at]
		if f.Severity != want || (f.Advice == "") != (want == wrapcast.Info) {
			t.Errorf("%d days after it a shift is %s with the advice %q, want %s", after, f.Severity, f.Advice, want)
		}
		if !strings.HasPrefix(
			f.Message,
			"the level changed on 2026-04-15: 37.1 contacts a day before, 55.7 after (× 1.50)",
		) {
			t.Errorf("%q", f.Message)
		}
	}
	started := slices.Concat([]float64{1}, make([]float64, 69), repeat(50, 30))
	report := Check(series(started), Rules{})
	if at := slices.Index(findingCodes(report.Findings), "level-shift"); at < 0 ||
		!strings.Contains(report.Findings[at].Message, "(from nothing)") {
		t.Errorf("%+v", report.Findings)
	}
}
