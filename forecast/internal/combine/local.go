package combine

import (
	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
	"github.com/wrapcast/wrapcast/forecast/internal/stl"
)

// Seasons by local regression: both seasons are taken out of the newest weeks as STL does, what is left is forecast by its
// level and the autocorrelation of its error, and the last cycle of each season is repeated. It finds smooth patterns that
// move slowly better than smoothing does. It costs most of all members and is therefore run at the nearest origins only.

const (
	localWeeks   = 12 // cycles of the long season that are decomposed
	localOrigins = 5  // nearest origins at which it is judged
)

// localWork is what a kit decomposes and smooths with.
type localWork struct {
	parts stl.Decomposer
	s     *smooth.Smoother
}

func (g *group) localMember(how transform) {
	if !g.afford(6 * 1000 * float64(min(g.length, localWeeks*g.cfg.Long))) {
		return
	}
	i := len(g.locals)
	g.locals = append(g.locals, how)
	g.members = append(g.members, member{family: localRegressions, name: "local regression" + smoothing{m1: g.cfg.Short, m2: g.cfg.Long, how: how}.describe(), late: true,
		run: func(k *kit, out []float64) bool { return k.decomposed(i, out) }})
}

// decomposed writes the forecast of the decomposition.
func (k *kit) decomposed(i int, out []float64) bool {
	how, short, long := k.g.locals[i], k.g.cfg.Short, k.g.cfg.Long
	if k.u < len(k.g.origins) && k.u >= localOrigins || len(k.history) < 3*long {
		return false
	}
	if how = k.w.own(how); how == warped {
		how = plain
	}
	from := max(0, len(k.history)-localWeeks*long)
	k.hold = resize(k.hold, len(k.history)-from)
	for t, v := range k.history[from:] {
		k.hold[t] = how.apply(v)
	}
	parts := k.local.parts.Several(k.hold, []int{short, long})
	for t := range k.hold {
		k.hold[t] = parts.Trend[t] + parts.Remainder[t]
	}
	s := k.local.s
	s.Init(k.hold)
	p := s.Fit(k.hold)
	s.Reset()
	n := len(k.hold)
	s.Run(k.hold, 0, n, n, p, nil)
	s.Forecast(n, p, out)
	for h := range out {
		f := out[h] + parts.Seasons[0][n-short+h%short] + parts.Seasons[1][n-long+h%long]
		out[h] = how.undo(f, k.w.hi)
	}
	return true
}
