package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Sample paths: at each step a draw from the distribution that the intervals describe, neighbouring steps tied together
// as the past errors were (a Gaussian copula with their first autocorrelation).

// pathLevels are the intervals a distribution is read from, beside those asked for.
func pathLevels(levels []float64) []float64 {
	extra := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995}
	return slices.Concat(levels, extra)
}

// drawPaths draws the paths of a result whose bands beyond keep were only there to draw from, and drops these. place
// tells the series of a panel apart.
func drawPaths(r *Result, opt Options, keep, place int) {
	points := quantilePoints(r)
	memory := r.memory
	rng := rand.New(rand.NewPCG(opt.Seed, uint64(place)))
	for range opt.Paths {
		path, z := make([]float64, len(r.Mean)), rng.NormFloat64()
		for h := range path {
			path[h] = points.at(h, 0.5*math.Erfc(-z/math.Sqrt2))
			z = memory*z + math.Sqrt(1-memory*memory)*rng.NormFloat64()
		}
		r.Paths = append(r.Paths, path)
	}
	r.Bands = r.Bands[:keep]
	r.Accuracy.Levels = r.Accuracy.Levels[:min(keep, len(r.Accuracy.Levels))]
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

// at reads the quantile of step h, linear between the known ones and level beyond them.
func (q quantiles) at(h int, p float64) float64 {
	i, _ := slices.BinarySearch(q.p, p)
	switch {
	case i == 0:
		return q.rows[0][h]
	case i == len(q.p):
		return q.rows[i-1][h]
	}
	a, b := q.rows[i-1][h], q.rows[i][h]
	if q.p[i] == q.p[i-1] {
		return b
	}
	return a + (b-a)*(p-q.p[i-1])/(q.p[i]-q.p[i-1])
}

// errorMemory is the first autocorrelation of errors, window by window, between 0 and 0.95.
func errorMemory(windows [][]float64) float64 {
	num, den := 0.0, 0.0
	for _, e := range windows {
		for h, v := range e {
			if math.IsNaN(v) {
				continue
			}
			den += v * v
			if h > 0 && !math.IsNaN(e[h-1]) {
				num += v * e[h-1]
			}
		}
	}
	return max(0, min(ratioOr0(num, den), 0.95))
}
