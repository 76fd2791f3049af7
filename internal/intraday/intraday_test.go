package intraday_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/wrapcast/wrapcast/internal/intraday"
)

// centre draws days of quarter-hours: a shape, a level that each day shares, and chance.
type centre struct {
	rng   *rand.Rand
	level float64 // standard deviation of the day's level
	size  float64
}

func newCentre(seed uint64) *centre {
	return &centre{rand.New(rand.NewPCG(17, seed)), 0.15, 600}
}

func (c *centre) shares() []float64 {
	shares, sum := make([]float64, 96), 0.0
	for q := 32; q < 80; q++ { // 8 to 20 h
		h := float64(q)/4 - 8
		shares[q] = 1 + 3*math.Exp(-(h-3)*(h-3)/4) + 2*math.Exp(-(h-7)*(h-7)/5)
		sum += shares[q]
	}
	for q := range shares {
		shares[q] /= sum
	}
	return shares
}

// day is one day: its level, and quarter-hours by chance, those from a slot on times a factor.
func (c *centre) day(from int, factor float64) []float64 {
	level := c.size * math.Exp(c.level*c.rng.NormFloat64())
	counts := make([]float64, 96)
	for q, share := range c.shares() {
		mean := level * share
		if q >= from {
			mean *= factor
		}
		counts[q] = math.Max(math.Round(mean+math.Sqrt(mean)*c.rng.NormFloat64()), 0)
	}
	return counts
}

func (c *centre) past(days int) (past []intraday.Past) {
	for d := range days {
		past = append(past, intraday.Past{Day: d, Counts: c.day(96, 1), Forecast: c.size})
	}
	return past
}

func (c *centre) morning() intraday.Day {
	d := intraday.Day{Expected: c.shares(), Hours: 0.25}
	for q := range d.Expected {
		d.Expected[q] *= c.size
	}
	return d
}

func total(values []float64) (sum float64) {
	for _, v := range values {
		sum += v
	}
	return sum
}

func learn(t *testing.T, c *centre) *intraday.Model {
	t.Helper()
	m, ok := intraday.Learn(c.past(70), intraday.Options{Hours: 0.25})
	if !ok {
		t.Fatal("seventy days are too few")
	}
	return m
}

func TestMorningMovesTheRest(t *testing.T) {
	t.Parallel()
	c := newCentre(1)
	m, day := learn(t, c), c.morning()
	counts := make([]float64, 48) // until noon, a third more than expected
	for q := range counts {
		counts[q] = math.Round(day.Expected[q] * 4 / 3)
	}
	o := m.Look(day, counts)
	if ratio := o.Rest / o.Forecast; ratio < 1.15 || ratio > 1.34 {
		t.Errorf("a morning a third above makes the rest %.2f of the forecast", ratio)
	}
	if o.Slots[20] != 0 || o.Slots[50] <= 0 || o.Slots[85] != 0 {
		t.Errorf("what is over or closed is %v and %v, what is to come %v", o.Slots[20], o.Slots[85], o.Slots[50])
	}
	if got := total(o.Slots); math.Abs(got-o.Rest) > 1e-9 {
		t.Errorf("the quarter-hours add up to %v, the rest is %v", got, o.Rest)
	}
}

func TestNothingSeenLeavesTheForecast(t *testing.T) {
	t.Parallel()
	c := newCentre(2)
	m, day := learn(t, c), c.morning()
	o := m.Look(day, nil)
	if math.Abs(o.Rest-c.size) > 1e-6 || o.Off != 1 {
		t.Errorf("without counts %v are left and the chance is %v", o.Rest, o.Off)
	}
}

