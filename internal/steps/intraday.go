package steps

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Intraday is how the days of one forecast spread over their quarter-hours, for whoever asks for several weeks or
// planning groups of it: it was learned from eight weeks of everything.
type Intraday struct {
	*demand.IntradayProfiles

	view   *View
	made   *wrapcast.Forecast
	recent *planning.RecentPatterns
}

// Intraday learns how the days of a forecast spread over their quarter-hours, as plans do.
func (v *View) Intraday(ctx context.Context, made *wrapcast.Forecast) (*Intraday, error) {
	recent, err := v.patternsBefore(ctx, *made)
	if err != nil {
		return nil, err
	}
	resolved, err := v.resolvedCalendar(ctx, *made)
	return &Intraday{&demand.IntradayProfiles{Recent: recent, Calendar: resolved, Zone: v.Zone}, v, made, recent}, err
}

// IntradayProfiles learns how the days of a forecast spread over their quarter-hours, as plans do. It reads eight weeks
// of everything: whoever asks often keeps them.
func (v *View) IntradayProfiles(ctx context.Context, made *wrapcast.Forecast) (*demand.IntradayProfiles, error) {
	i, err := v.Intraday(ctx, made)
	if err != nil {
		return nil, err
	}
	return i.IntradayProfiles, nil
}

// Week is the week of the forecast that begins on a day, as it would be planned, of its seven local days; without
// planning groups where the forecast does not reach over all of it.
func (i *Intraday) Week(start wrapcast.Date) wrapcast.WeekPlan {
	quarterHours := 0
	for day := range wrapcast.Date(7) {
		quarterHours += (start + day).QuarterHours(i.view.Zone)
	}
	week, _ := planning.Week(planning.WeekInput{Directory: i.view.Directory, Forecast: *i.made, Recent: i.recent,
		LeaveOut: i.view.LeftOut(), Calendar: i.Calendar, QuarterHours: quarterHours}, start)
	return week
}

// Days are days of the forecast by quarter-hour, for planning groups of whoever asks. It is InvalidData where they
// cannot be laid out: the forecast does not reach over all of them, two groups have one route.
func (i *Intraday) Days(groups []wrapcast.PlanningGroup, from wrapcast.Date, days int) ([]wrapcast.GroupPlan, error) {
	quarterHours := 0
	for day := range wrapcast.Date(days) {
		quarterHours += (from + day).QuarterHours(i.view.Zone)
	}
	directory := i.view.Directory
	directory.PlanningGroups = groups
	week, findings := planning.Week(planning.WeekInput{Directory: directory, Forecast: *i.made, Recent: i.recent,
		Calendar: i.Calendar, QuarterHours: quarterHours}, from)
	for _, f := range findings {
		if f.Severity == wrapcast.Blocking {
			return nil, wrapcast.Errorf(wrapcast.InvalidData, "", "%s", strings.TrimPrefix(f.Place+": "+f.Message, ": ")).
				WithHint("%s", f.Advice)
		}
	}
	return week.Groups, nil
}

// GroupPaths hands out the joint paths of a planning group over a week it is planned for, day by day, a row per
// quarter-hour and a value per path: contacts offered and the sum of their handle times in seconds, whose means over
// the paths are those of the plan. What is handed out holds until each returns. False where there are none: a forecast
// of before there were joint paths, a group without contacts or that is not planned.
func (v *View) GroupPaths(ctx context.Context, made *wrapcast.Forecast, week wrapcast.WeekPlan,
	group wrapcast.PlanningGroupID, each func(wrapcast.GroupPaths) error) (bool, error) {
	i, err := v.Intraday(ctx, made)
	if err != nil {
		return false, err
	}
	return i.GroupPaths(ctx, week, group, each)
}

// GroupPaths is that of a View.
func (i *Intraday) GroupPaths(ctx context.Context, week wrapcast.WeekPlan, group wrapcast.PlanningGroupID,
	each func(wrapcast.GroupPaths) error) (bool, error) {
	of := slices.DeleteFunc(slices.Clone(week.Groups), func(g wrapcast.GroupPlan) bool { return g.Group != group })
	some := false
	there, err := i.EachGroup(ctx, wrapcast.WeekPlan{Start: week.Start, Groups: of}, func(p wrapcast.GroupPaths) error {
		some = true
		return each(p)
	})
	return there && some, err
}

// EachGroup is GroupPaths for all groups of a week at once: of each day one group after the other. It draws the paths
// once.
func (i *Intraday) EachGroup(ctx context.Context, week wrapcast.WeekPlan,
	each func(wrapcast.GroupPaths) error) (bool, error) {
	w := &groupWeeks{intraday: i, week: week, each: each, now: -1}
	places := map[wrapcast.PlanningGroupID]int{}
	last := week.Start - 1
	for g, plan := range week.Groups {
		places[plan.Group] = g
		w.rollers = append(w.rollers, planning.PathRoller{Recent: i.recent, Plan: plan})
		last = max(last, i.lastDay(week.Start, len(plan.Offered)))
	}
	groupOf := i.view.Directory.GroupOf()
	there, err := i.PathsByGroup(ctx, i.made, func(leaf wrapcast.Leaf) (int, bool) {
		g, ok := groupOf(leaf)
		place, planned := places[g.ID]
		return place, ok && planned
	}, week.Start, last, w.add)
	if err == nil {
		err = w.roll()
	}
	return there, err
}

