package sizing

import (
	"math"
	"slices"
	"testing"
	"time"
)

// usualWeeks is a rowForecast that has seen so many weeks of a hundred rows a quarter-hour, in answers of four days.
func usualWeeks(weeks int) (e rowForecast, next time.Time) {
	e, next = newRowForecast(nil), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) // a Monday
	for range weeks * 7 / 4 {
		s := Span{next, next.AddDate(0, 0, 4)}
		e.learn(s, slices.Repeat([]int{100}, s.Length()))
		next = s.To
	}
	return e, next
}

func TestAHolidayTeachesNothingOfItsNeighboursAndNothingOfNextWeek(t *testing.T) {
	t.Parallel()
	e, next := usualWeeks(4)
	s := Span{next, next.AddDate(0, 0, 4)}
	rows := slices.Repeat([]int{100}, s.Length())
	for q := range 96 {
		rows[96+q] = 20 // the second day
	}
	e.learn(s, rows)
	for day := range 7 {
		at := Span{s.To.AddDate(0, 0, day), s.To.AddDate(0, 0, day+1)}
		if got := e.Rows(at); math.Abs(got-9600) > 96 {
			t.Errorf("day %d after should have %v rows, not 9600", day, got)
		}
	}
}

func TestWhatStaysQuietBecomesUsual(t *testing.T) {
	t.Parallel()
	e, next := usualWeeks(4)
	s := Span{next, next.AddDate(0, 0, 14)}
	e.learn(s, slices.Repeat([]int{20}, s.Length()))
	if got := e.Rows(Span{s.To, s.To.AddDate(0, 0, 1)}); got > 0.7*9600 {
		t.Errorf("after two weeks of a fifth, a day should still have %v rows", got)
	}
}
