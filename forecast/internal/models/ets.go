package models

import "github.com/wrapcast/wrapcast/forecast/internal/ets"

// ETS searches the family of exponential smoothing state space models by AICc; package ets has formulas and papers. Its
// season is of at most 24 steps; histories of more than 2,000 values are learned from their newest 2,000.
type ETS struct {
	Period int // steps of the season, 1 for none

	found ets.Fitted
}

const maxETS = 2000 // newest values that are learned from

// Fit searches form and constants; false where no form can be fitted.
func (m *ETS) Fit(y []float64) bool {
	var ok bool
	m.found, ok = ets.Search(newest(y, maxETS), m.Period)
	return ok
}

// Predict writes the mean of each step after the history of Fit.
func (m *ETS) Predict(_, out []float64) {
	for h := range out {
		out[h] = m.found.State.Forecast(h + 1)
	}
}

// newest returns the last n values, or all.
func newest(y []float64, n int) []float64 { return y[max(0, len(y)-n):] }
