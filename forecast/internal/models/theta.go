package models

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Theta is the level by smoothing plus half the slope of the line through the history (Assimakopoulos and Nikolopoulos,
// IJF 2000, in the form of Hyndman and Billah, IJF 2003). The history must have no gaps and at least three values.
//
//	f_h = level + b/2·h, or level + b/2·(h - 1 + (1 - (1-α)^n)/α) with Lagging
type Theta struct {
	// Level finds the level; its grid of constants decides how exactly.
	Level Holt
	// Lagging lets the slope make up for what the level lags behind the line, as the paper has it. The combination goes
	// without: its constants may be small, and then that part is large.
	Lagging bool
}

// Fit finds the constant of the level.
func (m *Theta) Fit(y []float64) bool { return len(y) >= 3 && m.Level.Fit(y) }

// Predict writes level and half the slope.
func (m *Theta) Predict(y, out []float64) {
	m.Level.Predict(y, out)
	slope, lag := slopeOf(y), 0.0
	if a := m.Level.alpha; m.Lagging {
		lag = (1-math.Pow(1-a, float64(len(y))))/a - 1
	}
	for h := range out {
		out[h] += slope / 2 * (float64(h+1) + lag)
	}
}

// slopeOf is that of the least squares line, per step.
func slopeOf(y []float64) float64 {
	n := float64(len(y))
	var sx, sxx, sy, sxy float64
	for t, v := range y {
		x := float64(t)
		sx, sxx, sy, sxy = sx+x, sxx+x*x, sy+v, sxy+x*v
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// SeasonalTheta is Theta on a series adjusted for its season, where a 90 % test of the autocorrelation finds one
// (multiplicative classical decomposition): the form that entered the M3 competition. Gaps are bridged by lines.
type SeasonalTheta struct {
	Period int // steps of the season, 1 for none

	theta    Theta
	index    []float64 // of each phase, counted from the first value
	y, clean []float64 // without gaps, and adjusted
}

// Fit adjusts y and finds the constants.
func (m *SeasonalTheta) Fit(y []float64) bool {
	m.y = WithoutGaps(y, m.y)
	if len(m.y) < 4 {
		return false
	}
	m.index = []float64{1}
	if index, ok := SeasonalIndex(m.y, m.Period, 2); ok {
		m.index = index
	}
	m.adjust()
	m.theta.Lagging, m.theta.Level = true, Holt{Alphas: fineAlphas(), FreeStart: true}
	return m.theta.Fit(m.clean)
}

// fineAlphas are evenly spaced on the logistic scale, from 0.0001 to 0.9999.
func fineAlphas() []float64 {
	var out []float64
	for x := -9.2; x < 9.25; x += 0.05 {
		out = append(out, 1/(1+math.Exp(-x)))
	}
	return out
}

func (m *SeasonalTheta) adjust() {
	m.clean = append(m.clean[:0], m.y...)
	for t := range m.clean {
		m.clean[t] /= m.index[t%len(m.index)]
	}
}

// Predict writes Theta's forecast times the season.
func (m *SeasonalTheta) Predict(y, out []float64) {
	m.y = WithoutGaps(y, m.y)
	m.adjust()
	m.theta.Predict(m.clean, out)
	for h := range out {
		out[h] *= m.index[(len(m.y)+h)%len(m.index)]
	}
}

// Components returns the factor of the season at each step, none where there is no season.
func (m *SeasonalTheta) Components(y []float64, _ int) []Component {
	if len(m.index) == 1 {
		return nil
	}
	m.y = WithoutGaps(y, m.y)
	season, lead := make([]float64, len(y)), len(y)-len(m.y)
	for t := range season {
		season[t] = 1
		if t >= lead {
			season[t] = m.index[(t-lead)%len(m.index)]
		}
	}
	return []Component{{Name: fmt.Sprintf("season %d", len(m.index)), Values: season}}
}

// SeasonalIndex returns the factor of each phase of a season of m steps by classical multiplicative decomposition;
// false where m is under 2, y has fewer than so many cycles, a 90 % test of the autocorrelation finds no season, or a
// factor is not above zero. The factors' mean is 1. y must have no gaps.
func SeasonalIndex(y []float64, m, cycles int) ([]float64, bool) {
	if m < 2 || len(y) < cycles*m || !seasonalTest(y, m) {
		return nil, false
	}
	return multiplicativeIndex(y, m)
}

func seasonalTest(y []float64, m int) bool {
	sum := 1.0
	for k := 1; k < m; k++ {
		r := stat.Autocorrelation(y, k)
		sum += 2 * r * r
	}
	return math.Abs(stat.Autocorrelation(y, m)) > 1.645*math.Sqrt(sum/float64(len(y)))
}

// multiplicativeIndex is the mean ratio to the centred moving average per phase; false where one is not above zero.
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

// WithoutGaps returns y from its first value on, each missing value on the line between its neighbours and those at the
// end at the last value. It writes into buffer as far as that has room.
func WithoutGaps(y, buffer []float64) []float64 {
	first := 0
	for first < len(y) && math.IsNaN(y[first]) {
		first++
	}
	out := append(buffer[:0], y[first:]...)
	last := 0
	for t, v := range out {
		if math.IsNaN(v) {
			continue
		}
		for i := last + 1; i < t; i++ {
			out[i] = out[last] + (v-out[last])*float64(i-last)/float64(t-last)
		}
		last = t
	}
	for i := last + 1; i < len(out); i++ {
		out[i] = out[last]
	}
	return out
}
