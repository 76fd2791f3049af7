package steps

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Plan makes plans of the latest forecast of each business unit, with the overrides that are in use now, and sets each
// beside what the platform has. With keep they are stored, and so is a forecast where overrides have changed it, so
// that SubmitPlans can submit them; without, nothing is left behind. Where some units are planned and others cannot be,
// the error is Partial.
func (f *WrapUpForecaster) Plan(ctx context.Context, spec Spec, keep bool) (PlanList, error) {
	list := PlanList{Schema: planListSchema, Plans: []wrapcast.Plan{}}
	v, err := f.Connect(ctx, spec)
	if err != nil {
		return list, err
	}
	if v.nothingToPlan() {
		return list, v.noUnitToPlan("plan")
	}
	views, err := v.Views()
	if err != nil {
		return list, err
	}
	failed := v.unread
	for _, v := range views {
		v.further = len(list.Plans) > 0
		plans, err := f.planUnit(ctx, v, keep)
		if err != nil && (len(views) == 1 || ctx.Err() != nil) {
			return list, err
		}
		if err != nil {
			failed = append(failed, failedUnit(wrapcast.RunUnit{BusinessUnit: v.Directory.BusinessUnit},
				wrapcast.StepPlan, ofUnit(v.Directory.BusinessUnit, err)))
		}
		list.Plans = append(list.Plans, plans...)
	}
	return list, partlyDone(len(views)+len(v.unread), failed)
}

// planUnit makes the plans of one business unit.
func (f *WrapUpForecaster) planUnit(ctx context.Context, v *View, keep bool) ([]wrapcast.Plan, error) {
	made, fresh, err := f.forecastNow(ctx, v.Organisation(), v.Unit())
	if err != nil {
		return nil, err
	}
	p := &planner{View: v, targets: f.Targets, newID: f.NewID, run: made.Run}
	p.At = p.present()
	if err := p.reaches(made); err != nil {
		return nil, err
	}
	plans, err := p.plans(ctx, made)
	if err != nil || !keep {
		return plans, err
	}
	return plans, p.Store.Update(ctx, func(tx *store.Tx) error {
		if fresh {
			if err := tx.Forecasts().Add(made); err != nil {
				return err
			}
		}
		if err := addPlans(tx, plans); err != nil {
			return err
		}
		_, err := tx.Audit().Append(p.record().entry("plan", 0, wrapcast.AuditEntry{
			Objects: withUnit(planObjects(plans), v.Unit()),
			Detail:  fmt.Sprintf("%s for %s, to be looked at", countPlans(plans), p.Spec.Target)}))
		return err
	})
}

// countPlans says how many plans there are: "1 plan".
func countPlans(plans []wrapcast.Plan) string {
	if len(plans) == 1 {
		return "1 plan"
	}
	return fmt.Sprintf("%d plans", len(plans))
}

// reaches refuses to plan weeks that a forecast does not cover to their end.
func (p *planner) reaches(made wrapcast.Forecast) error {
	need := p.planReach() - int(made.From-p.Day(p.At))
	if need <= made.Days {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "plan", "the latest forecast ends on %s, %d weeks need one until %s",
		made.From+wrapcast.Date(made.Days-1), p.Spec.Weeks, made.From+wrapcast.Date(need-1)).
		WithHint("`wrapcast run --dry-run --weeks %d` makes it, with the plans; plan.weeks in the settings makes every run do so",
			p.Spec.Weeks)
}

// forecastNow is the latest forecast of a business unit under the overrides of this moment; fresh says that this makes
// it another.
func (f *WrapUpForecaster) forecastNow(ctx context.Context, org wrapcast.OrganisationID,
	unit wrapcast.BusinessUnitID) (made wrapcast.Forecast, fresh bool, err error) {
	made, err = f.LatestForecast(ctx, org, unit)
	if err != nil {
		return made, false, err
	}
	overrides, err := f.Decisions().overrides(ctx, org, made.From)
	if err != nil {
		return made, false, err
	}
	now := WithOverrides(made, overrides, f.Clock.Now())
	if sameOverrides(now, made) {
		return made, false, nil
	}
	now.ID, now.MadeAt, now.BusinessUnit = wrapcast.ForecastID(f.NewID()), f.Clock.Now(), unit
	return now, true, nil
}

// SubmitPlans submits stored plans that somebody has looked at, through the same states as every other submission, and
// tells the webhook. It refuses a plan that was submitted before, one the target would refuse, and one whose week has
// another forecast at the platform than when the plan was made.
func (f *WrapUpForecaster) SubmitPlans(ctx context.Context, spec Spec, plans ...wrapcast.PlanID) (Outcome, error) {
	if len(plans) == 0 {
		return Outcome{}, wrapcast.Errorf(wrapcast.Usage, "submit", "no plan is named").WithHint("`wrapcast plan` makes plans and names them")
	}
	spec.Submit, spec.DryRun = plans, false
	return f.Run(ctx, spec)
}

