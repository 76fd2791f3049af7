package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
)

// planReach is how many days from today the plan needs a forecast for.
func (v *View) planReach() int {
	if !v.weekly || !v.Directory.HasUnit() {
		return 0
	}
	first, err := planning.NextWeek(v.Directory.BusinessUnit, v.At)
	if err != nil {
		return 0 // planStep says why
	}
	return planning.DaysNeeded(v.Day(v.At), first, v.Spec.Weeks, v.Zone)
}

// planStep turns the forecast into plans, finds the refusals the target would give and the limits that stop what nobody
// looks at, and lays down one submission per plan.
func planStep(ctx context.Context, r *Runner) (result, error) {
	if len(r.Spec.Submit) > 0 {
		return r.takePlans(ctx)
	}
	if r.nothingToPlan() {
		return r.planNothing(), nil
	}
	made, err := r.loadForecast(ctx)
	if err != nil {
		return result{}, err
	}
	plans, err := r.planner().plans(ctx, made)
	if err != nil {
		return result{}, err
	}
	if err := r.settleSeen(ctx, plans); err != nil {
		return result{}, err
	}
	r.Report.Report(wrapcast.Progress{Step: wrapcast.StepPlan, What: "plans", Done: len(plans), Total: len(plans)})
	objects := planObjects(plans)
	entry := wrapcast.AuditEntry{Objects: objects, Detail: countPlans(plans) + " for " + string(r.Spec.Target)}
	if err := r.requireSubmittable(ctx, plans); err != nil {
		// What waits for somebody is kept, so that it can be looked at and submitted by hand.
		return result{entry: entry, save: func(tx *store.Tx) error { return addPlans(tx, plans) }}, err
	}
	return result{
		detail: objects, entry: entry,
		save: func(tx *store.Tx) error { return r.savePlans(tx, plans, objects) },
	}, nil
}

