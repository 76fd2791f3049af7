package steps_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// served starts a service on a world.
func served(t *testing.T, w *world, change ...func(*service.Config)) *service.Service {
	t.Helper()
	return servedIn(t.Context(), t, w, change...)
}

func servedIn(ctx context.Context, t *testing.T, w *world, change ...func(*service.Config)) *service.Service {
	t.Helper()
	c := service.Config{Forecaster: w.WrapUpForecaster, Spec: w.spec, TickEvery: 100 * time.Millisecond}
	for _, f := range change {
		f(&c)
	}
	s, err := service.Start(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *service.Service) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Errorf("the service stops with %v", err)
	}
}

func (w *world) organisation() wrapcast.OrganisationID { return w.sim.Directory().Organisation.ID }

// awaitRun waits until a run is over.
func (w *world) awaitRun(t *testing.T, id wrapcast.RunID) wrapcast.Run {
	t.Helper()
	var run wrapcast.Run
	await(t, "the end of run "+string(id), func() bool {
		run = w.storedRun(t, id)
		return run.State != wrapcast.RunPending && run.State != wrapcast.RunRunning
	})
	return run
}

func (w *world) storedRun(t *testing.T, id wrapcast.RunID) (run wrapcast.Run) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		run, err = tx.Runs().Get(w.organisation(), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// runs returns the runs there are, the latest first.
func (w *world) runs(t *testing.T) (runs []wrapcast.Run) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		runs, err = tx.Runs().Latest(w.organisation(), 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

func await(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); !reached(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestServiceRunIsTheSameRunAsTheCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	traced, spans := tracedContext(t)
	s := servedIn(traced, t, w)
	asked, err := s.StartRun(t.Context(), service.RunRequest{}, "farah")
	if err != nil {
		t.Fatal(err)
	}
	run := w.awaitRun(t, asked.ID)
	await(t, "the last step's span", func() bool { return len(spansNamed(spans, "job step")) >= len(run.Steps) })
	inOneTrace(t, spans, run)
	if run.State != wrapcast.RunDone || run.Actor != "farah" {
		t.Fatalf("the run is %s by %s: %s", run.State, run.Actor, run.Reason)
	}
	if n := w.acceptedOnce(t); n != 1 {
		t.Errorf("%d plans were accepted", n)
	}
	if n := len(w.told(webhook.TypeForecastGenerated)); n != 1 {
		t.Errorf("%d messages arrived", n)
	}
	chain := w.chain(t)
	other := newWorld(t)
	traced, spans = tracedContext(t)
	out, err := other.Run(traced, other.spec)
	if err != nil {
		t.Fatalf("the command's run ended with: %v", err)
	}
	inOneTrace(t, spans, out.Run)
	if want := append([]string{"run.asked ok"}, other.chain(t)...); !slices.Equal(chain, want) {
		t.Errorf("the chain is\n%v, the command's is\n%v", chain, want)
	}
}

func TestServiceRefusesASecondRunWhileOneIsUnderWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := served(t, w)
	first, err := s.StartRun(t.Context(), service.RunRequest{DryRun: true}, "farah")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.StartRun(t.Context(), service.RunRequest{DryRun: true}, "sven"); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("a second run gets %v", err)
	}
	if _, err := w.process(t, "another").Run(t.Context(), w.spec); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("the command beside it gets %v", err)
	}
	if run := w.awaitRun(t, first.ID); run.State != wrapcast.RunDone {
		t.Errorf("the first run is %s: %s", run.State, run.Reason)
	}
}

// A service that stops in the middle of any step leaves a run that the next service finishes.
func TestServiceTakesUpWhatItLeft(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"extraction": "/api/v2/analytics/", "upload": "/uploadurl"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			reached := make(chan struct{})
			var once atomic.Bool
			w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
				if strings.Contains(r.URL.Path, path) && r.Method == http.MethodPost && once.CompareAndSwap(false, true) {
					close(reached)
					<-r.Context().Done()
					return nil, r.Context().Err()
				}
				return send()
			})
			s := served(t, w)
			asked, err := s.StartRun(t.Context(), service.RunRequest{}, "farah")
			if err != nil {
				t.Fatal(err)
			}
			<-reached
			stop(t, s)
			if run := w.storedRun(t, asked.ID); run.State != wrapcast.RunRunning {
				t.Fatalf("the run left behind is %s", run.State)
			}
			w.WrapUpForecaster = w.process(t, "two")
			served(t, w)
			if run := w.awaitRun(t, asked.ID); run.State != wrapcast.RunDone {
				t.Errorf("the run taken up is %s: %s", run.State, run.Reason)
			}
			if n := w.acceptedOnce(t); n != 1 {
				t.Errorf("%d plans were accepted", n)
			}
		})
	}
}

