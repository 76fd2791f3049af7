package forecast

import (
	"context"
	"math"
	"slices"
)

// Sample paths of results are joint: path k of one series and path k of another are the same future.

// pathLevels are the intervals a distribution is read from, beside those asked for.
func pathLevels(levels []float64) []float64 {
	extra := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995}
	return slices.Concat(levels, extra)
}

// fewestPaths are drawn at least: each step's values are spread evenly over its distribution, which says little of a
// handful.
const fewestPaths = 100

// drawPaths fills the paths of results that kept their errors.
func (o Options) drawPaths(ctx context.Context, results []Result) error {
	marginals := make([]Marginal, len(results))
	for i := range results {
		r := &results[i]
		marginals[i] = r.Marginal()
		values := make([]float64, o.Paths*len(r.Mean))
		for k := range o.Paths {
			r.Paths = append(r.Paths, values[k*len(r.Mean):(k+1)*len(r.Mean):(k+1)*len(r.Mean)])
		}
	}
	return NewJoint(results, o.Seed).Draw(ctx, marginals,
		DrawOptions{Paths: max(o.Paths, fewestPaths), Workers: o.Workers},
		func(step int, values [][]float64) error {
			for i := range results {
				for k := range results[i].Paths {
					results[i].Paths[k][step] = values[i][k]
				}
			}
			return nil
		})
}

// quantiles holds probabilities in ascending order and one row of values for each.
type quantiles struct {
	p    []float64
	rows [][]float64
}

func quantilePoints(r *Result) quantiles {
	bands := slices.Clone(r.Bands)
	slices.SortStableFunc(bands, func(a, b Band) int { return int(math.Copysign(1, a.Level-b.Level)) })
	var q quantiles
	for i := len(bands) - 1; i >= 0; i-- {
		q.p, q.rows = append(q.p, (1-bands[i].Level)/2), append(q.rows, bands[i].Lower)
	}
	q.p, q.rows = append(q.p, 0.5), append(q.rows, r.Median)
	for _, b := range bands {
		q.p, q.rows = append(q.p, (1+b.Level)/2), append(q.rows, b.Upper)
	}
	return q
}
