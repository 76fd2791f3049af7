package steps

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// messages writes the webhook messages about the run's forecast and its submissions.
func (r *Runner) messages(ctx context.Context, submissions []wrapcast.Submission) ([]wrapcast.Delivery, error) {
	if r.Spec.Webhook == "" {
		return nil, nil
	}
	made, err := r.loadForecast(ctx)
	if err != nil {
		return nil, err
	}
	now, id := r.Clock.Now(), r.f.NewID()
	body, err := webhook.Body(webhook.Event{
		ID: id, Source: webhook.Source(r.Organisation()), Type: webhook.TypeForecastGenerated,
		Subject: string(r.run.ID), Time: now, Data: r.generated(made, submissions),
	})
	if err != nil {
		return nil, err
	}
	return []wrapcast.Delivery{{ID: wrapcast.DeliveryID(id), Run: r.run.ID, Organisation: r.Organisation(),
		URL:  r.Spec.Webhook,
		Body: body, State: wrapcast.DeliveryPending, NextAt: now, CreatedAt: now}}, nil
}

func (r *Runner) generated(made wrapcast.Forecast, submissions []wrapcast.Submission) webhook.ForecastGenerated {
	now := r.Clock.Now()
	m := webhook.ForecastGenerated{Event: "forecast_generated", Timestamp: now.UTC(),
		LatencyMs: now.Sub(r.run.StartedAt).Milliseconds(),
		Schema:    webhook.ForecastGeneratedSchema, Run: r.run.ID, Forecast: made.ID,
		Status:   stateAfter(troubleOf(submissions)),
		Accuracy: made.Accuracy, Submissions: []webhook.SubmissionSummary{}}
	for i, s := range submissions {
		if i == 0 {
			m.ForecastID = s.TargetForecastID
		}
		m.Submissions = append(m.Submissions, webhook.SubmissionSummary{Target: s.Target, Week: s.Week,
			ForecastID: s.TargetForecastID, Status: s.State})
	}
	return m
}

func addDeliveries(tx *store.Tx, messages []wrapcast.Delivery) error {
	for _, m := range messages {
		if err := tx.Deliveries().Add(m); err != nil {
			return err
		}
	}
	return nil
}
