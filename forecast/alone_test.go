package forecast

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// sameTo tells whether two numbers are the same up to rounding.
func sameTo(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

func TestAlgorithmsThatAreGoneNameAnother(t *testing.T) {
	t.Parallel()
	for _, name := range append(Names(), Auto) {
		if err := CheckAlgorithm(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, instead := range map[string]string{"dynamicTheta": "theta", "mstl": "exponentialSmoothing",
		"mstlArima": "exponentialSmoothing",
		"sba":       "croston", "tsb": "croston", "adida": "croston", "imapa": "croston", "negativeBinomial": "auto"} {
		err := CheckAlgorithm(name)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Option != "Algorithm" || !strings.HasSuffix(e.Message, `use "`+instead+`"`) ||
			CheckAlgorithm(instead) != nil {
			t.Errorf("%s: %v, want a word of %s", name, err, instead)
		}
	}
	if err := CheckAlgorithm("oracle"); err == nil || !strings.Contains(err.Error(), "weekdayAverage") {
		t.Errorf("an unknown name: %v", err)
	}
}

// TestWeightsOfNamedCandidates fall with the eighth power; nothing beyond 1.3 times the best.
func TestWeightsOfNamedCandidates(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct{ errs, want []float64 }{
		{[]float64{1, 1}, []float64{0.5, 0.5}},
		{[]float64{1, 1.25, 1.31}, []float64{1 / (1 + math.Pow(1.25, -8)),
			math.Pow(1.25, -8) / (1 + math.Pow(1.25, -8)), 0}},
		{[]float64{0, 0, 1}, []float64{0.5, 0.5, 0}},
		{[]float64{2, nan}, []float64{1, 0}},
		{[]float64{nan, nan}, []float64{0.5, 0.5}},
	} {
		for i, w := range weights(c.errs) {
			if !sameTo(w, c.want[i], 1e-12) {
				t.Errorf("errors %v have the weights %v, want %v", c.errs, weights(c.errs), c.want)
				break
			}
		}
	}
}

// TestOriginsOfASingleSeries: up to eight, half a horizon apart, the newest a window before the end.
func TestOriginsOfASingleSeries(t *testing.T) {
	t.Parallel()
	window, cuts := originsIn(100, 10, 7)
	if window != 10 || !slices.Equal(cuts, []int{55, 60, 65, 70, 75, 80, 85, 90}) {
		t.Errorf("window %d, cuts %v", window, cuts)
	}
	window, cuts = originsIn(40, 28, 7) // 19 values are needed before: 21 are left for windows of 10
	if window != 10 || !slices.Equal(cuts, []int{20, 25, 30}) {
		t.Errorf("of 40 values: window %d, cuts %v", window, cuts)
	}
	if window, cuts = originsIn(10, 5, 7); window != 1 || len(cuts) != 0 {
		t.Errorf("of 10 values: window %d, cuts %v", window, cuts)
	}
}

// TestACandidateIsMeasuredAtItsOrigins: the naive of a line misses by its slope times the lead.
func TestACandidateIsMeasuredAtItsOrigins(t *testing.T) {
	t.Parallel()
	y := each(60, func(i int) float64 { return 2 * float64(i) })
	o := newCandidateRun(Series{Values: y}, Options{Horizon: 4, Levels: []float64{0.8}, NonNegative: NonNegativeNever})
	o.try("naive")
	c := o.candidates[0]
	if len(c.past) != 8 || !slices.Equal(c.now, []float64{118, 118, 118, 118}) {
		t.Fatalf("%d origins, now %v", len(c.past), c.now)
	}
	if want := (2.0 + 4 + 6 + 8) / 4 / 2; !sameTo(c.err, want, 1e-12) { // over the scale of 2
		t.Errorf("error %v, want %v", c.err, want)
	}
	a := o.accuracy(o.combinedPast([]float64{1}))
	if a.Origins != 8 || a.Cells != 32 || !sameTo(a.MASE, 2.5, 1e-12) || !sameTo(a.RMSSE, math.Sqrt(30)/2, 1e-12) ||
		!(a.Bias < 0) {
		t.Errorf("accuracy %+v", a)
	}
}

func TestAGuardedForecastStaysNearItsHistory(t *testing.T) {
	t.Parallel()
	f := []float64{math.NaN(), -50, 50, 12}
	guard(f, []float64{10, 20, math.NaN()}, 0)
	if !slices.Equal(f, []float64{15, 5, 25, 12}) {
		t.Errorf("guarded %v", f)
	}
	f = []float64{3, -3}
	if guard(f, []float64{math.NaN()}, math.Inf(-1)); !slices.Equal(f, []float64{0, 0}) {
		t.Errorf("of an empty history: %v", f)
	}
}

func TestFloors(t *testing.T) {
	t.Parallel()
	none := math.Inf(-1)
	for _, c := range []struct {
		y    []float64
		rule NonNegative
		want float64
	}{
		{[]float64{0, 3}, NonNegativeAuto, 0}, {[]float64{-1, 3}, NonNegativeAuto, none},
		{[]float64{-1}, NonNegativeAlways, 0},
		{[]float64{1}, NonNegativeNever, none}, {nil, NonNegativeAuto, 0}, {[]float64{math.NaN()}, NonNegativeAuto, 0},
	} {
		if got := floorFor(c.y, c.rule); got != c.want {
			t.Errorf("%v under rule %d: floor %v, want %v", c.y, c.rule, got, c.want)
		}
	}
}

// TestHeavyTailsStandBesideTheErrors with the same weight and mean size.
func TestHeavyTailsStandBesideTheErrors(t *testing.T) {
	t.Parallel()
	values, w := withHeavyTails([]float64{-3, 3}, 3)
	own, tail, size := 0.0, 0.0, 0.0
	for i, v := range values {
		if math.Abs(v) == 3 {
			own += w[i]
			continue
		}
		tail += w[i]
		size += w[i] * math.Abs(v)
	}
	if !slices.IsSorted(values) || !sameTo(own, 1, 1e-12) || !sameTo(tail, 1, 1e-9) || !sameTo(size, 3, 0.05) {
		t.Errorf("own weight %v, that of the tails %v, their mean size %v", own, tail, size)
	}
}

// TestWhatNeverMovedHasABandAllTheSame: a count of 16 may be four off.
func TestWhatNeverMovedHasABandAllTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		y    []float64
		want float64
	}{{[]float64{16, 16}, 4}, {[]float64{0, 0}, 0}, {[]float64{5}, math.Sqrt(5)}, {nil, 0}, {[]float64{0, 20, 0}, 20}} {
		o := &candidateRun{s: Series{Values: c.y}}
		if got := o.unmeasuredSize(); !sameTo(got, c.want, 1e-12) {
			t.Errorf("%v: size %v, want %v", c.y, got, c.want)
		}
	}
}

// TestScoresSayWhereAValueLay between the quantiles forecast for it, ties by the mean of their part.
func TestScoresSayWhereAValueLay(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	r := Result{Median: []float64{10, 0, 0}, Bands: []Band{
		{Level: 0.8, Lower: []float64{4, 0, 0}, Upper: []float64{18, 1, 0}},
		{Level: 0.5, Lower: []float64{8, 0, 0}, Upper: []float64{13, 0, 0}}}}
	for _, c := range []struct {
		step      int
		y         float64
		want, gap float64
	}{
		{0, 10, 0, 0}, {0, 18, 1.2816, 0}, {0, 8, -0.6745, 0}, {0, 6, (-1.2816 - 0.6745) / 2, 0},
		{0, 18 + 5, 1.2816 + 1.2816 - 0.6745, 0}, {0, 0, -1.2816 - (1.2816 - 0.6745), 0}, {0, nan, nan, nan},
		{0, 1e9, 127.0 / 32, 0},
		{1, 0, -0.4237, 0.5347},   // below the 75 % quantile: -φ(0.6745)/0.75
		{1, 1, 1.2816, 0},         // the upper bound itself
		{2, 0, 0, 1},              // says nothing
		{2, 1, 1.755, 0.1691 - 0}, // beyond all: φ(1.2816)/0.1
	} {
		var hidden mean
		one := Result{Median: r.Median[c.step:], Bands: []Band{
			{Level: 0.8, Lower: r.Bands[0].Lower[c.step:], Upper: r.Bands[0].Upper[c.step:]},
			{Level: 0.5, Lower: r.Bands[1].Lower[c.step:], Upper: r.Bands[1].Upper[c.step:]}}}
		got := one.scored(7, []float64{c.y}, &hidden)
		if v := got.Scores[0].Value(); !sameTo(v, c.want, 1.0/64+1e-4) && !(v != v && c.want != c.want) || got.Back != 7 {
			t.Errorf("step %d: %v has the score %v, want %v", c.step, c.y, v, c.want)
		}
		if v := hidden.value(); !sameTo(v, c.gap, 1e-3) && !(v != v && c.gap != c.gap) {
			t.Errorf("step %d: %v hides %v, want %v", c.step, c.y, v, c.gap)
		}
	}
}

func TestSeasonsAStepSuggests(t *testing.T) {
	t.Parallel()
	for step, want := range map[time.Duration][]float64{
		time.Hour: {24, 168}, 15 * time.Minute: {96, 672}, day: {7, 365.25}, 7 * day: {52}, 7 * time.Hour: nil,
		0: nil, 30 * day: nil,
	} {
		if got := SeasonsOf(step); !slices.Equal(got, want) {
			t.Errorf("a step of %v suggests %v, want %v", step, got, want)
		}
	}
	o := Options{Seasons: []float64{168, 1, 24, 24}}
	if got := o.seasonsFor(Series{}); !slices.Equal(got, []float64{24, 168}) {
		t.Errorf("seasons %v", got)
	}
}

// TestSeasonsOfTheCombination: two, as far as the history holds them, and whether a year is among them.
func TestSeasonsOfTheCombination(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		seasons     []float64
		n           int
		short, long int
		yearly      bool
	}{
		{[]float64{7, 365.25}, 800, 7, 1, true}, {[]float64{7, 365.25}, 100, 7, 1, true},
		{[]float64{24, 168}, 1000, 24, 168, false},
		{[]float64{24, 168}, 300, 24, 1, false}, {[]float64{24, 168}, 40, 1, 1, false},
		{[]float64{52}, 200, 52, 1, false}, {nil, 200, 1, 1, false},
		{[]float64{365.25}, 800, 365, 1, false},
	} {
		short, long, yearly := Options{Seasons: c.seasons, Horizon: 10}.autoSeasons(Series{}, c.n)
		if short != c.short || long != c.long || yearly != c.yearly {
			t.Errorf("%v over %d values: %d, %d, %v", c.seasons, c.n, short, long, yearly)
		}
	}
}

