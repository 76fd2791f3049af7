package joint

import (
	"maps"
	"math"
	"slices"
)

// How the errors of one series hang together over the steps is read from its test periods, drawn to what it is over the
// panel and, where that has hardly any, to what it was on public data.

// Constants are those that were chosen by backtests on data.
type Constants struct {
	Kappa       float64 // share of the scores that is drawn from the test periods as they were
	Freedom     float64 // degrees of freedom of the heavy-tailed factor, even; 0 for a factor of 1
	OwnPseudo   float64 // products of two errors of a series that the panel's memory is worth
	PriorPseudo float64 // the same of the panel, that the memory found elsewhere is worth
}

// Default returns the constants in use.
func Default() Constants {
	return Constants{Kappa: 0.7, Freedom: 4, OwnPseudo: 300, PriorPseudo: 200}
}

func (c *Constants) fields() map[string]*float64 {
	return map[string]*float64{"kappa": &c.Kappa, "freedom": &c.Freedom, "ownPseudo": &c.OwnPseudo,
		"priorPseudo": &c.PriorPseudo}
}

// Names lists the names that Set takes.
func (c *Constants) Names() []string { return slices.Sorted(maps.Keys(c.fields())) }

// Set changes one constant by name; false where there is none of that name.
func (c *Constants) Set(name string, value float64) bool {
	f, ok := c.fields()[name]
	if ok {
		*f = value
	}
	return ok
}

// maxLags is how far apart two steps may be; beyond, their own noise is taken for unrelated.
const maxLags = 64

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
