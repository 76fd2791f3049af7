package forecast

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Scale returns the mean absolute and the mean squared difference between each value of a history and the one a
// season m before: what MASE and RMSSE are measured in (Hyndman and Koehler, IJF 2006). Pairs with a missing value
// are left out; NaN where no pair is left.
func Scale(history []float64, m int) (abs, square float64) { return stat.Scale(history, max(m, 1)) }

// MASE is the mean absolute error of f against y, over the scale of the history at season m.
// Missing actuals are left out. NaN where nothing can be compared or the scale is zero.
func MASE(y, f, history []float64, m int) float64 {
	scale, _ := Scale(history, m)
	return ratio(meanOver(y, f, func(y, f float64) float64 { return math.Abs(y - f) }), scale)
}

// RMSSE is the root of the mean squared error of f against y, over the squared scale of the history at season m.
// Missing actuals are left out. NaN where nothing can be compared or the scale is zero.
func RMSSE(y, f, history []float64, m int) float64 {
	_, scale := Scale(history, m)
	return math.Sqrt(ratio(meanOver(y, f, func(y, f float64) float64 { return (y - f) * (y - f) }), scale))
}

// SMAPE is the mean of 200·|y-f|/(|y|+|f|), 0 where both are 0: the definition of the M4 competition, from 0 to 200.
func SMAPE(y, f []float64) float64 {
	return meanOver(y, f, func(y, f float64) float64 {
		if y == 0 && f == 0 {
			return 0
		}
		return 200 * math.Abs(y-f) / (math.Abs(y) + math.Abs(f))
	})
}

// WAPE is the sum of absolute errors over the sum of absolute actuals, a fraction. NaN where the actuals are all zero.
func WAPE(y, f []float64) float64 {
	return ratio(meanOver(y, f, func(y, f float64) float64 { return math.Abs(y - f) }), meanAbs(y, f))
}

// Bias is the sum of f - y over the sum of absolute actuals, a fraction: above 0 means too much was forecast.
func Bias(y, f []float64) float64 {
	return ratio(meanOver(y, f, func(y, f float64) float64 { return f - y }), meanAbs(y, f))
}

// Coverage is the share of actuals that lie inside [lower, upper], the bounds included.
func Coverage(y, lower, upper []float64) float64 {
	in, n := 0, 0
	for i, v := range y {
		if math.IsNaN(v) {
			continue
		}
		n++
		if lower[i] <= v && v <= upper[i] {
			in++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return float64(in) / float64(n)
}

// MSIS is the mean scaled interval score of the M4 competition (Gneiting and Raftery, JASA 2007): width plus 2/(1-level)
// times the distance by which an actual misses, over the scale of MASE.
func MSIS(y, lower, upper, history []float64, m int, level float64) float64 {
	scale, _ := Scale(history, m)
	return ratio(intervalScore(y, lower, upper, level), scale)
}

func intervalScore(y, lower, upper []float64, level float64) float64 {
	sum, n, penalty := 0.0, 0, 2/(1-level)
	for i, v := range y {
		if math.IsNaN(v) {
			continue
		}
		sum += upper[i] - lower[i] + penalty*(max(lower[i]-v, 0)+max(v-upper[i], 0))
		n++
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// OWA is the mean of sMAPE and MASE, each relative to that of the benchmark Naive2: the M4 competition's measure. The
// four figures are means over all series.
func OWA(smape, mase, smapeNaive2, maseNaive2 float64) float64 {
	return (smape/smapeNaive2 + mase/maseNaive2) / 2
}

// Naive2 is the M4 competition's benchmark: the last value, seasonally adjusted by classical multiplicative
// decomposition at season m where a 90 % test of the autocorrelation finds one. It takes complete histories.
func Naive2(history []float64, m, h int) []float64 {
	n := len(history)
	if n == 0 {
		return make([]float64, max(h, 0))
	}
	index := constant(max(m, 1), 1)
	if m > 1 && n >= 3*m && seasonalTest(history, m) {
		if found, ok := multiplicativeIndex(history, m); ok {
			index = found
		}
	}
	m = len(index)
	last := history[n-1] / index[(n-1)%m]
	return each(max(h, 0), func(i int) float64 { return last * index[(n+i)%m] })
}

func seasonalTest(y []float64, m int) bool {
	sum := 1.0
	for k := 1; k < m; k++ {
		r := stat.Autocorrelation(y, k)
		sum += 2 * r * r
	}
	return math.Abs(stat.Autocorrelation(y, m)) > 1.645*math.Sqrt(sum/float64(len(y)))
}

// multiplicativeIndex is the mean ratio to the centred moving average per phase; false where an index is not above zero.
func multiplicativeIndex(y []float64, m int) ([]float64, bool) {
	sum, count := make([]float64, m), make([]float64, m)
	half := m / 2
	for i := half; i < len(y)-half; i++ {
		trend := 0.0
		for j := i - half; j <= i+half; j++ {
			w := 1.0
			if m%2 == 0 && (j == i-half || j == i+half) {
				w = 0.5
			}
			trend += w * y[j] / float64(m)
		}
		if trend != 0 {
			sum[i%m] += y[i] / trend
			count[i%m]++
		}
	}
	total := 0.0
	for p := range sum {
		if count[p] == 0 {
			sum[p], count[p] = 1, 1
		}
		sum[p] /= count[p]
		if !(sum[p] > 0) {
			return nil, false
		}
		total += sum[p] / float64(m)
	}
	for p := range sum {
		sum[p] /= total
	}
	return sum, true
}

// meanOver is the mean of a measure over the steps whose actual is there.
func meanOver(y, f []float64, measure func(y, f float64) float64) float64 {
	sum, n := 0.0, 0
	for i, v := range y {
		if !math.IsNaN(v) && i < len(f) {
			sum += measure(v, f[i])
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

func meanAbs(y, f []float64) float64 {
	return meanOver(y, f, func(y, _ float64) float64 { return math.Abs(y) })
}

// ratio returns a/b, NaN where b is not above zero.
func ratio(a, b float64) float64 {
	if !(b > 0) {
		return math.NaN()
	}
	return a / b
}
