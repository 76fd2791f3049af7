package forecast

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// fitMean forecasts the mean of the whole history at every step.
// Spread: the standard deviation of the history, widened by the uncertainty of the mean.
// Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 5.2.
func fitMean(s Series, opt Options) (Fit, error) {
	n := stat.Count(s.Values)
	m, sd := stat.Mean(s.Values), stat.Sd(s.Values)*math.Sqrt(1+1/float64(n))
	return &fit{
		y: s.Values, fitted: constant(len(s.Values), m), floor: floorFor(s.Values, opt.NonNegative),
		mean:   func(h int) []float64 { return constant(h, m) },
		spread: func(h int) []float64 { return constant(h, sd) },
		text:   "mean of the history",
	}, nil
}

// fitNaive repeats the last value: the best there is for a random walk. Spread: σ·√h, with σ of the steps.
func fitNaive(s Series, opt Options) (Fit, error) { return fitWalk(s, opt, false) }

// fitDrift extends the line from the first to the last value: a random walk with drift.
//
//	f_h = y_n + h·(y_n - y_1)/(n-1),  spread σ·√(h·(1 + h/(n-1)))
func fitDrift(s Series, opt Options) (Fit, error) { return fitWalk(s, opt, true) }

func fitWalk(s Series, opt Options, drift bool) (Fit, error) {
	first, last := -1, -1
	for t, v := range s.Values {
		if !math.IsNaN(v) {
			if first < 0 {
				first = t
			}
			last = t
		}
	}
	slope := 0.0
	if drift && last > first {
		slope = (s.Values[last] - s.Values[first]) / float64(last-first)
	}
	fitted := lagged(s.Values, 1)
	for t := range fitted {
		fitted[t] += slope
	}
	f := &fit{y: s.Values, fitted: fitted, floor: floorFor(s.Values, opt.NonNegative), text: "last value carried on"}
	since, sd := len(s.Values)-1-last, residualSd(s.Values, fitted)
	f.mean = func(h int) []float64 {
		return each(h, func(i int) float64 { return s.Values[last] + slope*float64(since+i+1) })
	}
	f.spread = func(h int) []float64 {
		return each(h, func(i int) float64 {
			k := float64(since + i + 1)
			if drift {
				k *= 1 + k/math.Max(1, float64(last-first))
			}
			return sd * math.Sqrt(k)
		})
	}
	return f, nil
}

// fitSeasonalNaive repeats the last cycle: the value of the same phase, the newest one that is there.
// Spread: σ·√k for the k-th cycle ahead, with σ of the steps over one cycle.
func fitSeasonalNaive(s Series, opt Options) (Fit, error) {
	m := opt.shortSeason(s)
	if m < 2 || len(s.Values) < m {
		return fitWalk(s, opt, false)
	}
	cycle := lastCycle(s.Values, m)
	fitted := lagged(s.Values, m)
	sd := residualSd(s.Values, fitted)
	return &fit{
		y: s.Values, fitted: fitted, floor: floorFor(s.Values, opt.NonNegative), text: "last cycle repeated",
		mean: func(h int) []float64 { return each(h, func(i int) float64 { return cycle[i%m] }) },
		spread: func(h int) []float64 {
			return each(h, func(i int) float64 { return sd * math.Sqrt(float64(i/m+1)) })
		},
	}, nil
}

// lastCycle returns the m values that follow y if its last cycle repeats: per phase the newest value there is, or
// the mean of y where a phase never had one.
func lastCycle(y []float64, m int) []float64 {
	return each(m, func(i int) float64 {
		for t := len(y) - m + i; t >= 0; t -= m {
			if !math.IsNaN(y[t]) {
				return y[t]
			}
		}
		return stat.Mean(y)
	})
}

// lagged returns for each step the newest value at least lag steps before it, by whole lags; NaN where there is none.
func lagged(y []float64, lag int) []float64 {
	return each(len(y), func(t int) float64 {
		for t -= lag; t >= 0; t -= lag {
			if !math.IsNaN(y[t]) {
				return y[t]
			}
		}
		return math.NaN()
	})
}

// residualSd is the root mean square of y - fitted where both are there, 0 where there is none.
func residualSd(y, fitted []float64) float64 {
	ss, n := 0.0, 0
	for t, v := range y {
		if e := v - fitted[t]; !math.IsNaN(e) {
			ss += e * e
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return math.Sqrt(ss / float64(n))
}

func constant(n int, v float64) []float64 { return each(n, func(int) float64 { return v }) }

func each(n int, f func(i int) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}
