package validate

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

// autocorrelation returns the autocorrelation of values at lag with NaN left out:
// the mean product of the deviations of the pairs that are whole over the variance,
// shrunk as R's acf(na.action = na.pass) does by adding lag to the number of pairs.
// Without NaN it is the usual sample autocorrelation. It is not measured when values
// are constant or have no pair.
func autocorrelation(values []float64, lag int) wrapcast.Measure {
	mean, n := meanOf(values)
	if lag < 1 || n == 0 {
		return wrapcast.NotMeasured()
	}
	var variance, products float64
	pairs := 0
	for t, v := range values {
		if math.IsNaN(v) {
			continue
		}
		variance += (v - mean) * (v - mean)
		if t >= lag && !math.IsNaN(values[t-lag]) {
			products += (v - mean) * (values[t-lag] - mean)
			pairs++
		}
	}
	if pairs == 0 || constant(values) {
		return wrapcast.NotMeasured()
	}
	r := (products / float64(pairs+lag)) / (variance / float64(n))
	return wrapcast.Measure(min(max(r, -1), 1))
}

// meanOf returns the mean of the values that are not NaN and how many they are.
func meanOf(values []float64) (mean float64, n int) {
	for _, v := range values {
		if !math.IsNaN(v) {
			mean += v
			n++
		}
	}
	return mean / float64(n), n
}

// constant reports whether all values that are not NaN are the same.
func constant(values []float64) bool {
	x := known(values)
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// without returns the history's values with its masked days as NaN.
func (h history) without(masks []wrapcast.Mask) []float64 {
	values := append([]float64(nil), h.values...)
	for _, m := range masks {
		values[m.Day-h.from] = math.NaN()
	}
	return values
}
