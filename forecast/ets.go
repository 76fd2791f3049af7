package forecast

import (
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/ets"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// fitETS searches the family of exponential smoothing state space models by AICc; package ets has formulas and papers.
// Its season is the shortest one, of at most 24 steps; histories of more than 2,000 values are learned from their newest
// 2,000. Spread: the variance of the linear models, σ²·(1 + Σc²), relative to the forecast for multiplicative errors
// (Hyndman et al. 2008, table 6.2).
func fitETS(s Series, opt Options) (Fit, error) {
	m, ok := ets.Search(recent(s.Values, mostETS), opt.shortSeason(s))
	if !ok {
		return fitMean(s, opt)
	}
	return etsFit(s.Values, m, floorFor(s.Values, opt.NonNegative)), nil
}

const mostETS = 2000

// recent returns the newest most values.
func recent(y []float64, most int) []float64 { return y[max(0, len(y)-most):] }

func etsFit(y []float64, m ets.Fitted, floor float64) *fit {
	f := &fit{y: y, fitted: constant(len(y), math.NaN()), floor: floor}
	copy(f.fitted[len(y)-len(m.Fitted):], m.Fitted)
	f.mean = func(h int) []float64 { return each(h, func(i int) float64 { return m.State.Forecast(i + 1) }) }
	f.spread = func(h int) []float64 { return etsSpread(m, h) }
	f.text = fmt.Sprintf("%s, α %.4f, β %.4f, γ %.4f, φ %.4f, AICc %.1f", m.Form, m.Params.Alpha, m.Params.Beta, m.Params.Gamma,
		m.Params.Phi, m.AICc)
	return f
}

func etsSpread(m ets.Fitted, h int) []float64 {
	sum, damp := 1.0, 0.0
	phi := 1.0
	return each(h, func(i int) float64 {
		sd := math.Sqrt(m.Sigma2 * sum)
		if m.Form.Error == ets.Multiplicative {
			sd *= math.Abs(m.State.Forecast(i + 1))
		}
		j := i + 1
		c := m.Params.Alpha
		if m.Form.Trend != ets.None {
			if m.Form.Damped {
				phi *= m.Params.Phi
			}
			damp += phi
			c += m.Params.Beta * damp
		}
		if m.Form.Season != ets.None && j%m.Form.Period == 0 {
			c += m.Params.Gamma
		}
		sum += c * c
		return sd
	})
}

// simpleETS fits one form without a season to the values given.
func simpleETS(y []float64, trend ets.Part) ets.Fitted {
	return ets.Fit(y, ets.Form{Error: ets.Additive, Trend: trend, Season: ets.None, Period: 1})
}

// nonSeasonalETS searches the forms without a season.
func nonSeasonalETS(y []float64) (ets.Fitted, bool) {
	if stat.Count(y) < 5 {
		return ets.Fitted{}, false
	}
	return ets.Search(slices.Clone(recent(y, mostETS)), 1)
}
