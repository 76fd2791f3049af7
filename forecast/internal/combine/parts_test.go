package combine

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

func dayOf(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Dates of Easter Sunday as published by the U.S. Census Bureau.
func TestEasterFallsWhereThePublishedTableHasIt(t *testing.T) {
	t.Parallel()
	for _, want := range []struct {
		y int
		m time.Month
		d int
	}{{1961, 4, 2}, {1997, 3, 30}, {1998, 4, 12}, {2000, 4, 23}, {2008, 3, 23}, {2011, 4, 24}, {2024, 3, 31},
		{2026, 4, 5}, {2038, 4, 25}} {
		if got := easter(want.y); got != dayOf(want.y, want.m, want.d) {
			t.Errorf("Easter of %d is day %d, want %d", want.y, got, dayOf(want.y, want.m, want.d))
		}
	}
}

func TestDatesGoBothWays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.IntRange(-200_000, 200_000).Draw(t, "day")
		y, m, d := dateOf(day)
		want := time.Unix(int64(day)*86400, 0).UTC()
		if y != want.Year() || m != int(want.Month()) || d != want.Day() || daysTo(y, m, d) != day {
			t.Fatalf("day %d is %d-%d-%d, want %v", day, y, m, d, want)
		}
	})
}

func TestDaysAroundEasterLookToLastEasterAndOthersToTheSameWeekday(t *testing.T) {
	t.Parallel()
	good, ok := source(dayOf(1998, 4, 10), yearLag) // Good Friday 1998
	if !ok || good != dayOf(1997, 3, 28) {
		t.Errorf("Good Friday looks to day %d, %v", good, ok)
	}
	if _, ok := source(dayOf(1998, 3, 29), yearLag); ok { // 52 weeks after Easter 1997, but no feast itself
		t.Error("an ordinary Sunday looks to last year's Easter")
	}
	june, ok := source(dayOf(1998, 6, 10), yearLag)
	if !ok || june != dayOf(1997, 6, 11) {
		t.Errorf("a Wednesday in June looks to day %d, %v", june, ok)
	}
}

func TestRunningMedianIsTheMedianOfTheWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-10, 10), 1, 40).Draw(t, "x")
		half := rapid.IntRange(1, 6).Draw(t, "half")
		out := make([]float64, len(x))
		var window []float64
		runningMedian(x, half, out, &window)
		for i := range x {
			want := stat.Median(x[max(0, i-half):min(len(x), i+half+1)])
			if math.Abs(out[i]-want) > 1e-12 {
				t.Fatalf("at %d: %v, want %v", i, out[i], want)
			}
		}
	})
}

func TestJointWeightsStayOnTheSimplexAndCostNoMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(1, 6).Draw(t, "m")
		errors := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(-3, 3), m, m), 1, 20).Draw(t, "errors")
		c, w := make([]float64, m*m), make([]float64, m)
		for _, e := range errors {
			for i := range m {
				for j := range m {
					c[i*m+j] += e[i] * e[j]
				}
			}
		}
		for i := range w {
			w[i] = 1 / float64(m)
		}
		before := cost(c, w)
		onSimplex(c, w, make([]bool, m))
		sum := 0.0
		for _, v := range w {
			if v < -1e-12 {
				t.Fatalf("weights %v", w)
			}
			sum += v
		}
		if math.Abs(sum-1) > 1e-9 || cost(c, w) > before+1e-9 {
			t.Fatalf("weights %v add up to %v and cost %v, before %v", w, sum, cost(c, w), before)
		}
	})
}

func cost(c, w []float64) float64 {
	sum := 0.0
	for i, v := range w {
		for j, u := range w {
			sum += v * u * c[i*len(w)+j]
		}
	}
	return sum
}

func TestWeightsFavourTheBestAndLeaveOutTheBad(t *testing.T) {
	t.Parallel()
	out := make([]float64, 4)
	rule{power: 8, trim: 1.3}.weigh([]float64{1, 1.1, 1.4, math.NaN()}, []float64{1, 1, 1, math.NaN()}, out)
	if !(out[0] > out[1] && out[1] > 0 && out[2] == 0 && out[3] == 0) || math.Abs(out[0]+out[1]-1) > 1e-12 {
		t.Errorf("weights %v", out)
	}
}

