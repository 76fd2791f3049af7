package steps

import (
	"context"

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
	return open, troubleOf(open)
}

// beside is a runner of no run, for work that needs the organisation's lease.
func (f *WrapUpForecaster) beside(ctx context.Context, spec Spec) (*Runner, error) {
	v, err := f.Connect(ctx, spec)
	if err != nil {
		return nil, err
	}
	l, err := f.acquireLease(ctx, v.Organisation())
	v.At = f.Clock.Now()
	return &Runner{View: v, f: f, lease: l}, err
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
	if err != nil || next.State == before && next.Reason == s.Reason {
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
