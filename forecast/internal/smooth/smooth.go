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
	t1, t2 []float64 // seasons of the second of two that are tried
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
	warm := min(max(s.m1, s.m2), len(y)/3)
	var x [4]float64
	for i, v := range [4]float64{0.05, 0.1, 0.1, 0.7} { // where the search begins
		x[i] = math.Log(v / (1 - v))
	}
	p := params(x, s.m1, s.m2)
	best, _ := s.race(y, warm, [2]Params{p, p}, math.Inf(1))
	for step, sweeps := 1.5, 0; step >= 0.2 && sweeps < 8; sweeps++ {
		improved := false
		for i := range x {
			if (i == 1 && s.m1 == 1) || (i == 2 && s.m2 == 1) {
				continue
			}
			up, down := x, x
			up[i], down[i] = min(9, x[i]+step), max(-9, x[i]-step)
			a, b := s.race(y, warm, [2]Params{params(up, s.m1, s.m2), params(down, s.m1, s.m2)}, best)
			switch {
			case a < best:
				x, best, improved = up, a, true
			case b < best:
				x, best, improved = down, b, true
			}
		}
		if !improved {
			step /= 2
		}
	}
	return params(x, s.m1, s.m2)
}

// lap is how many steps a race goes without looking who is beaten.
const lap = 64

// race returns the squared one-step errors of two sets of constants from step warm on, run over y side by side: each
// step of one waits for the step before, which leaves time for the other. It ends early where both are beaten.
func (s *Smoother) race(y []float64, warm int, p [2]Params, toBeat float64) (first, second float64) {
	var a, b runner
	a.begin(s, s.s1, s.s2, p[0])
	s.t1, s.t2 = resize(s.t1, s.m1), resize(s.t2, s.m2)
	b.begin(s, s.t1, s.t2, p[1])
	for from := 0; from < len(y) && !(a.sse >= toBeat && b.sse >= toBeat); from += lap {
		part := y[from:min(from+lap, len(y))]
		before := max(0, min(warm-from, len(part)))
		if before > 0 {
			together(part[:before], &a, &b, s.m2 > 1)
			a.sse, b.sse = 0, 0
		}
		together(part[before:], &a, &b, s.m2 > 1)
	}
	return a.sse, b.sse
}

// runner is one of two that smooth the same series with other constants.
type runner struct {
	Params
	level, dev, sse float64
	s1, s2          []float64
	k1, k2          int // phases of the next step
}

func (r *runner) begin(s *Smoother, s1, s2 []float64, p Params) {
	*r = runner{Params: p, level: s.level0, s1: s1, s2: s2}
	copy(s1, s.i1)
	copy(s2, s.i2)
}

// together runs both over y. Without a second season its two additions are left out, which are of zero.
func together(y []float64, a, b *runner, both bool) {
	if both {
		twoSeasons(y, a, b)
		return
	}
	la, lb, da, db, ea, eb := a.level, b.level, a.dev, b.dev, a.sse, b.sse
	pa, pb, k := a.Params, b.Params, a.k1
	sa, sb := a.s1, b.s1[:len(a.s1)]
	for _, v := range y {
		fa, fb := la+sa[k], lb+sb[k]
		da *= pa.Phi
		db *= pb.Phi
		if v == v {
			ra, rb := v-(fa+da), v-(fb+db)
			ea += ra * ra
			eb += rb * rb
			da, db = v-fa, v-fb
			la += pa.Alpha * da
			lb += pb.Alpha * db
			sa[k] += pa.Gamma1 * da
			sb[k] += pb.Gamma1 * db
		}
		if k++; k == len(sa) {
			k = 0
		}
	}
	a.level, b.level, a.dev, b.dev, a.sse, b.sse, a.k1, b.k1 = la, lb, da, db, ea, eb, k, k
}

func twoSeasons(y []float64, a, b *runner) {
	la, lb, da, db, ea, eb := a.level, b.level, a.dev, b.dev, a.sse, b.sse
	pa, pb, k, j := a.Params, b.Params, a.k1, a.k2
	sa, sb, ta, tb := a.s1, b.s1[:len(a.s1)], a.s2, b.s2[:len(a.s2)]
	for _, v := range y {
		fa, fb := la+sa[k]+ta[j], lb+sb[k]+tb[j]
		da *= pa.Phi
		db *= pb.Phi
		if v == v {
			ra, rb := v-(fa+da), v-(fb+db)
			ea += ra * ra
			eb += rb * rb
			da, db = v-fa, v-fb
			la += pa.Alpha * da
			lb += pb.Alpha * db
			sa[k] += pa.Gamma1 * da
			sb[k] += pb.Gamma1 * db
			ta[j] += pa.Gamma2 * da
			tb[j] += pb.Gamma2 * db
		}
		if k++; k == len(sa) {
			k = 0
		}
		if j++; j == len(ta) {
			j = 0
		}
	}
	a.level, b.level, a.dev, b.dev, a.sse, b.sse = la, lb, da, db, ea, eb
	a.k1, b.k1, a.k2, b.k2 = k, k, j, j
}

func resize(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n)
	}
	return x[:n]
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
