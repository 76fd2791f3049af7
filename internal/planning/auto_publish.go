package planning

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"github.com/wrapcast/wrapcast"
)

// AutoPublishCheck is a plan about to be submitted without a person's review, and what CheckAutoPublish compares it
// with.
type AutoPublishCheck struct {
	Plan wrapcast.WeekPlan
	// Diff is what it changes against the forecast that is at the target now: see Diff.
	Diff wrapcast.WeekDiff
	// Unread is what the target has for the week and could not be read: Diff lacks it.
	Unread []UnreadPart
	// Usual is what the last complete weeks let expect: groups are judged by it that the target has no forecast for.
	Usual    UsualWeek
	Forecast wrapcast.Forecast
	// Directory was read just now, so that groups made or removed since show.
	Directory wrapcast.Directory
	Now       time.Time
}

// UnreadPart is a part of what the target has for the week that could not be read.
type UnreadPart struct {
	// Place is the planning group; "" for all of it.
	Place string
	// Reason says why, Advice what would help, for people; Advice may be "".
	Reason, Advice string
}

// UnreadCode is the code of the finding that something at the target could not be read.
const UnreadCode = "unread"

// PublishLimits are the limits beyond which a plan waits for a person. Zero means that of DefaultPublishLimits, a
// negative number switches one off.
type PublishLimits struct {
	// WeekChange and DayChange are how much of a planning group's contacts of a week, and of a day, may
	// change, as shares of what is planned now.
	WeekChange, DayChange float64
	// HandleChange is how much its handle time of a week may change.
	HandleChange float64
	// FewContacts is how many contacts of a week or day, now and then, are too few to judge by shares.
	FewContacts float64
	// MaxAge is how old the forecast may be.
	MaxAge time.Duration
	// HistoryLag is how many days may lie between the last day of history and the day the forecast was made.
	HistoryLag int
}

// DefaultPublishLimits are the limits that hold where none are set.
func DefaultPublishLimits() PublishLimits {
	return PublishLimits{WeekChange: 0.25, DayChange: 0.5, HandleChange: 0.25, FewContacts: 50,
		MaxAge: 24 * time.Hour, HistoryLag: 2}
}

func (l PublishLimits) withDefaults() PublishLimits {
	d := DefaultPublishLimits()
	return PublishLimits{
		WeekChange: cmp.Or(l.WeekChange, d.WeekChange), DayChange: cmp.Or(l.DayChange, d.DayChange),
		HandleChange: cmp.Or(l.HandleChange, d.HandleChange), FewContacts: cmp.Or(l.FewContacts, d.FewContacts),
		MaxAge: cmp.Or(l.MaxAge, d.MaxAge), HistoryLag: cmp.Or(l.HistoryLag, d.HistoryLag),
	}
}

// CheckAutoPublish finds what should stop a submission that no person reviews: a large change, planning groups that
// are missing or no more, a forecast or a history that is old, sums that do not hold. Each finding is
// blocking and says what to do; somebody who has looked may submit in spite of them. Where nothing is planned yet, the
// last complete weeks stand in for it, at twice the limits. Where there are none, or what is planned could not be read,
// nobody knows what changes, which is blocking too.
func CheckAutoPublish(in AutoPublishCheck, limits PublishLimits) []wrapcast.Finding {
	c := limitChecker{finder: &finder{findings: []wrapcast.Finding{}}, limits: limits.withDefaults()}
	c.groups(in)
	c.age(in)
	c.unread(in.Unread)
	c.changes(in)
	if len(in.Unread) == 0 {
		c.firstImports(in)
	}
	return append(c.findings, checkCoherence(in.Forecast)...)
}

type limitChecker struct {
	*finder
	limits PublishLimits
	// first says that a group is compared with what is usual, because the target has no forecast for it.
	first bool
}

// formats are how a change of contacts is said, and one of handle times.
type formats struct{ contacts, handle string }

func (c limitChecker) formats() formats {
	if c.first {
		return formats{"the contacts %s are not the %.0f of the last complete weeks, but %.0f (%+.0f %%); the " +
			"auto-publish limit of a first import is %.0f %%",
			"the handle time of the week is %+.0f %% off that of the last complete weeks, %.0f s, with %.0f s; the " +
				"auto-publish limit of a first import is %.0f %%"}
	}
	return formats{"the contacts %s change from %.0f to %.0f (%+.0f %%); the auto-publish limit is %.0f %%",
		"the handle time of the week changes by %+.0f %%, from %.0f s to %.0f s; the auto-publish limit is %.0f %%"}
}

