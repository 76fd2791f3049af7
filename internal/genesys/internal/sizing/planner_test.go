package sizing

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

// density is how many rows each quarter-hour of a history has.
type density struct {
	from time.Time
	rows []int
}

// busy invents the rows of an organisation: busy by day, quiet at night and on Sundays, with good and bad days,
// holidays, growth and chance.
func busy(seed uint64, days int, peak, noise float64) density {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := density{from: time.Date(2024, 11, 22, 5, 0, 0, 0, time.UTC)}
	for i := range days {
		factor := 1 + 0.2*float64(i)/float64(days)
		factor *= math.Exp(noise * rng.NormFloat64())
		at := d.from.Add(time.Duration(i) * day)
		switch {
		case at.Weekday() == time.Sunday:
			factor *= 0.2
		case rng.IntN(30) == 0:
			factor *= 0.3
		}
		for q := range 96 {
			shape := math.Max(0.02, math.Sin(math.Pi*float64(q)/96))
			d.rows = append(d.rows, int(peak*factor*shape*(1+0.02*rng.NormFloat64())))
		}
	}
	return d
}

func (d density) of(s Span) []int {
	at := int(s.From.Sub(d.from) / wrapcast.QuarterHour)
	return d.rows[at : at+s.Length()]
}

// told predicts how many rows there should be by the answers to another question: a few per cent off by the
// quarter-hour, half a per cent by the day.
func (d density) told() Predictor {
	rng := rand.New(rand.NewPCG(9, 9))
	rows := make([]float64, len(d.rows))
	off := 1.0
	for i, n := range d.rows {
		if i%96 == 0 {
			off = 1 + 0.005*rng.NormFloat64()
		}
		rows[i] = float64(n) * off * (1 + 0.03*rng.NormFloat64())
	}
	return func(at time.Time) (float64, bool) {
		if i := int(at.Sub(d.from) / wrapcast.QuarterHour); i < len(rows) {
			return rows[i], true
		}
		return 0, false
	}
}

func (d density) all() Span { return Span{d.from, d.from.Add(Quarters(len(d.rows)))} }

// least is the theoretical minimum: as many quarter-hours as there may be, from the beginning on.
func (d density) least(maxRows, longest int) int {
	pieces, length, sum := 1, 0, 0
	for _, n := range d.rows {
		if length == longest || sum+n > maxRows {
			pieces, length, sum = pieces+1, 0, 0
		}
		length, sum = length+1, sum+n
	}
	return pieces
}

func sum(rows []int) (total int) {
	for _, n := range rows {
		total += n
	}
	return total
}

// drive answers a planner's questions as a platform with these ceilings would, and returns how many it asked.
func drive(t *testing.T, tr *Planner, d density, maxRows, longest int) (requests, refusals int) {
	t.Helper()
	at := d.from
	for {
		s, ok := tr.Next()
		if !ok {
			break
		}
		if requests++; requests > 100_000 {
			t.Fatal("it never ends")
		}
		if !s.From.Equal(at) || !s.From.Before(s.To) {
			t.Fatalf("asked for %v, %v is next", s, at)
		}
		rows := d.of(s)
		if sum(rows) > maxRows || s.Length() > longest {
			if refusals++; !tr.Refused(s) {
				t.Fatalf("%v cannot be shorter", s)
			}
			continue
		}
		tr.Answered(s, rows)
		at = s.To
	}
	if !at.Equal(d.all().To) {
		t.Fatalf("it ended at %v", at)
	}
	return requests, refusals
}

func TestTwoYearsTakeFewMoreRequestsThanTheLeastPossible(t *testing.T) {
	t.Parallel()
	const month = 31 * 96
	for name, c := range map[string]struct {
		peak, noise float64
		rows, days  int
		told        bool // by the answers to the other question, how many contacts there were
		atMost      float64
	}{
		"the platform's days bind":  {peak: 10, noise: 0.05, rows: 100_000, days: 31, atMost: 1.05}, // a week first
		"a ceiling of seven days":   {peak: 10, noise: 0.05, rows: 100_000, days: 7, atMost: 1.05},
		"a ceiling of five days":    {peak: 400, noise: 0.05, rows: 200_000, days: 5, atMost: 1.2},
		"a ceiling of one day":      {peak: 400, noise: 0.05, rows: 200_000, days: 1, atMost: 1.1},
		"a day, told":               {peak: 1500, noise: 0.08, rows: 100_000, days: 31, told: true, atMost: 1.1},
		"pieces of a day, told":     {peak: 9000, noise: 0.08, rows: 100_000, days: 31, told: true, atMost: 1.1},
		"a day, steady":             {peak: 1500, noise: 0.015, rows: 100_000, days: 31, atMost: 1.15},
		"pieces of a day, steady":   {peak: 9000, noise: 0.015, rows: 100_000, days: 31, atMost: 1.15},
		"a day, unsteady":           {peak: 1500, noise: 0.05, rows: 100_000, days: 31, atMost: 1.3}, // what nobody predicts is paid for
		"pieces of a day, unsteady": {peak: 9000, noise: 0.08, rows: 100_000, days: 31, atMost: 1.3},
		"a few days, told":          {peak: 400, noise: 0.08, rows: 100_000, days: 31, told: true, atMost: 1.15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(5) {
				d := busy(seed, 731, c.peak, c.noise)
				var sizes LearnedLimits
				var predict Predictor
				if c.told {
					predict = d.told()
				}
				tr := NewPlanner(&sizes, nil, predict, month, []Span{d.all()})
				requests, refusals := drive(t, tr, d, c.rows, c.days*96)
				least := d.least(c.rows, min(month, c.days*96))
				ratio := float64(requests) / float64(least)
				t.Logf("seed %d: %d requests, %d of them refused, %d is the least: %.3f; %d rows, %v", seed, requests, refusals, least, ratio, sizes.MaxRows, sizes.TooLong)
				if ratio > c.atMost {
					t.Errorf("seed %d: %d requests, %d of them refused, %d is the least", seed, requests, refusals, least)
				}
			}
		})
	}
}

