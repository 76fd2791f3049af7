package flow

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
)

// restTarget takes the founding article's payload.
type restTarget struct {
	*pass
	plan wrapcast.Plan
}

func (t *restTarget) client() *genesys.Client {
	if t.REST != nil {
		return t.REST
	}
	return t.writer()
}

func (*restTarget) close() {}

// prepare has nothing to lay down first.
func (t *restTarget) prepare(_ context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	s.State, s.SentAt = wrapcast.SubmissionSending, t.Clock.Now()
	return s, nil
}

// send posts the payload. The submission's id is the Idempotency-Key.
func (t *restTarget) send(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	done, err := t.client().PostForecast(ctx, *t.plan.Payload, string(s.ID))
	if err != nil {
		return notTaken(ctx, s, err)
	}
	s.State, s.TargetForecastID, s.StatusCode = wrapcast.SubmissionAccepted, done.ID, done.StatusCode
	return s, nil
}

// look sends the same request again where the target honours the key, and gets the
// forecast it already has. Where it does not, nothing can be found out.
func (t *restTarget) look(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	if !t.IgnoresIdempotencyKey {
		return t.send(ctx, s)
	}
	s.State = wrapcast.SubmissionUnknown
	s.Reason = "the answer was lost, and the target neither honours an Idempotency-Key nor lists what it has"
	return s, nil
}

func (t *restTarget) await(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error) {
	_, err := t.client().PollForecast(ctx, s.TargetForecastID, t.spec.PollEvery, t.spec.AwaitFor)
	return arrived(s, s.TargetForecastID, err)
}
