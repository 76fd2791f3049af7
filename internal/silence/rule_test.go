package silence

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// monday is the first day of the histories below.
const monday = wrapcast.Date(20003)

// world draws the contacts of a queue day by day.
type world struct {
	*rand.Rand
	// mean is contacts on a day; clump makes them come together: a day's mean is drawn anew within a factor.
	mean  func(day int) float64
	clump float64
}

func (w world) days(n int) []float64 {
	days := make([]float64, n)
	for t := range days {
		m := w.mean(t)
		if w.clump > 0 {
			m *= math.Exp(w.clump*w.NormFloat64() - w.clump*w.clump/2)
		}
		days[t] = w.poisson(m)
	}
	return days
}

func (w world) poisson(mean float64) float64 {
	n := 0.0
	for rest := mean; rest > 0; rest -= 30 { // exp underflows for large means
		for p, limit := w.Float64(), math.Exp(-min(rest, 30)); p > limit; p *= w.Float64() {
			n++
		}
	}
	return n
}

func weekdays(mean float64) func(int) float64 {
	return func(day int) float64 {
		if day%7 >= 5 {
			return 0
		}
		return mean
	}
}

func TestOrdinaryQueuesAreNotSilent(t *testing.T) {
	t.Parallel()
	const queues = 200 // judged together, as in an organisation of that size
	holiday := func(every int, of func(int) float64) func(int) float64 {
		return func(day int) float64 {
			if day%every < 3 { // three days in a row, now and then, that no calendar names
				return 0
			}
			return of(day)
		}
	}
	for name, c := range map[string]struct {
		mean  func(int) float64
		clump float64
		days  int
	}{
		"open daily":                {func(int) float64 { return 40 }, 0.3, 400},
		"closed at weekends":        {weekdays(60), 0.3, 400},
		"closed days nobody named":  {holiday(61, weekdays(60)), 0.3, 400},
		"one a day":                 {func(int) float64 { return 1 }, 0, 400},
		"one a day, clumped":        {func(int) float64 { return 1 }, 1, 400},
		"one a week":                {func(int) float64 { return 0.14 }, 0, 400},
		"two weeks of history":      {weekdays(20), 0.5, 14},
		"two weeks of a small one":  {func(int) float64 { return 0.8 }, 0.5, 14},
		"mondays only":              {func(d int) float64 { return map[bool]float64{true: 80}[d%7 == 0] }, 0.3, 400},
		"grows from nothing":        {func(d int) float64 { return float64(d) / 40 }, 0.3, 300},
		"a season, for two years":   {func(d int) float64 { return map[bool]float64{true: 50}[d%364 < 120] }, 0.3, 730},
		"a fortnight off each year": {func(d int) float64 { return map[bool]float64{true: 50}[d%364 < 350] }, 0.3, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for q := range queues {
				w := world{rand.New(rand.NewPCG(uint64(q), 1)), c.mean, c.clump}
				all := w.days(c.days + q%60)
				for from := max(13, len(all)-14); from < len(all); from++ {
					if name == "a fortnight off each year" && from < 364 {
						continue
					}
					s := series{monday, all[:from+1]}
					if st, silent := s.silent(queues); silent {
						t.Fatalf("queue %d is silent for %d days by day %d, %.1f contacts expected", q, st.days, from, st.expected)
					}
				}
			}
		})
	}
}

func TestSilenceIsNoticed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		mean func(int) float64
		days int
		// by is after how many days without a contact it must be noticed.
		by int
	}{
		{"40 a day", func(int) float64 { return 40 }, 400, 3},
		{"40 a working day", weekdays(40), 400, 5},
		{"40 a working day, two weeks", weekdays(40), 14, 7},
		{"five a day", func(int) float64 { return 5 }, 200, 5},
		{"one a day", func(int) float64 { return 1 }, 200, 25},
		{"a season, in its middle", func(d int) float64 { return map[bool]float64{true: 50}[d%364 < 200] }, 364 + 60, 4},
	} {
		for seed := range 30 {
			w := world{rand.New(rand.NewPCG(uint64(seed), 2)), c.mean, 0.3}
			all := append(w.days(c.days), make([]float64, c.by)...)
			if st, silent := (series{monday, all}).silent(100); !silent {
				t.Errorf("%s, seed %d: %d days without a contact are not noticed: %+v", c.name, seed, c.by, st)
			}
		}
	}
}

