package models

import "github.com/wrapcast/wrapcast/forecast/internal/stat"

// Croston smooths the sizes of demands and the intervals between them apart and forecasts size over interval at every
// step (Croston, Operational Research Quarterly 1972), with α = 0.1. Missing steps count neither as demand nor as
// waiting.
type Croston struct{}

const crostonAlpha = 0.1

// Fit reports whether the history has a value.
func (*Croston) Fit(y []float64) bool { return stat.Count(y) > 0 }

// Predict writes the rate, 0 where there was no demand.
func (*Croston) Predict(y, out []float64) {
	size, interval, waited, demands := 0.0, 0.0, 0.0, 0
	for _, v := range y {
		if v != v {
			continue
		}
		waited++
		if v == 0 {
			continue
		}
		if demands++; demands == 1 {
			size, interval = v, waited
		} else {
			size += crostonAlpha * (v - size)
			interval += crostonAlpha * (waited - interval)
		}
		waited = 0
	}
	rate := 0.0
	if demands > 0 {
		rate = size / interval
	}
	for h := range out {
		out[h] = rate
	}
}
