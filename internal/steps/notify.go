package steps

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

const (
	// notifyAtOnce is how many messages are sent at a time.
	notifyAtOnce = 8
	// notifyAtLeast is how long the step may take at least: no receiver is reached in less.
	notifyAtLeast = 2 * time.Second
	// oldAtMost bounds the messages of earlier runs that one run sends.
	oldAtMost = 50
)

// notifyStep delivers the run's messages, and those of earlier runs that are due: for as long as Spec.NotifyFor says,
// all in all. What is not delivered by then stays in the outbox.
func notifyStep(ctx context.Context, r *Runner) (result, error) {
	own, old, err := r.outbox(ctx)
	if err != nil {
		return result{}, err
	}
	n := &notifying{Runner: r, left: max(r.Spec.NotifyFor, notifyAtLeast), passed: r.Clock.Elapsed()}
	sent, err := n.sendAll(ctx, own, old)
	if err != nil {
		return result{}, err
	}
	entry := wrapcast.AuditEntry{Detail: "no webhook is set"}
	for _, d := range sent[:len(own)] {
		entry.Webhook, entry.StatusCode, entry.Detail = d.State, d.StatusCode, d.Reason
		entry.Objects = map[string]string{"delivery": string(d.ID)}
		if d.State != wrapcast.DeliveryDelivered {
			entry.Status = statusFailed
		}
	}
	if n.waiting > 0 {
		entry.Detail = strings.TrimPrefix(fmt.Sprintf("%s; %d older messages were not tried within %v and wait in the outbox",
			entry.Detail, n.waiting, n.left), "; ")
	}
	return result{detail: notified{Messages: len(own), Waiting: n.waiting}, entry: entry}, nil
}

// notified is what the step leaves behind: how many messages the run had, and how many of earlier runs were due and
// not tried.
type notified struct {
	Messages int `json:"messages"`
	Waiting  int `json:"waiting,omitempty"`
}

// outbox reads the run's messages, and those of earlier runs that are due.
func (r *Runner) outbox(ctx context.Context) (own, old []wrapcast.Delivery, err error) {
	err = r.Store.View(ctx, func(tx *store.Tx) (err error) {
		if own, err = tx.Deliveries().OfRun(r.Organisation(), r.run.ID); err != nil {
			return err
		}
		old, err = tx.Deliveries().Due(r.Organisation(), r.Clock.Now(), oldAtMost)
		return err
	})
	return own, slices.DeleteFunc(old, func(d wrapcast.Delivery) bool { return d.Run == r.run.ID }), err
}

// notifying sends messages within a time.
type notifying struct {
	*Runner
	left   time.Duration
	mu     sync.Mutex // over passed, waiting and the reports
	passed func() time.Duration
	// waiting is how many messages of earlier runs there was no time for.
	waiting, done int
}

// remaining is how much of the time is left.
func (n *notifying) remaining() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.left - n.passed()
}

// report tells how far the messages have come.
func (n *notifying) report(done, total int, waiting string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.done += done
	n.Report.Report(wrapcast.Progress{Step: wrapcast.StepNotify, What: "messages", Done: n.done, Total: total,
		Waiting: waiting})
}

// sendAll sends the run's own messages, until they are delivered or the time is over, and each of the others once. It
// returns them as they are then, in their order.
func (n *notifying) sendAll(ctx context.Context, own, old []wrapcast.Delivery) ([]wrapcast.Delivery, error) {
	all := slices.Concat(own, old)
	errs := make([]error, len(all))
	var sending sync.WaitGroup
	room := make(chan struct{}, notifyAtOnce)
	for i := range all {
		room <- struct{}{}
		sending.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = wrapcast.Errorf(wrapcast.Internal, "notify", "the message broke: %v", p)
				}
				<-room
			}()
			all[i], errs[i] = n.deliver(ctx, all[i], i < len(own))
			n.report(1, len(all), "")
		})
	}
	sending.Wait()
	return all, errors.Join(errs...)
}

// deliver tries until the message is delivered or dead, or the next attempt is due too late for this run; then it stays
// in the outbox. A message of an earlier run is tried once.
func (n *notifying) deliver(ctx context.Context, d wrapcast.Delivery, own bool) (wrapcast.Delivery, error) {
	for tried := false; d.State == wrapcast.DeliveryPending; tried = true {
		left := n.remaining()
		if !own && !tried && left <= 0 {
			n.mu.Lock()
			n.waiting++
			n.mu.Unlock()
		}
		if left <= 0 || tried && !own {
			return d, nil
		}
		if tried {
			wait := d.NextAt.Sub(n.Clock.Now())
			if wait >= left {
				return d, nil
			}
			n.report(0, 0, fmt.Sprintf("%s; trying again in %.0f s", d.Reason, wait.Seconds()))
			if err := n.Clock.Sleep(ctx, wait); err != nil {
				return d, err
			}
		}
		var err error
		if d, err = n.attempt(ctx, d); err != nil {
			return d, err
		}
	}
	return d, nil
}

// attempt sends a message once, within what is left of the time, and stores the result.
func (n *notifying) attempt(ctx context.Context, was wrapcast.Delivery) (wrapcast.Delivery, error) {
	left := n.remaining()
	if left <= 0 {
		return was, nil
	}
	d, entry, err := n.f.attemptWithin(ctx, was, left)
	if err != nil {
		return was, err
	}
	return d, n.commit(ctx, func(tx *store.Tx) error {
		return KeepAttempt(tx, d, was, n.entry(entry.Action, entry.LatencyMs, entry))
	})
}

// Attempt sends a message once. It returns the message as it is then, and an audit entry that lacks only the actor;
// neither is stored.
func (f *WrapUpForecaster) Attempt(ctx context.Context, was wrapcast.Delivery) (wrapcast.Delivery, wrapcast.AuditEntry,
	error) {
	return f.attemptWithin(ctx, was, math.MaxInt64)
}

// attemptWithin is Attempt that waits for so long at most; the sender has a limit of its own.
func (f *WrapUpForecaster) attemptWithin(ctx context.Context, was wrapcast.Delivery, within time.Duration) (
	wrapcast.Delivery, wrapcast.AuditEntry, error) {
	if f.Sender == nil {
		return was, wrapcast.AuditEntry{}, wrapcast.Errorf(wrapcast.Usage, "notify",
			"messages wait to be delivered, but no webhook is set").
			WithHint("set WFM_WEBHOOK_URL")
	}
	began := f.Clock.Now()
	status, failure := f.Sender.SendWithin(ctx, was, within)
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
	d.StatusCode, d.Reason, d.TriedAt = status, "", now
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
	m := r.generated(made, submissions)
	if m.Checkpoint, err = r.checkpoint(ctx); err != nil {
		return nil, err
	}
	return r.about(webhook.TypeForecastGenerated, m)
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
		m.Submissions = append(m.Submissions, webhook.SummaryOf(s))
	}
	m.BusinessUnits = webhook.UnitsOf(r.run)
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

// addDeliveries puts messages into the outbox, and names them in the objects of the audit entry.
func addDeliveries(tx *store.Tx, messages []wrapcast.Delivery, objects map[string]string) error {
	for i, m := range messages {
		if err := tx.Deliveries().Add(m); err != nil {
			return err
		}
		objects[numbered("delivery", i, len(messages))] = string(m.ID)
	}
	return nil
}
