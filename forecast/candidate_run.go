package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/models"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// candidateRun lets named models forecast one series: at origins in its past, which weigh them and make the intervals,
// and at its end.
type candidateRun struct {
	s          Series
	opt        Options
	floor      float64
	scale      float64 // mean absolute step of the seasonal naive
	square     float64 // mean squared step
	window     int     // steps compared at each origin
	cuts       []int   // lengths of the history at the origins, oldest first
	candidates []candidate
}

// candidate is what one model forecast.
type candidate struct {
	name string
	past [][]float64 // per cut, window steps; NaN where the model had nothing to learn from
	now  []float64   // horizon steps
	err  float64     // mean absolute error at the origins over the scale
}

// forecastAlone fits the named models at every origin and at the end, weighs them by their errors, and takes the
// intervals from the errors of the weighted mean.
func forecastAlone(s Series, names []string, opt Options) Result {
	r := Result{ID: s.ID, Model: opt.Algorithm}
	if stat.Count(s.Values) == 0 {
		r.Fallback = "the history is empty: zero until there is one"
		names = nil
	}
	o := newCandidateRun(s, opt)
	for _, name := range names {
		o.try(name)
	}
	if missing := len(s.Values) - stat.Count(s.Values); missing > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d values are missing and were left out", missing, len(s.Values)))
	}
	o.finish(&r)
	if opt.Explain {
		r.Components = o.components()
	}
	return r
}

func newCandidateRun(s Series, opt Options) *candidateRun {
	o := &candidateRun{s: s, opt: opt, floor: floorFor(s.Values, opt.NonNegative)}
	m := opt.shortSeason(s)
	o.scale, o.square = stat.Scale(s.Values, m)
	o.window, o.cuts = originsIn(len(s.Values), opt.Horizon, m)
	return o
}

// originsIn returns how many steps can be compared at each origin and where the origins lie: up to eight, half a
// horizon apart, each with two cycles and five values before it.
func originsIn(n, horizon, m int) (window int, cuts []int) {
	least := 2*m + 5
	window = max(1, min(horizon, (n-least)/2))
	step := max(1, window/2)
	for k := window + 7*step; k >= window; k -= step {
		if n-k >= least {
			cuts = append(cuts, n-k)
		}
	}
	return window, cuts
}

// try adds a candidate.
func (o *candidateRun) try(name string) {
	c := candidate{name: name, now: o.predict(name, len(o.s.Values), o.opt.Horizon)}
	sum, n := 0.0, 0
	for _, cut := range o.cuts {
		past := o.predict(name, cut, o.window)
		for i, v := range past {
			if e := math.Abs(o.s.Values[cut+i] - v); !math.IsNaN(e) {
				sum += e
				n++
			}
		}
		c.past = append(c.past, past)
	}
	c.err = ratio(sum, float64(n)) / scaleOr1(o.scale)
	o.candidates = append(o.candidates, c)
}

// predict is the forecast of a model that knows the first n values, NaN where these are all missing.
func (o *candidateRun) predict(name string, n, steps int) []float64 {
	past := o.s.until(n)
	m, y := o.fitted(name, past), past.Values
	if m == nil {
		return constant(steps, math.NaN())
	}
	out := make([]float64, steps)
	m.Predict(y, out)
	floor := floorFor(y, o.opt.NonNegative)
	for i, v := range out {
		out[i] = max(finiteOr0(v), floor)
	}
	guard(out, y, o.floor)
	return out
}

// fitted is the model of a name that has learned from a series, nil where this has no value.
func (o *candidateRun) fitted(name string, s Series) models.Model {
	m, known := models.New(name, o.opt.setting(s))
	if !known || stat.Count(s.Values) == 0 || !m.Fit(s.Values) {
		return nil
	}
	return m
}

func scaleOr1(s float64) float64 {
	if s > 0 {
		return s
	}
	return 1
}

// components are those of the first candidate.
func (o *candidateRun) components() []Component {
	if len(o.candidates) == 0 {
		return nil
	}
	m, ok := o.fitted(o.candidates[0].name, o.s).(models.Explainer)
	if !ok {
		return nil
	}
	var out []Component
	for _, c := range m.Components(o.s.Values, len(o.s.Values)+o.opt.Horizon) {
		out = append(out, Component{Name: c.Name, Values: c.Values})
	}
	return out
}

// guard bounds a forecast to half the range of the history beyond it and replaces what is not a number.
func guard(f, history []float64, floor float64) {
	lo, hi := stat.Range(history)
	if math.IsNaN(lo) {
		lo, hi = 0, 0
	}
	margin := (hi - lo) / 2
	for i, v := range f {
		if math.IsNaN(v) {
			v = stat.Mean(history)
		}
		f[i] = max(floor, lo-margin, min(v, hi+margin))
	}
}

// accuracy measures what the combination forecast at the origins against the actuals. Scales are those of the whole
// history.
func (o *candidateRun) accuracy(past [][]float64) Accuracy {
	var y, f []float64
	a := Accuracy{Origins: len(o.cuts)}
	for u, cut := range o.cuts {
		y = append(y, o.s.Values[cut:cut+o.window]...)
		f = append(f, past[u]...)
	}
	for i := range y {
		if math.IsNaN(f[i]) {
			y[i], f[i] = math.NaN(), 0
		}
		if !math.IsNaN(y[i]) {
			a.Cells++
		}
	}
	a.WAPE, a.Bias, a.SMAPE = ratio(meanAbsError(y, f), meanAbs(y, f)), ratio(meanError(y, f), meanAbs(y, f)),
		smape(y, f)
	a.MASE = ratio(meanAbsError(y, f), o.scale)
	a.RMSSE = math.Sqrt(ratio(meanSquare(y, f), o.square))
	a.Levels = o.levelScores(past)
	return a
}

// levelScores measures the intervals at each origin, made from the errors of the other origins alone.
func (o *candidateRun) levelScores(past [][]float64) []LevelScore {
	scores := make([]LevelScore, len(o.opt.Levels))
	var y []float64
	lower, upper := make([][]float64, len(scores)), make([][]float64, len(scores))
	for u, cut := range o.cuts {
		others := *o
		others.cuts = without(o.cuts, u)
		if len(others.cuts) == 0 {
			continue
		}
		y = append(y, o.s.Values[cut:cut+o.window]...)
		for i, b := range others.bands(past[u], without(past, u)) {
			lower[i], upper[i] = append(lower[i], b.Lower...), append(upper[i], b.Upper...)
		}
	}
	for i, level := range o.opt.Levels {
		scores[i] = LevelScore{
			Level: level, Coverage: coverage(y, lower[i], upper[i]),
			MSIS: ratio(intervalScore(y, lower[i], upper[i], level), o.scale),
		}
	}
	return scores
}
