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

// Rollback makes and keeps the plans that put back what was planned before: for the week named, or for every week of
// the run that submitted last, the plan submitted before the one that holds now; or the plan named by to. Weeks whose
// plan was the first stay as they are where others go back. SubmitPlans then submits them like any other: nothing at
// the platform is deleted, and the step back can itself be taken back.
func (f *WrapUpForecaster) Rollback(ctx context.Context, spec Spec, week *wrapcast.Date, to wrapcast.PlanID) (PlanList,
	error) {
	list := PlanList{Schema: planListSchema, Plans: []wrapcast.Plan{}}
	v, err := f.Connect(ctx, spec)
	if err != nil {
		return list, err
	}
	if !v.Directory.HasUnit() {
		return list, v.noUnitToPlan("rollback")
	}
	views, err := v.Views()
	if err != nil || len(views) == 1 {
		return f.rollbackUnit(ctx, v, week, to)
	}
	var nothing error
	for _, v := range views {
		one, err := f.rollbackUnit(ctx, v, week, to)
		if wrapcast.KindOf(err) == wrapcast.NotFound {
			err = ofUnit(v.Directory.BusinessUnit, err)
			nothing, list.Notes = cmp.Or(nothing, err), append(list.Notes, err.Error())
			continue
		}
		if err != nil {
			return list, err
		}
		list.Plans, list.First = append(list.Plans, one.Plans...), append(list.First, one.First...)
	}
	if len(list.Plans) == 0 {
		return list, nothing
	}
	return list, nil
}

