package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
)

// kit is what one worker needs to work on one series after another: buffers, and what members share about the series and
// the cut at hand.
type kit struct {
	g       *group
	solver  ridge.Solver
	scratch ridge.Scratch

	w       *work
	u       int       // the cut at hand
	history []float64 // gaps filled, up to the cut
	oldest  int       // length of the oldest trusted history

	z           [][]float64 // per regression
	zm, zs      []float64
	tables      [][]*ridge.Table // [regression][cut]
	smooths     []*running
	shape       []float64 // winsorised shares of the uncleaned history
	shaped      bool
	cleaned     []float64
	isClean     bool
	resid       []float64
	isResid     bool
	factor      []float64
	lev         levels
	levelTables []*ridge.Table

	days  dayWork
	year  yearWork
	local localWork

	moment   int // counts the cuts that were entered
	memories []memory

	x, level, values, deviations, window, long, hold, steps, share []float64
}

func newKit(g *group) *kit {
	k := &kit{g: g, x: make([]float64, maxFeatures), shape: make([]float64, g.cfg.Short), share: make([]float64, g.cfg.Short)}
	for _, r := range g.regressions {
		var t []*ridge.Table
		for range len(g.origins) + 1 {
			t = append(t, r.design.NewTable())
		}
		k.tables = append(k.tables, t)
		k.z = append(k.z, nil)
	}
	k.zm, k.zs = make([]float64, len(g.regressions)), make([]float64, len(g.regressions))
	for range g.levelLeads() {
		k.levelTables = append(k.levelTables, ridge.NewTable(levelColumns, 1))
	}
	for _, s := range g.smooths {
		k.smooths = append(k.smooths, &running{kind: s, s: smooth.New(s.m1, s.m2)})
	}
	k.memories = make([]memory, g.memories)
	k.newDays()
	k.local.s = smooth.New(1, 1)
	k.factor = make([]float64, max(g.window, g.cfg.Horizon))
	return k
}

// memory is what a member forecast at a moment.
type memory struct {
	moment int
	ok     bool
	f      []float64
}

// begin takes up a series: what does not depend on the cut is computed here.
func (k *kit) begin(w *work) {
	k.w = w
	k.oldest = w.n
	for u, ok := range w.trusted {
		if ok {
			k.oldest = min(k.oldest, w.cut[u])
		}
	}
	for r, reg := range k.g.regressions {
		if reg.clean || !k.suits(reg) {
			continue
		}
		k.z[r] = resize(k.z[r], w.n)
		k.z[r], k.zm[r], k.zs[r] = standard(w.filled, k.oldest, w.through(reg.warp), k.z[r])
		reg.design.Fill(k.z[r], w.cut, k.tables[r], &k.scratch)
	}
	for _, s := range k.smooths {
		s.fresh = false
	}
	k.beginDays()
	k.beginYear()
}

// suits reports whether a regression applies to the series at hand.
func (k *kit) suits(r *regression) bool {
	return r.sparse == k.w.sparse && (!r.warp || k.w.warp != plain) && (!r.clean || k.w.lo >= 0)
}

// enter moves to a cut; false where its history is too short to be trusted. Cuts come oldest first.
func (k *kit) enter(u int) bool {
	if u < len(k.w.trusted) && !k.w.trusted[u] {
		return false
	}
	k.u, k.history = u, k.w.filled[:k.w.cut[u]]
	k.shaped, k.isClean, k.isResid = false, false, false
	k.moment++
	if k.g.mode != weekly && len(k.history) >= 2*k.g.cfg.Short {
		k.lev.blocksOf(k.history, k.g.cfg.Short)
		k.shaped = k.shapeOf(k.history, &k.lev, cleanFading, true, k.shape)
	}
	if k.g.mode == single && !k.w.sparse && k.shaped && k.w.lo >= 0 {
		k.cleaned = resize(k.cleaned, k.w.n)[:len(k.history)]
		k.cleaned = k.clean(k.history, k.shape, k.cleaned)
		k.isClean = true
		for r, reg := range k.g.regressions {
			if reg.clean && k.suits(reg) {
				k.z[r] = resize(k.z[r], k.w.n)
				k.z[r], k.zm[r], k.zs[r] = standard(k.cleaned, len(k.cleaned), k.w.through(reg.warp), k.z[r])
				reg.design.Fill(k.z[r], []int{len(k.cleaned)}, k.tables[r][u:u+1], &k.scratch)
			}
		}
		if k.g.calendar {
			k.resid = resize(k.resid, k.w.n)
			k.resid = k.residuals(k.w.raw[:len(k.history)], k.shape, k.resid)
			k.isResid = true
		}
	}
	return true
}

