package planning

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Limits are what the platform refuses, as it documents them: a week may begin from 26
// weeks back to 104 weeks ahead and end at most 130 weeks ahead.
type Limits struct {
	// WeeksBack, WeeksAhead bound the week's start, EndWeeksAhead its end, in weeks from the present one; zero
	// means 26, 104 and 130.
	WeeksBack, WeeksAhead, EndWeeksAhead int
	// QuarterHours is the length every array must have; zero means 768.
	QuarterHours int
}

func (l Limits) withDefaults() Limits {
	return Limits{WeeksBack: cmp.Or(l.WeeksBack, 26), WeeksAhead: cmp.Or(l.WeeksAhead, 104), EndWeeksAhead: cmp.Or(l.EndWeeksAhead, 130),
		QuarterHours: cmp.Or(l.QuarterHours, wrapcast.QuarterHoursInWeekPlan)}
}

// Describe returns what people see of a plan at its target. The plan's id is part of it, so that a submission in doubt
// can be looked up; note is anybody's word on it and may be empty.
func Describe(id wrapcast.PlanID, note string) string {
	if note = strings.TrimSpace(note); note != "" {
		return "wrapcast " + string(id) + ": " + note
	}
	return "wrapcast " + string(id)
}

// CheckWeek finds, before anything is sent, what the platform would refuse of a WFM plan: its date, its description,
// its groups, its numbers. All findings are blocking; none means that it may be submitted.
func CheckWeek(plan wrapcast.Plan, now time.Time, limits Limits) []wrapcast.Finding {
	c := weekChecker{&finder{findings: []wrapcast.Finding{}}, limits.withDefaults()}
	if strings.TrimSpace(plan.Description) == "" || !strings.Contains(plan.Description, string(plan.ID)) || plan.ID == "" {
		c.block("description", "", "the description lacks the plan's id, by which a submission with an unknown outcome is found", "describe it by planning.Describe")
	}
	if plan.Week == nil {
		c.block("no-week", "", "the plan holds no week", "make it with planning.Week")
		return c.findings
	}
	c.date(*plan.Week, now)
	c.groups(*plan.Week)
	return c.findings
}

type weekChecker struct {
	*finder
	limits Limits
}

func (c weekChecker) date(week wrapcast.WeekPlan, now time.Time) {
	unit := week.BusinessUnit
	if week.Start.Weekday() != unit.WeekStart {
		c.block("week-start", week.Start.String(), fmt.Sprintf("the week begins on a %s, those of %s begin on a %s", week.Start.Weekday(), unit.Name, unit.WeekStart),
			fmt.Sprintf("plan the week of %s", week.Start.StartOfWeek(unit.WeekStart)))
	}
	loc, err := Zone(unit)
	if err != nil {
		c.block("zone", unit.Name, err.Error(), wrapcast.Hint(err))
		return
	}
	this := wrapcast.DateOf(now.In(loc)).StartOfWeek(unit.WeekStart)
	ahead := int(math.Floor(float64(week.Start-this) / 7))
	switch {
	case ahead < -c.limits.WeeksBack:
		c.block("too-old", week.Start.String(), fmt.Sprintf("the week began %d weeks ago, the platform takes at most %d", -ahead, c.limits.WeeksBack), "")
	case ahead > c.limits.WeeksAhead:
		c.block("too-far", week.Start.String(), fmt.Sprintf("the week begins in %d weeks, the platform takes at most %d", ahead, c.limits.WeeksAhead), "")
	case ahead+1 > c.limits.EndWeeksAhead:
		c.block("too-far", week.Start.String(), fmt.Sprintf("the week ends in %d weeks, the platform takes at most %d", ahead+1, c.limits.EndWeeksAhead), "")
	}
}

func (c weekChecker) groups(week wrapcast.WeekPlan) {
	if len(week.Groups) == 0 {
		c.block("no-groups", "", "the plan holds no planning group", "make planning groups in Workforce Management")
	}
	seen := map[wrapcast.PlanningGroupID]bool{}
	for _, g := range week.Groups {
		place := groupName(wrapcast.PlanningGroup{ID: g.Group, Name: g.Name})
		if g.Group == "" {
			c.block("no-group-id", place, "the planning group has no id", "")
		}
		if seen[g.Group] {
			c.block("group-twice", place, "the planning group is planned twice", "")
		}
		seen[g.Group] = true
		c.array(place, "offered contacts", g.Offered)
		c.array(place, "handle times", g.HandleSeconds)
	}
}

func (c weekChecker) array(place, what string, values []float64) {
	if len(values) != c.limits.QuarterHours {
		c.block("array-length", place, fmt.Sprintf("%d %s, one for each of %d quarter-hours is needed", len(values), what, c.limits.QuarterHours), "")
	}
	for i, v := range values {
		if !(v >= 0) || math.IsInf(v, 1) {
			c.block("bad-number", place, fmt.Sprintf("%s of quarter-hour %d are %g, which is no amount", what, i, v), "")
			return
		}
	}
}
