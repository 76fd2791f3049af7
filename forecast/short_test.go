package forecast_test

import (
	"math"
	"testing"
	"time"

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

func runOne(t *testing.T, y []float64, opt forecast.Options) forecast.Result {
	t.Helper()
	r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: day}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r[0]
}

func TestASpikeInTheLastWeekMovesNothing(t *testing.T) {
	t.Parallel()
	y := weekly(182, 5)
	calm := runOne(t, y, forecast.Options{Horizon: 7})
	y[179] *= 10
	r := runOne(t, y, forecast.Options{Horizon: 7})
	for h, v := range r.Mean {
		if b := r.Bands[0]; math.Abs(v-calm.Mean[h]) > 0.1*calm.Mean[h] || !(b.Lower[h] < r.Median[h] && r.Median[h] < b.Upper[h]) {
			t.Errorf("step %d: %.1f [%.1f, %.1f], %.1f without the spike", h, v, b.Lower[h], b.Upper[h], calm.Mean[h])
		}
	}
	if !mentions(r.Notes, "stand out") {
		t.Errorf("notes %q", r.Notes)
	}
}

// TestAConstantIsNoMoreCertainAt31ThanAt29: whole numbers below 30 have the bands of counts, those above must not lose
// them.
func TestAConstantIsNoMoreCertainAt31ThanAt29(t *testing.T) {
	t.Parallel()
	width := func(v float64) float64 {
		b := runOne(t, constantly(60, v), forecast.Options{Horizon: 1, Levels: []float64{0.95}}).Bands[0]
		return b.Upper[0] - b.Lower[0]
	}
	if a, b := width(29), width(31); a < 10 || b < 0.6*a || b > 1.6*a {
		t.Errorf("29 is known to %.1f, 31 to %.1f", a, b)
	}
}

func constantly(n int, v float64) []float64 {
	y := make([]float64, n)
	for i := range y {
		y[i] = v
	}
	return y
}

func TestAccuracyNeedsMoreThanAHandful(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{35: false, 90: true} {
		if a := runOne(t, weekly(n, 2), forecast.Options{Horizon: 3}).Accuracy; want == math.IsNaN(a.WAPE) {
			t.Errorf("%d days: accuracy %+v", n, a)
		}
	}
}

// TestAHolidayThatWasAlwaysZeroMayBeZero again.
func TestAHolidayThatWasAlwaysZeroMayBeZero(t *testing.T) {
	t.Parallel()
	y := weekly(400, 4)
	e := forecast.Event{Name: "closure"}
	for _, d := range []int{60, 200, 340, 402} {
		if d < len(y) {
			y[d] = 0
		}
		e.Dates = append(e.Dates, monday.AddDate(0, 0, d))
	}
	r := runOne(t, y, forecast.Options{Horizon: 7, Events: []forecast.Event{e}})
	if b := r.Bands[0]; b.Lower[2] != 0 || b.Lower[1] == 0 {
		t.Errorf("lower bounds %v, want 0 on the third day alone", b.Lower)
	}
}

// TestTwoWeeksOfHoursKnowTheWeek although the horizon is a week as well.
func TestTwoWeeksOfHoursKnowTheWeek(t *testing.T) {
	t.Parallel()
	y := make([]float64, 14*24)
	for i := range y {
		if d, h := i/24%7, i%24; h >= 8 && h < 18 {
			y[i] = []float64{90, 60, 60, 60, 50, 8, 8}[d] + float64(i*i%7)
		}
	}
	r, err := forecast.Run(t.Context(), []forecast.Series{{ID: "x", Values: y, Start: monday, Step: time.Hour}}, forecast.Options{Horizon: 168})
	if err != nil {
		t.Fatal(err)
	}
	if m := r[0].Mean; m[12] < 75 || m[12+5*24] > 25 {
		t.Errorf("Monday noon %.1f, Saturday noon %.1f; want about 93 and 11", m[12], m[12+5*24])
	}
}

// TestDaysOfQuarterHoursKeepTheirSum: from days to three weeks of contacts by the quarter-hour, what is forecast adds up
// to what a week brings, on its weekdays and at its hours.
func TestDaysOfQuarterHoursKeepTheirSum(t *testing.T) {
	t.Parallel()
	for _, days := range []int{8, 9, 13, 20} {
		y := make([]float64, days*96)
		for i := range y {
			if hour := i % 96 / 4; hour >= 8 && hour < 18 {
				y[i] = float64((7-i/96%7)*2 + i%3) // fewer every day from Monday on
			}
		}
		panel := []forecast.Series{{ID: "x", Values: y, Start: monday, Step: 15 * time.Minute}}
		r, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 672, Seasons: []float64{96, 672}})
		if err != nil {
			t.Fatal(err)
		}
		sums, night, all := make([]float64, 7), 0.0, 0.0
		for h, v := range r[0].Mean {
			all += v
			sums[(days+h/96)%7] += v
			if hour := h % 96 / 4; hour < 8 || hour >= 18 {
				night += v
			}
		}
		for d, v := range sums {
			if want := 40 * (2*float64(7-d) + 1); math.Abs(v-want) > 110 { // drawn to the mean of 360
				t.Errorf("%d days: weekday %d brings %.0f, want about %.0f", days, d, v, want)
			}
		}
		if night > 20 || math.Abs(all/2520-1) > 0.05 {
			t.Errorf("%d days: %.0f contacts, %.0f at night, where nothing ever came; want 2520", days, all, night)
		}
	}
}
