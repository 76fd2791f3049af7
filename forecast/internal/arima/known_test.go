package arima_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/arima"
)

// autoregressive draws y = 20 + 0.7·(y₁ - 20) + noise.
func autoregressive(n int) []float64 {
	rng := rand.New(rand.NewPCG(7, 1))
	y, x := make([]float64, n), 0.0
	for i := range y {
		x = 0.7*x + rng.NormFloat64()
		y[i] = 20 + x
	}
	return y
}

// TestAnAutoregressionIsFoundAndForecastByItsFormula: c + φ^h·(y - c), spread σ·√((1-φ^2h)/(1-φ²)).
func TestAnAutoregressionIsFoundAndForecastByItsFormula(t *testing.T) {
	t.Parallel()
	y := autoregressive(800)
	f, ok := arima.Fit(y, arima.Order{P: 1, Constant: true})
	if !ok || math.Abs(f.Phi[0]-0.7) > 0.06 || math.Abs(f.Constant-20) > 0.3 {
		t.Fatalf("φ %v, constant %v, %v", f.Phi, f.Constant, ok)
	}
	mean, sd := f.Forecast(5)
	phi, last := f.Phi[0], y[799]
	for h := range 5 {
		p := math.Pow(phi, float64(h+1))
		if want := f.Constant + p*(last-f.Constant); math.Abs(mean[h]-want) > 1e-9 {
			t.Errorf("step %d is %v, want %v", h+1, mean[h], want)
		}
		if want := math.Sqrt(f.Sigma2 * (1 - p*p) / (1 - phi*phi)); math.Abs(sd[h]-want) > 1e-9 {
			t.Errorf("the spread of step %d is %v, want %v", h+1, sd[h], want)
		}
	}
}

// TestDifferencesAreAsManyAsTheLevelNeeds: none for noise, one for a walk, two for a walk that is summed again.
func TestDifferencesAreAsManyAsTheLevelNeeds(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 9))
	noise, walk, sum := make([]float64, 300), make([]float64, 300), make([]float64, 300)
	for i := range noise {
		noise[i] = rng.NormFloat64()
		if walk[i] = noise[i]; i > 0 {
			walk[i] += walk[i-1]
		}
		if sum[i] = walk[i]; i > 0 {
			sum[i] += sum[i-1]
		}
	}
	for d, y := range [][]float64{noise, walk, sum} {
		if got := arima.Differences(y); got != d {
			t.Errorf("%d differences, want %d", got, d)
		}
	}
	if !(arima.KPSS(noise) < 0.463 && arima.KPSS(walk) > 0.463) {
		t.Errorf("KPSS of noise %v, of a walk %v", arima.KPSS(noise), arima.KPSS(walk))
	}
}

// TestAWalkIsContinuedAtItsLastValue, a gap before the end or not.
func TestAWalkIsContinuedAtItsLastValue(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 9))
	y := make([]float64, 200)
	for i := range y {
		if y[i] = rng.NormFloat64(); i > 0 {
			y[i] += y[i-1]
		}
	}
	f, ok := arima.Fit(y, arima.Order{D: 1})
	mean, sd := f.Forecast(4)
	if !ok || mean[0] != y[199] || mean[3] != y[199] || math.Abs(sd[3]-2*sd[0]) > 1e-9 {
		t.Errorf("from %v: %v ± %v", y[199], mean, sd)
	}
}
