package combine

import (
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
)

// What a group learns from its series, every series needs again when it is forecast. As much of it as a bound on memory
// allows is kept in between: of the first series of the sample. The figures don't depend on it.

// mostKept is how many numbers are kept of all series of a group: 32 MB.
const mostKept = 4 << 20

// kept is what was found of one past.
type kept struct {
	look
	made  bool
	table *ridge.Table // of the autoregression that sees the cleaned past
}

// keep lets the first series keep what is found of them.
func (g *group) keep(sample []*seriesRun) {
	each := 0 // of a table
	for _, r := range g.regressions {
		if r.clean {
			each = r.design.P() * (r.design.P() + r.design.Leads)
		}
	}
	total := 0
	for _, w := range sample {
		for _, cut := range w.cut {
			total += g.cfg.Short
			if g.mode == single && !w.sparse && w.lo >= 0 {
				total += 2*cut + each
			}
		}
		if total > mostKept {
			return
		}
		w.kept = make([]kept, len(w.cut))
	}
}

// keep copies what a workspace has found at its cut.
func (k *kept) keep(ws *workspace) {
	k.look, k.made = ws.view.look, true
	k.shape, k.cleaned, k.resid = slices.Clone(k.shape), slices.Clone(k.cleaned), slices.Clone(k.resid)
	for _, a := range ws.autoregressions {
		if a.clean && a.usable(ws.view) {
			k.table = a.tables[ws.view.u].Clone()
		}
	}
}
