package validate

import (
	"math"
	"slices"
)

// Days are judged on Anscombe's scale (Biometrika 35, 1948): 2√(x+3/8) turns a
// Poisson count of any mean above one or so into something of variance one, so that
// the same fences fit busy Mondays and quiet Sundays.
func anscombe(x float64) float64 { return 2 * math.Sqrt(x+0.375) }

// count undoes anscombe and never goes below zero.
func count(z float64) float64 {
	if z <= 0 {
		return 0
	}
	return max(z*z/4-0.375, 0)
}

const (
	week = 7
	// reach is how many weeks to either side a day is compared with. Nine weeks are
	// short enough to follow the season and long enough to outvote four odd weeks.
	reach = 4
	// minAlike is how many values of a weekday it takes to tell which of them is odd.
	minAlike = 3
)

// expected returns what each day should have been on Anscombe's scale: the median
// of the same weekdays within reach weeks, itself included. It follows trend,
// yearly season and changing weeks, and being a running median it keeps the edge of
// a level shift; of two middle values it is the one nearer to the day, for the same
// reason. It is NaN where fewer than three such days are known, and where all of
// them are empty: a closed weekday has nothing to tell.
func expected(values []float64) []float64 {
	out := make([]float64, len(values))
	alike := make([]float64, 0, 2*reach+1)
	for t := range values {
		alike = alike[:0]
		open := false
		for i := max(t-reach*week, t%week); i <= min(t+reach*week, len(values)-1); i += week {
			if v := values[i]; !math.IsNaN(v) {
				alike = append(alike, anscombe(v))
				open = open || v > 0
			}
		}
		out[t] = math.NaN()
		if open && len(alike) >= minAlike {
			out[t] = medianNear(alike, anscombe(values[t]))
		}
	}
	return out
}

// medianNear returns the middle of values, which it sorts, and of two middle ones the nearer to v.
func medianNear(values []float64, v float64) float64 {
	slices.Sort(values)
	low, high := values[(len(values)-1)/2], values[len(values)/2]
	if math.Abs(v-high) < math.Abs(v-low) {
		return high
	}
	return low
}

// residuals returns how far each day lies from what was expected, in units of its
// own spread, and that spread. Counting noise has spread one on Anscombe's scale;
// real demand varies more the more of it there is, as a negative binomial does:
// variance 1 + φ·mean. NaN where a value or its expectation is missing.
func residuals(values, want []float64) (residual, spread []float64) {
	residual, spread = make([]float64, len(values)), make([]float64, len(values))
	for t, v := range values {
		residual[t] = anscombe(v) - want[t]
	}
	phi := overdispersion(residual, want)
	for t := range values {
		spread[t] = math.Sqrt(1 + phi*count(want[t]))
		residual[t] /= spread[t]
	}
	return residual, spread
}

// medianChiSquared is the median of the square of a standard normal variable.
const medianChiSquared = 0.4549364231195724

// overdispersion returns the φ at which the median of residual²/(1+φ·mean) is that
// of a standard normal's square, by bisection; zero when counting noise explains it.
func overdispersion(residual, want []float64) float64 {
	scaled := make([]float64, 0, len(residual))
	excess := func(phi float64) bool {
		scaled = scaled[:0]
		for t, r := range residual {
			if !math.IsNaN(r) {
				scaled = append(scaled, r*r/(1+phi*count(want[t])))
			}
		}
		return median(scaled) > medianChiSquared
	}
	low, high := 0.0, 1.0
	if !excess(low) {
		return 0
	}
	for excess(high) && high < 1e6 {
		low, high = high, 2*high
	}
	for range 20 {
		if middle := (low + high) / 2; excess(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// fences returns the interquartile bounds of the residuals. They are never narrower
// than those of pure counting noise: chance alone is no outlier. ok is false where
// the interquartile range is zero: then there are no bounds.
func fences(residual []float64, factor float64) (low, high float64, ok bool) {
	const normalIQR = 1.3489795003921634
	r := known(residual)
	slices.Sort(r)
	q1, q3 := quantile(r, 0.25), quantile(r, 0.75)
	if math.IsNaN(q1) || q3 <= q1 {
		return math.Inf(-1), math.Inf(1), false
	}
	width := factor * max(q3-q1, normalIQR)
	return q1 - width, q3 + width, true
}
