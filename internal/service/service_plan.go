package service

import (
	"cmp"
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// PlanRequest is what somebody asks of a plan; zero fields leave what the settings say.
type PlanRequest struct {
	// Weeks is how many weeks are planned, Target where the plans go.
	Weeks  int
	Target wrapcast.Target
	// BusinessUnits are planned, by id or name, instead of those of the settings.
	BusinessUnits []string
}

// Plan makes and keeps plans of the latest forecast, to be looked at and submitted; see [steps.WrapUpForecaster.Plan].
func (s *Service) Plan(ctx context.Context, r PlanRequest, actor string) (steps.PlanList, error) {
	spec := s.spec(RunRequest{Weeks: r.Weeks, BusinessUnits: r.BusinessUnits}, actor)
	spec.Target = cmp.Or(r.Target, spec.Target)
	return s.Forecaster.Plan(ctx, spec, true)
}

// Rollback makes and keeps the plans that put back what was planned before; see [steps.WrapUpForecaster.Rollback].
func (s *Service) Rollback(ctx context.Context, units []string, week *wrapcast.Date, to wrapcast.PlanID,
	actor string) (steps.PlanList, error) {
	return s.Forecaster.Rollback(ctx, s.spec(RunRequest{BusinessUnits: units}, actor), week, to)
}

// Settle looks at the target for every submission whose outcome is not known; see [steps.WrapUpForecaster.Settle]. It
// returns Conflict while a run is under way, which settles what it has submitted itself.
func (s *Service) Settle(ctx context.Context, actor string) ([]wrapcast.Submission, error) {
	beside := *s.Forecaster
	beside.Holder += "/settle" // or the lease would be taken for that of the run under way, and given back with it
	settled, err := beside.Settle(ctx, s.spec(RunRequest{}, actor))
	if wrapcast.KindOf(err) == wrapcast.Partial || wrapcast.KindOf(err) == wrapcast.Refused && len(settled) > 0 {
		err = nil // the submissions themselves say how they ended
	}
	return settled, err
}

// Check looks whether a run would work: credentials, permissions, business unit, codes, webhook. Nothing it sends
// changes anything.
func (s *Service) Check(ctx context.Context) []wrapcast.Check {
	f := s.Forecaster
	var found []wrapcast.Check
	if s.CheckSource != nil {
		found = s.CheckSource(ctx)
	}
	webhook := wrapcast.Check{Name: "webhook", Status: wrapcast.CheckSkipped, Message: "none is set"}
	if f.Sender != nil && s.Spec.Webhook != "" {
		webhook.Status, webhook.Message = wrapcast.CheckOK, "something answers at its address"
		if err := f.Sender.Probe(ctx, s.Spec.Webhook); err != nil {
			webhook.Status, webhook.Message, webhook.Advice = wrapcast.CheckWarning, err.Error(), wrapcast.Hint(err)
		}
	}
	return append(found, webhook)
}

// Usage is what the service has taken of the platform since it began.
func (s *Service) Usage() source.Usage { return s.Forecaster.Usage() }
