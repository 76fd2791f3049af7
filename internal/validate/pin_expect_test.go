package validate

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// closeTo compares figures worked out by hand with floating-point ones.
func closeTo(got, want float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) {
		return got == want || math.IsNaN(got) && math.IsNaN(want)
	}
	return math.Abs(got-want) <= 1e-9*max(1, math.Abs(want))
}

func wantFigures(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if !slices.EqualFunc(got, want, closeTo) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestAnscombesScaleAndBack(t *testing.T) {
	t.Parallel()
	// 2√(x+3/8): x+3/8 is 0.375, 1, 4, 9, 100 here.
	for x, z := range map[float64]float64{0: 1.224744871391589, 0.625: 2, 3.625: 4, 8.625: 6, 99.625: 20} {
		if got := anscombe(x); !closeTo(got, z) {
			t.Errorf("%g is %g on Anscombe's scale, want %g", x, got, z)
		}
		if got := count(z); !closeTo(got, x) {
			t.Errorf("%g on Anscombe's scale is the count %g, want %g", z, got, x)
		}
	}
	for _, z := range []float64{1, 0, -1, -20} { // below the scale's lowest value no count is left
		if got := count(z); got != 0 {
			t.Errorf("%g on Anscombe's scale is the count %g, want 0", z, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if x := rapid.Float64Range(0, 1e6).Draw(t, "count"); !closeTo(count(anscombe(x)), x) {
			t.Fatalf("%g comes back as %g", x, count(anscombe(x)))
		}
	})
}

func TestADayIsExpectedToBeTheMedianOfFourWeeksToEitherSide(t *testing.T) {
	t.Parallel()
	// Twelve weeks, each ten contacts a day more than the one before. The medians by week, worked out by hand: week 0
	// sees weeks 0 to 4, week 1 sees 0 to 5 (of 2 and 3 the nearer is 2), and so on; week 10 sees 6 to 11 (8 and 9: 9).
	median := []float64{2, 2, 3, 3, 4, 5, 6, 7, 8, 8, 9, 9}
	values, want := make([]float64, 7*12), make([]float64, 7*12)
	for day := range values {
		values[day] = 10*float64(day/7) + float64(day%7)
		want[day] = anscombe(10*median[day/7] + float64(day%7))
	}
	// Weeks 3 and 8 see eight weeks, of which the middle ones are 3 and 4, and 7 and 8: the day itself is one of them.
	wantFigures(t, "expected", expected(values), want)
}

func TestADayIsExpectedOnlyWhereThreeLikeItAreKnown(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	week := func(v float64) []float64 { return []float64{v, v, v, v, v, v, v} }
	for _, c := range []struct {
		name        string
		values      []float64
		first, last float64 // expected of the first and the last day, as counts
	}{
		{"two weeks", append(week(5), week(5)...), nan, nan},
		{"two weeks and a day", append(append(week(5), week(5)...), 5), 5, 5},
		{"three weeks", slices.Concat(week(5), week(6), week(7)), 6, 6},
		{"three weeks, one of them not read", slices.Concat(week(5), week(nan), week(7)), nan, nan},
		{"three weeks without a contact", slices.Concat(week(0), week(0), week(0)), nan, nan},
		{"one contact in three weeks", slices.Concat(week(0), week(1), week(0)), 0, 0},
	} {
		got := expected(c.values)
		for at, want := range map[int]float64{0: c.first, len(got) - 1: c.last} {
			if math.IsNaN(want) != math.IsNaN(got[at]) || !math.IsNaN(want) && !closeTo(got[at], anscombe(want)) {
				t.Errorf("%s: day %d is expected to be %g on Anscombe's scale, want the count %g", c.name, at, got[at], want)
			}
		}
	}
}

func TestOfTwoMiddleValuesTheNearerCounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values  []float64
		v, want float64
	}{
		{[]float64{3, 1}, 1.9, 1}, {[]float64{3, 1}, 2.1, 3}, {[]float64{3, 1}, 2, 1}, // at the same distance the lower
		{[]float64{3, 1}, -50, 1}, {[]float64{3, 1}, 50, 3},
		{[]float64{9, 1, 5}, 100, 5}, {[]float64{4, 2, 1, 3}, 4, 3}, {[]float64{4, 2, 1, 3}, 0, 2}, {[]float64{7}, 0, 7},
	} {
		if got := medianNear(slices.Clone(c.values), c.v); got != c.want {
			t.Errorf("the middle of %v near %g is %g, want %g", c.values, c.v, got, c.want)
		}
	}
}

