package smooth_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/smooth"
)

// TestTheRecursionByHand: level 10 at first, α 0.5, φ 0.2: errors move the level, and are remembered for a step.
func TestTheRecursionByHand(t *testing.T) {
	t.Parallel()
	s := smooth.New(1, 1)
	s.Init([]float64{10, 10})
	s.Reset()
	p := smooth.Params{Alpha: 0.5, Phi: 0.2}
	fitted := make([]float64, 3)
	// 14: base 10, error 4, level 12. Missing: forecast 12 + 0.8, error fades to 0.8. 12: forecast 12 + 0.16, level 12.
	sse := s.Run([]float64{14, math.NaN(), 12}, 0, 3, 0, p, fitted)
	for i, want := range []float64{10, 12.8, 12.16} {
		if math.Abs(fitted[i]-want) > 1e-12 {
			t.Errorf("step %d was expected at %v, want %v", i, fitted[i], want)
		}
	}
	if math.Abs(sse-16-0.16*0.16) > 1e-12 {
		t.Errorf("squared errors %v", sse)
	}
	out := make([]float64, 2)
	if s.Forecast(3, p, out); out[0] != 12 || out[1] != 12 {
		t.Errorf("ahead %v", out)
	}
}

// TestTheFirstSeasonsAreMeansOfPhases, the second of what the first leaves.
func TestTheFirstSeasonsAreMeansOfPhases(t *testing.T) {
	t.Parallel()
	day, week := []float64{-1, 1}, []float64{3, 3, 0, 0, -3, -3}
	y := make([]float64, 24)
	for i := range y {
		y[i] = 20 + day[i%2] + week[i%6]
	}
	s := smooth.New(2, 6)
	s.Init(y)
	s.Reset()
	level, s1, s2 := s.State()
	if level != 20 {
		t.Errorf("level %v", level)
	}
	for i := range 6 {
		if math.Abs(s1[i%2]-day[i%2]) > 1e-12 || math.Abs(s2[i]-week[i]) > 1e-12 {
			t.Errorf("phase %d has %v and %v", i, s1[i%2], s2[i])
		}
	}
}

// TestConstantsFollowTheSeries: a level that walks needs a large α, one that stands a small one.
func TestConstantsFollowTheSeries(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 6))
	walk, noise := make([]float64, 400), make([]float64, 400)
	for i := range walk {
		noise[i] = 50 + 5*rng.NormFloat64()
		walk[i] = 5 * rng.NormFloat64()
		if i > 0 {
			walk[i] += walk[i-1]
		}
	}
	follows := func(y []float64) float64 {
		s := smooth.New(1, 1)
		s.Init(y)
		p := s.Fit(y)
		return p.Alpha + p.Phi
	}
	if a, b := follows(walk), follows(noise); !(a > 0.8 && b < 0.3) {
		t.Errorf("α + φ of a walk is %v, of noise %v", a, b)
	}
}