// Waiting are the plans of the coming weeks that wait to be submitted: of each business unit and week the one made
// last, unless it was submitted. Weeks that have none are left out; where all are, that is NotFound.
func (f *WrapUpForecaster) Waiting(ctx context.Context, spec Spec) (PlanList, error) {
	list := PlanList{Schema: planListSchema, Plans: []wrapcast.Plan{}}
	v, err := f.Connect(ctx, spec)
	if err != nil {
		return list, err
	}
	if !v.Directory.HasUnit() {
		return list, v.noUnitToPlan("submit")
	}
	views, err := v.Views()
	if err != nil {
		return list, err
	}
	for _, v := range views {
		plans, err := v.waiting(ctx)
		if err != nil {
			return list, err
		}
		list.Plans = append(list.Plans, plans...)
	}
	if len(list.Plans) == 0 {
		err = wrapcast.Errorf(wrapcast.NotFound, "submit", "no plan of the next %d weeks waits to be submitted",
			v.Spec.Weeks).WithHint("`wrapcast plan --weeks %d` makes them", v.Spec.Weeks)
	}
	return list, err
}

// waiting are the plans of a business unit that wait.
func (v *View) waiting(ctx context.Context) (plans []wrapcast.Plan, err error) {
	first, err := planning.NextWeek(v.Directory.BusinessUnit, v.present())
	if err != nil {
		return nil, err
	}
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		for w := range v.Spec.Weeks {
			plan, err := v.waitingFor(tx, first+wrapcast.Date(7*w))
			if err != nil {
				return err
			}
			if plan != nil {
				plans = append(plans, *plan)
			}
		}
		return nil
	})
	return plans, err
}

// waitingFor is the plan of a week that was made last, nil where there is none or it was submitted.
func (v *View) waitingFor(tx *store.Tx, week wrapcast.Date) (*wrapcast.Plan, error) {
	const enough = 100 // other business units may have planned the week as well
	heads, _, err := tx.Plans().Heads(v.Organisation(), store.PlanQuery{Target: v.Spec.Target, Week: &week,
		Limit: enough})
	if err != nil {
		return nil, err
	}
	for _, head := range heads {
		if head.BusinessUnit != v.Directory.BusinessUnit.ID {
			continue
		}
		submitted, err := Optional(tx.Submissions().OfPlan(v.Organisation(), head.ID))
		if err != nil || submitted != nil {
			return nil, err
		}
		plan, err := tx.Plans().Get(v.Organisation(), head.ID)
		return &plan, err
	}
	return nil, nil //nolint:nilnil // a week without a plan is an ordinary one
}

// takePlans is the plan step of a run that submits stored plans: it checks them and lays down their submissions.
func (r *Runner) takePlans(ctx context.Context) (result, error) {
	plans, err := r.storedPlans(ctx)
	weekly := func(plan wrapcast.Plan) bool { return plan.Week != nil }
	if r.nothingToPlan() && (err != nil || slices.ContainsFunc(plans, weekly)) {
		return result{}, r.noUnitToPlan("submit")
	}
	if err != nil {
		return result{}, err
	}
	for i := range plans {
		if err := r.plannerOf(plans[i]).stillFits(ctx, plans[i]); err != nil {
			return result{}, err
		}
	}
	if err := r.planner().requireHeard(ctx, plans); err != nil {
		return result{}, err
	}
	objects := planObjects(plans)
	detail := fmt.Sprintf("%d plans to submit by hand", len(plans))
	if plans[0].Restores != "" {
		detail = "rollback to plan " + string(plans[0].Restores)
		objects["restores"] = string(plans[0].Restores)
	}
	return result{
		detail: objects, entry: wrapcast.AuditEntry{Objects: objects, Detail: detail},
		save: func(tx *store.Tx) error { return r.addSubmissions(tx, plans, objects) },
	}, nil
}

func (r *Runner) storedPlans(ctx context.Context) (plans []wrapcast.Plan, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		for _, id := range r.Spec.Submit {
			plan, err := tx.Plans().Get(r.Organisation(), id)
			if err != nil {
				return withHint(err, "`wrapcast plan` makes plans and names them")
			}
			if s, err := tx.Submissions().OfPlan(r.Organisation(), id); err == nil {
				return wrapcast.Errorf(wrapcast.Conflict, "submit", "plan %s was submitted before and is %s", id,
					s.State).
					WithHint("a plan is submitted once; `wrapcast plan` makes another")
			}
			plans = append(plans, plan)
		}
		return oneOfEachWeek(plans)
	})
	return plans, err
}