// rollbackUnit makes and keeps the plans that put back what was planned before for a business unit.
func (f *WrapUpForecaster) rollbackUnit(ctx context.Context, v *View, week *wrapcast.Date,
	to wrapcast.PlanID) (PlanList, error) {
	list := PlanList{Schema: planListSchema, Plans: []wrapcast.Plan{}}
	p := &planner{View: v, targets: f.Targets, newID: f.NewID}
	earlier, first, err := p.earlierPlans(ctx, week, to)
	if err != nil {
		return list, err
	}
	list.First = first
	for _, e := range earlier {
		plan, err := p.putBack(ctx, e)
		if err != nil {
			return list, err
		}
		list.Plans = append(list.Plans, plan)
	}
	return list, p.Store.Update(ctx, func(tx *store.Tx) error {
		if err := addPlans(tx, list.Plans); err != nil {
			return err
		}
		for _, plan := range list.Plans {
			_, err := tx.Audit().Append(p.record().entry("rollback", 0, wrapcast.AuditEntry{
				Objects: withUnit(map[string]string{"plan": string(plan.ID), "restores": string(plan.Restores),
					"forecast": string(plan.Forecast)}, p.Unit()),
				Detail: fmt.Sprintf("the week of %s is to be as in plan %s", plan.Week.Start, plan.Restores),
			}))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// putBack makes a plan that says what an earlier one said.
func (p *planner) putBack(ctx context.Context, earlier wrapcast.Plan) (wrapcast.Plan, error) {
	made, err := p.storedForecast(ctx, earlier.Forecast)
	if err != nil {
		return wrapcast.Plan{}, err
	}
	p.run = earlier.Run
	plan := p.newPlan(made)
	plan.Target, plan.Week, plan.Restores = earlier.Target, earlier.Week, original(earlier)
	plan.Description = planning.DescribeWeek(plan, p.Zone)
	note(&plan, p.checkWeek(plan))
	err = p.compare(ctx, &plan, made)
	plan.Stops = nil                                                  // somebody asked for it
	plan.Silences = append([]wrapcast.Silence{}, earlier.Silences...) // what was silent then is what its zeros say
	return plan, err
}

// original is the plan that one stands for: itself, or the one it put back.
func original(plan wrapcast.Plan) wrapcast.PlanID { return or(plan.Restores, plan.ID) }

// storedForecast reads a forecast of the organisation.
func (v *View) storedForecast(ctx context.Context, id wrapcast.ForecastID) (made wrapcast.Forecast, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		made, err = tx.Forecasts().Get(v.Organisation(), id)
		return err
	})
	return made, err
}

// earlierPlans finds what to go back to, and the weeks that have nothing to go back to where others have.
func (p *planner) earlierPlans(ctx context.Context, week *wrapcast.Date, to wrapcast.PlanID) (earlier []wrapcast.Plan,
	first []wrapcast.Date, err error) {
	err = p.Store.View(ctx, func(tx *store.Tx) error {
		submitted, err := tx.Submissions().In(p.Organisation(), wrapcast.SubmissionCompleted,
			wrapcast.SubmissionUnchanged)
		if err != nil {
			return err
		}
		submitted = weeklyOf(submitted, p.Directory.BusinessUnit.ID)
		var none error
		for _, w := range weeksOf(reached(submitted), week) {
			plan, err := earlierPlan(tx, submitted, w, to)
			switch {
			case wrapcast.KindOf(err) == wrapcast.NotFound:
				none, first = cmp.Or(none, err), append(first, w)
			case err != nil:
				return err
			default:
				earlier = append(earlier, plan)
			}
		}
		if len(earlier) == 0 {
			return cmp.Or(none, nothingBefore("nothing was submitted yet"))
		}
		return nil
	})
	return earlier, first, err
}

// earlierPlan is the plan named, or the one before the one that holds for a week now.
func earlierPlan(tx *store.Tx, submitted []wrapcast.Submission, week wrapcast.Date, to wrapcast.PlanID) (wrapcast.Plan,
	error) {
	named := func(s wrapcast.Submission) bool { return s.Plan == to && *s.Week == week }
	if slices.ContainsFunc(submitted, named) {
		return tx.Plans().Get(submitted[0].Organisation, to)
	}
	if to != "" {
		return wrapcast.Plan{}, wrapcast.Errorf(wrapcast.NotFound, "rollback",
			"plan %s was never submitted for the week", to).
			WithHint("`wrapcast audit list` shows what was")
	}
	plans, err := plansOfWeek(tx, submitted, week)
	if err != nil {
		return wrapcast.Plan{}, err
	}
	return before(plans)
}

// weeklyOf keeps the submissions of weeks of a business unit to the target that had the last of them.
func weeklyOf(submitted []wrapcast.Submission, unit wrapcast.BusinessUnitID) []wrapcast.Submission {
	weekly := slices.DeleteFunc(submitted, func(s wrapcast.Submission) bool {
		return s.Week == nil ||
			s.BusinessUnit != unit
	})
	if len(weekly) == 0 {
		return nil
	}
	last := weekly[len(weekly)-1].Target
	return slices.DeleteFunc(weekly, func(s wrapcast.Submission) bool { return s.Target != last })
}

// reached leaves out submissions that sent nothing because the platform had the same numbers, where others are left.
func reached(submitted []wrapcast.Submission) []wrapcast.Submission {
	sent := slices.DeleteFunc(slices.Clone(submitted), func(s wrapcast.Submission) bool {
		return s.State == wrapcast.SubmissionUnchanged
	})
	if len(sent) == 0 {
		return submitted
	}
	return sent
}

// weeksOf lists the weeks of the run that submitted last, or the one named if it was ever submitted.
func weeksOf(submitted []wrapcast.Submission, named *wrapcast.Date) []wrapcast.Date {
	var weeks []wrapcast.Date
	for _, s := range submitted {
		last := submitted[len(submitted)-1]
		if wanted := named == nil && s.Run == last.Run || named != nil && *s.Week == *named; wanted &&
			!slices.Contains(weeks, *s.Week) {
			weeks = append(weeks, *s.Week)
		}
	}
	return weeks
}

// plansOfWeek reads the plans that held for a week, in their order. One that was not sent because the platform had its
// numbers already is the plan whose forecast that was.
func plansOfWeek(tx *store.Tx, submitted []wrapcast.Submission, week wrapcast.Date) ([]wrapcast.Plan, error) {
	var plans []wrapcast.Plan
	madeFrom := map[string]wrapcast.PlanID{} // by the id of the platform's forecast
	for _, s := range submitted {
		if *s.Week != week {
			continue
		}
		id := s.Plan
		if s.State == wrapcast.SubmissionUnchanged {
			id = cmp.Or(madeFrom[s.TargetForecastID], id)
		}
		madeFrom[s.TargetForecastID] = id
		plan, err := tx.Plans().Get(s.Organisation, id)
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// before finds, among the plans that were submitted for a week, in their order, the one before the one that holds now.
// A rollback counts as the plan it put back: going back twice goes back two plans.
func before(plans []wrapcast.Plan) (wrapcast.Plan, error) {
	now := original(plans[len(plans)-1])
	at := slices.IndexFunc(plans, func(plan wrapcast.Plan) bool { return plan.ID == now })
	for _, plan := range slices.Backward(plans[:max(at, 0)]) {
		if plan.Restores == "" {
			return plan, nil
		}
	}
	return wrapcast.Plan{}, nothingBefore(fmt.Sprintf("plan %s was the first that was submitted for the week of %s",
		now, plans[0].Week.Start))
}

func nothingBefore(why string) error {
	return wrapcast.Errorf(wrapcast.NotFound, "rollback", "there is nothing to go back to: %s", why).
		WithHint("`wrapcast override` changes what is forecast, `wrapcast plan` shows the effect")
}
