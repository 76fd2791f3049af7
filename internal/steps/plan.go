package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// planReach is how many days from today the plan needs a forecast for.
func (p *pass) planReach() int {
	if t, known := p.Targets[p.spec.Target]; known && !t.Traits().Weekly {
		return 0
	}
	first, err := planning.NextWeek(p.directory.BusinessUnit, p.run.StartedAt)
	if err != nil {
		return 0 // planStep says why
	}
	return planning.DaysNeeded(p.localDay(p.run.StartedAt), first, p.spec.Weeks, p.zone)
}

// planStep turns the forecast into plans, finds the refusals the target would give and the limits that stop what nobody
// looks at, and lays down one submission per plan.
func planStep(ctx context.Context, p *pass) (result, error) {
	if len(p.spec.Submit) > 0 {
		return p.takePlans(ctx)
	}
	made, err := p.loadForecast(ctx)
	if err != nil {
		return result{}, err
	}
	plans, err := p.plans(ctx, made)
	if err != nil {
		return result{}, err
	}
	p.Report.Report(wrapcast.Progress{Step: wrapcast.StepPlan, What: "plans", Done: len(plans), Total: len(plans)})
	objects := planObjects(plans)
	entry := wrapcast.AuditEntry{Objects: objects, Detail: fmt.Sprintf("%d plans for %s", len(plans), p.spec.Target)}
	if err := p.mustNotSubmit(plans); err != nil {
		// What waits for somebody is kept, so that it can be looked at and submitted by hand.
		return result{entry: entry}, errors.Join(err, p.commit(ctx, func(tx *store.Tx) error { return addPlans(tx, plans) }))
	}
	return result{
		detail: objects, entry: entry,
		save: func(tx *store.Tx) error { return p.savePlans(tx, plans) },
	}, nil
}

// mustNotSubmit returns the error of plans that cannot be submitted, or not without somebody who looks at them. A dry run submits nothing.
func (p *pass) mustNotSubmit(plans []wrapcast.Plan) error {
	if p.spec.DryRun {
		return nil
	}
	if err := refusal(plans); err != nil || p.spec.AcceptChanges {
		return err
	}
	return stopped(plans)
}

func planObjects(plans []wrapcast.Plan) map[string]string {
	objects := map[string]string{}
	for i, plan := range plans {
		objects["forecast"] = string(plan.Forecast)
		objects["counting_rule"] = plan.CountingRule
		objects[numbered("plan", i, len(plans))] = string(plan.ID)
	}
	return objects
}

func numbered(name string, i, of int) string {
	if of == 1 {
		return name
	}
	return fmt.Sprintf("%s_%d", name, i+1)
}

