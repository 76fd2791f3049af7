package shift_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/shift"
)

func flat(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }

// noisy draws n days around a level with a week, each with a standard deviation of that of counting times wild.
func noisy(rng *rand.Rand, n int, level, wild float64) []float64 {
	shape := []float64{1.4, 1.2, 1.1, 1.1, 1, 0.7, 0.5}
	y := make([]float64, n)
	for t := range y {
		mean := level * shape[t%7]
		y[t] = math.Max(0, math.Round(mean+wild*math.Sqrt(mean)*rng.NormFloat64()))
	}
	return y
}

// By hand: 2·√(9 + 3/8) = 6.124 before, 2·√(25 + 3/8) = 10.075 after; 3.951 / √(1/14 + 1/28) = 12.07.
func TestAShiftWorkedByHand(t *testing.T) {
	t.Parallel()
	l, ok := one(shift.Find(append(flat(46, 9), flat(14, 25)...), shift.Days()))
	if !ok || l.At != 46 || l.Before != 9 || l.After != 25 || math.Abs(l.Score-12.07) > 0.01 {
		t.Errorf("%+v, %v; want a shift from 9 to 25 at 46, score 12.07", l, ok)
	}
}

func TestAShiftIsFoundAWeekAfterIt(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, to := range []float64{50, 200} {
		before := noisy(rng, 200, 100, 1)
		after := noisy(rng, 28, to, 1) // 200 = 4 mod 7: the week runs on
		after = append(slices.Clone(after[4:]), after[:4]...)
		for days := range 29 {
			l, ok := one(shift.Find(append(slices.Clone(before), after[:days]...), shift.Days()))
			if !ok && days >= 7 || ok && days < 4 {
				t.Errorf("to %g, after %d days: found %v", to, days, ok)
			}
			if days >= 7 && (l.At < 199 || l.At > 201 || math.Abs(l.Ratio()*100/to-1) > 0.2) {
				t.Errorf("to %g, after %d days: %+v", to, days, l)
			}
		}
	}
}

func TestNoShiftIsFoundInWhatIsStationary(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	found := 0
	for i := range 2000 {
		level := math.Pow(10, 3*rng.Float64()-0.5)
		found += len(shift.Find(noisy(rng, 60+i%300, level, 1+float64(i%3)), shift.Days()))
	}
	if found > 2 {
		t.Errorf("%d shifts in 2,000 stationary histories; no more than one in a thousand is stated", found)
	}
}

func TestWhatIsNoLevelIsNoShift(t *testing.T) {
	t.Parallel()
	spike, outage, season := flat(200, 50), flat(200, 50), flat(400, 50)
	spike[198] = 500
	copy(outage[197:], []float64{0, 0, 0})
	for t := range season {
		if t >= 380 || t > 100 && t < 130 {
			season[t] = 120
		}
	}
	for name, y := range map[string][]float64{"a spike": spike, "three days of outage": outage,
		"a season that returns": season,
		"values below zero":     append(flat(100, -1), flat(14, 50)...),
		"a short history":       append(flat(20, 10), flat(14, 50)...)} {
		if l, ok := one(shift.Find(y, shift.Days())); ok {
			t.Errorf("%s is no shift: %+v", name, l)
		}
	}
}

func TestGapsHideNoShift(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))
		y := append(noisy(rng, 140, 60, 1), noisy(rng, 21, 150, 1)...)
		for i := range y {
			if rng.Float64() < 0.15 {
				y[i] = math.NaN()
			}
		}
		found, ratio := shift.Find(y, shift.Days()), 1.0
		for _, l := range found { // gaps may make one change look like two
			ratio *= l.Ratio()
		}
		if len(found) == 0 || math.Abs(ratio-2.5) > 0.5 {
			t.Fatalf("found %+v; want 2.5 times", found)
		}
	})
}

func TestAShiftDoesNotDependOnTheUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 6))
		y := append(noisy(rng, 140, 4000, 8), noisy(rng, 14, 8000, 8)...)
		factor := rapid.Float64Range(2, 100).Draw(t, "factor")
		scaled := make([]float64, len(y))
		for i, v := range y {
			scaled[i] = factor * v
		}
		a, foundA := one(shift.Find(y, shift.Days()))
		b, foundB := one(shift.Find(scaled, shift.Days()))
		if foundA != foundB || a.At != b.At || math.Abs(a.Ratio()-b.Ratio()) > 1e-9 {
			t.Fatalf("%+v and, %g times as large, %+v", a, factor, b)
		}
	})
}