// TestAutoNeedsTwoCyclesAndAWeek of the first whole season under 52, or ten values.
func TestAutoNeedsTwoCyclesAndAWeek(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		seasons []float64
		want    int
	}{{nil, 10}, {[]float64{7, 365.25}, 21}, {[]float64{24, 168}, 55}, {[]float64{52}, 10}, {[]float64{2.5}, 10}} {
		if got := (Options{Seasons: c.seasons}).minValues(Series{}); got != c.want {
			t.Errorf("seasons %v: %d values, want %d", c.seasons, got, c.want)
		}
	}
}

// TestZerosWhereMuchIsUsualAreOutages, as long as they are few.
func TestZerosWhereMuchIsUsualAreOutages(t *testing.T) {
	t.Parallel()
	y := each(70, func(i int) float64 { return []float64{40, 30, 30, 30, 20, 5, 0}[i%7] })
	y[21], y[40] = 0, 0 // a Monday, and a Saturday that has five
	if got := outages(y, 7); !slices.Equal(got, []int{21}) {
		t.Errorf("outages %v, want the Monday alone", got)
	}
	y[8], y[16], y[31], y[46] = 0, 0, 0, 0
	if got := outages(y, 7); got != nil {
		t.Errorf("%d zeros of 70 are outages", len(got))
	}
	if got := outages(each(30, func(i int) float64 { return float64(i%2) * 20 }), 2); got != nil {
		t.Errorf("a phase that is always zero has the outages %v", got)
	}
}

