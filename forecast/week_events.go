package forecast

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Events on steps longer than a day. Every fifth week has a public holiday, and most of them show nothing of it: only
// events whose weeks the panel was always far from the weeks around are learned apart, and each week belongs to one of
// them, the one that tells most.

const (
	tellingScore = 4  // standard errors from which an event tells on its weeks
	tellingOnce  = 6  // standard deviations, where there was only one such week
	tellingLeast = 26 // weeks that must be comparable
)

// tellingEvents are those of the panel that tell on steps longer than a day, as r has seen them; longest is the history
// of the longest of the series that end together, of which first is one.
func (o Options) tellingEvents(first Series, r *returning, longest int) []Event {
	if !r.standardise(tellingLeast) {
		return nil
	}
	clock := Series{Start: first.end().Add(-first.Step * time.Duration(longest-1)), Step: first.Step}
	return r.telling(clock, o.Events)
}

// telling are the events that tell over the steps of a clock, the ones that tell most first, each without the dates in
// steps of those before it.
func (r *returning) telling(clock Series, events []Event) (out []Event) {
	scores := map[string]float64{}
	for _, e := range events {
		scores[e.Name] = r.tells(eventColumn(clock, e, len(r.common)))
	}
	events = slices.SortedStableFunc(slices.Values(events),
		func(a, b Event) int { return cmp.Compare(scores[b.Name], scores[a.Name]) })
	taken := map[int]bool{}
	for _, e := range events {
		if scores[e.Name] == 0 {
			break
		}
		own, steps := Event{Name: e.Name}, []int(nil)
		for _, date := range e.Dates {
			if step := stepOn(clock, dayNumber(date)); !taken[step] {
				own.Dates, steps = append(own.Dates, date), append(steps, step)
			}
		}
		for _, step := range steps {
			taken[step] = true
		}
		if len(own.Dates) > 0 {
			out = append(out, own)
		}
	}
	return out
}

// tells is how many standard errors the steps of an event lie from those around, 0 where that is not certain or they
// lie on both sides.
func (r *returning) tells(column []float64) float64 {
	sum, n, lo, hi := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for t, on := range column {
		if v := r.common[len(column)-1-t]; on > 0 && v == v {
			sum, n, lo, hi = sum+v, n+1, min(lo, v), max(hi, v)
		}
	}
	score := math.Abs(sum) / math.Sqrt(max(n, 1))
	if lo < 0 && hi > 0 || score < tellingScore || n == 1 && score < tellingOnce {
		return 0
	}
	return score
}

// stepOn is the step of a clock with days in it that a day falls on.
func stepOn(clock Series, number int) int {
	return int(math.Floor(float64(number-dayNumber(clock.Start)) / float64(max(1, int(clock.Step/day)))))
}
