package combine

import (
	"math"
	"slices"
	"testing"
)

func days(horizon, series, length int) *setup {
	inputs := make([]Input, series)
	for i := range inputs {
		inputs[i] = Input{Y: make([]float64, length), Last: 19_999}
	}
	return newSetup(Config{Horizon: horizon, Short: 7, Long: 1, Daily: true, Levels: []float64{0.8}}, ExtentOf(inputs))
}

func TestWhatAHistoryIsLike(t *testing.T) {
	t.Parallel()
	s := days(7, 1, 50)
	nan := math.NaN()
	h := s.newHistory(Input{Y: []float64{12, 20, nan, 28, 0, 30, 30, 14, 24, 26}, Outages: []int{4}})
	if h.n != 10 || h.missing != 2 || h.lo != 12 || h.hi != 30 || h.mean != 23 || !h.whole || !h.positive ||
		h.zeros != 0 || h.sparse {
		t.Errorf("got %+v", h)
	}
	if h.warp != logarithm {
		t.Errorf("an outage counts against the logarithm: %v", h.warp)
	}
	if want := (2 + 4) / 2.0; h.scale != want { // 14-12, 24-20; the third pair has a gap
		t.Errorf("the scale is %v, want %v", h.scale, want)
	}
	if !math.IsNaN(h.observed[4]) || h.filled[4] == 0 || h.raw[4] != 0 || h.Y[4] != 0 {
		t.Errorf("at the outage: observed %v, filled %v, raw %v", h.observed[4], h.filled[4], h.raw[4])
	}
	if math.IsNaN(h.filled[2]) || h.raw[2] != h.filled[2] {
		t.Errorf("at the gap: filled %v, raw %v", h.filled[2], h.raw[2])
	}
}