// Whatever ceiling the platform has, of days or of rows, and however the organisation grows or shrinks.
func TestWhateverTheCeilingAThirdMoreRequestsAreEnough(t *testing.T) {
	t.Parallel()
	for _, peak := range []float64{1, 50, 340, 1500} {
		for _, days := range []int{1, 3, 5, 7, 8, 10, 14, 21, 30} {
			for variant := range 4 {
				shrinks, told := variant&1 == 1, variant&2 == 2
				t.Run(fmt.Sprint(peak, days, shrinks, told), func(t *testing.T) {
					t.Parallel()
					d := busy(uint64(days), 731, peak, 0.06)
					if shrinks {
						slices.Reverse(d.rows)
					}
					var predict Predictor
					if told {
						predict = d.told()
					}
					var limits LearnedLimits
					requests, refusals := drive(t, NewPlanner(&limits, nil, predict, 31*96, []Span{d.all()}), d, 100_000, days*96)
					if least := d.least(100_000, days*96); float64(requests) > 1.3*float64(least) {
						t.Errorf("%d requests, %d of them refused, %d is the least", requests, refusals, least)
					}
				})
			}
		}
	}
}

// A platform that gives less than it did is asked for less, after few refusals, and what it gives now is kept.
func TestALimitThatBecameSmallerIsLearnedAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		peak              float64
		rows, days        int
		laterRows, before int
		refusals          int
	}{
		"days, of a small organisation": {peak: 5, rows: 100_000, days: 31, laterRows: 100_000, before: 7, refusals: 7},
		"days, of a larger one":         {peak: 50, rows: 100_000, days: 31, laterRows: 100_000, before: 7, refusals: 12},
		"days, to less than a week":     {peak: 50, rows: 100_000, days: 7, laterRows: 100_000, before: 2, refusals: 9},
		"rows":                          {peak: 400, rows: 100_000, days: 31, laterRows: 40_000, before: 31, refusals: 25},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := busy(4, 365, c.peak, 0.05)
			var limits LearnedLimits
			first := NewPlanner(&limits, nil, nil, 31*96, []Span{d.all()})
			drive(t, first, d, c.rows, c.days*96)
			kept := recallLimits(t, limits)
			second := NewPlanner(&kept, first.Profile(), nil, 31*96, []Span{d.all()})
			requests, refusals := drive(t, second, d, c.laterRows, c.before*96)
			least := d.least(c.laterRows, c.before*96)
			t.Logf("%d requests, %d refused, %d least", requests, refusals, least)
			if refusals > c.refusals || float64(requests) > 1.35*float64(least) {
				t.Errorf("%d requests, %d of them refused, %d is the least", requests, refusals, least)
			}
			kept = recallLimits(t, kept)
			third := NewPlanner(&kept, second.Profile(), nil, 31*96, []Span{d.all()})
			if _, again := drive(t, third, d, c.laterRows, c.before*96); again >= max(refusals, 1) {
				t.Errorf("%d were refused the next time", again)
			}
		})
	}
}

// A platform that gives more than it did is found out where much is to be read, by one attempt.
func TestALimitThatBecameLargerIsFoundOut(t *testing.T) {
	t.Parallel()
	d := busy(4, 365, 5, 0.05)
	var limits LearnedLimits
	first := NewPlanner(&limits, nil, nil, 31*96, []Span{d.all()})
	drive(t, first, d, 100_000, 96)
	for days, most := range map[int]int{1: 1, 31: 0} {
		kept := recallLimits(t, limits)
		p := NewPlanner(&kept, first.Profile(), nil, 31*96, []Span{d.all()})
		requests, refusals := drive(t, p, d, 100_000, days*96)
		if least := d.least(100_000, days*96); refusals > most || requests > least+6 {
			t.Errorf("%d days: %d requests, %d of them refused, %d is the least", days, requests, refusals, least)
		}
	}
}

