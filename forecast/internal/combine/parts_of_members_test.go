package combine

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// viewOf is a series at its end.
func viewOf(s *setup, in Input) *view {
	v := newView(s)
	v.take(s.newRun(in))
	v.enter(len(s.origins))
	return v
}

// TestTheCleanedMembersDoNotSeeAnOutlier: a day of ten times the usual moves them less than a tenth as far as the
// others.
func TestTheCleanedMembersDoNotSeeAnOutlier(t *testing.T) {
	t.Parallel()
	c := kinds()["days"]
	panel := drawn(c, 2, 6)
	spiked := [][]float64{slices.Clone(panel[0]), slices.Clone(panel[1])}
	spiked[0][c.length-3] *= 10
	calm, wild := membersOf(t, c.cfg, panel...)[0], membersOf(t, c.cfg, spiked...)[0]
	moved := func(member string) float64 { return apart(wild.atEnd(member), calm.atEnd(member)) }
	if plain, clean := moved("smoothing 7"), moved("smoothing 7, cleaned"); !(clean < plain/10) {
		t.Errorf("smoothing moves by %.3f, cleaned by %.3f", plain, clean)
	}
	if plain, clean := moved("autoregression, plain"), moved("autoregression, plain, cleaned"); !(clean < plain/4) {
		t.Errorf("the autoregression moves by %.3f, cleaned by %.3f", plain, clean)
	}
}

// TestAnAutoregressionOfTwoLagsFindsItsCoefficients: y = 0.5·y₁ + 0.3·y₂ + noise, pooled lightly.
func TestAnAutoregressionOfTwoLagsFindsItsCoefficients(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 3))
	y := make([]float64, 3000)
	for i := range y {
		y[i] = rng.NormFloat64()
		if i > 1 {
			y[i] += 0.5*y[i-1] + 0.3*y[i-2]
		}
	}
	cfg := withLevels(Config{Horizon: 3, Short: 1, Long: 1})
	in := Input{Y: y, Floor: math.Inf(-1)}
	s := newSetup(cfg, ExtentOf([]Input{in}))
	a := newAutoregression(&regression{design: ridge.NewDesign([]int{1, 2}, 3, 0)}, s, &ridgeWork{})
	v := viewOf(s, in)
	a.begin(v)
	pool := ridge.NewPool(3, 3)
	pool.Close(poolRidge)
	out := make([]float64, 3)
	if !a.predict(v, pool, 0.001, out) {
		t.Fatal("no forecast")
	}
	undo(out, a.mean, a.sd, plain, math.Inf(1))
	one := 0.5*y[2999] + 0.3*y[2998]
	two := 0.5*one + 0.3*y[2999]
	for h, want := range []float64{one, two, 0.5*two + 0.3*one} {
		if math.Abs(out[h]-want) > 0.12 {
			t.Errorf("step %d is %v, want about %v", h+1, out[h], want)
		}
	}
}

// TestALongHorizonIsFedBack: beyond its direct leads an autoregression takes its forecasts for history.
func TestALongHorizonIsFedBack(t *testing.T) {
	t.Parallel()
	y := make([]float64, 60)
	for i := range y {
		y[i] = float64(i % 3)
	}
	cfg := withLevels(Config{Horizon: 10, Short: 1, Long: 1})
	s := newSetup(cfg, ExtentOf([]Input{{Y: y}}))
	a := newAutoregression(&regression{design: ridge.NewDesign([]int{1, 2, 3}, 3, 0)}, s, &ridgeWork{})
	v := viewOf(s, Input{Y: y})
	a.begin(v)
	pool := ridge.NewPool(4, 3)
	pool.Close(1e-9)
	out := make([]float64, 10)
	if !a.predict(v, pool, 1e-6, out) {
		t.Fatal("no forecast")
	}
	undo(out, a.mean, a.sd, plain, math.Inf(1))
	for h, f := range out {
		if math.Abs(f-float64(h%3)) > 1e-3 {
			t.Errorf("step %d is %v, want %d", h+1, f, h%3)
		}
	}
}

