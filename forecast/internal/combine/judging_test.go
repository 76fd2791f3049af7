package combine

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/count"
	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// judged is a series of which two origins, of two steps each, were forecast by members in a fixed way: forecasts[j][u]
// is added to the actuals.
func judged(actuals []float64, off [][]float64) (*setup, *seriesRun) {
	s := &setup{cfg: Config{Horizon: 2, Levels: []float64{0.8}}, tune: DefaultTuning(), mode: single, window: 2,
		small:   true,
		origins: []origin{{2, true, true}, {4, true, true}}}
	w := &seriesRun{history: history{Input: Input{Y: actuals}, n: len(actuals), scale: 1, mean: stat.Mean(actuals)},
		window:  2,
		trusted: []bool{true, true}, cut: []int{len(actuals) - 2, len(actuals) - 4, len(actuals)}}
	w.lineUp(make([]candidate, len(off)), 2)
	for j, perCut := range off {
		for u, e := range perCut {
			f := w.slot(j, u)
			for h := range f {
				f[h] = actuals[min(w.cut[u]+h, len(actuals)-1)] - e
			}
			w.have[j*3+u] = true
		}
	}
	return s, w
}

// TestMembersAreJudgedByTheirMeanError over the origins, in units of the scale.
func TestMembersAreJudgedByTheirMeanError(t *testing.T) {
	t.Parallel()
	s, w := judged([]float64{5, 6, 7, 8, 9, 10}, [][]float64{{1, 3, 0}, {2, 2, 0}, {4, 4, 0}})
	w.scale = 2
	g := &weigher{setup: s, candidates: make([]candidate, 3)}
	g.errorTable(w)
	if want := []float64{0.5, 1.5, 1, 1, 2, 2}; !slices.Equal(w.errs, want) {
		t.Fatalf("errors %v, want %v", w.errs, want)
	}
	errs := make([]float64, 3)
	if g.memberErrors(w, 2, errs); !slices.Equal(errs, []float64{1, 1, 2}) {
		t.Errorf("means %v", errs)
	}
	if g.memberErrors(w, 0, errs); !slices.Equal(errs, []float64{1.5, 1, 2}) { // origin 0 is not to be looked at
		t.Errorf("without the newest origin %v", errs)
	}
}

// TestAMemberThatMissesAnOriginIsJudgedRelativeToTheOthers: it is as good as the median member where it is there.
func TestAMemberThatMissesAnOriginIsJudgedRelativeToTheOthers(t *testing.T) {
	t.Parallel()
	s, w := judged([]float64{5, 6, 7, 8, 9, 10}, [][]float64{{1, 9, 0}, {1, 9, 0}, {1, 9, 0}})
	w.have[2*3+1] = false // the third has no forecast at the hard origin
	g := &weigher{setup: s, candidates: []candidate{{}, {}, {late: true}}}
	g.errorTable(w)
	errs := make([]float64, 3)
	if g.memberErrors(w, 2, errs); !slices.Equal(errs, []float64{5, 5, 5}) {
		t.Errorf("means %v, want the same for all", errs)
	}
	w.have[1*3+2] = false // the second has none of the future
	if g.memberErrors(w, 2, errs); !math.IsNaN(errs[1]) {
		t.Errorf("a member that is silent about the future has error %v", errs[1])
	}
}

func TestErrorsOfSeriesAboveZeroCountHalfRelative(t *testing.T) {
	t.Parallel()
	h := history{positive: true, mean: 10}
	if got := h.loss(-4, 8, 12, 0.5); got != 2+0.5*2*10*4/20 {
		t.Errorf("missing 8 by 4 costs %v", got)
	}
	if got := h.loss(-4, 8, 12, 0); got != 4 {
		t.Errorf("without a relative share it costs %v", got)
	}
	h.positive = false
	if got := h.loss(-4, 8, 12, 0.5); got != 4 {
		t.Errorf("of a series with zeros it costs %v", got)
	}
}

