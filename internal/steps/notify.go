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
func notifyStep(ctx context.Context, p *pass) (result, error) {
	if err := p.deliverOld(ctx); err != nil {
		return result{}, err
	}
	deliveries, err := p.deliveries(ctx)
	if err != nil {
		return result{}, err
	}
	entry := wrapcast.AuditEntry{Detail: "no webhook is set"}
	for i, d := range deliveries {
		p.Report.Report(wrapcast.Progress{Step: wrapcast.StepNotify, What: "messages", Done: i, Total: len(deliveries)})
		if d, err = p.deliver(ctx, d); err != nil {
			return result{}, err
		}
		entry.Webhook, entry.StatusCode, entry.Detail = d.State, d.StatusCode, d.Reason
		entry.Objects = map[string]string{"delivery": string(d.ID)}
		if d.State != wrapcast.DeliveryDelivered {
			entry.Status = statusFailed
		}
	}
	if n := len(deliveries); n > 0 {
		p.Report.Report(wrapcast.Progress{Step: wrapcast.StepNotify, What: "messages", Done: n, Total: n})
	}
	return result{detail: map[string]int{"messages": len(deliveries)}, entry: entry}, nil
}

func (p *pass) deliveries(ctx context.Context) (d []wrapcast.Delivery, err error) {
	err = p.Store.View(ctx, func(tx *store.Tx) error {
		d, err = tx.Deliveries().OfRun(p.run.Organisation, p.run.ID)
		return err
	})
	return d, err
}

// deliverOld gives each message that an earlier run could not deliver one more attempt.
func (p *pass) deliverOld(ctx context.Context) error {
	const atMost = 20
	var due []wrapcast.Delivery
	err := p.Store.View(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.Deliveries().Due(p.run.Organisation, p.Clock.Now(), atMost)
		return err
	})
	if err != nil {
		return err
	}
	for _, d := range due {
		if d.Run == p.run.ID {
			continue
		}
		if _, err := p.attempt(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// deliver tries until the message is delivered or dead, or the next attempt is due too
// late for this run; then it stays in the outbox.
func (p *pass) deliver(ctx context.Context, d wrapcast.Delivery) (wrapcast.Delivery, error) {
	until := p.Clock.Now().Add(p.spec.NotifyFor)
	for d.State == wrapcast.DeliveryPending {
		var err error
		if d, err = p.attempt(ctx, d); err != nil || d.State != wrapcast.DeliveryPending || d.NextAt.After(until) {
			return d, err
		}
		wait := d.NextAt.Sub(p.Clock.Now())
		p.Report.Report(wrapcast.Progress{Step: wrapcast.StepNotify, Waiting: fmt.Sprintf("%s; trying again in %.0f s", d.Reason, wait.Seconds())})
		if err := p.Clock.Sleep(ctx, wait); err != nil {
			return d, err
		}
	}
	return d, nil
}

// attempt sends a message once and stores what became of it.
func (p *pass) attempt(ctx context.Context, was wrapcast.Delivery) (wrapcast.Delivery, error) {
	if p.Sender == nil {
		return was, wrapcast.Errorf(wrapcast.Usage, "notify", "messages wait to be delivered, but no webhook is set").
			WithHint("set WFM_WEBHOOK_URL")
	}
	began := p.Clock.Now()
	status, failure := p.Sender.Send(ctx, was)
	if ctx.Err() != nil {
		return was, ctx.Err()
	}
	d := after(was, status, failure, p.Clock.Now())
	entry := p.entry("webhook."+string(d.State), p.Clock.Since(began).Milliseconds(), wrapcast.AuditEntry{
		Objects: map[string]string{"delivery": string(d.ID)}, StatusCode: d.StatusCode, Webhook: d.State, Detail: d.Reason,
	})
	if d.State != wrapcast.DeliveryDelivered {
		entry.Status = statusFailed
	}
	err := p.commit(ctx, func(tx *store.Tx) error {
		if err := tx.Deliveries().Save(d, was); err != nil {
			return err
		}
		_, err := tx.Audit().Append(entry)
		return err
	})
	return d, err
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
			all = errors.Join(all, wrapcast.Errorf(wrapcast.Partial, "notify", "the webhook message %s was not delivered after %d attempts: %s",
				d.ID, d.Attempts, d.Reason).WithHint("everything else is done; the message stays in the outbox and the next run tries again"))
		}
	}
	return all
}
