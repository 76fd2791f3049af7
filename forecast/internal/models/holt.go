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
	if m.Damping == 0 {
		trends[0] = 0
		betas = trends[:1]
	}
	best := math.Inf(1)
	m.alpha, m.beta, m.start = 0.5, 0, y[0]
	for _, a := range alphas {
		for _, b := range betas {
			start := y[0]
			if m.FreeStart {
				start = freeStart(y, a)
			}
			if sse, _, _ := holt(y, start, a, b, m.Damping); sse < best {
				best, m.alpha, m.beta, m.start = sse, a, b, start
			}
		}
	}
	return true
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