// TestSparseSeriesAreJudgedBySquares: one large miss weighs more than two small ones.
func TestSparseSeriesAreJudgedBySquares(t *testing.T) {
	t.Parallel()
	s, w := judged([]float64{0, 0, 0, 0, 0, 0}, [][]float64{{0, 0, 0}})
	w.sparse = true
	copy(w.slot(0, 0), []float64{3, 4})
	g := &weigher{setup: s, candidates: make([]candidate, 1)}
	if g.errorTable(w); math.Abs(w.errs[0]-math.Sqrt(12.5)) > 1e-12 {
		t.Errorf("missing by 3 and 4 costs %v, want %v", w.errs[0], math.Sqrt(12.5))
	}
	if r := g.ruleOf(w); r.power != 4 || r.share != 0 || r.stack != 0 || r.trim != 0 {
		t.Errorf("the rule of sparse series is %+v", r)
	}
}

func TestRelativeErrorsKeepAwayFromZero(t *testing.T) {
	t.Parallel()
	errs := []float64{0, 2, 4}
	toRelative(errs)
	for j, want := range []float64{0.1 / 2.1, 1, 4.1 / 2.1} {
		if math.Abs(errs[j]-want) > 1e-12 {
			t.Errorf("member %d has %v, want %v", j, errs[j], want)
		}
	}
	perfect := []float64{0, 0}
	if toRelative(perfect); !slices.Equal(perfect, []float64{1, 1}) {
		t.Errorf("perfect members have the relative errors %v", perfect)
	}
}

// TestWeightsByHand: errors 1 and 2 to the third power, drawn half-way to the group's on the logarithmic scale.
func TestWeightsByHand(t *testing.T) {
	t.Parallel()
	out := make([]float64, 2)
	if (rule{power: 3}).weigh([]float64{1, 2}, []float64{1, 1}, out); math.Abs(out[0]-8.0/9) > 1e-12 {
		t.Errorf("weights %v, want 8/9 and 1/9", out)
	}
	if (rule{power: 2, share: 0.5}).weigh([]float64{1, 4}, []float64{4, 1}, out); math.Abs(out[0]-0.5) > 1e-12 {
		t.Errorf("weights %v: what one is worse here, it is better in the group", out)
	}
	if (rule{power: 2, share: 0.5}).weigh([]float64{1, math.NaN()}, []float64{1, 1}, out); out[1] != 0.5 {
		t.Errorf("weights %v: a member without errors of its own has the group's", out)
	}
}

// TestLateMembersAreDismissedUnlessTheyBeatTheOthers by three per cent over the group.
func TestLateMembersAreDismissedUnlessTheyBeatTheOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		late float64
		gone bool
	}{{0.99, true}, {0.96, false}} {
		s, w := judged([]float64{5, 6, 7, 8, 9, 10}, [][]float64{{1, 1, 0}, {c.late, c.late, 0}})
		s.small = false
		g := &weigher{setup: s, candidates: []candidate{{}, {doubt: true, late: true}}}
		g.errorTable(w)
		g.relative = [][]float64{nil, nil, {1, c.late}}
		g.doubtLate([]*seriesRun{w})
		if g.dismissLate != c.gone || w.have[3] == c.gone || math.IsNaN(w.errs[2]) != c.gone {
			t.Errorf("at %v of the others' error: dismissed %v, has a forecast %v", c.late, g.dismissLate, w.have[3])
		}
		if !w.have[0] {
			t.Error("the other member was dismissed too")
		}
	}
}

// TestRanksAreGeometricMeansOverTheSample.
func TestRanksAreGeometricMeansOverTheSample(t *testing.T) {
	t.Parallel()
	s, a := judged([]float64{5, 6, 7, 8, 9, 10}, [][]float64{{1, 1, 0}, {3, 3, 0}})
	_, b := judged([]float64{5, 6, 7, 8, 9, 10}, [][]float64{{3, 3, 0}, {1, 1, 0}})
	g := &weigher{setup: s, candidates: make([]candidate, 2)}
	for _, w := range []*seriesRun{a, b} {
		g.errorTable(w)
	}
	g.rank([]*seriesRun{a, b})
	want := math.Sqrt((1 + 0.1) / 2.1 * (3 + 0.1) / 2.1) // relative to the median of 2
	for mask, r := range g.relative {
		if math.Abs(r[0]-want) > 1e-12 || math.Abs(r[1]-want) > 1e-12 {
			t.Errorf("mask %d: ranks %v, want %v for both", mask, r, want)
		}
	}
}

