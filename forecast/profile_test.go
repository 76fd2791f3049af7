package forecast_test

import (
	"math"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
)

// TestProfilesByHand: one Monday of 30 and 10, no prior, 20 contacts of pseudo-count: the Monday borrows from all days,
// these from an even spread.
func TestProfilesByHand(t *testing.T) {
	t.Parallel()
	days := []forecast.ProfileDay{{Weekday: 1, Parts: []float64{30, 10}}}
	p := forecast.NewProfile(days, 2, nil, forecast.ProfileOptions{Pseudo: 20})
	all := (30.0 + 10) / 60
	near(t, "Monday's first half", p.Shares[1][0], (30+20*all)/60, 1e-12)
	near(t, "Sunday's first half", p.Shares[0][0], all, 1e-12)
	for weekday, row := range p.Shares {
		near(t, "sum", row[0]+row[1], 1, 1e-12)
		if weekday > 1 && !slices.Equal(row, p.Shares[0]) {
			t.Errorf("weekday %d has the shares %v", weekday, row)
		}
	}
	thin := forecast.NewProfile(nil, 2, &p, forecast.ProfileOptions{})
	near(t, "a new code's Monday", thin.Shares[1][0], p.Shares[1][0], 1e-12)
}

// TestOlderWeeksCountLess in a profile, and closed parts nothing.
func TestOlderWeeksCountLess(t *testing.T) {
	t.Parallel()
	days := []forecast.ProfileDay{{Weekday: 2, Parts: []float64{100, 0, 0}},
		{Weekday: 2, Parts: []float64{0, 100, math.NaN()}, Age: 1}}
	p := forecast.NewProfile(days, 3, nil, forecast.ProfileOptions{Pseudo: 1e-9, Fading: 0.5,
		Open: func(weekday, part int) bool { return part < 2 && weekday != 6 }})
	near(t, "the newer week's part", p.Shares[2][0], 2.0/3, 1e-6)
	near(t, "the older week's part", p.Shares[2][1], 1.0/3, 1e-6)
	if p.Shares[2][2] != 0 || !slices.Equal(p.Shares[6], []float64{0, 0, 0}) {
		t.Errorf("closed parts have %v and %v", p.Shares[2][2], p.Shares[6])
	}
}

// TestHandleTimesByHand: two days, the older weighing half, and ten contacts at the queue's 100 seconds.
func TestHandleTimesByHand(t *testing.T) {
	t.Parallel()
	opt := forecast.HandleTimeOptions{Fading: 0.5, Pseudo: 10}
	near(t, "handle time", forecast.HandleTime([]float64{20, 10}, []float64{4000, 3000}, 100, opt),
		(0.5*4000+3000+1000)/(10+10+10), 1e-12)
	for what, c := range map[string]struct{ got, want float64 }{
		"without contacts": {forecast.HandleTime(nil, nil, 240, opt), 240},
		"without a prior":  {forecast.HandleTime([]float64{10}, []float64{900}, math.NaN(), opt), 90},
		"with nothing":     {forecast.HandleTime([]float64{math.NaN()}, []float64{5}, 0, opt), 0},
		"with days that are holed": {forecast.HandleTime([]float64{math.NaN(), 10, 10},
			[]float64{9e9, 1000, math.Inf(1)}, 0, opt), 100},
	} {
		near(t, what, c.got, c.want, 1e-12)
	}
}

// TestPartsOfAForecast: a week of 10, 0 and 2 around a level of 4 comes apart without a rest.
func TestPartsOfAForecast(t *testing.T) {
	t.Parallel()
	history := slices.Repeat([]float64{10, 0, 2}, 8)
	parts := forecast.Decompose(history, []float64{10, 0, 2}, []int{3}, nil)
	if len(parts) != 3 || parts[0].Name != "level" || parts[1].Name != "season 3" || parts[2].Name != "rest" {
		t.Fatalf("parts %+v", parts)
	}
	for i := range 27 {
		near(t, "level", parts[0].Values[i], 4, 1e-12)
		near(t, "season", parts[1].Values[i], []float64{6, -4, -2}[i%3], 1e-12)
		near(t, "rest", parts[2].Values[i], 0, 1e-12)
	}
	hidden := make([]bool, 27)
	hidden[12], history[12] = true, 1000
	parts = forecast.Decompose(history, []float64{10, 0, 2}, []int{3}, hidden)
	near(t, "rest of a hidden day", parts[2].Values[12], 990, 1)
	near(t, "season beside a hidden day", parts[1].Values[0], 6, 0.2)
}
