package steps

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Settle looks at the target for every submission whose outcome is not known, and
// returns them as they are then. Nothing is sent that could be accepted twice.
func (f *WrapUpForecaster) Settle(ctx context.Context, spec Spec) ([]wrapcast.Submission, error) {
	p := &pass{WrapUpForecaster: f, spec: spec.withDefaults()}
	if err := p.meet(ctx); err != nil {
		return nil, err
	}
	if err := p.hold(ctx); err != nil {
		return nil, err
	}
	defer p.release()
	var open []wrapcast.Submission
	err := p.Store.View(p.ctx, func(tx *store.Tx) (err error) {
		open, err = tx.Submissions().In(p.directory.Organisation.ID,
			wrapcast.SubmissionSending, wrapcast.SubmissionAccepted, wrapcast.SubmissionUnknown)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range open {
		if err := p.lookAgain(p.ctx, &open[i]); err != nil {
			return open, err
		}
	}
	return open, troubleOf(open)
}

// lookAgain finds out what became of one submission, if that can be found out.
func (p *pass) lookAgain(ctx context.Context, s *wrapcast.Submission) error {
	p.run = wrapcast.Run{ID: s.Run, Organisation: s.Organisation}
	plan, err := p.plan(ctx, s.Plan)
	if err != nil {
		return err
	}
	t, err := p.openTarget(ctx, plan, *s)
	if err != nil {
		return err
	}
	defer t.Close()
	leg := t.Await
	if p.Targets[s.Target].Traits().Finds {
		leg = t.Find
	} else if s.TargetForecastID == "" {
		return nil // a target that lists nothing: only its own log can tell
	}
	before, began := s.State, p.Clock.Now()
	next, err := leg(ctx, *s)
	if err != nil || next.State == before && next.Reason == s.Reason {
		return err
	}
	return p.move(ctx, s, next, before, p.Clock.Since(began).Milliseconds())
}

// Extract brings the stored history up to date, as the first step of a run does.
func (f *WrapUpForecaster) Extract(ctx context.Context, spec Spec) (ExtractResult, error) {
	p := &pass{WrapUpForecaster: f, spec: spec.withDefaults()}
	if err := p.meet(ctx); err != nil {
		return ExtractResult{}, err
	}
	if err := p.hold(ctx); err != nil {
		return ExtractResult{}, err
	}
	defer p.release()
	p.run = wrapcast.Run{Organisation: p.directory.Organisation.ID, StartedAt: p.Clock.Now()}
	r, failure := extractStep(p.ctx, p)
	e := r.entry
	if failure != nil {
		e.Status, e.Detail = statusFailed, failure.Error()
	}
	entry := p.entry(string(wrapcast.StepExtract), p.Clock.Since(p.run.StartedAt).Milliseconds(), e)
	err := p.commit(context.WithoutCancel(p.ctx), func(tx *store.Tx) error {
		_, err := tx.Audit().Append(entry)
		return err
	})
	if failure != nil {
		return ExtractResult{}, failure
	}
	done, _ := r.detail.(ExtractResult)
	return done, err
}
