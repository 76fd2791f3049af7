package steps

import (
	"encoding/json"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// read fills an outcome from the store; what a step has not left yet stays empty.
func (o *Outcome) read(tx *store.Tx, done wrapcast.Run) error {
	org, run := done.Organisation, done.ID
	err := o.readSteps(done.Steps)
	if err != nil {
		return err
	}
	if o.Validation, err = Optional(tx.Validations().Of(org, run)); err != nil {
		return err
	}
	if o.Forecast, err = Optional(tx.Forecasts().OfRun(org, run)); err != nil {
		return err
	}
	if o.Plans, err = tx.Plans().OfRun(org, run); err != nil {
		return err
	}
	if o.Submissions, err = tx.Submissions().OfRun(org, run); err != nil {
		return err
	}
	for _, s := range o.Submissions { // those submitted by hand were made by an earlier run
		if !slices.ContainsFunc(o.Plans, func(plan wrapcast.Plan) bool { return plan.ID == s.Plan }) {
			plan, err := tx.Plans().Get(org, s.Plan)
			if err != nil {
				return err
			}
			o.Plans = append(o.Plans, plan)
		}
	}
	if o.Deliveries, err = tx.Deliveries().OfRun(org, run); err != nil {
		return err
	}
	entries, err := tx.Audit().OfRun(org, run)
	o.AuditEntries = len(entries)
	return err
}

// readSteps takes what is to be told of a run from the results of its steps.
func (o *Outcome) readSteps(done []wrapcast.Step) (err error) {
	for _, s := range done {
		switch {
		case err != nil || len(s.Result) == 0:
		case s.Name == wrapcast.StepExtract:
			err = json.Unmarshal(s.Result, &o.Extract)
		case s.Name == wrapcast.StepPlan:
			var nothing plannedNothing
			err = json.Unmarshal(s.Result, &nothing)
			o.NoPlan = nothing.Why
		}
	}
	return err
}

// Optional is nil for what is NotFound.
func Optional[T any](v T, err error) (*T, error) {
	if err != nil && wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil, nil //nolint:nilnil // not there is a valid answer here
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// wants reports whether a code was asked for.
func (v *View) wants(id wrapcast.CodeID) bool {
	return wrapcast.Scope{Codes: v.Spec.Codes}.CoversCode(id)
}

// Reported are the forecasts of the codes the run was asked to report.
func (o *Outcome) Reported() []wrapcast.CodeForecast {
	if o.Forecast == nil {
		return nil
	}
	if len(o.Codes) == 0 {
		return o.Forecast.Codes
	}
	return slices.DeleteFunc(slices.Clone(o.Forecast.Codes),
		func(c wrapcast.CodeForecast) bool { return !slices.Contains(o.Codes, c.Code.ID) })
}
