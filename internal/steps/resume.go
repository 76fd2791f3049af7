package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// begin asks the platform what the organisation is made of, takes the organisation's lease, and finds the run to work
// on.
func (f *WrapUpForecaster) begin(ctx context.Context, spec Spec) (*Runner, error) {
	v, err := f.Connect(ctx, spec)
	if err != nil {
		return nil, err
	}
	l, err := f.acquireLease(ctx, v.Organisation(), "")
	if err != nil {
		return nil, err
	}
	r := &Runner{f: f, lease: l}
	if err = f.AdoptCalendar(ctx, v); err == nil {
		err = r.see(v)
	}
	if err == nil {
		err = r.resume(ctx)
	}
	if err != nil {
		l.release()
		return nil, err
	}
	return r, nil
}

// checkCodes refuses codes the organisation does not have. System codes are in no list.
func checkCodes(asked []wrapcast.CodeID, known []wrapcast.Code) error {
	var unknown []string
	for _, id := range asked {
		listed := slices.ContainsFunc(known, func(c wrapcast.Code) bool { return c.ID == id })
		if !listed && !id.IsSystem() && id != wrapcast.DefaultCode {
			unknown = append(unknown, string(id))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "", "the organisation has no wrap-up code %s", strings.Join(unknown, ", ")).
		WithHint("`wrapcast codes` lists the ids; WRAPUP_CODE_1, WRAPUP_CODE_2 … and `codes:` take them")
}

// resume finds the run that was interrupted, or begins a new one.
func (r *Runner) resume(ctx context.Context) error {
	var left wrapcast.Run
	err := r.Store.View(ctx, func(tx *store.Tx) (err error) {
		left, err = tx.Runs().Unfinished(r.Organisation())
		return err
	})
	switch {
	case wrapcast.KindOf(err) == wrapcast.NotFound:
		return r.start(ctx)
	case err != nil:
		return err
	case r.sameRun(left):
		r.take(left)
		r.resumed = true
		return r.wake(ctx)
	}
	if err := r.close(ctx, left, errReplaced); err != nil {
		return err
	}
	return r.start(ctx)
}

// sameRun reports whether an interrupted run is the one asked for: the same work for the same business units, begun
// today.
func (r *Runner) sameRun(left wrapcast.Run) bool {
	same := func(a, b wrapcast.RunUnit) bool { return a.BusinessUnit == b.BusinessUnit }
	return r.Spec.same(left.Spec) && r.Day(left.StartedAt) == r.Day(r.Clock.Now()) &&
		slices.EqualFunc(runUnits(r.views), left.Units, same)
}

// close settles an interrupted run that will not be taken up: what it may have submitted is followed to its end, the
// rest is given up.
func (r *Runner) close(ctx context.Context, left wrapcast.Run, why error) error {
	view := *r.View
	if spec, err := specOf(left); err == nil {
		view.Spec = spec
	}
	old := &Runner{View: &view, f: r.f, lease: r.lease, run: left}
	if err := old.settleSent(ctx); err != nil {
		return err
	}
	return old.giveUp(ctx, left, why)
}

// errReplaced is why an interrupted run is not continued.
var errReplaced = errors.New("interrupted and not continued: another run was requested")

// giveUp writes down that a run has failed, and why.
func (r *Runner) giveUp(ctx context.Context, run wrapcast.Run, why error) error {
	was := run.State
	run.End(wrapcast.RunFailed, r.Clock.Now(), why)
	entry := r.entry("run.closed", 0, wrapcast.AuditEntry{Status: statusFailed, Detail: run.Reason})
	for i, u := range run.Units {
		if u.State == wrapcast.RunRunning {
			run.Units[i].State, run.Units[i].Reason = wrapcast.RunFailed, run.Reason
		}
	}
	r.run = run
	return r.commit(ctx, func(tx *store.Tx) error {
		if _, err := tx.Audit().Append(entry); err != nil {
			return err
		}
		if err := tx.Runs().SaveUnits(run); err != nil {
			return err
		}
		if err := tx.Runs().Save(run, was); err != nil || errors.Is(why, errReplaced) {
			return err // a run that another takes the place of needs nobody
		}
		return r.addAlerts(tx)
	})
}

// start begins a new run.
func (r *Runner) start(ctx context.Context) error {
	run, err := r.f.newRun(r.views, wrapcast.RunRunning)
	if err != nil {
		return err
	}
	r.take(run)
	return r.commit(ctx, func(tx *store.Tx) error { return tx.Runs().Create(run) })
}

// newRun is a run of the specification of some views, one for each business unit, that has not begun a step.
func (f *WrapUpForecaster) newRun(views []*View, state wrapcast.RunState) (wrapcast.Run, error) {
	v := views[0]
	spec, err := json.Marshal(v.Spec)
	if err != nil {
		return wrapcast.Run{}, fmt.Errorf("writing down what was asked: %w", err)
	}
	return wrapcast.Run{ID: wrapcast.RunID(f.NewID()), Organisation: v.Organisation(), State: state,
		Actor: v.Spec.Actor,
		Spec:  spec, StartedAt: f.Clock.Now(), Steps: stepsOf(v.Spec),
		Units: runUnits(views)}, nil
}

// specOf is what a stored run was asked for.
func specOf(run wrapcast.Run) (Spec, error) {
	var spec Spec
	if err := json.Unmarshal(run.Spec, &spec); err != nil {
		return spec, wrapcast.Errorf(wrapcast.Internal, "", "run %s was asked for by another version of wrapcast: %w",
			run.ID, err)
	}
	return spec.WithDefaults(), nil
}

// stepsOf lists the steps of a run that has not begun.
func stepsOf(spec Spec) []wrapcast.Step {
	var steps []wrapcast.Step
	for _, name := range wrapcast.Steps() {
		state := wrapcast.RunPending
		early := name == wrapcast.StepExtract || name == wrapcast.StepValidate || name == wrapcast.StepForecast
		if spec.DryRun && (name == wrapcast.StepSubmit || name == wrapcast.StepNotify) || len(spec.Submit) > 0 &&
			early {
			state = wrapcast.RunSkipped
		}
		steps = append(steps, wrapcast.Step{Name: name, State: state})
	}
	return steps
}
