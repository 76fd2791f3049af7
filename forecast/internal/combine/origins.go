package combine

import (
	"cmp"
	"math"
	"slices"
)

// plan says where in the past a group forecasts, how many steps are compared there, and what for.
type plan struct {
	window  int
	origins []origin
	least   int // history an origin needs
}

// origin is one past, back steps before the end.
type origin struct {
	back    int
	weighs  bool // its errors decide the weights
	spreads bool // its errors decide the width of intervals
}

// plan places the origins. Their windows are complete: none lies nearer to the end than the window is long.
func (g *group) place(lengths []int) {
	n := medianInt(lengths)
	g.window = g.cfg.Horizon
	switch g.mode {
	case double:
		g.least = 2*g.cfg.Long + g.cfg.Short
	case single:
		g.least = 3*g.cfg.Short + 7
	case weekly:
		g.least = 15
	}
	if g.window > (n-g.least)/2 {
		g.window = max(1, (n-g.least)/2)
	}
	for _, f := range g.factors() {
		if k := g.round(f); n-k >= g.least {
			g.addOrigin(origin{k, true, true})
		}
	}
	if g.calendar && n-yearLag >= yearBackLeast {
		g.addOrigin(origin{yearLag, true, true}) // the same season as what lies ahead
	}
	if g.yearly = g.hasYears(n); g.yearly && n-g.round(6) >= yearlyLeast {
		g.yearlyOrigins(n)
	}
	if g.small {
		g.spreadOrigins(n)
	}
	slices.SortFunc(g.origins, func(a, b origin) int { return cmp.Compare(a.back, b.back) })
}

// round returns so many windows in steps, as whole seasons and at least one window.
func (g *group) round(windows float64) int {
	unit := 1
	if g.mode != weekly {
		unit = g.cfg.Short
	}
	k := (int(math.Ceil(windows*float64(g.window))) + unit - 1) / unit * unit
	return max(k, (g.window+unit-1)/unit*unit)
}

// addOrigin adds an origin, or its uses where it is there already. One whose window would reach beyond the end is none.
func (g *group) addOrigin(o origin) {
	if o.back < g.window {
		return
	}
	for i := range g.origins {
		if g.origins[i].back == o.back {
			g.origins[i].weighs = g.origins[i].weighs || o.weighs
			g.origins[i].spreads = g.origins[i].spreads || o.spreads
			return
		}
	}
	g.origins = append(g.origins, o)
}

// yearlyOrigins looks one year back, where the same season lies ahead.
func (g *group) yearlyOrigins(n int) {
	g.origins = nil
	for _, f := range []float64{1, 2, 3, 4, 6} {
		if k := g.round(f); n-k >= yearlyLeast {
			g.addOrigin(origin{k, true, true})
		}
	}
	for _, k := range []int{yearLag - g.round(1), yearLag, yearLag + g.round(1)} {
		if n-k >= yearlyLeast && k >= g.window {
			g.addOrigin(origin{k, true, !g.small})
		}
	}
}

// spreadOrigins adds origins for the intervals of groups too small to lend each other their errors.
func (g *group) spreadOrigins(n int) {
	for i := range g.origins {
		g.origins[i].spreads = false
	}
	least := g.least
	if g.yearly {
		least = yearlyLeast
	}
	for j := 1; j <= spreadOrigins; j++ {
		if k := j * g.round(1); n-k >= least {
			g.addOrigin(origin{k, false, true})
		}
	}
	if !slices.ContainsFunc(g.origins, func(o origin) bool { return o.spreads }) {
		for i := range g.origins {
			g.origins[i].spreads = true
		}
	}
}

const spreadOrigins = 14

// yearBackLeast is the history that an origin a year back needs.
const yearBackLeast = 200

// hasYears reports whether yearly members are admitted: days with a week, and three origins with a year and a half
// before them.
func (g *group) hasYears(n int) bool {
	if !g.cfg.Yearly || g.cfg.Short != 7 || g.mode != single {
		return false
	}
	origins := 0
	for _, o := range g.origins {
		if n-o.back >= yearlyLeast {
			origins++
		}
	}
	return origins >= 3
}

// factors are the distances of the origins, in windows.
func (g *group) factors() []float64 {
	if g.mode == weekly {
		return []float64{1, 2, 3, 4, 5}
	}
	if g.calendar {
		return []float64{1, 1.5, 2, 3, 4, 5, 6, 7}
	}
	if g.mode == double {
		return []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 14}
	}
	return []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6}
}

func medianInt(x []int) int {
	s := slices.Clone(x)
	slices.Sort(s)
	return s[len(s)/2]
}