// TestClosedStepsComeOutAsZeroAndKeepTheirPlace whether they were cut out or hidden.
func TestClosedStepsComeOutAsZeroAndKeepTheirPlace(t *testing.T) {
	t.Parallel()
	open := &opening{parts: []bool{false, true, true}, days: []bool{true, false}} // of six steps two are open
	p := &preparedSeries{series: Series{Values: make([]float64, 12)}, values: make([]float64, 12), opening: open,
		cut: true}
	if got := p.stretch([]float64{5, 6, 7, 8}, 12, 24); !slices.Equal(got,
		[]float64{0, 5, 6, 0, 0, 0, 0, 7, 8, 0, 0, 0}) {
		t.Errorf("cut: %v", got)
	}
	if p.openAhead(7) != 2 || p.openAhead(12) != 4 || p.cycleLength(6) != 2 {
		t.Errorf("%d of seven steps are open, %d of twelve; a cycle has %d", p.openAhead(7), p.openAhead(12),
			p.cycleLength(6))
	}
	p.cut = false
	if got := p.stretch([]float64{1, 2, 3, 4, 5, 6}, 12, 18); !slices.Equal(got, []float64{0, 2, 3, 0, 0, 0}) {
		t.Errorf("hidden: %v", got)
	}
}

// TestWhatTheProcedureSees: leading gaps and closed steps are gone, the rest keeps its order.
func TestWhatTheProcedureSees(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	p := asItIs([]float64{nan, nan, 4, 0, 5, 0, nan, 0, 6, 0})
	if p.lead != 2 || p.floor != 0 {
		t.Fatalf("lead %d, floor %v", p.lead, p.floor)
	}
	p.opening, p.cut = &opening{parts: []bool{true, false}, days: []bool{true}}, true
	p.prepare(2)
	if !slices.Equal(p.kept, []int{2, 4, 6, 8}) || len(p.input.Y) != 4 || p.input.Y[0] != 4 ||
		!math.IsNaN(p.input.Y[2]) || p.input.Y[3] != 6 {
		t.Errorf("kept %v, sees %v", p.kept, p.input.Y)
	}
	notes := strings.Join(p.notes(), "; ")
	if !strings.Contains(notes, "3 of 10 values are missing") ||
		!strings.Contains(notes, "1 of the 2 steps of a cycle are closed") {
		t.Errorf("notes: %s", notes)
	}
}

