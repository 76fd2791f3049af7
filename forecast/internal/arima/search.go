package arima

import "math"

const (
	maxOrder      = 5
	maxDiffs      = 2
	kpssCritical  = 0.463 // 5 % level of the KPSS test for a constant
	nearlyUnitary = 1.001 // roots nearer to the circle are refused
)

// Search chooses an order: as many differences as the KPSS test asks for, then steps from four simple models to better
// neighbours by AICc until there is none.
func Search(y []float64) (Fitted, bool) {
	d := Differences(y)
	tried := map[Order]bool{}
	best, found := Fitted{AICc: math.Inf(1)}, false
	try := func(o Order) bool {
		if o.P < 0 || o.Q < 0 || o.P > maxOrder || o.Q > maxOrder || tried[o] || d > 1 && o.Constant {
			return false
		}
		tried[o] = true
		f, ok := Fit(y, o)
		if !ok || !f.steady() || !(f.AICc < best.AICc) {
			return false
		}
		best, found = f, true
		return true
	}
	constant := d <= 1
	for _, pq := range [][2]int{{2, 2}, {0, 0}, {1, 0}, {0, 1}} {
		try(Order{pq[0], d, pq[1], constant})
	}
	try(Order{0, d, 0, false})
	for found {
		o := best.Order
		better := false
		for _, step := range [][2]int{{-1, 0}, {0, -1}, {1, 0}, {0, 1}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}} {
			if try(Order{o.P + step[0], d, o.Q + step[1], o.Constant}) {
				better = true
				break
			}
		}
		if !better && !try(Order{o.P, d, o.Q, !o.Constant}) {
			break
		}
	}
	return best, found
}

// Differences is how many times y is differenced until the KPSS test (Kwiatkowski et al., Journal of Econometrics 1992)
// finds its level constant.
func Differences(y []float64) int {
	x := y
	for d := range maxDiffs {
		if KPSS(x) <= kpssCritical {
			return d
		}
		x = difference(x, 1)
	}
	return maxDiffs
}

// KPSS is the test statistic for a constant level, with Bartlett weights up to 3·√n/13 lags.
func KPSS(y []float64) float64 {
	mean, _ := moments(y)
	var e []float64
	for _, v := range y {
		if v == v {
			e = append(e, v-mean)
		}
	}
	n := float64(len(e))
	if n < 3 {
		return 0
	}
	sum, squares, s2 := 0.0, 0.0, 0.0
	for _, v := range e {
		sum += v
		squares += sum * sum
		s2 += v * v / n
	}
	lags := int(3 * math.Sqrt(n) / 13)
	for l := 1; l <= lags; l++ {
		c := 0.0
		for t := l; t < len(e); t++ {
			c += e[t] * e[t-l]
		}
		s2 += 2 * c / n * (1 - float64(l)/float64(lags+1))
	}
	if !(s2 > 0) {
		return 0
	}
	return squares / (n * n * s2)
}

// steady reports whether no root lies almost on the unit circle: whether the impulse responses of both polynomials
// fade.
func (f *Fitted) steady() bool {
	minusTheta := make([]float64, len(f.Theta))
	for i, v := range f.Theta {
		minusTheta[i] = -v
	}
	return fades(f.Phi) && fades(minusTheta)
}

// fades reports whether an autoregression stays stationary when its coefficients are scaled as if every root were a
// thousandth nearer, by its partial autocorrelations (the inverse of fromPartial).
func fades(phi []float64) bool {
	a := make([]float64, len(phi))
	scale := 1.0
	for i, v := range phi {
		scale *= nearlyUnitary
		a[i] = v * scale
	}
	for k := len(a); k > 0; k-- {
		r := a[k-1]
		if !(math.Abs(r) < 1) {
			return false
		}
		b := make([]float64, k-1)
		for j := range b {
			b[j] = (a[j] + r*a[k-2-j]) / (1 - r*r)
		}
		a = b
	}
	return true
}

// Forecast returns mean and standard deviation of h steps ahead.
func (f *Fitted) Forecast(h int) (mean, sd []float64) {
	k := newARMA(f.Order.P, f.Order.Q)
	k.set(f.Phi, f.Theta)
	k.filter(f.x)
	mean = make([]float64, h)
	k.forecast(mean)
	for i := range mean {
		mean[i] += f.Constant
	}
	for d := f.Order.D; d > 0; d-- {
		last := lastOf(difference(f.y, d-1))
		for i := range mean {
			last += mean[i]
			mean[i] = last
		}
	}
	return mean, f.spread(h)
}

// spread sums the squared impulse responses.
func (f *Fitted) spread(h int) []float64 {
	psi := make([]float64, h)
	for j := range psi {
		if j == 0 {
			psi[j] = 1
		} else if j <= len(f.Theta) {
			psi[j] = f.Theta[j-1]
		}
		for i, v := range f.Phi {
			if j-1-i >= 0 {
				psi[j] += v * psi[j-1-i]
			}
		}
	}
	for range f.Order.D {
		for j := 1; j < h; j++ {
			psi[j] += psi[j-1]
		}
	}
	sd, sum := make([]float64, h), 0.0
	for j, v := range psi {
		sum += v * v
		sd[j] = math.Sqrt(f.Sigma2 * sum)
	}
	return sd
}

func lastOf(x []float64) float64 {
	for i := len(x) - 1; i >= 0; i-- {
		if x[i] == x[i] {
			return x[i]
		}
	}
	return 0
}
