package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ets"
	"github.com/wrapcast/wrapcast/forecast/internal/minimise"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// fitTheta is the Theta method (Assimakopoulos and Nikolopoulos, IJF 2000) in the form of Hyndman and Billah (IJF 2003):
// simple exponential smoothing with half the slope of the line through the history as drift, on the series adjusted for
// a season that a 90 % test of its autocorrelation finds (multiplicative classical decomposition).
//
//	f_h = SES_n + b/2·(h - 1 + (1 - (1-α)^n)/α)
//
// Spread: σ·√(1 + α²·(h-1)), as R's thetaf has it.
func fitTheta(s Series, opt Options) (Fit, error) {
	y := withoutGaps(s.Values)
	index := thetaSeason(y, opt.shortSeason(s))
	adjusted := each(len(y), func(t int) float64 { return y[t] / index[t%len(index)] })
	if len(y) < 4 {
		return fitWalk(s, opt, false)
	}
	m := simpleETS(adjusted, ets.None)
	_, slope := lineThrough(adjusted)
	n, alpha := len(y), math.Max(1e-10, m.Params.Alpha)
	done := (1 - math.Pow(1-alpha, float64(n))) / alpha
	f := thetaFit(s, opt, index, m.Fitted)
	level := m.State.Forecast(1)
	f.mean = func(h int) []float64 {
		return each(h, func(i int) float64 { return (level + slope/2*(float64(i)+done)) * index[(n+i)%len(index)] })
	}
	f.spread = func(h int) []float64 {
		return each(h, func(i int) float64 {
			return math.Sqrt(m.Sigma2*(1+alpha*alpha*float64(i))) * math.Abs(index[(n+i)%len(index)])
		})
	}
	f.text = fmt.Sprintf("α %.4f, drift %.4g, season of %d steps", alpha, slope/2, len(index))
	return f, nil
}

// fitDynamicTheta is the dynamic optimised Theta model (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler, IJF 2016):
// as Theta, but the line is fitted again at every step and θ is estimated together with α and the first level.
//
//	μ_t = ℓ_(t-1) + (1 - 1/θ)·[(1-α)^(t-1)·A_(t-1) + (1 - (1-α)^t)/α·B_(t-1)]
//	ℓ_t = α·y_t + (1-α)·ℓ_(t-1), A and B intercept and slope of the line through the values so far
//
// Spread: σ·√(1 + α²·(h-1)).
func fitDynamicTheta(s Series, opt Options) (Fit, error) {
	y := withoutGaps(s.Values)
	if len(y) < 4 {
		return fitWalk(s, opt, false)
	}
	index := thetaSeason(y, opt.shortSeason(s))
	adjusted := each(len(y), func(t int) float64 { return y[t] / index[t%len(index)] })
	scale := math.Max(1e-8, stat.Mean(each(len(y), func(t int) float64 { return math.Abs(adjusted[t]) })))
	cost := func(x []float64) float64 {
		if x[1] < 0.1 || x[1] > 0.99 || x[2] < 1 {
			return math.Inf(1)
		}
		sse, _ := dynamicTheta(adjusted, x[0]*scale, x[1], x[2], nil, 0)
		return sse
	}
	x, _ := minimise.Simplex(cost, []float64{adjusted[0] / scale / 2, 0.5, 2}, []float64{0.1, 0.1, 0.5}, 1200, 1e-10)
	fitted := make([]float64, len(y))
	sse, _ := dynamicTheta(adjusted, x[0]*scale, x[1], x[2], fitted, 0)
	sd := math.Sqrt(sse / math.Max(1, float64(len(y)-3)))
	f := thetaFit(s, opt, index, fitted)
	n := len(y)
	f.mean = func(h int) []float64 {
		_, ahead := dynamicTheta(adjusted, x[0]*scale, x[1], x[2], nil, h)
		return each(h, func(i int) float64 { return ahead[i] * index[(n+i)%len(index)] })
	}
	f.spread = func(h int) []float64 {
		return each(h, func(i int) float64 { return sd * math.Sqrt(1+x[1]*x[1]*float64(i)) * math.Abs(index[(n+i)%len(index)]) })
	}
	f.text = fmt.Sprintf("α %.4f, θ %.3f, season of %d steps", x[1], x[2], len(index))
	return f, nil
}

// dynamicTheta runs the recursions over y and h steps beyond, where each forecast stands for the value.
func dynamicTheta(y []float64, level, alpha, theta float64, fitted []float64, h int) (sse float64, ahead []float64) {
	a, b, mean, power := 0.0, 0.0, 0.0, 1.0 // power is (1-α)^(t-1)
	if len(y) > 0 {
		a = y[0]
	}
	for t := 1; t <= len(y)+h; t++ {
		mu := level + (1-1/theta)*(power*a+(1-power*(1-alpha))/alpha*b)
		if t == 1 {
			mu = y[0]
		}
		v := mu
		if t <= len(y) {
			v = y[t-1]
			sse += (v - mu) * (v - mu)
			if fitted != nil {
				fitted[t-1] = mu
			}
		} else {
			ahead = append(ahead, mu)
		}
		level = alpha*v + (1-alpha)*level
		k := float64(t)
		meanBefore := mean
		mean = ((k-1)*mean + v) / k
		if t > 1 {
			b = ((k-2)*b + 6*(v-meanBefore)/k) / (k + 1)
		}
		a = mean - b*(k+1)/2
		power *= 1 - alpha
	}
	return sse, ahead
}

// thetaSeason returns the multiplicative season that the test finds, {1} where it finds none.
func thetaSeason(y []float64, m int) []float64 {
	if m > 1 && len(y) >= 2*m && seasonalTest(y, m) {
		if index, ok := multiplicativeIndex(y, m); ok {
			return index
		}
	}
	return []float64{1}
}

func thetaFit(s Series, opt Options, index, adjustedFit []float64) *fit {
	lead := len(s.Values) - len(adjustedFit)
	f := &fit{y: s.Values, fitted: constant(len(s.Values), math.NaN()), floor: floorFor(s.Values, opt.NonNegative)}
	season := constant(len(s.Values), 1)
	for t, v := range adjustedFit {
		season[lead+t] = index[t%len(index)]
		f.fitted[lead+t] = v * index[t%len(index)]
	}
	if len(index) > 1 {
		f.components = []Component{{Name: fmt.Sprintf("season %d", len(index)), Values: season}}
	}
	return f
}

// lineThrough is the least squares line, at step 0 before the first value, and its slope.
func lineThrough(y []float64) (intercept, slope float64) {
	var n, st, stt, sy, sty float64
	for t, v := range y {
		u := float64(t)
		n, st, stt, sy, sty = n+1, st+u, stt+u*u, sy+v, sty+u*v
	}
	if d := n*stt - st*st; d > 0 {
		slope = (n*sty - st*sy) / d
	}
	return (sy - slope*st) / math.Max(n, 1), slope
}

// withoutGaps returns y from its first value on, with each missing value on the line between its neighbours: for methods
// that decompose and cannot do without. They say so in their documentation.
func withoutGaps(y []float64) []float64 {
	first := 0
	for first < len(y) && math.IsNaN(y[first]) {
		first++
	}
	out := append([]float64(nil), y[first:]...)
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
