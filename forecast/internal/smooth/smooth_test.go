package smooth_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
)

func TestASeasonWithoutNoiseIsContinued(t *testing.T) {
	t.Parallel()
	shape := []float64{5, 1, 9, 4}
	y := make([]float64, 42)
	for i := range y {
		y[i] = shape[i%4]
	}
	s := smooth.New(4, 1)
	s.Init(y)
	p := s.Fit(y)
	s.Reset()
	s.Run(y, 0, len(y), 0, p, nil)
	out := make([]float64, 6)
	s.Forecast(len(y), p, out)
	for h, v := range out {
		if want := shape[(len(y)+h)%4]; math.Abs(v-want) > 1e-6 {
			t.Errorf("step %d is %v, want %v", h, v, want)
		}
	}
}

func TestRunningInPiecesIsRunningAtOnce(t *testing.T) {
	t.Parallel()
	y := make([]float64, 60)
	for i := range y {
		y[i] = math.Sin(float64(i*i)) + float64(i%7)
	}
	y[20], y[41] = math.NaN(), math.NaN()
	p := smooth.Params{Alpha: 0.2, Gamma1: 0.1, Gamma2: 0.1, Phi: 0.5}
	once, pieces := make([]float64, 9), make([]float64, 9)
	a, b := smooth.New(7, 14), smooth.New(7, 14)
	a.Init(y)
	b.Init(y)
	a.Reset()
	b.Reset()
	a.Run(y, 0, 60, 0, p, nil)
	for from := 0; from < 60; from += 13 {
		b.Run(y, from, min(from+13, 60), 0, p, nil)
	}
	a.Forecast(60, p, once)
	b.Forecast(60, p, pieces)
	for h := range once {
		if once[h] != pieces[h] {
			t.Fatalf("step %d: %v at once, %v in pieces", h, once[h], pieces[h])
		}
	}
}
