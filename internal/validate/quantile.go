package validate

import (
	"math"
	"slices"
)

// quantile returns the p-quantile of sorted by definition 8 of Hyndman and Fan,
// "Sample Quantiles in Statistical Packages" (1996): R's type 8, median-unbiased
// whatever the distribution. sorted must be ascending without NaN; p is clamped to
// 0 to 1. The quantile of nothing is NaN.
func quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 || math.IsNaN(p) {
		return math.NaN()
	}
	p = min(max(p, 0), 1)
	const third = 1.0 / 3
	at := third + p*(float64(n)+third)
	// As R does, a position within rounding of an order statistic is that order statistic.
	j := math.Floor(at + 4*epsilon)
	g := at - j
	if math.Abs(g) < 4*epsilon {
		g = 0
	}
	low, high := clampIndex(int(j)-1, n), clampIndex(int(j), n)
	return sorted[low] + g*(sorted[high]-sorted[low])
}

const epsilon = 2.220446049250313e-16 // of float64

func clampIndex(i, n int) int { return min(max(i, 0), n-1) }

// median returns the middle of values, which it sorts; the median of nothing is NaN.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}

// known returns the values that are not NaN, in a new slice.
func known(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}