func TestServiceBeginsTheRunsThatAreDueAndMakesUpForAMissedNight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	w.Clock.Now = func() time.Time { return time.Unix(0, now.Load()) }
	nightly := func(c *service.Config) {
		c.Planned = []service.Planned{{ID: "settings", Source: wrapcast.ScheduleSettings, Cron: "0 2 * * *", Request: service.RunRequest{DryRun: true}}}
	}
	s := served(t, w, nightly)
	due := w.nextDue(t)
	if l := due.In(w.zone(t)); l.Hour() != 2 || l.Minute() != 0 {
		t.Fatalf("the run is due at %s", l)
	}
	stop(t, s)
	now.Store(due.Add(50 * time.Hour).UnixNano()) // two nights and some hours later
	w.WrapUpForecaster = &steps.WrapUpForecaster{Store: w.Store, Source: w.Source, Targets: w.Targets, Sender: w.Sender, Clock: w.Clock, NewID: newID, Holder: "later"}
	served(t, w, nightly)
	await(t, "the run that is due", func() bool { return len(w.runs(t)) == 1 })
	run := w.awaitRun(t, w.runs(t)[0].ID)
	if run.State != wrapcast.RunDone || run.Actor != "schedule" {
		t.Errorf("the run is %s by %s: %s", run.State, run.Actor, run.Reason)
	}
	if next := w.nextDue(t); !next.After(w.Clock.Now()) || next.Sub(w.Clock.Now()) > 25*time.Hour {
		t.Errorf("the next run is due at %s, it is %s", next, w.Clock.Now())
	}
	if n := len(w.runs(t)); n != 1 {
		t.Errorf("two missed nights are made up by %d runs", n)
	}
}

func (w *world) zone(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(w.sim.Directory().BusinessUnit.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// nextDue waits for the one schedule there is and returns when it is due.
func (w *world) nextDue(t *testing.T) (due time.Time) {
	t.Helper()
	await(t, "the schedule", func() bool {
		err := w.Store.View(t.Context(), func(tx *store.Tx) error {
			all, err := tx.Schedules().All(w.organisation())
			if len(all) > 0 {
				due = all[0].NextAt
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return !due.IsZero()
	})
	return due
}

func TestServiceCancelsUntilItSubmits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reached := make(chan struct{})
	var once atomic.Bool
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "/analytics/") && once.CompareAndSwap(false, true) {
			close(reached)
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return send()
	})
	s := served(t, w)
	asked, err := s.StartRun(t.Context(), service.RunRequest{}, "farah")
	if err != nil {
		t.Fatal(err)
	}
	<-reached
	if err := s.CancelRun(t.Context(), w.organisation(), asked.ID, "sven"); err != nil {
		t.Fatal(err)
	}
	run := w.awaitRun(t, asked.ID)
	if run.State != wrapcast.RunCancelled || !strings.Contains(run.Reason, "sven") {
		t.Errorf("the run is %s: %s", run.State, run.Reason)
	}
	for _, step := range run.Steps {
		if step.State != wrapcast.RunCancelled {
			t.Errorf("step %s is %s", step.Name, step.State)
		}
	}
	if err := s.CancelRun(t.Context(), w.organisation(), asked.ID, "sven"); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("cancelling it again gets %v", err)
	}
	next, err := s.StartRun(t.Context(), service.RunRequest{}, "farah")
	if err != nil {
		t.Fatalf("the run after it gets %v", err)
	}
	if run := w.awaitRun(t, next.ID); run.State != wrapcast.RunDone {
		t.Errorf("the run after it is %s: %s", run.State, run.Reason)
	}
	if err := s.CancelRun(t.Context(), w.organisation(), next.ID, "sven"); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("cancelling what is over gets %v", err)
	}
}

func TestServiceSendsAgainWhatIsDead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.Webhook = w.spec.Webhook + "/gone"
	s := served(t, w)
	test, err := s.TestMessage(t.Context(), "adam")
	if err != nil {
		t.Fatal(err)
	}
	await(t, "the test message", func() bool { return len(w.receiver.Messages()) == 1 })
	w.kill(t, test.ID)
	if _, err := s.Replay(t.Context(), w.organisation(), test.ID, "adam"); err != nil {
		t.Fatal(err)
	}
	await(t, "the message sent again", func() bool { return w.delivery(t, test.ID).State == wrapcast.DeliveryDelivered })
	if d := w.delivery(t, test.ID); d.Attempts != 1 {
		t.Errorf("it was sent after %d attempts", d.Attempts)
	}
	chain := w.chain(t)
	want := []string{"webhook.tested ok", "webhook.delivered ok", "webhook.replayed ok", "webhook.delivered ok"}
	if !slices.Equal(chain, want) {
		t.Errorf("the chain is %v", chain)
	}
}

func (w *world) delivery(t *testing.T, id wrapcast.DeliveryID) (d wrapcast.Delivery) {
	t.Helper()
	err := w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
		d, err = tx.Deliveries().Get(w.organisation(), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// kill makes a message dead, as if every attempt had failed.
func (w *world) kill(t *testing.T, id wrapcast.DeliveryID) {
	t.Helper()
	await(t, "the first delivery", func() bool { return w.delivery(t, id).State == wrapcast.DeliveryDelivered })
	err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
		was, err := tx.Deliveries().Get(w.organisation(), id)
		if err != nil {
			return err
		}
		d := was
		d.State, d.Attempts = wrapcast.DeliveryDead, 9
		return tx.Deliveries().Save(d, was)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Without a connection the service lives, says why, and connects when it can.
func TestServiceWaitsForThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var down atomic.Bool
	down.Store(true)
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if down.Load() {
			return nil, context.DeadlineExceeded
		}
		return send()
	})
	s := served(t, w)
	if _, err := s.StartRun(t.Context(), service.RunRequest{}, "farah"); err == nil {
		t.Error("a run was begun without a platform")
	}
	if _, problem := s.Connection(); problem == nil {
		t.Error("nothing says what is in the way")
	}
	down.Store(false)
	await(t, "the connection", func() bool {
		org, _ := s.Connection()
		return org == w.organisation()
	})
}