func TestBandsNarrowAndHold(t *testing.T) {
	t.Parallel()
	c := newCentre(3)
	m, day := learn(t, c), c.morning()
	held, days := map[int]float64{}, 400.0
	width := map[int]float64{}
	for range int(days) {
		actual := c.day(96, 1)
		for _, hour := range []int{10, 14, 18} {
			k := 4 * hour
			lower, upper := m.Look(day, actual[:k]).Band(0.8, k, 96)
			width[hour] += (upper - lower) / days
			if rest := total(actual[k:]); rest >= lower && rest <= upper {
				held[hour] += 100 / days
			}
		}
	}
	if width[10] < width[14] || width[14] < width[18] || width[18] <= 0 {
		t.Errorf("bands of 80 %% are %v wide", width)
	}
	for hour, share := range held {
		if share < 72 || share > 88 {
			t.Errorf("at %d h %.1f %% of days end in the band of 80 %%", hour, share)
		}
	}
}

func TestOrdinaryDaysAreRarelyOff(t *testing.T) {
	t.Parallel()
	c := newCentre(4)
	m, day := learn(t, c), c.morning()
	off, found, days := 0, 0, 600
	for range days {
		if m.Look(day, c.day(96, 1)).Off < 0.01 {
			off++
		}
	}
	for range 100 {
		o := m.Look(day, c.day(56, 0.6)) // from 14 h on 40 % less
		if o.Off < 0.01 && o.Change < -0.2 && o.Since >= 48 && o.Since <= 64 {
			found++
		}
	}
	if off > 12 { // one in a hundred, and what chance adds to 600
		t.Errorf("%d of %d ordinary days are said to go off", off, days)
	}
	if found < 60 { // the test is careful rather than quick: see optimism
		t.Errorf("%d of 100 afternoons that lost 40 %% are found, with when and how much", found)
	}
}

// TestTheDayTeachesNothing: whatever comes today, the model stays the same.
func TestTheDayTeachesNothing(t *testing.T) {
	t.Parallel()
	c := newCentre(5)
	m, day := learn(t, c), c.morning()
	counts := c.day(96, 1)[:50]
	first := m.Look(day, counts)
	m.Look(day, make([]float64, 96))
	second := m.Look(day, counts)
	if first.Rest != second.Rest || first.Off != second.Off {
		t.Error("a day looked at meanwhile changes what is said")
	}
}

func TestTooFewDaysTeachNothing(t *testing.T) {
	t.Parallel()
	if _, ok := intraday.Learn(newCentre(6).past(intraday.MinDays-1), intraday.Options{Hours: 0.25}); ok {
		t.Error("twenty days were enough")
	}
}

// TestDaysOfClockChanges: a day of 92 or 100 quarter-hours has an outlook of as many.
func TestDaysOfClockChanges(t *testing.T) {
	t.Parallel()
	c := newCentre(7)
	m, day := learn(t, c), c.morning()
	for _, slots := range []int{92, 100} {
		long := intraday.Day{Hours: 0.25, Expected: make([]float64, slots)}
		copy(long.Expected, day.Expected)
		if o := m.Look(long, long.Expected[:40]); len(o.Slots) != slots || math.Abs(o.Rest-o.Forecast) > 1 {
			t.Errorf("%d quarter-hours: %d of the outlook, %v left of %v", slots, len(o.Slots), o.Rest, o.Forecast)
		}
	}
}

// TestSeveralTestsCountAsSoMany: of subjects that say the same one test is made, of independent ones as many as there are.
func TestSeveralTestsCountAsSoMany(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	one, ten := make([]float64, 4000), make([]float64, 4000)
	for d := range one {
		one[d], ten[d] = rng.Float64(), 1
		for range 10 {
			ten[d] = min(ten[d], rng.Float64())
		}
	}
	if n := intraday.Tests(one); n > 1.1 {
		t.Errorf("one test counts for %v", n)
	}
	if n := intraday.Tests(ten); n < 9.3 || n > 10.7 {
		t.Errorf("ten tests count for %v", n)
	}
	if p := intraday.Together(0.001, 10); math.Abs(p-0.00996) > 1e-4 {
		t.Errorf("ten tests at 0.1 %% are %v together", p)
	}
}
