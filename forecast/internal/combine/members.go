package combine

import (
	"fmt"
	"math"
	"slices"
)

// member is one candidate of the combination.
type member struct {
	name   string
	family family
	sparse bool // for sparse series; the others are for dense ones
	doubt  bool // dismissed from a group unless it proves itself
	late   bool // it needs more history than the others: judged by its errors relative to theirs
	run    runner
}

// runner writes a member's forecast at the cut at hand; false where the member has none.
type runner func(k *kit, out []float64) bool

// family is a way to forecast; the members of one differ in transform, history or constants.
type family int

const (
	naives family = iota
	phaseAverages
	smoothers
	autoregressions
	levelShapes
	simpleLevels
	trends
	thetas
	daySplits
	localRegressions
	years
	smoothersByCalendar
	autoregressionsByCalendar
	levelShapesByCalendar
	families // how many there are
)

// lineUp fills the group's members, and the regressions, shapes and smoothings they share.
func (g *group) lineUp() {
	g.naives()
	switch g.mode {
	case weekly:
		g.weeklyMembers()
	case single:
		g.averages()
		g.smoothers(false, smoothing{m1: g.cfg.Short, how: plain}, smoothing{m1: g.cfg.Short, how: warped})
		g.regressors()
		byLevel := g.levelShapes(levelShape{0.5, 1, 0.97, true, false}, levelShape{1, 1, 0.97, true, false},
			levelShape{0.25, 3, 0.98, false, false})
		g.cleanMembers(byLevel)
		g.sparseMembers()
		g.yearlyMembers()
	case double:
		g.averages()
		g.smoothers(false, smoothing{m1: g.cfg.Short, m2: g.cfg.Long, how: plain}, smoothing{m1: g.cfg.Short, how: plain},
			smoothing{m1: g.cfg.Short, m2: g.cfg.Long, how: warped}, smoothing{m1: g.cfg.Short, how: warped})
		g.regressors()
		g.levelShapes(levelShape{0.5, 1, 0.97, true, false}, levelShape{1, 1, 0.97, true, false})
		g.dayMembers(false, plain, warped)
		g.localMember(warped)
		g.sparseMembers()
	}
}

func (g *group) add(of family, name string, sparse bool, run runner) {
	g.members = append(g.members, member{family: of, name: name, sparse: sparse, run: run})
}

// remembered runs once per cut: members that carry the calendar factor ask for what others have forecast already.
func (g *group) remembered(run runner) runner {
	i := g.memories
	g.memories++
	return func(k *kit, out []float64) bool {
		m := &k.memories[i]
		if m.moment != k.moment {
			m.moment, m.ok = k.moment, run(k, out)
			m.f = append(m.f[:0], out...)
		} else {
			copy(out, m.f)
		}
		return m.ok
	}
}

// naives are the fallback: every series has one of them at every cut.
func (g *group) naives() {
	for _, m := range []int{g.cfg.Short, g.cfg.Long} {
		if m > 1 {
			g.add(naives, fmt.Sprintf("seasonal naive %d", m), false, func(k *kit, out []float64) bool { return k.cycle(m, out) })
		}
	}
}

func (k *kit) cycle(m int, out []float64) bool {
	n := len(k.history)
	if n < m {
		return false
	}
	for h := range out {
		out[h] = k.history[n-m+h%m]
	}
	return true
}

func (g *group) smoothers(sparse bool, kinds ...smoothing) (runs []runner) {
	for _, s := range kinds {
		if !g.afford(g.smoothingCost()) {
			continue
		}
		i := len(g.smooths)
		g.smooths = append(g.smooths, s)
		run := g.remembered(func(k *kit, out []float64) bool { return k.smoothed(i, out) })
		g.add(smoothers, "smoothing"+s.describe(), sparse, run)
		runs = append(runs, run)
	}
	return runs
}

func (s smoothing) describe() string {
	text := ""
	if s.m1 > 1 {
		text += fmt.Sprintf(" %d", s.m1)
	}
	if s.m2 > 1 {
		text += fmt.Sprintf("+%d", s.m2)
	}
	text += map[transform]string{warped: ", logarithm", logPlus1: ", log(1+y)", root: ", root"}[s.how]
	if s.clean {
		text += ", cleaned"
	}
	return text
}

// regressor adds the member that uses a regression with a weight κ of the pool; nil where the budget has no room for it.
func (g *group) regressor(r regression, name string, lags []int, level int, kappa float64) runner {
	if len(lags) == 0 || !g.afford(g.regressionCost(lags, r.clean)) {
		return nil
	}
	i := g.regression(r, lags, level)
	run := g.remembered(func(k *kit, out []float64) bool { return k.regressed(i, kappa, out) })
	g.add(autoregressions, "autoregression, "+name, r.sparse, run)
	return run
}