// TestTheCombinationIsTheWeightedMean, and its median the weighted geometric mean where all is above zero.
func TestTheCombinationIsTheWeightedMean(t *testing.T) {
	t.Parallel()
	s, w := judged([]float64{5, 6, 7, 8, 9, 10}, [][]float64{{0, 0, 0}, {0, 0, 0}})
	w.positive, w.lo = true, 5
	copy(w.slot(0, 2), []float64{4, 9})
	copy(w.slot(1, 2), []float64{16, 9})
	w.combined, w.middle = make([]float64, 6), make([]float64, 6)
	g := &weigher{setup: s, candidates: make([]candidate, 2)}
	g.combine(w, 2, []float64{0.5, 0.5})
	if got := w.forecastAt(2); !slices.Equal(got, []float64{10, 9}) {
		t.Errorf("mean %v", got)
	}
	if got := w.medianAt(2); math.Abs(got[0]-8) > 1e-12 || math.Abs(got[1]-9) > 1e-12 {
		t.Errorf("median %v, want 8 and 9", got)
	}
	w.positive = false
	w.combined, w.middle = make([]float64, 6), make([]float64, 6)
	if g.combine(w, 2, []float64{0.25, 0.75}); w.medianAt(2)[0] != 13 {
		t.Errorf("the median of a series with zeros is %v, its mean 13", w.medianAt(2)[0])
	}
}

func TestMembersWithoutAnyErrorWeighAlike(t *testing.T) {
	t.Parallel()
	w := &seriesRun{cut: make([]int, 1), have: []bool{true, false, true}}
	weights := []float64{0.9, 0.1, 0}
	if (&weigher{}).equal(w, 0, weights); !slices.Equal(weights, []float64{0.5, 0, 0.5}) {
		t.Errorf("weights %v", weights)
	}
}

// TestErrorsThatCancelAreWorthMore: two members that miss either way, and a third that is better than each alone.
func TestErrorsThatCancelAreWorthMore(t *testing.T) {
	t.Parallel()
	s, w := judged([]float64{5, 6, 7, 8, 9, 10}, [][]float64{{2, 2, 0}, {-2, -2, 0}, {1.5, 1.5, 0}})
	g := &weigher{setup: s, candidates: make([]candidate, 3)}
	g.errorTable(w)
	g.jointErrors(w)
	weights := []float64{1.0 / 3, 1.0 / 3, 1.0 / 3}
	g.stack(w, 2, weights, 1)
	if off := math.Abs(2*weights[0] - 2*weights[1] + 1.5*weights[2]); off > 0.05 {
		t.Errorf("weights %v leave an error of %v", weights, off)
	}
	silent := []float64{0.2, 0.8, 0}
	w.have[2*3+2] = false // the third is silent at the end
	if g.stack(w, 2, silent, 1); silent[2] != 0 || math.Abs(silent[0]-0.5) > 0.05 {
		t.Errorf("a silent member weighs %v, the others %v", silent[2], silent[:2])
	}
}

func TestAnOriginsLevelIsItsMedianMember(t *testing.T) {
	t.Parallel()
	g := &weigher{setup: &setup{origins: make([]origin, 2)}}
	nan := math.NaN()
	w := &seriesRun{members: []int{0, 1, 2}, errs: []float64{1, nan, 5, nan, 2, nan}}
	if a, b := g.originLevel(w, 0), g.originLevel(w, 1); a != 2 || b != 0 {
		t.Errorf("levels %v and %v, want 2 and 0", a, b)
	}
}

// spreadOf makes the error spread of judged series whose one member is the combination.
func spreadOf(t *testing.T, actuals []float64, off []float64) (*errorSpread, *seriesRun) {
	t.Helper()
	s, w := judged(actuals, [][]float64{off})
	w.combined = slices.Clone(w.predicted)
	w.middle = slices.Clone(w.predicted)
	return &errorSpread{setup: s}, w
}

