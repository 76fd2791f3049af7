package steps

import (
	"context"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// Message is what a webhook is told.
type Message struct {
	Organisation wrapcast.OrganisationID
	// Run is the run it tells of, "" for none.
	Run wrapcast.RunID
	// URL is the receiver, Type that of the CloudEvents event, Subject what happened to; Data is its data.
	URL, Type, Subject string
	Data               any
}

// Message makes a message that is to be sent at once; whoever stores what it tells of puts it into the outbox.
func (f *WrapUpForecaster) Message(m Message) (wrapcast.Delivery, error) {
	now, id := f.Clock.Now(), f.NewID()
	body, err := webhook.Body(webhook.Event{ID: id, Source: webhook.Source(m.Organisation), Type: m.Type,
		Subject: m.Subject, Time: now, Data: m.Data})
	return wrapcast.Delivery{ID: wrapcast.DeliveryID(id), Run: m.Run, Organisation: m.Organisation, URL: m.URL, Body: body,
		State: wrapcast.DeliveryPending, NextAt: now, CreatedAt: now}, err
}

// about makes a message of the run; nobody is told of a dry run, or where no webhook is set.
func (r *Runner) about(kind string, data any) ([]wrapcast.Delivery, error) {
	if r.Spec.Webhook == "" || r.Spec.DryRun {
		return nil, nil
	}
	d, err := r.f.Message(Message{r.Organisation(), r.run.ID, r.Spec.Webhook, kind, string(r.run.ID), data})
	return []wrapcast.Delivery{d}, err
}

// alerts are the messages of a run that is over and did not go through: it failed, a person has to look at it, or
// nobody knows whether the platform has taken a plan.
func (r *Runner) alerts(tx *store.Tx) ([]wrapcast.Delivery, error) {
	var all []wrapcast.Delivery
	if kind := alertType(r.run); kind != "" {
		d, err := r.about(kind, webhook.AlertOf(r.run))
		if err != nil {
			return nil, err
		}
		all = append(all, d...)
	}
	submissions, err := tx.Submissions().OfRun(r.Organisation(), r.run.ID)
	for _, s := range submissions {
		if err == nil && s.State == wrapcast.SubmissionUnknown {
			var d []wrapcast.Delivery
			d, err = r.about(webhook.TypeSubmissionUnknown, webhook.UnknownOf(s))
			all = append(all, d...)
		}
	}
	return all, err
}

// alertType is that of the event of a run that is over, "" where there is nothing to tell beside its result.
func alertType(r wrapcast.Run) string {
	switch {
	case r.Held():
		return webhook.TypeRunHeld
	case r.State == wrapcast.RunFailed:
		return webhook.TypeRunFailed
	}
	return ""
}

// addAlerts puts the alerts of a run into the outbox, in the transaction that ends it.
func (r *Runner) addAlerts(tx *store.Tx) error {
	messages, err := r.alerts(tx)
	if err != nil {
		return err
	}
	return addDeliveries(tx, messages, map[string]string{}) // the entry of the first attempt names it
}

// sendAlerts makes one attempt at each message that the end of the run has left; what fails stays in the outbox, and
// the run's own end is what is to be told.
func (r *Runner) sendAlerts(ctx context.Context) {
	if r.Spec.DryRun || r.f.Sender == nil || ctx.Err() != nil {
		return
	}
	messages, _, err := r.outbox(ctx)
	if err != nil {
		return
	}
	due := slices.DeleteFunc(messages, func(d wrapcast.Delivery) bool {
		return d.State != wrapcast.DeliveryPending || d.NextAt.After(r.Clock.Now())
	})
	n := &notifying{Runner: r, left: max(r.Spec.NotifyFor, notifyAtLeast), passed: r.Clock.Elapsed()}
	_, _ = n.sendAll(ctx, nil, due)
}

// alarmMessages tell of what leaves its interval too often and did not when the forecast before was made.
func (r *Runner) alarmMessages(ctx context.Context, made wrapcast.ForecastID,
	alarms []wrapcast.Finding) ([]wrapcast.Delivery, error) {
	if len(alarms) == 0 {
		return nil, nil
	}
	before, err := r.toldBefore(ctx)
	if err != nil {
		return nil, err
	}
	fresh := slices.DeleteFunc(slices.Clone(alarms), func(a wrapcast.Finding) bool {
		return slices.ContainsFunc(before.Findings, func(b wrapcast.Finding) bool {
			return a.Code == b.Code && a.Place == b.Place
		})
	})
	if len(fresh) == 0 {
		return nil, nil
	}
	return r.about(webhook.TypeAccuracyAlarm, webhook.AccuracyAlarm{Schema: webhook.AccuracyAlarmSchema, Run: r.run.ID,
		Forecast: made, Alarms: fresh})
}

// toldBefore is the forecast of the latest earlier run that was no dry run, so that its alarms were told; an empty one
// where there is none among the last runs.
func (r *Runner) toldBefore(ctx context.Context) (made wrapcast.Forecast, err error) {
	const some = 50
	err = r.Store.View(ctx, func(tx *store.Tx) error {
		runs, err := tx.Runs().Latest(r.Organisation(), some)
		for _, run := range runs {
			spec, specErr := specOf(run)
			if err != nil || run.ID == r.run.ID || specErr != nil || spec.DryRun {
				continue
			}
			if made, err = tx.Forecasts().OfRun(r.Organisation(), run.ID, r.Unit()); err == nil {
				return nil
			}
			if wrapcast.KindOf(err) == wrapcast.NotFound {
				err = nil
			}
		}
		return err
	})
	return made, err
}

// NotBegun is a run that could not begin.
type NotBegun struct {
	Organisation wrapcast.OrganisationID
	// Schedule is what asked for it at Due, "" where a person did.
	Schedule wrapcast.ScheduleID
	Due      time.Time
	Actor    string
	Why      error
}

// TellNotBegun puts into the outbox that a run could not begin; nil where nobody is to be told.
func (f *WrapUpForecaster) TellNotBegun(tx *store.Tx, spec Spec, n NotBegun) (*wrapcast.Delivery, error) {
	if spec.Webhook == "" || spec.DryRun {
		return nil, nil //nolint:nilnil // no message is a valid answer
	}
	d, err := f.Message(Message{Organisation: n.Organisation, URL: spec.Webhook, Type: webhook.TypeRunFailed,
		Subject: string(n.Schedule), Data: webhook.RunAlert{Schema: webhook.RunAlertSchema, Schedule: n.Schedule,
			Actor: n.Actor, Status: wrapcast.RunPending, StartedAt: n.Due.UTC(), Reason: n.Why.Error(),
			Hint: wrapcast.Hint(n.Why)}})
	if err != nil {
		return nil, err
	}
	return &d, tx.Deliveries().Add(d)
}

// notBegun tells the webhook of a run that a person or a timer of the system asked for and that could not begin: its
// organisation is the only one that the store holds. What the command line got wrong is told there alone. The error to
// be told is why; one of telling leaves the message to the next run.
func (f *WrapUpForecaster) notBegun(ctx context.Context, spec Spec, why error) {
	kind := wrapcast.KindOf(why)
	if kind != wrapcast.Refused && kind != wrapcast.Unavailable || f.Sender == nil || ctx.Err() != nil {
		return
	}
	var told *wrapcast.Delivery
	err := f.Store.Update(ctx, func(tx *store.Tx) error {
		all, err := tx.Directory().Organisations()
		if err != nil || len(all) != 1 {
			return err
		}
		told, err = f.TellNotBegun(tx, spec, NotBegun{Organisation: all[0].ID, Due: f.Clock.Now(), Actor: spec.Actor,
			Why: why})
		return err
	})
	if err != nil || told == nil {
		return
	}
	d, entry, err := f.attemptWithin(ctx, *told, max(spec.NotifyFor, notifyAtLeast))
	if err == nil {
		entry.Actor = spec.Actor
		_ = f.Store.Update(ctx, func(tx *store.Tx) error { return KeepAttempt(tx, d, *told, entry) })
	}
}
