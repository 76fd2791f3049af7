package validate

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

func TestOnlyDaysBeyondAFenceAreOdd(t *testing.T) {
	t.Parallel()
	got := oddDays([]float64{-2.1, -2, 0, math.NaN(), 3, 3.1}, -2, 3)
	if want := []int{-1, 0, 0, 0, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAWeekOfOddDaysIsALevelAndThreeAtTheEndAre(t *testing.T) {
	t.Parallel()
	run := func(n, side int) []int { return slices.Repeat([]int{side}, n) }
	zero := []int{0}
	for _, c := range []struct {
		name      string
		odd, want []int
	}{
		{"six days", slices.Concat(run(6, 1), zero, zero), slices.Concat(run(6, 1), zero, zero)},
		{"seven days", slices.Concat(zero, run(7, 1), zero), make([]int, 9)},
		{"six below and six above", slices.Concat(run(6, -1), run(6, 1), zero), slices.Concat(run(6, -1), run(6, 1), zero)},
		{"two at the end", slices.Concat(zero, run(2, -1)), slices.Concat(zero, run(2, -1))},
		{"three at the end", slices.Concat(zero, run(3, -1)), make([]int, 4)},
		{"three above, then one below at the end", []int{1, 1, 1, -1}, []int{1, 1, 1, -1}},
		{"none", nil, nil},
	} {
		spareRuns(c.odd)
		if !slices.Equal(c.odd, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.odd, c.want)
		}
	}
}

func TestASideWithMoreOddDaysThanAllowedIsAHabit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		odd     []int
		allowed int
		spared  int
		want    []int
	}{
		{[]int{1, 0, 1, -1}, 2, 0, []int{1, 0, 1, -1}},
		{[]int{1, 1, 1, -1, -1}, 2, 3, []int{0, 0, 0, -1, -1}},
		{[]int{-1, -1, -1, 1, 0}, 2, 3, []int{0, 0, 0, 1, 0}},
		{[]int{-1, -1, 1, 1}, 1, 4, []int{0, 0, 0, 0}},
	} {
		odd := slices.Clone(c.odd)
		if spared := spareHabits(odd, c.allowed); spared != c.spared || !slices.Equal(odd, c.want) {
			t.Errorf("%v with %d allowed: %d spared, left %v; want %d, %v", c.odd, c.allowed, spared, odd, c.spared, c.want)
		}
	}
}

func TestATwentiethOfTheDaysWithContactsMayBeMasked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		active, empty int
		share         float64
		want          int
	}{
		{100, 50, 0, 5}, {119, 0, 0, 5}, {120, 0, 0, 6}, {59, 0, 0, 2}, {60, 0, 0, 3}, {8, 90, 0, 2},
		{100, 0, 0.5, 50}, {30, 12, -1, 42},
	} {
		h := history{values: append(repeat(c.active, 3), make([]float64, c.empty)...)}
		if got := allowed(h, Rules{MaxMaskedShare: c.share}.withDefaults()); got != c.want {
			t.Errorf(
				"of %d days with contacts and %d without, at a share of %g, %d may be masked, want %d",
				c.active,
				c.empty,
				c.share,
				got,
				c.want,
			)
		}
	}
}

func TestTheRawRuleCountsDaysBeyondTheFencesOfTheSeriesAsItIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		factor float64
		want   int
	}{
		// R: quantile(1:9, c(.25, .75), type = 8) is 2⅔ and 7⅓, a range of 4⅔.
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 1.5, 0},    // -4⅓ to 14⅓
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 14.3}, 1.5, 0}, // quartiles keep their place
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 14.4}, 1.5, 1},
		{[]float64{0, 12, 13, 14, 15, 16, 17, 18, 19}, 1.5, 1}, // 12⅔ to 17⅓: 5⅔ is the lower fence
		{[]float64{5.6, 12, 13, 14, 15, 16, 17, 18, 19}, 1.5, 1},
		{[]float64{5.7, 12, 13, 14, 15, 16, 17, 18, 19}, 1.5, 0},
		{[]float64{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, 1.5, 0}, // on both fences
		{[]float64{7, 7, 7, 7, 7, math.NaN(), 7, 7, 7, 7, 8}, 1.5, 1},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 1e-9, 4}, // beyond the quartiles, 2⅔ and 7⅓
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 0, 4},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 900}, -1, 0},
	} {
		if got := outliersRaw(c.values, c.factor); got != c.want {
			t.Errorf("%v beyond %g ranges: %d, want %d", c.values, c.factor, got, c.want)
		}
	}
}