// TestSizeIsTheMeanErrorOfRecentOrigins in a small group: errors 2 and 4, weighed by their age.
func TestSizeIsTheMeanErrorOfRecentOrigins(t *testing.T) {
	t.Parallel()
	s, w := spreadOf(t, []float64{15, 16, 17, 18, 19, 20}, []float64{2, 4, 0})
	a, b := math.Exp(-2.0/52), math.Exp(-4.0/52)
	if got, want := s.size(w, 2), (2*a+4*b)/(a+b); math.Abs(got-want) > 1e-12 {
		t.Errorf("size %v, want %v", got, want)
	}
	w.trusted = []bool{false, false}
	if got := s.size(w, 2); got != w.scale {
		t.Errorf("without an origin the size is %v, want the scale %v", got, w.scale)
	}
}

// TestSizeIsDrawnToTheGroups with the weight of one origin, on the logarithmic scale.
func TestSizeIsDrawnToTheGroups(t *testing.T) {
	t.Parallel()
	s, w := spreadOf(t, []float64{15, 16, 17, 18, 19, 20}, []float64{2, 8, 0})
	s.small, s.tune.OriginFading = false, 1
	if got := s.size(w, 2); math.Abs(got-4) > 1e-12 {
		t.Errorf("the geometric mean of 2 and 8 is %v", got)
	}
	s.ratio, w.scale = 1, 0.5
	if got, want := s.size(w, 2), math.Cbrt(2*8*0.5); math.Abs(got-want) > 1e-12 {
		t.Errorf("drawn to a half: %v, want %v", got, want)
	}
	if got, want := s.size(w, 0), math.Sqrt(8*0.5); math.Abs(got-want) > 1e-12 { // the newest origin hidden
		t.Errorf("without the newest origin: %v, want %v", got, want)
	}
}

func TestWidthsGrowWithTheRootOfTheLevel(t *testing.T) {
	t.Parallel()
	s, w := spreadOf(t, []float64{10, 10, 10, 10, 10, 10}, []float64{0, 0, 0})
	for i := range w.combined {
		w.combined[i] = 40
	}
	w.positive = true
	if got := s.norm(w, 2); math.Abs(got-2) > 1e-12 {
		t.Errorf("at four times the mean the width is %v times", got)
	}
	w.positive = false
	if got := s.norm(w, 2); got != 1 {
		t.Errorf("of a series with zeros: %v", got)
	}
}

func TestErrorsByLeadAreSmoothedAndHaveMeanOne(t *testing.T) {
	t.Parallel()
	got := smoothLead([]float64{2, 4, 18}, []float64{2, 2, 2}, 1) // means 1, 2, 9; over neighbours 1.5, 4, 5.5
	for h, want := range []float64{1.5 * 3 / 11, 4.0 * 3 / 11, 5.5 * 3 / 11} {
		if math.Abs(got[h]-want) > 1e-12 {
			t.Errorf("lead %d has %v, want %v", h+1, got[h], want)
		}
	}
	if flat := smoothLead([]float64{0, 0}, []float64{0, 0}, 1); !slices.Equal(flat, []float64{1, 1}) {
		t.Errorf("without errors leads are %v", flat)
	}
}

// TestPhasesAreShrunkToOne: a phase with one error of three times the size, six errors of one beside it.
func TestPhasesAreShrunkToOne(t *testing.T) {
	t.Parallel()
	s, w := spreadOf(t, []float64{15, 16, 17, 18, 19, 20}, []float64{3, 3, 0})
	s.small, s.cfg.Short, s.lead = false, 2, []float64{1, 1}
	p := make([]float64, 2)
	s.phases(w, 2, 1, p)
	if want := (6 + 3 + 3) / 8.0; p[0] != want || p[1] != want {
		t.Errorf("phases %v, want %v for both", p, want)
	}
	s.mode = weekly
	if s.phases(w, 2, 1, p); !slices.Equal(p, []float64{1, 1}) || s.phaseCount() != 1 {
		t.Errorf("weeks have the phases %v", p)
	}
}