// TestLevelsByPower: standardised square roots, by hand.
func TestLevelsByPower(t *testing.T) {
	t.Parallel()
	l := levels{mean: []float64{1, 9, 25}}
	l.transform(0.5) // 1, 3, 5: mean 3, variance 8/3
	if l.mu != 3 || math.Abs(l.sd-math.Sqrt(8.0/3)) > 1e-12 || math.Abs(l.z[2]-2/math.Sqrt(8.0/3)) > 1e-12 {
		t.Errorf("got %+v", l)
	}
	l.mean = []float64{4, 4}
	if l.transform(1); l.sd != 1 || l.z[0] != 0 {
		t.Errorf("constant levels became %+v", l)
	}
	for _, lambda := range []float64{0.25, 0.5, 1} {
		if got := unpower(power(7, lambda), lambda); math.Abs(got-7) > 1e-12 {
			t.Errorf("power %v turns 7 into %v", lambda, got)
		}
	}
	if power(-4, 0.5) != 0 || power(-4, 1) != -4 || unpower(-1, 0.5) != 0 {
		t.Error("values below zero are nothing, but for power 1")
	}
}

func TestLevelTimesShapeIsLaidOut(t *testing.T) {
	t.Parallel()
	out := make([]float64, 5)
	expand([]float64{10, 20, 30}, []float64{0.5, 1.5}, out)
	if !slices.Equal(out, []float64{5, 15, 10, 30, 15}) {
		t.Errorf("got %v", out)
	}
}

// TestDaysAreSplitByTheirWeekdaysShares and add up to the day again.
func TestDaysAreSplitByTheirWeekdaysShares(t *testing.T) {
	t.Parallel()
	cfg := withLevels(Config{Horizon: 42, Short: 6, Long: 42})
	y := make([]float64, 42*30)
	for i := range y {
		y[i] = float64(10 + (i%42)*(i%6))
	}
	in := Input{Y: y}
	s := newSetup(cfg, ExtentOf([]Input{in}))
	v, d := viewOf(s, in), newDaySums(s)
	d.begin(v)
	if len(d.sums) != 210 || d.sums[0] != y[0]+y[1]+y[2]+y[3]+y[4]+y[5] || d.before(v) != 210 {
		t.Fatalf("%d days, the first of %v, %d before the end", len(d.sums), d.sums[0], d.before(v))
	}
	out := make([]float64, 42)
	d.split(v, repeat(600, 7), out)
	for day := range 7 {
		sum, whole := 0.0, 0.0
		for p := range 6 {
			sum += out[6*day+p]
			whole += y[6*day+p]
		}
		if math.Abs(sum-600) > 1e-9 {
			t.Errorf("the parts of day %d add up to %v", day, sum)
		}
		for p := range 6 {
			if want := 600 * y[6*day+p] / whole; math.Abs(out[6*day+p]-want) > 1e-6 {
				t.Errorf("part %d of day %d has %v, want %v", p, day, out[6*day+p], want)
			}
		}
	}
}

func TestThinSharesAreDrawnToBroaderOnes(t *testing.T) {
	t.Parallel()
	out := make([]float64, 2)
	if toShares([]float64{3, 1}, nil, 0, out); out[0] != 0.75 || out[1] != 0.25 {
		t.Errorf("three and one are %v", out)
	}
	if toShares([]float64{3, 1}, []float64{0.5, 0.5}, 4, out); out[0] != 0.625 || out[1] != 0.375 {
		t.Errorf("with four more, spread evenly: %v", out)
	}
	if toShares([]float64{0, 0}, []float64{0.9, 0.1}, 0, out); out[0] != 0.9 {
		t.Errorf("of nothing, the broader shares: %v", out)
	}
	if toShares([]float64{0, 0}, nil, 0, out); out[0] != 0.5 {
		t.Errorf("of nothing at all: %v", out)
	}
}