// regression returns the place of a regression that is learned from, which members with other weights of the pool may share.
func (g *group) regression(r regression, lags []int, level int) int {
	for i, o := range g.regressions {
		if o.warp == r.warp && o.clean == r.clean && o.sparse == r.sparse && o.design.Level == level && slices.Equal(o.design.Lags, lags) {
			return i
		}
	}
	r.design = newDesign(lags, g.maxLeads(), level)
	g.regressions = append(g.regressions, &r)
	return len(g.regressions) - 1
}

func (k *kit) regressed(i int, kappa float64, out []float64) bool {
	r := k.g.regressions[i]
	if !k.suits(r) || r.clean && !k.isClean {
		return false
	}
	if !k.autoregress(r, k.z[i][:len(k.history)], k.tables[i][k.u], k.g.known.regress[i][k.u], kappa, out) {
		return false
	}
	undo(out, k.zm[i], k.zs[i], k.w.through(r.warp), k.w.hi)
	return true
}

// pair adds the plain and the logarithmic member of one set of lags.
func (g *group) pair(name string, lags []int, level int, kappa float64) {
	g.regressor(regression{}, "plain"+name, lags, level, kappa)
	g.regressor(regression{warp: true}, "logarithm"+name, lags, level, kappa)
}

func (g *group) regressors() {
	lags, _ := lagsOf(g.cfg)
	level := g.cfg.Short
	if level > mostLags {
		level = mostLags / 2
	}
	if g.mode == double {
		g.pair("", lags, level, 0.001)
		g.regressor(regression{warp: true}, "logarithm, shrunk", lags, level, 0.03)
		g.pair(", two days", twoCycles(g.cfg.Short), level, 0.0003)
		return
	}
	g.regressor(regression{}, "plain", lags, level, 0.03)
	g.regressor(regression{warp: true}, "logarithm", lags, level, 0.03)
	g.regressor(regression{warp: true}, "logarithm, shrunk", lags, level, 0.3)
}

func (g *group) levelShapes(variants ...levelShape) (runs []runner) {
	for _, v := range variants {
		if !g.afford(g.shapeCost()) {
			continue
		}
		i := len(g.shapes)
		g.shapes = append(g.shapes, v)
		run := g.remembered(func(k *kit, out []float64) bool { return k.levelled(i, out) })
		g.add(levelShapes, fmt.Sprintf("level × shape, power %g", v.lambda), v.sparse, run)
		runs = append(runs, run)
	}
	return runs
}

func (k *kit) levelled(i int, out []float64) bool {
	if !k.shapable(i) {
		return false
	}
	v, m := k.g.shapes[i], k.g.cfg.Short
	pools := k.g.known.level[i][k.u][k.levelsOf(i)]
	if !k.shapeOf(k.levelSource(), &k.lev, v.fading, v.robust, k.share) {
		return false
	}
	k.steps = resize(k.steps, (len(out)+m-1)/m)
	lags, yearly := k.g.levelPlan(len(k.lev.z))
	if !k.forecastLevels(&k.lev, v, lags, yearly, k.levelTables, pools, k.steps) {
		return false
	}
	expand(k.steps, k.share, out)
	return true
}

// cleanMembers see the history with its outliers clipped, and carry the calendar factor where the step is a day.
func (g *group) cleanMembers(byLevel []runner) {
	m := g.cfg.Short
	lags, _ := lagsOf(g.cfg)
	if g.cfg.Budget > 0 && g.spent+2*g.smoothingCost()+g.regressionCost(lags, true) > g.cfg.Budget {
		g.refused += 3
		return
	}
	smooth := g.smoothers(false, smoothing{m1: m, how: plain, clean: true}, smoothing{m1: m, how: warped, clean: true})
	regress := g.regressor(regression{clean: true}, "plain, cleaned", lags, 0, 0.3)
	if !g.calendar || len(byLevel) == 0 || !g.afford(2*g.shapeCost()) {
		return
	}
	g.add(levelShapesByCalendar, "level × shape × calendar", false, byCalendar(byLevel[0]))
	g.add(smoothersByCalendar, "smoothing, cleaned, × calendar", false, byCalendar(meanOf(smooth[0], smooth[1])))
	g.add(autoregressionsByCalendar, "autoregression, cleaned, × calendar", false, byCalendar(regress))
}

