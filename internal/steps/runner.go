package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/traces"
)

// Runner is one process's work on one run.
type Runner struct {
	*View
	// views see the organisation from each of its business units; View is the first.
	views   []*View
	f       *WrapUpForecaster
	lease   *lease
	run     wrapcast.Run
	resumed bool
	// id is that of a run which others ask about while it is worked on.
	id wrapcast.RunID
	// next, if set, writes what follows from a step that is done, in the transaction of its result.
	next func(*store.Tx, wrapcast.Run) error
	// enqueue, if set, inserts the job of a shard of a forecast.
	enqueue func(*store.Tx, wrapcast.OrganisationID, store.Shard) error
}

// take makes a run the one that is worked on. Its present is the moment it began.
func (r *Runner) take(run wrapcast.Run) {
	r.run = run
	for _, v := range r.views {
		v.begunAt(run.StartedAt)
	}
	r.lease.watch(run.ID)
}

// result is what a step leaves behind; all of it is committed in one transaction.
type result struct {
	// detail goes into the step's row, for later steps and for whoever looks.
	detail any
	// entry is the step's audit entry; who, when and how long are filled in.
	entry wrapcast.AuditEntry
	// entries take its place where there is one for each business unit, with how long each took.
	entries []wrapcast.AuditEntry
	// save writes whatever else belongs to the result, of a step that fails too.
	save func(*store.Tx) error
}

type stepFunc func(context.Context, *Runner) (result, error)

func stepFuncs() map[wrapcast.StepName]stepFunc {
	return map[wrapcast.StepName]stepFunc{
		wrapcast.StepExtract:  extractStep,
		wrapcast.StepValidate: eachUnit(wrapcast.StepValidate, validateStep),
		wrapcast.StepForecast: eachUnit(wrapcast.StepForecast, forecastStep),
		wrapcast.StepPlan:     eachUnit(wrapcast.StepPlan, planStep),
		wrapcast.StepSubmit:   submitStep,
		wrapcast.StepNotify:   notifyStep,
	}
}

// work does every step that is not done yet, and closes the run.
func (r *Runner) work(ctx context.Context) (err error) {
	ctx, span := traces.Begin(traces.OfRun(ctx, string(r.run.ID)), "run", r.traced()...)
	defer func() { traces.End(span, err) }()
	for i := range r.run.Steps {
		if err := r.step(ctx, i); err != nil {
			return r.ended(ctx, err)
		}
	}
	return r.finish(ctx)
}

// traced is what a span says of a run.
func (r *Runner) traced() []attribute.KeyValue {
	return []attribute.KeyValue{attribute.String("wrapcast.run", string(r.run.ID)),
		attribute.String("wrapcast.organisation", string(r.Organisation()))}
}

