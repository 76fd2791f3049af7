package ets_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/ets"
)

// TestSimpleSmoothingByHand: level 10, α 0.5: errors 4 and -4, then level 10.
func TestSimpleSmoothingByHand(t *testing.T) {
	t.Parallel()
	var s ets.State
	fitted := make([]float64, 3)
	form := ets.Form{Error: ets.Additive, Trend: ets.None, Season: ets.None, Period: 1}
	_, sigma2 := ets.Likelihood([]float64{14, 8, math.NaN()}, form, ets.Params{Alpha: 0.5, Phi: 1, Level: 10}, &s,
		fitted)
	if fitted[0] != 10 || fitted[1] != 12 || fitted[2] != 10 || s.Forecast(1) != 10 || s.Forecast(9) != 10 {
		t.Errorf("expected %v, ahead %v", fitted, s.Forecast(1))
	}
	if want := (16 + 16) / 2.0; math.Abs(sigma2-want) > 1e-12 {
		t.Errorf("variance %v, want %v", sigma2, want)
	}
}

// TestADampedTrendFades: a trend of 10 and φ 0.5 brings 5, 2.5, 1.25 more.
func TestADampedTrendFades(t *testing.T) {
	t.Parallel()
	var s ets.State
	form := ets.Form{Error: ets.Additive, Trend: ets.Additive, Season: ets.None, Damped: true, Period: 1}
	ets.Likelihood([]float64{100 + 5}, form, ets.Params{Alpha: 0.5, Beta: 0.1, Phi: 0.5, Level: 100, Trend: 10}, &s,
		nil)
	for h, want := range []float64{107.5, 108.75, 109.375} { // the trend is 5 after a step without an error
		if got := s.Forecast(h + 1); math.Abs(got-want) > 1e-12 {
			t.Errorf("step %d is %v, want %v", h+1, got, want)
		}
	}
}

// TestFormsAreTheStableOnes: multiplicative ones for values above zero alone, and none with so many parameters that
// fewer than five values are left over.
func TestFormsAreTheStableOnes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		period   int
		positive bool
		n, want  int
	}{{1, false, 100, 3}, {1, true, 100, 6}, {7, false, 100, 6}, {7, true, 100, 15}, {52, true, 300, 6},
		{7, true, 10, 4}, {1, true, 8, 2}} {
		forms := ets.Forms(c.period, c.positive, c.n)
		if len(forms) != c.want {
			t.Errorf("%+v: %d forms: %v", c, len(forms), forms)
		}
		for _, f := range forms {
			if !c.positive && (f.Error == ets.Multiplicative || f.Season == ets.Multiplicative) ||
				f.Error == ets.Additive && f.Season == ets.Multiplicative {
				t.Errorf("%v is offered", f)
			}
		}
	}
}

// TestALineIsFoundToHaveATrend and a flat series none.
func TestALineIsFoundToHaveATrend(t *testing.T) {
	t.Parallel()
	line, flat := make([]float64, 40), make([]float64, 40)
	for i := range line {
		wiggle := float64((i*i)%7) - 3
		line[i], flat[i] = 100+5*float64(i)+wiggle, 100+wiggle
	}
	m, ok := ets.Search(line, 1)
	if !ok || m.Form.Trend == ets.None || math.Abs(m.State.Forecast(4)-m.State.Forecast(1)-15) > 3 {
		t.Errorf("the line is %v, from %v to %v", m.Form, m.State.Forecast(1), m.State.Forecast(4))
	}
	if m, ok := ets.Search(flat, 1); !ok || m.Form.Trend != ets.None || math.Abs(m.State.Forecast(1)-100) > 2 {
		t.Errorf("the flat series is %v at %v", m.Form, m.State.Forecast(1))
	}
}
