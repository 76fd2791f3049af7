package forecast_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast/forecast"
)

func TestRoundingKeepsTheSumAndMovesNothingByOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 1000), 1, 50).Draw(t, "values")
		sum, rounded := 0.0, 0.0
		for i, v := range forecast.RoundToSum(values) {
			if v != math.Trunc(v) || math.Abs(v-values[i]) >= 1 || v < 0 {
				t.Fatalf("%v became %v", values[i], v)
			}
			rounded += v
			sum += values[i]
		}
		if rounded != math.Round(sum) {
			t.Fatalf("sum %v became %v", sum, rounded)
		}
	})
}

func TestRoundingToAGivenSumReachesIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-10, 100), 1, 30).Draw(t, "values")
		total := float64(rapid.IntRange(-500, 5000).Draw(t, "total"))
		sum := 0.0
		for _, v := range forecast.RoundTo(values, total) {
			sum += v
		}
		if sum != total {
			t.Fatalf("sum is %v, want %v", sum, total)
		}
	})
}

func TestRoundingLeavesClosedHoursAtZero(t *testing.T) {
	t.Parallel()
	got := forecast.RoundTo([]float64{0, 0.4, 0, 0.4, 0.2}, 7)
	if got[0] != 0 || got[2] != 0 || got[1]+got[3]+got[4] != 7 {
		t.Errorf("got %v", got)
	}
}

func TestProportionsAddUpToTheTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shares := rapid.SliceOfN(rapid.Float64Range(-1, 1e6), 1, 40).Draw(t, "shares")
		total := rapid.Float64Range(0, 1e6).Draw(t, "total")
		sum := 0.0
		for _, v := range forecast.Proportions(total, shares) {
			if !(v >= 0) {
				t.Fatalf("part %v", v)
			}
			sum += v
		}
		if math.Abs(sum-total) > 1e-9*math.Max(1, total) {
			t.Fatalf("parts add up to %v, want %v", sum, total)
		}
	})
}

func TestAProfileAddsUpToOneAndClosedHoursAreExactlyZero(t *testing.T) {
	t.Parallel()
	open := func(weekday, part int) bool { return weekday != 0 && part >= 8 && part < 20 }
	var days []forecast.ProfileDay
	for i := range 60 {
		parts := make([]float64, 24)
		for p := range parts {
			parts[p] = float64((i*7 + p*3) % 11)
		}
		days = append(days, forecast.ProfileDay{Weekday: i % 7, Parts: parts, Age: float64(60-i) / 7})
	}
	p := forecast.NewProfile(days, 24, nil, forecast.ProfileOptions{Open: open})
	for w, row := range p.Shares {
		sum := 0.0
		for part, v := range row {
			if !open(w, part) && v != 0 {
				t.Errorf("weekday %d, part %d is closed and gets %v", w, part, v)
			}
			sum += v
		}
		near(t, "sum of shares", sum, b2f(w != 0), 1e-12)
	}
}

func TestAThinProfileBorrowsItsShapeFromItsPrior(t *testing.T) {
	t.Parallel()
	var prior forecast.Profile
	for w := range prior.Shares {
		prior.Shares[w] = []float64{0.9, 0.1}
	}
	got := forecast.NewProfile([]forecast.ProfileDay{{Weekday: 1, Parts: []float64{0, 1}}}, 2, &prior,
		forecast.ProfileOptions{})
	if share := got.Shares[1][0]; !(share > 0.8 && share < 0.9) {
		t.Errorf("one contact moved the share to %v", share)
	}
}

func TestHandleTimeIsWeightedByVolumeAndShrunkWhereThin(t *testing.T) {
	t.Parallel()
	volumes, seconds := []float64{1000, 10, math.NaN()}, []float64{300_000, 6000, 5}
	near(t, "busy code", forecast.HandleTime(volumes, seconds, math.NaN(), forecast.HandleTimeOptions{Fading: 1}),
		306000.0/1010, 1e-12)
	near(t, "code without volume", forecast.HandleTime(nil, nil, 240, forecast.HandleTimeOptions{}), 240, 1e-12)
	near(t, "nothing known", forecast.HandleTime(nil, nil, math.NaN(), forecast.HandleTimeOptions{}), 0, 0)
	if aht := forecast.HandleTime([]float64{1}, []float64{9000}, 200, forecast.HandleTimeOptions{}); aht > 600 {
		t.Errorf("one long contact moved the handle time to %v", aht)
	}
}