// oneOfEachWeek refuses two plans of one week: the second would take the first one's place at once.
func oneOfEachWeek(plans []wrapcast.Plan) error {
	seen := map[string]wrapcast.PlanID{}
	for _, plan := range plans {
		if plan.Week == nil {
			continue
		}
		week := string(plan.Week.BusinessUnit.ID) + plan.Week.Start.String()
		if other, twice := seen[week]; twice {
			return wrapcast.Errorf(wrapcast.Usage, "submit", "plans %s and %s are both of the week of %s", other, plan.ID,
				plan.Week.Start).WithHint("submit one of them")
		}
		seen[week] = plan.ID
	}
	return nil
}

// stillFits refuses a plan that cannot be submitted any more.
func (p *planner) stillFits(ctx context.Context, plan wrapcast.Plan) error {
	if plan.Week == nil {
		return refusal([]wrapcast.Plan{plan})
	}
	note(&plan, p.checkWeek(plan))
	if err := refusal([]wrapcast.Plan{plan}); err != nil {
		return err
	}
	if unit := p.Directory.BusinessUnit; unit.ID != plan.Week.BusinessUnit.ID ||
		unit.TimeZone != plan.Week.BusinessUnit.TimeZone {
		return wrapcast.Errorf(wrapcast.Conflict, "submit",
			"plan %s was made for business unit %q in %s, this is %q in %s", plan.ID,
			plan.Week.BusinessUnit.Name, plan.Week.BusinessUnit.TimeZone, unit.Name, unit.TimeZone).WithHint("plan again: `wrapcast plan`")
	}
	now, err := p.held(ctx, &plan)
	if err != nil {
		return err
	}
	return p.sameAtTarget(plan, now)
}

// sameAtTarget refuses a plan whose week has another forecast at the target than when it was made, and, unless changes
// are accepted, one whose week cannot be read there.
func (p *planner) sameAtTarget(plan wrapcast.Plan, now atTarget) error {
	switch was := plan.Current; {
	case plan.Unread != "" && p.Spec.AcceptChanges:
		return nil
	case len(now.unread) > 0 && !p.Spec.AcceptChanges:
		return wrapcast.Errorf(wrapcast.InvalidData, "submit",
			"nobody knows what plan %s changes: what the platform has for the week of %s cannot be read: %s", plan.ID,
			plan.Week.Start, now.unreadWords()).
			WithHint("%s; to submit all the same, look at the week in Workforce Management, then submit it with "+
				"--accept-changes", cmp.Or(now.unread[0].Advice, "submit it again later"))
	case now.forecast == nil && len(now.unread) > 0:
		return nil
	case plan.Unread != "" && now.forecast != nil && len(now.unread) == 0:
		return wrapcast.Errorf(wrapcast.Conflict, "submit",
			"what the platform has for the week of %s could not be read when plan %s was made, and can be now",
			plan.Week.Start, plan.ID).WithHint("see what changes first: plan again with `wrapcast plan`")
	case (now.forecast == nil) != (was == nil),
		was != nil && (now.forecast.ID != was.ID || now.forecast.ModifiedAt != was.ModifiedAt):
		return wrapcast.Errorf(wrapcast.Conflict, "submit",
			"the week of %s has another forecast at the platform than when plan %s was made",
			plan.Week.Start, plan.ID).WithHint("its changes are not those you reviewed: plan again with `wrapcast plan`")
	}
	return nil
}

// forecastOfPlans is the forecast behind the first of the plans to be submitted.
func (r *Runner) forecastOfPlans(tx *store.Tx) (wrapcast.Forecast, error) {
	plan, err := tx.Plans().Get(r.Organisation(), r.Spec.Submit[0])
	if err != nil {
		return wrapcast.Forecast{}, err
	}
	return tx.Forecasts().Get(r.Organisation(), plan.Forecast)
}

// PlanList is what `plan` prints: the plans it made, one per week.
type PlanList struct {
	Schema string          `json:"schema"`
	Plans  []wrapcast.Plan `json:"plans"`
	// First are the weeks of a rollback that stay as they are, because their plan was the first.
	First []wrapcast.Date `json:"first,omitempty"`
	// Notes say for which business units a rollback found nothing to go back to.
	Notes []string `json:"notes,omitempty"`
}

// planListSchema names the JSON of a PlanList.
const planListSchema = "wrapcast.plans/1"
