package steps

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// WrapUpForecaster owns the steps of the run for one organisation.
type WrapUpForecaster struct {
	// Store keeps everything. It must be set.
	Store *store.Store
	// Source is where directory and history come from; nil where only what is stored is worked on. One that is a
	// [source.Meter] has its requests counted, one that is a [source.Estimator] says what an extraction would take.
	Source source.Source
	// Writer counts the requests of whoever submits, where that is not Source; nil where nobody else does.
	Writer source.Meter
	// Targets are where plans go. It must have the one that is asked for.
	Targets target.Targets
	// Sender signs and sends webhooks; nil where no webhook is wanted.
	Sender *webhook.Sender
	// Clock tells the time and waits. It must be set.
	Clock wrapcast.Clock
	// NewID makes UUIDv7 identifiers. It must be set.
	NewID func() string
	// Report receives progress; nil means nobody listens.
	Report wrapcast.Reporter
	// Holder names this process on leases: "host/pid/nonce". It must be set.
	Holder string
	// Version is that of the program, kept with every forecast.
	Version string
	// KeepCheckpoint takes the signed checkpoint of every run that ends, to where nobody who can write the store can
	// change it; nil where there is no such place.
	KeepCheckpoint func(wrapcast.OrganisationID, int64, string) error
	// Meant is the organisation that the settings mean; zero takes whichever the credentials are of.
	Meant Meant
	// Turns are shared with the other forecasters of the process; nil lets all compute at once.
	Turns Turns
	// Prune deletes what is kept no longer, after every run that has done its steps; nil keeps everything.
	Prune func(context.Context, wrapcast.OrganisationID) error
	// Alive tells whether the process a lease names may still be at work; nil means that only time tells.
	Alive func(holder string) bool
}

// Meant is an organisation as settings mean it.
type Meant struct {
	// Name is what the settings call it, where they name several; it is kept with what is stored.
	Name string
	// Accept refuses the organisation that the credentials are of where another is meant; nil refuses none.
	Accept func(wrapcast.Organisation) error
}

// Outcome is a run as it ended, with what each step made; what a step did not make is nil or empty.
type Outcome struct {
	Run wrapcast.Run
	// TakenUp reports whether an interrupted run was taken up rather than a new one begun.
	TakenUp bool
	// Codes are those the run was asked to report; empty means all.
	Codes       []wrapcast.CodeID
	Extract     ExtractResult
	Validation  *wrapcast.ValidationReport
	Forecast    *wrapcast.Forecast
	Plans       []wrapcast.Plan
	Submissions []wrapcast.Submission
	Deliveries  []wrapcast.Delivery
	// AuditEntries is the length of the organisation's chain.
	AuditEntries int
	// Units are the business units it was for, with what was made for each.
	Units []UnitOutcome
	// NoPlan says why nothing was planned, where there is no business unit to plan for; "" otherwise.
	NoPlan string
	Usage  source.Usage
}

// UnitOutcome is what a run made for one of its business units.
type UnitOutcome struct {
	wrapcast.RunUnit
	Validation *wrapcast.ValidationReport
	Forecast   *wrapcast.Forecast
}

// Run does one pass over the steps, or takes up the pass that was interrupted. The
// outcome tells how far it came even where there is an error.
func (f *WrapUpForecaster) Run(ctx context.Context, spec Spec) (Outcome, error) {
	r, err := f.begin(ctx, spec)
	if err != nil {
		f.notBegun(ctx, spec, err)
		return Outcome{Usage: f.Usage()}, err
	}
	defer r.lease.release()
	err = r.work(r.lease.ctx)
	r.sendAlerts(r.lease.ctx)
	if lost := r.lease.lost(); lost != nil {
		err = lost
	}
	out, readErr := f.outcome(context.WithoutCancel(ctx), r)
	if err == nil {
		err = readErr
	}
	return out, err
}

// Usage is what the clients of the organisation have taken together.
func (f *WrapUpForecaster) Usage() source.Usage {
	var u source.Usage
	if m, counted := f.Source.(source.Meter); counted {
		u = m.Usage()
	}
	if f.Writer != nil {
		u = u.Add(f.Writer.Usage())
	}
	return u
}

// outcome reads what a pass has left in the store.
func (f *WrapUpForecaster) outcome(ctx context.Context, r *Runner) (Outcome, error) {
	out := Outcome{Run: r.run, TakenUp: r.resumed, Codes: r.Spec.Codes, Usage: f.Usage()}
	err := f.Store.View(ctx, func(tx *store.Tx) error { return out.read(tx, r.run) })
	if err != nil {
		return out, fmt.Errorf("reading the run's outcome: %w", err)
	}
	return out, nil
}

// read fills an outcome from the store; what a step has not left yet stays empty.
func (o *Outcome) read(tx *store.Tx, done wrapcast.Run) error {
	org, run := done.Organisation, done.ID
	err := o.readSteps(done.Steps)
	if err != nil {
		return err
	}
	if err := o.readUnits(tx, done); err != nil {
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

// readUnits reads what the run made for each of its business units. Validation and forecast of the outcome are those of
// the first unit that has them.
func (o *Outcome) readUnits(tx *store.Tx, done wrapcast.Run) (err error) {
	units := done.Units
	if len(units) == 0 {
		units = []wrapcast.RunUnit{{}}
	}
	for _, u := range units {
		unit := UnitOutcome{RunUnit: u}
		if unit.Validation, err = Optional(tx.Validations().Of(done.Organisation, done.ID, u.ID)); err != nil {
			return err
		}
		if unit.Forecast, err = Optional(tx.Forecasts().OfRun(done.Organisation, done.ID, u.ID)); err != nil {
			return err
		}
		o.Validation = cmp.Or(o.Validation, unit.Validation)
		o.Forecast = cmp.Or(o.Forecast, unit.Forecast)
		if len(done.Units) > 0 {
			o.Units = append(o.Units, unit)
		}
	}
	return nil
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
