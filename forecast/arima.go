package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/arima"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// fitARIMA is a non-seasonal ARIMA, its order found by stepwise search and its coefficients by exact maximum likelihood;
// package arima has formula and papers. Missing values are predicted, not filled. Histories of more than 1,500 values are
// learned from their newest 1,500. For a season take mstlArima.
func fitARIMA(s Series, opt Options) (Fit, error) {
	f, err := arimaFit(s.Values, floorFor(s.Values, opt.NonNegative))
	if err != nil {
		return fitMean(s, opt)
	}
	return f, nil
}

const mostARIMA = 1500

func arimaFit(y []float64, floor float64) (*fit, error) {
	late := recent(y, mostARIMA)
	if lo, hi := stat.Range(late); stat.Count(late) < 5 || lo == hi {
		return nil, seriesError("", "it has fewer than five values or never moves")
	}
	m, ok := arima.Search(late)
	if !ok {
		return nil, seriesError("", "no ARIMA model could be fitted")
	}
	f := &fit{y: y, fitted: constant(len(y), math.NaN()), floor: floor}
	copy(f.fitted[len(y)-len(late):], m.Fitted())
	f.mean = func(h int) []float64 { mean, _ := m.Forecast(h); return mean }
	f.spread = func(h int) []float64 { _, sd := m.Forecast(h); return sd }
	f.text = fmt.Sprintf("%s, φ %.4f, θ %.4f, constant %.4g, AICc %.1f", m.Order, m.Phi, m.Theta, m.Constant, m.AICc)
	return f, nil
}