func TestQuantilesOfWeightedPoints(t *testing.T) {
	t.Parallel()
	got := quantilesOf([]point{{3, 1}, {1, 1}, {2, 2}}, []float64{0, 0.5, 1})
	if !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("got %v", got)
	}
}

// TestBoundsOfOneSeriesHoldWhatTheyPromise: normal errors around a constant, one lead: bounds near ±1.28 and ±1.96.
func TestBoundsOfManySeriesHoldWhatTheyPromise(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 7))
	inputs := make([]Input, 40)
	future := make([][]float64, len(inputs))
	for i := range inputs {
		y := make([]float64, 200)
		for t := range y {
			y[t] = 100 + 10*rng.NormFloat64()
		}
		inputs[i], future[i] = Input{Y: y[:190], Floor: math.Inf(-1)}, y[190:]
	}
	out, err := Run(t.Context(), Config{Horizon: 10, Short: 1, Long: 1, Levels: []float64{0.5, 0.8, 0.95},
		Workers: 2}, inputs)
	if err != nil {
		t.Fatal(err)
	}
	for l, level := range []float64{0.5, 0.8, 0.95} {
		in := 0.0
		for i, o := range out {
			for h, v := range future[i] {
				in += share01(o.Lower[l][h] <= v && v <= o.Upper[l][h]) / 400
			}
		}
		if math.Abs(in-level) > 0.06 {
			t.Errorf("the interval of %v holds %.3f", level, in)
		}
	}
}

// TestTheDispersionOfCountsIsFound: negative binomial counts around a known mean.
func TestTheDispersionOfCountsIsFound(t *testing.T) {
	t.Parallel()
	const mean, phi = 4.0, 0.5
	rng := rand.New(rand.NewPCG(4, 4))
	s := &errorSpread{setup: &setup{window: 4000, origins: []origin{{back: 4000}}, tune: DefaultTuning()}}
	w := &seriesRun{history: history{Input: Input{Y: make([]float64, 8000)}, whole: true, mean: mean}, window: 4000,
		trusted: []bool{true}, cut: []int{4000, 8000}}
	for i := range w.Y {
		w.Y[i] = count.NegativeBinomial{Mean: mean, Phi: phi}.Quantile(rng.Float64())
	}
	w.combined = repeat(mean, 8000)
	num, den, cells := s.dispersion(w)
	if cells != 4000 || math.Abs(num/den-phi) > 0.06 {
		t.Errorf("dispersion %v over %v cells, want about %v", num/den, cells, phi)
	}
	s.measureCounts([]*seriesRun{w})
	if math.Abs(s.phi-num/den) > 1e-12 || math.Abs(s.phiOf(w)-s.phi) > 1e-9 {
		t.Errorf("the group of one has %v, its series %v", s.phi, s.phiOf(w))
	}
	s.phi = 5 // of a group that scatters more: the series is drawn to it as far as its cells are few
	if got := s.phiOf(w); !(got > num/den && got < 5) {
		t.Errorf("drawn to five: %v", got)
	}
}

func TestCountsAreWholeSmallAndNeverNegative(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		h    history
		want bool
	}{
		{history{whole: true, mean: 3}, true}, {history{whole: true, mean: countMean}, false},
		{history{mean: 3}, false},
		{history{whole: true, mean: 3, lo: -1}, false},
		{history{whole: true, mean: 3, Input: Input{Floor: math.Inf(-1)}}, false},
	} {
		if c.h.counted() != c.want {
			t.Errorf("%+v counted: %v", c.h, !c.want)
		}
	}
	if q := countQuantile(0, 0.5, 0.999); q > 1 {
		t.Errorf("a code that was never seen has %v at one in a thousand", q)
	}
}

