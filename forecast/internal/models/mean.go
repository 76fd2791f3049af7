package models

import "github.com/wrapcast/wrapcast/forecast/internal/stat"

// Mean forecasts the mean of the whole history at every step. Hyndman and Athanasopoulos, Forecasting: Principles and
// Practice, 3rd ed., section 5.2.
type Mean struct{}

// Fit reports whether the history has a value.
func (*Mean) Fit(y []float64) bool { return stat.Count(y) > 0 }

// Predict writes the mean of y.
func (*Mean) Predict(y, out []float64) {
	mean := stat.Mean(y)
	for h := range out {
		out[h] = mean
	}
}
