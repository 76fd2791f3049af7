package combine

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// levelShape is a member of the family level × shape: block means forecast by a small pooled regression, times the
// share of each phase in its block. After FLAIR (Honda 2026, arXiv 2605.07222), with a pooled prior.
type levelShape struct {
	lambda   float64 // Box-Cox exponent of the block means
	kappa    float64 // weight of the pool
	fading   float64 // weight of a block in the shape for each block that follows
	robustly bool    // winsorise the shares
	sparse   bool    // for sparse series
}

const (
	shapeBlocks   = 52   // blocks that the shape is taken from
	levelRidge    = 0.05 //
	yearBlocks    = 52   // weeks in a year
	minYearBlocks = 80   // blocks from which last year's levels are used
	maxLevelLead  = 16
	levelColumns  = 10 // columns of the level regressions
)

// levels holds the block means of a history and their standardised transform.
type levels struct {
	mean []float64 // oldest first
	z    []float64
	mu   float64
	sd   float64
}

// blocksOf fills the block means of the newest whole blocks of history.
func (l *levels) blocksOf(history []float64, m int) {
	nb := len(history) / m
	l.mean = l.mean[:0]
	for t := len(history) - nb*m; t < len(history); t += m {
		sum := 0.0
		for _, v := range history[t : t+m] {
			sum += v
		}
		l.mean = append(l.mean, sum/float64(m))
	}
}

// transform standardises the block means after a power.
func (l *levels) transform(lambda float64) {
	l.z = l.z[:0]
	l.mu, l.sd = 0, 0
	for _, v := range l.mean {
		l.z = append(l.z, power(v, lambda))
	}
	for _, v := range l.z {
		l.mu += v / float64(len(l.z))
	}
	for _, v := range l.z {
		l.sd += (v - l.mu) * (v - l.mu) / float64(len(l.z))
	}
	if l.sd = math.Sqrt(l.sd); !(l.sd > 1e-12*math.Abs(l.mu)) {
		l.sd = 1
	}
	for i := range l.z {
		l.z[i] = (l.z[i] - l.mu) / l.sd
	}
}

func power(v, lambda float64) float64 {
	switch lambda {
	case 1:
		return v
	case 0.5:
		return math.Sqrt(max(v, 0))
	}
	return math.Pow(max(v, 0), lambda)
}

func unpower(v, lambda float64) float64 {
	if lambda == 1 {
		return v
	}
	return math.Pow(max(v, 0), 1/lambda)
}

// features writes what the level of block now+lead is explained by, and returns how many there are: first what does not
// depend on the lead. now is the index of the newest known block.
func features(z []float64, now, lead, lags int, yearly bool, x []float64) int {
	p := commonFeatures(z, now, lags, yearly, x)
	if !yearly {
		return p
	}
	return p + copy(x[p:], lastYear(z, now+lead))
}

// commonFeatures are the newest blocks, their mean, an intercept and last year's level.
func commonFeatures(z []float64, now, lags int, yearly bool, x []float64) int {
	mean := 0.0
	for j := range lags {
		x[j] = z[now-j]
		if j < 4 {
			mean += x[j] / 4
		}
	}
	x[lags], x[lags+1] = mean, 1
	if !yearly {
		return lags + 2
	}
	past := 0.0
	for j := range 4 {
		past += z[now-yearBlocks-j] / 4
	}
	x[lags+2] = past
	return lags + 3
}

// lastYear are the blocks around the target a year before it, oldest first.
func lastYear(z []float64, target int) []float64 {
	return z[target-yearBlocks-1 : target-yearBlocks+2]
}

// fillLevels fills one table per lead of a standardised level series. The first lead has all rows of the others: what
// they have in common with it is summed there, and copied when the last row of a lead is in.
func fillLevels(z []float64, lags int, yearly bool, tables []*ridge.Table, x []float64) {
	first := lags - 1
	if yearly {
		first = yearBlocks + 3
	}
	for _, t := range tables {
		t.Reset()
	}
	for now := first; now+1 < len(z); now++ {
		common := commonFeatures(z, now, lags, yearly, x)
		last := len(z) - 2 - now // the lead that reaches the end
		for lead, t := range tables[:min(len(tables), last+1)] {
			p, from := common, common
			if yearly {
				p += copy(x[p:], lastYear(z, now+lead+1))
			}
			if lead == 0 {
				from = 0
			}
			t.AddFrom(from, x[:p], z[now+lead+1])
		}
		if 0 < last && last < len(tables) {
			tables[last].CopyHead(tables[0], common)
		}
	}
}

// maxFeatures is the most that features writes.
const maxFeatures = 8 + 6

// levelRegression forecasts the level of each block ahead, directly as far as it has tables.
type levelRegression struct {
	solver ridge.Solver
	tables []*ridge.Table // per lead
	x      []float64
}

func newLevelRegression(leads, columns int) levelRegression {
	r := levelRegression{x: make([]float64, maxFeatures)}
	for range leads {
		r.tables = append(r.tables, ridge.NewTable(columns, 1))
	}
	return r
}

// predict writes the level of each block ahead, in units of the series.
func (r *levelRegression) predict(l *levels, s levelShape, lags int, yearly bool, pools []*ridge.Pool,
	out []float64) bool {
	now := len(l.z) - 1
	if now < lags-1 || yearly && now < yearBlocks+3 {
		return false
	}
	lo, hi := stat.Range(l.z)
	for b := range out {
		lead := min(b, len(r.tables)-1)
		p := features(l.z, now, lead+1, lags, yearly, r.x)
		z, ok := r.solver.Single(r.tables[lead], pools[lead], s.kappa, 1, r.x[:p])
		if !ok {
			return false
		}
		z = max(lo-1, min(z, hi+1))
		out[b] = unpower(z*l.sd+l.mu, s.lambda)
	}
	return true
}

// levelled is the member of one variant of level × shape.
type levelled struct {
	levelShape
	pools      *pools
	place      int // among the group's variants
	levels     levels
	regression levelRegression
	blocks     []float64 // levels ahead
}

// applies reports whether the variant applies at the cut at hand.
func (l *levelled) applies(v *view) bool {
	if l.sparse != v.sparse || !v.hasShape || v.lo < 0 && l.lambda != 1 {
		return false
	}
	return len(v.past)/v.cfg.Short >= 12
}

// prepare fills levels and tables and says which of its two pools fits: 1 with last year's levels.
func (l *levelled) prepare(v *view) int {
	l.levels.blocksOf(v.levelSource(), v.cfg.Short)
	l.levels.transform(l.lambda)
	lags, yearly := v.levelPlan(len(l.levels.z))
	fillLevels(l.levels.z, lags, yearly, l.regression.tables, l.regression.x)
	if yearly {
		return 1
	}
	return 0
}

func (l *levelled) begin(*view) {}

func (l *levelled) predict(v *view, out []float64) bool {
	if !l.applies(v) {
		return false
	}
	m := v.cfg.Short
	pools := l.pools.level[l.place][v.u][l.prepare(v)]
	share, ok := v.shapeBy(&l.levels, l.fading, l.robustly)
	if !ok {
		return false
	}
	l.blocks = resize(l.blocks, (len(out)+m-1)/m)
	lags, yearly := v.levelPlan(len(l.levels.z))
	if !l.regression.predict(&l.levels, l.levelShape, lags, yearly, pools, l.blocks) {
		return false
	}
	expand(l.blocks, share, out)
	return true
}

// expand writes level × shape per step.
func expand(level, shape, out []float64) {
	for h := range out {
		out[h] = level[h/len(shape)] * shape[h%len(shape)]
	}
}
