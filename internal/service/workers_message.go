package service

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/traces"
)

// messageArgs is the job of sending one message once.
type messageArgs struct {
	Organisation wrapcast.OrganisationID `json:"organisation" river:"unique"`
	Delivery     wrapcast.DeliveryID     `json:"delivery" river:"unique"`
	// Attempts is how often it was sent before.
	Attempts int `json:"attempts" river:"unique"`
	// Round keeps a message that is due from being enqueued every minute. It passes, because a process may die with the
	// job.
	Round int64  `json:"round" river:"unique"`
	Actor string `json:"actor"`
}

// Kind implements river.JobArgs.
func (messageArgs) Kind() string { return "message" }

// InsertOpts implements river.JobArgsWithInsertOpts. The outbox says when a message is tried again, not the queue.
func (messageArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: messageQueue, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

type messageWorker struct {
	river.WorkerDefaults[messageArgs]
	fleet *Fleet
}

// Timeout implements river.Worker.
func (*messageWorker) Timeout(*river.Job[messageArgs]) time.Duration { return time.Minute }

// Work implements river.Worker: one attempt, unless somebody else made it.
func (w *messageWorker) Work(ctx context.Context, job *river.Job[messageArgs]) (err error) {
	ctx, span := traces.Begin(ctx, "job "+job.Kind, traced(job.JobRow)...)
	defer func() { traces.End(span, failed(err)) }()
	const notHere = 10 * time.Second
	args := job.Args
	s := w.fleet.of(args.Organisation)
	if s == nil {
		return river.JobSnooze(notHere)
	}
	f := s.Forecaster
	var was wrapcast.Delivery
	err = f.Store.View(ctx, func(tx *store.Tx) (err error) {
		was, err = tx.Deliveries().Get(args.Organisation, args.Delivery)
		return err
	})
	if err != nil || was.State != wrapcast.DeliveryPending || was.Attempts != args.Attempts || f.Sender == nil {
		return err
	}
	d, entry, err := f.Attempt(ctx, was)
	if err != nil {
		return err
	}
	entry.Actor = args.Actor
	return f.Store.Update(ctx, func(tx *store.Tx) error { return steps.KeepAttempt(tx, d, was, entry) })
}

// Replay sends a message again, whatever became of it: its id stays the same, so that a receiver who has
// it knows. It returns Conflict where the message waits to be sent anyway.
func (s *Service) Replay(ctx context.Context, org wrapcast.OrganisationID, id wrapcast.DeliveryID,
	actor string) (d wrapcast.Delivery, err error) {
	if s.Forecaster.Sender == nil {
		return d, noWebhook()
	}
	f := s.Forecaster
	err = f.Store.Update(ctx, func(tx *store.Tx) error {
		was, err := tx.Deliveries().Get(org, id)
		if err != nil {
			return err
		}
		if was.State == wrapcast.DeliveryPending {
			return wrapcast.Errorf(wrapcast.Conflict, "replay",
				"the message is already waiting to be sent").WithHint("it is due at %s",
				was.NextAt.Format(time.RFC3339))
		}
		d = was
		d.State, d.Attempts, d.NextAt, d.DeliveredAt = wrapcast.DeliveryPending, 0, f.Clock.Now(), time.Time{}
		if err := tx.Deliveries().Save(d, was); err != nil {
			return err
		}
		return s.send(tx, d, actor, "webhook.replayed")
	})
	return d, err
}

// TestMessage sends a message that tells of nothing, to see whether it arrives.
func (s *Service) TestMessage(ctx context.Context, actor string) (d wrapcast.Delivery, err error) {
	f := s.Forecaster
	if f.Sender == nil || s.Spec.Webhook == "" {
		return d, noWebhook()
	}
	org, err := s.Meet(ctx)
	if err != nil {
		return d, err
	}
	d, err = f.Message(steps.Message{Organisation: org.ID, URL: s.Spec.Webhook, Type: typeTest, Subject: "test",
		Data: map[string]string{"schema": "wrapcast.test/1", "actor": actor}})
	if err != nil {
		return d, err
	}
	err = f.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Deliveries().Add(d); err != nil {
			return err
		}
		return s.send(tx, d, actor, "webhook.tested")
	})
	return d, err
}

// typeTest is the CloudEvents type of a test message.
const typeTest = "io.wrapcast.test.v1"

func noWebhook() error {
	return wrapcast.Errorf(wrapcast.Conflict, "",
		"no webhook is set").WithHint("set WFM_WEBHOOK_URL, or webhook.url in the settings file, and start again")
}

// send enqueues a message now and says who wanted it.
func (s *Service) send(tx *store.Tx, d wrapcast.Delivery, actor, action string) error {
	entry := wrapcast.AuditEntry{Organisation: d.Organisation, Run: d.Run, At: s.Forecaster.Clock.Now(), Actor: actor,
		Action: action, Status: steps.StatusOK,
		Objects: map[string]string{"delivery": string(d.ID)}, Webhook: d.State}
	if _, err := tx.Audit().Append(entry); err != nil {
		return err
	}
	return s.post(tx, d, actor, d.NextAt.UnixMilli())
}

func (s *Service) post(tx *store.Tx, d wrapcast.Delivery, actor string, round int64) error {
	_, err := tx.Enqueue(s.fleet.queue, messageArgs{Organisation: d.Organisation, Delivery: d.ID, Attempts: d.Attempts,
		Round: round, Actor: actor}, nil)
	return err
}
