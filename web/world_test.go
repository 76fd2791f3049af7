package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/flow"
	"github.com/wrapcast/wrapcast/genesys"
	"github.com/wrapcast/wrapcast/genesys/sim"
	"github.com/wrapcast/wrapcast/store"
	"github.com/wrapcast/wrapcast/web"
	"github.com/wrapcast/wrapcast/webhook"
)

// filled is a data directory in which one run against a small simulated organisation was
// done; tests take copies of it.
var filled string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "wrapcast-web")
	if err == nil {
		err = fill(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "filling a store:", err)
		os.Exit(1)
	}
	filled = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

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

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// fill does a run against a small simulated organisation.
func fill(dir string) error {
	server, err := sim.New(sim.Options{Clock: clock(), RequestsPerMinute: 100_000, ImportDelay: 20 * time.Millisecond}.Small())
	if err != nil {
		return err
	}
	receiver, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []string{secret}, Clock: clock()})
	if err != nil {
		return err
	}
	platform, hook := httptest.NewServer(server), httptest.NewServer(receiver)
	defer platform.Close()
	defer hook.Close()
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		return err
	}
	client, err := genesys.New(genesys.Config{BaseURL: platform.URL, ClientID: server.ClientID(), ClientSecret: server.ClientSecret(), Clock: clock(),
		RequestsPerMinute: 100_000, PollEvery: 50 * time.Millisecond})
	if err != nil {
		return err
	}
	defer client.Close()
	sender, err := webhook.New(webhook.Config{Secrets: []string{secret}, Clock: clock(), AllowPrivate: true})
	if err != nil {
		return err
	}
	f := &flow.WrapUpForecaster{Store: s, Platform: client, Sender: sender, Clock: clock(), NewID: newID, Holder: "filler"}
	if _, err := f.Run(context.Background(), flow.Spec{Actor: "filler", Webhook: hook.URL}); err != nil {
		return err
	}
	return s.Close()
}

// site is a server on a store of its own.
type site struct {
	*httptest.Server
	web   *web.Server
	store *store.Store
}

// newSite serves a copy of the filled store.
func newSite(t *testing.T, change ...func(*web.Config)) *site {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile(filepath.Join(filled, "wrapcast.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "wrapcast.db"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return serve(t, dir, change...)
}

// newEmptySite serves a store in which nothing is.
func newEmptySite(t *testing.T, change ...func(*web.Config)) *site {
	t.Helper()
	return serve(t, t.TempDir(), change...)
}

func serve(t *testing.T, dir string, change ...func(*web.Config)) *site {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	config := web.Config{Store: s, Clock: clock(), Version: "test"}
	for _, f := range change {
		f(&config)
	}
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	return &site{Server: front, web: server, store: s}
}

// get asks the API and decodes the answer.
func (s *site) get(t *testing.T, path string) (status int, body map[string]any) {
	t.Helper()
	return s.do(t, http.MethodGet, path, nil)
}

func (s *site) do(t *testing.T, method, path string, in io.Reader) (status int, body map[string]any) {
	t.Helper()
	request, err := http.NewRequest(method, s.URL+"/api/v1"+path, in)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &body); err != nil {
			t.Fatalf("%s %s answers %d and %q: %v", method, path, answer.StatusCode, text, err)
		}
	}
	return answer.StatusCode, body
}

// items returns the items of a list.
func (s *site) items(t *testing.T, path string) []map[string]any {
	t.Helper()
	status, body := s.get(t, path)
	all, ok := body["items"].([]any)
	if status != http.StatusOK || !ok {
		t.Fatalf("%s answers %d: %v", path, status, body)
	}
	out := make([]map[string]any, len(all))
	for i, v := range all {
		out[i] = v.(map[string]any)
	}
	return out
}
