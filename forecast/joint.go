package forecast

import (
	"context"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/joint"
)

// Joint is what joint sample paths of a panel are drawn from: the errors of the test periods of its series. Paths are
// possible futures of all series together: path 17 of one code and path 17 of another belong to the same future, and so
// do its days. Sums over days and series have their intervals from them, which those of their parts don't add up to.
//
// Each series' paths have, step by step, the distribution published for it ([Marginal]); which path is high and which
// is low follows what was missed together in the same test period, over series and over steps (the Schaake shuffle of
// Clark et al., Journal of Hydrometeorology 2004, on normal scores and with a series' own memory beside).
//
// The same Joint, marginals and number of paths give the same paths, bit for bit, at any number of workers, whatever
// steps are asked for.
type Joint struct {
	// Seed feeds the draws.
	Seed uint64
	// Tests has the test periods of each series, none where a series was too new to have any: its paths then have the
	// memory of the others. Values are compared across series where their periods lie equally far back.
	Tests [][]TestPeriod
}

// NewJoint returns what joint paths of the series of results are drawn from, in their order. The results are those of
// one Run with Options.Joint. Periods are told by how far back they lie: series of other steps or ends belong into a
// Joint of their own.
func NewJoint(results []Result, seed uint64) Joint {
	j := Joint{Seed: seed, Tests: make([][]TestPeriod, len(results))}
	for i, r := range results {
		j.Tests[i] = r.Tests
	}
	return j
}

// Marginal is the distribution of one series, step by step, as it was published: a Result's, or what overrides and
// special days made of it.
type Marginal struct {
	// Mean and Median have one value per step, and so have the bounds of Bands.
	Mean, Median []float64
	// Bands are intervals; all series of a draw have those of the same levels, in the same order. Bounds that cross are
	// taken for the nearest that don't.
	Bands []Band
	// Signed says that values may fall below zero; otherwise no path does.
	Signed bool
}

// Marginal is the distribution that the result says, signed where it reaches below zero.
func (r *Result) Marginal() Marginal {
	m := Marginal{Mean: r.Mean, Median: r.Median, Bands: r.Bands}
	for _, b := range r.Bands {
		m.Signed = m.Signed || slices.ContainsFunc(b.Lower, func(v float64) bool { return v < 0 })
	}
	return m
}

// DrawOptions say what is drawn.
type DrawOptions struct {
	// Paths is how many, at least 2. Zero means DefaultPaths.
	Paths int
	// From and To bound the steps drawn, From included, To not; To zero means all steps there are.
	From, To int
	// Tree, where it is set, says which leaves the series add up; leaves are drawn instead of series.
	Tree *Tree
	// Tune changes constants of the dependence by name, for experiments: bench varies them. A name that is not known is
	// an error that lists them.
	Tune map[string]float64
	// Workers is how many series are worked on at once. Zero means one per CPU. Paths don't depend on it.
	Workers int
}

// DefaultPaths is how many paths are drawn where nobody says: enough to know the bounds of a 95 % interval to a tenth
// of its half-width.
const DefaultPaths = 1000

// drawnAtOnce is how many steps have their orders worked out together: memory is bounded by so many steps of the paths
// of all series.
const drawnAtOnce = 14

