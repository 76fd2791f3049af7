package intraday

import (
	"math"
	"slices"
)

// Past is an ordinary day that is over; days that were holidays, closed or hidden by people do not belong here.
type Past struct {
	// Day counts days from any beginning, in order: what weekday it is follows from it.
	Day int
	// Counts are contacts per slot, as many slots as the days beside it have.
	Counts []float64
	// Forecast is what the morning's forecast of the whole day was, NaN where it is not known.
	Forecast float64
}

const (
	weekDays = 7
	// borrowed is how many contacts the shape of all days is worth beside that of a weekday, at least; a day's otherwise.
	borrowed = 200
	// levelMemory is after how many days a day counts half for the level of those after it.
	levelMemory = 10.0
	// warmUp is how many days are needed before one whose level is reckoned.
	warmUp = 14
)

// pastDay is a past day with what was to be expected of it.
type pastDay struct {
	Day
	counts []float64
	number int
}

// expectations gives every past day what its morning could have expected: the shape of the days before it (the first
// ones that of all others), and the level that its forecast had. Where no forecast of it is known a simple one is
// taken, whose errors are scaled down to levelSD, the relative standard deviation that the forecast of today has; NaN
// leaves them as they are.
func expectations(past []Past, hours, levelSD float64) []pastDay {
	past = slices.DeleteFunc(slices.Clone(past), func(p Past) bool {
		return !finite(sum(p.Counts)) || sum(p.Counts) <= 0
	})
	if len(past) < warmUp {
		return nil
	}
	shapes := newShapes(past)
	levels := levelsOf(past, levelSD)
	var days []pastDay
	for i, p := range past {
		if !finite(levels[i]) {
			continue
		}
		share := shapes.without(p)
		if i >= warmUp { // the days before it, as they were known in its morning
			share = Shares(past[:i], p.Day)
		}
		for s := range share {
			share[s] *= levels[i]
		}
		days = append(days, pastDay{Day{share, hours}, p.Counts, p.Day})
	}
	return days
}

// shapes are how days spread over their slots.
type shapes struct {
	weekday [weekDays][]float64
	all     []float64
	days    int
}

func newShapes(past []Past) *shapes {
	n := len(past[0].Counts)
	s := &shapes{all: make([]float64, n)}
	for w := range s.weekday {
		s.weekday[w] = make([]float64, n)
	}
	s.days = len(past)
	for _, p := range past {
		for i, v := range p.Counts {
			s.weekday[p.Day%weekDays][i] += v
			s.all[i] += v
		}
	}
	return s
}

// without are the shares of a weekday's slots as the other days teach them.
func (s *shapes) without(p Past) []float64 {
	own := s.weekday[p.Day%weekDays]
	shares := make([]float64, len(own))
	all, total := sum(s.all)-sum(p.Counts), 0.0
	for i := range shares {
		shares[i] = own[i] - p.Counts[i]
		if all > 0 {
			shares[i] += max(borrowed, all/float64(s.days)) * (s.all[i] - p.Counts[i]) / all
		}
		total += shares[i]
	}
	for i := range shares {
		shares[i] /= max(total, math.SmallestNonzeroFloat64)
	}
	return shares
}

// Shares are how a day of a weekday (Past.Day modulo 7) spreads over its slots, learned from past days; they add up
// to 1.
func Shares(past []Past, day int) []float64 {
	s := newShapes(past)
	return s.without(Past{Day: day, Counts: make([]float64, len(s.all))})
}

// levelsOf are what the mornings of past days expected of the whole day, NaN where too little came before.
func levelsOf(past []Past, levelSD float64) []float64 {
	levels := make([]float64, len(past))
	known := 0
	for i, p := range past {
		if levels[i] = p.Forecast; finite(p.Forecast) {
			known++
		}
	}
	if 2*known >= len(past) {
		return levels
	}
	errors := simpleErrors(past)
	scale := 1.0
	if sd := spreadOf(errors); levelSD > 0 && sd > levelSD {
		scale = levelSD / sd
	}
	for i, p := range past {
		levels[i] = sum(p.Counts) * math.Exp(-scale*errors[i])
	}
	return levels
}

// simpleErrors are the logarithms of past days over what the days before them, by weekday, would have made of them.
func simpleErrors(past []Past) []float64 {
	factors := weekdayFactors(past)
	errors := make([]float64, len(past))
	level, weight := 0.0, 0.0
	last := past[0].Day
	for i, p := range past {
		fade := math.Pow(0.5, float64(p.Day-last)/levelMemory)
		level, weight, last = level*fade, weight*fade, p.Day
		f := factors[p.Day%weekDays]
		errors[i] = math.NaN()
		if i >= warmUp/2 && weight > 0 && level > 0 {
			errors[i] = math.Log((sum(p.Counts) + 0.5) / (f*level/weight + 0.5))
		}
		level, weight = level+sum(p.Counts)/f, weight+1
	}
	return errors
}

// weekdayFactors are what weekdays have over the mean day.
func weekdayFactors(past []Past) (factors [weekDays]float64) {
	var counts [weekDays]float64
	all := 0.0
	for _, p := range past {
		factors[p.Day%weekDays] += sum(p.Counts)
		counts[p.Day%weekDays]++
		all += sum(p.Counts) / float64(len(past))
	}
	for w := range factors {
		const pseudo = 0.5
		factors[w] = (factors[w] + pseudo*all) / (counts[w] + pseudo) / all
	}
	return factors
}

// spreadOf is a standard deviation that single days do not move: 1.4826 times the median of absolute values.
func spreadOf(errors []float64) float64 {
	var known []float64
	for _, e := range errors {
		if finite(e) {
			known = append(known, math.Abs(e))
		}
	}
	if len(known) == 0 {
		return 0
	}
	return 1.4826 * quantile(known, 0.5)
}

// quantile is the value that a share of all does not exceed, between neighbours in proportion.
func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := share * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}
