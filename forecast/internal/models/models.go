// Package models has the forecasting models, one file each, and the contract they share: the ones a user may name and
// the combination of package combine are built from the same code.
package models

// Model forecasts one history after another. It keeps constants and buffers between calls, so that each goroutine needs
// one of its own.
type Model interface {
	// Fit learns the model's constants from a history, oldest value first, NaN where one is missing. It reports whether
	// the history is long enough; after false nothing may be predicted.
	Fit(y []float64) bool
	// Predict writes the len(out) values that follow y at the constants of Fit. y is the history of Fit, or a longer
	// one that begins with it. It allocates nothing once its buffers are large enough, but for ets, arima and
	// regression.
	Predict(y, out []float64)
}

// Explainer is a model that can show what it is made of.
type Explainer interface {
	// Components returns the parts of the model that was fitted to y, one value per step of y; those that are known
	// ahead have steps values, which is at least len(y).
	Components(y []float64, steps int) []Component
}

// Component is one part of a model: a level, a season, the effect of an event.
type Component struct {
	// Name says which part: "level", "season 7", "event payday".
	Name string
	// Values holds one value per step, in units of the series, NaN where the part is not defined.
	Values []float64
}

// firstOf is the first of several models that the history is long enough for.
type firstOf struct {
	candidates []Model
	chosen     Model
}

// orElse returns a model that is m where the history is long enough for it, else the simpler one.
func orElse(m, simpler Model) *firstOf { return &firstOf{candidates: []Model{m, simpler}} }

// Fit fits the candidates in turn until one has enough history.
func (f *firstOf) Fit(y []float64) bool {
	for _, m := range f.candidates {
		if m.Fit(y) {
			f.chosen = m
			return true
		}
	}
	return false
}

// Predict writes what the chosen candidate says.
func (f *firstOf) Predict(y, out []float64) { f.chosen.Predict(y, out) }

// Components returns those of the chosen candidate, none where it has none.
func (f *firstOf) Components(y []float64, steps int) []Component {
	if e, ok := f.chosen.(Explainer); ok {
		return e.Components(y, steps)
	}
	return nil
}
