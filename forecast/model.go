package forecast

import "math"

// Model is a method of forecasting. New gives those of this package; Backtest takes any.
type Model interface {
	// Name is the one by which Options.Algorithm asks for it.
	Name() string
	// Fit learns from the history of s. Options tell the seasons, the sign and the horizon that will be asked
	// for. A history the model can't be fitted to is an error that says what is missing.
	Fit(s Series, opt Options) (Fit, error)
}

// Fit is a model that has learned from one history of n values.
type Fit interface {
	// Forecast returns h steps after the history, with intervals by the model's own assumptions; none
	// where it has none. Run replaces them by intervals measured on backtests.
	Forecast(h int, levels []float64) Prediction
	// Fitted returns n one-step forecasts from inside the history, NaN where there was nothing to learn from.
	Fitted() []float64
	// Residuals returns n values minus fitted values, NaN where either is missing.
	Residuals() []float64
	// Components returns what the fit is made of, n values each; none for models without parts.
	Components() []Component
	// Describe returns the constants that were found, on one line.
	Describe() string
}

// Prediction is what one fit says of the future.
type Prediction struct {
	// Mean holds one value per step.
	Mean []float64
	// Bands hold the intervals, in the order of the levels asked for.
	Bands []Band
}

// fit is the Fit of every model here: values, one-step forecasts, and a function each for the mean and for the
// standard deviation of the error of h steps ahead.
type fit struct {
	y, fitted  []float64
	mean       func(h int) []float64
	spread     func(h int) []float64
	bands      func(h int, levels []float64) []Band // instead of spread, for models that are not normal
	components []Component
	text       string
	floor      float64 // no forecast falls below; -Inf for none
}

func (f *fit) Forecast(h int, levels []float64) Prediction {
	h = max(h, 0)
	mean := f.mean(h)
	for i, v := range mean {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			v = 0
		}
		mean[i] = max(v, f.floor)
	}
	p := Prediction{Mean: mean}
	switch {
	case f.bands != nil:
		p.Bands = f.bands(h, levels)
	case f.spread != nil:
		p.Bands = normalBands(mean, f.spread(h), levels, f.floor)
	}
	return p
}

func (f *fit) Fitted() []float64       { return f.fitted }
func (f *fit) Components() []Component { return f.components }
func (f *fit) Describe() string        { return f.text }

func (f *fit) Residuals() []float64 {
	r := make([]float64, len(f.y))
	for t := range r {
		r[t] = f.y[t] - f.fitted[t]
	}
	return r
}

// normalBands puts mean ± z·sd around the mean, not below floor.
func normalBands(mean, sd, levels []float64, floor float64) []Band {
	bands := make([]Band, len(levels))
	for i, level := range levels {
		z := math.Sqrt2 * math.Erfinv(max(0, min(level, 1-1e-12)))
		b := Band{Level: level, Lower: make([]float64, len(mean)), Upper: make([]float64, len(mean))}
		for h, m := range mean {
			b.Lower[h] = max(m-z*sd[h], floor)
			b.Upper[h] = max(m+z*sd[h], b.Lower[h])
		}
		bands[i] = b
	}
	return bands
}

// floorFor returns 0 where forecasts must not fall below it, else -Inf.
func floorFor(y []float64, rule NonNegative) float64 {
	if rule == NonNegativeAlways {
		return 0
	}
	if rule == NonNegativeAuto {
		for _, v := range y {
			if v < 0 {
				return math.Inf(-1)
			}
		}
		return 0
	}
	return math.Inf(-1)
}
