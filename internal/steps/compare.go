package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
)

// compare sets a week's plan beside the forecast that the platform has for the week now, and looks whether what changes
// may go unattended.
func (p *planner) compare(ctx context.Context, plan *wrapcast.Plan, made wrapcast.Forecast) error {
	old := wrapcast.WeekPlan{BusinessUnit: plan.Week.BusinessUnit, Start: plan.Week.Start}
	held, err := p.held(ctx, plan)
	if err != nil {
		return fmt.Errorf("reading what is planned now: %w", err)
	}
	if held != nil {
		plan.Current, old.Groups = &held.Forecast, held.Groups
		for i, g := range old.Groups {
			old.Groups[i].Name = p.groupName(g.Group)
		}
	}
	diff, err := planning.Diff(old, *plan.Week)
	if err != nil {
		return err
	}
	plan.Diff = &diff
	for _, finding := range planning.CheckAutoPublish(planning.AutoPublishCheck{Plan: *plan.Week, Diff: diff,
		Forecast:  made,
		Directory: p.Directory, Now: p.Clock.Now()}, p.Spec.Limits) {
		if finding.Severity == wrapcast.Blocking {
			plan.Stops = append(plan.Stops, finding)
		} else {
			plan.Findings = append(plan.Findings, finding)
		}
	}
	return nil
}

// held is what the target of a week's plan holds for the week now; nil where it holds nothing.
func (p *planner) held(ctx context.Context, plan *wrapcast.Plan) (*target.Held, error) {
	t, err := p.targets.Of(plan.Target)
	if err != nil {
		return nil, err
	}
	return t.Compare(ctx, plan.Week.BusinessUnit.ID, plan.Week.Start)
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
	var reasons []string
	for _, plan := range plans {
		for _, f := range plan.Stops {
			reasons = append(reasons, strings.TrimPrefix(f.Place+": ", ": ")+f.Message)
		}
	}
	if len(reasons) == 0 {
		return nil
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