// TestQuietDaysLendEachOther, not the busy ones: a thin Sunday follows the quiet Saturday's shape.
func TestQuietDaysLendEachOther(t *testing.T) {
	t.Parallel()
	d := newDaySums(&setup{cfg: Config{Short: 2, Long: 14}})
	for day := range 5 {
		d.counts[2*day], d.counts[2*day+1] = 1000, 3000
	}
	d.counts[10], d.counts[11] = 300, 100
	d.counts[12], d.counts[13] = 0, 0
	d.shrinkShares(2, 7, 50)
	if monday, sunday := d.shares[0], d.shares[12]; math.Abs(monday-0.25) > 0.01 || sunday < 0.65 {
		t.Errorf("a Monday's first half has %v, a Sunday's %v", monday, sunday)
	}
}

// TestAFeastThatMovesIsExpectedWhereItFalls: contacts halved on Good Friday of last year; next year's is three weeks
// away from the same date.
func TestAFeastThatMovesIsExpectedWhereItFalls(t *testing.T) {
	t.Parallel()
	last := dayOf(2025, time.April, 10) // Good Friday 2025 is the 18th, 2024 it was the 29th of March
	n := 800
	panel := make([][]float64, 3)
	for i := range panel {
		panel[i] = make([]float64, n)
		for t := range n {
			panel[i][t] = float64(100*(i+1)) * weekOf[t%7]
			if last-n+1+t == dayOf(2024, time.March, 29) || last-n+1+t == dayOf(2023, time.April, 7) {
				panel[i][t] /= 2
			}
		}
	}
	cfg := withLevels(Config{Horizon: 14, Short: 7, Long: 1, Daily: true})
	inputs := make([]Input, len(panel))
	for i, y := range panel {
		inputs[i] = Input{Y: y, Last: last}
	}
	g := newGroup(cfg, ExtentOf(inputs))
	sample := g.runs(inputs)
	if err := g.learn(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	v := viewOf(g.setup, inputs[0])
	factor := make([]float64, 14)
	v.sources.factor(v.resid, g.pools.calendar[v.u], last, factor)
	for h, f := range factor {
		switch day := last + 1 + h; {
		case day == dayOf(2025, time.April, 18) && !(f < 0.65):
			t.Errorf("Good Friday gets the factor %v", f)
		case day != dayOf(2025, time.April, 18) && math.Abs(f-1) > 0.02:
			t.Errorf("%d days ahead the factor is %v", h+1, f)
		}
	}
}

func TestShortHistoriesHaveNoCalendarFactor(t *testing.T) {
	t.Parallel()
	factor := []float64{0, 0, 0}
	sourceTable{}.factor(make([]float64, calendarMin-1), nil, 20_000, factor)
	if !slices.Equal(factor, []float64{1, 1, 1}) {
		t.Errorf("factors %v", factor)
	}
}

// TestCalendarSharesAreBounded: between 0 and 1 each, the two common ones 1 together.
func TestCalendarSharesAreBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(-2, 2), 4, 4), 3, 30).Draw(t, "rows")
		var g [9]float64
		var b [3]float64
		for _, r := range x {
			for i := range 3 {
				for j := range i + 1 {
					g[i*3+j] += r[i] * r[j]
				}
				b[i] += r[i] * r[3]
			}
		}
		c := shares(g, b)
		if slices.Min(c[:]) < 0 || slices.Max(c[:]) > 1 || c[0]+c[1] > 1+1e-12 {
			t.Fatalf("shares %v", c)
		}
	})
	// one common column that explains half: with a ridge of a tenth, 0.5/1.1
	if c := shares([9]float64{4, 0, 0, 0, 1, 0, 0, 0, 1}, [3]float64{2, 0, 0}); math.Abs(c[0]-0.5/1.1) > 1e-8 ||
		c[1] != 0 {
		t.Errorf("shares %v, want %v", c, 0.5/1.1)
	}
	if c := solve3([9]float64{}, [3]float64{1, 2, 3}); c != [3]float64{} {
		t.Errorf("a system without a solution has %v", c)
	}
}

