package forecast

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Scale returns the mean absolute and the mean squared difference between each value of a history and the one a
// season m before: what MASE and RMSSE are measured in (Hyndman and Koehler, IJF 2006). Pairs with a missing value
// are left out; NaN where no pair is left.
func Scale(history []float64, m int) (abs, square float64) { return stat.Scale(history, max(m, 1)) }

// Score measures one forecast against the actuals that followed the history: absolute errors of the median (of the mean
// where there is no median), squared ones of the mean, and the intervals. Scales are those of the history at a season
// of so many steps, 1 for none. actual has at most one value per step of the forecast; missing ones (NaN) are left out
// of every figure. A figure that cannot be had is NaN: MASE, RMSSE and MSIS where the history never moves or is not
// longer than the season, WAPE and Bias where all actuals are zero, all of them where there is no actual.
func Score(r Result, history, actual []float64, season int) Accuracy {
	if r.Median == nil {
		r.Median = r.Mean
	}
	levels := make([]float64, len(r.Bands))
	for i, b := range r.Bands {
		levels[i] = b.Level
	}
	t := newScoreSum(levels)
	scale, square := Scale(history, season)
	t.add(r, actual, 0, len(actual), scale, square)
	return t.accuracy()
}

// smape is the mean of 200·|y-f|/(|y|+|f|), 0 where both are 0: the definition of the M4 competition, from 0 to 200.
func smape(y, f []float64) float64 {
	return meanOver(y, f, func(y, f float64) float64 {
		if y == 0 && f == 0 {
			return 0
		}
		return 200 * math.Abs(y-f) / (math.Abs(y) + math.Abs(f))
	})
}

// coverage is the share of actuals that lie inside [lower, upper], the bounds included.
func coverage(y, lower, upper []float64) float64 {
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

// intervalScore is the mean interval score of the M4 competition (Gneiting and Raftery, JASA 2007): width plus
// 2/(1-level) times the distance by which an actual misses.
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

// owa is the mean of sMAPE and MASE, each relative to that of the benchmark Naive2: the M4 competition's measure. The
// four figures are means over all series.
func owa(smape, mase, smapeNaive2, maseNaive2 float64) float64 {
	return (smape/smapeNaive2 + mase/maseNaive2) / 2
}

// naive2 is the M4 competition's benchmark: the last value, seasonally adjusted by classical multiplicative
// decomposition at season m where a 90 % test of the autocorrelation finds one in three cycles. It takes complete
// histories.
func naive2(history []float64, m, h int) []float64 {
	n := len(history)
	if n == 0 {
		return make([]float64, max(h, 0))
	}
	index, ok := models.SeasonalIndex(history, m, 3)
	if !ok {
		index = []float64{1}
	}
	m = len(index)
	last := history[n-1] / index[(n-1)%m]
	return each(max(h, 0), func(i int) float64 { return last * index[(n+i)%m] })
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

func meanError(y, f []float64) float64 {
	return meanOver(y, f, func(y, f float64) float64 { return f - y })
}

func meanAbsError(y, f []float64) float64 {
	return meanOver(y, f, func(y, f float64) float64 { return math.Abs(y - f) })
}

func meanSquare(y, f []float64) float64 {
	return meanOver(y, f, func(y, f float64) float64 { return (y - f) * (y - f) })
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
