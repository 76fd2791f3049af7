package forecast_test

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast/forecast"
)

// TestAShiftIsFollowed: what doubled a fortnight ago is forecast at its new level, and the notes say what was done.
func TestAShiftIsFollowed(t *testing.T) {
	t.Parallel()
	for name, factor := range map[string]float64{"multiplied by": 2, "no longer in use": 0} {
		y := weekly(180, 3)
		before, after := 0.0, 0.0
		for d := range 14 {
			y[166+d] *= factor
			before += y[152+d]
		}
		panel := []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}}
		r, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 14})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r[0].Mean {
			after += v
		}
		if math.Abs(after-factor*before) > 0.1*before {
			t.Errorf("%s: %.0f in 14 days after %.0f", name, after, before)
		}
		if !mentions(r[0].Notes, name) {
			t.Errorf("notes %q do not say %q", r[0].Notes, name)
		}
		if l, ok := forecast.ShiftOf(panel[0], forecast.Options{}); !ok || l.At != 166 {
			t.Errorf("%s: shift %+v, %v; want one at 166", name, l, ok)
		}
	}
}

// TestACodeThatWokeIsForecastByWhatCameSince: months of nothing but one contact say nothing of a code used every day
// for three weeks.
func TestACodeThatWokeIsForecastByWhatCameSince(t *testing.T) {
	t.Parallel()
	for _, days := range []int{10, 21, 28} {
		y := make([]float64, 200)
		y[20] = 1
		copy(y[200-days:], weekly(200, 8)[200-days:])
		r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}},
			forecast.Options{Horizon: 14})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range r[0].Mean {
			sum += v
		}
		if sum < 500 || sum > 800 { // about 620
			t.Errorf("%d days: %.0f contacts in a fortnight, notes %q", days, sum, r[0].Notes)
		}
	}
}

// TestAShortHistoryHasAWidthAndNoAccuracy: eight days among codes of thirty.
func TestAShortHistoryHasAWidthAndNoAccuracy(t *testing.T) {
	t.Parallel()
	var panel []forecast.Series
	for i := range 12 {
		y := weekly(210, uint64(i))
		if i == 0 {
			y = y[202:]
		}
		panel = append(panel, forecast.Series{ID: "x", Values: y, Start: monday.AddDate(0, 0, 210-len(y)), Step: day})
	}
	r, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 7, Levels: []float64{0.95}})
	if err != nil {
		t.Fatal(err)
	}
	shape := []float64{80, 60, 50, 50, 40, 20, 10}
	for h, v := range r[0].Mean {
		lower, upper := r[0].Bands[0].Lower[h], r[0].Bands[0].Upper[h]
		if math.Abs(v-shape[h]) > 15 || upper-lower < 4 || upper-lower > 80 {
			t.Errorf("step %d: %.1f [%.0f, %.0f], want about %g", h, v, lower, upper, shape[h])
		}
	}
	if a := r[0].Accuracy; !math.IsNaN(a.WAPE) || a.Cells != 0 {
		t.Errorf("accuracy %+v of a forecast without a past", a)
	}
}
