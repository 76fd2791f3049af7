package staffing

import "math"

// Estimate is a figure that was measured, with the bounds it lies between in 95 of 100 such measurements.
type Estimate struct {
	Mean, Lower, Upper float64
}

// holds tells whether a value lies within the bounds.
func (e Estimate) holds(v float64) bool { return v >= e.Lower && v <= e.Upper }

// PatienceOf is the mean patience in seconds of people of whom so many gave up, and who waited so many seconds
// together, those who were answered too: how long each answered one would have waited is not known, only that it is
// longer. False where nobody gave up.
//
// Source: the estimate of greatest likelihood of censored exponential times, waited / abandoned (L. Brown, N. Gans, A.
// Mandelbaum et al., Statistical Analysis of a Telephone Call Center, JASA 100, 2005); bounds by the chi-square
// distribution with 2·abandoned degrees of freedom, approximated after E. Wilson and M. Hilferty, 1931.
func PatienceOf(abandoned int, waited float64) (Estimate, bool) {
	if abandoned < 1 || !(waited > 0) || math.IsInf(waited, 0) {
		return Estimate{}, false
	}
	n := float64(abandoned)
	return Estimate{Mean: waited / n, Lower: 2 * waited / chiSquare(2*n+2, normal95),
		Upper: 2 * waited / chiSquare(2*n, -normal95)}, true
}

const normal95 = 1.959964 // standard deviations that hold 95 %

// chiSquare is the quantile of a chi-square distribution at a normal score.
func chiSquare(degrees, score float64) float64 {
	part := 2 / (9 * degrees)
	root := 1 - part + score*math.Sqrt(part)
	return degrees * root * root * root
}
