package planning

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// The platform documents which weeks it takes: from 26 weeks back to 104 weeks ahead.
const maxWeeksBack, maxWeeksAhead = 26, 104

// Describe returns what people see of a plan at its target. The plan's id is part of it, so that a submission in doubt
// can be looked up; note is anybody's word on it and may be empty.
func Describe(id wrapcast.PlanID, note string) string {
	if note = strings.TrimSpace(note); note != "" {
		return "wrapcast " + string(id) + ": " + note
	}
	return "wrapcast " + string(id)
}

// CheckWeek finds, before anything is sent, what the platform would refuse of a WFM plan: its date, its description,
// its groups, its numbers. Every array must have so many quarter-hours; zero means 768. All findings are blocking; none
// means that it may be submitted.
func CheckWeek(plan wrapcast.Plan, now time.Time, quarterHours int) []wrapcast.Finding {
	c := weekChecker{&finder{findings: []wrapcast.Finding{}}, cmp.Or(quarterHours, wrapcast.QuarterHoursInWeekPlan)}
	if strings.TrimSpace(plan.Description) == "" || !strings.Contains(plan.Description, string(plan.ID)) ||
		plan.ID == "" {
		c.block("description", "", "describe it by planning.Describe",
			"the description lacks the plan's id, by which a submission with an unknown outcome is found")
	}
	if plan.Week == nil {
		c.block("no-week", "", "make it with planning.Week", "the plan holds no week")
		return c.findings
	}
	c.date(*plan.Week, now)
	c.groups(*plan.Week)
	return c.findings
}

// DescribeWeek returns what planners see of a week's plan at its target: which week it is, when it was made (or made to
// restore an earlier one) on the unit's clock, and the plan's id, by which a submission in doubt is looked up. It has
// at most 100 characters, which no known list cuts off.
func DescribeWeek(plan wrapcast.Plan, zone *time.Location) string {
	made := "made"
	if plan.Restores != "" {
		made = "restored"
	}
	return fmt.Sprintf("wrapcast · week of %s · %s %s · %s", plan.Week.Start.Midnight(time.UTC).Format("2 Jan 2006"),
		made, plan.MadeAt.In(zone).Format("2 Jan 15:04"), plan.ID)
}

// idForm is that of the ids of plans, which are UUIDs.
var idForm = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// PlanOf is the plan that a description at the target names, whichever version of wrapcast wrote it; "" where somebody
// else did.
func PlanOf(description string) wrapcast.PlanID {
	if !strings.HasPrefix(description, "wrapcast ") {
		return ""
	}
	return wrapcast.PlanID(idForm.FindString(description))
}

type weekChecker struct {
	*finder
	quarterHours int
}

func (c weekChecker) date(week wrapcast.WeekPlan, now time.Time) {
	unit := week.BusinessUnit
	if week.Start.Weekday() != unit.WeekStart {
		c.block("week-start", week.Start.String(), fmt.Sprintf("plan the week of %s",
			week.Start.StartOfWeek(unit.WeekStart)),
			"the week begins on a %s, those of %s begin on a %s", week.Start.Weekday(), unit.Name, unit.WeekStart)
	}
	loc, err := Zone(unit)
	if err != nil {
		c.block("zone", unit.Name, wrapcast.Hint(err), "%s", err.Error())
		return
	}
	this := wrapcast.DateOf(now.In(loc)).StartOfWeek(unit.WeekStart)
	ahead := int(math.Floor(float64(week.Start-this) / 7))
	switch {
	case ahead < -maxWeeksBack:
		c.block("too-old", week.Start.String(), "", "the week began %d weeks ago, the platform takes at most %d",
			-ahead,
			maxWeeksBack)
	case ahead > maxWeeksAhead:
		c.block("too-far", week.Start.String(), "", "the week begins in %d weeks, the platform takes at most %d", ahead,
			maxWeeksAhead)
	}
}

func (c weekChecker) groups(week wrapcast.WeekPlan) {
	if len(week.Groups) == 0 {
		c.block("no-groups", "", "make planning groups in Workforce Management", "the plan holds no planning group")
	}
	seen := map[wrapcast.PlanningGroupID]bool{}
	for _, g := range week.Groups {
		place := groupName(wrapcast.PlanningGroup{ID: g.Group, Name: g.Name})
		if g.Group == "" {
			c.block("no-group-id", place, "", "the planning group has no id")
		}
		if seen[g.Group] {
			c.block("group-twice", place, "", "the planning group is planned twice")
		}
		seen[g.Group] = true
		c.array(place, "offered contacts", g.Offered)
		c.array(place, "handle times", g.HandleSeconds)
	}
}

func (c weekChecker) array(place, what string, values []float64) {
	if len(values) != c.quarterHours {
		c.block("array-length", place, "", "%d %s, one for each of %d quarter-hours is needed", len(values), what,
			c.quarterHours)
	}
	for i, v := range values {
		if !(v >= 0) || math.IsInf(v, 1) {
			c.block("bad-number", place, "", "%s of quarter-hour %d are %g, which is no amount", what, i, v)
			return
		}
	}
}
