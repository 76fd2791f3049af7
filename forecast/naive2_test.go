package forecast

import (
	"math"
	"testing"
)

// The figures were computed by the project's scorer in Python.
func TestNaive2AgreesWithTheScorer(t *testing.T) {
	t.Parallel()
	scored := []float64{12, 5, 7, 9, 30, 2, 1, 14, 6, 8, 9, 28, 3, 2, 11, 7, 6, 12, 33, 2, 0, 15, 4, 9, 10, 27, 4, 1}
	y := make([]float64, len(scored))
	for i, v := range scored {
		y[i] = v + 1
	}
	want := []float64{13.945616964266422, 6.551850310051853, 8.515734227453128, 10.907335431777746, 30.77925393519974,
		3.2998583949067184, 2, 13.945616964266422, 6.551850310051853}
	for i, v := range naive2(y, 7, 9) {
		if math.Abs(v-want[i]) > 1e-12*want[i] {
			t.Errorf("step %d is %v, want %v", i+1, v, want[i])
		}
	}
	for _, v := range naive2(y, 4, 5) {
		if v != 2 {
			t.Errorf("a step without a season is %v, want 2", v)
		}
	}
}

// TestOWAIsOneForTheBenchmarkItself and halves with both of its figures.
func TestOWAIsOneForTheBenchmarkItself(t *testing.T) {
	t.Parallel()
	if v := owa(14, 1.9, 14, 1.9); v != 1 {
		t.Errorf("OWA of Naive2 is %v", v)
	}
	if v := owa(7, 0.95, 14, 1.9); v != 0.5 {
		t.Errorf("OWA of half its errors is %v", v)
	}
}
