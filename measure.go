package wrapcast

import (
	"encoding/json"
	"math"
)

// Measure is a measured figure that may not exist: the error of a series that never
// moved, the coverage of no cells. NaN says so, and is null in JSON.
type Measure float64

// NotMeasured is the Measure of what could not be measured.
func NotMeasured() Measure { return Measure(math.NaN()) }

// Known reports whether there is a figure.
func (m Measure) Known() bool { return !math.IsNaN(float64(m)) && !math.IsInf(float64(m), 0) }

// MarshalJSON writes the figure, or null where there is none.
func (m Measure) MarshalJSON() ([]byte, error) {
	if !m.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(m))
}

// UnmarshalJSON reads a figure, or null.
func (m *Measure) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = NotMeasured()
		return nil
	}
	return json.Unmarshal(b, (*float64)(m))
}

// Accuracy is how good forecasts were, measured against actuals: by a rolling backtest, or for forecasts as they were
// kept. It is never derived from a setting.
type Accuracy struct {
	// WAPE is the sum of absolute errors over the sum of actuals, a fraction. Lower is better.
	WAPE Measure `json:"wape"`
	// Bias is the sum of forecast minus actual over the sum of actuals, a fraction: above zero means too many were
	// forecast.
	Bias Measure `json:"bias"`
	// MASE is the mean absolute error over that of the seasonal naive inside the sample (Hyndman and Koehler 2006).
	MASE Measure `json:"mase"`
	// Coverage is the share of actuals that fell inside the interval of Level.
	Coverage Measure `json:"coverage"`
	// Level is the level of that interval, a fraction such as 0.85.
	Level float64 `json:"level"`
	// Origins is how many times the past was forecast, Cells how many values were compared.
	Origins int `json:"origins"`
	Cells   int `json:"cells"`
}
