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
	p := d.planOf(n, span, degree, jump)
	for i := 0; i < len(p.points); {
		if m := p.points[i:min(i+4, len(p.points))]; len(m) == 4 && sameWeights(m) {
			four(y, m, out)
			i += 4
			continue
		}
		out[p.points[i].at] = p.points[i].of(y)
		i++
	}
	for i := 1; i < len(p.points); i++ {
		between(out, p.points[i-1].at, p.points[i].at)
	}
}

func between(out []float64, from, to int) {
	step := (out[to] - out[from]) / float64(to-from)
	for j := from + 1; j < to; j++ {
		out[j] = out[from] + step*float64(j-from)
	}
}

// plan is how the points of a series of one length are fitted: the weights depend on nothing else, and are worked out
// once.
type plan struct {
	points        []localFit // ascending; linear between
	before, after localFit   // one step outside
}

// localFit is a local fit to a series of one length: a weighted sum of its values from left on; without weights the
// value at the point itself.
type localFit struct {
	at, left int
	weights  []float64
}

func (f localFit) of(y []float64) float64 {
	if f.weights == nil {
		return y[f.at]
	}
	fit := 0.0
	for j, v := range y[f.left : f.left+len(f.weights)] {
		fit += f.weights[j] * v
	}
	return fit
}

// sameWeights reports whether four fits share their weights, as all do that lie amid as many neighbours.
func sameWeights(f []localFit) bool {
	w := f[0].weights
	return len(w) > 0 && len(f[3].weights) == len(w) && &f[3].weights[0] == &w[0] && &f[1].weights[0] == &w[0] &&
		&f[2].weights[0] == &w[0]
}

// four fits four points with the same weights at once: a processor works on the four sums side by side.
func four(y []float64, f []localFit, out []float64) {
	w := f[0].weights
	y0, y1 := y[f[0].left:][:len(w)], y[f[1].left:][:len(w)]
	y2, y3 := y[f[2].left:][:len(w)], y[f[3].left:][:len(w)]
	var s0, s1, s2, s3 float64
	for j, v := range w {
		s0 += v * y0[j]
		s1 += v * y1[j]
		s2 += v * y2[j]
		s3 += v * y3[j]
	}
	out[f[0].at], out[f[1].at], out[f[2].at], out[f[3].at] = s0, s1, s2, s3
}

// planKey is what a plan depends on.
type planKey struct{ n, span, degree, jump int }

// mostPlans bounds what a decomposer remembers where lengths vary.
const mostPlans = 256

// planOf returns the plan for series of n values, two at least.
func (d *Decomposer) planOf(n, span, degree, jump int) *plan {
	key := planKey{n, span, degree, jump}
	if p := d.plans[key]; p != nil {
		return p
	}
	if d.plans == nil || len(d.plans) >= mostPlans {
		d.plans = map[planKey]*plan{}
	}
	p := newPlan(key)
	d.plans[key] = p
	return p
}

func newPlan(k planKey) *plan {
	p, n, jump := &plan{}, k.n, min(k.jump, k.n-1)
	middle := kernel(k.span)
	add := func(i, left, right int) {
		f := localFit{at: i, left: left, weights: middle}
		if k.span > n || right-left+1 != k.span || left+right != 2*i {
			f.weights = k.weights(float64(i), left, right)
		}
		p.points = append(p.points, f)
	}
	left, right := 0, min(k.span, n)-1
	half := (k.span + 1) / 2
	for i := 0; i < n; i += jump {
		switch {
		case k.span >= n:
		case jump == 1:
			if i+1 > half && right != n-1 {
				left, right = left+1, right+1
			}
		case i+1 < half:
			left, right = 0, k.span-1
		case i+1 >= n-half+1:
			left, right = n-k.span, n-1
		default:
			left, right = i+1-half, k.span+i-half
		}
		add(i, left, right)
	}
	if last := p.points[len(p.points)-1].at; last != n-1 {
		add(n-1, left, right)
	}
	from := max(0, n-k.span)
	p.before = localFit{at: 0, weights: k.weights(-1, 0, min(k.span, n)-1)}
	p.after = localFit{at: n - 1, left: from, weights: k.weights(float64(n), from, n-1)}
	return p
}

// weights are those of the local fit at x from the points left..right: tricube, nil where there is none.
func (k planKey) weights(x float64, left, right int) []float64 {
	h := math.Max(x-float64(left), float64(right)-x)
	if k.span > k.n {
		h += float64((k.span - k.n) / 2)
	}
	w, total := make([]float64, right-left+1), 0.0
	for j := range w {
		w[j] = tricube(math.Abs(float64(left+j)-x), h)
		total += w[j]
	}
	if total <= 0 {
		return nil
	}
	for j := range w {
		w[j] /= total
	}
	if h > 0 && k.degree > 0 {
		tilt(w, x, left, k.n)
	}
	return w
}

// tricube is the weight of a point at a distance, of h at most.
func tricube(distance, h float64) float64 {
	switch {
	case distance <= 0.001*h:
		return 1
	case distance <= 0.999*h:
		u := distance / h
		v := 1 - u*u*u
		return v * v * v
	}
	return 0
}

// kernel returns so many tricube weights around their middle: where a local line is a local mean.
func kernel(n int) []float64 {
	w, h, total := make([]float64, n), float64(n/2), 0.0
	for j := range w {
		w[j] = tricube(math.Abs(float64(j)-h), h)
		total += w[j]
	}
	for j := range w {
		w[j] /= total
	}
	return w
}

// tilt turns weights of a local mean at x, the first of which is that of the point left, into those of a local line.
func tilt(w []float64, x float64, left, n int) {
	a := 0.0
	for j, v := range w {
		a += v * float64(left+j)
	}
	c := 0.0
	for j, v := range w {
		off := float64(left+j) - a
		c += v * off * off
	}
	if math.Sqrt(c) <= 0.001*float64(n-1) {
		return
	}
	b := (x - a) / c
	for j := range w {
		w[j] *= b*(float64(left+j)-a) + 1
	}
}
