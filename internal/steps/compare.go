package steps

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// compare sets a week's plan beside the forecast that the platform has for the week now, and looks whether what changes
// may go unattended. What cannot be read there is no end of the plan: it says so, and waits for somebody.
func (p *planner) compare(ctx context.Context, plan *wrapcast.Plan, made wrapcast.Forecast) error {
	now, err := p.held(ctx, plan)
	if err != nil {
		return err
	}
	plan.Unread = now.unreadWords()
	if now.forecast != nil {
		plan.Current, plan.Others = now.forecast, now.others
		plan.Unchanged = len(now.unread) == 0 && !plan.Current.NotForScheduling && planning.Same(now.week, *plan.Week)
	}
	diff, err := planning.Diff(now.week, *plan.Week)
	if err != nil {
		return err
	}
	plan.Diff = &diff
	in := planning.AutoPublishCheck{Plan: *plan.Week, Diff: diff, Unread: now.unread, Forecast: made,
		Directory: p.Directory, Now: p.Clock.Now()}
	isNew := func(g wrapcast.GroupDiff) bool { return g.Added }
	if slices.ContainsFunc(diff.Groups, isNew) && plan.Restores == "" {
		if in.Usual, err = p.usual(ctx, made, plan.Week.Start); err != nil {
			return err
		}
	}
	for _, finding := range planning.CheckAutoPublish(in, p.Spec.Limits) {
		if finding.Severity == wrapcast.Blocking {
			plan.Stops = append(plan.Stops, finding)
		} else {
			plan.Findings = append(plan.Findings, finding)
		}
	}
	return nil
}

// usual is what the last complete weeks let expect of a week: what judges the first import of it.
func (p *planner) usual(ctx context.Context, made wrapcast.Forecast, week wrapcast.Date) (planning.UsualWeek, error) {
	h, err := p.past(ctx)
	if err != nil {
		return planning.UsualWeek{}, err
	}
	recent, err := p.patternsBefore(ctx, made)
	if err != nil {
		return planning.UsualWeek{}, err
	}
	report := p.Judge(h)
	effects := demand.LearnEffects(h.History, h.Known.Resolved, report)
	in := planning.UsualInput{Directory: p.Directory, Recent: recent, From: h.From, Read: h.Read,
		Special: func(day wrapcast.Date) bool { return effects.KindOf(day) != "" },
		Factor: func(l wrapcast.Leaf, day wrapcast.Date) float64 {
			return p.openShare(h, effects, recent, l.Queue, day) * effects.Factor(l.Queue, l.Code, day)
		}}
	for i, code := range h.Codes() {
		masked := map[wrapcast.Date]string{}
		for _, m := range report.Codes[i].Masks {
			masked[m.Day] = m.Rule
		}
		for _, at := range code.Leaves {
			l := h.Leaves[at]
			in.Leaves = append(in.Leaves, planning.UsualLeaf{Leaf: l.Leaf,
				Handled: withoutHidden(l.Handled, h.From, masked), Seconds: l.Seconds})
		}
	}
	return planning.Usual(in, week), nil
}

// openShare is how much of a queue's day to come the calendar leaves open, 0 to 1, beyond what its effects have
// learned.
func (v *View) openShare(h *History, effects *calendar.Effects, recent *planning.RecentPatterns, q wrapcast.QueueID,
	day wrapcast.Date) float64 {
	open := h.Known.Resolved.Open(q, day, v.Zone)
	switch {
	case open != nil && !slices.Contains(open, true):
		return 0
	case h.Known.Resolved.ShortDay(q, day) && effects.Days[effects.KindOf(day)] == 0:
		return recent.OpenMass(q, day, open)
	}
	return 1
}

// atTarget is what a target has for a week: the one place where plans learn it.
type atTarget struct {
	// forecast is the one that plans are compared with, nil where the target has none or cannot be asked; others are
	// further ones that cover the week.
	forecast *wrapcast.TargetForecast
	others   []wrapcast.TargetForecast
	// week has the planning groups that could be read, by their names.
	week wrapcast.WeekPlan
	// unread is what could not.
	unread []planning.UnreadPart
}

