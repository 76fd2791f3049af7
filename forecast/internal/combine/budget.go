package combine

// What members cost, in nanoseconds on the machine they were measured on: rough, but the same on every run and machine, so
// that a budget never makes results depend on the load.

// afford reports whether a member may be added, and counts its cost. Members are offered in the order of their worth.
func (g *group) afford(cost float64) bool {
	if g.cfg.Budget > 0 && g.spent+cost > g.cfg.Budget {
		g.refused++
		return false
	}
	g.spent += cost
	return true
}

func (g *group) cuts() float64 { return float64(len(g.origins) + 1) }

// smoothingCost is that of one fit and a run to the end.
func (g *group) smoothingCost() float64 { return 300 * float64(g.length) }

// regressionCost is that of the tables, made twice, and of one factorisation per cut.
func (g *group) regressionCost(lags []int, clean bool) float64 {
	p, leads := float64(len(lags)+1), float64(g.maxLeads())
	tables := 2 * (float64(lags[len(lags)-1]) + leads) * float64(g.length)
	if clean {
		tables *= g.cuts()
	}
	return tables + g.cuts()*(p*p*p/6+10*p*leads)
}

func (g *group) shapeCost() float64 { return g.cuts() * (20_000 + 10*float64(g.length)) }

func (g *group) yearCost() float64 { return g.cuts() * 300 * float64(g.length) }
