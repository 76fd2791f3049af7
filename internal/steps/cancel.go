package steps

import (
	"context"
	"errors"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// errCancelled marks the end of a run that somebody asked to stop.
var errCancelled = errors.New("cancelled")

func cancelledBy(actor string) error {
	return wrapcast.Errorf(wrapcast.Conflict, "", "the run was %w by %s", errCancelled, actor)
}

// CancelRun asks whoever works on a run to stop it. It returns Conflict where the run is over, or
// has begun to submit: what may have reached the platform is followed to its end.
func (f *WrapUpForecaster) CancelRun(ctx context.Context, org wrapcast.OrganisationID, id wrapcast.RunID,
	actor string) error {
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		run, err := tx.Runs().Get(org, id)
		if err != nil {
			return err
		}
		if run.State != wrapcast.RunPending && run.State != wrapcast.RunRunning {
			return wrapcast.Errorf(wrapcast.Conflict, "cancel", "the run is over: it is %s", run.State)
		}
		if submits(run) {
			return wrapcast.Errorf(wrapcast.Conflict, "cancel",
				"the run has begun to submit, which is followed to its end").
				WithHint("wait until it is over; what it has published can be rolled back")
		}
		if err := tx.Runs().AskToCancel(org, id, actor, f.Clock.Now()); err != nil {
			return err
		}
		_, err = tx.Audit().Append(wrapcast.AuditEntry{Organisation: org, Run: id, At: f.Clock.Now(), Actor: actor,
			Action: "run.cancel_asked", Status: StatusOK})
		return err
	})
}

// submits reports whether a run has begun to submit.
func submits(run wrapcast.Run) bool {
	return slices.ContainsFunc(run.Steps, func(s wrapcast.Step) bool {
		return (s.Name == wrapcast.StepSubmit || s.Name == wrapcast.StepNotify) && s.State != wrapcast.RunPending &&
			s.State != wrapcast.RunSkipped
	})
}

// asksToCancel returns the error of a run that is to stop, nil if it may go on.
func asksToCancel(tx *store.Tx, org wrapcast.OrganisationID, id wrapcast.RunID) (error, error) {
	actor, err := tx.Runs().CancelAskedBy(org, id)
	if err != nil || actor == "" {
		return nil, err
	}
	run, err := tx.Runs().Get(org, id)
	if err != nil || submits(run) {
		return nil, err
	}
	return cancelledBy(actor), nil
}

// mayBegin refuses the next step of a run that is to stop. The step that submits begins in the same
// transaction, so that a request to cancel either comes before, or is refused.
func (r *Runner) mayBegin(tx *store.Tx) error {
	why, err := asksToCancel(tx, r.Organisation(), r.run.ID)
	return errors.Join(why, err)
}

// ended writes down that a run was cancelled, where that is why its work ended.
func (r *Runner) ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errCancelled) {
		err = cause
	}
	if !errors.Is(err, errCancelled) {
		return err
	}
	now := r.Clock.Now()
	r.run.State, r.run.FinishedAt, r.run.Reason = wrapcast.RunCancelled, now, err.Error()
	entry := r.entry("run.cancelled", 0, wrapcast.AuditEntry{Detail: err.Error()})
	kept := r.commit(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		stored, err := tx.Runs().Get(r.Organisation(), r.run.ID)
		if err != nil {
			return err
		}
		for i, s := range stored.Steps {
			if s.State == wrapcast.RunPending || s.State == wrapcast.RunRunning {
				was := s.State
				s.State = wrapcast.RunCancelled
				if was == wrapcast.RunRunning {
					s.FinishedAt = now
				}
				if err := tx.Runs().SaveStep(r.Organisation(), r.run.ID, s, was); err != nil {
					return err
				}
				r.run.Steps[i] = s
			}
		}
		if _, err := tx.Audit().Append(entry); err != nil {
			return err
		}
		for i, u := range r.run.Units {
			if u.State == wrapcast.RunRunning {
				r.run.Units[i].State = wrapcast.RunCancelled
			}
		}
		if err := tx.Runs().SaveUnits(r.run); err != nil {
			return err
		}
		return tx.Runs().Save(r.run, stored.State)
	})
	return errors.Join(err, kept)
}

// wake begins a run that was asked for and not begun yet.
func (r *Runner) wake(ctx context.Context) error {
	if r.run.State != wrapcast.RunPending {
		return nil
	}
	r.run.State = wrapcast.RunRunning
	return r.commit(ctx, func(tx *store.Tx) error {
		if err := tx.Runs().SaveUnits(r.run); err != nil {
			return err
		}
		return tx.Runs().Save(r.run, wrapcast.RunPending)
	})
}
