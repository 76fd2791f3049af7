package joint

import "math"

// How the errors of one series hang together over the steps is read from its test periods, drawn to what it is over the
// panel and, where that has hardly any, to what it was on public data.

const (
	ownPseudo    = 100 // products of two errors of a series that the panel's memory is worth
	priorPseudo  = 200 // the same of the panel, that the memory found elsewhere is worth
	maxLags      = 64  // steps further apart are taken for unrelated
	promised     = 0.8 // share of the errors that lies within ±promisedZ where intervals hold what they promise
	promisedZ    = 1.2816
	insidePseudo = 20  // errors that "intervals hold what they promise" is worth
	leastSpread  = 0.4 // of errors within intervals that held more
)

// priorMemory is the autocorrelation of errors of daily forecasts at a lag, as found on public data: neighbours share a
// mood, and all days of a period its level.
func priorMemory(lag int) float64 { return 0.12 + 0.25*math.Pow(0.6, float64(lag-1)) }

// memory has the sums that autocorrelations are made of.
type memory struct{ products, pairs []float64 }

func memoryOf(tests []Period, lags int) memory {
	m := memory{make([]float64, lags), make([]float64, lags)}
	for _, t := range tests {
		for h, a := range t.Z {
			if a != a {
				continue
			}
			for l, b := range t.Z[h:min(len(t.Z), h+lags)] {
				if b == b {
					m.products[l] += a * b
					m.pairs[l]++
				}
			}
		}
	}
	return m
}

// drawnTo returns autocorrelations, as far as pairs carry them, else those known, which count as so many pairs.
func (m memory) drawnTo(known func(lag int) float64, pseudo float64) []float64 {
	out := make([]float64, len(m.pairs))
	out[0] = 1
	for l := 1; l < len(out); l++ {
		out[l] = max(-0.9, min((m.products[l]+pseudo*known(l))/(m.pairs[l]+pseudo), 0.95))
	}
	return out
}

// narrowed lowers autocorrelations where the intervals of the test periods held more than they promise. Paths keep to
// the published intervals day by day; their sums must not be too wide for that: what the intervals have too much
// of is taken for noise in which neighbours offset each other.
func narrowed(acf []float64, tests []Period) {
	inside, n := promised*insidePseudo, float64(insidePseudo)
	for _, t := range tests {
		for _, z := range t.Z {
			if z != z {
				continue
			}
			n++
			switch gap := math.Abs(z) - promisedZ; {
			case gap < -0.5/32:
				inside++
			case gap < 0.5/32: // a whole number that is the bound itself
				inside += 0.5
			}
		}
	}
	spread := promisedZ / Quantile((1+inside/n)/2)
	spread = max(leastSpread, min(spread*spread, 1))
	for l := 1; l < len(acf); l++ {
		acf[l] *= spread
		if l < 3 {
			acf[l] -= (1 - spread) / float64(2*l)
		}
	}
}

// rootOf is the Cholesky factor of the matrix of autocorrelations, lower triangle row by row. What cannot be the memory
// of anything is weakened until it can.
func rootOf(acf []float64) []float64 {
	for root := make([]float64, len(acf)*len(acf)); ; {
		if cholesky(acf, root) {
			return root
		}
		for l := 1; l < len(acf); l++ {
			acf[l] *= 0.97
		}
	}
}

const leastPivot = 1e-6

func cholesky(acf, root []float64) bool {
	n := len(acf)
	for i := range n {
		row := root[i*n : (i+1)*n]
		for j := range i + 1 {
			v := acf[i-j]
			for k, w := range root[j*n : j*n+j] {
				v -= row[k] * w
			}
			if i == j {
				if v < leastPivot {
					return false
				}
				row[i] = math.Sqrt(v)
				continue
			}
			row[j] = v / root[j*n+j]
		}
	}
	return true
}
