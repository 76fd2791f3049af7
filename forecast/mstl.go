package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stl"
)

// fitMSTL takes all whole seasons of which the history holds more than two cycles out by local regression, forecasts the
// rest by exponential smoothing without a season, and repeats each season's last cycle. Package stl has the papers. Gaps are
// bridged by lines for the decomposition alone; residuals leave them out. Spread: that of the smoothing, widened by the
// remainder's share of the season's error that the smoothing cannot see, by the ratio of the residuals.
func fitMSTL(s Series, opt Options) (Fit, error) {
	return decomposed(s, opt, func(adjusted []float64) (*fit, error) {
		m, ok := nonSeasonalETS(adjusted)
		if !ok {
			return nil, seriesError(s.ID, "its history is too short for a decomposition")
		}
		return etsFit(adjusted, m, math.Inf(-1)), nil
	})
}

// fitMSTLARIMA is as fitMSTL, with a non-seasonal ARIMA for the rest.
func fitMSTLARIMA(s Series, opt Options) (Fit, error) {
	return decomposed(s, opt, func(adjusted []float64) (*fit, error) { return arimaFit(adjusted, math.Inf(-1)) })
}

func decomposed(s Series, opt Options, rest func(adjusted []float64) (*fit, error)) (Fit, error) {
	y := withoutGaps(s.Values)
	lead := len(s.Values) - len(y)
	var periods []int
	for _, m := range opt.wholeSeasons(s) {
		if 2*m < len(y) {
			periods = append(periods, m)
		}
	}
	if len(periods) == 0 {
		f, err := rest(s.Values)
		if err != nil {
			return fitMean(s, opt)
		}
		f.floor = floorFor(s.Values, opt.NonNegative)
		return f, nil
	}
	parts := new(stl.Decomposer).Several(y, periods)
	adjusted := make([]float64, len(y))
	for t := range y {
		adjusted[t] = parts.Trend[t] + parts.Remainder[t]
	}
	inner, err := rest(adjusted)
	if err != nil {
		return fitMean(s, opt)
	}
	f := &fit{y: s.Values, fitted: constant(len(s.Values), math.NaN()), floor: floorFor(s.Values, opt.NonNegative)}
	season := func(t int) float64 { // of a step, beyond the end the last cycle again
		sum := 0.0
		for i, m := range periods {
			k := t
			for k >= len(y) {
				k -= m
			}
			sum += parts.Seasons[i][k]
		}
		return sum
	}
	for t := range y {
		f.fitted[lead+t] = inner.fitted[t] + season(t)
	}
	f.mean = func(h int) []float64 {
		m := inner.mean(h)
		return each(h, func(i int) float64 { return m[i] + season(len(y)+i) })
	}
	f.spread = inner.spread
	f.components = mstlComponents(parts, periods, lead)
	f.text = fmt.Sprintf("seasons %v by local regression, then %s", periods, inner.text)
	return f, nil
}

func mstlComponents(p stl.Parts, periods []int, lead int) []Component {
	pad := func(x []float64) []float64 { return append(constant(lead, math.NaN()), x...) }
	out := []Component{{Name: "trend", Values: pad(p.Trend)}}
	for i, m := range periods {
		out = append(out, Component{Name: fmt.Sprintf("season %d", m), Values: pad(p.Seasons[i])})
	}
	return append(out, Component{Name: "remainder", Values: pad(p.Remainder)})
}
