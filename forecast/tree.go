package forecast

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/wrapcast/wrapcast/forecast/internal/joint"
)

// Tree says which leaves the series of a Joint add up, so that paths add up too: the codes of a queue to the queue,
// the queues to the total, however they cross.
//
// In every path each series is the sum of its leaves. The first Parts series part the leaves between them (wrap-up
// codes part them by queue and channel): their paths have their published distributions to the letter, whole numbers
// included. Those of the other series (queues, planning groups, the total) have theirs as closely as the parts allow,
// within a few hundredths of the width: the order of the parts' paths is moved until their sums spread as was
// published. So errors that codes share are in their sums without being measured code by code.
type Tree struct {
	// Leaves are what all series are sums of. A leaf whose mean is zero at a step is zero there in all paths, closed hours
	// and days as well; means are otherwise followed closely, those of the sums more so. Variance says how freely a
	// leaf moves when sums move; not above 0 means in proportion to its mean.
	Leaves []Leaf
	// Sums has the places of the leaves of each series.
	Sums [][]int
	// Parts is how many of the first series part the leaves: each leaf belongs to exactly one of them.
	Parts int
}

func (t *Tree) check(series, steps int) error {
	if t == nil {
		return nil
	}
	if len(t.Sums) != series || t.Parts < 1 || t.Parts > series {
		return optionError("Tree", "%d sums, %d of which part the leaves, for %d series", len(t.Sums), t.Parts, series)
	}
	seen := make([]int, len(t.Leaves))
	for i, sum := range t.Sums {
		for _, l := range sum {
			if l < 0 || l >= len(t.Leaves) {
				return optionError("Tree", "series %d names leaf %d, which there is not", i, l)
			}
			if i < t.Parts {
				seen[l]++
			}
		}
	}
	for l, leaf := range t.Leaves {
		if seen[l] != 1 {
			return optionError("Tree", "leaf %d belongs to %d of the series that part the leaves", l, seen[l])
		}
		if len(leaf.Mean) != steps || !allFinite(leaf.Mean) {
			return optionError("Tree", "leaf %d has not one mean for each of %d steps", l, steps)
		}
	}
	return nil
}

// rounds is how often sums and parts are made to agree.
const rounds = 2

// treeDraw moves the leaves of one step.
type treeDraw struct {
	*draw
	tree    *Tree
	leaves  [][]float64 // per leaf, one value per path
	sums    [][]float64 // per series
	orders  [][]int32   // per worker
	sorters []*joint.Sorter
	free    []float64 // how freely each leaf moves at the step
	freedom []float64 // per series: the sum of its leaves'
}

func newTreeDraw(d *draw, tree *Tree) *treeDraw {
	t := &treeDraw{draw: d, tree: tree, leaves: make([][]float64, len(tree.Leaves)),
		sums: make([][]float64, len(tree.Sums)), free: make([]float64, len(tree.Leaves)),
		freedom: make([]float64, len(tree.Sums))}
	for l := range t.leaves {
		t.leaves[l] = make([]float64, d.opt.Paths)
	}
	for i := range t.sums {
		t.sums[i] = make([]float64, d.opt.Paths)
	}
	for range d.opt.Workers {
		t.orders, t.sorters = append(t.orders, make([]int32, d.opt.Paths)), append(t.sorters,
			joint.NewSorter(d.opt.Paths))
	}
	return t
}

// step returns the leaves at a step, from the series' own paths there.
func (t *treeDraw) step(ctx context.Context, step int) ([][]float64, error) {
	t.loosen(step)
	parts, series := t.tree.Parts, len(t.tree.Sums)
	overParts := func(do func(worker, part int)) error {
		return inParallel(ctx, parts, t.opt.Workers, func(w, i int) error { do(w, i); return nil })
	}
	overSums := func(do func(worker, i int)) error {
		return inParallel(ctx, series-parts, t.opt.Workers, func(w, i int) error { do(w, parts+i); return nil })
	}
	if err := overParts(func(_, i int) { t.split(i, step) }); err != nil {
		return nil, err
	}
	for round := range rounds {
		if round > 0 {
			if err := overSums(t.reorder); err != nil {
				return nil, err
			}
		}
		if err := t.meetSums(ctx); err != nil {
			return nil, err
		}
		if err := overParts(func(w, i int) { t.reorder(w, i); t.meetPart(i, step) }); err != nil {
			return nil, err
		}
	}
	return t.leaves, nil
}

// loosen finds how freely leaves move at a step.
func (t *treeDraw) loosen(step int) {
	for l, leaf := range t.tree.Leaves {
		t.free[l] = leaf.Variance
		if !(leaf.Variance > 0) || math.IsInf(leaf.Variance, 0) {
			t.free[l] = math.Abs(leaf.Mean[step])
		}
		if leaf.Mean[step] == 0 {
			t.free[l] = 0
		}
	}
	for i, sum := range t.tree.Sums {
		t.freedom[i] = 0
		for _, l := range sum {
			t.freedom[i] += t.free[l]
		}
	}
}