// step does one step, unless an earlier pass has done it.
func (r *Runner) step(ctx context.Context, i int) (err error) {
	s := &r.run.Steps[i]
	if s.State == wrapcast.RunDone || s.State == wrapcast.RunSkipped {
		return nil
	}
	ctx, span := traces.Begin(traces.OfRun(ctx, string(r.run.ID)), "step "+string(s.Name), r.traced()...)
	defer func() { traces.End(span, err) }()
	if Computes(s.Name) {
		done, err := r.f.Turns.take(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		defer done()
	}
	began, was := r.Clock.Now(), s.State
	s.State, s.StartedAt = wrapcast.RunRunning, began
	err = r.commit(ctx, func(tx *store.Tx) error {
		if err := r.mayBegin(tx); err != nil {
			return err
		}
		return tx.Runs().SaveStep(r.Organisation(), r.run.ID, *s, was)
	})
	if err != nil {
		return err
	}
	left, waits, err := r.do(ctx, s)
	if waits {
		s.LatencyMs += r.Clock.Since(began).Milliseconds()
		return nil
	}
	s.LatencyMs += r.Clock.Since(began).Milliseconds()
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", s.Name, context.Cause(ctx)) // the next run takes it up here
	}
	if store.IsGone(err) { // so does it here: what was being done is no worse than before
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	if err != nil {
		return r.fail(ctx, s, left, err)
	}
	return r.done(ctx, s, left)
}

// do does the work of a step. It waits where that goes on in shards: the last of them enqueues the step again.
func (r *Runner) do(ctx context.Context, s *wrapcast.Step) (left result, waits bool, err error) {
	if s.Name == wrapcast.StepForecast {
		if waits, err = r.spread(ctx, s); waits || err != nil {
			return left, waits, err
		}
	}
	left, err = stepFuncs()[s.Name](ctx, r)
	return left, false, err
}

// Computes reports whether a step works out what is stored, and waits for no platform.
func Computes(s wrapcast.StepName) bool {
	return s == wrapcast.StepValidate || s == wrapcast.StepForecast
}

// done commits a step's result.
func (r *Runner) done(ctx context.Context, s *wrapcast.Step, left result) error {
	detail, err := json.Marshal(left.detail)
	if err != nil {
		return fmt.Errorf("%s: writing down its result: %w", s.Name, err)
	}
	s.State, s.FinishedAt, s.Result = wrapcast.RunDone, r.Clock.Now(), detail
	err = r.commit(ctx, func(tx *store.Tx) error {
		if err := r.clearShards(tx, s); err != nil {
			return err
		}
		if err := r.keep(tx, s, left); err != nil || r.next == nil {
			return err
		}
		return r.passOn(tx)
	})
	if err != nil {
		return fmt.Errorf("%s: keeping its result: %w", s.Name, err)
	}
	return nil
}

// passOn writes what follows from a step, and lets the lease wait for whoever takes the next one, on any machine.
func (r *Runner) passOn(tx *store.Tx) error {
	if err := r.next(tx, r.run); err != nil || NextStep(r.run) < 0 {
		return err
	}
	return r.passLease(tx)
}

// passLease lets the lease wait for whoever takes the run up next.
func (r *Runner) passLease(tx *store.Tx) error {
	waits := wrapcast.Lease{Holder: passed(r.f.Holder, r.run.ID), Until: r.Clock.Now().Add(passedFor)}
	return tx.Leases().Pass(r.Organisation(), r.lease.holder, waits)
}

// keep writes what a step leaves behind, whether it is done or has failed: what a failed one leaves is for people to
// look at.
func (r *Runner) keep(tx *store.Tx, s *wrapcast.Step, left result) error {
	if left.save != nil {
		if err := left.save(tx); err != nil {
			return err
		}
	}
	if err := r.appendEntries(tx, s, left); err != nil {
		return err
	}
	if err := tx.Runs().SaveUnits(r.run); err != nil {
		return err
	}
	return tx.Runs().SaveStep(r.Organisation(), r.run.ID, *s, wrapcast.RunRunning)
}

// fail writes down that a step, and with it the run, has failed, and returns why.
func (r *Runner) fail(ctx context.Context, s *wrapcast.Step, left result, cause error) error {
	now := r.Clock.Now()
	s.State, s.FinishedAt, s.Reason = wrapcast.RunFailed, now, cause.Error()
	r.run.End(wrapcast.RunFailed, now, cause)
	left.entry.Status, left.entry.Detail = statusFailed, cause.Error()
	for i, u := range r.run.Units {
		if u.State != wrapcast.RunFailed {
			r.run.Units[i] = failedUnit(u, s.Name, cause)
		}
	}
	err := r.commit(ctx, func(tx *store.Tx) error {
		if err := r.keep(tx, s, left); err != nil {
			return err
		}
		if err := tx.Runs().Save(r.run, wrapcast.RunRunning); err != nil {
			return err
		}
		return r.addAlerts(tx)
	})
	if err != nil { // the first error is the one to mend
		return fmt.Errorf("%w (and that could not be written down: %w)", cause, err)
	}
	return errors.Join(cause, r.keepCheckpoint(ctx))
}

// appendEntries adds a step's audit entries: one, or one for each business unit.
func (r *Runner) appendEntries(tx *store.Tx, s *wrapcast.Step, left result) error {
	if left.entries == nil {
		left.entry.LatencyMs = s.LatencyMs
		left.entries = []wrapcast.AuditEntry{left.entry}
	}
	for _, e := range left.entries {
		if _, err := tx.Audit().Append(r.entry(string(s.Name), e.LatencyMs, e)); err != nil {
			return err
		}
	}
	return nil
}

// finish closes the run: done, partial where something is undelivered or in doubt,
// failed where a plan was refused.
func (r *Runner) finish(ctx context.Context) error {
	trouble, err := r.trouble(ctx)
	if err != nil {
		return err
	}
	r.run.End(stateAfter(trouble), r.Clock.Now(), trouble)
	err = r.commit(ctx, func(tx *store.Tx) error {
		if err := tx.Runs().SaveUnits(r.run); err != nil {
			return err
		}
		if err := tx.Runs().Save(r.run, wrapcast.RunRunning); err != nil {
			return err
		}
		return r.addAlerts(tx)
	})
	return errors.Join(trouble, err, r.prune(ctx), r.keepCheckpoint(ctx))
}

// prune deletes what is kept no longer: before the checkpoint goes elsewhere, so that it has seen the entries.
func (r *Runner) prune(ctx context.Context) error {
	if r.f.Prune == nil {
		return nil
	}
	if err := r.f.Prune(ctx, r.Organisation()); err != nil {
		return wrapcast.Errorf(wrapcast.Partial, "retention", "what is kept no longer could not all be deleted: %w", err).
			WithHint("everything else is done; `wrapcast store prune` goes on where it stopped")
	}
	return nil
}

// keepCheckpoint takes the run's signed checkpoint to where it is to be kept beside the store.
func (r *Runner) keepCheckpoint(ctx context.Context) error {
	if r.f.KeepCheckpoint == nil {
		return nil
	}
	signed, err := r.checkpoint(ctx)
	if err != nil || signed == "" {
		return err
	}
	seen, err := audit.ParseSeen("", signed)
	if err != nil {
		return err
	}
	if err := r.f.KeepCheckpoint(r.Organisation(), seen.Seq, signed); err != nil {
		return wrapcast.Errorf(wrapcast.Partial, "audit", "the run's signed checkpoint could not be kept elsewhere: %w", err).
			WithHint("everything else is done; mend audit.checkpoint_dir, and `wrapcast audit checkpoint --to FILE` writes it again")
	}
	return nil
}

// checkpoint is the latest signed checkpoint of the organisation's chain, "" where there is none.
func (r *Runner) checkpoint(ctx context.Context) (signed string, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		kept, err := tx.Audit().Checkpoints(r.Organisation(), "")
		if len(kept) > 0 {
			signed = kept[0].Note
		}
		return err
	})
	return signed, err
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
func (r *Runner) trouble(ctx context.Context) (error, error) {
	var submissions []wrapcast.Submission
	var deliveries []wrapcast.Delivery
	err := r.Store.View(ctx, func(tx *store.Tx) (err error) {
		if submissions, err = tx.Submissions().OfRun(r.Organisation(), r.run.ID); err != nil {
			return err
		}
		deliveries, err = tx.Deliveries().OfRun(r.Organisation(), r.run.ID)
		return err
	})
	r.endUnits(submissions)
	return errors.Join(r.unitTrouble(submissions), undelivered(deliveries)), err
}

// record is how the run writes.
func (r *Runner) record() record {
	return record{store: r.Store, clock: r.Clock, holder: r.lease.holder, organisation: r.Organisation(), run: r.run.ID,
		actor: r.Spec.Actor}
}

func (r *Runner) commit(ctx context.Context, write func(*store.Tx) error) error {
	return r.record().commit(ctx, write)
}

func (r *Runner) entry(action string, latencyMs int64, e wrapcast.AuditEntry) wrapcast.AuditEntry {
	return r.record().entry(action, latencyMs, e)
}

// stepEnd is when a step ended.
func (r *Runner) stepEnd(name wrapcast.StepName) time.Time {
	for _, s := range r.run.Steps {
		if s.Name == name {
			return s.FinishedAt
		}
	}
	return time.Time{}
}