func TestSparseSeriesHaveManyZerosOrFewContacts(t *testing.T) {
	t.Parallel()
	s := days(7, 1, 50)
	for _, c := range []struct {
		what   string
		y      []float64
		sparse bool
	}{
		{"busy", []float64{30, 40, 50, 30, 40, 50, 30, 40, 50, 60}, false},
		{"a tenth zeros", []float64{30, 40, 50, 30, 40, 50, 30, 40, 50, 0}, true},
		{"few", []float64{3, 4, 5, 3, 4, 5, 3, 4, 5, 6}, true},
		{"small but no counts", []float64{3.5, 4, 5, 3, 4, 5, 3, 4, 5, 6}, false},
		{"below zero", []float64{-3, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false},
	} {
		if h := s.newHistory(Input{Y: c.y}); h.sparse != c.sparse {
			t.Errorf("%s: sparse is %v", c.what, h.sparse)
		}
	}
	weeks := newSetup(Config{Horizon: 4, Short: 52, Long: 1}, ExtentOf([]Input{{Y: make([]float64, 200)}}))
	if h := weeks.newHistory(Input{Y: []float64{0, 0, 1, 0}}); h.sparse {
		t.Error("weeks have no members for sparse series")
	}
}

func TestAConstantHistoryHasTheScaleOne(t *testing.T) {
	t.Parallel()
	if h := days(7, 1, 50).newHistory(Input{Y: repeat(4, 30)}); h.scale != 1 {
		t.Errorf("the scale is %v", h.scale)
	}
}

// TestForecastsLieWhereTheirCutIs: two members, two origins of three steps, five steps at the end.
func TestForecastsLieWhereTheirCutIs(t *testing.T) {
	t.Parallel()
	w := &seriesRun{cut: []int{20, 10, 30}, window: 3}
	w.lineUp([]candidate{{}, {sparse: true}, {}}, 5)
	if !slices.Equal(w.members, []int{0, 2}) || len(w.predicted) != 22 || len(w.have) != 6 {
		t.Fatalf("members %v, room for %d values and %d cuts", w.members, len(w.predicted), len(w.have))
	}
	for i := range w.predicted {
		w.predicted[i] = float64(i)
	}
	for _, c := range []struct {
		member, cut int
		want        []float64
	}{{0, 0, []float64{0, 1, 2}}, {0, 1, []float64{3, 4, 5}}, {0, 2, []float64{6, 7, 8, 9, 10}},
		{1, 1, []float64{14, 15, 16}}, {1, 2, []float64{17, 18, 19, 20, 21}}} {
		if got := w.slot(c.member, c.cut); !slices.Equal(got, c.want) {
			t.Errorf("member %d at cut %d has %v, want %v", c.member, c.cut, got, c.want)
		}
	}
	w.Y, w.combined = make([]float64, 30), make([]float64, 11)
	w.Y[11], w.combined[4] = 9, 4
	if e := w.errorAt(1, 1); e != 5 {
		t.Errorf("9 where 4 was forecast is missed by %v", e)
	}
}

func TestGuardKeepsForecastsNearTheHistory(t *testing.T) {
	t.Parallel()
	history := []float64{10, 30, 20} // half the range is 10
	f := []float64{-100, 0, 5, 25, 40, 41}
	if !guard(f, history, math.Inf(-1)) || !slices.Equal(f, []float64{0, 0, 5, 25, 40, 40}) {
		t.Errorf("guarded %v", f)
	}
	f = []float64{-100, 3}
	if !guard(f, []float64{-20, 20}, 0) || !slices.Equal(f, []float64{0, 3}) {
		t.Errorf("above a floor of zero: %v", f)
	}
	if guard([]float64{1, math.NaN()}, history, 0) || guard([]float64{math.Inf(1)}, history, 0) {
		t.Error("what is no number passed")
	}
}

func TestOutagesAreGapsInACopy(t *testing.T) {
	t.Parallel()
	y := []float64{1, 2, 3}
	if got := without(y, nil); &got[0] != &y[0] {
		t.Error("without outages there is a copy")
	}
	if got := without(y, []int{1}); !math.IsNaN(got[1]) || y[1] != 2 || got[2] != 3 {
		t.Errorf("got %v, left %v", got, y)
	}
}

func TestOwnTransform(t *testing.T) {
	t.Parallel()
	bent, straight := history{warp: root}, history{warp: plain}
	if bent.own(warped) != root || bent.own(plain) != plain || straight.own(warped) != warped {
		t.Errorf("own transforms %v, %v, %v", bent.own(warped), bent.own(plain), straight.own(warped))
	}
	if bent.through(true) != root || bent.through(false) != plain {
		t.Errorf("through %v and %v", bent.through(true), bent.through(false))
	}
}

// TestOriginsHaveTheirWindowsInsideTheHistory, whatever the length, and enough history before them.
func TestOriginsHaveTheirWindowsInsideTheHistory(t *testing.T) {
	t.Parallel()
	for name, c := range kinds() {
		for n := 20; n < 1200; n += 37 {
			s := newSetup(c.cfg, ExtentOf([]Input{{Y: make([]float64, n), Last: 19_999}}))
			last := 0
			for _, o := range s.origins {
				if o.back < s.window || n-o.back < s.minPast || o.back <= last || !o.weighs && !o.spreads {
					t.Fatalf("%s, %d values: origin %+v after one %d back, window %d, history of %d needed", name, n,
						o, last, s.window, s.minPast)
				}
				last = o.back
			}
			if c.cfg.Long > 1 && len(s.origins) > 0 && s.origins[0].back%c.cfg.Short != 0 {
				t.Fatalf("%s: an origin %d steps back splits a day", name, s.origins[0].back)
			}
		}
	}
}

// TestOriginsOfTwoYearsOfDays: a month ahead, 1, 1.5, 2, … windows back in whole weeks, and the same season a year ago.
func TestOriginsOfTwoYearsOfDays(t *testing.T) {
	t.Parallel()
	s := days(28, 20, 730)
	var back []int
	for _, o := range s.origins {
		back = append(back, o.back)
		if !o.weighs || !o.spreads {
			t.Errorf("origin %+v of a large group has one use", o)
		}
	}
	if want := []int{28, 42, 56, 84, 112, 140, 168, 196, 364}; !slices.Equal(back, want) {
		t.Errorf("origins %v, want %v", back, want)
	}
	small := days(28, 3, 730)
	if len(small.origins) <= len(s.origins) || small.origins[0].spreads != true {
		t.Errorf("a small group has %d origins", len(small.origins))
	}
}

func TestOverlappingWindowsAreNotAllowed(t *testing.T) {
	t.Parallel()
	s := &setup{window: 10, origins: []origin{{back: 10}, {back: 15}, {back: 20}, {back: 40}}}
	for mask, want := range [][]bool{{false, false, true, true}, {false, false, false, true},
		{true, false, false, true}, {true, true, true, false}, {true, true, true, true}} {
		for u, allowed := range want {
			if s.allows(mask, u) != allowed {
				t.Errorf("mask %d, origin %d: allowed is %v", mask, u, !allowed)
			}
		}
	}
}

func TestLags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what        string
		cfg         Config
		short, long []int
	}{
		{"days", Config{Short: 7, Long: 1}, append(upTo(14), 21, 28, 35, 42, 49, 56), nil},
		{"no season", Config{Short: 1, Long: 1}, upTo(8), upTo(14)},
		{"weeks", Config{Short: 52, Long: 1}, append(upTo(8), 13, 26, 51, 52, 53), upTo(54)},
		{"three parts a day", Config{Short: 3, Long: 21}, append(upTo(3), 6, 9, 12, 15, 18, 19, 20, 21, 22), nil},
	} {
		short, long := lagsOf(c.cfg)
		if !slices.Equal(short, c.short) || !slices.Equal(long, c.long) {
			t.Errorf("%s: lags %v and %v, want %v and %v", c.what, short, long, c.short, c.long)
		}
	}
	minutes := thinLags(Config{Short: 200, Long: 400})
	if want := []int{198, 199, 200, 201, 202, 398, 399, 400, 401, 402}; !slices.Equal(minutes[maxLags/2:], want) {
		t.Errorf("fine steps have the lags %v beyond the newest, want %v", minutes[maxLags/2:], want)
	}
	if got := twoCycles(24); len(got) != 48 || got[47] != 48 {
		t.Errorf("two days have the lags %v", got)
	}
	if got := twoCycles(300); !slices.Equal(got[maxLags/2:], []int{299, 300, 301, 599, 600}) {
		t.Errorf("two long cycles have the lags %v beyond the newest", got[maxLags/2:])
	}
}

func TestDirectLeadsAreBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cfg  Config
		want int
	}{
		{Config{Horizon: 5, Short: 7, Long: 1}, 5}, {Config{Horizon: 500, Short: 7, Long: 1}, 112},
		{Config{Horizon: 500, Short: 1, Long: 1}, 104},
		{Config{Horizon: 1000, Short: 24, Long: 168}, 336}, {Config{Horizon: 5000, Short: 96, Long: 672}, maxDirect},
	} {
		s := &setup{cfg: c.cfg, mode: c.cfg.mode()}
		if got := s.maxLeads(); got != c.want {
			t.Errorf("%+v: %d leads, want %d", c.cfg, got, c.want)
		}
	}
}

// TestABudgetCountsWhatItGrants and what it refuses; without a limit nothing is refused.
func TestABudgetCountsWhatItGrants(t *testing.T) {
	t.Parallel()
	b := budget{limit: 100, length: 10, cuts: 2}
	if !b.afford(60) || b.afford(50) || !b.afford(40) || b.spent != 100 || b.refused != 1 {
		t.Errorf("spent %v, refused %d", b.spent, b.refused)
	}
	if free := (budget{}); !free.afford(1e18) {
		t.Error("refused without a limit")
	}
	lags := []int{1, 2, 4} // 4 columns: 2·(4+3)·10 for the tables, 2·(64/6 + 120) for the cuts
	if got, want := b.regressionCost(lags, 3, false), 140+2*(64.0/6+120); math.Abs(got-want) > 1e-9 {
		t.Errorf("a regression costs %v, want %v", got, want)
	}
	if d := b.regressionCost(lags, 3, true) - b.regressionCost(lags, 3, false); math.Abs(d-140) > 1e-9 {
		t.Error("a cleaned regression fills its tables at every cut")
	}
}
