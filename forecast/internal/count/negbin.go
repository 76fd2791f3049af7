// Package count has the negative binomial distribution in the form that forecasts of counts need: by mean and
// dispersion.
package count

import "math"

// NegativeBinomial counts with a mean μ and variance μ + φ·μ². φ of 0 is Poisson's.
type NegativeBinomial struct{ Mean, Phi float64 }

// Quantile returns the smallest whole number up to which at least the share p lies.
func (d NegativeBinomial) Quantile(p float64) float64 {
	if !(d.Mean > 0) {
		return 0
	}
	k, term := 0.0, d.zero()
	if term < underflow {
		sd := math.Sqrt(d.Mean + d.Phi*d.Mean*d.Mean)
		return math.Max(0, math.Round(d.Mean+sd*math.Sqrt2*math.Erfinv(2*p-1)))
	}
	for sum := term; sum < p && k < maxTerms; sum += term {
		k++
		term *= d.step(k)
	}
	return k
}

const (
	underflow = 1e-280 // a mean so large that the normal distribution serves
	maxTerms  = 1e6
)

// zero is the share of zeros: (1+φμ)^(-1/φ).
func (d NegativeBinomial) zero() float64 {
	if d.Phi < 1e-9 {
		return math.Exp(-d.Mean)
	}
	return math.Exp(-math.Log1p(d.Phi*d.Mean) / d.Phi)
}

// step is the ratio of the share of k to that of k-1.
func (d NegativeBinomial) step(k float64) float64 {
	if d.Phi < 1e-9 {
		return d.Mean / k
	}
	r := 1 / d.Phi
	return (k - 1 + r) / k * (d.Phi * d.Mean / (1 + d.Phi*d.Mean))
}
