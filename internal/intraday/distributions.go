package intraday

import "math"

// studentTail is the chance that a variable of Student's t distribution exceeds z.
func studentTail(z, freedom float64) float64 {
	tail := 0.5 * incompleteBeta(freedom/(freedom+z*z), freedom/2, 0.5)
	if z < 0 {
		return 1 - tail
	}
	return tail
}

// incompleteBeta is the regularised incomplete beta function, by its continued fraction (Lentz's method).
func incompleteBeta(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - incompleteBeta(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(a*math.Log(x)+b*math.Log1p(-x)+lab-la-lb) / a
	const tiny = 1e-300
	f, c, d := 1.0, 1.0, 0.0
	for i := range 400 {
		m := float64(i / 2)
		term := 1.0
		switch {
		case i == 0:
		case i%2 == 0:
			term = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		d = 1 / nonZero(1+term*d, tiny)
		c = nonZero(1+term/c, tiny)
		f *= c * d
		if math.Abs(1-c*d) < 1e-14 {
			break
		}
	}
	return front * (f - 1)
}

func nonZero(v, tiny float64) float64 {
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}

// gammaQuantile is the value that a gamma variable of this mean and standard deviation stays below with probability p,
// by Wilson and Hilferty's cube root (1931), which is never negative here.
func gammaQuantile(mean, sd, p float64) float64 {
	if mean <= 0 || sd <= 0 {
		return max(mean, 0)
	}
	shape := mean * mean / (sd * sd)
	v := 1 - 1/(9*shape) + normalQuantile(p)/(3*math.Sqrt(shape))
	return mean * math.Pow(max(v, 0), 3)
}
