package validate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// On Anscombe's scale 3.625 contacts are 4 and 8.625 are 6: a step between them is two counting deviations a day.
const lowLevel, highLevel = 3.625, 8.625

func TestAShiftIsScoredInStandardErrorsOfPairedDays(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	step := func(after int) []float64 { return slices.Concat(repeat(28, lowLevel), repeat(after, highLevel)) }
	gaps := step(28)
	for i := range 14 {
		gaps[i] = nan // their pairs are left out
	}
	down := slices.Concat(repeat(28, highLevel), repeat(28, lowLevel))
	for _, c := range []struct {
		name        string
		values      []float64
		noise, want float64
	}{
		{"four weeks", step(28), 1, 56 / math.Sqrt(56)}, {"more than four weeks", step(50), 1, 56 / math.Sqrt(56)},
		{"half the weight of twice the noise", step(28), 2, 28 / math.Sqrt(56)},
		{"two weeks", step(14), 1, 28 / math.Sqrt(28)}, {"thirteen days are too few", step(13), 1, 0},
		{"fourteen pairs", gaps, 1, 28 / math.Sqrt(28)}, {"down", down, 1, -56 / math.Sqrt(56)},
	} {
		if got := shiftScoreAt(c.values, 28, c.noise); !closeTo(got, c.want) {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
	gaps[14] = nan
	if got := shiftScoreAt(gaps, 28, 1); got != 0 {
		t.Errorf("thirteen pairs: %g, want 0", got)
	}
}

func TestTheNoiseOfADayIsAtLeastThatOfCounting(t *testing.T) {
	t.Parallel()
	if got := noiseOf(repeat(60, 7)); got != 1 {
		t.Errorf("a constant: %g, want 1", got)
	}
	if got := noiseOf(nil); got != 1 {
		t.Errorf("nothing: %g, want 1", got)
	}
	// Weeks of 0.625, 8.625 and 24.625 contacts a day by turns are 2, 6 and 10 on Anscombe's scale. The median around
	// every day is 6, two thirds of the days lie 4 from it, and half of a normal's values lie within 0.6744898
	// deviations.
	var values []float64
	for w := range 30 {
		values = append(values, repeat(7, []float64{0.625, 8.625, 24.625}[w%3])...)
	}
	if got := noiseOf(values); math.Abs(got-4/0.6744897501960817) > 1e-9 {
		t.Errorf("%g, want 5.93", got)
	}
}

func TestAShiftIsFoundOnItsDay(t *testing.T) {
	t.Parallel()
	level := func(pairs ...float64) (values []float64) {
		for i := 0; i < len(pairs); i += 2 {
			values = append(values, repeat(int(pairs[i]), pairs[i+1])...)
		}
		return values
	}
	for _, c := range []struct {
		name    string
		values  []float64
		atLeast float64
		day     wrapcast.Date // -1 for none
		change  float64
	}{
		{"four weeks before, two after", level(28, 40, 14, 60), 0.3, 28, 0.5},
		{"three and a half weeks before", level(27, 40, 14, 60), 0.3, -1, 0},
		{"thirteen days after: the last day that can be judged", level(100, 40, 13, 90), 0.3, 99, 13 * 50.0 / 14 / 40},
		{"in the middle", level(100, 40, 100, 60), 0.3, 100, 0.5},
		{"as large as asked for", level(100, 40, 100, 60), 0.5, 100, 0.5},
		{"smaller than asked for", level(100, 40, 100, 60), 0.500001, -1, 0},
		{"as large as asked for, at the edge", level(28, 40, 14, 60), 0.5, 28, 0.5},
		{"smaller than asked for, at the edge", level(28, 40, 14, 60), 0.500001, -1, 0},
		{"down", level(100, 60, 100, 30), 0.5, 100, -0.5},
		{"up, and soon down again", level(60, 40, 28, 90, 40, 40), 0.3, 88, 40.0/90 - 1},
		{"a larger one before a small one", level(100, 40, 100, 90, 100, 110), 0.3, 100, 1.25},
		{"none", level(200, 40), 0.3, -1, 0},
		// Fifteen pairs two apart and three alike are 30/√(2·18) = 5 standard errors, fourteen and four are less.
		{"five standard errors", level(28, lowLevel, 15, highLevel, 3, lowLevel), 0.3, 28,
			(15*highLevel+3*lowLevel)/18/lowLevel - 1},
		{"not quite five", level(28, lowLevel, 14, highLevel, 4, lowLevel), 0.3, -1, 0},
	} {
		s, found := lastShift(0, c.values, c.atLeast)
		if found != (c.day >= 0) || found && (s.day != c.day || !closeTo(s.change(), c.change)) {
			t.Errorf(
				"%s: found %v on day %d, a change of %g; want day %d, %g",
				c.name,
				found,
				s.day,
				s.change(),
				c.day,
				c.change,
			)
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
			"the level changed around 2026-04-15: 37.1 contacts a day before, 55.7 after (+50 %)",
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