// TestAYearIsFoundInDays: a wave over the year of a fifth of the level, with a week and noise, is continued.
func TestAYearIsFoundInDays(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	at := func(t int) float64 {
		return 200 * weekOf[t%7] * (1 + 0.2*math.Sin(2*math.Pi*float64(t)/365))
	}
	n := 4*365 - 28 // where the wave is steepest
	y := make([]float64, n)
	for i := range y {
		y[i] = at(i) + 4*rng.NormFloat64()
	}
	cfg := Config{Horizon: 56, Short: 7, Long: 1, Daily: true, Yearly: true}
	found := membersOf(t, cfg, y)[0]
	want := make([]float64, 56)
	for h := range want {
		want[h] = at(n + h)
	}
	naive, seen := apart(found.atEnd("seasonal naive 7"), want), 0
	for member := range found {
		if f := found.atEnd(member); len(member) > 4 && member[:4] == "year" {
			seen++
			if d := apart(f, want); !(d < 0.9*naive) {
				t.Errorf("%s is %.3f off, the naive %.3f", member, d, naive)
			}
		}
	}
	if seen != 12 {
		t.Errorf("%d members see the year of a single series, want 12", seen)
	}
}

// TestADayThatIsClosedEveryYearIsExpectedClosed: Christmas Day has no contacts, and lies ahead.
func TestADayThatIsClosedEveryYearIsExpectedClosed(t *testing.T) {
	t.Parallel()
	last, n := dayOf(2025, time.December, 20), 1100
	y := make([]float64, n)
	for i := range y {
		_, month, day := dateOf(last - n + 1 + i)
		y[i] = 200*weekOf[i%7] + float64(i%11)
		if month == 12 && day == 25 {
			y[i] = 10
		}
	}
	cfg := withLevels(Config{Horizon: 14, Short: 7, Long: 1, Daily: true, Yearly: true})
	in := Input{Y: y, Last: last}
	s := newSetup(cfg, ExtentOf([]Input{in}))
	kinds := []yearly{{yearKind{plain, 9}, 0.6, false, true}, {yearKind{plain, 9}, 0.6, false, false}}
	years := newYearDecomposer(s, kinds)
	v := viewOf(s, in)
	years.begin(v)
	special, ordinary := make([]float64, 14), make([]float64, 14)
	for i, out := range [][]float64{special, ordinary} {
		m := newYearlyMember(kinds[i], years)
		m.begin(v)
		if !m.predict(v, out) {
			t.Fatal("no forecast")
		}
	}
	weekday := 200 * weekOf[(n+4)%7]
	if !(special[4] < ordinary[4]-0.6*weekday) {
		t.Errorf("Christmas Day gets %v, %v without days of the year; such a weekday has %v", special[4], ordinary[4],
			weekday)
	}
	if math.Abs(special[1]-ordinary[1]) > 0.1*weekday {
		t.Errorf("two days ahead: %v and %v", special[1], ordinary[1])
	}
}

func TestEffectsOfADayAreBelievedFarBeyondTheNoise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what string
		past []float64
		want float64
	}{
		{"once, ten deviations", []float64{-10}, -8},
		{"once, six deviations", []float64{-6}, 0},
		{"twice, the same way", []float64{-10, -6}, -4.8}, // the smaller is believed
		{"twice, either way", []float64{-10, 10}, 0},
		{"three times", []float64{-10, -5, -6}, -4.8}, // the median
		{"three times, in the noise", []float64{-1, -2, -2}, 0},
	} {
		if got := dayEffect(c.past, 1); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
	if got := dayEffect([]float64{5}, 0); got != 0 {
		t.Errorf("without noise nothing can be told, got %v", got)
	}
}

