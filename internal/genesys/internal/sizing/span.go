package sizing

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// Span is a half-open interval between two UTC quarter-hours.
type Span wrapcast.Interval

const day = 24 * time.Hour

// Quarters returns the duration of n quarter-hours.
func Quarters(n int) time.Duration { return time.Duration(n) * wrapcast.QuarterHour }

// Length is how many quarter-hours the span has.
func (s Span) Length() int { return int(s.To.Sub(s.From) / wrapcast.QuarterHour) }

// Index is the place, from 0 on, of the quarter-hour of the span in which t lies.
func (s Span) Index(t time.Time) int { return int(t.Sub(s.From) / wrapcast.QuarterHour) }

// Holds reports whether t lies in the span.
func (s Span) Holds(t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

// first is the span's first n quarter-hours.
func (s Span) first(n int) Span { return Span{s.From, s.From.Add(Quarters(n))} }

// days cuts the span on the borders of UTC days.
func (s Span) days() (days []Span) {
	for from := s.From; from.Before(s.To); {
		to := from.Truncate(day).Add(day)
		if to.After(s.To) {
			to = s.To
		}
		days = append(days, Span{from, to})
		from = to
	}
	return days
}

// half is half the span's length in quarter-hours. A span of more than a day is cut at the border between UTC days next
// to its middle, unless less than a quarter would be left: what is left of a night says little about its size.
func (s Span) half() int {
	if s.To.Sub(s.From) > day {
		middle := s.From.Add(s.To.Sub(s.From) / 2).Truncate(day)
		if !middle.After(s.From) {
			middle = middle.Add(day)
		}
		if n := s.Index(middle); middle.Before(s.To) && 4*n >= s.Length() {
			return n
		}
	}
	return max(1, s.Length()/2)
}

// sum adds up what the quarter-hours of the span have.
func (s Span) sum(at func(time.Time) float64) (sum float64) {
	for n := range s.Length() {
		sum += at(s.From.Add(Quarters(n)))
	}
	return sum
}
