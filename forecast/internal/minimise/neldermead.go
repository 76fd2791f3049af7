// Package minimise finds the least value of a function of several variables without derivatives.
package minimise

import (
	"math"
	"slices"
)

// Simplex minimises f from x by the method of Nelder and Mead (The Computer Journal 1965) with coefficients that adapt
// to the number of variables (Gao and Han, Computational Optimization and Applications 2012). It starts from steps
// along each axis, ends after calls evaluations or when the values of the simplex agree to a relative tolerance, and
// returns the best point and value. f may return +Inf or NaN outside its domain. The result depends on nothing but the
// arguments.
func Simplex(f func(x []float64) float64, x, steps []float64, calls int, tolerance float64) ([]float64, float64) {
	n := len(x)
	if n == 0 {
		return x, f(x)
	}
	s := &search{f: f, points: make([][]float64, n+1), values: make([]float64, n+1)}
	for i := range s.points {
		p := slices.Clone(x)
		if i > 0 {
			p[i-1] += steps[i-1]
		}
		s.points[i], s.values[i] = p, s.at(p)
	}
	d := float64(n)
	expand, contract, shrink := 1+2/d, 0.75-0.5/d, 1-1/d
	if n == 1 {
		expand, contract, shrink = 2, 0.5, 0.5
	}
	middle, trial, second := make([]float64, n), make([]float64, n), make([]float64, n)
	for s.calls < calls {
		s.sort()
		if s.values[n]-s.values[0] <= tolerance*(math.Abs(s.values[0])+tolerance) {
			break
		}
		s.centre(middle)
		worst := s.points[n]
		v := s.move(trial, middle, worst, 1)
		switch {
		case v < s.values[0]:
			if w := s.move(second, middle, worst, expand); w < v {
				s.replace(second, w)
			} else {
				s.replace(trial, v)
			}
		case v < s.values[n-1]:
			s.replace(trial, v)
		default:
			by := contract
			if !(v < s.values[n]) {
				by = -contract
			}
			if w := s.move(second, middle, worst, by); w < min(v, s.values[n]) {
				s.replace(second, w)
			} else {
				s.shrink(shrink)
			}
		}
	}
	s.sort()
	return s.points[0], s.values[0]
}

type search struct {
	f      func(x []float64) float64
	points [][]float64
	values []float64
	calls  int
}

func (s *search) at(x []float64) float64 {
	s.calls++
	v := s.f(x)
	if v != v {
		return math.Inf(1)
	}
	return v
}

// sort orders the simplex by value, by insertion: it is nearly in order already.
func (s *search) sort() {
	for i := 1; i < len(s.values); i++ {
		for j := i; j > 0 && s.values[j] < s.values[j-1]; j-- {
			s.values[j], s.values[j-1] = s.values[j-1], s.values[j]
			s.points[j], s.points[j-1] = s.points[j-1], s.points[j]
		}
	}
}

// centre writes the mean of all points but the worst.
func (s *search) centre(out []float64) {
	n := len(out)
	for i := range out {
		out[i] = 0
		for _, p := range s.points[:n] {
			out[i] += p[i] / float64(n)
		}
	}
}

// move writes middle + by·(middle - worst) and returns its value.
func (s *search) move(out, middle, worst []float64, by float64) float64 {
	for i := range out {
		out[i] = middle[i] + by*(middle[i]-worst[i])
	}
	return s.at(out)
}

func (s *search) replace(x []float64, v float64) {
	n := len(s.values) - 1
	copy(s.points[n], x)
	s.values[n] = v
}

func (s *search) shrink(by float64) {
	for k, p := range s.points[1:] {
		for i := range p {
			p[i] = s.points[0][i] + by*(p[i]-s.points[0][i])
		}
		s.values[k+1] = s.at(p)
	}
}
