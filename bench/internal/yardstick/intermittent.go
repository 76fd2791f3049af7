// Package yardstick has forecasting methods that wrapcast does not offer, to measure its own against.
package yardstick

import "math"

// alpha is the constant that the papers recommend for demands that are rare.
const alpha = 0.1

// Rate is a forecast of counts with many zeros: one value for every step ahead. NaN is a missing step.
type Rate func(y []float64) float64

// Rates are the methods for rare contacts by name.
func Rates() map[string]Rate { return map[string]Rate{"sba": SBA, "tsb": TSB} }

// SBA is Croston's forecast, mean size over mean interval between demands, times 1 - α/2, which removes its bias
// (Syntetos and Boylan, IJF 2005). 0 where there was no demand.
func SBA(y []float64) float64 {
	size, interval, waited, demands := 0.0, 0.0, 0.0, 0
	for _, v := range y {
		if math.IsNaN(v) {
			continue
		}
		waited++
		if v == 0 {
			continue
		}
		if demands++; demands == 1 {
			size, interval = v, waited
		} else {
			size += alpha * (v - size)
			interval += alpha * (waited - interval)
		}
		waited = 0
	}
	if demands == 0 {
		return 0
	}
	return (1 - alpha/2) * size / interval
}

// TSB smooths the chance of a demand at every step and its size at every demand, so that a code that is no longer used
// fades (Teunter, Syntetos and Babai, EJOR 2011).
func TSB(y []float64) float64 {
	size, chance := firstDemand(y)
	for _, v := range y {
		switch {
		case math.IsNaN(v):
		case v == 0:
			chance -= alpha * chance
		default:
			chance += alpha * (1 - chance)
			size += alpha * (v - size)
		}
	}
	return chance * size
}

// firstDemand is the first value that is not zero, and the share of such values.
func firstDemand(y []float64) (size, share float64) {
	n := 0.0
	for _, v := range y {
		if math.IsNaN(v) {
			continue
		}
		n++
		if v != 0 {
			if share == 0 {
				size = v
			}
			share++
		}
	}
	return size, share / math.Max(n, 1)
}