func TestOverdispersionIsSolvedFor(t *testing.T) {
	t.Parallel()
	// Expected 3.625 contacts (4 on Anscombe's scale) and every residual r: the φ sought has r² =
	// 0.4549364·(1+3.625·φ).
	for _, phi := range []float64{0.25, 0.75, 2, 5, 300, 40000} {
		r := math.Sqrt(0.4549364231195724 * (1 + 3.625*phi))
		residual, want := []float64{r, -r, r, math.NaN()}, []float64{4, 4, 4, 4}
		if got := overdispersion(residual, want); math.Abs(got-phi) > 1e-5*phi {
			t.Errorf("φ is %g, want %g", got, phi)
		}
	}
	// A median square of at most 0.4549364 is what counting noise gives.
	if got := overdispersion([]float64{0.674, -0.674, 9}, []float64{4, 4, 4}); got != 0 {
		t.Errorf("counting noise has φ = %g", got)
	}
	if got := overdispersion([]float64{0.675, -0.675, 9}, []float64{4, 4, 4}); got <= 0 || got > 0.01 {
		t.Errorf("a little more than counting noise has φ = %g", got)
	}
	if got := overdispersion([]float64{3, 3}, []float64{0, 0}); got != 1<<20 {
		t.Errorf("where no φ is large enough the search ends at %g", got)
	}
}

func TestResidualsAreInUnitsOfTheirOwnSpread(t *testing.T) {
	t.Parallel()
	// φ = 2 and 3.625 expected: a variance of 8.25. Half of all residuals then lie within 0.6744898, the normal
	// quartile.
	r := math.Sqrt(0.4549364231195724 * 8.25)
	values := []float64{count(4 + r), count(4 - r), count(4 + r), math.NaN(), 7}
	residual, spread := residuals(values, []float64{4, 4, 4, 4, math.NaN()})
	for i, want := range []float64{0.6744897501960817, -0.6744897501960817, 0.6744897501960817, math.NaN(), math.NaN()} {
		if math.IsNaN(want) != math.IsNaN(residual[i]) || math.Abs(residual[i]-want) > 1e-5 {
			t.Errorf("residual %d is %g, want %g", i, residual[i], want)
		}
		if i < 4 && math.Abs(spread[i]-math.Sqrt(8.25)) > 1e-5 {
			t.Errorf("spread %d is %g, want √8.25", i, spread[i])
		}
	}
}

func TestFencesAreNeverNarrowerThanCountingNoise(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		name      string
		residual  []float64
		factor    float64
		low, high float64
		ok        bool
	}{
		// R: quantile(1:9, c(.25, .75), type = 8) is 2⅔ and 7⅓.
		{"one to nine", []float64{9, 8, nan, 7, 6, 5, 4, 3, 2, 1}, 1.5, 2 + 2.0/3 - 7, 7 + 1.0/3 + 7, true},
		{"three ranges", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 3, 2 + 2.0/3 - 14, 7 + 1.0/3 + 14, true},
		// A standard normal's interquartile range is 1.34898.
		{"a tenth of it", []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9}, 1.5,
			4.0/15 - 2.0234692505885451, 11.0/15 + 2.0234692505885451, true},
		{"one value beyond the rest", []float64{2, 2, 2, 2, 9}, 1.5, 2 - 3.5, 2 + 7.0/3 + 3.5, true}, // q3 is 2 + (9-2)/3
		{"flat", []float64{2, 2, 2, 2, 2, 2, 2, 9}, 1.5, math.Inf(-1), math.Inf(1), false},
		{"nothing known", []float64{nan, nan}, 1.5, math.Inf(-1), math.Inf(1), false},
	} {
		low, high, ok := fences(c.residual, c.factor)
		if !closeTo(low, c.low) || !closeTo(high, c.high) || ok != c.ok {
			t.Errorf("%s: %g to %g, %v, want %g to %g, %v", c.name, low, high, ok, c.low, c.high, c.ok)
		}
	}
}

func TestMedianOfFewValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{nil, math.NaN()}, {[]float64{4}, 4}, {[]float64{6, 1}, 3.5}, {[]float64{9, 1, 2}, 2}, {[]float64{8, 1, 4, 2}, 3},
	} {
		if got := median(slices.Clone(c.values)); !closeTo(got, c.want) {
			t.Errorf("the median of %v is %g, want %g", c.values, got, c.want)
		}
	}
}
