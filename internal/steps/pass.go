package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// pass is one process's work on one run.
type pass struct {
	*WrapUpForecaster
	spec      Spec
	run       wrapcast.Run
	takenUp   bool
	directory wrapcast.Directory
	zone      *time.Location
	// ctx ends when the lease is lost.
	ctx     context.Context //nolint:containedctx // it lives exactly as long as the pass
	cancel  context.CancelCauseFunc
	watched *atomic.Pointer[wrapcast.RunID] // the run that may be cancelled
	release func()
	lost    func() error
	// next, if set, writes what follows from a step that is done, in the transaction of its result.
	next func(*store.Tx) error
}

// result is what a step leaves behind; all of it is committed in one transaction.
type result struct {
	// detail goes into the step's row, for later steps and for whoever looks.
	detail any
	// entry is the step's audit entry; who, when and how long are filled in.
	entry wrapcast.AuditEntry
	// save writes whatever else belongs to the result.
	save func(*store.Tx) error
}

type stepFunc func(context.Context, *pass) (result, error)

func stepFuncs() map[wrapcast.StepName]stepFunc {
	return map[wrapcast.StepName]stepFunc{
		wrapcast.StepExtract:  extractStep,
		wrapcast.StepValidate: validateStep,
		wrapcast.StepForecast: forecastStep,
		wrapcast.StepPlan:     planStep,
		wrapcast.StepSubmit:   submitStep,
		wrapcast.StepNotify:   notifyStep,
	}
}

// work does every step that is not done yet, and closes the run.
func (p *pass) work(ctx context.Context) error {
	p.watched.Store(&p.run.ID)
	for i := range p.run.Steps {
		if err := p.step(ctx, i); err != nil {
			return p.ended(ctx, err)
		}
	}
	return p.finish(ctx)
}

// step does one step, unless an earlier pass has done it.
func (p *pass) step(ctx context.Context, i int) error {
	s := &p.run.Steps[i]
	if s.State == wrapcast.RunDone || s.State == wrapcast.RunSkipped {
		return nil
	}
	began, was := p.Clock.Now(), s.State
	s.State, s.StartedAt = wrapcast.RunRunning, began
	err := p.commit(ctx, func(tx *store.Tx) error {
		if err := p.mayBegin(tx); err != nil {
			return err
		}
		return tx.Runs().SaveStep(p.run.Organisation, p.run.ID, *s, was)
	})
	if err != nil {
		return err
	}
	r, err := stepFuncs()[s.Name](ctx, p)
	s.LatencyMs += p.Clock.Since(began).Milliseconds()
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", s.Name, context.Cause(ctx)) // the next run takes it up here
	}
	if err != nil {
		return p.fail(ctx, s, r, err)
	}
	return p.done(ctx, s, r)
}

// done commits a step's result.
func (p *pass) done(ctx context.Context, s *wrapcast.Step, r result) error {
	detail, err := json.Marshal(r.detail)
	if err != nil {
		return fmt.Errorf("%s: writing down its result: %w", s.Name, err)
	}
	s.State, s.FinishedAt, s.Result = wrapcast.RunDone, p.Clock.Now(), detail
	entry := p.entry(string(s.Name), s.LatencyMs, r.entry)
	err = p.commit(ctx, func(tx *store.Tx) error {
		if r.save != nil {
			if err := r.save(tx); err != nil {
				return err
			}
		}
		if _, err := tx.Audit().Append(entry); err != nil {
			return err
		}
		if err := tx.Runs().SaveStep(p.run.Organisation, p.run.ID, *s, wrapcast.RunRunning); err != nil || p.next == nil {
			return err
		}
		return p.next(tx)
	})
	if err != nil {
		return fmt.Errorf("%s: keeping its result: %w", s.Name, err)
	}
	return nil
}

// fail writes down that a step, and with it the run, has failed, and returns why.
func (p *pass) fail(ctx context.Context, s *wrapcast.Step, r result, cause error) error {
	now := p.Clock.Now()
	s.State, s.FinishedAt, s.Reason = wrapcast.RunFailed, now, cause.Error()
	p.run.State, p.run.FinishedAt, p.run.Reason = wrapcast.RunFailed, now, cause.Error()
	e := r.entry
	e.Status, e.Detail = statusFailed, cause.Error()
	entry := p.entry(string(s.Name), s.LatencyMs, e)
	err := p.commit(ctx, func(tx *store.Tx) error {
		if _, err := tx.Audit().Append(entry); err != nil {
			return err
		}
		if err := tx.Runs().SaveStep(p.run.Organisation, p.run.ID, *s, wrapcast.RunRunning); err != nil {
			return err
		}
		return tx.Runs().Save(p.run, wrapcast.RunRunning)
	})
	if err != nil { // the first error is the one to mend
		return fmt.Errorf("%w (and that could not be written down: %w)", cause, err)
	}
	return cause
}

// finish closes the run: done, partial where something is undelivered or in doubt,
// failed where a plan was refused.
func (p *pass) finish(ctx context.Context) error {
	trouble, err := p.trouble(ctx)
	if err != nil {
		return err
	}
	p.run.State, p.run.FinishedAt = stateAfter(trouble), p.Clock.Now()
	if trouble != nil {
		p.run.Reason = trouble.Error()
	}
	err = p.commit(ctx, func(tx *store.Tx) error { return tx.Runs().Save(p.run, wrapcast.RunRunning) })
	return errors.Join(trouble, err)
}

// stateAfter is how a run ends that did all its steps.
func stateAfter(trouble error) wrapcast.RunState {
	switch {
	case trouble == nil:
		return wrapcast.RunDone
	case wrapcast.KindOf(trouble) == wrapcast.Partial:
		return wrapcast.RunPartial
	}
	return wrapcast.RunFailed
}

// trouble is what the submissions and deliveries of the run leave to worry about.
func (p *pass) trouble(ctx context.Context) (error, error) {
	var submissions []wrapcast.Submission
	var deliveries []wrapcast.Delivery
	err := p.Store.View(ctx, func(tx *store.Tx) (err error) {
		if submissions, err = tx.Submissions().OfRun(p.run.Organisation, p.run.ID); err != nil {
			return err
		}
		deliveries, err = tx.Deliveries().OfRun(p.run.Organisation, p.run.ID)
		return err
	})
	return errors.Join(troubleOf(submissions), undelivered(deliveries)), err
}

// commit writes to the store, unless somebody else has taken the organisation's lease over meanwhile.
func (p *pass) commit(ctx context.Context, write func(*store.Tx) error) error {
	return p.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Leases().Hold(p.directory.Organisation.ID, p.Holder); err != nil {
			return err
		}
		return write(tx)
	})
}

// stepEnd is when a step ended.
func (p *pass) stepEnd(name wrapcast.StepName) time.Time {
	for _, s := range p.run.Steps {
		if s.Name == name {
			return s.FinishedAt
		}
	}
	return time.Time{}
}

// Statuses of audit entries.
const (
	statusOK     = "ok"
	statusFailed = "failed"
)

// entry completes an audit entry with who, when and how long.
func (p *pass) entry(action string, latencyMs int64, e wrapcast.AuditEntry) wrapcast.AuditEntry {
	e.Organisation, e.Run, e.Actor = p.run.Organisation, p.run.ID, p.spec.Actor
	e.Action, e.At, e.LatencyMs = action, p.Clock.Now(), latencyMs
	e.Status = or(e.Status, statusOK)
	return e
}
