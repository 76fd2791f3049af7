package ets

import (
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/minimise"
)

// Fitted is a model that has learned from a series.
type Fitted struct {
	Form       Form
	Params     Params
	AICc       float64
	Likelihood float64 // -2 log-likelihood, concentrated
	Sigma2     float64 // mean squared error, relative for multiplicative errors
	Fitted     []float64
	State      State
}

// Forms lists the models that the search may choose from: multiplicative ones only for values above zero, and none of
// the unstable combinations (additive error with a multiplicative season, multiplicative trend), as R's ets does by
// default.
func Forms(period int, positive bool, n int) []Form {
	var out []Form
	for _, e := range []Part{Additive, Multiplicative} {
		if e == Multiplicative && !positive {
			continue
		}
		for _, s := range []Part{None, Additive, Multiplicative} {
			if s != None && (period < 2 || period > maxPeriod || n < period+5) || s == Multiplicative &&
				(e == Additive || !positive) {
				continue
			}
			for _, t := range []Part{None, Additive} {
				for _, damped := range []bool{false, true} {
					if t == None && damped {
						continue
					}
					f := Form{Error: e, Trend: t, Season: s, Damped: damped, Period: 1}
					if s != None {
						f.Period = period
					}
					if n > f.params()+4 {
						out = append(out, f)
					}
				}
			}
		}
	}
	return out
}

const maxPeriod = 24 // longest season whose first values are estimated one by one

// Search fits every form and returns the one with the least AICc; false where none can be fitted.
func Search(y []float64, period int) (Fitted, bool) {
	positive, n := true, 0
	for _, v := range y {
		if v == v {
			n++
			positive = positive && v > 0
		}
	}
	best, found := Fitted{AICc: math.Inf(1)}, false
	for _, f := range Forms(period, positive, n) {
		if m := fit(y, f, firstStates(y, f), quickCalls); m.AICc < best.AICc {
			best, found = m, true
		}
	}
	if found { // once more from where the search stopped
		best = fit(y, best.Form, best.Params, thoroughCalls)
	}
	return best, found
}

const (
	quickCalls    = 120 // evaluations per parameter in the search among forms
	thoroughCalls = 400 // and for the one that won
)

// params counts constants, first states and the variance.
func (f Form) params() int {
	n := 3 // α, level, σ²
	if f.Trend != None {
		n += 2
	}
	if f.Damped {
		n++
	}
	if f.Season != None {
		n += f.Period // γ and the first season, of which one follows from the others
	}
	return n
}

// Fit estimates constants and first states by maximum likelihood.
func Fit(y []float64, f Form) Fitted {
	return fit(y, f, fit(y, f, firstStates(y, f), quickCalls).Params, thoroughCalls)
}

func fit(y []float64, f Form, from Params, calls int) Fitted {
	x, steps := pack(f, from)
	var s State
	var p Params
	p.Season = make([]float64, f.seasonLength())
	cost := func(x []float64) float64 {
		if !f.unpack(x, &p) {
			return math.Inf(1)
		}
		l, _ := Likelihood(y, f, p, &s, nil)
		return l
	}
	x, _ = minimise.Simplex(cost, x, steps, calls*len(x), 1e-10)
	f.unpack(x, &p)
	m := Fitted{Form: f, Params: p, Fitted: make([]float64, len(y))}
	m.Likelihood, m.Sigma2 = Likelihood(y, f, p, &m.State, m.Fitted)
	n, k := 0.0, float64(f.params())
	for _, v := range y {
		if v == v {
			n++
		}
	}
	m.AICc = m.Likelihood + 2*k + 2*k*(k+1)/(n-k-1)
	if math.IsNaN(m.AICc) || n <= k+1 {
		m.AICc = math.Inf(1)
	}
	return m
}

func (f Form) seasonLength() int {
	if f.Season == None {
		return 0
	}
	return f.Period
}

// pack lays parameters out for the search, and how far to step along each.
func pack(f Form, p Params) (x, steps []float64) {
	add := func(v, step float64) { x, steps = append(x, v), append(steps, step) }
	add(p.Alpha, 0.1)
	if f.Trend != None {
		add(p.Beta, 0.01)
	}
	if f.Season != None {
		add(p.Gamma, 0.05)
	}
	if f.Damped {
		add(p.Phi, -0.03)
	}
	scale := math.Max(math.Abs(p.Level), 1e-3)
	add(p.Level, 0.05*scale)
	if f.Trend == Additive {
		add(p.Trend, 0.01*scale)
	}
	if f.Trend == Multiplicative {
		add(p.Trend, 0.01)
	}
	for i := range max(0, len(p.Season)-1) {
		if f.Season == Additive {
			add(p.Season[i], 0.05*scale)
		} else {
			add(p.Season[i], 0.05)
		}
	}
	return x, steps
}

// unpack is the inverse; false outside the usual bounds: 0 < β < α < 1, 0 < γ < 1-α, 0.8 ≤ φ ≤ 0.98.
func (f Form) unpack(x []float64, p *Params) bool {
	next := func() float64 { v := x[0]; x = x[1:]; return v }
	p.Alpha, p.Beta, p.Gamma, p.Phi, p.Trend = next(), 0, 0, 1, 0
	if f.Trend != None {
		p.Beta = next()
	}
	if f.Season != None {
		p.Gamma = next()
	}
	if f.Damped {
		p.Phi = next()
	}
	p.Level = next()
	if f.Trend != None {
		p.Trend = next()
	}
	if f.Season != None {
		sum := 0.0
		for i := range len(p.Season) - 1 {
			p.Season[i] = next()
			sum += p.Season[i]
		}
		last := len(p.Season) - 1
		p.Season[last] = -sum
		if f.Season == Multiplicative {
			p.Season[last] = float64(len(p.Season)) - sum
		}
	}
	return f.allowed(p)
}

func (f Form) allowed(p *Params) bool {
	const low, high = 1e-4, 0.9999
	if p.Alpha < low || p.Alpha > high || f.Trend != None && (p.Beta < low || p.Beta > p.Alpha) ||
		f.Season != None && (p.Gamma < low || p.Gamma > 1-p.Alpha) || f.Damped && (p.Phi < 0.8 || p.Phi > 0.98) {
		return false
	}
	if f.Season == Multiplicative {
		for _, s := range p.Season {
			if !(s > 0) {
				return false
			}
		}
	}
	return f.Trend != Multiplicative || p.Trend > 0 && p.Level > 0
}