const cleanFading = 0.97

func (k *kit) regressable(r, u int) bool {
	reg := k.g.regressions[r]
	return k.suits(reg) && (!reg.clean || k.isClean) && k.tables[r][u].Rows > 0
}

func (k *kit) calendarable() bool { return k.isResid }

// shapable reports whether a level × shape variant applies at the cut.
func (k *kit) shapable(s int) bool {
	v := k.g.shapes[s]
	if v.sparse != k.w.sparse || !k.shaped || k.w.lo < 0 && v.lambda != 1 {
		return false
	}
	return len(k.history)/k.g.cfg.Short >= 12
}

// levelSource is the history that levels and shapes are taken from: cleaned where it was.
func (k *kit) levelSource() []float64 {
	if k.isClean {
		return k.cleaned
	}
	return k.history
}

// levelsOf prepares levels and tables of a variant and says which of its two pools fits: 1 with last year's levels.
func (k *kit) levelsOf(s int) int {
	k.lev.blocksOf(k.levelSource(), k.g.cfg.Short)
	k.lev.transform(k.g.shapes[s].lambda)
	lags, yearly := k.g.levelPlan(len(k.lev.z))
	fillLevels(k.lev.z, lags, yearly, k.levelTables, k.x)
	if yearly {
		return 1
	}
	return 0
}

// running is a smoothing in progress over one series.
type running struct {
	kind   smoothing
	s      *smooth.Smoother
	p      smooth.Params
	fresh  bool // fitted to the series at hand
	at     int  // steps smoothed so far
	series []float64
}

// smoothing is one kind of smoothing: seasons, transform, and whether it sees the cleaned history.
type smoothing struct {
	m1, m2 int
	how    transform
	clean  bool
}

type transform int

const (
	plain transform = iota
	logarithm
	logPlus1
	root   // √(y + 3/8), Anscombe
	warped // the one that suits the series: its logarithm where it is above zero throughout, its root where it touches zero
)

func (t transform) apply(v float64) float64 {
	switch t {
	case logarithm:
		return math.Log(v)
	case logPlus1:
		return math.Log1p(max(v, 0))
	case root:
		return math.Sqrt(max(v, 0) + 0.375)
	}
	return v
}

func (t transform) undo(v, highest float64) float64 {
	switch t {
	case logarithm:
		return math.Min(math.Exp(v), math.Exp(2)*highest)
	case logPlus1:
		return math.Min(math.Expm1(v), math.Exp(2)*highest)
	case root:
		return max(0, max(v, 0)*max(v, 0)-0.375)
	}
	return v
}

// smoothed writes the forecast of one smoothing at the cut at hand.
func (k *kit) smoothed(i int, out []float64) bool {
	r := k.smooths[i]
	source := k.w.filled
	if r.kind.clean {
		source = k.cleaned
	}
	how := k.w.own(r.kind.how)
	if r.kind.clean && !k.isClean || how == warped {
		return false
	}
	if !r.fresh || r.kind.clean {
		r.series = resize(r.series, k.w.n)[:len(source)]
		for t, v := range source {
			r.series[t] = how.apply(v)
		}
		if !r.kind.clean { // gaps stay gaps
			for t, v := range k.w.seen {
				if v != v {
					r.series[t] = v
				}
			}
		}
	}
	if !r.fresh {
		train := r.series[:min(k.oldest, len(r.series))]
		r.s.Init(train)
		r.p = r.s.Fit(train)
	}
	if !r.fresh || r.kind.clean {
		r.s.Reset()
		r.at, r.fresh = 0, true
	}
	n := len(k.history)
	r.s.Run(r.series, r.at, n, n, r.p, nil)
	r.at = n
	r.s.Forecast(n, r.p, out)
	for h, v := range out {
		out[h] = how.undo(v, k.w.hi)
	}
	return true
}