// quietQueue is sixteen weeks of 40 contacts on every weekday and 10 on Saturdays and Sundays, one more and one fewer
// by turns.
func quietQueue() []float64 {
	values := make([]float64, 7*16)
	for day := range values {
		values[day] = []float64{40, 40, 40, 40, 40, 10, 10}[day%7] + float64([]int{0, 1, -1}[day/7%3])
	}
	return values
}

func TestAMaskSaysWhatWasExpectedAndWhereTheFenceLay(t *testing.T) {
	t.Parallel()
	values := quietQueue()
	values[7*7+2], values[7*9+5] = 8, 77 // a Wednesday and a Saturday
	masks := masksOf(values, Rules{})
	got := map[wrapcast.Date]string{}
	for _, m := range masks {
		got[m.Day] = m.Reason
	}
	// On Anscombe's scale 40 is 12.708 and 10 is 6.442; quartiles are -0.158 (39 for 40) and 0.156 (41 for 40), the
	// fences 1.5·1.349 further out: 10.526² / 4 - 0.375 = 27.3, 8.622² / 4 - 0.375 = 18.2.
	want := map[wrapcast.Date]string{
		monday + 51: "8 on a Wednesday is below the interquartile bound of 27.3 (about 40 expected)",
		monday + 68: "77 on a Saturday is above the interquartile bound of 18.2 (about 10 expected)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMasksOfRulesAndPeopleComeInTheOrderOfTheirDays(t *testing.T) {
	t.Parallel()
	values := quietQueue()
	values[51] = 0
	values[80] = math.NaN()
	s := series(values)
	s.Hidden = map[wrapcast.Date]string{
		monday + 90: "fair",
		monday + 3:  "move",
		monday + 44: "fire",
		monday + 80: "never read",
	}
	report := Check(s, Rules{})
	want := []wrapcast.Date{monday + 3, monday + 44, monday + 51, monday + 90}
	if !slices.Equal(maskedDays(report.Masks), want) {
		t.Errorf("%v, want %v", maskedDays(report.Masks), want)
	}
	at := slices.Index(findingCodes(report.Findings), "outliers")
	message := "4 days are masked as outliers or by hand: 2026-01-08, 2026-02-18, 2026-02-25 and 1 more"
	if got := report.Findings[at].Message; got != message {
		t.Errorf("%q, want %q", got, message)
	}
}

func TestAQuietCodeHasNothingToBeTold(t *testing.T) {
	t.Parallel()
	report := Check(series(quietQueue()), Rules{})
	if len(report.Findings) != 0 || report.Reason != "every check passed" {
		t.Errorf("%+v, %q", report.Findings, report.Reason)
	}
}

func TestTheFencesOfABusyCodeAreAsWideAsItVaries(t *testing.T) {
	t.Parallel()
	// Weeks of 20, 22 and 18 on Anscombe's scale by turns: two days in three lie 2 from what is expected, which is what
	// a spread of 2/0.67449 does, with quartiles of ∓0.67449 in its units. The fences lie 0.67449 + 1.5·1.34898 spreads
	// out: at 12 and 28 on the scale.
	var values []float64
	for w := range 18 {
		values = append(values, repeat(7, []float64{99.625, 120.625, 80.625}[w%3])...)
	}
	values[7*10+1], values[7*8+3] = 30, 260
	var got []string
	for _, m := range masksOf(values, Rules{}) {
		got = append(got, m.Reason)
	}
	want := []string{"260 on a Thursday is above the interquartile bound of 195.6 (about 99.6 expected)",
		"30 on a Tuesday is below the interquartile bound of 35.6 (about 99.6 expected)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
