package intraday

import "math"

// Day is a day as it was expected in the morning: slots of equal length, each with its mean; closed ones are zero.
type Day struct {
	// Expected are contacts per slot.
	Expected []float64
	// Hours is the length of a slot.
	Hours float64
}

// Total is what was expected of the whole day.
func (d Day) Total() float64 { return sum(d.Expected) }

// least is the share of an even slot's mean below which nothing is expected of a slot: it teaches nothing and is added
// to what comes as it is.
const least = 1e-3

// open are the slots in which something is expected, their means, and when they begin in hours.
func (d Day) open() (slots []int, mean, begin []float64) {
	floor := least * d.Total() / float64(max(len(d.Expected), 1))
	for s, m := range d.Expected {
		if m > floor {
			slots = append(slots, s)
			mean, begin = append(mean, m), append(begin, float64(s)*d.Hours)
		}
	}
	return slots, mean, begin
}

// in takes a day's slots together, so many at a time.
func (d Day) in(step int) Day { return Day{together(d.Expected, step), d.Hours * float64(step)} }

func together(values []float64, step int) []float64 {
	out := make([]float64, (len(values)+step-1)/step)
	for s, v := range values {
		out[s/step] += v
	}
	return out
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// residuals is how far counts lie from what was expected, at some slots.
func residuals(slots []int, mean, counts []float64) []float64 {
	r := make([]float64, 0, len(slots))
	for i, s := range slots {
		if s >= len(counts) {
			break
		}
		r = append(r, counts[s]-mean[i])
	}
	return r
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
