package sizing

import (
	"slices"
	"time"
)

// quarterHoursPerWeek is the length of a WeekProfile.
const quarterHoursPerWeek = 7 * 96

// WeekProfile is how many rows (or, for a ratio, which factor) each quarter-hour of the UTC week has, from Sunday
// midnight on; below zero where none of that hour was read yet. Nil knows nothing.
type WeekProfile []float32

// unseen marks what no answer has said yet.
const unseen = -1

func newWeekProfile(known WeekProfile) WeekProfile { return recalled(known, quarterHoursPerWeek) }

// recalled copies what earlier readings have learned, if it has that length; else nothing was seen yet.
func recalled(known []float32, length int) []float32 {
	if len(known) == length {
		return slices.Clone(known)
	}
	return slices.Repeat([]float32{unseen}, length)
}

func slotOf(t time.Time) int {
	t = t.UTC()
	return int(t.Weekday())*96 + t.Hour()*4 + t.Minute()/15
}

// learn takes in what a quarter-hour had. Older weeks fade, so that growth and seasons are followed.
func (w WeekProfile) learn(at time.Time, value float32) {
	const newest = 0.4
	slot := slotOf(at)
	if w[slot] < 0 {
		w[slot] = value
		return
	}
	w[slot] += newest * (value - w[slot])
}

// complete returns the week with the gaps filled from the same hour of other days, or from the mean;
// nil where nothing is known at all.
func (w WeekProfile) complete() (full WeekProfile) {
	mean, ok := w.mean(0, 1)
	if !ok {
		return nil
	}
	full = make(WeekProfile, len(w))
	for i, v := range w {
		if v < 0 {
			if v, ok = w.mean(i%96, 96); !ok {
				v = mean
			}
		}
		full[i] = v
	}
	return full
}

// mean averages what is known of every so manieth quarter-hour from the first on; ok is false where nothing is.
func (w WeekProfile) mean(first, step int) (mean float32, ok bool) {
	var sum, seen float32
	for i := first; i < len(w); i += step {
		if w[i] >= 0 {
			sum += w[i]
			seen++
		}
	}
	return sum / max(seen, 1), seen > 0
}
