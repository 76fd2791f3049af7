package staffing

import "math"

// erlangA is the queue M/M/n+M: whoever waits gives up after a patience of their own, exponential as handle times are.
// It is always stable, and tends to Erlang C as patience grows.
//
// Source: C. Palm 1943 (published 1957); O. Garnett, A. Mandelbaum, M. Reiman, Designing a Call Center with Impatient
// Customers, Manufacturing & Service Operations Management 4, 2002; waits after A. Mandelbaum, S. Zeltyn, Service
// Engineering in Action: The Palm/Erlang-A Queue, 2007. Patience that is not exponential (who leaves leaves at once or
// hardly ever) makes it wrong about who gives up when, less about how many.
func (q Queue) erlangA(agents float64) Performance {
	x, y := agents*q.Patience/q.Handle, q.Rate*q.Patience
	w := waitingStates(x, y)
	// What n-1 agents and fewer have, against all states in which everybody is busy.
	below := (inverseB(agents, q.Load()) - 1) * w.first
	p := Performance{Agents: agents, Stable: true, PWait: 1, queue: q}
	if below > 0 {
		p.PWait = w.sum / (w.sum + below)
	}
	// Those who wait give up at a rate of one per patience each: abandoned = waiting / patience / rate.
	p.ASA = p.PWait * w.mean * q.Patience / y
	p.Abandoned = math.Min(1, p.ASA/q.Patience)
	if agents > 0 {
		p.Occupancy = math.Min(1, q.Load()*(1-p.Abandoned)/agents)
	}
	p.tail = impatient{x: x, y: y, patience: q.Patience, log: w.log()}
	return p
}

// states are those in which j = 0, 1, … contacts wait while all agents are busy, each relative to the likeliest: state
// j has y/(x+1) · y/(x+2) · … · y/(x+j) of the weight of the first.
type states struct {
	// sum is their weight together, first that of nobody waiting (0 where it is too small to matter), mean how many
	// wait on average.
	sum, first, mean float64
	// logFirst is the logarithm of first, where that is too small for a number too.
	logFirst float64
}

const negligible = 1e-18 // of the weight of the likeliest state

// waitingStates adds the states up, from the likeliest outwards, so that nothing overflows however many wait.
func waitingStates(x, y float64) states {
	peak := math.Max(0, math.Floor(y-x))
	s := states{sum: 1}
	weighted := peak
	for j, c := peak, 1.0; ; {
		j++
		if c *= y / (x + j); c < negligible {
			break
		}
		s.sum += c
		weighted += j * c
	}
	down, j := 1.0, peak
	for ; j > 0 && down >= negligible; j-- {
		down *= (x + j) / y
		s.sum += down
		weighted += (j - 1) * down
	}
	s.mean = weighted / s.sum
	if j <= 0 {
		s.first, s.logFirst = down, math.Log(down)
		return s
	}
	high, _ := math.Lgamma(x + peak + 1)
	low, _ := math.Lgamma(x + 1)
	s.logFirst = high - low - peak*math.Log(y)
	return s
}

// log is the logarithm of the states' weight relative to that of nobody waiting.
func (s states) log() float64 { return math.Log(s.sum) - s.logFirst }

// impatient is the tail of Erlang A: x agents' worth of patience (agents × patience / handle time), y contacts in one
// patience (seconds), and the logarithm of its states' weight.
type impatient struct{ x, y, patience, log float64 }

// answeredAfter is ∫ from t on of e^(-θu) · e^(y(1-e^(-θu)) - nμu) du over the same from 0 on without the first factor,
// which are incomplete gamma functions of x+1 and x.
func (i impatient) answeredAfter(seconds float64) float64 {
	gone := seconds / i.patience
	left := math.Exp(-gone)
	rest := waitingStates(i.x+1, i.y*left).log()
	return i.x / (i.x + 1) * math.Exp(-(i.x+1)*gone-i.y*math.Expm1(-gone)+rest-i.log)
}
