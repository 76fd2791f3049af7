package steps

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Settle looks at the target for every submission whose outcome is not known, and
// returns them as they are then. Nothing is sent that could be accepted twice.
func (f *WrapUpForecaster) Settle(ctx context.Context, spec Spec) ([]wrapcast.Submission, error) {
	r, err := f.beside(ctx, spec)
	if err != nil {
		return nil, err
	}
	defer r.lease.release()
	var open []wrapcast.Submission
	err = r.Store.View(r.lease.ctx, func(tx *store.Tx) (err error) {
		open, err = tx.Submissions().In(r.Organisation(),
			wrapcast.SubmissionSending, wrapcast.SubmissionAccepted, wrapcast.SubmissionUnknown)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range open {
		if err := r.submitter().lookAgain(r.lease.ctx, &open[i]); err != nil {
			return open, err
		}
	}
	late, err := r.arrivedLate(r.lease.ctx, nil)
	open = append(open, late...)
	return open, errors.Join(troubleOf(open), err)
}

// arrivedLate looks once more for submissions that were accepted and then failed: one that was taken for refused may
// have been slow. Those of weeks that are over are left out, and those that among does not name, where it names any. It
// returns the ones the target has after all.
func (r *Runner) arrivedLate(ctx context.Context, among []wrapcast.SubmissionID) ([]wrapcast.Submission, error) {
	var failed, arrived []wrapcast.Submission
	err := r.Store.View(ctx, func(tx *store.Tx) (err error) {
		failed, err = tx.Submissions().In(r.Organisation(), wrapcast.SubmissionFailed)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, s := range failed {
		if s.OperationID == "" || s.Week == nil || *s.Week+7 <= r.Day(r.Clock.Now()) ||
			among != nil && !slices.Contains(among, s.ID) {
			continue
		}
		b := r.submitter()
		b.waits.Lost = time.Nanosecond // one look
		if err := b.lookAgain(ctx, &s); err != nil {
			return arrived, err
		}
		if s.State == wrapcast.SubmissionCompleted {
			arrived = append(arrived, s)
		}
	}
	return arrived, nil
}

// settleSeen completes submissions in doubt, or taken for refused, whose forecasts the target shows beside new plans.
func (r *Runner) settleSeen(ctx context.Context, plans []wrapcast.Plan) error {
	for _, plan := range plans {
		seen := slices.Clone(plan.Others)
		if plan.Current != nil {
			seen = append(seen, *plan.Current)
		}
		for _, f := range seen {
			if err := r.settleAs(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleAs completes the submission that made a forecast at the target, where it was in doubt or taken for refused.
func (r *Runner) settleAs(ctx context.Context, f wrapcast.TargetForecast) error {
	var s *wrapcast.Submission
	err := r.Store.View(ctx, func(tx *store.Tx) (err error) {
		s, err = Optional(tx.Submissions().OfPlan(r.Organisation(), f.Plan))
		return err
	})
	if err != nil || s == nil || s.State.Holds() ||
		s.State == wrapcast.SubmissionPlanned || s.State == wrapcast.SubmissionUploading {
		return err
	}
	b, next := r.submitter(), *s
	b.run, next.State, next.TargetForecastID, next.Reason = s.Run, wrapcast.SubmissionCompleted, f.ID, ""
	return b.move(ctx, s, next, s.State, 0)
}

// beside is a runner of no run, for work that needs the organisation's lease.
func (f *WrapUpForecaster) beside(ctx context.Context, spec Spec) (*Runner, error) {
	v, err := f.Connect(ctx, spec)
	if err != nil {
		return nil, err
	}
	l, err := f.acquireLease(ctx, v.Organisation(), "")
	v.begunAt(f.Clock.Now())
	r := &Runner{f: f, lease: l}
	return r, errors.Join(err, r.see(v))
}

// lookAgain asks the target for the state of one submission, where the target can tell.
func (b submitter) lookAgain(ctx context.Context, s *wrapcast.Submission) error {
	b.run = s.Run
	plan, err := b.plan(ctx, s.Plan)
	if err != nil {
		return err
	}
	t, err := b.openTarget(ctx, plan, *s)
	if err != nil {
		return err
	}
	defer t.Close()
	leg := t.Await
	if b.targets[s.Target].Traits().Finds {
		leg = t.Find
	} else if s.TargetForecastID == "" {
		return nil // a target that lists nothing: only its own log can tell
	}
	before, began := s.State, b.clock.Now()
	next, err := leg(ctx, *s)
	if err != nil || next.State == before && next.Reason == s.Reason ||
		before == wrapcast.SubmissionFailed && next.State != wrapcast.SubmissionCompleted {
		return err
	}
	return b.move(ctx, s, next, before, b.clock.Since(began).Milliseconds())
}

// Extract brings the stored history up to date, as the first step of a run does.
func (f *WrapUpForecaster) Extract(ctx context.Context, spec Spec) (ExtractResult, error) {
	r, err := f.beside(ctx, spec)
	if err != nil {
		return ExtractResult{}, err
	}
	defer r.lease.release()
	left, failure := extractStep(r.lease.ctx, r)
	e := left.entry
	if failure != nil {
		e.Status, e.Detail = statusFailed, failure.Error()
	}
	entry := r.entry(string(wrapcast.StepExtract), r.Clock.Since(r.At).Milliseconds(), e)
	err = r.commit(context.WithoutCancel(r.lease.ctx), func(tx *store.Tx) error {
		_, err := tx.Audit().Append(entry)
		return err
	})
	if failure != nil {
		return ExtractResult{}, failure
	}
	done, _ := left.detail.(ExtractResult)
	return done, err
}
