package combine

// budget bounds the estimated work per series. What members cost is in nanoseconds on the machine they were measured
// on: rough, but the same on every run and machine, so that a budget never makes results depend on the load.
type budget struct {
	limit   float64 // 0 for none
	spent   float64
	refused int     // members that were left out
	length  float64 // values of the median series
	cuts    float64
}

// afford reports whether a member may be added, and counts its cost. Members are offered in the order of their worth.
func (b *budget) afford(cost float64) bool {
	if b.limit > 0 && b.spent+cost > b.limit {
		b.refused++
		return false
	}
	b.spent += cost
	return true
}

// smoothingCost is that of one fit and a run to the end.
func (b *budget) smoothingCost() float64 { return 300 * b.length }

// regressionCost is that of the tables, made twice, and of one factorisation per cut.
func (b *budget) regressionCost(lags []int, leads int, clean bool) float64 {
	p, direct := float64(len(lags)+1), float64(leads)
	tables := 2 * (float64(lags[len(lags)-1]) + direct) * b.length
	if clean {
		tables *= b.cuts
	}
	return tables + b.cuts*(p*p*p/6+10*p*direct)
}

func (b *budget) shapeCost() float64 { return b.cuts * (20_000 + 10*b.length) }

func (b *budget) yearCost() float64 { return b.cuts * 300 * b.length }
