package count_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast/internal/count"
)

// share is the probability of at most k, from the gamma function: C(k+r-1, k)·p^r·(1-p)^k with r = 1/φ.
func share(mean, phi, k float64) float64 {
	r := 1 / phi
	sum := 0.0
	for i := 0.0; i <= k; i++ {
		a, _ := math.Lgamma(i + r)
		b, _ := math.Lgamma(r)
		c, _ := math.Lgamma(i + 1)
		sum += math.Exp(a - b - c + r*math.Log(r/(r+mean)) + i*math.Log(mean/(r+mean)))
	}
	return sum
}

func TestQuantileIsTheLeastCountThatHoldsTheShare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mean, phi := rapid.Float64Range(0.01, 40).Draw(t, "mean"), rapid.Float64Range(0.05, 20).Draw(t, "phi")
		p := rapid.Float64Range(0.01, 0.99).Draw(t, "p")
		k := count.NegativeBinomial{Mean: mean, Phi: phi}.Quantile(p)
		if share(mean, phi, k) < p-1e-9 || k > 0 && share(mean, phi, k-1) > p+1e-9 {
			t.Fatalf("quantile %v: %v up to it, %v below, want %v", k, share(mean, phi, k), share(mean, phi, k-1), p)
		}
	})
}

func TestNothingExpectedMeansNothing(t *testing.T) {
	t.Parallel()
	if q := (count.NegativeBinomial{}).Quantile(0.99); q != 0 {
		t.Errorf("got %v", q)
	}
	if q := (count.NegativeBinomial{Mean: 1e6}).Quantile(0.5); math.Abs(q-1e6) > 1 {
		t.Errorf("median of a large mean is %v", q)
	}
}
