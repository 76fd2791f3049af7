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
	l, ok := shift.Find(append(flat(46, 9), flat(14, 25)...), 7)
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
			l, ok := shift.Find(append(slices.Clone(before), after[:days]...), 7)
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
		if _, ok := shift.Find(noisy(rng, 60+i%300, level, 1+float64(i%3)), 7); ok {
			found++
		}
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
		if l, ok := shift.Find(y, 7); ok {
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
		if l, ok := shift.Find(y, 7); !ok || math.Abs(l.Ratio()-2.5) > 0.5 {
			t.Fatalf("found %v, %+v; want 2.5 times", ok, l)
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
		a, foundA := shift.Find(y, 7)
		b, foundB := shift.Find(scaled, 7)
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
		l, ok := shift.Find(y, 7)
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
		_, found := shift.Find(y, 7)
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