func TestGapsAreExpectedFromThePastAlone(t *testing.T) {
	t.Parallel()
	y := []float64{5, 9, 5, 9, math.NaN(), 9, 5, math.NaN()}
	whole := fill(y, 2)
	for n := 1; n < len(y); n++ {
		if got := fill(y[:n], 2); !slices.Equal(got, whole[:n]) {
			t.Fatalf("with %d values the gaps are %v, with all %v", n, got, whole[:n])
		}
	}
	if math.Abs(whole[4]-5) > 2.5 || whole[7] < whole[4] {
		t.Errorf("filled %v", whole)
	}
}

func TestManyAlikeDoNotShoutDownAFew(t *testing.T) {
	t.Parallel()
	g := &weigher{setup: &setup{tune: Tuning{Family: 0.5}},
		candidates: []candidate{{family: smoothers}, {family: smoothers}, {family: smoothers}, {family: smoothers},
			{family: years}}}
	w := &seriesRun{members: []int{0, 1, 2, 3, 4}}
	weights := []float64{0.2, 0.2, 0.2, 0.2, 0.2}
	g.byFamily(w, weights)
	if want := 1.0 / 3; math.Abs(weights[4]-want) > 1e-12 || math.Abs(weights[0]-want/2) > 1e-12 {
		t.Errorf("four of a family and one alone weigh %v, want 1/6 and 1/3", weights)
	}
	few := []float64{0, 0, 0, 0.5, 0.5} // members that weigh nothing are not counted
	if g.byFamily(w, few); few[3] != few[4] {
		t.Errorf("one of either family weighs %v", few)
	}
}

func TestASeriesThatTouchesZeroHasItsRoot(t *testing.T) {
	t.Parallel()
	g := &setup{}
	for _, c := range []struct {
		w    history
		mode mode
		want transform
	}{
		{history{positive: true, lo: 1}, single, logarithm}, {history{lo: 0}, single, root},
		{history{lo: 0}, weekly, plain}, {history{lo: -1}, double, plain},
	} {
		g.mode = c.mode
		if got := g.warpOf(&c.w); got != c.want {
			t.Errorf("from %v on: transform %v, want %v", c.w.lo, got, c.want)
		}
	}
}

func TestWeightsAreSteeperWhereFewSeriesKnowTheirYear(t *testing.T) {
	t.Parallel()
	g := &weigher{setup: &setup{tune: DefaultTuning(), small: true}, years: true}
	long, short := &seriesRun{history: history{n: 3 * year}}, &seriesRun{history: history{n: year}}
	old, young := g.ruleOf(long).power, g.ruleOf(short).power
	if !(old > young) || young != g.tune.Power {
		t.Errorf("power %v with three years, %v with one", old, young)
	}
	g.small = false
	if p := g.ruleOf(long).power; p != g.tune.Power {
		t.Errorf("power %v in a large group", p)
	}
}

// TestTablesOfAllLeadsHoldTheRowsOfEach builds every row of every lead by hand.
func TestTablesOfAllLeadsHoldTheRowsOfEach(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SliceOfN(rapid.Float64Range(-3, 3), 0, 90).Draw(t, "z")
		lags := rapid.SampledFrom([]int{4, 8}).Draw(t, "lags")
		yearly := rapid.Bool().Draw(t, "yearly")
		tables := make([]*ridge.Table, rapid.IntRange(1, maxLevelLead).Draw(t, "leads"))
		for b := range tables {
			tables[b] = ridge.NewTable(maxFeatures, 1)
		}
		x := make([]float64, maxFeatures)
		fillLevels(z, lags, yearly, tables, x)
		first := lags - 1
		if yearly {
			first = yearBlocks + 3
		}
		for b, got := range tables {
			want := ridge.NewTable(maxFeatures, 1)
			for now := first; now+b+1 < len(z); now++ {
				want.AddRow(x[:features(z, now, b+1, lags, yearly, x)], z[now+b+1])
			}
			if got.Rows != want.Rows || !slices.Equal(got.G, want.G) || !slices.Equal(got.B, want.B) {
				t.Fatalf("lead %d: %+v, want %+v", b+1, got, want)
			}
		}
	})
}
