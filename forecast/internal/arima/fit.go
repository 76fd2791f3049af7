package arima

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/minimise"
)

// Order of a model; Constant adds a mean where D is 0 and a drift where it is 1.
type Order struct {
	P, D, Q  int
	Constant bool
}

// String writes ARIMA(1,1,2) with drift.
func (o Order) String() string {
	text := fmt.Sprintf("ARIMA(%d,%d,%d)", o.P, o.D, o.Q)
	switch {
	case o.Constant && o.D == 0:
		text += " with mean"
	case o.Constant:
		text += " with drift"
	}
	return text
}

// Fitted is a model that has learned from a series.
type Fitted struct {
	Order      Order
	Phi, Theta []float64
	Constant   float64
	Sigma2     float64
	LogLik     float64
	AICc       float64
	y, x       []float64 // as given, and differenced without the constant
}

// Fit estimates a model of one order by exact maximum likelihood; false where the history is too short for it.
func Fit(y []float64, o Order) (Fitted, bool) {
	x := difference(y, o.D)
	n := count(x)
	params := o.P + o.Q + 1 + bit(o.Constant)
	if n < params+3 {
		return Fitted{}, false
	}
	mean, sd := moments(x)
	k := newARMA(o.P, o.Q)
	centred := make([]float64, len(x))
	phi, theta := make([]float64, o.P), make([]float64, o.Q)
	unpack := func(v []float64) (c float64) {
		fromPartial(v[:o.P], phi)
		fromPartial(v[o.P:o.P+o.Q], theta)
		for i := range theta {
			theta[i] = -theta[i]
		}
		if o.Constant {
			c = mean + sd*v[o.P+o.Q]
		}
		for t, u := range x {
			centred[t] = u - c
		}
		return c
	}
	cost := func(v []float64) float64 {
		unpack(v)
		k.set(phi, theta)
		ss, logs, n := k.filter(centred)
		return n*math.Log(math.Max(ss, 1e-300)/n) + logs
	}
	start, steps := make([]float64, params-1), make([]float64, params-1)
	for i := range steps {
		steps[i] = 0.3
	}
	v, _ := minimise.Simplex(cost, start, steps, 250*len(start)+1, 1e-10)
	f := Fitted{Order: o, y: y, Constant: unpack(v), Phi: phi, Theta: theta, x: centred}
	k.set(phi, theta)
	ss, logs, cells := k.filter(centred)
	f.Sigma2 = ss / cells
	f.LogLik = -0.5 * (cells*math.Log(2*math.Pi*f.Sigma2) + logs + cells)
	p := float64(params)
	f.AICc = -2*f.LogLik + 2*p + 2*p*(p+1)/(cells-p-1)
	return f, !math.IsNaN(f.AICc) && !math.IsInf(f.AICc, 0)
}

// LogLikelihood is that of given coefficients, with the variance at its best.
func LogLikelihood(y []float64, o Order, phi, theta []float64, constant float64) float64 {
	x := difference(y, o.D)
	for t := range x {
		x[t] -= constant
	}
	k := newARMA(o.P, o.Q)
	k.set(phi, theta)
	ss, logs, n := k.filter(x)
	return -0.5 * (n*math.Log(2*math.Pi*ss/n) + logs + n)
}

// fromPartial turns unbounded numbers into coefficients of a stationary autoregression, by way of partial
// autocorrelations (Jones, Technometrics 1980).
func fromPartial(u, out []float64) {
	for i, v := range u {
		r := math.Tanh(v)
		out[i] = r
		for j := range i / 2 {
			a, b := out[j], out[i-1-j]
			out[j], out[i-1-j] = a-r*b, b-r*a
		}
		if i%2 == 1 {
			out[i/2] -= r * out[i/2]
		}
	}
}

func difference(y []float64, d int) []float64 {
	x := append([]float64(nil), y...)
	for range d {
		for t := 0; t+1 < len(x); t++ {
			x[t] = x[t+1] - x[t]
		}
		x = x[:max(0, len(x)-1)]
	}
	return x
}

func count(x []float64) int {
	n := 0
	for _, v := range x {
		n += bit(v == v)
	}
	return n
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func moments(x []float64) (mean, sd float64) {
	n := float64(max(count(x), 1))
	for _, v := range x {
		if v == v {
			mean += v / n
		}
	}
	for _, v := range x {
		if v == v {
			sd += (v - mean) * (v - mean) / n
		}
	}
	if sd = math.Sqrt(sd); !(sd > 0) {
		sd = 1
	}
	return mean, sd
}