func addPlans(tx *store.Tx, plans []wrapcast.Plan) error {
	for _, plan := range plans {
		if err := tx.Plans().Add(plan); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) savePlans(tx *store.Tx, plans []wrapcast.Plan) error {
	if err := addPlans(tx, plans); err != nil || p.spec.DryRun {
		return err
	}
	return p.addSubmissions(tx, plans)
}

// addSubmissions lays down the one submission of each plan.
func (p *pass) addSubmissions(tx *store.Tx, plans []wrapcast.Plan) error {
	for _, plan := range plans {
		s := wrapcast.Submission{ID: wrapcast.SubmissionID(p.NewID()), Plan: plan.ID, Run: p.run.ID, Organisation: plan.Organisation,
			Target: plan.Target, State: wrapcast.SubmissionPlanned, CreatedAt: p.Clock.Now(), UpdatedAt: p.Clock.Now()}
		if plan.Week != nil {
			s.BusinessUnit, s.Week = plan.Week.BusinessUnit.ID, &plan.Week.Start
		}
		if err := tx.Submissions().Save(s, ""); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) loadForecast(ctx context.Context) (made wrapcast.Forecast, err error) {
	err = p.Store.View(ctx, func(tx *store.Tx) error {
		if len(p.spec.Submit) > 0 {
			made, err = p.forecastOfPlans(tx)
			return err
		}
		made, err = tx.Forecasts().OfRun(p.run.Organisation, p.run.ID)
		return err
	})
	return made, err
}

// newPlan begins a plan of the run.
func (p *pass) newPlan(made wrapcast.Forecast) wrapcast.Plan {
	id := wrapcast.PlanID(p.NewID())
	return wrapcast.Plan{Schema: wrapcast.PlanSchema, ID: id, Run: p.run.ID, Forecast: made.ID, Organisation: p.run.Organisation,
		Target: p.spec.Target, MadeAt: p.Clock.Now(), Description: planning.Describe(id, ""), CountingRule: made.CountingRule,
		Refusals: []wrapcast.Finding{}, Findings: []wrapcast.Finding{}}
}

// plans makes the plans that the target takes.
func (p *pass) plans(ctx context.Context, made wrapcast.Forecast) ([]wrapcast.Plan, error) {
	t, err := p.Targets.Of(p.spec.Target)
	if err != nil {
		return nil, err
	}
	if t.Traits().Weekly {
		return p.weekPlans(ctx, made)
	}
	plan, err := p.payloadPlan(ctx, made)
	return []wrapcast.Plan{plan}, err
}

// weekPlans makes one plan per week, the first being the next that begins.
func (p *pass) weekPlans(ctx context.Context, made wrapcast.Forecast) ([]wrapcast.Plan, error) {
	first, err := planning.NextWeek(p.directory.BusinessUnit, p.run.StartedAt)
	if err != nil {
		return nil, err
	}
	recent, err := p.recentPatterns(ctx, made.From)
	if err != nil {
		return nil, err
	}
	resolved, err := p.resolvedCalendar(ctx, made)
	if err != nil {
		return nil, err
	}
	var plans []wrapcast.Plan
	for w := range p.spec.Weeks {
		plan := p.newPlan(made)
		in := planning.WeekInput{Directory: p.directory, Forecast: made, Recent: recent, Calendar: resolved}
		start := first + wrapcast.Date(7*w)
		week, findings := planning.Week(in, start, planning.WeekOptions{QuarterHours: p.spec.WeekLength.QuarterHours(start, p.zone)})
		plan.Week = &week
		note(&plan, findings)
		note(&plan, p.checkWeek(plan))
		note(&plan, made.Findings)
		if err := p.compare(ctx, &plan, made); err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// checkWeek finds what the platform would refuse.
func (p *pass) checkWeek(plan wrapcast.Plan) []wrapcast.Finding {
	limits := planning.Limits{}
	if plan.Week != nil {
		limits.QuarterHours = p.spec.WeekLength.QuarterHours(plan.Week.Start, p.zone)
	}
	return planning.CheckWeek(plan, p.Clock.Now(), limits)
}

// patternWeeks is how many recent weeks profiles and conversion are learned from.
const patternWeeks = 8

// recentPatterns are learned from the weeks before the first day forecast.
func (p *pass) recentPatterns(ctx context.Context, until wrapcast.Date) (*planning.RecentPatterns, error) {
	from, to := (until - 7*patternWeeks).Midnight(p.zone), until.Midnight(p.zone)
	var observations []wrapcast.Observation
	var arrivals []wrapcast.Arrival
	err := p.Store.View(ctx, func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(p.run.Organisation, from, to) {
			if err != nil {
				return err
			}
			observations = append(observations, o)
		}
		for a, err := range tx.History().Arrivals(p.run.Organisation, from, to) {
			if err != nil {
				return err
			}
			arrivals = append(arrivals, a)
		}
		return nil
	})
	return planning.LearnRecent(observations, arrivals, p.zone, planning.RecentOptions{Until: until, Weeks: patternWeeks}), err
}

// payloadPlan makes one plan of all days, with the payload of the codes asked for.
func (p *pass) payloadPlan(ctx context.Context, made wrapcast.Forecast) (wrapcast.Plan, error) {
	report, err := p.reportOf(ctx, made)
	if err != nil {
		return wrapcast.Plan{}, err
	}
	plan := p.newPlan(made)
	payload, findings := planning.Payload(planning.PayloadInput{Plan: plan.ID, Forecast: made, Report: report, Codes: p.spec.Codes,
		Days: p.spec.HorizonDays, Level: p.spec.Level, ValidatedAt: p.stepEnd(wrapcast.StepValidate), MadeAt: plan.MadeAt})
	plan.Payload = &payload
	note(&plan, findings)
	note(&plan, planning.CheckPayload(payload, planning.PayloadRules{MaxDays: p.spec.Rules.MaxHorizon}))
	return plan, nil
}

// refusal is the error of plans that cannot be submitted.
func refusal(plans []wrapcast.Plan) error {
	var reasons []string
	for _, plan := range plans {
		for _, f := range plan.Refusals {
			reasons = append(reasons, strings.TrimPrefix(f.Place+": ", ": ")+f.Message)
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	const most = 3
	rest := ""
	if len(reasons) > most {
		rest = fmt.Sprintf("; and %d more", len(reasons)-most)
		reasons = reasons[:most]
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "plan", "it cannot be submitted: %s%s", strings.Join(reasons, "; "), rest).
		WithHint("`wrapcast run --dry-run` makes the plan and shows all findings")
}

// note adds findings to a plan: what blocks it to its refusals, the rest for people to know.
func note(plan *wrapcast.Plan, findings []wrapcast.Finding) {
	for _, f := range findings {
		if f.Severity == wrapcast.Blocking {
			plan.Refusals = append(plan.Refusals, f)
		} else {
			plan.Findings = append(plan.Findings, f)
		}
	}
}
