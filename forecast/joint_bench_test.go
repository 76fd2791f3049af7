package forecast_test

import (
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
)

// BenchmarkJoint draws 1,000 paths of 160 series over 42 days, by themselves and as the codes, queues and total of 400
// leaves.
func BenchmarkJoint(b *testing.B) {
	const series, days = 160, 42
	panel := make([]forecast.Series, series)
	for i := range panel {
		panel[i] = forecast.Series{Values: weekly(400, uint64(i)), Start: monday, Step: day}
	}
	results, err := forecast.Run(b.Context(), panel, forecast.Options{Horizon: days, Levels: []float64{0.5, 0.8, 0.95},
		Joint: true})
	if err != nil {
		b.Fatal(err)
	}
	joint := forecast.NewJoint(results, 1)
	tree := &forecast.Tree{Parts: 150, Sums: make([][]int, series)}
	for l := range 400 {
		code, mean := l%150, make([]float64, days)
		for h := range mean {
			mean[h] = results[code].Mean[h] / 3
		}
		tree.Leaves = append(tree.Leaves, forecast.Leaf{Mean: mean})
		for _, i := range []int{code, 150 + l%9, 159} {
			tree.Sums[i] = append(tree.Sums[i], l)
		}
	}
	marginals := make([]forecast.Marginal, series)
	for i := range results {
		marginals[i] = results[i].Marginal()
	}
	for name, opt := range map[string]forecast.DrawOptions{"series": {}, "leaves": {Tree: tree}, "week": {To: 7}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				err := joint.Draw(b.Context(), marginals, opt, func(int, [][]float64) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
