package combine

import (
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// candidate is one entry in the line-up of a group, of which every worker makes a member of its own.
type candidate struct {
	name   string
	family family
	sparse bool // for sparse series; the others are for dense ones
	doubt  bool // dismissed from a group unless it proves itself
	blind  bool // it does not see the longer of two seasons
	late   bool // it needs more history than the others: judged by its errors relative to theirs
	make   maker
}

// maker makes a member for one worker, out of what the worker's members share.
type maker func(ws *workspace) member

// family is a way to forecast; the members of one differ in transform, history or constants.
type family int

const (
	naives family = iota
	phaseAverages
	shrunkAverages
	longAverages
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

// lineUp is which members a group has, and what they share.
type lineUp struct {
	*setup
	budget
	candidates  []candidate
	shared      []maker // members that others ask too: each forecasts once per cut
	regressions []*regression
	shapes      []levelShape
	years       []yearly
}

func newLineUp(s *setup) *lineUp {
	l := &lineUp{setup: s, budget: budget{limit: s.cfg.Budget, length: float64(s.length), cuts: float64(s.cuts())}}
	l.naives()
	switch s.mode {
	case weekly:
		l.weeklyMembers()
	case single:
		l.singleMembers()
	case double:
		l.doubleMembers()
	}
	return l
}

func (l *lineUp) singleMembers() {
	l.averages()
	l.shrunkAverages(false)
	l.smoothers(false, smoothing{m1: l.cfg.Short, how: plain}, smoothing{m1: l.cfg.Short, how: warped})
	l.regressors()
	byLevel := l.levelShapes(levelShape{0.5, 1, 0.97, true, false}, levelShape{1, 1, 0.97, true, false},
		levelShape{0.25, 3, 0.98, false, false})
	l.cleanMembers(byLevel)
	l.sparseMembers()
	l.yearlyMembers()
}

func (l *lineUp) doubleMembers() {
	short, long := l.cfg.Short, l.cfg.Long
	l.averages()
	l.shrunkAverages(false)
	l.smoothers(false, smoothing{m1: short, m2: long, how: plain}, smoothing{m1: short, how: plain},
		smoothing{m1: short, m2: long, how: warped}, smoothing{m1: short, how: warped})
	l.regressors()
	l.levelShapes(levelShape{0.5, 1, 0.97, true, false}, levelShape{1, 1, 0.97, true, false})
	l.dayMembers(false, plain, warped)
	l.localMember(warped)
	l.sparseMembers()
}

func (l *lineUp) add(of family, name string, sparse bool, m maker) {
	l.candidates = append(l.candidates, candidate{family: of, name: name, sparse: sparse, make: m})
}

// addBlind adds a member that sees only the shorter season.
func (l *lineUp) addBlind(of family, name string, sparse bool, m maker) {
	l.add(of, name, sparse, m)
	l.candidates[len(l.candidates)-1].blind = l.mode == double
}

// share makes of a maker one that gives all who ask in a workspace the same member.
func (l *lineUp) share(m maker) maker {
	i := len(l.shared)
	l.shared = append(l.shared, m)
	return func(ws *workspace) member { return ws.shared[i] }
}

// naives are the fallback: every series has one of them at every cut.
func (l *lineUp) naives() {
	for _, m := range []int{l.cfg.Short, l.cfg.Long} {
		if m > 1 {
			l.add(naives, fmt.Sprintf("seasonal naive %d", m), false, func(*workspace) member {
				return fitted{&models.SeasonalNaive{Period: m}, m}
			})
		}
	}
}

// averages are what planners do by hand: slow to follow and slow to err.
func (l *lineUp) averages() {
	m := max(l.cfg.Short, l.cfg.Long)
	l.add(phaseAverages, "average of the same phase", false,
		func(*workspace) member { return fitted{&models.PhaseAverage{Period: m}, 2 * m} })
	if l.mode == double {
		l.add(phaseAverages, "average of the same phase, half a year and longer", false,
			func(*workspace) member { return longAverage{} })
	}
}

// shrunkAverages are drawn to the level: over some weeks, and over a year.
func (l *lineUp) shrunkAverages(sparse bool) {
	l.add(shrunkAverages, "shrunk average of the same phase", sparse,
		func(*workspace) member { return shrunkAverage{averageFading} })
	l.add(longAverages, "shrunk average of the same phase, long", sparse,
		func(*workspace) member { return shrunkAverage{longFading} })
}

func (l *lineUp) smoothers(sparse bool, kinds ...smoothing) (makers []maker) {
	for _, s := range kinds {
		if !l.afford(l.smoothingCost()) {
			continue
		}
		m := l.share(func(*workspace) member { return newSmoothed(s) })
		add := l.add
		if s.m2 <= 1 {
			add = l.addBlind
		}
		add(smoothers, "smoothing"+s.describe(), sparse, m)
		makers = append(makers, m)
	}
	return makers
}

func (s smoothing) describe() string {
	text := ""
	if s.m1 > 1 {
		text += fmt.Sprintf(" %d", s.m1)
	}
	if s.m2 > 1 {
		text += fmt.Sprintf("+%d", s.m2)
	}
	text += s.how.suffix()
	if s.clean {
		text += ", cleaned"
	}
	return text
}

// regressor adds the member that uses a regression with a weight κ of the pool; nil where the budget has no room for
// it.
func (l *lineUp) regressor(r regression, name string, lags []int, level int, kappa float64) maker {
	if len(lags) == 0 || !l.afford(l.regressionCost(lags, l.maxLeads(), r.clean)) {
		return nil
	}
	i := l.regression(r, lags, level)
	m := l.share(func(ws *workspace) member {
		return &pooled{of: ws.autoregressions[i], pools: ws.pools, place: i, kappa: kappa}
	})
	l.add(autoregressions, "autoregression, "+name, r.sparse, m)
	return m
}

// regression returns the place of a regression that is learned from, which members with other weights of the pool may
// share.
func (l *lineUp) regression(r regression, lags []int, level int) int {
	for i, o := range l.regressions {
		if o.warp == r.warp && o.clean == r.clean && o.sparse == r.sparse && o.design.Level == level &&
			slices.Equal(o.design.Lags, lags) {
			return i
		}
	}
	r.design = ridge.NewDesign(lags, l.maxLeads(), level)
	l.regressions = append(l.regressions, &r)
	return len(l.regressions) - 1
}

// pair adds the plain and the logarithmic member of one set of lags.
func (l *lineUp) pair(name string, lags []int, level int, kappa float64) {
	l.regressor(regression{}, "plain"+name, lags, level, kappa)
	l.regressor(regression{warp: true}, "logarithm"+name, lags, level, kappa)
}

func (l *lineUp) regressors() {
	lags, _ := lagsOf(l.cfg)
	level := l.cfg.Short
	if level > maxLags {
		level = maxLags / 2
	}
	if l.mode == double {
		l.pair("", lags, level, 0.001)
		l.regressor(regression{warp: true}, "logarithm, shrunk", lags, level, 0.03)
		l.pair(", two days", twoCycles(l.cfg.Short), level, 0.0003)
		return
	}
	l.regressor(regression{}, "plain", lags, level, 0.03)
	l.regressor(regression{warp: true}, "logarithm", lags, level, 0.03)
	l.regressor(regression{warp: true}, "logarithm, shrunk", lags, level, 0.3)
}

func (l *lineUp) levelShapes(variants ...levelShape) (makers []maker) {
	for _, v := range variants {
		if !l.afford(l.shapeCost()) {
			continue
		}
		i := len(l.shapes)
		l.shapes = append(l.shapes, v)
		m := l.share(func(ws *workspace) member { return ws.levels[i] })
		l.addBlind(levelShapes, fmt.Sprintf("level × shape, power %g", v.lambda), v.sparse, m)
		makers = append(makers, m)
	}
	return makers
}

// cleanMembers see the history with its outliers clipped, and carry the calendar factor where the step is a day.
func (l *lineUp) cleanMembers(byLevel []maker) {
	m := l.cfg.Short
	lags, _ := lagsOf(l.cfg)
	if l.limit > 0 && l.spent+2*l.smoothingCost()+l.regressionCost(lags, l.maxLeads(), true) > l.limit {
		l.refused += 3
		return
	}
	smooth := l.smoothers(false, smoothing{m1: m, how: plain, clean: true}, smoothing{m1: m, how: warped, clean: true})
	regress := l.regressor(regression{clean: true}, "plain, cleaned", lags, 0, 0.3)
	if !l.calendar || len(byLevel) == 0 || !l.afford(2*l.shapeCost()) {
		return
	}
	l.add(levelShapesByCalendar, "level × shape × calendar", false, withCalendar(byLevel[0]))
	l.add(smoothersByCalendar, "smoothing, cleaned, × calendar", false, withCalendar(func(ws *workspace) member {
		return &meanOf{first: smooth[0](ws), second: smooth[1](ws)}
	}))
	l.add(autoregressionsByCalendar, "autoregression, cleaned, × calendar", false, withCalendar(regress))
}

// withCalendar multiplies a member by the calendar factor of the days ahead.
func withCalendar(of maker) maker {
	return func(ws *workspace) member { return &byCalendar{of: of(ws), pools: ws.pools} }
}

// sparseMembers are for counts with many zeros.
func (l *lineUp) sparseMembers() {
	lags, _ := lagsOf(l.cfg)
	m := l.cfg.Short
	if l.mode == double {
		l.shrunkAverages(true)
		for _, how := range []transform{plain, root, logPlus1} {
			l.smoothers(true, smoothing{m1: m, m2: l.cfg.Long, how: how})
		}
		l.levelShapes(levelShape{0.5, 1, 0.97, false, true}, levelShape{1, 1, 0.97, false, true})
		l.dayMembers(true, plain, logPlus1)
		l.dayShapes()
		return
	}
	l.shrunkAverages(true)
	l.smoothers(true, smoothing{m1: m}, smoothing{m1: m, how: logPlus1})
	l.regressor(regression{sparse: true}, "plain", lags, 0, 3)
	l.levelShapes(levelShape{0.5, 1, 0.97, false, true}, levelShape{1, 1, 0.97, false, true})
}

// weeklyMembers are for a long season, or none.
func (l *lineUp) weeklyMembers() {
	short, long := lagsOf(l.cfg)
	l.pair("", short, 1, 0.03)
	l.regressor(regression{warp: true}, "logarithm, shrunk", short, 1, 0.3)
	if len(long) > 0 {
		l.pair(", all lags", long, 1, 0.03)
		l.pair(", all lags, local mean", long, 4, 0.03)
	}
	if m := l.cfg.Short; m > 1 && m <= 2*maxLags {
		l.pair(", two cycles", upTo(2*m+2), 1, 0.03)
	}
	l.smoothers(false, smoothing{how: plain}, smoothing{how: warped})
	l.add(simpleLevels, "level", false, func(*workspace) member { return fitted{&models.Holt{}, 1} })
	l.add(trends, "damped trend", false, func(*workspace) member { return fitted{&models.Holt{Damping: 0.9}, 1} })
	l.add(thetas, "theta", false, func(*workspace) member { return fitted{&models.Theta{}, 3} })
}

// dayMembers smooth the sums of days and split them.
func (l *lineUp) dayMembers(sparse bool, kinds ...transform) {
	for _, how := range kinds {
		if !l.afford(l.smoothingCost() / 10) {
			continue
		}
		l.add(daySplits, "days"+how.suffix()+", split", sparse, func(ws *workspace) member {
			return newSmoothedDays(ws.days, how, ws.view.week())
		})
	}
}

func (l *lineUp) dayShapes() {
	l.add(daySplits, "days by level × shape, split", true,
		func(ws *workspace) member { return newLevelledDays(ws.days, ws.view.setup) })
}

func (l *lineUp) localMember(how transform) {
	short, long := l.cfg.Short, l.cfg.Long
	if !l.afford(6 * 1000 * float64(min(l.setup.length, localWeeks*long))) {
		return
	}
	l.candidates = append(l.candidates, candidate{family: localRegressions, late: true,
		name: "local regression" + smoothing{m1: short, m2: long, how: how}.describe(),
		make: func(*workspace) member { return newLocalRegression(how, short, long) }})
}

// yearlyMembers see the year, where there is one to be seen.
func (l *lineUp) yearlyMembers() {
	if !l.yearly {
		return
	}
	kinds := []yearly{
		{yearKind{plain, 9}, 0.6, false, false}, {yearKind{plain, 21}, 0.6, false, false},
		{yearKind{warped, 5}, 1, true, false},
	}
	if l.cfg.Daily {
		kinds = append(kinds, yearly{yearKind{plain, 9}, 0.6, false, true},
			yearly{yearKind{warped, 9}, 0.6, false, true},
			yearly{yearKind{warped, 5}, 1, true, true})
	}
	if l.small && l.cfg.Daily { // few series have nothing but variety to lean on
		kinds = append(kinds, yearly{yearKind{plain, 9}, 0.6, true, true}, yearly{yearKind{warped, 9}, 0.8, true, true},
			yearly{yearKind{warped, 21}, 0.8, false, true}, yearly{yearKind{plain, 21}, 0.8, false, true},
			yearly{yearKind{plain, 21}, 0.3, false, true}, yearly{yearKind{warped, 9}, 0.3, false, true})
	}
	for _, y := range kinds {
		if !l.afford(l.yearCost()) {
			continue
		}
		l.years = append(l.years, y)
		l.candidates = append(l.candidates, candidate{family: years, name: y.describe(), late: true, doubt: true,
			make: func(ws *workspace) member { return newYearlyMember(y, ws.years) }})
	}
}
