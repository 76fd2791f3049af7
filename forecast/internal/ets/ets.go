// Package ets is exponential smoothing as a family of state space models: error, trend and season, each additive,
// multiplicative or none (Hyndman, Koehler, Snyder and Grose, IJF 2002; Hyndman, Koehler, Ord and Snyder, Forecasting
// with Exponential Smoothing, 2008).
//
//	q = level ⊕ φ·trend,  forecast = q ⊗ season,  e = y - forecast, or (y - forecast)/forecast for multiplicative errors
//	level, trend and season move by α, β and γ times the error in their own terms
package ets

import "math"

// Part says how a component enters.
type Part byte

// The parts.
const (
	None           Part = 'N'
	Additive       Part = 'A'
	Multiplicative Part = 'M'
)

// Form is one model of the taxonomy, such as ETS(A,Ad,M).
type Form struct {
	Error, Trend, Season Part
	Damped               bool
	Period               int // of the season, 1 for none
}

// String returns the usual name: ETS(A,Ad,M).
func (f Form) String() string {
	d := ""
	if f.Damped {
		d = "d"
	}
	return "ETS(" + string(f.Error) + "," + string(f.Trend) + d + "," + string(f.Season) + ")"
}

// Params are the constants and the state before the first value. Season holds the value of the phase of the first
// observation first.
type Params struct {
	Alpha, Beta, Gamma, Phi float64
	Level, Trend            float64
	Season                  []float64
}

// State runs through a series.
type State struct {
	form         Form
	p            Params
	level, trend float64
	season       []float64 // by phase
	at           int       // phase of the next value
}

// start puts the state where the parameters say.
func (s *State) start(f Form, p Params) {
	s.form, s.p, s.level, s.trend, s.at = f, p, p.Level, p.Trend, 0
	s.season = append(s.season[:0], p.Season...)
}

// ahead returns level and trend combined for h steps ahead.
func (s *State) ahead(h int) float64 {
	switch s.form.Trend {
	case Additive:
		return s.level + s.damp(h)*s.trend
	case Multiplicative:
		return s.level * math.Pow(s.trend, s.damp(h))
	}
	return s.level
}

// damp is φ + φ² + … + φ^h.
func (s *State) damp(h int) float64 {
	if !s.form.Damped || s.p.Phi == 1 {
		return float64(h)
	}
	return s.p.Phi * (1 - math.Pow(s.p.Phi, float64(h))) / (1 - s.p.Phi)
}

// Forecast returns the value expected h steps after the newest one.
func (s *State) Forecast(h int) float64 {
	q := s.ahead(h)
	if s.form.Season == None {
		return q
	}
	phase := (s.at + h - 1) % len(s.season)
	if s.form.Season == Additive {
		return q + s.season[phase]
	}
	return q * s.season[phase]
}

// step takes one value, NaN where it is missing, and returns its forecast and error; a missing value has none and the
// state goes where it was expected to.
func (s *State) step(y float64) (forecast, e float64) {
	forecast = s.Forecast(1)
	q := s.ahead(1)
	if y != y {
		y = forecast
	}
	e = y - forecast
	if s.form.Error == Multiplicative {
		e /= forecast
	}
	s.update(q, forecast, y)
	if len(s.season) > 0 {
		s.at = (s.at + 1) % len(s.season)
	}
	return forecast, e
}

// update moves level, trend and season. The recursions in terms of the value are those of Hyndman et al. 2002, which
// hold for additive and multiplicative errors alike.
func (s *State) update(q, forecast, y float64) {
	p, level, trend := s.p, s.level, s.trend
	season := 0.0
	adjusted := y
	switch s.form.Season {
	case Additive:
		season = s.season[s.at]
		adjusted = y - season
	case Multiplicative:
		season = s.season[s.at]
		adjusted = y / season
	}
	s.level = q + p.Alpha*(adjusted-q)
	phi := 1.0
	if s.form.Damped {
		phi = p.Phi
	}
	switch s.form.Trend {
	case Additive:
		moved := phi * trend
		s.trend = moved + p.Beta/p.Alpha*((s.level-level)-moved)
	case Multiplicative:
		moved := math.Pow(trend, phi)
		s.trend = moved + p.Beta/p.Alpha*(s.level/level-moved)
	}
	switch s.form.Season {
	case Additive:
		s.season[s.at] = season + p.Gamma*((y-q)-season)
	case Multiplicative:
		s.season[s.at] = season + p.Gamma*(y/q-season)
	}
	_ = forecast
}

// Likelihood runs the model over y and returns -2 times the concentrated log-likelihood, as R's forecast counts it:
// n·log Σe² + 2·Σlog|forecast| for multiplicative errors. fitted may be nil. +Inf where a multiplicative part leaves
// its domain.
func Likelihood(y []float64, f Form, p Params, s *State, fitted []float64) (likelihood, sigma2 float64) {
	s.start(f, p)
	sum, logs, n := 0.0, 0.0, 0.0
	for t, v := range y {
		forecast, e := s.step(v)
		if fitted != nil {
			fitted[t] = forecast
		}
		if v != v {
			continue
		}
		if f.Error == Multiplicative {
			if !(math.Abs(forecast) > 1e-10) {
				return math.Inf(1), 0
			}
			logs += math.Log(math.Abs(forecast))
		}
		sum += e * e
		n++
	}
	if !(sum > 0) {
		sum = 1e-300
	}
	return n*math.Log(sum) + 2*logs, sum / n
}