// TestPoolsAreMeansPerRow: two series of different length teach in proportion to their rows.
func TestPoolsAreMeansPerRow(t *testing.T) {
	t.Parallel()
	l := &lineUp{setup: &setup{cfg: Config{Horizon: 1, Short: 1}, calendar: true},
		regressions: []*regression{{design: ridge.NewDesign([]int{1}, 1, 0)}}}
	a, b := newPools(l, 4), newPools(l, 4)
	a.regress[0][0].Add(&ridge.Table{P: 2, Leads: 1, Rows: 1, G: []float64{4, 0, 2, 1}, B: []float64{6, 2}})
	b.regress[0][0].Add(&ridge.Table{P: 2, Leads: 1, Rows: 3, G: []float64{8, 0, 6, 3}, B: []float64{2, 6}})
	a.addResiduals(0, []float64{7, 1})
	b.addResiduals(0, []float64{5, 7, 3})
	a.merge(b)
	a.close()
	if got := a.regress[0][0]; math.Abs(got.G[0]-3-poolRidge) > 1e-12 || got.G[2] != 2 || got.B[0] != 2 ||
		got.B[1] != 2 {
		t.Errorf("pool %+v", got)
	}
	if want := []float64{2, 7, 5, 0}; !slices.Equal(a.calendar[0], want) { // newest first
		t.Errorf("common residuals %v, want %v", a.calendar[0], want)
	}
}

// TestLearningDoesNotDependOnWorkers: sums are made in fixed parts.
func TestLearningDoesNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	c := kinds()["days"]
	var inputs []Input
	for _, y := range drawn(c, 11, 12) {
		inputs = append(inputs, Input{Y: y, Last: 19_999})
	}
	cfg := withLevels(c.cfg)
	want, err := Run(t.Context(), cfg, inputs)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Workers = 5
	got, err := Run(t.Context(), cfg, inputs)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if !slices.Equal(got[i].Mean, want[i].Mean) || !slices.Equal(got[i].Lower[0], want[i].Lower[0]) {
			t.Errorf("series %d: %v with five workers, %v with one", i, got[i].Mean[:3], want[i].Mean[:3])
		}
	}
}

// TestSeriesBeyondTheSampleAreForecastToo, in their places.
func TestSeriesBeyondTheSampleAreForecastToo(t *testing.T) {
	t.Parallel()
	inputs := make([]Input, SampleSize+3)
	for i := range inputs {
		inputs[i] = Input{Y: repeat(float64(20+i), 40)}
	}
	out, err := Run(t.Context(), Config{Horizon: 2, Short: 1, Long: 1, Levels: []float64{0.8}, Workers: 2}, inputs)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range out {
		if math.Abs(o.Mean[1]-float64(20+i)) > 1e-6 {
			t.Fatalf("series %d is expected at %v", i, o.Mean)
		}
	}
}

// TestTunedConstantsAreFoundByName and change what is forecast.
func TestTunedConstantsAreFoundByName(t *testing.T) {
	t.Parallel()
	tune := DefaultTuning()
	for _, name := range tune.Names() {
		if !tune.Set(name, 0.123) || *tune.fields()[name] != 0.123 {
			t.Errorf("%s cannot be set", name)
		}
	}
	if tune.Set("warp", 1) {
		t.Error("there is no warp")
	}
	if fields := reflect.TypeFor[Tuning]().NumField(); len(tune.Names()) != fields {
		t.Errorf("%d of %d constants have a name", len(tune.Names()), fields)
	}
}

// TestWeightsAddUpToOne whatever the errors are.
func TestWeightsAddUpToOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		rel := rapid.SliceOfN(rapid.Float64Range(0.01, 50), n, n).Draw(t, "rel")
		group := rapid.SliceOfN(rapid.Float64Range(0.01, 50), n, n).Draw(t, "group")
		r := rule{power: rapid.Float64Range(1, 20).Draw(t, "power"), share: rapid.Float64Range(0, 1).Draw(t, "share"),
			trim: rapid.SampledFrom([]float64{0, 1.3}).Draw(t, "trim")}
		out := make([]float64, n)
		r.weigh(rel, group, out)
		sum := 0.0
		for _, w := range out {
			if w < 0 {
				t.Fatalf("weights %v", out)
			}
			sum += w
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("weights %v add up to %v", out, sum)
		}
		if best := slices.Index(rel, slices.Min(rel)); r.share == 0 && out[best] != slices.Max(out) {
			t.Fatalf("the best of %v does not weigh most: %v", rel, out)
		}
	})
}
