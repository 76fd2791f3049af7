// Package arima is the non-seasonal ARIMA model with exact likelihood by the Kalman filter (Gardner, Harvey and
// Phillips, Applied Statistics 1980) and the stepwise search of Hyndman and Khandakar (Journal of Statistical Software
// 2008).
//
//	(1 - φ1·B - … - φp·B^p)·(1-B)^d·(y_t - c·t or μ) = (1 + θ1·B + … + θq·B^q)·e_t
package arima

import "math"

// arma is an ARMA(p, q) model in the state space form of Harvey, with buffers that are used again.
type arma struct {
	r     int
	phi   []float64 // r long
	theta []float64 // r long: 1, θ1 … θq, 0 …
	a     []float64 // state
	next  []float64
	p     []float64 // its covariance, r by r
	m, v  []float64
	gain  []float64
}

func newARMA(p, q int) *arma {
	r := max(p, q+1)
	return &arma{r: r, phi: make([]float64, r), theta: make([]float64, r), a: make([]float64, r),
		next: make([]float64, r),
		p:    make([]float64, r*r), m: make([]float64, r*r), v: make([]float64, r*r), gain: make([]float64, r)}
}

// set takes coefficients and puts the state to its stationary distribution.
func (k *arma) set(phi, theta []float64) {
	clear(k.phi)
	clear(k.theta)
	clear(k.a)
	copy(k.phi, phi)
	k.theta[0] = 1
	copy(k.theta[1:], theta)
	k.stationary()
}

// stationary solves P = T·P·Tᵀ + R·Rᵀ by doubling (Anderson and Moore 1979).
func (k *arma) stationary() {
	r := k.r
	t := k.m // transition to the power 2^i
	clear(t)
	for i := range r {
		t[i*r] = k.phi[i]
		if i+1 < r {
			t[i*r+i+1] = 1
		}
		for j := range r {
			k.p[i*r+j] = k.theta[i] * k.theta[j]
		}
	}
	tmp, sum := make([]float64, r*r), make([]float64, r*r)
	for range 60 {
		multiply(t, k.p, tmp, r, false)
		multiply(tmp, t, sum, r, true)
		moved := 0.0
		for i, v := range sum {
			k.p[i] += v
			moved = math.Max(moved, math.Abs(v))
		}
		if moved < 1e-13 || math.IsNaN(moved) || math.IsInf(moved, 0) {
			return
		}
		multiply(t, t, tmp, r, false)
		copy(t, tmp)
	}
}

// multiply writes a·b, or a·bᵀ.
func multiply(a, b, out []float64, r int, transposed bool) {
	for i := range r {
		for j := range r {
			s := 0.0
			for k := range r {
				if transposed {
					s += a[i*r+k] * b[j*r+k]
				} else {
					s += a[i*r+k] * b[k*r+j]
				}
			}
			out[i*r+j] = s
		}
	}
}

// filter runs over x and returns Σ e²/F, Σ log F and how many values there were. Missing values are predicted and not
// learned from.
func (k *arma) filter(x []float64) (ss, logs, n float64) {
	r := k.r
	for _, v := range x {
		f := k.p[0]
		if v == v {
			e := v - k.a[0]
			ss += e * e / f
			logs += math.Log(f)
			n++
			for i := range r {
				k.gain[i] = k.p[i*r] / f
			}
			for i := range r {
				k.a[i] += k.gain[i] * e
				for j := range r {
					k.v[i*r+j] = k.p[i*r+j] - k.gain[i]*k.p[j]
				}
			}
		} else {
			copy(k.v, k.p)
		}
		k.predict()
	}
	return ss, logs, n
}

// predict moves state and covariance one step on: T is the first column φ and ones above the diagonal.
func (k *arma) predict() {
	r := k.r
	for i := range r {
		k.next[i] = k.phi[i] * k.a[0]
		if i+1 < r {
			k.next[i] += k.a[i+1]
		}
	}
	k.a, k.next = k.next, k.a
	at := func(i, j int) float64 {
		if i >= r || j >= r {
			return 0
		}
		return k.v[i*r+j]
	}
	for i := range r {
		for j := range i + 1 {
			s := k.phi[i]*k.phi[j]*k.v[0] + k.phi[i]*at(0, j+1) + k.phi[j]*at(i+1, 0) + at(i+1,
				j+1) + k.theta[i]*k.theta[j]
			k.p[i*r+j], k.p[j*r+i] = s, s
		}
	}
}

// forecast writes the expected values after the filter stopped.
func (k *arma) forecast(out []float64) {
	copy(k.v, k.p)
	for h := range out {
		out[h] = k.a[0]
		for i := range k.r {
			k.next[i] = k.phi[i] * k.a[0]
			if i+1 < k.r {
				k.next[i] += k.a[i+1]
			}
		}
		k.a, k.next = k.next, k.a
	}
}
