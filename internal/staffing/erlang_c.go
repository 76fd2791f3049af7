package staffing

import "math"

// inverseB is 1 / B(n, a), where B is Erlang's loss formula: the share of contacts that n agents would turn away at a
// load of a erlangs if nobody could wait. It is what Erlang C and A are made of. It is at least 1, and +Inf where
// the share is below the least number there is.
//
// Source: the recursion 1/B(n) = 1 + n/a · 1/B(n-1) (A. Jagerman, Some properties of the Erlang loss function, Bell
// System Technical Journal 53, 1974), which only ever adds positive numbers. Between whole numbers B is continued by
// Jagerman's integral 1/B(x) = a ∫ e^(-at) (1+t)^x dt.
func inverseB(agents, load float64) float64 {
	whole := math.Floor(agents)
	part := agents - whole
	inverse := 1.0
	if part > 0 {
		inverse = partB(part, load)
	}
	for n := part + 1; n <= agents+1e-9; n++ {
		inverse = 1 + n/load*inverse
	}
	return inverse
}

const seriesBelow = 1.5 // load from which the continued fraction converges faster than the series

// partB is 1/B of a part of an agent: e^a a^-x Γ(x+1, a), by the series of the incomplete gamma function for small
// loads and its continued fraction for others (M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 6.5.29
// and 6.5.31).
func partB(part, load float64) float64 {
	s := part + 1
	if load < seriesBelow {
		term, sum := 1/s, 1/s
		for k := 1.0; term > sum*1e-17; k++ {
			term *= load / (s + k)
			sum += term
		}
		return math.Exp(load)*math.Pow(load, -part)*math.Gamma(s) - load*sum
	}
	// Lentz's method on Γ(s, a) = e^-a a^s / (a+1-s - 1(1-s)/(a+3-s - 2(2-s)/(a+5-s - …)))
	b := load + 1 - s
	c, d := math.Inf(1), 1/b
	h := d
	for k := 1.0; k < 10_000; k++ {
		an := -k * (k - s)
		b += 2
		d = 1 / (an*d + b)
		c = b + an/c
		h *= d * c
		if math.Abs(d*c-1) < 1e-16 {
			break
		}
	}
	return load * h
}

// erlangC is Erlang's formula for those who wait: 1/C = 1 + (1 - a/n) (1/B - 1); waits are exponential with a mean of
// Handle / (n - a).
//
// Source: A. K. Erlang 1917; R. B. Cooper, Introduction to Queueing Theory, 2nd ed. 1981, §3.4. With n ≤ a the queue is
// not stable.
func (q Queue) erlangC(agents float64) Performance {
	load := q.Load()
	p := Performance{Agents: agents, PWait: 1, Occupancy: 1, queue: q, tail: nobody{}}
	if !(agents > load) {
		return p
	}
	p.Stable, p.Occupancy = true, load/agents
	p.PWait = 1 / (1 + (1-p.Occupancy)*(inverseB(agents, load)-1))
	mean := q.Handle / (agents - load)
	p.ASA, p.tail = p.PWait*mean, exponential{mean}
	return p
}

// exponential is the tail of Erlang C: its mean in seconds.
type exponential struct{ mean float64 }

func (e exponential) answeredAfter(seconds float64) float64 { return math.Exp(-seconds / e.mean) }
