// Package joint draws the order of sample paths: which path is the lowest, the second lowest and so on of each series
// at each step, so that paths of several series and steps hang together as their past errors did. Values of any
// distribution are then given to the paths in this order (Clark et al., Journal of Hydrometeorology 2004, the Schaake
// shuffle).
//
// The orders are those of normal scores
//
//	z(series, step) = s·(√κ · Σ g(period)·error(series, period, step) / √periods + √(1-κ) · own(series, step))
//
// with one g, standard normal, per path and test period, the same for all series and steps: what was missed together in
// a test period, over series and over leads, is drawn together (κ = 0.7). own is noise with the series' own memory:
// few test periods would else make every path one of a few patterns. s is one heavy-tailed factor per path and series
// (a t copula; Demarta and McNeil, International Statistical Review 2005): weeks far off are further off than the
// correlations of days say.
package joint

import (
	"math"
	"math/rand/v2"
	"slices"
)

// minPeriods is how many test periods a step needs for their errors to be drawn.
const minPeriods = 3

// Period holds the errors of one test period as normal scores, NaN where there is none. Periods that lie equally far
// back are the same for all series.
type Period struct {
	Back int
	Z    []float64
}

// Dependence is how the errors of a panel hang together. It is safe for concurrent use.
type Dependence struct {
	Constants
	seed   uint64
	paths  int
	backs  []int     // test periods of the panel
	common []float64 // g, path by path for each period
	series []series
}

type series struct {
	steps   int       // of a test period
	periods []float64 // errors, period by period; 0 where there is none
	weight  []float64 // per step: √κ over the root of the periods there are; 0 where they are too few
	lags    int
	root    []float64
}

// New reads a dependence from the test periods of each series, for paths over so many steps.
func New(c Constants, tests [][]Period, steps, paths int, seed uint64) *Dependence {
	d := &Dependence{Constants: c, seed: seed, paths: paths, series: make([]series, len(tests))}
	lags := min(steps, maxLags)
	whole := memory{make([]float64, lags), make([]float64, lags)}
	own := make([]memory, len(tests))
	for i, periods := range tests {
		own[i] = memoryOf(periods, lags)
		for l := range lags {
			whole.products[l] += own[i].products[l]
			whole.pairs[l] += own[i].pairs[l]
		}
		for _, p := range periods {
			if !slices.Contains(d.backs, p.Back) {
				d.backs = append(d.backs, p.Back)
			}
		}
	}
	slices.Sort(d.backs)
	panel := whole.drawnTo(priorMemory, d.PriorPseudo)
	for i, periods := range tests {
		acf := own[i].drawnTo(func(l int) float64 { return panel[l] }, d.OwnPseudo)
		d.series[i] = d.newSeries(periods, lags, rootOf(acf))
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	d.common = make([]float64, len(d.backs)*paths)
	for x := range d.common {
		d.common[x] = rng.NormFloat64()
	}
	return d
}

// newSeries lays out the errors of the test periods.
func (d *Dependence) newSeries(periods []Period, lags int, root []float64) series {
	s := series{lags: lags, root: root}
	for _, p := range periods {
		s.steps = max(s.steps, len(p.Z))
	}
	s.periods, s.weight = make([]float64, len(d.backs)*s.steps), make([]float64, s.steps)
	for _, p := range periods {
		u := slices.Index(d.backs, p.Back)
		for h, z := range p.Z {
			if z == z {
				s.periods[u*s.steps+h] = z
				s.weight[h]++
			}
		}
	}
	for h, n := range s.weight {
		s.weight[h] = 0
		if n >= minPeriods {
			s.weight[h] = math.Sqrt(d.Kappa / n)
		}
	}
	return s
}

// Drawer has the room to draw orders in; one for each worker.
type Drawer struct {
	*Dependence
	sorter *Sorter
	noise  []float64
	factor []float64
	row    []float64
}

// Drawer makes one.
func (d *Dependence) Drawer() *Drawer {
	return &Drawer{Dependence: d, sorter: NewSorter(d.paths), factor: make([]float64, d.paths),
		row: make([]float64, d.paths)}
}

// Orders writes, for each step from..to of a series, the paths in ascending order. A step's order depends neither on
// from nor on to.
func (d *Drawer) Orders(i, from, to int, out []int32) {
	n := d.paths
	rng := rand.New(rand.NewPCG(d.seed, uint64(i)+1))
	for p := range d.factor {
		chi := 0.0 // χ² of so many degrees of freedom
		for range int(d.Freedom / 2) {
			chi -= 2 * math.Log(1-rng.Float64())
		}
		d.factor[p] = 1
		if chi > 0 {
			d.factor[p] = math.Sqrt(d.Freedom / chi)
		}
	}
	d.noise = slices.Grow(d.noise[:0], to*n)[:to*n]
	for x := range d.noise {
		d.noise[x] = rng.NormFloat64()
	}
	for h := from; h < to; h++ {
		d.scores(&d.series[i], h)
		for p, f := range d.factor {
			d.row[p] *= f
		}
		d.sorter.Sort(d.row, out[(h-from)*n:(h-from+1)*n])
	}
}

// scores fills the row of one step, but for s.
func (d *Drawer) scores(s *series, h int) {
	clear(d.row)
	share := 1.0
	if h < s.steps && s.weight[h] > 0 {
		share = math.Sqrt(1 - d.Kappa)
		for u := range d.backs {
			if w := s.weight[h] * s.periods[u*s.steps+h]; w != 0 {
				axpy(w, d.common[u*d.paths:(u+1)*d.paths], d.row)
			}
		}
	}
	last := min(h, s.lags-1) // row of the root: the last serves all later steps
	for k, w := range s.root[last*s.lags : last*s.lags+last+1] {
		at := h - last + k
		axpy(share*w, d.noise[at*d.paths:(at+1)*d.paths], d.row)
	}
}

// axpy adds w times x to y.
func axpy(w float64, x, y []float64) {
	y = y[:len(x)]
	for p, v := range x {
		y[p] += w * v
	}
}
