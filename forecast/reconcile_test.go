package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast"
)

// crossed draws leaves of queues by codes, with nodes for each queue, each code and the total.
func crossed(t *rapid.T) ([]forecast.Leaf, []forecast.Node) {
	queues, codes := rapid.IntRange(1, 4).Draw(t, "queues"), rapid.IntRange(1, 5).Draw(t, "codes")
	value := rapid.Float64Range(0, 100)
	var leaves []forecast.Leaf
	nodes := make([]forecast.Node, queues+codes+1)
	for q := range queues {
		for c := range codes {
			i := len(leaves)
			leaves = append(leaves, forecast.Leaf{Mean: []float64{value.Draw(t, "leaf"), value.Draw(t, "leaf")},
				Variance: value.Draw(t, "variance")})
			for _, n := range []int{q, queues + c, queues + codes} {
				nodes[n].Leaves = append(nodes[n].Leaves, i)
			}
		}
	}
	for j := range nodes {
		n := float64(len(nodes[j].Leaves))
		nodes[j].Mean = []float64{n * value.Draw(t, "node"), n * value.Draw(t, "node")}
		nodes[j].Variance = value.Draw(t, "variance")
	}
	return leaves, nodes
}

func TestReconciledLeavesAreNeverNegativeAndNoMoveCostsLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		leaves, nodes := crossed(t)
		for i := range leaves {
			leaves[i].Variance++
		}
		for j := range nodes {
			nodes[j].Variance++
		}
		x, err := forecast.Reconcile(t.Context(), leaves, nodes)
		if err != nil {
			t.Fatal(err)
		}
		cost := costOf(leaves, nodes, x)
		for i := range x {
			if leaves[i].Mean[0] == 0 && x[i][0] != 0 {
				t.Fatalf("a closed leaf became %v", x[i][0])
			}
			for _, by := range []float64{-0.01, 0.01} {
				if x[i][0]+by < 0 || leaves[i].Mean[0] == 0 {
					continue
				}
				x[i][0] += by
				if c := costOf(leaves, nodes, x); c < cost-1e-7*cost {
					t.Fatalf("moving leaf %d by %v lowers the cost from %v to %v", i, by, cost, c)
				}
				x[i][0] -= by
			}
			if x[i][0] < 0 || x[i][1] < 0 {
				t.Fatalf("leaf %d is %v", i, x[i])
			}
		}
	})
}

func costOf(leaves []forecast.Leaf, nodes []forecast.Node, x [][]float64) float64 {
	cost := 0.0
	for i, l := range leaves {
		d := x[i][0] - l.Mean[0]
		cost += d * d / l.Variance
	}
	for _, n := range nodes {
		sum := 0.0
		for _, i := range n.Leaves {
			sum += x[i][0]
		}
		cost += (sum - n.Mean[0]) * (sum - n.Mean[0]) / n.Variance
	}
	return cost
}

func TestAgreeingForecastsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	leaves := []forecast.Leaf{{Mean: []float64{3}, Variance: 1}, {Mean: []float64{5}, Variance: 2}}
	x, err := forecast.Reconcile(t.Context(), leaves,
		[]forecast.Node{{Leaves: []int{0, 1}, Mean: []float64{8}, Variance: 1}})
	if err != nil || x[0][0] != 3 || x[1][0] != 5 {
		t.Errorf("got %v, %v", x, err)
	}
}

func TestATrustedTotalMovesTheLeavesItDoesNotTrust(t *testing.T) {
	t.Parallel()
	leaves := []forecast.Leaf{{Mean: []float64{10}, Variance: 1}, {Mean: []float64{10}, Variance: 99}}
	x, err := forecast.Reconcile(t.Context(), leaves,
		[]forecast.Node{{Leaves: []int{0, 1}, Mean: []float64{40}, Variance: 1e-6}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sure leaf", x[0][0], 10.2, 1e-3)
	near(t, "unsure leaf", x[1][0], 29.8, 1e-3)
}

// TestReconciliationDoesNotHarmTheLeaves draws noisy forecasts of a known truth: sums are forecast better than their
// parts, as they are in life.
func TestReconciliationDoesNotHarmTheLeaves(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 7))
	before, after := 0.0, 0.0
	for range 300 {
		var leaves []forecast.Leaf
		var truth []float64
		node := forecast.Node{Mean: []float64{0}, Variance: 4}
		for i := range 10 {
			truth = append(truth, 50*rng.Float64())
			sd := 0.2*truth[i] + 1
			leaves = append(leaves, forecast.Leaf{Mean: []float64{math.Max(0, truth[i]+sd*rng.NormFloat64())},
				Variance: sd * sd})
			node.Leaves = append(node.Leaves, i)
			node.Mean[0] += truth[i]
		}
		node.Mean[0] += 2 * rng.NormFloat64()
		x, err := forecast.Reconcile(t.Context(), leaves, []forecast.Node{node})
		if err != nil {
			t.Fatal(err)
		}
		for i := range truth {
			d, e := leaves[i].Mean[0]-truth[i], x[i][0]-truth[i]
			before += d * d
			after += e * e
		}
	}
	if after >= before {
		t.Errorf("squared error of the leaves grew from %v to %v", before, after)
	}
}

// BenchmarkReconcile makes the leaves of an organisation of size L cohere: 600 queues with 20 of 200 codes each, four
// days.
func BenchmarkReconcile(b *testing.B) {
	leaves, nodes := large()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := forecast.Reconcile(b.Context(), leaves, nodes); err != nil {
			b.Fatal(err)
		}
	}
}

func large() (leaves []forecast.Leaf, nodes []forecast.Node) {
	const queues, codes, perQueue, steps = 600, 200, 20, 4
	rng := rand.New(rand.NewPCG(1, 1))
	nodes = make([]forecast.Node, queues+codes+1)
	values := func(least, spread float64) (mean []float64) {
		for range steps {
			mean = append(mean, least+spread*rng.Float64())
		}
		return mean
	}
	for q := range queues {
		for range perQueue {
			for _, n := range []int{q, queues + rng.IntN(codes), queues + codes} {
				nodes[n].Leaves = append(nodes[n].Leaves, len(leaves))
			}
			leaves = append(leaves, forecast.Leaf{Mean: values(0, 6), Variance: 1 + 5*rng.Float64()})
		}
	}
	for j := range nodes {
		n := float64(len(nodes[j].Leaves))
		nodes[j].Mean, nodes[j].Variance = values(2.5*n, n), 1+9*rng.Float64()
	}
	return leaves, nodes
}
