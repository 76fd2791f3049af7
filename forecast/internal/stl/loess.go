package stl

import "math"

// loess writes the local fit of degree 0 or 1 to y at every jump-th point, linear between: the routine "ess" of
// Cleveland et al. span is the number of nearest points.
func (d *Decomposer) loess(y []float64, span, degree, jump int, out []float64) {
	n := len(y)
	if n < 2 {
		copy(out, y)
		return
	}
	jump = min(jump, n-1)
	left, right := 0, min(span, n)-1
	half := (span + 1) / 2
	for i := 0; i < n; i += jump {
		switch {
		case span >= n:
		case jump == 1:
			if i+1 > half && right != n-1 {
				left, right = left+1, right+1
			}
		case i+1 < half:
			left, right = 0, span-1
		case i+1 >= n-half+1:
			left, right = n-span, n-1
		default:
			left, right = i+1-half, span+i-half
		}
		out[i] = d.at(y, span, degree, float64(i), left, right, y[i])
	}
	if jump == 1 {
		return
	}
	last := (n - 1) / jump * jump
	for i := 0; i < last; i += jump {
		between(out, i, i+jump)
	}
	if last != n-1 {
		out[n-1] = d.at(y, span, degree, float64(n-1), left, right, y[n-1])
		between(out, last, n-1)
	}
}

func between(out []float64, from, to int) {
	step := (out[to] - out[from]) / float64(to-from)
	for j := from + 1; j < to; j++ {
		out[j] = out[from] + step*float64(j-from)
	}
}

// at is the local fit at x from the points left..right with tricube weights; otherwise where there is no weight.
func (d *Decomposer) at(y []float64, span, degree int, x float64, left, right int, otherwise float64) float64 {
	n := len(y)
	h := math.Max(x-float64(left), float64(right)-x)
	if span <= n && right-left+1 == span && float64(left+right) == 2*x {
		return d.centred(y[left : right+1])
	}
	if span > n {
		h += float64((span - n) / 2)
	}
	d.weights = resize(d.weights, n)
	w, total := d.weights, 0.0
	for j := left; j <= right; j++ {
		r := math.Abs(float64(j) - x)
		w[j] = 0
		switch {
		case r <= 0.001*h:
			w[j] = 1
		case r <= 0.999*h:
			u := r / h
			v := 1 - u*u*u
			w[j] = v * v * v
		}
		total += w[j]
	}
	if total <= 0 {
		return otherwise
	}
	for j := left; j <= right; j++ {
		w[j] /= total
	}
	if h > 0 && degree > 0 {
		d.tilt(x, left, right, n)
	}
	fit := 0.0
	for j := left; j <= right; j++ {
		fit += w[j] * y[j]
	}
	return fit
}

// centred is the local fit in the middle of an odd number of points. Tricube weights are the same around every middle,
// where a local line is a local mean, and are therefore worked out once.
func (d *Decomposer) centred(y []float64) float64 {
	w := d.kernels[len(y)]
	if w == nil {
		w = kernel(len(y))
		if d.kernels == nil {
			d.kernels = map[int][]float64{}
		}
		d.kernels[len(y)] = w
	}
	fit := 0.0
	for j, v := range y {
		fit += w[j] * v
	}
	return fit
}

// kernel returns so many tricube weights, an odd number, around their middle.
func kernel(n int) []float64 {
	w, h, total := make([]float64, n), float64(n/2), 0.0
	for j := range w {
		switch r := math.Abs(float64(j) - h); {
		case r <= 0.001*h:
			w[j] = 1
		case r <= 0.999*h:
			u := r / h
			v := 1 - u*u*u
			w[j] = v * v * v
		}
		total += w[j]
	}
	for j := range w {
		w[j] /= total
	}
	return w
}

// tilt turns weights of a local mean into those of a local line.
func (d *Decomposer) tilt(x float64, left, right, n int) {
	a := 0.0
	for j := left; j <= right; j++ {
		a += d.weights[j] * float64(j)
	}
	c := 0.0
	for j := left; j <= right; j++ {
		off := float64(j) - a
		c += d.weights[j] * off * off
	}
	if math.Sqrt(c) <= 0.001*float64(n-1) {
		return
	}
	b := (x - a) / c
	for j := left; j <= right; j++ {
		d.weights[j] *= b*(float64(j)-a) + 1
	}
}
