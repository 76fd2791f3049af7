package planning

import (
	"math"

	"github.com/wrapcast/wrapcast"
)

const (
	// usualWeeks is how many complete weeks say what is usual, taken from the last usualReach before the forecast.
	usualWeeks, usualReach = 4, 8
	// firstImport is how many times the limits of a known week may be exceeded by the first import of one.
	firstImport = 2
)

// UsualInput is what the usual week of planning groups is made from.
type UsualInput struct {
	Directory wrapcast.Directory
	Recent    *RecentPatterns
	// From is the first day of the history, Read tells per day whether it was read whole.
	From wrapcast.Date
	Read []bool
	// Special reports whether the calendar names a day: it does not say what is usual.
	Special func(wrapcast.Date) bool
	// Factor is the calendar's effect on the contacts of a leaf on a day to come: 0 where it is closed, 1 on ordinary
	// days.
	Factor func(wrapcast.Leaf, wrapcast.Date) float64
	Leaves []UsualLeaf
}

// UsualLeaf has the contacts a leaf handled per day and the sum of their handle times in seconds; NaN on masked days.
type UsualLeaf struct {
	Leaf             wrapcast.Leaf
	Handled, Seconds []float64
}

// UsualWeek is what the last complete weeks let expect of a week, per planning group.
type UsualWeek struct {
	// Weeks is how many complete weeks it is the mean of; 0 where there is none, and nothing is known.
	Weeks int
	// Groups have a value per day of the week and the day after it.
	Groups map[wrapcast.PlanningGroupID][]UsualDay
}

// UsualDay is offered contacts of a day and the sum of their handle times in seconds.
type UsualDay struct{ Offered, Seconds float64 }

// Usual works out what the week that begins on a day would be like if it were like the last four complete weeks: per
// leaf the mean of the same weekdays, without masked days and days the calendar names, times the calendar's effect on
// the day; handled becomes offered as in a plan. Weeks are those of the business unit and count when they were read
// whole.
func Usual(in UsualInput, week wrapcast.Date) UsualWeek {
	starts := in.completeWeeks(week)
	usual := UsualWeek{Weeks: len(starts), Groups: map[wrapcast.PlanningGroupID][]UsualDay{}}
	if len(starts) == 0 {
		return usual
	}
	owner := in.Directory.GroupOf()
	for _, l := range in.Leaves {
		g, planned := owner(l.Leaf)
		if !planned {
			continue
		}
		if usual.Groups[g.ID] == nil {
			usual.Groups[g.ID] = make([]UsualDay, 8)
		}
		ratio := in.Recent.conversion(l.Leaf.Stream())
		for d := range 8 {
			handled, seconds := in.mean(l, starts, d%7)
			factor := ratio * in.Factor(l.Leaf, week+wrapcast.Date(d))
			usual.Groups[g.ID][d].Offered += factor * handled
			usual.Groups[g.ID][d].Seconds += factor * seconds
		}
	}
	return usual
}

// completeWeeks lists the places in the history where the latest weeks begin that were read whole.
func (in UsualInput) completeWeeks(week wrapcast.Date) []int {
	var starts []int
	last := int(week-in.From) - 7
	for last+7 > len(in.Read) {
		last -= 7
	}
	for k := 0; k < usualReach && len(starts) < usualWeeks && last-7*k >= 0; k++ {
		at, whole := last-7*k, true
		for d := range 7 {
			whole = whole && in.Read[at+d]
		}
		if whole {
			starts = append(starts, at)
		}
	}
	return starts
}

// mean is a leaf's contacts on the same day of several weeks and their handle times; where none of these days says what
// is usual, they are taken as they are.
func (in UsualInput) mean(l UsualLeaf, starts []int, day int) (handled, seconds float64) {
	for _, special := range []bool{false, true} {
		n := 0.0
		for _, start := range starts {
			at := start + day
			if math.IsNaN(l.Handled[at]) || !special && in.Special(in.From+wrapcast.Date(at)) {
				continue
			}
			handled, seconds, n = handled+l.Handled[at], seconds+l.Seconds[at], n+1
		}
		if n > 0 {
			return handled / n, seconds / n
		}
	}
	return 0, 0
}

// compared sets a group that is planned for the first time beside what is usual.
func (u UsualWeek) compared(g wrapcast.GroupDiff) wrapcast.GroupDiff {
	days := make([]wrapcast.DayDiff, 0, len(g.Days))
	for i, d := range g.Days {
		if i >= 8 {
			break
		}
		if usual := u.Groups[g.Group]; usual != nil {
			d.OldOffered, d.OldHandleSeconds = usual[i].Offered, mean(usual[i].Seconds, usual[i].Offered)
		}
		days = append(days, d)
	}
	g.Days = days
	return g
}
