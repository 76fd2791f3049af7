package planning

import (
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Diff sets two plans of one week side by side, per planning group and local day: those of next in their order, then
// those only old has. Handle times are weighted by contacts. Arrays may differ in length, as the platform's do when it
// returns a week without its eighth day: days are compared only as far as both reach. An old plan without groups, where
// there is none yet, makes every group an added one. Weeks or zones that differ are an error.
func Diff(old, next wrapcast.WeekPlan) (wrapcast.WeekDiff, error) {
	diff := wrapcast.WeekDiff{Start: next.Start, Groups: []wrapcast.GroupDiff{}}
	loc, err := Zone(next.BusinessUnit)
	if err != nil {
		return diff, err
	}
	if len(old.Groups) > 0 && (old.Start != next.Start || old.BusinessUnit.TimeZone != next.BusinessUnit.TimeZone) {
		return diff, wrapcast.Errorf(wrapcast.Internal, "plan",
			"the week of %s in %s cannot be compared with that of %s in %s",
			old.Start, old.BusinessUnit.TimeZone, next.Start, next.BusinessUnit.TimeZone)
	}
	before := byGroup(old)
	for _, g := range next.Groups {
		o, had := before[g.Group]
		diff.Groups = append(diff.Groups, wrapcast.GroupDiff{Group: g.Group, Name: g.Name, Added: !had,
			Days: diffDays(o, g, !had, next.Start, loc)})
		delete(before, g.Group)
	}
	for _, o := range old.Groups {
		if _, left := before[o.Group]; left {
			diff.Groups = append(diff.Groups, wrapcast.GroupDiff{Group: o.Group, Name: o.Name, Removed: true,
				Days: diffDays(o, wrapcast.GroupPlan{}, true, next.Start, loc)})
		}
	}
	diff.Total = totalDays(diff.Groups)
	return diff, nil
}

// keptTo is how finely numbers are compared with those at the target: plans have hundredths, and a target that keeps
// them in its own way may be off by half of one.
const keptTo = 0.005 + 1e-6

// Same reports whether a target that has old for a week already has what next says: the same planning groups with the
// same contacts per quarter-hour, and the same handle times where there are contacts, to the hundredth. The eighth day
// counts where both have it.
func Same(old, next wrapcast.WeekPlan) bool {
	before := byGroup(old)
	if len(before) != len(next.Groups) || len(old.Groups) != len(next.Groups) {
		return false
	}
	for _, g := range next.Groups {
		o, had := before[g.Group]
		if !had || !sameGroup(o, g) {
			return false
		}
	}
	return true
}

func sameGroup(old, next wrapcast.GroupPlan) bool {
	n := min(len(old.Offered), len(next.Offered))
	if n == 0 || len(old.HandleSeconds) < n || len(next.HandleSeconds) < n {
		return false
	}
	for i := range n {
		if math.Abs(old.Offered[i]-next.Offered[i]) > keptTo {
			return false
		}
		if next.Offered[i] > 0 && math.Abs(old.HandleSeconds[i]-next.HandleSeconds[i]) > keptTo {
			return false
		}
	}
	return true
}

func byGroup(w wrapcast.WeekPlan) map[wrapcast.PlanningGroupID]wrapcast.GroupPlan {
	groups := make(map[wrapcast.PlanningGroupID]wrapcast.GroupPlan, len(w.Groups))
	for _, g := range w.Groups {
		groups[g.Group] = g
	}
	return groups
}

// diffDays compares day by day as far as both reach, or as far as the one that is there does.
func diffDays(old, next wrapcast.GroupPlan, single bool, week wrapcast.Date, loc *time.Location) []wrapcast.DayDiff {
	n := min(len(old.Offered), len(next.Offered))
	if single {
		n = max(len(old.Offered), len(next.Offered))
	}
	spans := daysOf(week, loc, n)
	days := make([]wrapcast.DayDiff, 0, len(spans))
	for _, s := range spans {
		d := wrapcast.DayDiff{Day: s.day}
		d.OldOffered, d.OldHandleSeconds = dayOf(old, s)
		d.NewOffered, d.NewHandleSeconds = dayOf(next, s)
		days = append(days, d)
	}
	return days
}

// dayOf returns a group's contacts on one day and their mean handle time, rounded to hundredths.
func dayOf(g wrapcast.GroupPlan, s daySpan) (contacts, handle float64) {
	if len(g.Offered) == 0 {
		return 0, 0
	}
	from, to := s.first, s.first+s.count
	handles := g.HandleSeconds[min(from, len(g.HandleSeconds)):min(to, len(g.HandleSeconds))]
	contacts, seconds := workload(g.Offered[from:to], handles)
	if contacts > 0 {
		handle = hundredths(seconds / contacts)
	}
	return hundredths(contacts), handle
}

func totalDays(groups []wrapcast.GroupDiff) []wrapcast.DayDiff {
	sums := map[wrapcast.Date]*wrapcast.DayDiff{}
	for _, g := range groups {
		for _, d := range g.Days {
			t := sums[d.Day]
			if t == nil {
				t = &wrapcast.DayDiff{Day: d.Day}
				sums[d.Day] = t
			}
			t.OldOffered, t.OldHandleSeconds = t.OldOffered+d.OldOffered,
				t.OldHandleSeconds+d.OldOffered*d.OldHandleSeconds
			t.NewOffered, t.NewHandleSeconds = t.NewOffered+d.NewOffered,
				t.NewHandleSeconds+d.NewOffered*d.NewHandleSeconds
		}
	}
	total := make([]wrapcast.DayDiff, 0, len(sums))
	for _, t := range sums {
		total = append(total, wrapcast.DayDiff{Day: t.Day,
			OldOffered: hundredths(t.OldOffered), OldHandleSeconds: mean(t.OldHandleSeconds, t.OldOffered),
			NewOffered: hundredths(t.NewOffered), NewHandleSeconds: mean(t.NewHandleSeconds, t.NewOffered)})
	}
	slices.SortFunc(total, func(a, b wrapcast.DayDiff) int { return int(a.Day - b.Day) })
	return total
}

func mean(sum, n float64) float64 {
	if n == 0 {
		return 0
	}
	return hundredths(sum / n)
}