// held reads what the target of a week's plan has for the week now. Only an interruption is an error.
func (p *planner) held(ctx context.Context, plan *wrapcast.Plan) (atTarget, error) {
	now := atTarget{week: wrapcast.WeekPlan{BusinessUnit: plan.Week.BusinessUnit, Start: plan.Week.Start}}
	t, err := p.targets.Of(plan.Target)
	if err != nil {
		return now, err
	}
	found, err := t.Compare(ctx, plan.Week.BusinessUnit, plan.Week.Start)
	if ctx.Err() != nil {
		return now, fmt.Errorf("reading what is planned now: %w", context.Cause(ctx))
	}
	if err != nil {
		now.unread = append(now.unread, planning.UnreadPart{Reason: err.Error(), Advice: wrapcast.Hint(err)})
	}
	if found == nil {
		return now, nil
	}
	now.forecast, now.others, now.week.Groups = &found.Forecast, found.Others, found.Groups
	now.forecast.Plan = planning.PlanOf(now.forecast.Description)
	for i := range now.others {
		now.others[i].Plan = planning.PlanOf(now.others[i].Description)
	}
	for i, g := range now.week.Groups {
		now.week.Groups[i].Name = p.groupName(g.Group)
	}
	for _, odd := range found.Odd {
		name := p.groupName(odd.Group)
		now.unread = append(now.unread, planning.UnreadPart{Place: name, Reason: "the planning group " + odd.Problem})
	}
	return now, nil
}

// unreadWords says in a sentence what could not be read; "" where all was.
func (t atTarget) unreadWords() string {
	var reasons []string
	for _, part := range t.unread {
		reasons = append(reasons, strings.TrimPrefix(part.Place+": ", ": ")+part.Reason)
	}
	return someOf(reasons)
}

// groupName is what the directory calls a planning group; one that is no more is called by its id.
func (p *planner) groupName(id wrapcast.PlanningGroupID) string {
	for _, g := range p.Directory.PlanningGroups {
		if g.ID == id {
			return g.Name
		}
	}
	return string(id)
}

// stopped is the error of plans that wait for somebody to look at them.
func stopped(plans []wrapcast.Plan) error {
	var reasons, unread []string
	var advice string
	for _, plan := range plans {
		for _, f := range plan.Stops {
			reason := reasonOf(plan, f, len(plans))
			if reasons = append(reasons, reason); f.Code == planning.UnreadCode {
				unread, advice = append(unread, reason), cmp.Or(advice, f.Advice)
			}
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	if len(unread) > 0 {
		return wrapcast.Errorf(wrapcast.InvalidData, "plan",
			"it waits for review, because nobody knows what it changes: %s", someOf(unread)).
			WithHint("%s; to submit all the same, look at the week in Workforce Management, then run again with "+
				"--accept-changes", advice)
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "plan", "it exceeds the auto-publish limits and waits for review: %s",
		someOf(reasons)).
		WithHint("review it with `wrapcast plan` and submit the plan it names; or run again with --accept-changes")
}

// someOf joins the first few of many reasons.
func someOf(reasons []string) string {
	const most = 3
	rest := ""
	if len(reasons) > most {
		rest = fmt.Sprintf("; and %d more", len(reasons)-most)
		reasons = reasons[:most]
	}
	return strings.Join(reasons, "; ") + rest
}

// CalendarOf is the calendar that holds now, worked out for the days of a forecast.
func (v *View) CalendarOf(ctx context.Context, made wrapcast.Forecast) (*calendar.ResolvedCalendar, error) {
	return v.resolvedCalendar(ctx, made)
}

// resolvedCalendar is the calendar worked out for the days of a forecast.
func (v *View) resolvedCalendar(ctx context.Context, made wrapcast.Forecast) (a *calendar.ResolvedCalendar, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		set, err := v.calendar(tx)
		if err != nil {
			return err
		}
		a, err = calendar.Resolve(set, made.From, made.From+wrapcast.Date(made.Days+beyond))
		return err
	})
	return a, err
}