func TestHistoriesAreMended(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after float64
		want          func(v float64) bool
	}{
		"twice":   {20, 40, func(v float64) bool { return v == 40 }},
		"woken":   {0, 40, func(v float64) bool { return v != v }},
		"retired": {40, 0, func(v float64) bool { return v == 0 }},
	} {
		y := append(flat(100, c.before), flat(14, c.after)...)
		l, ok := one(shift.Find(y, shift.Days()))
		mended := l.Mend(y)
		if !ok || !c.want(mended[50]) || mended[110] != c.after || y[50] != c.before {
			t.Errorf("%s: %v %+v, mended to %g and %g", name, ok, l, mended[50], mended[110])
		}
	}
}

func TestASingleSpikeIsFoundAndABurstyCodeHasNone(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	y := noisy(rng, 182, 60, 1)
	y[179] *= 10
	if s := shift.Spikes(y, 7); !slices.Equal(s, []int{179}) {
		t.Errorf("spikes at %v, want one at 179", s)
	}
	for at := 20; at < 182; at += 40 {
		y[at] *= 10
	}
	if s := shift.Spikes(y, 7); s != nil {
		t.Errorf("a code that bursts every forty days has no spikes: %v", s)
	}
	found := 0
	for i := range 1000 {
		found += len(shift.Spikes(noisy(rng, 120+i%200, math.Pow(10, 3*rng.Float64()-0.5), 1+float64(i%2)), 7))
	}
	if found > 0 {
		t.Errorf("%d spikes in 1,000 stationary histories", found)
	}
}

func TestWhatWasFrozenIsTold(t *testing.T) {
	t.Parallel()
	free := []float64{510, 702, 650, 498, 730, 611, 570, 540}
	for name, c := range map[string]struct {
		y    []float64
		want int
	}{
		"a placeholder for forty days": {append(flat(40, 503), free...), 40},
		"constant throughout":          {flat(60, 503), 0},
		"zeros are no placeholder":     {append(flat(40, 0), free...), 0},
		"three weeks are too few":      {append(flat(21, 503), free...), 0},
	} {
		if got := shift.Frozen(c.y); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// TestAValueAfterAGapIsNoNewLevel ends with a gap and few values far from what was: they say little.
func TestAValueAfterAGapIsNoNewLevel(t *testing.T) {
	t.Parallel()
	for known := range 8 {
		y := make([]float64, 100)
		for i := range y {
			y[i] = 500 + float64(i*7919%40)
		}
		for i := 80; i < 100; i++ {
			y[i] = math.NaN()
			if i >= 100-known {
				y[i] = 4
			}
		}
		_, found := one(shift.Find(y, shift.Days()))
		if want := known >= 4; found != want {
			t.Errorf("%d days of another level: found %v", known, found)
		}
	}
}

// TestASpikeIsFoundInAHistoryOfWeeks, and hardly ever where there is none.
func TestASpikeIsFoundInAHistoryOfWeeks(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 10))
	missed, made := 0, 0
	for i := range 300 {
		y := noisy(rng, 30+i%60, 60, 1.3)
		if len(shift.Spikes(y, 7)) > 0 {
			made++
		}
		at := len(y) - 1 - i%13
		y[at] *= 8
		if !slices.Equal(shift.Spikes(y, 7), []int{at}) {
			missed++
		}
	}
	if missed > 9 || made > 3 {
		t.Errorf("of 300 spikes %d were not found, and %d where there was none", missed, made)
	}
}

// one is the newest of the changes found.
func one(found []shift.Level) (shift.Level, bool) {
	if len(found) == 0 {
		return shift.Level{}, false
	}
	return found[0], true
}

// TestTwoShiftsInSixWeeksAreBothFound: doubled five weeks ago, and again two weeks ago.
func TestTwoShiftsInSixWeeksAreBothFound(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	for _, factor := range []float64{2, 0.5} {
		y := noisy(rng, 203, 100, 1.5)
		for t := range y {
			for _, ago := range []int{35, 14} {
				if t >= len(y)-ago {
					y[t] = math.Round(factor * y[t])
				}
			}
		}
		found := shift.Find(y, shift.Days())
		if len(found) != 2 || found[0].At != 189 || math.Abs(float64(found[1].At)-168) > 1 {
			t.Fatalf("%g: %+v; want changes at 189 and 168", factor, found)
		}
		for _, l := range found {
			if math.Abs(l.Ratio()/factor-1) > 0.15 {
				t.Errorf("%g: %+v", factor, l)
			}
		}
	}
}

// TestWhatIsUncertainInOneIsCertainInAll: codes that all fell by a third ten days ago, of which few are certain alone.
func TestWhatIsUncertainInOneIsCertainInAll(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 10))
	var all []*shift.Finder
	alone := 0
	for range 12 {
		y := noisy(rng, 200, 20, 1.3)
		for t := 190; t < 200; t++ {
			y[t] = math.Round(0.6 * y[t])
		}
		f, ok := shift.Look(y, shift.Days())
		if !ok {
			t.Fatal("too short")
		}
		all = append(all, f)
		alone += len(f.Find())
	}
	common := shift.Together(all)
	if len(common) != 1 || alone > 4 {
		t.Fatalf("%d common changes, %d found alone", len(common), alone)
	}
	for i, f := range all {
		l, ok := one(f.With(common))
		if !ok || math.Abs(float64(l.At)-190) > 2 || math.Abs(l.Ratio()-0.6) > 0.12 {
			t.Errorf("code %d: %+v, %v", i, l, ok)
		}
	}
}

