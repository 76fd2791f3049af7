package models

import "math"

// Holt is level smoothing, with a damped trend where Damping is above 0 (Holt 1957; Gardner and McKenzie, Management
// Science 1985). Its constants come from a grid.
//
//	f = level + φ·trend,  e = y - f,  level = f + α·e,  trend = φ·trend + α·β·e
//
// The history must have no gaps.
type Holt struct {
	// Damping is φ, the share of the trend that is left a step later; 0 for no trend.
	Damping float64
	// Alphas and Betas are the grid. None means 0.1 to 0.99 for α, and for β 0.05 to 0.2 where there is a trend.
	Alphas, Betas []float64
	// FreeStart estimates the level before the first value for each α by least squares; without it the first value is
	// that level. For models without a trend.
	FreeStart bool

	alpha, beta, start float64
}

// Fit takes the constants of the grid whose squared one-step errors are least.
func (m *Holt) Fit(y []float64) bool {
	if len(y) == 0 {
		return false
	}
	usual, trends := [...]float64{0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99}, [...]float64{0.05, 0.1, 0.2}
	alphas, betas := m.Alphas, m.Betas
	if alphas == nil {
		alphas = usual[:]
	}
	if betas == nil {
		betas = trends[:]
	}
	m.alpha, m.beta, m.start = 0.5, 0, y[0]
	if m.Damping == 0 {
		m.fitLevel(y, alphas)
		return true
	}
	best := math.Inf(1)
	for _, a := range alphas {
		for _, b := range betas {
			if sse, _, _ := holt(y, m.startOf(y, a), a, b, m.Damping); sse < best {
				best, m.alpha, m.beta, m.start = sse, a, b, m.startOf(y, a)
			}
		}
	}
	return true
}

// startOf is the level before the first value.
func (m *Holt) startOf(y []float64, alpha float64) float64 {
	if m.FreeStart {
		return freeStart(y, alpha)
	}
	return y[0]
}

// lanes is how many constants of level smoothing are tried at once: each waits for its own level only.
const lanes = 4

// fitLevel takes the α of the grid whose squared one-step errors are least, without a trend.
func (m *Holt) fitLevel(y, alphas []float64) {
	best := math.Inf(1)
	for from := 0; from < len(alphas); from += lanes {
		part := alphas[from:min(from+lanes, len(alphas))]
		var a, level [lanes]float64
		for i, alpha := range part {
			a[i], level[i] = alpha, m.startOf(y, alpha)
		}
		sse := levelErrors(y, level, a)
		for i := range part {
			if sse[i] < best {
				best, m.alpha, m.start = sse[i], a[i], level[i]
			}
		}
	}
}

// levelErrors are the squared one-step errors of level smoothing from some levels with as many constants.
func levelErrors(y []float64, level, alpha [lanes]float64) [lanes]float64 {
	l0, l1, l2, l3 := level[0], level[1], level[2], level[3]
	a0, a1, a2, a3 := alpha[0], alpha[1], alpha[2], alpha[3]
	var s0, s1, s2, s3 float64
	for _, v := range y {
		e0, e1, e2, e3 := v-l0, v-l1, v-l2, v-l3
		s0 += e0 * e0
		s1 += e1 * e1
		s2 += e2 * e2
		s3 += e3 * e3
		l0 += a0 * e0
		l1 += a1 * e1
		l2 += a2 * e2
		l3 += a3 * e3
	}
	return [lanes]float64{s0, s1, s2, s3}
}

// freeStart is the level before the first value that makes the squared errors of level smoothing least: each error is
// linear in it, with the weight (1-α)^t.
func freeStart(y []float64, alpha float64) float64 {
	level, w, num, den := 0.0, 1.0, 0.0, 0.0
	for _, v := range y {
		num += w * (v - level)
		den += w * w
		level += alpha * (v - level)
		w *= 1 - alpha
	}
	return num / den
}

// Predict writes the last level and the trend as it fades.
func (m *Holt) Predict(y, out []float64) {
	_, level, trend := holt(y, m.start, m.alpha, m.beta, m.Damping)
	damp := m.Damping
	for h := range out {
		level += damp * trend
		out[h] = level
		damp *= m.Damping
	}
}

// holt runs from a level over y. Without a trend a start at the first value makes its error zero.
func holt(y []float64, start, alpha, beta, phi float64) (sse, level, trend float64) {
	level = start
	for _, v := range y {
		f := level + phi*trend
		e := v - f
		sse += e * e
		level = f + alpha*e
		trend = phi*trend + alpha*beta*e
	}
	return sse, level, trend
}