// TestSeriesThatAreOpenAlikeShareAGroup where steps are cut, all one where they are hidden.
func TestSeriesThatAreOpenAlikeShareAGroup(t *testing.T) {
	t.Parallel()
	day := func(open int) []float64 {
		return each(24*30, func(i int) float64 { return 20 * b2f(i%24 >= 8 && i%24 < 8+open) })
	}
	all := [][]float64{day(10), day(10), day(24), day(4)}
	groupsOf := func(cut bool) map[int]int {
		h, sizes := newHours(24, 24, cut), map[int]int{}
		for _, y := range all {
			h.add(h.look(y))
		}
		for _, y := range all {
			h.list(h.of(h.look(y)))
		}
		h.sort()
		for _, y := range all {
			at, _ := h.groupOf(h.of(h.look(y)))
			sizes[at]++
		}
		return sizes
	}
	groups, sizes := groupsOf(true), map[int]int{}
	for _, n := range groups {
		sizes[n]++
	}
	if len(groups) != 3 || sizes[2] != 1 || sizes[1] != 2 {
		t.Errorf("%d groups of sizes %v", len(groups), sizes)
	}
	if got := groupsOf(false); len(got) != 1 || got[0] != 4 {
		t.Errorf("hidden, they are in %d groups", len(got))
	}
}

// asItIs prepares a history in which nothing was mended.
func asItIs(y []float64) *preparedSeries {
	s := Series{Values: y}
	return Options{}.prepareSeries(s, mended{Series: s, original: y})
}

// TestProportionsAddUp to the total, in proportion.
func TestProportionsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shares := rapid.SliceOfN(rapid.Float64Range(-1, 10), 1, 20).Draw(t, "shares")
		total := rapid.Float64Range(-100, 1000).Draw(t, "total")
		sum, first := 0.0, -1
		parts := Proportions(total, shares)
		for i, p := range parts {
			sum += p
			if shares[i] > 1e-3 && first < 0 {
				first = i
			}
			if first >= 0 && shares[i] > 1e-3 && !sameTo(p*shares[first], parts[first]*shares[i], 1e-6) {
				t.Fatalf("%v of %v is split into %v", total, shares, parts)
			}
		}
		if !sameTo(sum, total, 1e-9*math.Max(1, math.Abs(total))) {
			t.Fatalf("parts add up to %v, want %v", sum, total)
		}
	})
	if got := Proportions(9, []float64{0, math.NaN(), -1}); !slices.Equal(got, []float64{3, 3, 3}) {
		t.Errorf("without shares the split is %v", got)
	}
}

func TestErrorsSayWhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{optionError("Horizon", "%d is too far", 9), "Horizon: 9 is too far"},
		{seriesError("a b", "it is odd"), `series "a b": it is odd`},
		{checkFinite("x", []float64{1, math.NaN(), 1e101}),
			`series "x", value 3: 1e+101 is beyond what can be forecast`},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
	if err := checkFinite("x", []float64{math.NaN(), -1e99}); err != nil {
		t.Errorf("missing and large values: %v", err)
	}
	if err := (Series{Start: time.Unix(0, 0)}).check(); err == nil {
		t.Error("a start without a step passed")
	}
	if err := (Series{Regressors: []Regressor{{Values: []float64{math.Inf(1)}}}}).check(); err == nil {
		t.Error("an infinite regressor passed")
	}
}

// TestEventColumns: an event is on all steps of its day, and on the week that holds it.
func TestEventColumns(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	e := Event{Name: "fair", Dates: []time.Time{start.AddDate(0, 0, 2).Add(13 * time.Hour), start.AddDate(0, 0, 10)}}
	for _, c := range []struct {
		step time.Duration
		want []float64
	}{
		{day, []float64{0, 0, 1, 0}}, {12 * time.Hour, []float64{0, 0, 0, 0, 1, 1, 0}}, {7 * day, []float64{1, 1, 0}},
		{0, []float64{0, 0}},
	} {
		if got := eventColumn(Series{Start: start, Step: c.step}, e, len(c.want)); !slices.Equal(got, c.want) {
			t.Errorf("steps of %v: %v, want %v", c.step, got, c.want)
		}
	}
}