// recallLimits is what the next run is told.
func recallLimits(t *testing.T, l LearnedLimits) (kept LearnedLimits) {
	t.Helper()
	text, err := json.Marshal(l.Settled())
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// What does not come in time is asked for in shorter pieces, and so is what follows.
func TestASlowPlatformIsAskedForLess(t *testing.T) {
	t.Parallel()
	d := busy(2, 100, 20, 0.05)
	var limits LearnedLimits
	p := NewPlanner(&limits, nil, nil, 31*96, []Span{d.all()})
	slow, asked := 0, 0
	for s, ok := p.Next(); ok; s, ok = p.Next() {
		if asked++; s.Length() <= 2*96 {
			p.Answered(s, d.of(s))
		} else if slow++; !p.Slow(s) {
			t.Fatalf("%v cannot be shorter", s)
		}
	}
	if slow > 12 || asked > 75 {
		t.Errorf("%d requests, %d of them too slow", asked, slow)
	}
}

// What was refused may have had more rows than predicted: its parts tell how many, and the bound is lifted.
func TestABoundThatWasPredictedTooLowIsLifted(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		d := busy(seed, 45, 1900, 0.08)
		limits := LearnedLimits{MaxRows: 60_000, TooManyRows: 62_000, MaxLength: 50}
		p := NewPlanner(&limits, nil, d.told(), 31*96, []Span{d.all()})
		requests, _ := drive(t, p, d, 100_000, 31*96)
		if least := d.least(100_000, 31*96); float64(requests) > 1.33*float64(least) {
			t.Errorf("seed %d: %d requests, %d is the least", seed, requests, least)
		}
	}
}

func TestWhatWasLearnedIsNotLearnedAgain(t *testing.T) {
	t.Parallel()
	d := busy(3, 60, 1500, 0.05)
	var sizes LearnedLimits
	first := NewPlanner(&sizes, nil, nil, 31*96, []Span{d.all()})
	drive(t, first, d, 100_000, 31*96)
	again := NewPlanner(&sizes, first.Profile(), nil, 31*96, []Span{d.all()})
	if requests, refusals := drive(t, again, d, 100_000, 31*96); refusals > requests/20 {
		t.Errorf("%d of %d requests were refused the second time", refusals, requests)
	}
}

// Whatever is refused, slow or strange: every quarter-hour is answered exactly once, in the order of time.
func TestAPlannerAsksForEveryQuarterHourOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(Quarters(rapid.IntRange(0, 700).Draw(rt, "from")))
		var gaps []Span
		want := map[time.Time]bool{}
		at := from
		for range rapid.IntRange(0, 4).Draw(rt, "gaps") {
			at = at.Add(Quarters(rapid.IntRange(1, 50).Draw(rt, "apart")))
			gap := Span{at, at.Add(Quarters(rapid.IntRange(1, 5000).Draw(rt, "length")))}
			for q := gap.From; q.Before(gap.To); q = q.Add(wrapcast.QuarterHour) {
				want[q] = true
			}
			gaps, at = append(gaps, gap), gap.To
		}
		var sizes LearnedLimits
		tr := NewPlanner(&sizes, nil, nil, rapid.IntRange(1, 31*96).Draw(rt, "longest"), gaps)
		var under []Span // way
		for range 100_000 {
			if s, ok := tr.Next(); ok && (len(under) == 0 || len(under) < 4 && rapid.Bool().Draw(rt, "more")) {
				under = append(under, s)
				continue
			} else if ok {
				tr.putBack(s)
				delete(tr.shorter, s.From) // it was never asked for
			}
			if len(under) == 0 {
				break
			}
			i := rapid.IntRange(0, len(under)-1).Draw(rt, "which")
			s := under[i]
			under = append(under[:i], under[i+1:]...)
			fate := rapid.IntRange(0, 5).Draw(rt, "fate")
			if fate == 0 && tr.Refused(s) || fate == 1 && tr.Slow(s) {
				continue
			}
			rows := make([]int, s.Length())
			for i := range rows {
				rows[i] = rapid.IntRange(0, 100).Draw(rt, "rows")
				if i > 3 {
					break
				}
			}
			tr.Answered(s, rows)
			for q := s.From; q.Before(s.To); q = q.Add(wrapcast.QuarterHour) {
				if !want[q] {
					rt.Fatalf("%v was asked for twice, or not wanted", q)
				}
				delete(want, q)
			}
		}
		if len(want) > 0 || len(under) > 0 {
			rt.Fatalf("%d quarter-hours were not asked for", len(want))
		}
	})
}

// A span of more than a day is halved at midnight UTC, unless less than a quarter were left.
func TestHalvesMeetOnADayBorder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		from := time.Unix(0, 0).UTC().Add(Quarters(rapid.IntRange(0, 2_000_000).Draw(rt, "from")))
		s := Span{from, from.Add(Quarters(rapid.IntRange(2, 100_000).Draw(rt, "length")))}
		n := s.half()
		if n < 1 || n >= s.Length() || 4*n < s.Length()-3 {
			rt.Fatalf("%d is no half of %d", n, s.Length())
		}
		if at := s.From.Add(Quarters(n)); s.Length() > 4*96 && !at.Equal(at.Truncate(day)) {
			rt.Fatalf("%v is cut at %v", s, at)
		}
	})
}
