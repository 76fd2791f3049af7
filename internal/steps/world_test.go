package steps_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// secret signs the webhooks of every world.
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// world is a small simulated organisation, a webhook receiver and a data directory.
type world struct {
	*steps.WrapUpForecaster
	sim      *sim.Server
	url      string
	receiver *webhook.Receiver
	spec     steps.Spec
	dir      string
	// database, if set, is the PostgreSQL database in dir's place.
	database string
	// knows is the last migration that its processes take themselves to know; 0 is all.
	knows int64
	// meddle sees every request to the platform before it is sent; nil lets all pass.
	meddle atomic.Pointer[meddler]
}

// meddler may answer a request in the network's place.
type meddler func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error)

func clock() wrapcast.Clock {
	return wrapcast.Clock{Now: time.Now, Sleep: func(ctx context.Context, d time.Duration) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
			return nil
		}
	}}
}

func newWorld(t *testing.T, change ...func(*sim.Options)) *world {
	t.Helper()
	o := sim.Options{Clock: clock(), RequestsPerMinute: 100_000, ImportDelay: 20 * time.Millisecond}.Small()
	for _, f := range change {
		f(&o)
	}
	server, err := sim.New(o)
	if err != nil {
		t.Fatal(err)
	}
	receiver, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []string{secret}, Clock: clock()})
	if err != nil {
		t.Fatal(err)
	}
	platform, hook := httptest.NewServer(server), httptest.NewServer(receiver)
	t.Cleanup(platform.Close)
	t.Cleanup(hook.Close)
	w := &world{sim: server, url: platform.URL, receiver: receiver, dir: t.TempDir(), database: database(t, false)}
	w.spec = steps.Spec{Actor: "test", Webhook: hook.URL, LookFor: time.Second, AwaitFor: 10 * time.Second,
		PollEvery: 20 * time.Millisecond, NotifyFor: time.Millisecond}
	w.WrapUpForecaster = w.process(t, "one")
	return w
}

// everythingOn is the environment variable that moves every world of these tests into PostgreSQL: make fleet sets it to
// postgres.
const everythingOn = "WRAPCAST_TEST_STORE"

// database makes one where a test, or the environment, asks for it; "" is a directory.
func database(t *testing.T, asked bool) string {
	t.Helper()
	if !asked && os.Getenv(everythingOn) != "postgres" {
		return ""
	}
	return postgrestest.Shared(t).Prepared(t, func(owner string) error {
		_, _, err := store.Migrate(context.Background(), store.Options{URL: owner}, postgrestest.App)
		return err
	}).App()
}

// inADirectory skips a test that looks into the file itself where everything is in PostgreSQL.
func inADirectory(t *testing.T) {
	t.Helper()
	if os.Getenv(everythingOn) == "postgres" {
		t.Skip("it looks into the file of a data directory")
	}
}

// place is where the world keeps everything.
func (w *world) place() store.Options {
	return store.Options{Dir: w.dir, URL: w.database, MakesAuditKey: true, Knows: w.knows}
}

// process is another process that works on the same data directory.
func (w *world) process(t *testing.T, name string) *steps.WrapUpForecaster {
	t.Helper()
	s, err := store.Open(t.Context(), w.place())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	client, err := genesys.New(genesys.Config{BaseURL: w.url, ClientID: w.sim.ClientID(), ClientSecret: w.sim.ClientSecret(), Clock: clock(),
		RequestsPerMinute: 100_000, Transport: w, PollEvery: 50 * time.Millisecond, MaxBackoff: 20 * time.Millisecond, MaxAttempts: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	sender, err := webhook.New(webhook.Config{Secrets: []string{secret}, Clock: clock(), AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	return &steps.WrapUpForecaster{Store: s, Source: genesys.Source{Client: client}, Targets: targets(client, false), Sender: sender, Clock: clock(), NewID: newID, Holder: name}
}

// clientOf is the client that history is read with.
func clientOf(f *steps.WrapUpForecaster) *genesys.Client { return f.Source.(genesys.Source).Client }

// targets are those of one client.
func targets(client *genesys.Client, ignoresKey bool) target.Targets {
	return genesys.NewTargets(genesys.TargetOptions{Reader: client, IgnoresIdempotencyKey: ignoresKey})
}

// view looks at what is stored of the organisation.
func (w *world) view(t *testing.T) *steps.View {
	t.Helper()
	v, err := w.View(t.Context(), w.org(), w.spec)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// RoundTrip is the network between wrapcast and the platform.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	send := func() (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) }
	if m := w.meddle.Load(); m != nil {
		return (*m)(r, send)
	}
	return send()
}

func (w *world) meddleWith(m meddler) { w.meddle.Store(&m) }

// mustRun does a run that must end well.
func (w *world) mustRun(t *testing.T) steps.Outcome {
	t.Helper()
	out, err := w.Run(t.Context(), w.spec)
	if err != nil {
		t.Fatalf("the run ended with: %v", err)
	}
	return out
}

// acceptedOnce checks that the platform took every plan in at most once, and returns how many it took.
func (w *world) acceptedOnce(t *testing.T) int {
	t.Helper()
	accepted := w.sim.AcceptedImports()
	for _, f := range w.sim.RESTForecasts() {
		accepted["rest "+f.IdempotencyKey]++
	}
	for description, times := range accepted {
		if times > 1 {
			t.Errorf("%q was accepted %d times", description, times)
		}
	}
	return len(accepted)
}

// chain returns the actions of the audit chain.
func (w *world) chain(t *testing.T) []string {
	t.Helper()
	var actions []string
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit().Entries(w.sim.Directory().Organisation.ID, 1, 0) {
			if err != nil {
				return err
			}
			actions = append(actions, fmt.Sprintf("%s %s", e.Action, e.Status))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return actions
}
