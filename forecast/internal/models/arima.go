package models

import (
	"github.com/wrapcast/wrapcast/forecast/internal/arima"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// ARIMA is non-seasonal, its order found by stepwise search and its coefficients by exact maximum likelihood; package
// arima has formula and papers. Missing values are predicted, not filled. Histories of more than 1,500 values are
// learned from their newest 1,500.
type ARIMA struct{ found arima.Fitted }

const maxARIMA = 1500 // newest values that are learned from

// Fit searches order and coefficients; false for fewer than five values, or values that never move.
func (m *ARIMA) Fit(y []float64) bool {
	late := newest(y, maxARIMA)
	if lo, hi := stat.Range(late); stat.Count(late) < 5 || lo == hi {
		return false
	}
	var ok bool
	m.found, ok = arima.Search(late)
	return ok
}

// Predict writes the mean of each step after the history of Fit.
func (m *ARIMA) Predict(_, out []float64) {
	mean, _ := m.found.Forecast(len(out))
	copy(out, mean)
}
