package forecast

import (
	"context"
	"math"
	"runtime"
	"slices"
)

// Node is one thing that is forecast beside the leaves it adds up: a wrap-up code over its queues, a queue over its
// codes, the total.
type Node struct {
	// Leaves are the places of the leaves it adds up, each once.
	Leaves []int
	// Mean is its own forecast, one value per step.
	Mean []float64
	// Variance is how far it may be trusted: the mean squared error of its backtest. NaN or not above 0 means unknown:
	// the node is then trusted like the sum of its leaves.
	Variance float64
}

// Leaf is the base forecast of one of the things that everything else adds up.
type Leaf struct {
	// Mean holds one value per step.
	Mean []float64
	// Variance is the mean squared error of its backtest. NaN or not above 0 means unknown: the leaf's mean squared
	// value.
	Variance float64
}

// Reconcile moves the means of leaves as little as possible, in units of their variances, until they agree with the
// forecasts of the nodes as far as these deserve trust, and returns them: nodes are then the sums of their leaves, so
// that codes add up to queues and queues to the total, however they cross. No leaf falls below zero where its forecast
// was not, and a leaf that is zero at a step stays zero: a closed hour, a code that is gone.
//
//	min_x  Σ_leaf (x - base)²/v + Σ_node (Σx - base)²/V,   x ≥ 0
//
// solved per step in the multipliers of the nodes (Hildreth 1957). With all nodes this is the variance-scaled least
// squares reconciliation of Hyndman, Lee and Wang (CSDA 2016) and Wickramasuriya et al. (Statistics and Computing 2020,
// non-negative), node by node. The mean squared errors of leaves that are summed are taken as uncorrelated.
func Reconcile(ctx context.Context, leaves []Leaf, nodes []Node) ([][]float64, error) {
	steps, err := checkHierarchy(leaves, nodes)
	if err != nil {
		return nil, err
	}
	h := newHierarchy(leaves, nodes)
	out := make([][]float64, len(leaves))
	for i := range out {
		out[i] = make([]float64, steps)
	}
	workers := runtime.GOMAXPROCS(0)
	solvers := make([]*solver, workers)
	err = inParallel(ctx, steps, workers, func(w, t int) error {
		if solvers[w] == nil {
			solvers[w] = newSolver(h)
		}
		for i, x := range solvers[w].solve(t) {
			out[i][t] = x
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func checkHierarchy(leaves []Leaf, nodes []Node) (steps int, err error) {
	if len(leaves) == 0 {
		return 0, nil
	}
	steps = len(leaves[0].Mean)
	for i, l := range leaves {
		if len(l.Mean) != steps {
			return 0, optionError("Leaves", "leaf %d has %d steps, the first has %d", i, len(l.Mean), steps)
		}
		if !allFinite(l.Mean) {
			return 0, optionError("Leaves", "leaf %d has a mean that is not a number", i)
		}
	}
	for j, n := range nodes {
		if len(n.Mean) != steps || !allFinite(n.Mean) {
			return 0, optionError("Nodes", "node %d has not one number for each of %d steps", j, steps)
		}
		seen := map[int]bool{}
		for _, i := range n.Leaves {
			if i < 0 || i >= len(leaves) || seen[i] {
				return 0, optionError("Nodes", "node %d names leaf %d, which there is not or twice", j, i)
			}
			seen[i] = true
		}
	}
	return steps, nil
}

func allFinite(x []float64) bool {
	return !slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// hierarchy is the least squares problem with its variances.
type hierarchy struct {
	leaves  []Leaf
	nodes   []Node
	leafVar []float64
	nodeVar []float64
	parents [][]int
}

func newHierarchy(leaves []Leaf, nodes []Node) *hierarchy {
	h := &hierarchy{leaves: leaves, nodes: nodes, parents: make([][]int, len(leaves))}
	for _, l := range leaves {
		v := l.Variance
		if !(v > 0) || math.IsInf(v, 0) {
			v = meanOver(l.Mean, l.Mean, func(y, _ float64) float64 { return y * y })
		}
		h.leafVar = append(h.leafVar, max(finiteOr0(v), 1e-9))
	}
	for j, n := range nodes {
		v, sum := n.Variance, 0.0
		for _, i := range n.Leaves {
			h.parents[i] = append(h.parents[i], j)
			sum += h.leafVar[i]
		}
		if !(v > 0) || math.IsInf(v, 0) {
			v = max(sum, 1e-9)
		}
		h.nodeVar = append(h.nodeVar, v)
	}
	return h
}

// solver solves one step after the other. Its values are those of the step, so that leaves lie side by side in memory.
type solver struct {
	*hierarchy
	base     []float64 // of each leaf
	want     []float64 // of each node
	x        []float64 // the leaves as they move
	sums     []float64 // of each node, as the leaves move
	pull     []float64 // multiplier of each node
	pushed   []float64 // multiplier that keeps a leaf from falling below zero
	mobility []float64 // per node: its own variance and those of the leaves that may move
}

func newSolver(h *hierarchy) *solver {
	perLeaf, perNode := func() []float64 { return make([]float64, len(h.leaves)) },
		func() []float64 { return make([]float64, len(h.nodes)) }
	return &solver{hierarchy: h, base: perLeaf(), x: perLeaf(), pushed: perLeaf(),
		want: perNode(), sums: perNode(), pull: perNode(), mobility: perNode()}
}

const (
	maxSweeps = 2000
	stillness = 1e-11 // of the largest node, in a sweep
)

// solve finds the leaves of one step by Hildreth's method: each node in turn pulls its leaves to where it agrees with
// them, each leaf in turn is pushed back to zero, as far as either still has to, until all stand still. What it returns
// holds until the next step.
func (s *solver) solve(t int) []float64 {
	largest := s.begin(t)
	for range maxSweeps {
		if moved := s.sweep(); moved <= stillness*largest {
			break
		}
	}
	for i, base := range s.base {
		if base > 0 {
			s.x[i] = max(s.x[i], 0)
		}
	}
	return s.x
}

// sweep lets every node and then every leaf move once, and returns the largest move.
func (s *solver) sweep() (moved float64) {
	for j, n := range s.nodes {
		if s.mobility[j] == 0 {
			continue
		}
		by := (s.want[j] - s.sums[j] - s.nodeVar[j]*s.pull[j]) / s.mobility[j]
		s.pull[j] += by
		for _, i := range n.Leaves {
			moved = max(moved, s.move(i, by))
		}
	}
	for i, base := range s.base {
		if base > 0 {
			by := max(-s.pushed[i], -s.x[i]/s.leafVar[i])
			s.pushed[i] += by
			moved = max(moved, s.move(i, by))
		}
	}
	return moved
}

// begin puts leaves, sums and multipliers of one step to where nothing has moved, and returns the size of the numbers.
func (s *solver) begin(t int) float64 {
	clear(s.pull)
	clear(s.pushed)
	for i, l := range s.leaves {
		s.base[i], s.x[i] = l.Mean[t], l.Mean[t]
	}
	largest := 1e-300
	for j, n := range s.nodes {
		s.want[j], s.sums[j], s.mobility[j] = n.Mean[t], 0, 0
		for _, i := range n.Leaves {
			s.sums[j] += s.x[i]
			if s.x[i] != 0 {
				s.mobility[j] += s.leafVar[i]
			}
		}
		if s.mobility[j] > 0 {
			s.mobility[j] += s.nodeVar[j]
		}
		largest = max(largest, math.Abs(s.want[j]), math.Abs(s.sums[j]))
	}
	return largest
}

// move adds a multiple of its variance to a leaf, unless it is closed, and to the sums it is part of.
func (s *solver) move(i int, by float64) float64 {
	if by == 0 || s.base[i] == 0 {
		return 0
	}
	by *= s.leafVar[i]
	s.x[i] += by
	for _, j := range s.parents[i] {
		s.sums[j] += by
	}
	return math.Abs(by)
}
