package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// notifyStep delivers the run's messages, and those of earlier runs that are due.
func notifyStep(ctx context.Context, r *Runner) (result, error) {
	if err := r.deliverOld(ctx); err != nil {
		return result{}, err
	}
	deliveries, err := r.deliveries(ctx)
	if err != nil {
		return result{}, err
	}
	entry := wrapcast.AuditEntry{Detail: "no webhook is set"}
	for i, d := range deliveries {
		r.Report.Report(wrapcast.Progress{Step: wrapcast.StepNotify, What: "messages", Done: i, Total: len(deliveries)})
		if d, err = r.deliver(ctx, d); err != nil {
			return result{}, err
		}
		entry.Webhook, entry.StatusCode, entry.Detail = d.State, d.StatusCode, d.Reason
		entry.Objects = map[string]string{"delivery": string(d.ID)}
		if d.State != wrapcast.DeliveryDelivered {
			entry.Status = statusFailed
		}
	}
	if n := len(deliveries); n > 0 {
		r.Report.Report(wrapcast.Progress{Step: wrapcast.StepNotify, What: "messages", Done: n, Total: n})
	}
	return result{detail: map[string]int{"messages": len(deliveries)}, entry: entry}, nil
}

func (r *Runner) deliveries(ctx context.Context) (d []wrapcast.Delivery, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		d, err = tx.Deliveries().OfRun(r.Organisation(), r.run.ID)
		return err
	})
	return d, err
}

