package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/ridge"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// fitRegression explains each value by a level, a slope, the phase of each season (as harmonics: up to three pairs of the
// shortest and six of longer ones, all there are for a week), the events of the panel and of the series, and the series'
// regressors, by least squares with a light ridge: harmonic regression as in Hyndman and Athanasopoulos, Forecasting:
// Principles and Practice, section 7.4. Missing values are left out. Spread: that of the residuals.
func fitRegression(s Series, opt Options) (Fit, error) {
	n := len(s.Values)
	columns := regressionColumns(s, opt, n+opt.Horizon)
	p := len(columns) + 1
	table := ridge.NewTable(p, 1)
	x := make([]float64, p)
	row := func(t int) []float64 {
		x[0] = 1
		for i, c := range columns {
			x[i+1] = c.value(t)
		}
		return x
	}
	for t, v := range s.Values {
		if !math.IsNaN(v) {
			table.AddRow(row(t), v)
		}
	}
	for i := range p {
		table.G[i*p+i] += regressionRidge * math.Max(table.G[i*p+i], 1)
	}
	beta := table.B
	if !ridge.Cholesky(table.G, p) {
		return fitMean(s, opt)
	}
	ridge.Solve(table.G, p, beta)
	at := func(t int) float64 {
		sum := beta[0]
		for i, v := range row(t)[1:] {
			sum += beta[i+1] * v
		}
		return sum
	}
	fitted := each(n, at)
	sd := residualSd(s.Values, fitted) * math.Sqrt(1+float64(p)/math.Max(1, float64(stat.Count(s.Values))))
	f := &fit{y: s.Values, fitted: fitted, floor: floorFor(s.Values, opt.NonNegative)}
	f.mean = func(h int) []float64 { return each(h, func(i int) float64 { return at(n + i) }) }
	f.spread = func(h int) []float64 { return constant(h, sd) }
	f.components = regressionParts(columns, beta, n+opt.Horizon)
	f.text = fmt.Sprintf("%d columns", p)
	return f, nil
}

const (
	regressionRidge = 1e-4
	shortHarmonics  = 6
	yearHarmonics   = 3
)

// column is one explaining column: a name shared by those that belong together, and a value at every step.
type column struct {
	name  string
	value func(t int) float64
}

func regressionColumns(s Series, opt Options, steps int) []column {
	n := math.Max(1, float64(len(s.Values)))
	columns := []column{{"slope", func(t int) float64 { return math.Min(float64(t)/n, 1) - 0.5 }}}
	for _, period := range opt.seasonsFor(s) {
		if 2*period > float64(len(s.Values)) {
			continue
		}
		pairs := shortHarmonics
		if period > 200 {
			pairs = yearHarmonics
		}
		for k := 1; k <= pairs && 2*float64(k) <= period; k++ {
			w := 2 * math.Pi * float64(k) / period
			name := fmt.Sprintf("season %g", period)
			columns = append(columns, column{name, func(t int) float64 { return math.Cos(w * float64(t)) }},
				column{name, func(t int) float64 { return math.Sin(w * float64(t)) }})
		}
	}
	for _, e := range opt.events(s) {
		values := eventColumn(s, e, steps)
		columns = append(columns, column{"event " + e.Name, func(t int) float64 { return valueAt(values, t) }})
	}
	for _, r := range s.Regressors {
		columns = append(columns, column{"regressor " + r.Name, func(t int) float64 { return valueAt(r.Values, t) }})
	}
	return columns
}

func valueAt(x []float64, t int) float64 {
	if t >= len(x) || math.IsNaN(x[t]) {
		return 0
	}
	return x[t]
}

// regressionParts adds up the columns of one name.
func regressionParts(columns []column, beta []float64, steps int) []Component {
	out := []Component{{Name: "level", Values: constant(steps, beta[0])}}
	for i, c := range columns {
		if out[len(out)-1].Name != c.name {
			out = append(out, Component{Name: c.name, Values: make([]float64, steps)})
		}
		part := out[len(out)-1].Values
		for t := range part {
			part[t] += beta[i+1] * c.value(t)
		}
	}
	return out
}
