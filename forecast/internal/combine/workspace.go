package combine

// workspace is what one worker needs to work on one series after another: a view, what members share, and the members.
type workspace struct {
	view            *view
	pools           *pools
	autoregressions []*autoregression
	levels          []*levelled
	days            *daySums        // nil without two seasons
	years           *yearDecomposer // nil without a year
	shared          []*remembered
	members         []member // one per candidate
}

func newWorkspace(l *lineUp, p *pools) *workspace {
	ws := &workspace{view: newView(l.setup), pools: p}
	work := &ridgeWork{}
	for _, r := range l.regressions {
		ws.autoregressions = append(ws.autoregressions, newAutoregression(r, l.setup, work))
	}
	for i, s := range l.shapes {
		ws.levels = append(ws.levels, &levelled{levelShape: s, pools: p, place: i,
			regression: newLevelRegression(l.levelLeads(), levelColumns)})
	}
	if l.mode == double {
		ws.days = newDaySums(l.setup)
	}
	if l.yearly {
		ws.years = newYearDecomposer(l.setup, l.years)
	}
	for _, m := range l.shared {
		ws.shared = append(ws.shared, &remembered{of: m(ws)})
	}
	for _, c := range l.candidates {
		ws.members = append(ws.members, c.make(ws))
	}
	return ws
}

// begin takes up a series: what does not depend on the cut is computed here.
func (ws *workspace) begin(w *seriesRun) {
	v := ws.view
	v.take(w)
	for _, a := range ws.autoregressions {
		a.begin(v)
	}
	if ws.days != nil {
		ws.days.begin(v)
	}
	if ws.years != nil {
		ws.years.begin(v)
	}
	for _, m := range ws.members {
		m.begin(v)
	}
}

// enter moves to a cut; false where its history is too short to be trusted. Cuts come oldest first.
func (ws *workspace) enter(u int) bool {
	if !ws.view.enter(u) {
		return false
	}
	for _, a := range ws.autoregressions {
		a.enter(ws.view)
	}
	return true
}

// predict lets every member of a series forecast at every cut, oldest first, the end last.
func (ws *workspace) predict(w *seriesRun) {
	ws.begin(w)
	cuts := len(w.cut)
	for i := range cuts {
		u := cuts - 2 - i
		if i == cuts-1 {
			u = cuts - 1
		}
		if !ws.enter(u) {
			continue
		}
		for j, m := range w.members {
			f := w.slot(j, u)
			w.have[j*cuts+u] = ws.members[m].predict(ws.view, f) && guard(f, w.Y[:w.cut[u]], w.Floor)
		}
	}
}

// teach adds one series to what the group learns.
func (ws *workspace) teach(w *seriesRun, to *pools) {
	ws.begin(w)
	v := ws.view
	for u := range w.cut {
		if !ws.enter(u) {
			continue
		}
		if w.kept != nil {
			w.kept[u].keep(ws)
		}
		for r, a := range ws.autoregressions {
			if a.usable(v) && a.tables[u].Rows > 0 {
				to.regress[r][u].Add(a.tables[u])
			}
		}
		for s, l := range ws.levels {
			if !l.applies(v) {
				continue
			}
			y := l.prepare(v)
			for b, t := range l.regression.tables {
				to.level[s][u][y][b].Add(t)
			}
		}
		if v.hasResid {
			to.addResiduals(u, v.resid)
		}
	}
}
