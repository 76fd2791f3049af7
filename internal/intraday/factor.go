package intraday

import "math"

// covariance is how the counts of a day stray from what was expected, relative to it: every slot by chance, all of them
// together, and neighbours together for some hours.
//
//	Cov(s, t) = Noise · m(s) [s = t]  +  m(s) m(t) (Level² + Drift² exp(-|s-t| / Hours))
type covariance struct {
	// Noise is the variance of a slot over its mean: 1 where contacts come by chance alone.
	Noise float64
	// Level is the relative standard deviation that the whole day shares, Drift one that lasts for Hours.
	Level, Drift, Hours float64
}

// at is the covariance of two slots with these means, so many hours apart.
func (c covariance) at(ms, mt, hours float64) float64 {
	return ms * mt * (c.Level*c.Level + c.Drift*c.Drift*math.Exp(-math.Abs(hours)/c.Hours))
}

// lower is a lower triangular matrix by rows.
type lower [][]float64

// factor is the Cholesky factor of the covariance of slots with these means (above zero), begin[s] hours after
// midnight.
func (c covariance) factor(mean, begin []float64) lower {
	l := make(lower, len(mean))
	cells := make([]float64, len(mean)*(len(mean)+1)/2)
	for s := range mean {
		l[s], cells = cells[:s+1:s+1], cells[s+1:]
		for t := range s {
			sum := c.at(mean[s], mean[t], begin[s]-begin[t])
			row := l[t]
			for j := range t {
				sum -= l[s][j] * row[j]
			}
			l[s][t] = sum / row[t]
		}
		noise := c.Noise * mean[s]
		sum := noise + c.at(mean[s], mean[s], 0)
		for j := range s {
			sum -= l[s][j] * l[s][j]
		}
		l[s][s] = math.Sqrt(max(sum, noise/2)) // what rounding takes away is less
	}
	return l
}

// whiten solves L e = r for the first len(r) rows: what each slot says that those before did not, in standard
// deviations.
func (l lower) whiten(r []float64) []float64 {
	e := make([]float64, len(r))
	for s, v := range r {
		for j := range s {
			v -= l[s][j] * e[j]
		}
		e[s] = v / l[s][s]
	}
	return e
}
