package forecast_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// weeksWithHolidays are years of weeks around a level; the week of 25 December brings so many times as much.
func weeksWithHolidays(n int, level, christmas float64, seed uint64) ([]float64, []forecast.Event) {
	rng := rand.New(rand.NewPCG(seed, 1))
	y := make([]float64, n)
	for w := range y {
		mean := level
		for d := range 7 {
			if monday.AddDate(0, 0, 7*w+d).Format("0102") == "1225" {
				mean *= christmas
			}
		}
		y[w] = math.Round(mean + math.Sqrt(mean)*rng.NormFloat64())
	}
	var events []forecast.Event
	for _, name := range []string{"0120", "0704", "1111", "1225", "1226"} {
		e := forecast.Event{Name: "day " + name}
		for d := range 7 * (n + 60) {
			if date := monday.AddDate(0, 0, d); date.Format("0102") == name {
				e.Dates = append(e.Dates, date)
			}
		}
		events = append(events, e)
	}
	return y, events
}

// TestWeeksKnowTheHolidaysThatTellOnThem: Christmas takes four tenths of its week, and the day after it, in the same
// week, does not take them again; other holidays show nothing, and change nothing.
func TestWeeksKnowTheHolidaysThatTellOnThem(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 5} {
		var panel []forecast.Series
		var events []forecast.Event
		for i := range size {
			y, e := weeksWithHolidays(150, 1000, 0.6, uint64(i))
			events = e
			panel = append(panel, forecast.Series{ID: fmt.Sprint(i), Values: y, Start: monday, Step: 7 * day})
		}
		r, err := forecast.Run(t.Context(), panel, forecast.Options{Horizon: 52, Events: events})
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range r {
			if !mentions(f.Notes, "day 1225") || mentions(f.Notes, "day 0704") || mentions(f.Notes, "day 1111") {
				t.Errorf("%d series: notes %q", size, f.Notes)
			}
			for h, v := range f.Mean {
				week := monday.AddDate(0, 0, 7*(150+h))
				want := 1000.0
				if next := week.AddDate(0, 0, 7); next.After(time.Date(next.Year(), 12, 25, 0, 0, 0, 0, time.UTC)) &&
					!week.After(time.Date(next.Year(), 12, 25, 0, 0, 0, 0, time.UTC)) {
					want = 600
				}
				if math.Abs(v-want) > 40 {
					t.Errorf("series %d of %d, week of %s: %.0f, want about %.0f", i, size, week.Format("2006-01-02"), v, want)
				}
			}
		}
	}
}

func TestOneWeekIsEnoughOnlyWhereItIsFarOff(t *testing.T) {
	t.Parallel()
	for christmas, want := range map[float64]bool{0.5: true, 0.93: false} {
		y, events := weeksWithHolidays(80, 1000, christmas, 3)
		r, err := forecast.Run(t.Context(), []forecast.Series{{Values: y, Start: monday, Step: 7 * day}},
			forecast.Options{Horizon: 52, Events: events})
		if err != nil {
			t.Fatal(err)
		}
		if mentions(r[0].Notes, "day 1225") != want {
			t.Errorf("× %g once: notes %q", christmas, r[0].Notes)
		}
	}
}
