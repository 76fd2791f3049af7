package yardstick

import (
	"math"
	"testing"
)

// TestRatesOfThreeDemands: sizes 4, 2, 6 after 2, 1 and 3 steps, worked out by hand: Croston's size is 4, 3.8, 4.02 and
// his interval 2, 1.9, 2.01. The chance of a demand is 1/2 at first, then 0.45, 0.505, 0.5545, 0.49905, 0.449145,
// 0.5042305.
func TestRatesOfThreeDemands(t *testing.T) {
	t.Parallel()
	y := []float64{0, 4, 2, math.NaN(), 0, 0, 6}
	if got, want := SBA(y), 0.95*4.02/2.01; math.Abs(got-want) > 1e-12 {
		t.Errorf("SBA is %v, want %v", got, want)
	}
	if got, want := TSB(y), 0.5042305*(4+0.1*0-0.2+0.1*(6-3.8)); math.Abs(got-want) > 1e-12 {
		t.Errorf("TSB is %v, want %v", got, want)
	}
}

// TestACodeThatIsGoneFadesInTSBAlone: SBA moves at demands only.
func TestACodeThatIsGoneFadesInTSBAlone(t *testing.T) {
	t.Parallel()
	y := []float64{0, 3, 0, 3, 0, 3}
	gone := append(append([]float64{}, y...), make([]float64, 40)...)
	if SBA(gone) != SBA(y) || !(TSB(gone) < 0.05*TSB(y)) {
		t.Errorf("SBA %v then %v, TSB %v then %v", SBA(y), SBA(gone), TSB(y), TSB(gone))
	}
	for name, rate := range Rates() {
		if v := rate([]float64{0, 0, math.NaN()}); v != 0 {
			t.Errorf("%s expects %v of a code that never came", name, v)
		}
	}
}
