package validate

import (
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

const (
	// runKept is how many odd days in a row, all to the same side, are taken for a level and not for outliers.
	runKept = week
	// runKeptAtEnd is the same for a run up to the last day, whose other end is not known yet.
	runKeptAtEnd = 3
	// alwaysAllowed is how many days may be masked however few there are.
	alwaysAllowed = 2
	// ruleIQR and RuleHand name the rule in a Mask.
	ruleIQR = "iqr"
	// RuleHand is the rule of a day that somebody hid.
	RuleHand = "hand"
)

// outliers are the days of a history that lie beyond the interquartile fences.
type outliers struct {
	masks []wrapcast.Mask
	// spared counts the odd days that were not masked because they are the code's habit.
	spared int
}

// findMasks returns the days to be hidden from the models: those that people hid and, of the others, those out of the
// ordinary by the rules and not shown by hand. Days hidden by hand tell nothing about what is ordinary.
func findMasks(h history, rules Rules) outliers {
	var byHand []wrapcast.Mask
	judged := h
	for t, v := range h.values {
		if reason, hidden := h.hidden[h.day(t)]; hidden && !math.IsNaN(v) {
			byHand = append(byHand, wrapcast.Mask{Day: h.day(t), Rule: RuleHand, Reason: reason, Value: v})
		}
	}
	if len(byHand) == 0 {
		return findOutliers(h, rules)
	}
	judged.values = h.without(byHand)
	found := findOutliers(judged, rules)
	found.masks = append(found.masks, byHand...)
	slices.SortFunc(found.masks, func(a, b wrapcast.Mask) int { return int(a.Day - b.Day) })
	return found
}

// findOutliers judges each day against the same weekdays around it. Days beyond the
// interquartile fences are masked, except days the calendar explains, days of a run
// that is a level of its own, days at a level that is new, and a whole side, above or below, on which the rule
// would hide more of the days with contacts than the rules allow. Flat codes (an
// interquartile range of zero) and sparse ones (most days empty) have no outliers.
func findOutliers(h history, rules Rules) outliers {
	if rules.IQRFactor < 0 || h.sparse() {
		return outliers{}
	}
	want := expected(h.values)
	residual, spread := residuals(h.values, want)
	low, high, ok := fences(residual, rules.IQRFactor)
	if !ok {
		return outliers{}
	}
	odd := oddDays(residual, low, high)
	for t := range odd {
		_, explained := rules.Explained[h.day(t)]
		if _, shown := h.shown[h.day(t)]; explained || shown {
			odd[t] = 0
		}
	}
	spareRuns(odd)
	spareNewLevel(odd, h.values)
	found := outliers{spared: spareHabits(odd, allowed(h, rules))}
	for t, side := range odd {
		switch {
		case side < 0:
			found.masks = append(found.masks, mask(h, t, "below", want[t], want[t]+low*spread[t]))
		case side > 0:
			found.masks = append(found.masks, mask(h, t, "above", want[t], want[t]+high*spread[t]))
		}
	}
	return found
}

// allowed is how many days the rule may mask on one side before it describes a habit.
func allowed(h history, rules Rules) int {
	if rules.MaxMaskedShare < 0 {
		return len(h.values)
	}
	return max(alwaysAllowed, int(rules.MaxMaskedShare*float64(h.active())))
}

// oddDays says of each day whether it lies below (-1), inside (0) or above (+1) the fences.
func oddDays(residual []float64, low, high float64) []int {
	odd := make([]int, len(residual))
	for t, r := range residual {
		switch {
		case r < low:
			odd[t] = -1
		case r > high:
			odd[t] = 1
		}
	}
	return odd
}

// spareRuns clears runs of odd days that are long enough to be a level of their own.
func spareRuns(odd []int) {
	for from := 0; from < len(odd); {
		to := from + 1
		for to < len(odd) && odd[to] == odd[from] {
			to++
		}
		if length := to - from; length >= runKept || to == len(odd) && length >= runKeptAtEnd {
			clear(odd[from:to])
		}
		from = to
	}
}

// spareNewLevel clears the days of a level that began in the last four weeks and that the engine follows, on its side:
// to mask them would hide the change.
func spareNewLevel(odd []int, values []float64) {
	if !slices.ContainsFunc(odd[max(0, len(odd)-shiftReach):], func(side int) bool { return side != 0 }) {
		return
	}
	l, found := shiftBefore(values, len(values))
	if !found {
		return
	}
	for t := l.At; t < len(odd); t++ {
		if (odd[t] > 0) == (l.After > l.Before) {
			odd[t] = 0
		}
	}
}

// spareHabits clears a side on which more days are odd than allowed, and returns how many it cleared.
func spareHabits(odd []int, allowed int) int {
	spared := 0
	for _, side := range []int{-1, 1} {
		n := 0
		for _, o := range odd {
			if o == side {
				n++
			}
		}
		if n <= allowed {
			continue
		}
		spared += n
		for t, o := range odd {
			if o == side {
				odd[t] = 0
			}
		}
	}
	return spared
}

// mask words one masked day; want and bound are on Anscombe's scale.
func mask(h history, t int, side string, want, bound float64) wrapcast.Mask {
	v, day := h.values[t], h.day(t)
	reason := fmt.Sprintf("%s on a %s is %s the interquartile bound of %s (about %s expected)",
		number(v), day.Weekday(), side, number(count(bound)), number(count(want)))
	return wrapcast.Mask{Day: day, Rule: ruleIQR, Reason: reason, Value: v}
}

// outliersRaw counts the days outside the interquartile bounds of the series as it
// is, weekday and level left in.
func outliersRaw(values []float64, factor float64) int {
	if factor < 0 {
		return 0
	}
	x := known(values)
	slices.Sort(x)
	q1, q3 := quantile(x, 0.25), quantile(x, 0.75)
	n := 0
	for _, v := range x {
		if v < q1-factor*(q3-q1) || v > q3+factor*(q3-q1) {
			n++
		}
	}
	return n
}
