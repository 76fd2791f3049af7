package models

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Regression explains each value by a level, a slope, the phase of each season (as harmonics: up to three pairs of
// yearly ones and six of others, all there are for a week) and the explaining columns, by least squares with a light
// ridge: harmonic regression as in Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 7.4. The
// slope ends with the history. Missing values are left out.
type Regression struct {
	Setting

	regressors []regressor
	beta       []float64 // of the level, then of each regressor
}

const (
	regressionRidge = 1e-4
	shortHarmonics  = 6
	yearHarmonics   = 3
)

// regressor is one explaining column: a name shared by those that belong together, and a value at every step.
type regressor struct {
	name  string
	value func(t int) float64
}

// Fit solves the normal equations; false for an empty history or where they have no solution.
func (m *Regression) Fit(y []float64) bool {
	if stat.Count(y) == 0 {
		return false
	}
	m.lineUp(len(y))
	p := len(m.regressors) + 1
	table, x := ridge.NewTable(p, 1), make([]float64, p)
	for t, v := range y {
		if !math.IsNaN(v) {
			m.row(t, x)
			table.AddRow(x, v)
		}
	}
	for i := range p {
		table.G[i*p+i] += regressionRidge * math.Max(table.G[i*p+i], 1)
	}
	m.beta = table.B
	if !ridge.Cholesky(table.G, p) {
		return false
	}
	ridge.Solve(table.G, p, m.beta)
	return true
}

func (m *Regression) row(t int, x []float64) {
	x[0] = 1
	for i, c := range m.regressors {
		x[i+1] = c.value(t)
	}
}

// Predict writes the sum of all parts at each step after y.
func (m *Regression) Predict(y, out []float64) {
	x := make([]float64, len(m.beta))
	for h := range out {
		m.row(len(y)+h, x)
		out[h] = m.beta[0]
		for i, v := range x[1:] {
			out[h] += m.beta[i+1] * v
		}
	}
}

// lineUp lists the columns for a history of n values.
func (m *Regression) lineUp(n int) {
	length := math.Max(1, float64(n))
	m.regressors = []regressor{{"slope", func(t int) float64 { return math.Min(float64(t)/length, 1) - 0.5 }}}
	for _, period := range m.Seasons {
		if 2*period > float64(n) {
			continue
		}
		pairs := shortHarmonics
		if period > 200 {
			pairs = yearHarmonics
		}
		for k := 1; k <= pairs && 2*float64(k) <= period; k++ {
			w := 2 * math.Pi * float64(k) / period
			name := fmt.Sprintf("season %g", period)
			m.regressors = append(m.regressors,
				regressor{name, func(t int) float64 { return math.Cos(w * float64(t)) }},
				regressor{name, func(t int) float64 { return math.Sin(w * float64(t)) }})
		}
	}
	if m.Columns == nil {
		return
	}
	for _, c := range m.Columns() {
		m.regressors = append(m.regressors, regressor{c.Name, func(t int) float64 { return valueAt(c.Values, t) }})
	}
}

func valueAt(x []float64, t int) float64 {
	if t >= len(x) || math.IsNaN(x[t]) {
		return 0
	}
	return x[t]
}

// Components returns the level and the sum of the columns of each name, for history and horizon.
func (m *Regression) Components(_ []float64, steps int) []Component {
	level := make([]float64, steps)
	for t := range level {
		level[t] = m.beta[0]
	}
	out := []Component{{Name: "level", Values: level}}
	for i, c := range m.regressors {
		if out[len(out)-1].Name != c.name {
			out = append(out, Component{Name: c.name, Values: make([]float64, steps)})
		}
		part := out[len(out)-1].Values
		for t := range part {
			part[t] += m.beta[i+1] * c.value(t)
		}
	}
	return out
}