// TestPanelsThatStandStillHaveNoChangeInCommon: nor does a day that was special for all make one.
func TestPanelsThatStandStillHaveNoChangeInCommon(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 12))
	for i := range 60 {
		var all []*shift.Finder
		for c := range 3 + i%10 {
			y := noisy(rng, 60+3*i, 5*float64(c+1), 1.3)
			if i%2 == 0 { // a mailing, and an outage of four days
				y[len(y)-3] *= 8
				clear(y[len(y)-20 : len(y)-16])
			}
			if f, ok := shift.Look(y, shift.Days()); ok {
				all = append(all, f)
			}
		}
		if common := shift.Together(all); common != nil {
			t.Errorf("panel %d: %+v", i, common)
		}
	}
}

func TestASleepEndsWithTheFirstDaysAfterIt(t *testing.T) {
	t.Parallel()
	touched := flat(200, 0)
	touched[20] = 3
	used := append(slices.Clone(touched[:120]), flat(80, 40)...)
	campaign := append(append(flat(60, 40), flat(135, 0)...), flat(5, 40)...)
	for _, c := range []struct {
		name  string
		y     []float64
		found int // -1 for none
	}{
		{"five days of use", append(slices.Clone(touched), flat(5, 40)...), 200},
		{"two days", append(slices.Clone(touched), flat(2, 40)...), -1},
		{"a few single contacts", append(slices.Clone(touched), 1, 0, 2, 0, 1), -1},
		{"eighty days", used, 120},
		{"it was used before", campaign, -1},
		{"never asleep", flat(200, 40), -1},
		{"always asleep", touched, -1},
	} {
		l, ok := shift.Awake(c.y, shift.Days())
		if ok != (c.found >= 0) || ok && l.At != c.found {
			t.Errorf("%s: %+v, %v; want %d", c.name, l, ok, c.found)
		}
		if ok && !l.Woke() {
			t.Errorf("%s: %+v has not woken", c.name, l)
		}
	}
}

func TestASilenceIsToldByWhatIsMissing(t *testing.T) {
	t.Parallel()
	everyOther := make([]float64, 150)
	for t := range everyOther {
		everyOther[t] = float64(t % 2)
	}
	gaps := append(slices.Clone(everyOther[:80]), flat(15, 0)...)
	gaps = append(gaps, everyOther[:55]...)
	for _, c := range []struct {
		name string
		y    []float64
		want bool
	}{
		{"25 days", append(slices.Clone(everyOther), flat(25, 0)...), true},
		{"20 days: ten are missing", append(slices.Clone(everyOther), flat(20, 0)...), false},
		{"25 days after a gap of 15", append(gaps, flat(25, 0)...), false},
		{"ten days", append(flat(150, 2), flat(10, 0)...), false},
		{"unknown, not zero", append(slices.Clone(everyOther), flat(25, math.NaN())...), false},
	} {
		if l, ok := shift.Silent(c.y, shift.Days()); ok != c.want || ok && !l.Gone() {
			t.Errorf("%s: %+v, %v", c.name, l, ok)
		}
	}
}

func TestAWeekdayThatCloses(t *testing.T) {
	t.Parallel()
	y := flat(140, 10)
	for _, t := range []int{139, 132, 125} {
		y[t] = 0
	}
	if got := shift.Closed(y); !slices.Equal(got, []int{6}) {
		t.Errorf("%v; want the last weekday", got)
	}
	y[125] = 1
	if got := shift.Closed(y); got != nil {
		t.Errorf("%v closed with a contact two weeks ago", got)
	}
	if got := shift.Closed(append(flat(120, 10), flat(20, 0)...)); got != nil {
		t.Errorf("%v closed where nothing comes at all", got)
	}
}

func TestWeeksHaveShiftsToo(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(13, 14))
	weeks := func(n int, level float64) []float64 {
		y := make([]float64, n)
		for t := range y {
			y[t] = math.Round(level + 1.5*math.Sqrt(level)*rng.NormFloat64())
		}
		return y
	}
	if l, ok := one(shift.Find(append(weeks(60, 100), weeks(6, 200)...), shift.Weeks())); !ok || l.At != 60 {
		t.Errorf("%+v, %v; want one at 60", l, ok)
	}
	wrong := 0
	for i := range 500 {
		wrong += len(shift.Find(weeks(20+i%150, 5+float64(i)), shift.Weeks()))
	}
	if wrong > 2 {
		t.Errorf("%d shifts in 500 stationary histories", wrong)
	}
}