func TestDaysThatDoNotCountMakeNoSilence(t *testing.T) {
	t.Parallel()
	w := world{rand.New(rand.NewPCG(1, 3)), func(int) float64 { return 40 }, 0}
	for _, unknown := range []int{3, 60, 200} {
		all := w.days(400)
		for range unknown {
			all = append(all, math.NaN())
		}
		if st, silent := (series{monday, all}).silent(1); silent {
			t.Errorf("%d days that do not count are a silence: %+v", unknown, st)
		}
	}
}

func TestChancesByHand(t *testing.T) {
	t.Parallel()
	// Ten contacts a day for 56 days, one by one: none in a day is (1 + 10/560)^-560, close to e^-10.
	h := habit{total: 560, excess: 1}
	if got := h.chanceOfNone(10); math.Abs(got-math.Pow(1+10.0/560, -560)) > 1e-12 || got > 5.5e-5 || got < 4.5e-5 {
		t.Errorf("none of ten by chance: %g", got)
	}
	// Clumped fourfold, ln 4 / 3 of the contacts count.
	h.excess = 4
	if got, want := h.chanceOfNone(10), math.Pow(1+10.0/560, -560*math.Log(4)/3); math.Abs(got-want) > 1e-12 {
		t.Errorf("none of ten clumped ones: %g, want %g", got, want)
	}
	if got := h.chanceOfNone(0); got != 1 {
		t.Errorf("none where none is expected: %g", got)
	}
	s := series{monday, make([]float64, 100)}
	for i := range s.values {
		s.values[i] = 5
	}
	s.values[50], s.values[60] = 0, 0
	all := habit{works: [7]bool{true, true, true, true, true, true, true}}
	if got, want := s.chanceOfClosed(all, 99, 3), 2.5/101*0.36; math.Abs(got-want) > 1e-12 {
		t.Errorf("three closed days by chance: %g, want %g", got, want)
	}
}

func TestTheSeasonOfADay(t *testing.T) {
	t.Parallel()
	for apart, want := range map[int]bool{0: true, 28: true, 29: false, 335: false, 336: true, 364: true, 392: true, 393: false, 728: true} {
		if got := (series{}).sameSeason(10, 10+apart); got != want {
			t.Errorf("%d days apart: %v", apart, got)
		}
	}
}

func ExampleFind() {
	days := func(n float64) []float64 {
		all := make([]float64, 60)
		for i := range all {
			all[i] = n
		}
		return all
	}
	quiet := days(30)
	clear(quiet[50:])
	d := wrapcast.Directory{Queues: []wrapcast.Queue{{ID: "a", Name: "Alpha"}, {ID: "b", Name: "Beta"}},
		PlanningGroups: []wrapcast.PlanningGroup{
			{ID: "ga", Name: "Alpha Voice", Routes: []wrapcast.Route{{Queue: "a", Media: wrapcast.Voice}}},
			{ID: "gb", Name: "Beta Voice", Routes: []wrapcast.Route{{Queue: "b", Media: wrapcast.Voice}}},
			{ID: "gw", Name: "Alpha Tasks", Routes: []wrapcast.Route{{Queue: "a", Media: "workitem"}}}}}
	for _, s := range Find(Input{Directory: d, From: monday, To: monday + 59, Grouped: true, Leaves: []LeafDays{
		{Leaf: wrapcast.Leaf{Queue: "a", Media: wrapcast.Voice}, Handled: days(20)},
		{Leaf: wrapcast.Leaf{Queue: "b", Media: wrapcast.Voice}, Handled: quiet}}}) {
		fmt.Println(s.Kind, s.Name, s.Since, s.Days, s.Expected, s.Cause)
	}
	// Output:
	// queue Beta 2024-11-26 10 300 queue
	// planning_group Beta Voice 2024-11-26 10 300 queue
	// planning_group Alpha Tasks 1970-01-01 0 0 media-type
}
