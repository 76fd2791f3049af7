package models

import (
	"fmt"

	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
)

// Smoothing is exponential smoothing with up to two additive seasons and an autoregressive error: the
// "exponentialSmoothing" of planning systems. Package smooth has formula and papers. Missing values move nothing.
type Smoothing struct {
	first, second int // seasons in steps, 1 for none
	smoother      *smooth.Smoother
	constants     smooth.Params
	done          int // steps of the history that the smoother has run over
}

// NewSmoothing returns a smoothing with two seasons in steps; 1 or less means no such season.
func NewSmoothing(first, second int) *Smoothing {
	return &Smoothing{first: max(first, 1), second: max(second, 1), smoother: smooth.New(first, second)}
}

// Fit sets the first level and seasons from y and searches the constants that miss it least.
func (s *Smoothing) Fit(y []float64) bool {
	s.smoother.Init(y)
	s.constants = s.smoother.Fit(y)
	s.Restart()
	return true
}

// Refit sets the first level and seasons from y and keeps the constants.
func (s *Smoothing) Refit(y []float64) {
	s.smoother.Init(y)
	s.Restart()
}

// Restart goes back to the beginning of the history, whose values have changed: the next Predict runs over all of it.
func (s *Smoothing) Restart() {
	s.smoother.Reset()
	s.done = 0
}

// Predict runs over what y has beyond the history of the call before, and forecasts from its end.
func (s *Smoothing) Predict(y, out []float64) {
	n := len(y)
	s.smoother.Run(y, s.done, n, n, s.constants, nil)
	s.done = n
	s.smoother.Forecast(n, s.constants, out)
}

// Components returns level and seasons as they stood before each step.
func (s *Smoothing) Components(y []float64, _ int) []Component {
	s.Refit(y)
	n := len(y)
	level, first, second := make([]float64, n), make([]float64, n), make([]float64, n)
	for t := range y {
		l, s1, s2 := s.smoother.State()
		level[t], first[t], second[t] = l, s1[t%s.first], s2[t%s.second]
		s.smoother.Run(y, t, t+1, 0, s.constants, nil)
	}
	s.done = n
	out := []Component{{Name: "level", Values: level}}
	if s.first > 1 {
		out = append(out, Component{Name: fmt.Sprintf("season %d", s.first), Values: first})
	}
	if s.second > 1 {
		out = append(out, Component{Name: fmt.Sprintf("season %d", s.second), Values: second})
	}
	return out
}