// split shares a part's paths out over its leaves as contacts would fall that choose by chance, with the shares of the
// leaves' means.
func (t *treeDraw) split(i, step int) {
	leaves, shares := t.tree.Sums[i], t.shares(i, step)
	if len(leaves) == 1 {
		copy(t.leaves[leaves[0]], t.targets[i])
		return
	}
	rng := rand.New(rand.NewPCG(t.joint.Seed^splitSeed, uint64(step)<<32|uint64(i)))
	for p, v := range t.targets[i] {
		single := 0.0
		if v > 0 && v < maxSingle {
			single = math.Floor(v)
		}
		for j, l := range leaves {
			t.leaves[l][p] = (v - single) * shares[j]
			if v >= maxSingle {
				t.leaves[l][p] = v * shares[j]
				reach := min(math.Sqrt(3*v*shares[j]*(1-shares[j])), t.leaves[l][p])
				t.leaves[l][p] += reach * (2*rng.Float64() - 1)
			}
		}
		for range int(single) {
			t.leaves[leaves[chosen(shares, rng.Float64())]][p]++
		}
	}
	t.scale(i)
}

const (
	splitSeed = 0x9e3779b97f4a7c15 // keeps the chance of splits apart from that of orders
	maxSingle = 24                 // contacts below this choose their leaves one by one
)

// shares are those of the leaves of a series in its mean at a step, all the same where it is zero.
func (t *treeDraw) shares(i, step int) []float64 {
	means := make([]float64, len(t.tree.Sums[i]))
	for j, l := range t.tree.Sums[i] {
		means[j] = t.tree.Leaves[l].Mean[step]
	}
	return Proportions(1, means)
}

// chosen is the place that a number between 0 and 1 falls to among shares that add up to 1.
func chosen(shares []float64, u float64) int {
	last := 0
	for j, s := range shares {
		if s > 0 {
			last = j
			if u < s {
				return j
			}
		}
		u -= s
	}
	return last
}

// scale multiplies the leaves of a series in each path until they add up to what was drawn for it.
func (t *treeDraw) scale(i int) {
	t.add(i)
	by := t.sums[i]
	for p, sum := range by {
		by[p] = ratioOr0(t.targets[i][p], sum)
	}
	for _, l := range t.tree.Sums[i] {
		for p, f := range by {
			t.leaves[l][p] *= f
		}
	}
}

// add fills the sums of a series.
func (t *treeDraw) add(i int) {
	sum := t.sums[i]
	clear(sum)
	for _, l := range t.tree.Sums[i] {
		for p, v := range t.leaves[l] {
			sum[p] += v
		}
	}
}

// reorder gives a series' published values to its paths in the order of what its leaves add up to now.
func (t *treeDraw) reorder(worker, i int) {
	t.add(i)
	order := t.orders[worker]
	t.sorters[worker].Sort(t.sums[i], order)
	for k, p := range order {
		t.targets[i][p] = t.sorted[i][k]
	}
}

// pathsAtOnce is how many paths a worker moves at a time.
const pathsAtOnce = 250

// meetSums moves leaves, as freely as they move, until the series that don't part them are what was drawn for them, one
// after the other, twice.
func (t *treeDraw) meetSums(ctx context.Context) error {
	blocks := (t.opt.Paths + pathsAtOnce - 1) / pathsAtOnce
	return inParallel(ctx, blocks, t.opt.Workers, func(_, b int) error {
		from, to := b*pathsAtOnce, min((b+1)*pathsAtOnce, t.opt.Paths)
		gap := make([]float64, to-from)
		for range 2 {
			for i := t.tree.Parts; i < len(t.tree.Sums); i++ {
				t.meetSum(i, from, gap)
			}
		}
		return nil
	})
}

func (t *treeDraw) meetSum(i, from int, gap []float64) {
	if !(t.freedom[i] > 0) {
		return
	}
	copy(gap, t.targets[i][from:])
	for _, l := range t.tree.Sums[i] {
		for p, v := range t.leaves[l][from : from+len(gap)] {
			gap[p] -= v
		}
	}
	for _, l := range t.tree.Sums[i] {
		if by := t.free[l] / t.freedom[i]; by > 0 {
			values := t.leaves[l][from : from+len(gap)]
			for p, g := range gap {
				values[p] += by * g
			}
		}
	}
}

// meetPart makes the leaves of a part add up to its published values in every path, and their means be their own.
func (t *treeDraw) meetPart(i, step int) {
	leaves := t.tree.Sums[i]
	if len(leaves) == 1 {
		copy(t.leaves[leaves[0]], t.targets[i])
		return
	}
	if t.marginals[i].Signed {
		for _, l := range leaves {
			for p, v := range t.targets[i] {
				t.leaves[l][p] += (v - t.sums[i][p]) * finiteOr0(t.free[l]/t.freedom[i])
			}
		}
		return
	}
	shares := t.shares(i, step)
	for j, l := range leaves {
		for p, x := range t.leaves[l] {
			if !(x > 0) { // it was moved below zero
				t.leaves[l][p] = least * shares[j]
			}
		}
	}
	for range rounds {
		t.scale(i)
		for _, l := range leaves {
			t.scaleMean(l, step)
		}
	}
	t.scale(i)
}

// least is what leaves keep of a path that moved all of them below zero.
const least = 1e-6

// scaleMean multiplies a leaf's paths until their mean is its own.
func (t *treeDraw) scaleMean(l, step int) {
	sum := 0.0
	for _, v := range t.leaves[l] {
		sum += v
	}
	if sum > 0 {
		by := t.tree.Leaves[l].Mean[step] * float64(t.opt.Paths) / sum
		for p := range t.leaves[l] {
			t.leaves[l][p] *= by
		}
	}
}
