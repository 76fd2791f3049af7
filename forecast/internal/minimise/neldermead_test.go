package minimise_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast/internal/minimise"
)

// Rosenbrock's valley has its least value, 0, at (1, 1).
func TestRosenbrocksValleyIsFollowedToItsEnd(t *testing.T) {
	t.Parallel()
	f := func(x []float64) float64 { a, b := x[1]-x[0]*x[0], 1-x[0]; return 100*a*a + b*b }
	x, v := minimise.Simplex(f, []float64{-1.2, 1}, []float64{0.5, 0.5}, 2000, 1e-14)
	if v > 1e-8 || math.Abs(x[0]-1) > 1e-3 || math.Abs(x[1]-1) > 1e-3 {
		t.Errorf("ends at %v with %v", x, v)
	}
}

func TestValuesOutsideTheDomainAreAvoided(t *testing.T) {
	t.Parallel()
	f := func(x []float64) float64 { return math.Sqrt(x[0]) + 1/x[0] } // NaN below zero
	x, _ := minimise.Simplex(f, []float64{5}, []float64{-4}, 500, 1e-12)
	if want := math.Pow(2, 2.0/3); math.Abs(x[0]-want) > 1e-3 {
		t.Errorf("ends at %v, want %v", x[0], want)
	}
}
