package steps

import (
	"context"
	"errors"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// What a service needs, which works a run off step by step: it asks for runs, takes them over, and advances them.

// Ask writes down a run of a view's specification that is to be done, and takes the organisation's lease for it. It is
// Conflict where a run is under way.
func (f *WrapUpForecaster) Ask(tx *store.Tx, v *View) (wrapcast.Run, error) {
	views, err := v.Views()
	if err != nil {
		return wrapcast.Run{}, err
	}
	run, err := f.newRun(views, wrapcast.RunPending)
	if err != nil {
		return run, err
	}
	run.Units = v.unitsOf(run.Units)
	if err := f.askLease(tx, run); err != nil {
		return run, err
	}
	if err := tx.Runs().Create(run); err != nil {
		return run, err
	}
	_, err = tx.Audit().Append(wrapcast.AuditEntry{Organisation: run.Organisation, Run: run.ID, At: run.StartedAt,
		Actor:  run.Actor,
		Action: "run.asked", Status: StatusOK})
	return run, err
}

// askLease lets the lease wait for the first step of a run; Conflict where one is under way.
func (f *WrapUpForecaster) askLease(tx *store.Tx, run wrapcast.Run) error {
	return f.takeLease(tx, run.Organisation, passed(f.Holder, run.ID), passedFor, "")
}

// Waits reports whether the next step of a run waits for somebody to take it, as far as the lease tells: it was passed
// on and its time is not over.
func (f *WrapUpForecaster) Waits(tx *store.Tx, run wrapcast.Run) (bool, error) {
	held, err := tx.Leases().Of(run.Organisation)
	_, mark := unmarked(held.Holder)
	return mark == passedMark+string(run.ID) && f.Clock.Now().Before(held.Until), err
}

// TakeOver makes this process the one that works on a stored run, until the runner is released or life ends; next
// writes what follows from each step, in the transaction of its result. It is nil where the run is over, or could not
// begin. A run that has not begun asks the platform again who it is.
func (f *WrapUpForecaster) TakeOver(ctx, life context.Context, org wrapcast.OrganisationID, id wrapcast.RunID,
	next func(*store.Tx, wrapcast.Run) error) (*Runner, error) {
	r, err := f.stored(ctx, org, id)
	if err != nil || r == nil {
		return nil, err
	}
	l, err := f.acquireLease(life, org, id)
	if err != nil {
		return nil, err
	}
	r.lease, r.next = l, next
	if r.run.State == wrapcast.RunPending {
		err = r.connectAgain(ctx)
	}
	if err != nil {
		defer l.release()
		if ctx.Err() != nil {
			return nil, nil //nolint:nilnil // told to stop: the run is taken up again
		}
		return nil, r.giveUp(ctx, r.run, err)
	}
	r.id = r.run.ID
	r.take(r.run)
	return r, nil
}

// stored makes a runner of a stored run; nil where the run is over.
func (f *WrapUpForecaster) stored(ctx context.Context, org wrapcast.OrganisationID, id wrapcast.RunID) (*Runner,
	error) {
	var run wrapcast.Run
	var directory wrapcast.Directory
	err := f.Store.View(ctx, func(tx *store.Tx) (err error) {
		if run, err = tx.Runs().Get(org, id); err != nil {
			return err
		}
		directory, err = tx.Directory().Of(org)
		return err
	})
	if err != nil || !Unfinished(run) {
		return nil, err
	}
	spec, err := specOf(run)
	if err != nil {
		return nil, err
	}
	planAgain(&directory, run.Units)
	v, err := f.viewOf(directory, spec)
	if err != nil {
		return nil, err
	}
	if v.At, err = f.presentOf(ctx, directory.Organisation, run.StartedAt); err != nil {
		return nil, err
	}
	r := &Runner{f: f, run: run, resumed: true}
	return r, r.see(v)
}

// connectAgain reads the organisation anew for a run that begins, and makes sure that it is the same.
func (r *Runner) connectAgain(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = wrapcast.Errorf(wrapcast.Internal, "", "what the platform says of the organisation broke the run: %v", p)
		}
	}()
	v, err := r.f.connect(ctx, r.Spec, r.commit)
	if err != nil {
		return err
	}
	if now := v.Directory.Organisation; now.ID != r.run.Organisation {
		return wrapcast.Errorf(wrapcast.Usage, "",
			"the credentials are those of %s now, not of the organisation the run was asked for", now.Name)
	}
	v.begunAt(r.run.StartedAt)
	if err := r.see(v); err != nil {
		return err
	}
	r.run.Units = runUnits(r.views)
	return nil
}

