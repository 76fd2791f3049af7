package demand

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestTheMixMovesAndTheSumStays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		codes, days := rapid.IntRange(1, 4).Draw(t, "codes"), rapid.IntRange(0, 80).Draw(t, "days")
		past, ahead := make([][]float64, codes), make([][]float64, codes)
		for j := range past {
			past[j] = rapid.SliceOfN(rapid.OneOf(rapid.Just(math.NaN()), rapid.Just(0.0), rapid.Float64Range(0, 1e6)), days, days).Draw(t, "past")
			ahead[j] = rapid.SliceOfN(rapid.OneOf(rapid.Just(0.0), rapid.Just(5e-324), rapid.Float64Range(0, 1e6)), 30, 30).Draw(t, "ahead")
		}
		before := sumsOf(ahead)
		multiplyMix(ahead, mixFactors(past, ahead))
		for day, after := range sumsOf(ahead) {
			if math.Abs(after-before[day]) > 1e-9*before[day]+1e-300 {
				t.Fatalf("day %d: %g contacts became %g", day, before[day], after)
			}
			for j := range ahead {
				if !(ahead[j][day] >= 0) {
					t.Fatalf("day %d: %g contacts", day, ahead[j][day])
				}
			}
		}
	})
}

func sumsOf(series [][]float64) []float64 {
	sums := make([]float64, len(series[0]))
	for _, s := range series {
		for day, v := range s {
			sums[day] += v
		}
	}
	return sums
}

func TestAMixThatHasMovedIsFollowedAndChanceIsNot(t *testing.T) {
	t.Parallel()
	past := [][]float64{make([]float64, 70), make([]float64, 70)}
	for day := range 70 {
		past[0][day], past[1][day] = 50, 50
		if day >= 56 {
			past[0][day], past[1][day] = 20, 80
		}
	}
	ahead := func() [][]float64 { return [][]float64{constant(50, 28), constant(50, 28)} }
	moved := ahead()
	multiplyMix(moved, mixFactors(past, moved))
	if share := moved[0][0] / 100; share < 0.2 || share > 0.3 {
		t.Errorf("a share that fell from 50 to 20 %% two weeks ago is forecast as %.0f %%", 100*share)
	}
	for day := range 70 { // a week of 40 %, a week of 60 %
		past[0][day] = float64(40 + 20*(day/7%2))
		past[1][day] = 100 - past[0][day]
	}
	same := ahead()
	multiplyMix(same, mixFactors(past, same))
	if share := same[0][0] / 100; math.Abs(share-0.5) > 0.02 {
		t.Errorf("a share that swings around 50 %% is forecast as %.1f %%", 100*share)
	}
}
