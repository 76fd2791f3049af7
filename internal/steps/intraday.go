package steps

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// IntradayProfiles learns how the days of a forecast spread over their quarter-hours, as plans do. It reads eight weeks
// of everything: whoever asks often keeps them.
func (v *View) IntradayProfiles(ctx context.Context, made *wrapcast.Forecast) (*demand.IntradayProfiles, error) {
	recent, err := v.patternsBefore(ctx, *made)
	if err != nil {
		return nil, err
	}
	resolved, err := v.resolvedCalendar(ctx, *made)
	return &demand.IntradayProfiles{Recent: recent, Calendar: resolved, Zone: v.Zone}, err
}

// GroupPaths hands out the joint paths of a planning group over a week it is planned for, day by day, a row per
// quarter-hour and a value per path: contacts offered and the sum of their handle times in seconds, whose means over
// the paths are those of the plan. What is handed out holds until each returns. False where there are none: a forecast
// of before there were joint paths, a group without contacts or that is not planned.
func (v *View) GroupPaths(ctx context.Context, made *wrapcast.Forecast, week wrapcast.WeekPlan,
	group wrapcast.PlanningGroupID, each func(wrapcast.GroupPaths) error) (bool, error) {
	recent, err := v.patternsBefore(ctx, *made)
	if err != nil {
		return false, err
	}
	resolved, err := v.resolvedCalendar(ctx, *made)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(week.Groups, func(g wrapcast.GroupPlan) bool { return g.Group == group })
	if i < 0 {
		return false, nil
	}
	w := &groupWeek{PathRoller: planning.PathRoller{Recent: recent, Plan: week.Groups[i]}, start: week.Start,
		zone: v.Zone, each: each}
	groupOf := v.Directory.GroupOf()
	profiles := &demand.IntradayProfiles{Recent: recent, Calendar: resolved, Zone: v.Zone}
	there, err := profiles.Paths(ctx, made, func(leaf wrapcast.Leaf) bool {
		g, ok := groupOf(leaf)
		return ok && g.ID == group
	}, week.Start, w.last(), w.add)
	if err == nil {
		err = w.roll()
	}
	return there && w.days > 0, err
}

// groupWeek rolls the streams of a group up day by day.
type groupWeek struct {
	planning.PathRoller
	start wrapcast.Date
	zone  *time.Location
	each  func(wrapcast.GroupPaths) error

	day  wrapcast.Date // being added up
	days int
}

// last is the last day of the plan's arrays.
func (w *groupWeek) last() wrapcast.Date {
	day := w.start
	for left := len(w.Plan.Offered) - day.QuarterHours(w.zone); left > 0; left -= day.QuarterHours(w.zone) {
		day++
	}
	return day
}

func (w *groupWeek) add(s wrapcast.StreamPaths) error {
	if w.days > 0 && s.Day != w.day {
		if err := w.roll(); err != nil {
			return err
		}
	}
	if w.days == 0 || s.Day != w.day {
		w.day, w.days = s.Day, w.days+1
	}
	w.Add(s)
	return nil
}

// roll hands out the day that was added up, if any.
func (w *groupWeek) roll() error {
	if w.days == 0 {
		return nil
	}
	at := 0
	for day := w.start; day < w.day; day++ {
		at += day.QuarterHours(w.zone)
	}
	return w.each(w.Rolled(at))
}

// patternWeeks is how many recent weeks profiles and conversion are learned from.
const patternWeeks = 8

// patternsBefore are the patterns of the weeks before a forecast, without what its run hid.
func (v *View) patternsBefore(ctx context.Context, made wrapcast.Forecast) (*planning.RecentPatterns, error) {
	report, err := Optional(v.reportOf(ctx, made))
	if err != nil {
		return nil, err
	}
	var hidden wrapcast.ValidationReport
	if report != nil {
		hidden = *report
	}
	return v.recentPatterns(ctx, made.From, hidden)
}

// reportOf is what the run of a forecast said of its history.
func (v *View) reportOf(ctx context.Context, made wrapcast.Forecast) (report wrapcast.ValidationReport, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		report, err = tx.Validations().Of(made.Organisation, made.Run, cmp.Or(made.BusinessUnit, v.Unit()))
		return err
	})
	return report, err
}

