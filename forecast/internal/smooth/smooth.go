// Package smooth is additive exponential smoothing with up to two seasons and an autoregressive error.
//
//	base_t    = level + S1[t mod m1] + S2[t mod m2]
//	forecast  = base_t + φ·(y_(t-1) - base_(t-1))
//	e_t       = y_t - base_t
//	level    += α·e_t,  S1[t mod m1] += γ1·e_t,  S2[t mod m2] += γ2·e_t
//
// The seasons follow Taylor (Journal of the Operational Research Society 2003), the correction of the first-order
// autocorrelation of the error is his too. There is no trend: over the horizons that staffing needs it costs more
// than it earns. A missing value moves nothing, and its share of the error fades by φ.
package smooth

import "math"

// Params are the smoothing constants: α of the level, γ1 and γ2 of the seasons, φ of the error, each in (0, 1).
type Params struct{ Alpha, Gamma1, Gamma2, Phi float64 }

// Smoother runs one model over one series. Its buffers are kept between series.
type Smoother struct {
	m1, m2 int
	s1, s2 []float64 // seasons as they move
	i1, i2 []float64 // seasons at the start
	level0 float64
	level  float64
	dev    float64 // last error of the base, as it fades
}

// New returns a smoother with seasons m1 and m2; 1 or less means no such season.
func New(m1, m2 int) *Smoother {
	m1, m2 = max(m1, 1), max(m2, 1)
	return &Smoother{m1: m1, m2: m2, s1: make([]float64, m1), s2: make([]float64, m2), i1: make([]float64, m1),
		i2: make([]float64, m2)}
}

// Init sets level and seasons from the first cycles of y, at most four of the longer season.
func (s *Smoother) Init(y []float64) {
	cycle := max(s.m1, s.m2)
	head := y[:min(len(y), cycle*min(4, max(1, len(y)/cycle)))]
	s.level0 = meanOr(head, 0)
	profile(head, s.m1, s.level0, nil, s.i1)
	if s.m2 > 1 {
		profile(head, s.m2, s.level0, s.i1, s.i2)
	} else {
		s.i2[0] = 0
	}
	if s.m1 == 1 {
		s.i1[0] = 0
	}
}

// profile writes the mean of head - level - inner per phase, 0 where a phase has no value.
func profile(head []float64, m int, level float64, inner, out []float64) {
	for p := range out {
		sum, n := 0.0, 0
		for t := p; t < len(head); t += m {
			if v := head[t]; v == v {
				v -= level
				if inner != nil {
					v -= inner[t%len(inner)]
				}
				sum += v
				n++
			}
		}
		out[p] = 0
		if n > 0 {
			out[p] = sum / float64(n)
		}
	}
}

func meanOr(x []float64, otherwise float64) float64 {
	sum, n := 0.0, 0
	for _, v := range x {
		if v == v {
			sum += v
			n++
		}
	}
	if n == 0 {
		return otherwise
	}
	return sum / float64(n)
}

// Reset puts level and seasons back to where Init set them.
func (s *Smoother) Reset() {
	copy(s.s1, s.i1)
	copy(s.s2, s.i2)
	s.level, s.dev = s.level0, 0
}

// Run smooths y[from:to] and returns the sum of squared one-step errors from step warm on. fitted, where it
// is not nil, receives the one-step forecasts, one per step of y.
func (s *Smoother) Run(y []float64, from, to, warm int, p Params, fitted []float64) float64 {
	sse := 0.0
	level, dev := s.level, s.dev
	k1, k2 := from%s.m1, from%s.m2
	s1, s2 := s.s1, s.s2
	for t := from; t < to; t++ {
		base := level + s1[k1] + s2[k2]
		f := base + p.Phi*dev
		if fitted != nil {
			fitted[t] = f
		}
		dev *= p.Phi
		if v := y[t]; v == v {
			e := v - base
			if t >= warm {
				sse += (v - f) * (v - f)
			}
			dev = e
			level += p.Alpha * e
			s1[k1] += p.Gamma1 * e
			s2[k2] += p.Gamma2 * e
		}
		if k1++; k1 == len(s1) {
			k1 = 0
		}
		if k2++; k2 == len(s2) {
			k2 = 0
		}
	}
	s.level, s.dev = level, dev
	return sse
}

// Forecast writes the forecasts of the steps after n, where the smoother stands.
func (s *Smoother) Forecast(n int, p Params, out []float64) {
	dev := s.dev
	k1, k2 := n%s.m1, n%s.m2
	for h := range out {
		dev *= p.Phi
		out[h] = s.level + s.s1[k1] + s.s2[k2] + dev
		if k1++; k1 == s.m1 {
			k1 = 0
		}
		if k2++; k2 == s.m2 {
			k2 = 0
		}
	}
}

// State returns level and season values as they stand.
func (s *Smoother) State() (level float64, s1, s2 []float64) { return s.level, s.s1, s.s2 }

// Fit searches the constants that make the squared one-step errors of y smallest: one coordinate at a time, on
// the logit scale, with steps from 1.5 halved down to 0.2, at most eight sweeps. Init must have run.
func (s *Smoother) Fit(y []float64) Params {
	n := len(y)
	warm := min(max(s.m1, s.m2), n/3)
	var x [4]float64
	for i, v := range [4]float64{0.05, 0.1, 0.1, 0.7} { // where the search begins
		x[i] = math.Log(v / (1 - v))
	}
	cost := func(x [4]float64) float64 {
		s.Reset()
		return s.Run(y, 0, n, warm, params(x, s.m1, s.m2), nil)
	}
	best := cost(x)
	for step, sweeps := 1.5, 0; step >= 0.2 && sweeps < 8; sweeps++ {
		improved := false
		for i := range x {
			if (i == 1 && s.m1 == 1) || (i == 2 && s.m2 == 1) {
				continue
			}
			for _, d := range [2]float64{step, -step} {
				trial := x
				trial[i] = max(-9, min(9, trial[i]+d))
				if c := cost(trial); c < best {
					x, best, improved = trial, c, true
					break
				}
			}
		}
		if !improved {
			step /= 2
		}
	}
	return params(x, s.m1, s.m2)
}

func params(x [4]float64, m1, m2 int) Params {
	p := Params{Alpha: logistic(x[0]), Gamma1: logistic(x[1]), Gamma2: logistic(x[2]), Phi: logistic(x[3])}
	if m1 == 1 {
		p.Gamma1 = 0
	}
	if m2 == 1 {
		p.Gamma2 = 0
	}
	return p
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