// firstImports judges the planning groups that the target has no forecast for by what is usual.
func (c limitChecker) firstImports(in AutoPublishCheck) {
	c.first = true
	for _, limit := range []*float64{&c.limits.WeekChange, &c.limits.DayChange, &c.limits.HandleChange} {
		*limit *= firstImport
	}
	added := 0
	for _, g := range in.Diff.Groups {
		if !g.Added {
			continue
		}
		if added++; in.Usual.Weeks > 0 {
			c.group(in.Usual.compared(g))
		}
	}
	switch {
	case added == 0 || max(c.limits.WeekChange, c.limits.DayChange, c.limits.HandleChange) < 0:
	case in.Usual.Weeks == 0:
		c.block("nothing-to-compare", in.Diff.Start.String(), "review the plan, then submit it by hand",
			"there is no forecast for this week and no complete week of history to compare with")
	default:
		c.add(wrapcast.Info, "first-import", in.Diff.Start.String(), "", fmt.Sprintf("%d planning groups have no "+
			"forecast for this week yet: they are compared with the last %d complete weeks", added, in.Usual.Weeks))
	}
}

func (c limitChecker) groups(in AutoPublishCheck) {
	planned, known := map[wrapcast.PlanningGroupID]bool{}, map[wrapcast.PlanningGroupID]bool{}
	for _, g := range in.Directory.PlanningGroups {
		known[g.ID] = true
	}
	for _, g := range in.Plan.Groups {
		planned[g.Group] = true
		if !known[g.Group] {
			c.block("group-gone", g.Name, "plan again", "the planning group no longer exists")
		}
	}
	for _, g := range in.Plan.LeftOut {
		planned[g.Group] = true
	}
	for _, g := range in.Directory.PlanningGroups {
		if !planned[g.ID] {
			c.block("group-missing", groupName(g), "plan again", "the planning group is not in the plan")
		}
	}
}

func (c limitChecker) age(in AutoPublishCheck) {
	if age := in.Now.Sub(in.Forecast.WithoutOverrides().MadeAt); c.limits.MaxAge > 0 && age > c.limits.MaxAge {
		c.block("forecast-old", "", "run the forecast again", "the forecast was made %s ago, at most %s are allowed",
			age.Round(time.Minute), c.limits.MaxAge)
	}
	loc, err := time.LoadLocation(in.Forecast.TimeZone)
	if err != nil {
		loc = time.UTC
	}
	lag := int(wrapcast.DateOf(in.Forecast.MadeAt.In(loc)) - in.Forecast.HistoryTo)
	if c.limits.HistoryLag >= 0 && lag > c.limits.HistoryLag {
		c.block("history-old", "", "run wrapcast extract, then the forecast again",
			"the history ends on %s, %d days before the forecast was made", in.Forecast.HistoryTo, lag)
	}
}

func (c limitChecker) unread(parts []UnreadPart) {
	for _, p := range parts {
		advice := cmp.Or(p.Advice, "run again later")
		c.block(UnreadCode, p.Place, advice, "what the platform has for this week could not be read: %s", p.Reason)
	}
}

// changes judges what a plan changes of what is planned now.
func (c limitChecker) changes(in AutoPublishCheck) {
	leftOut := map[wrapcast.PlanningGroupID]bool{}
	for _, g := range in.Plan.LeftOut {
		leftOut[g.Group] = true
	}
	for _, g := range in.Diff.Groups {
		switch {
		case g.Removed && leftOut[g.Group]:
		case g.Removed:
			c.block("group-missing", g.Name, "plan again",
				"the planning group is planned now and is not in the new plan")
		case !g.Added:
			c.group(g)
		}
	}
}

// group judges the week of a planning group, and its days where the week as a whole may go.
func (c limitChecker) group(g wrapcast.GroupDiff) {
	var week wrapcast.DayDiff
	for _, d := range g.Days[:min(7, len(g.Days))] { // the eighth day is the next week's first
		week.OldOffered += d.OldOffered
		week.NewOffered += d.NewOffered
		week.OldHandleSeconds += d.OldOffered * d.OldHandleSeconds
		week.NewHandleSeconds += d.NewOffered * d.NewHandleSeconds
	}
	if !c.change(g.Name, "in the week", week.OldOffered, week.NewOffered, c.limits.WeekChange) {
		for _, d := range g.Days {
			c.change(g.Name, "on "+d.Day.String(), d.OldOffered, d.NewOffered, c.limits.DayChange)
		}
	}
	if min(week.OldOffered, week.NewOffered) < c.limits.FewContacts || c.limits.HandleChange < 0 {
		return
	}
	before, after := mean(week.OldHandleSeconds, week.OldOffered), mean(week.NewHandleSeconds, week.NewOffered)
	if share := after/before - 1; before > 0 && math.Abs(share) > c.limits.HandleChange {
		c.block("handle-time-change", g.Name, "review the mix of its codes, then submit by hand",
			c.formats().handle, 100*share, before, after, 100*c.limits.HandleChange)
	}
}

// change blocks a change of contacts beyond a share of what is planned now, and reports whether it did.
func (c limitChecker) change(group, when string, before, after, limit float64) bool {
	if limit < 0 || max(before, after) < c.limits.FewContacts || math.Abs(after-before) <= limit*before {
		return false
	}
	c.block("large-change", group, "review the changes, then submit by hand",
		c.formats().contacts, when, before, after, 100*(after/max(before, 1)-1), 100*limit)
	return true
}