// byCalendar multiplies a member by the calendar factor of the days ahead.
func byCalendar(run runner) runner {
	return func(k *kit, out []float64) bool { return run(k, out) && k.byCalendar(out) }
}

// meanOf is the mean of two members, or the first where the second has no forecast.
func meanOf(first, second runner) runner {
	return func(k *kit, out []float64) bool {
		if !first(k, out) {
			return false
		}
		k.hold = resize(k.hold, len(out))
		if second(k, k.hold) {
			for h := range out {
				out[h] = (out[h] + k.hold[h]) / 2
			}
		}
		return true
	}
}

// byCalendar multiplies by the calendar factor of the days ahead.
func (k *kit) byCalendar(out []float64) bool {
	if !k.isResid {
		return false
	}
	last := k.w.Last - (k.w.n - len(k.history))
	k.calendarFactor(k.resid, k.g.known.calendar[k.u], last, k.factor[:len(out)])
	for h := range out {
		out[h] *= k.factor[h]
	}
	return true
}

// sparseMembers are for counts with many zeros.
func (g *group) sparseMembers() {
	lags, _ := lagsOf(g.cfg)
	m := g.cfg.Short
	if g.mode == double {
		for _, how := range []transform{plain, root, logPlus1} {
			g.smoothers(true, smoothing{m1: m, m2: g.cfg.Long, how: how})
		}
		g.levelShapes(levelShape{0.5, 1, 0.97, false, true}, levelShape{1, 1, 0.97, false, true})
		g.dayMembers(true, plain, logPlus1)
		g.dayShapes()
		return
	}
	g.smoothers(true, smoothing{m1: m}, smoothing{m1: m, how: logPlus1})
	g.regressor(regression{sparse: true}, "plain", lags, 0, 3)
	g.levelShapes(levelShape{0.5, 1, 0.97, false, true}, levelShape{1, 1, 0.97, false, true})
}

// weeklyMembers are for a long season, or none.
func (g *group) weeklyMembers() {
	short, long := lagsOf(g.cfg)
	g.pair("", short, 1, 0.03)
	g.regressor(regression{warp: true}, "logarithm, shrunk", short, 1, 0.3)
	if len(long) > 0 {
		g.pair(", all lags", long, 1, 0.03)
		g.pair(", all lags, local mean", long, 4, 0.03)
	}
	if m := g.cfg.Short; m > 1 && m <= 2*mostLags {
		g.pair(", two cycles", upTo(2*m+2), 1, 0.03)
	}
	g.smoothers(false, smoothing{how: plain}, smoothing{how: warped})
	g.add(simpleLevels, "level", false, func(k *kit, out []float64) bool { return k.simple(out, 0) })
	g.add(trends, "damped trend", false, func(k *kit, out []float64) bool { return k.simple(out, 0.9) })
	g.add(thetas, "theta", false, func(k *kit, out []float64) bool { return k.theta(out) })
}

// simple is level smoothing, with a damped trend where phi is above 0 (Holt; Gardner and McKenzie 1985), its constants
// from a grid.
func (k *kit) simple(out []float64, phi float64) bool {
	best, bestAlpha, bestBeta := math.Inf(1), 0.5, 0.0
	betas := []float64{0}
	if phi > 0 {
		betas = []float64{0.05, 0.1, 0.2}
	}
	for _, a := range []float64{0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99} {
		for _, b := range betas {
			if sse, _, _ := holt(k.history, a, b, phi); sse < best {
				best, bestAlpha, bestBeta = sse, a, b
			}
		}
	}
	_, level, trend := holt(k.history, bestAlpha, bestBeta, phi)
	damp := phi
	for h := range out {
		level += damp * trend
		out[h] = level
		damp *= phi
	}
	return true
}

func holt(y []float64, alpha, beta, phi float64) (sse, level, trend float64) {
	level = y[0]
	for _, v := range y[1:] {
		f := level + phi*trend
		e := v - f
		sse += e * e
		level = f + alpha*e
		trend = phi*trend + alpha*beta*e
	}
	return sse, level, trend
}

// theta is the level by smoothing plus half the slope of the line through the history (Assimakopoulos and
// Nikolopoulos 2000, in the form of Hyndman and Billah 2003).
func (k *kit) theta(out []float64) bool {
	n := float64(len(k.history))
	if n < 3 || !k.simple(out, 0) {
		return false
	}
	var sx, sxx, sy, sxy float64
	for t, v := range k.history {
		x := float64(t)
		sx, sxx, sy, sxy = sx+x, sxx+x*x, sy+v, sxy+x*v
	}
	slope := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	for h := range out {
		out[h] += slope / 2 * float64(h+1)
	}
	return true
}
