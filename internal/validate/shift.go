package validate

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

const (
	// shiftSpan is how many days before and after a shift are compared: four whole weeks, paired by weekday.
	shiftSpan = 4 * week
	// shiftTail is how many days after it a shift needs to be told from a wave.
	shiftTail = 2 * week
	// shiftScore is how many standard errors the levels must lie apart. It is high because
	// every day is tried and neighbouring days resemble each other.
	shiftScore = 5
)

// shift is a lasting change of level.
type shift struct {
	day           wrapcast.Date
	before, after float64 // contacts per day in the weeks compared
}

// change is the level after over the level before, less one.
func (s shift) change() float64 { return s.after/s.before - 1 }

// lastShift finds the most recent change of level: the day at which the mean of up
// to 28 days from it on and the mean of the same weekdays in the 28 days before lie
// at least five standard errors and the given share apart. Both are compared on
// Anscombe's scale, where the spread of a day does not depend on its level; masked
// and missing days leave their pair out.
func lastShift(first wrapcast.Date, values []float64, atLeast float64) (shift, bool) {
	step, at := 0.0, -1
	noise := noiseOf(values)
	for t := len(values) - shiftTail; t >= shiftSpan; t-- {
		score := shiftScoreAt(values, t, noise)
		switch {
		case math.Abs(score) >= shiftScore && (at < 0 || score*step > 0):
			if math.Abs(score) > math.Abs(step) {
				step, at = score, t
			}
		case at >= 0: // past the peak of the latest shift
			if s := shiftAt(first, values, at); math.Abs(s.change()) >= atLeast {
				return s, true
			}
			step, at = 0, -1
		}
	}
	if at < 0 {
		return shift{}, false
	}
	s := shiftAt(first, values, at)
	return s, math.Abs(s.change()) >= atLeast
}

// noiseOf is the standard deviation of one day around the same weekdays on Anscombe's scale, at least that of counting.
func noiseOf(values []float64) float64 {
	want := expected(values)
	squares := make([]float64, 0, len(values))
	for t, v := range values {
		if r := anscombe(v) - want[t]; !math.IsNaN(r) {
			squares = append(squares, r*r)
		}
	}
	if len(squares) == 0 {
		return 1
	}
	return math.Sqrt(max(median(squares)/medianChiSquared, 1))
}

// shiftScoreAt is the mean paired difference around t in standard errors.
func shiftScoreAt(values []float64, t int, noise float64) float64 {
	sum, pairs := 0.0, 0
	for i := t; i < min(t+shiftSpan, len(values)); i++ {
		if d := anscombe(values[i]) - anscombe(values[i-shiftSpan]); !math.IsNaN(d) {
			sum += d
			pairs++
		}
	}
	if pairs < shiftTail {
		return 0
	}
	return sum / (noise * math.Sqrt(2*float64(pairs)))
}

func shiftAt(first wrapcast.Date, values []float64, t int) shift {
	before, _ := meanOf(values[t-shiftSpan : t])
	after, _ := meanOf(values[t:min(t+shiftSpan, len(values))])
	return shift{day: first + wrapcast.Date(t), before: before, after: after}
}