// lastDay is the last day of arrays of so many quarter-hours that begin on a day.
func (i *Intraday) lastDay(day wrapcast.Date, quarterHours int) wrapcast.Date {
	for left := quarterHours - day.QuarterHours(i.view.Zone); left > 0; left -= day.QuarterHours(i.view.Zone) {
		day++
	}
	return day
}

// groupWeeks rolls the streams of groups up, one group and day after the other.
type groupWeeks struct {
	intraday *Intraday
	week     wrapcast.WeekPlan
	each     func(wrapcast.GroupPaths) error

	rollers []planning.PathRoller
	now     int // the group that is being added up, -1 where none is
	day     wrapcast.Date
}

func (w *groupWeeks) add(group int, s wrapcast.StreamPaths) error {
	if w.now >= 0 && (group != w.now || s.Day != w.day) {
		if err := w.roll(); err != nil {
			return err
		}
	}
	w.now, w.day = group, s.Day
	w.rollers[group].Add(s)
	return nil
}

// roll hands out the group's day that was added up, if any.
func (w *groupWeeks) roll() error {
	if w.now < 0 {
		return nil
	}
	at := 0
	for day := w.week.Start; day < w.day; day++ {
		at += day.QuarterHours(w.intraday.view.Zone)
	}
	return w.each(w.rollers[w.now].Rolled(at))
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

// OfferedRatio is how many contacts of some leaves are offered for each one handled, by what is forecast of their
// streams for a day: 1 where nothing is.
func (i *Intraday) OfferedRatio(of func(wrapcast.Leaf) bool, day wrapcast.Date) float64 {
	handled, offered := 0.0, 0.0
	at := int(day - i.made.From)
	for _, l := range i.made.Leaves {
		if at < 0 || at >= len(l.Mean) || !of(l.Leaf) {
			continue
		}
		handled += l.Mean[at]
		offered += l.Mean[at] * i.recent.Conversion(l.Leaf.Stream())
	}
	if handled == 0 {
		return 1
	}
	return offered / handled
}

// RecentDays are local days as they are stored, and what is known of them.
type RecentDays struct {
	// Calendar is worked out for them.
	Calendar *calendar.ResolvedCalendar
	// Read are the intervals of them that were read; ReadAt is when the newest of these was.
	Read   []wrapcast.Interval
	ReadAt time.Time
	// Hides tells whether nothing is to be learned of a leaf on a day; nil where all of them teach something.
	Hides func(wrapcast.Leaf, wrapcast.Date) bool
}

// RecentDays hands out what was handled in the quarter-hours of the days from first to last, both included, as it
// counts, and says what is known of these days. Leaves come one after the other, each in the order of time.
func (v *View) RecentDays(ctx context.Context, made *wrapcast.Forecast, first, last wrapcast.Date,
	take func(wrapcast.Observation)) (days RecentDays, err error) {
	report, err := Optional(v.reportOf(ctx, *made))
	if err != nil {
		return days, err
	}
	if report == nil {
		report = &wrapcast.ValidationReport{}
	}
	from, to := first.Midnight(v.Zone), (last + 1).Midnight(v.Zone)
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		known, err := v.loadAssumptions(tx, first, last)
		if err != nil {
			return err
		}
		days.Calendar, days.Hides = known.Resolved, newVeil(*report, known, first, last+1).hidden()
		readings, err := tx.Readings().All(v.Organisation())
		if err != nil {
			return err
		}
		for _, r := range readings {
			if r.From.Before(to) && from.Before(r.To) {
				days.Read, days.ReadAt = append(days.Read, r.Interval), later(days.ReadAt, r.ReadAt)
			}
		}
		return v.eachCount(tx, from, to, take)
	})
	return days, err
}

// eachCount hands out what was handled in the quarter-hours of [from, to), as it counts.
func (v *View) eachCount(tx *store.Tx, from, to time.Time, take func(wrapcast.Observation)) error {
	c := v.counting()
	for o, err := range tx.History().Observations(v.Organisation(), from, to) {
		if err != nil {
			return err
		}
		if leaf, counts := c.leaf(o.Leaf); counts {
			o.Leaf = leaf
			take(o)
		}
	}
	return nil
}

// ForecastOf reads the newest forecast of a business unit that has a day and was made from the days before it.
func (v *View) ForecastOf(ctx context.Context, day wrapcast.Date) (made wrapcast.Forecast, err error) {
	unit := v.Unit()
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		id := wrapcast.ForecastID("")
		for before := wrapcast.ForecastID(""); id == ""; {
			heads, _, err := tx.Forecasts().Heads(v.Organisation(), store.ForecastQuery{BusinessUnit: &unit, Before: before,
				Limit: forecastsAtOnce})
			if err != nil {
				return err
			}
			i := slices.IndexFunc(heads, func(h store.ForecastHead) bool {
				return h.From <= day && day < h.From+wrapcast.Date(h.Days)
			})
			switch {
			case i >= 0:
				id = heads[i].ID
			case len(heads) < forecastsAtOnce:
				return wrapcast.Errorf(wrapcast.NotFound, "", "no stored forecast has %s", day).
					WithHint("`wrapcast run --dry-run` makes one of the days from today on")
			default:
				before = heads[len(heads)-1].ID
			}
		}
		made, err = tx.Forecasts().Get(v.Organisation(), id)
		return err
	})
	return made, err
}

const forecastsAtOnce = 50