// requireSubmittable refuses plans that cannot be submitted, or not without somebody who looks at them. A dry run
// submits nothing, so it refuses none.
func (r *Runner) requireSubmittable(ctx context.Context, plans []wrapcast.Plan) error {
	if r.Spec.DryRun || r.nowhere {
		return nil
	}
	if err := r.planner().requireHeard(ctx, plans); err != nil {
		return err
	}
	if err := refusal(plans); err != nil || r.Spec.AcceptChanges {
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
	for i, id := range acceptedIn(plans) {
		objects[numbered("silence", i, len(acceptedIn(plans)))] = string(id)
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

func (r *Runner) savePlans(tx *store.Tx, plans []wrapcast.Plan, objects map[string]string) error {
	if err := addPlans(tx, plans); err != nil || r.Spec.DryRun || r.nowhere {
		return err
	}
	return r.addSubmissions(tx, plans, objects)
}

// addSubmissions lays down the one submission of each plan, and names it in the objects of the audit entry.
func (r *Runner) addSubmissions(tx *store.Tx, plans []wrapcast.Plan, objects map[string]string) error {
	for i, plan := range plans {
		s := wrapcast.Submission{ID: wrapcast.SubmissionID(r.f.NewID()), Plan: plan.ID, Run: r.run.ID,
			Organisation: plan.Organisation,
			Target:       plan.Target, State: wrapcast.SubmissionPlanned, CreatedAt: r.Clock.Now(),
			UpdatedAt: r.Clock.Now()}
		if plan.Week != nil {
			s.BusinessUnit, s.Week = plan.Week.BusinessUnit.ID, &plan.Week.Start
		}
		if err := tx.Submissions().Save(s, ""); err != nil {
			return err
		}
		objects[numbered("submission", i, len(plans))] = string(s.ID)
	}
	return nil
}

func (r *Runner) loadForecast(ctx context.Context) (made wrapcast.Forecast, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		if len(r.Spec.Submit) > 0 {
			made, err = r.forecastOfPlans(tx)
			return err
		}
		made, err = tx.Forecasts().OfRun(r.Organisation(), r.run.ID, r.Unit())
		return err
	})
	return made, err
}

// planner turns forecasts into plans.
type planner struct {
	*View
	targets target.Targets
	newID   func() string
	// run is the one on whose behalf plans are made, validatedAt when it judged its history; zero where it did not.
	run         wrapcast.RunID
	validatedAt time.Time
	// read is the history, once something has asked for it.
	read *History
}

// past is the stored history, read once.
func (p *planner) past(ctx context.Context) (h *History, err error) {
	if p.read == nil {
		p.read, err = p.LoadHistory(ctx)
	}
	return p.read, err
}

// planner is that of the run.
func (r *Runner) planner() *planner {
	return &planner{View: r.View, targets: r.f.Targets, newID: r.f.NewID, run: r.run.ID,
		validatedAt: r.stepEnd(wrapcast.StepValidate)}
}

// plannerOf is the run's planner for the business unit of a plan.
func (r *Runner) plannerOf(plan wrapcast.Plan) *planner {
	p := r.planner()
	for _, v := range r.views {
		if plan.Week != nil && v.Unit() == plan.Week.BusinessUnit.ID {
			p.View = v
		}
	}
	return p
}

// record is how what the planner leaves is written down.
func (p *planner) record() record {
	return record{clock: p.Clock, organisation: p.Organisation(), run: p.run, actor: p.Spec.Actor}
}

// newPlan begins a plan of the run.
func (p *planner) newPlan(made wrapcast.Forecast) wrapcast.Plan {
	id := wrapcast.PlanID(p.newID())
	return wrapcast.Plan{Schema: wrapcast.PlanSchema, ID: id, Run: p.run, Forecast: made.ID,
		Organisation: p.Organisation(),
		Target:       p.Spec.Target, MadeAt: p.Clock.Now(), Description: planning.Describe(id,
			""), CountingRule: made.CountingRule,
		Refusals: []wrapcast.Finding{}, Findings: []wrapcast.Finding{}}
}

// plans makes the plans that the target takes.
func (p *planner) plans(ctx context.Context, made wrapcast.Forecast) ([]wrapcast.Plan, error) {
	t, err := p.targets.Of(p.Spec.Target)
	if err != nil {
		return nil, err
	}
	var plans []wrapcast.Plan
	if t.Traits().Weekly {
		plans, err = p.weekPlans(ctx, made)
	} else {
		plans = make([]wrapcast.Plan, 1)
		plans[0], err = p.payloadPlan(ctx, made)
	}
	if err != nil {
		return nil, err
	}
	return plans, p.noteSilence(ctx, plans)
}

// weekPlans makes one plan per week, the first being the next that begins.
func (p *planner) weekPlans(ctx context.Context, made wrapcast.Forecast) ([]wrapcast.Plan, error) {
	first, err := planning.NextWeek(p.Directory.BusinessUnit, p.At)
	if err != nil {
		return nil, err
	}
	recent, err := p.patternsBefore(ctx, made)
	if err != nil {
		return nil, err
	}
	resolved, err := p.resolvedCalendar(ctx, made)
	if err != nil {
		return nil, err
	}
	var plans []wrapcast.Plan
	for w := range p.Spec.Weeks {
		plan := p.newPlan(made)
		start := first + wrapcast.Date(7*w)
		week, findings := planning.Week(planning.WeekInput{Directory: p.Directory, Forecast: made, Recent: recent,
			LeaveOut: p.LeftOut(),
			Calendar: resolved, QuarterHours: p.Spec.WeekLength.QuarterHours(start, p.Zone)}, start)
		plan.Week = &week
		plan.Description = planning.DescribeWeek(plan, p.Zone)
		note(&plan, p.toldOnce(findings))
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
func (p *planner) checkWeek(plan wrapcast.Plan) []wrapcast.Finding {
	quarterHours := 0
	if plan.Week != nil {
		quarterHours = p.Spec.WeekLength.QuarterHours(plan.Week.Start, p.Zone)
	}
	return planning.CheckWeek(plan, p.present(), quarterHours)
}

// payloadPlan makes one plan of all days, with the payload of the codes asked for.
func (p *planner) payloadPlan(ctx context.Context, made wrapcast.Forecast) (wrapcast.Plan, error) {
	report, err := p.reportOf(ctx, made)
	if err != nil {
		return wrapcast.Plan{}, err
	}
	plan := p.newPlan(made)
	payload, findings := planning.Payload(planning.PayloadInput{Plan: plan.ID, Forecast: made, Report: report,
		Codes: p.Spec.Codes,
		Days:  p.Spec.HorizonDays, Level: p.Spec.Level, ValidatedAt: p.validatedAt, MadeAt: plan.MadeAt})
	plan.Payload = &payload
	note(&plan, findings)
	note(&plan, planning.CheckPayload(payload, p.Spec.Rules.MaxHorizon))
	note(&plan, made.Findings)
	return plan, nil
}

// refusal is the error of plans that cannot be submitted.
func refusal(plans []wrapcast.Plan) error {
	var reasons []string
	hint := "`wrapcast run --dry-run` makes the plan and shows all findings"
	for _, plan := range plans {
		for _, f := range plan.Refusals {
			reasons = append(reasons, reasonOf(plan, f, len(plans)))
			if ofOverride(f) && f.Advice != "" {
				hint = f.Advice
			}
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "plan", "it cannot be submitted: %s", someOf(reasons)).
		WithHint("%s", hint)
}

// reasonOf is a finding of one of several plans, in words: the week where there is more than one, the place, the
// message.
func reasonOf(plan wrapcast.Plan, f wrapcast.Finding, of int) string {
	week := ""
	if of > 1 && plan.Week != nil {
		week = "week of " + plan.Week.Start.String() + ": "
	}
	return week + strings.TrimPrefix(f.Place+": ", ": ") + f.Message
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
