package validate

import (
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

const (
	// shiftReach is how many of the newest days the finder of shifts looks at, shiftStep how many days apart the ends
	// lie at which older ones are looked for: it finds those that are 7 to 28 days old.
	shiftReach, shiftStep = 4 * week, 3 * week
	// shiftMiddle is the age, in days, at which a shift is told best.
	shiftMiddle = 2 * week
)

// shift is a lasting change of level.
type shift struct {
	day           wrapcast.Date
	before, after float64 // contacts per day
	// followed says that the engine finds it too, and that the forecast begins at the new level.
	followed bool
}

// ratio is the level after over the level before; infinite from nothing.
func (s shift) ratio() float64 { return s.after / s.before }

// lastShift finds the most recent change of level that lasts until now and is as large as the given share of the level
// before, by the engine's own finder: values are what the engine sees, from its first contact on. Shifts of the newest
// four weeks are those the engine follows, whatever the share; older ones are what it would have followed then.
func lastShift(first wrapcast.Date, values []float64, atLeast float64) (shift, bool) {
	for end := len(values); end > shiftReach; end -= shiftStep {
		l, found := shiftBefore(values, end)
		if !found {
			continue
		}
		s := shift{day: first + wrapcast.Date(l.At), before: l.Before, after: l.After, followed: end == len(values)}
		if s.followed || math.Abs(s.ratio()-1) >= atLeast && lastsIn(values, l) {
			return s, true
		}
	}
	return shift{}, false
}

// shiftBefore is the change of level that was to be seen when the values up to end were known. What is older than four
// weeks is looked at again from where it is told best.
func shiftBefore(values []float64, end int) (forecast.LevelShift, bool) {
	options := forecast.Options{NonNegative: forecast.NonNegativeAlways}
	start := time.Unix(0, 0).UTC() // the finder needs days, whichever they are
	find := func(end int) (forecast.LevelShift, bool) {
		return forecast.ShiftOf(forecast.Series{Values: values[:end], Start: start, Step: 24 * time.Hour}, options)
	}
	l, found := find(end)
	if found && end < len(values) && l.At+shiftMiddle < len(values) {
		if better, again := find(l.At + shiftMiddle); again {
			return better, true
		}
	}
	return l, found
}

// lastsIn tells whether the newest four weeks lie on the new side of a change of level.
func lastsIn(values []float64, l forecast.LevelShift) bool {
	now, n := meanOf(values[max(l.At, len(values)-shiftReach):])
	return n > 0 && (now-l.Before)/(l.After-l.Before) > 0.5
}

// seenByEngine are the values of a code as the engine is given them: masked and special days left out, from the first
// contact on to the last day asked for.
func (c checker) seenByEngine(values []float64) (first wrapcast.Date, seen []float64) {
	seen = slices.Clone(values)
	for t := range seen {
		if _, special := c.rules.Special[c.history.day(t)]; special {
			seen[t] = math.NaN()
		}
	}
	for range c.history.unread {
		seen = append(seen, math.NaN())
	}
	from := max(slices.IndexFunc(seen, func(v float64) bool { return v > 0 }), 0)
	return c.history.day(from), seen[from:]
}