// recentPatterns are learned from the weeks before a day, without what report hides of them.
func (v *View) recentPatterns(ctx context.Context, until wrapcast.Date,
	report wrapcast.ValidationReport) (*planning.RecentPatterns, error) {
	first := until - 7*patternWeeks
	var observations []wrapcast.Observation
	var arrivals []wrapcast.Arrival
	var known *Assumptions
	err := v.Store.View(ctx, func(tx *store.Tx) (err error) {
		if known, err = v.loadAssumptions(tx, first, until); err != nil {
			return err
		}
		from, to := first.Midnight(v.Zone), until.Midnight(v.Zone)
		observations, arrivals, err = v.recentCounts(tx, from, to)
		return err
	})
	if err != nil {
		return nil, err
	}
	return planning.LearnRecent(observations, arrivals, v.Zone, planning.RecentOptions{Until: until,
		Weeks: patternWeeks, Hidden: newVeil(report, known, first, until).hidden()}), nil
}

// veil is what quarter-hours do not teach anything of: days masked in a code, and days on which a closure changes a
// queue's hours.
type veil struct {
	first, until wrapcast.Date
	masked       map[wrapcast.CodeID]map[wrapcast.Date]bool
	calendar     *calendar.ResolvedCalendar
	// lineage are the changes in use in the order of their days: masks name the codes of today.
	lineage []wrapcast.LineageChange
}

func newVeil(report wrapcast.ValidationReport, known *Assumptions, first, until wrapcast.Date) *veil {
	v := &veil{first: first, until: until, masked: map[wrapcast.CodeID]map[wrapcast.Date]bool{},
		calendar: known.Resolved, lineage: slices.Clone(known.Lineage)}
	for _, c := range report.Codes {
		for _, m := range c.Masks {
			if m.Day < first || m.Day >= until {
				continue
			}
			if v.masked[c.Code] == nil {
				v.masked[c.Code] = map[wrapcast.Date]bool{}
			}
			v.masked[c.Code][m.Day] = true
		}
	}
	slices.SortStableFunc(v.lineage, func(a, b wrapcast.LineageChange) int { return cmp.Compare(a.On, b.On) })
	return v
}

// hidden tells whether nothing is to be learned from a leaf's day; nil where all of them teach something.
func (v *veil) hidden() func(wrapcast.Leaf, wrapcast.Date) bool {
	if len(v.masked) == 0 && !v.calendar.HasClosures() {
		return nil
	}
	return v.hides
}

func (v *veil) hides(leaf wrapcast.Leaf, day wrapcast.Date) bool {
	if v.closed(leaf.Queue, day) {
		return true
	}
	if len(v.lineage) == 0 {
		return v.masked[leaf.Code][day]
	}
	for _, code := range v.heirs(leaf.Code, day) {
		if !v.masked[code][day] {
			return false
		}
	}
	return true
}

// heirs are the codes of today that have the history of a code on a day; itself where it was not changed since.
func (v *veil) heirs(code wrapcast.CodeID, day wrapcast.Date) []wrapcast.CodeID {
	heirs := []wrapcast.CodeID{code}
	for _, c := range v.lineage {
		if c.Kind == wrapcast.LineageRetire || day >= c.On {
			continue
		}
		var next []wrapcast.CodeID
		for _, heir := range heirs {
			if !slices.Contains(c.From, heir) {
				next = append(next, heir)
				continue
			}
			for _, to := range c.To {
				next = append(next, to.Code)
			}
		}
		heirs = next
	}
	return heirs
}

// closed tells whether a closure takes a queue's day or some of its hours, and does so on less than half of these
// weekdays: what is closed each week is part of the week.
func (v *veil) closed(queue wrapcast.QueueID, day wrapcast.Date) bool {
	if !v.calendar.HasClosure(queue, day) {
		return false
	}
	days, closed := 0, 0
	for d := v.first + (day-v.first)%week; d < v.until; d += week {
		days++
		if v.calendar.HasClosure(queue, d) {
			closed++
		}
	}
	return 2*closed < days
}
