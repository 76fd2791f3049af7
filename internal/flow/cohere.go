package flow

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// togetherness is how much more freely leaves move than their own errors say. The reconciliation takes the errors of
// leaves for independent; those of one organisation share their days, so that a sum of leaves errs more than it would
// think. Measured on a year of the simulated organisation (13 origins, leads 1 to 28), WAPE of codes, queues, planning groups, total:
// 56.8, 24.5, 34.2, 14.4 % without reconciliation, 57.0, 23.4, 32.6, 13.1 with 1, 57.1, 23.2, 32.4, 12.8 with 2, 57.4, 23.1, 32.2, 12.4 with 20.
const togetherness = 2

// cohere shares the engine's forecasts of codes out over their leaves, in the order of the codes, and moves the leaves
// towards what the engine says of queues, planning groups and the total, each as far as its errors in the past say that it is
// to be believed. A sum of codes alone falls short: what was masked in each code was part of the whole.
func (l *layout) cohere(ctx context.Context, h *history, results []forecast.Result) ([]wrapcast.LeafForecast, error) {
	c := &cohering{at: make([]int, len(h.leaves)), handle: l.handleTimes(h)}
	for i, g := range l.codes {
		c.code(h, g, results[i])
	}
	results = results[len(l.codes):]
	for i, g := range l.queues {
		c.node(g.leaves, g.handled, results[i])
	}
	results = results[len(l.queues):]
	for i, g := range l.groups {
		c.node(g.leaves, g.handled, results[i])
	}
	c.node(upTo(len(h.leaves)), l.total(h), results[len(l.groups)])
	means, err := forecast.Reconcile(ctx, c.bases, c.nodes)
	for i := range means {
		c.leaves[i].Mean = means[i]
	}
	if err == nil {
		followMix(h, c.leaves, c.at)
	}
	return c.leaves, err
}

// cohering collects what is to be made coherent.
type cohering struct {
	leaves []wrapcast.LeafForecast
	bases  []forecast.Leaf
	nodes  []forecast.Node
	// at is the place of each leaf of the history among these leaves.
	at []int
	// handle are the handle times of the history's leaves, in seconds.
	handle []float64
}

// code adds the leaves of a code, and the code: its forecast is their sum.
func (c *cohering) code(h *history, g keyedHistory[wrapcast.CodeID], r forecast.Result) {
	leaves, shares := spread(h, g, r.Mean, c.handle)
	variance := errorVariance(r, g.handled)
	for i, leaf := range leaves {
		c.at[g.leaves[i]] = len(c.leaves)
		c.leaves = append(c.leaves, leaf)
		c.bases = append(c.bases, forecast.Leaf{Mean: leaf.Mean, Variance: togetherness * variance * shares[i]})
	}
	c.node(g.leaves, g.handled, r)
}

// node adds something that is forecast by itself and made of some leaves of the history.
func (c *cohering) node(leaves []int, handled []float64, r forecast.Result) {
	n := forecast.Node{Mean: r.Mean, Variance: errorVariance(r, handled)}
	for _, leaf := range leaves {
		n.Leaves = append(n.Leaves, c.at[leaf])
	}
	c.nodes = append(c.nodes, n)
}

// errorVariance is the mean squared error of the backtest, NaN where it could not be measured.
func errorVariance(r forecast.Result, handled []float64) float64 {
	_, square := forecast.Scale(handled, week)
	return r.Accuracy.RMSSE * r.Accuracy.RMSSE * square
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