func TestLocalLineIsExactOnALine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-5, 5).Draw(t, "a"), rapid.Float64Range(-2, 2).Draw(t, "b")
		x := make([]float64, rapid.IntRange(2, 60).Draw(t, "n"))
		for i := range x {
			x[i] = a + b*float64(i)
		}
		w := rapid.IntRange(2, len(x)).Draw(t, "w")
		at := rapid.Float64Range(0, float64(len(x)-1)).Draw(t, "at")
		k := newKnot(0, at, len(x), w)
		if got := k.of(x); math.Abs(got-a-b*at) > 1e-6 {
			t.Fatalf("at %v the line is %v, want %v", at, got, a+b*at)
		}
	})
}

func TestAYearsProfileIsSmoothedRoundTheCircle(t *testing.T) {
	t.Parallel()
	x := []float64{8, 0, 0, 0, 0, 4}
	boxAround(x, 3, make([]float64, 6))
	if !slices.Equal(x, []float64{4, 8.0 / 3, 0, 0, 4.0 / 3, 4}) {
		t.Errorf("got %v", x)
	}
	var p profile
	num, den := make([]float64, year), make([]float64, year)
	for i := range num {
		num[i], den[i] = 3*float64(i%5), 3
	}
	p.smooth(num, den, 5) // five days hold every value once
	for i, v := range p.slot {
		if math.Abs(v) > 1e-9 {
			t.Fatalf("day %d of a profile without a year is %v", i, v)
		}
	}
	p.slot[0], p.slot[364] = 7, 9
	if p.at(0) != 7 || p.at(365) != 7 || p.at(-1) != 9 || p.at(-366) != 9 {
		t.Errorf("days 0, 365, -1, -366 have %v %v %v %v", p.at(0), p.at(365), p.at(-1), p.at(-366))
	}
}

// TestWeekAndLevel: a week without noise around a constant level is continued exactly.
func TestWeekAndLevel(t *testing.T) {
	t.Parallel()
	y := make([]float64, 7*40)
	for i := range y {
		y[i] = 30 * weekOf[i%7]
	}
	w, out := newWeekLevel(7), make([]float64, 9)
	w.predict(y, out)
	for h, f := range out {
		if math.Abs(f-30*weekOf[h%7]) > 1e-9 {
			t.Errorf("step %d is %v, want %v", h+1, f, 30*weekOf[h%7])
		}
	}
}

// TestLocalRegressionNeedsThreeCyclesAndANearOrigin.
func TestLocalRegressionNeedsThreeCyclesAndANearOrigin(t *testing.T) {
	t.Parallel()
	c := kinds()["hours"]
	y := drawn(c, 1, 8)[0]
	s := newSetup(withLevels(c.cfg), ExtentOf([]Input{{Y: y}}))
	v := newView(s)
	v.take(s.newRun(Input{Y: y}))
	l, out := newLocalRegression(plain, 24, 168), make([]float64, 48)
	for u, o := range s.origins {
		if v.enter(u); l.predict(v, out) != (u < localOrigins && len(y)-o.back >= 3*168) {
			t.Errorf("origin %d, %d steps back: it forecasts against its rule", u, o.back)
		}
	}
}

// TestModelsNeedTheirHistory: a member that fits at every cut is silent before it has enough.
func TestModelsNeedTheirHistory(t *testing.T) {
	t.Parallel()
	out := make([]float64, 2)
	v := &view{past: []float64{1, 2, 3}}
	if (fitted{&models.Theta{}, 4}).predict(v, out) {
		t.Error("three values are four")
	}
	if !(fitted{&models.SeasonalNaive{Period: 2}, 2}).predict(v, out) || !slices.Equal(out, []float64{2, 3}) {
		t.Errorf("the last cycle is %v", out)
	}
}
