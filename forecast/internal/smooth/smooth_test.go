package smooth_test

import (
	"math"
	"math/rand/v2"
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

// TestTwoAreTriedAsOne: run side by side, two sets of constants miss by what each misses alone; where both are beaten
// they may stop, but not before.
func TestTwoAreTriedAsOne(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 8))
	y := make([]float64, 333)
	for i := range y {
		y[i] = 50 + float64(i%7) + 3*float64(i%14)/14 + rng.NormFloat64()
	}
	y[100] = math.NaN()
	p := [2]smooth.Params{{Alpha: 0.1, Gamma1: 0.2, Gamma2: 0.05, Phi: 0.5}, {Alpha: 0.6, Gamma1: 0.01, Phi: 0.1}}
	for _, seasons := range [][2]int{{7, 14}, {7, 1}} {
		if seasons[1] == 1 {
			p[0].Gamma2 = 0
		}
		s := smooth.New(seasons[0], seasons[1])
		s.Init(y)
		want := [2]float64{}
		for i := range p {
			s.Reset()
			want[i] = s.Run(y, 0, len(y), 14, p[i], nil)
		}
		a, b := s.Race(y, 14, p, math.Inf(1))
		if a != want[0] || b != want[1] {
			t.Errorf("seasons of %v: together %v and %v, alone %v", seasons, a, b, want)
		}
		a, b = s.Race(y, 14, p, want[0]/2)
		if a > want[0] || b > want[1] || a < want[0]/2 || b < want[0]/2 {
			t.Errorf("seasons of %v: stopped at %v and %v, to beat %v", seasons, a, b, want[0]/2)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	for name, seasons := range map[string][2]int{"day and week": {24, 168}, "week": {7, 1}} {
		b.Run(name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(2, 3))
			y := make([]float64, 730)
			for i := range y {
				y[i] = 50 + float64(i%seasons[0]) + 4*rng.NormFloat64()
			}
			s := smooth.New(seasons[0], seasons[1])
			b.ReportAllocs()
			for b.Loop() {
				s.Init(y)
				s.Fit(y)
			}
		})
	}
}