// Draw hands out joint paths step by step, in the order of the steps: values has for each series (for each leaf, with
// a Tree) one value per path, which hold until each returns. An error of each ends the draw and is returned.
//
// Without a Tree the values of a series at a step are, sorted, the published quantiles, and their mean is the
// published one, which is kept even where no distribution has it with these quantiles; series that were counts are
// whole, and their means right over the steps together. A step with all
// bounds zero and mean zero is zero in every path. With a Tree see there. An *Error names what doesn't fit: fewer
// distributions than series, different levels, steps beyond the last.
func (j Joint) Draw(ctx context.Context, marginals []Marginal, opt DrawOptions,
	each func(step int, values [][]float64) error) error {
	opt, err := j.checkDraw(marginals, opt)
	if err != nil {
		return err
	}
	d := newDraw(j, marginals, opt)
	for from := opt.From; from < opt.To; from += drawnAtOnce {
		to := min(from+drawnAtOnce, opt.To)
		if err := d.order(ctx, from, to); err != nil {
			return err
		}
		for step := from; step < to; step++ {
			values, err := d.step(ctx, step, step-from)
			if err != nil {
				return err
			}
			if err := each(step, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkDraw refuses what cannot be drawn, and fills in what was left to us.
func (j Joint) checkDraw(marginals []Marginal, opt DrawOptions) (DrawOptions, error) {
	opt.Workers = Options{Workers: opt.Workers}.withDefaults().Workers
	if opt.Paths == 0 {
		opt.Paths = DefaultPaths
	}
	if len(marginals) != len(j.Tests) {
		return opt, optionError("Joint", "%d distributions for %d series", len(marginals), len(j.Tests))
	}
	if len(marginals) == 0 {
		opt.From, opt.To = 0, 0
		return opt, nil
	}
	steps := len(marginals[0].Mean)
	if opt.To == 0 {
		opt.To = steps
	}
	switch {
	case opt.Paths < 2:
		return opt, optionError("Paths", "%d are too few to draw", opt.Paths)
	case opt.From < 0 || opt.To > steps || opt.From > opt.To:
		return opt, optionError("From", "steps %d to %d are not among the %d there are", opt.From, opt.To, steps)
	}
	for name := range opt.Tune {
		if c := joint.Default(); !c.Set(name, 0) {
			return opt, optionError("Tune", "%q is not a constant; they are %q", name, c.Names())
		}
	}
	for i, m := range marginals {
		if err := m.check(i, steps, marginals[0].Bands); err != nil {
			return opt, err
		}
	}
	return opt, opt.Tree.check(len(marginals), steps)
}

// constants returns those to use.
func (o DrawOptions) constants() joint.Constants {
	c := joint.Default()
	for name, value := range o.Tune {
		c.Set(name, value)
	}
	return c
}

func (m *Marginal) check(i, steps int, like []Band) error {
	fits := len(m.Mean) == steps && len(m.Median) == steps && len(m.Bands) == len(like) &&
		allFinite(m.Mean) && allFinite(m.Median)
	for k := 0; fits && k < len(like); k++ {
		b := m.Bands[k]
		fits = b.Level == like[k].Level && b.Level > 0 && b.Level < 1 && len(b.Lower) == steps &&
			len(b.Upper) == steps && allFinite(b.Lower) && allFinite(b.Upper)
	}
	if !fits {
		return optionError("Marginals", "series %d has not the steps and levels of the first, or a value that is none", i)
	}
	return nil
}

// draw is a draw in progress.
type draw struct {
	joint     Joint
	marginals []Marginal
	opt       DrawOptions
	ranks     *joint.Ranks
	totals    []float64   // per series: n times its means, up to the step
	orders    [][]int32   // per series: the paths in ascending order, step by step
	sorted    [][]float64 // per series: its values at the step, ascending
	targets   [][]float64 // per series: the same on its paths
	drawers   []*joint.Drawer
	rows      [][]float64 // per worker
	tree      *treeDraw
	depend    *joint.Dependence
}

func newDraw(j Joint, marginals []Marginal, opt DrawOptions) *draw {
	d := &draw{joint: j, marginals: marginals, opt: opt, totals: make([]float64, len(marginals)),
		orders: make([][]int32, len(marginals)), targets: make([][]float64, len(marginals)),
		sorted:  make([][]float64, len(marginals)),
		drawers: make([]*joint.Drawer, opt.Workers), rows: make([][]float64, opt.Workers)}
	if len(marginals) == 0 {
		return d
	}
	var levels []float64
	for _, b := range marginals[0].Bands {
		levels = append(levels, b.Level)
	}
	d.ranks = joint.NewRanks(levels, opt.Paths)
	tests := make([][]joint.Period, len(j.Tests))
	for i, all := range j.Tests {
		tests[i] = periods(all)
	}
	d.depend = joint.New(opt.constants(), tests, len(marginals[0].Mean), opt.Paths, j.Seed)
	for i := range marginals {
		d.targets[i], d.sorted[i] = make([]float64, opt.Paths), make([]float64, opt.Paths)
		for t := range opt.From {
			d.totals[i] += float64(opt.Paths) * marginals[i].Mean[t]
		}
	}
	for w := range d.drawers {
		d.drawers[w] = d.depend.Drawer()
	}
	if opt.Tree != nil {
		d.tree = newTreeDraw(d, opt.Tree)
	}
	return d
}

func periods(tests []TestPeriod) []joint.Period {
	out := make([]joint.Period, len(tests))
	for k, t := range tests {
		out[k] = joint.Period{Back: t.Back, Z: make([]float64, len(t.Scores))}
		for h, s := range t.Scores {
			out[k].Z[h] = s.Value()
		}
	}
	return out
}

// order works out the orders of all series at the steps from..to.
func (d *draw) order(ctx context.Context, from, to int) error {
	n := d.opt.Paths
	return inParallel(ctx, len(d.marginals), d.opt.Workers, func(w, i int) error {
		d.orders[i] = slices.Grow(d.orders[i][:0], (to-from)*n)[:(to-from)*n]
		d.drawers[w].Orders(i, from, to, d.orders[i])
		return nil
	})
}

// step gives the paths of all series their values at a step, which is the k-th whose orders are there.
func (d *draw) step(ctx context.Context, step, k int) ([][]float64, error) {
	n := d.opt.Paths
	err := inParallel(ctx, len(d.marginals), d.opt.Workers, func(w, i int) error {
		d.give(w, i, step, d.orders[i][k*n:(k+1)*n])
		d.totals[i] += float64(n) * d.marginals[i].Mean[step]
		return nil
	})
	if err != nil || d.tree == nil {
		return d.targets, err
	}
	return d.tree.step(ctx, step)
}

// give puts a series' values of a step on its paths, in their order.
func (d *draw) give(worker, i, step int, order []int32) {
	m := &d.marginals[i]
	row := d.ranks.Row(func(place int) float64 {
		switch {
		case place < 0:
			return m.Bands[-1-place].Lower[step]
		case place == 0:
			return m.Median[step]
		}
		return m.Bands[place-1].Upper[step]
	}, d.rows[worker])
	d.rows[worker] = row
	s := joint.Step{Mean: m.Mean[step], Row: row}
	if m.Signed {
		s.Floor = math.Inf(-1)
	} else {
		s.Whole = s.Mean < maxCounted && !slices.ContainsFunc(row, func(v float64) bool { return v != math.Trunc(v) })
		before := d.totals[i]
		s.Total = math.Round(before+float64(d.opt.Paths)*s.Mean) - math.Round(before)
	}
	d.ranks.Fill(s, d.sorted[i])
	for k, p := range order {
		d.targets[i][p] = d.sorted[i][k]
	}
}

// IntervalOf returns the bounds of the interval of a level among the values of paths, whole paths on either side left
// out alike: with 1,000 paths and a level of 0.8 the 101st and the 900th. It sorts values. NaN where there are none.
func IntervalOf(values []float64, level float64) (lower, upper float64) {
	n := len(values)
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(values)
	k := min(int(float64(n)*(1-level)/2+1e-9), (n-1)/2)
	return values[k], values[n-1-k]
}