// Seen is the organisation as the run saw it when it began here, from the first of its business units.
func (r *Runner) Seen() *View {
	v := *r.View
	v.commit = nil
	return &v
}

// Unfinished reports whether a run is to be done still, or is being done.
func Unfinished(r wrapcast.Run) bool {
	return r.State == wrapcast.RunPending || r.State == wrapcast.RunRunning
}

// NextStep is the place of the first step that is to be done still, -1 where there is none.
func NextStep(r wrapcast.Run) int {
	for i, s := range r.Steps {
		if s.State == wrapcast.RunPending || s.State == wrapcast.RunRunning {
			return i
		}
	}
	return -1
}

// Advance does the next step of the run, or closes it after the last. It stops when the lease is lost or the run is
// cancelled. Where the step breaks, the run has failed: it would break again.
func (r *Runner) Advance(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = r.broke(context.WithoutCancel(ctx), p)
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(r.lease.ctx, func() { cancel(context.Cause(r.lease.ctx)) })()
	err = r.wake(ctx)
	if i := NextStep(r.run); err == nil && i >= 0 {
		if err = r.step(ctx, i); err != nil {
			err = r.ended(ctx, err)
		}
	}
	if err != nil || NextStep(r.run) >= 0 {
		return err
	}
	return r.finish(ctx)
}

// broke writes down that a step has broken.
func (r *Runner) broke(ctx context.Context, with any) error {
	why := wrapcast.Errorf(wrapcast.Internal, "", "%s broke: %v", r.runningStep(), with).
		WithHint("nothing was submitted that is not listed; tell the makers of wrapcast what stands in the log")
	if err := r.settleSent(ctx); err != nil {
		return errors.Join(why, err) // what may have been sent is followed by whoever takes the run up
	}
	return errors.Join(why, r.giveUp(ctx, r.run, why))
}

// runningStep names the step that was under way.
func (r *Runner) runningStep() string {
	for _, s := range r.run.Steps {
		if s.State == wrapcast.RunRunning {
			return "the step " + string(s.Name)
		}
	}
	return "the run"
}

// ID is that of the run; it may be asked for while the run is being worked on.
func (r *Runner) ID() wrapcast.RunID { return r.id }

// Run is the run as it is between two steps: whoever advances it may ask.
func (r *Runner) Run() wrapcast.Run { return r.run }

// Alive reports whether the lease is still held and nobody has cancelled the run.
func (r *Runner) Alive() bool { return r.lease.ctx.Err() == nil }

// LookForCancel ends the work at once if somebody has asked for that and nothing is being submitted.
func (r *Runner) LookForCancel(ctx context.Context) { r.lease.lookForCancel(ctx) }

// Release gives the organisation's lease back.
func (r *Runner) Release() { r.lease.release() }

// CloseLeft gives up a run that was interrupted and is not worth taking up, after settling what it may have submitted.
func (f *WrapUpForecaster) CloseLeft(ctx context.Context, v *View, left wrapcast.Run) error {
	l, err := f.acquireLease(ctx, v.Organisation(), left.ID)
	if err != nil {
		return err
	}
	defer l.release()
	r := &Runner{f: f, lease: l}
	if err := r.see(v); err != nil {
		return err
	}
	return r.close(l.ctx, left, wrapcast.Errorf(wrapcast.Unavailable, "", "interrupted, and too old to be continued"))
}
