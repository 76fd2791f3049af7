package flow

import (
	"context"
	"errors"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
)

// wfmTarget is the short-term forecast import of Genesys Cloud Workforce Management.
type wfmTarget struct {
	*pass
	plan wrapcast.Plan
	// watch hears how imports end; nil where the channel cannot be had, and the list is looked at instead.
	watch *genesys.Watch
	// missed says that an earlier process may have been told how the import ended.
	missed bool
}

func (p *pass) target(ctx context.Context, plan wrapcast.Plan, s wrapcast.Submission) target {
	if plan.Target == wrapcast.REST {
		return &restTarget{pass: p, plan: plan}
	}
	t := &wfmTarget{pass: p, plan: plan, missed: !s.SentAt.IsZero()}
	// Before the import: the platform repeats no notification. Without one the list tells.
	t.watch, _ = p.Platform.Subscribe(ctx, plan.Week.BusinessUnit.ID)
	return t
}

func (t *wfmTarget) close() { t.watch.Close() }

// prepare uploads the plan. Uploads have no effect, so one is made again after a crash.
func (t *wfmTarget) prepare(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	if s.State == wrapcast.SubmissionPlanned {
		s.State = wrapcast.SubmissionUploading
		return s, nil
	}
	key, err := t.writer().Upload(ctx, t.plan)
	if err != nil {
		return refused(s, err)
	}
	s.State, s.UploadKey, s.SentAt = wrapcast.SubmissionSending, key, t.Clock.Now()
	return s, nil
}

// send makes the one POST that counts.
func (t *wfmTarget) send(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	done, err := t.writer().Import(ctx, s.BusinessUnit, *s.Week, s.UploadKey)
	if err != nil {
		return notTaken(ctx, s, err)
	}
	s.State, s.OperationID, s.StatusCode = wrapcast.SubmissionAccepted, done.OperationID, done.StatusCode
	if done.Forecast != nil {
		s.State, s.TargetForecastID = wrapcast.SubmissionCompleted, done.Forecast.ID
	}
	return s, nil
}

// look searches the platform for the plan's id.
func (t *wfmTarget) look(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	found, err := t.Platform.AwaitImport(ctx, t.watch, t.ref(s), t.spec.LookFor)
	return arrived(s, found.ID, err)
}

func (t *wfmTarget) await(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	found, err := t.Platform.AwaitImport(ctx, t.watch, t.ref(s), t.spec.AwaitFor)
	return arrived(s, found.ID, err)
}

func (t *wfmTarget) ref(s wrapcast.Submission) genesys.ImportRef {
	return genesys.ImportRef{BusinessUnit: s.BusinessUnit, Week: *s.Week, Plan: s.Plan, OperationID: s.OperationID, Missed: t.missed}
}

// refused makes what the target definitely refused a failed submission; anything else stays an error.
func refused(s wrapcast.Submission, err error) (wrapcast.Submission, error) {
	switch wrapcast.KindOf(err) {
	case wrapcast.Refused, wrapcast.Usage, wrapcast.InvalidData, wrapcast.NotFound, wrapcast.Conflict:
		if !errors.Is(err, genesys.ErrAmbiguous) {
			s.State, s.Reason, s.StatusCode = wrapcast.SubmissionFailed, err.Error(), genesys.StatusOf(err)
			return s, nil
		}
	case wrapcast.Internal, wrapcast.Unavailable, wrapcast.Partial:
	}
	return s, err
}

// notTaken makes every definite failure of the request that counts a failed submission:
// what is known not to have been taken must not look like a doubt later.
func notTaken(ctx context.Context, s wrapcast.Submission, err error) (wrapcast.Submission, error) {
	if errors.Is(err, genesys.ErrAmbiguous) || ctx.Err() != nil {
		return s, err
	}
	s.State, s.Reason, s.StatusCode = wrapcast.SubmissionFailed, err.Error(), genesys.StatusOf(err)
	return s, nil
}

// arrived is the end of waiting: the target has it, reports that it failed, or nobody knows.
func arrived(s wrapcast.Submission, forecastID string, err error) (wrapcast.Submission, error) {
	switch {
	case err == nil:
		s.State, s.TargetForecastID, s.Reason = wrapcast.SubmissionCompleted, forecastID, ""
		return s, nil
	case errors.Is(err, genesys.ErrPending):
		s.State, s.Reason = wrapcast.SubmissionUnknown, err.Error()
		return s, nil
	}
	return refused(s, err)
}