// deliverOld gives each message that an earlier run could not deliver one more attempt.
func (r *Runner) deliverOld(ctx context.Context) error {
	const atMost = 20
	var due []wrapcast.Delivery
	err := r.Store.View(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.Deliveries().Due(r.Organisation(), r.Clock.Now(), atMost)
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range due {
		if d.Run == r.run.ID {
			continue
		}
		if _, err := r.attempt(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// deliver tries until the message is delivered or dead, or the next attempt is due too
// late for this run; then it stays in the outbox.
func (r *Runner) deliver(ctx context.Context, d wrapcast.Delivery) (wrapcast.Delivery, error) {
	until := r.Clock.Now().Add(r.Spec.NotifyFor)
	for d.State == wrapcast.DeliveryPending {
		var err error
		if d, err = r.attempt(ctx, d); err != nil || d.State != wrapcast.DeliveryPending || d.NextAt.After(until) {
			return d, err
		}
		wait := d.NextAt.Sub(r.Clock.Now())
		r.Report.Report(wrapcast.Progress{Step: wrapcast.StepNotify, Waiting: fmt.Sprintf("%s; trying again in %.0f s",
			d.Reason, wait.Seconds())})
		if err := r.Clock.Sleep(ctx, wait); err != nil {
			return d, err
		}
	}
	return d, nil
}

// attempt sends a message once and stores the result.
func (r *Runner) attempt(ctx context.Context, was wrapcast.Delivery) (wrapcast.Delivery, error) {
	d, entry, err := r.f.Attempt(ctx, was)
	if err != nil {
		return was, err
	}
	return d, r.commit(ctx, func(tx *store.Tx) error {
		return KeepAttempt(tx, d, was, r.entry(entry.Action, entry.LatencyMs, entry))
	})
}

// Attempt sends a message once. It returns the message as it is then, and an audit entry that lacks only the actor;
// neither is stored.
func (f *WrapUpForecaster) Attempt(ctx context.Context, was wrapcast.Delivery) (wrapcast.Delivery, wrapcast.AuditEntry,
	error) {
	if f.Sender == nil {
		return was, wrapcast.AuditEntry{}, wrapcast.Errorf(wrapcast.Usage, "notify",
			"messages wait to be delivered, but no webhook is set").
			WithHint("set WFM_WEBHOOK_URL")
	}
	began := f.Clock.Now()
	status, failure := f.Sender.Send(ctx, was)
	if ctx.Err() != nil {
		return was, wrapcast.AuditEntry{}, ctx.Err()
	}
	d := after(was, status, failure, f.Clock.Now())
	entry := wrapcast.AuditEntry{Organisation: d.Organisation, Run: d.Run, At: f.Clock.Now(),
		Action: "webhook." + string(d.State),
		Status: StatusOK, StatusCode: d.StatusCode, LatencyMs: f.Clock.Since(began).Milliseconds(),
		Objects: map[string]string{"delivery": string(d.ID)}, Webhook: d.State, Detail: d.Reason}
	if d.State != wrapcast.DeliveryDelivered {
		entry.Status = statusFailed
	}
	return d, entry, nil
}

// KeepAttempt stores the result of sending a message, if it is still as it was before the attempt.
func KeepAttempt(tx *store.Tx, d, was wrapcast.Delivery, entry wrapcast.AuditEntry) error {
	if err := tx.Deliveries().Save(d, was); err != nil {
		return err
	}
	_, err := tx.Audit().Append(entry)
	return err
}

// after is a delivery after one more attempt.
func after(d wrapcast.Delivery, status int, failure error, now time.Time) wrapcast.Delivery {
	d.Attempts++
	d.StatusCode, d.Reason = status, ""
	if failure == nil {
		d.State, d.DeliveredAt = wrapcast.DeliveryDelivered, now
		return d
	}
	d.Reason = failure.Error()
	next, dead := webhook.Schedule{}.Next(d.ID, d.Attempts, now, webhook.RetryAfter(failure))
	if dead || webhook.Permanent(failure) {
		d.State = wrapcast.DeliveryDead
		return d
	}
	d.NextAt = next
	return d
}

// undelivered is the error of messages that did not arrive: the work is done, but nobody was told.
func undelivered(deliveries []wrapcast.Delivery) error {
	var all error
	for _, d := range deliveries {
		if d.State != wrapcast.DeliveryDelivered {
			all = errors.Join(all, wrapcast.Errorf(wrapcast.Partial, "notify",
				"the webhook message %s was not delivered after %d attempts: %s",
				d.ID, d.Attempts, d.Reason).WithHint("everything else is done; the message stays in the outbox and the next run tries again"))
		}
	}
	return all
}

// messages writes the webhook messages about the run's forecast and its submissions.
func (r *Runner) messages(ctx context.Context, submissions []wrapcast.Submission) ([]wrapcast.Delivery, error) {
	if r.Spec.Webhook == "" {
		return nil, nil
	}
	made, err := r.anyForecast(ctx)
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
	r.endUnits(submissions)
	m := webhook.ForecastGenerated{Event: "forecast_generated", Timestamp: now.UTC(),
		LatencyMs: now.Sub(r.run.StartedAt).Milliseconds(),
		Schema:    webhook.ForecastGeneratedSchema, Run: r.run.ID, Forecast: made.ID,
		Status:   stateAfter(r.unitTrouble(submissions)),
		Accuracy: made.Accuracy, Submissions: []webhook.SubmissionSummary{}}
	for i, s := range submissions {
		if i == 0 {
			m.ForecastID = s.TargetForecastID
		}
		m.Submissions = append(m.Submissions, webhook.SubmissionSummary{Target: s.Target,
			BusinessUnit: s.BusinessUnit, Week: s.Week, ForecastID: s.TargetForecastID, Status: s.State})
	}
	for _, u := range r.run.Units {
		m.BusinessUnits = append(m.BusinessUnits, webhook.UnitSummary{ID: u.ID, Name: u.Name, Status: u.State,
			Reason: u.Reason})
	}
	return m
}

// anyForecast is the run's forecast, of the first business unit that has one.
func (r *Runner) anyForecast(ctx context.Context) (made wrapcast.Forecast, err error) {
	for _, v := range r.views {
		one := *r
		one.View = v
		if made, err = one.loadForecast(ctx); wrapcast.KindOf(err) != wrapcast.NotFound {
			break
		}
	}
	return made, err
}

func addDeliveries(tx *store.Tx, messages []wrapcast.Delivery) error {
	for _, m := range messages {
		if err := tx.Deliveries().Add(m); err != nil {
			return err
		}
	}
	return nil
}
