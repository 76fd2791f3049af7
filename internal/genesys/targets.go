package genesys

import (
	"cmp"
	"context"
	"errors"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

// TargetOptions say which clients bring plans to where.
type TargetOptions struct {
	// Reader is the organisation's client. It must be set.
	Reader *Client
	// Writer submits, where the organisation has a client of its own for that; nil means Reader does.
	Writer *Client
	// REST is the client of another host that takes payloads; nil means that the organisation's own API does.
	REST *Client
	// IgnoresIdempotencyKey says that the host of payloads does not honour the key.
	IgnoresIdempotencyKey bool
}

// NewTargets returns the targets that are reached over HTTP: "wfm" and "rest".
func NewTargets(o TargetOptions) target.Targets {
	writer := cmp.Or(o.Writer, o.Reader)
	return target.Targets{
		wrapcast.WFM:  &wfmTarget{Reader: o.Reader, Writer: writer},
		wrapcast.REST: &restTarget{Client: cmp.Or(o.REST, writer), IgnoresIdempotencyKey: o.IgnoresIdempotencyKey},
	}
}

// wfmTarget is the short-term forecast import of Genesys Cloud Workforce Management, as a target.
type wfmTarget struct {
	// Reader reads what is there and hears how imports end. It must be set.
	Reader *Client
	// Writer uploads and imports. It must be set; it may be Reader.
	Writer *Client
}

// Traits implements [target.Target].
func (*wfmTarget) Traits() target.Traits { return target.Traits{Weekly: true, Finds: true} }

// Compare implements [target.Target]: any forecast that covers the week counts, see [Client.Covering].
func (t *wfmTarget) Compare(ctx context.Context, unit wrapcast.BusinessUnit, week wrapcast.Date) (*target.Held, error) {
	return t.Reader.held(ctx, unit, week)
}

// RequiredStaff implements [target.Staffed].
func (t *wfmTarget) RequiredStaff(ctx context.Context, unit wrapcast.BusinessUnit, week wrapcast.Date,
	forecast string) (target.RequiredStaff, error) {
	return t.Reader.RequiredStaff(ctx, unit, week, forecast)
}

// Open implements [target.Target]. It listens before the import is made: the platform repeats no notification.
func (t *wfmTarget) Open(ctx context.Context, plan wrapcast.Plan, s wrapcast.Submission,
	w target.Waits) target.Session {
	session := &wfmSession{wfmTarget: t, plan: plan, waits: w, missed: !s.SentAt.IsZero()}
	// without a channel the list is looked at instead
	session.watch, _ = t.Reader.Subscribe(ctx, plan.Week.BusinessUnit.ID)
	return session
}

type wfmSession struct {
	*wfmTarget
	plan  wrapcast.Plan
	waits target.Waits
	// watch hears how imports end; nil where the channel cannot be had.
	watch *Watch
	// missed says that an earlier process may have been told how the import ended.
	missed bool
}

// Close implements [target.Session].
func (s *wfmSession) Close() { s.watch.Close() }

// Prepare implements [target.Session]: it uploads the plan. Uploads have no effect, so one is made again after a crash.
func (s *wfmSession) Prepare(ctx context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	if sub.State == wrapcast.SubmissionPlanned {
		sub.State = wrapcast.SubmissionUploading
		return sub, nil
	}
	key, err := s.Writer.Upload(ctx, s.plan)
	if err != nil {
		return refused(sub, err)
	}
	sub.State, sub.UploadKey = wrapcast.SubmissionSending, key
	return sub, nil
}

// Send implements [target.Session]: it makes the one POST that counts.
func (s *wfmSession) Send(ctx context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	done, err := s.Writer.Import(ctx, sub.BusinessUnit, *sub.Week, sub.UploadKey)
	if err != nil {
		return notTaken(ctx, sub, err)
	}
	sub.State, sub.OperationID, sub.StatusCode = wrapcast.SubmissionAccepted, done.OperationID, done.StatusCode
	if done.Forecast != nil {
		sub.State, sub.TargetForecastID = wrapcast.SubmissionCompleted, done.Forecast.ID
	}
	return sub, nil
}

// Find implements [target.Session]: it searches the platform for the plan's id.
func (s *wfmSession) Find(ctx context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	found, err := s.Reader.AwaitImport(ctx, s.watch, s.ref(sub), s.waits.Lost)
	return settled(sub, found.ID, err)
}

// Await implements [target.Session].
func (s *wfmSession) Await(ctx context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	found, err := s.Reader.AwaitImport(ctx, s.watch, s.ref(sub), s.waits.Accepted)
	return settled(sub, found.ID, err)
}

func (s *wfmSession) ref(sub wrapcast.Submission) ImportRef {
	return ImportRef{BusinessUnit: sub.BusinessUnit, Week: *sub.Week, Plan: sub.Plan, OperationID: sub.OperationID,
		Missed: s.missed, SentAt: sub.SentAt, Unheard: s.waits.Unheard}
}

// restTarget is a host that takes the payload of codes at /api/v2/wfm/scheduling/forecasts, as a target.
type restTarget struct {
	// Client is that of the host. It must be set.
	Client *Client
	// IgnoresIdempotencyKey says that the host does not honour the key: a lost answer is a doubt there.
	IgnoresIdempotencyKey bool
}

// Traits implements [target.Target].
func (*restTarget) Traits() target.Traits { return target.Traits{} }

// Compare implements [target.Target]: the host lists nothing.
func (*restTarget) Compare(context.Context, wrapcast.BusinessUnit, wrapcast.Date) (*target.Held, error) {
	return nil, nil //nolint:nilnil // holding nothing that can be known is a valid answer
}

// Open implements [target.Target].
func (t *restTarget) Open(_ context.Context, plan wrapcast.Plan, _ wrapcast.Submission, w target.Waits) target.Session {
	return &restSession{restTarget: t, plan: plan, waits: w}
}

type restSession struct {
	*restTarget
	plan  wrapcast.Plan
	waits target.Waits
}

// Close implements [target.Session].
func (*restSession) Close() {}

// Prepare implements [target.Session]: there is nothing to lay down first.
func (s *restSession) Prepare(_ context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	sub.State = wrapcast.SubmissionSending
	return sub, nil
}

// Send implements [target.Session]: it posts the payload. The submission's id is the Idempotency-Key.
func (s *restSession) Send(ctx context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	done, err := s.Client.PostForecast(ctx, *s.plan.Payload, string(sub.ID))
	if err != nil {
		return notTaken(ctx, sub, err)
	}
	sub.State, sub.TargetForecastID, sub.StatusCode = wrapcast.SubmissionAccepted, done.ID, done.StatusCode
	return sub, nil
}

// Find implements [target.Session]. It sends the same request again where the host honours the key, and gets the
// forecast the host already has. Where it does not, nothing can be found out.
func (s *restSession) Find(ctx context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	if !s.IgnoresIdempotencyKey {
		return s.Send(ctx, sub)
	}
	sub.State = wrapcast.SubmissionUnknown
	sub.Reason = "the answer was lost, and the target neither honours an Idempotency-Key nor lists what it has"
	return sub, nil
}

// Await implements [target.Session].
func (s *restSession) Await(ctx context.Context, sub wrapcast.Submission) (wrapcast.Submission, error) {
	_, err := s.Client.PollForecast(ctx, sub.TargetForecastID, s.waits.Poll, s.waits.Accepted)
	return settled(sub, sub.TargetForecastID, err)
}

// refused makes what the platform definitely refused a failed submission; anything else stays an error.
func refused(s wrapcast.Submission, err error) (wrapcast.Submission, error) {
	switch wrapcast.KindOf(err) {
	case wrapcast.Refused, wrapcast.Usage, wrapcast.InvalidData, wrapcast.NotFound, wrapcast.Conflict:
		if !errors.Is(err, target.ErrAmbiguous) {
			return failed(s, err), nil
		}
	case wrapcast.Internal, wrapcast.Unavailable, wrapcast.Partial:
	}
	return s, err
}

// notTaken makes every definite failure of the request that counts a failed submission: what is known not to have been
// taken must not look like a doubt later.
func notTaken(ctx context.Context, s wrapcast.Submission, err error) (wrapcast.Submission, error) {
	if errors.Is(err, target.ErrAmbiguous) || ctx.Err() != nil {
		return s, err
	}
	return failed(s, err), nil
}

func failed(s wrapcast.Submission, err error) wrapcast.Submission {
	s.State, s.Reason, s.StatusCode = wrapcast.SubmissionFailed, err.Error(), statusOf(err)
	return s
}

// settled is the end of waiting: the platform has it, reports that it failed, or nobody knows.
func settled(s wrapcast.Submission, forecastID string, err error) (wrapcast.Submission, error) {
	switch {
	case err == nil:
		s.State, s.TargetForecastID, s.Reason = wrapcast.SubmissionCompleted, forecastID, ""
		return s, nil
	case errors.Is(err, errPending):
		s.State, s.Reason = wrapcast.SubmissionUnknown, err.Error()
		return s, nil
	}
	return refused(s, err)
}
