package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// filled is a data directory in which one run against a small simulated organisation was
// done; tests take copies of it.
var filled string

// simulation is a small simulated organisation with a receiver of its webhook.
type simulation struct {
	organisation   *sim.Server
	platform, hook *httptest.Server
}

// simulated is the one of which the filled store knows; its twins are the same organisation to whom nothing was
// submitted yet.
var simulated simulation

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "wrapcast-web")
	if err == nil {
		simulated, err = simulate()
	}
	if err == nil {
		err = fill(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "filling a store:", err)
		os.Exit(1)
	}
	filled = dir
	code := m.Run()
	simulated.close()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// simulate starts a simulated organisation.
func simulate(change ...func(*sim.Options)) (w simulation, err error) {
	o := sim.Options{Clock: clock(), RequestsPerMinute: 100_000, ImportDelay: 20 * time.Millisecond}.Small()
	for _, f := range change {
		f(&o)
	}
	w.organisation, err = sim.New(o)
	if err != nil {
		return w, err
	}
	receiver, err := webhook.NewReceiver(webhook.ReceiverConfig{Secrets: []string{secret}, Clock: clock()})
	w.platform, w.hook = httptest.NewServer(w.organisation), httptest.NewServer(receiver)
	return w, err
}

func (w simulation) close() {
	w.platform.Close()
	w.hook.Close()
}

const localToken = "the token printed at the start"

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

// forecaster works on a store for the simulated organisation.
func (w simulation) forecaster(s *store.Store, holder string) (*steps.WrapUpForecaster, error) {
	client, err := genesys.New(genesys.Config{BaseURL: w.platform.URL, ClientID: w.organisation.ClientID(), ClientSecret: w.organisation.ClientSecret(), Clock: clock(),
		RequestsPerMinute: 100_000, PollEvery: 50 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	sender, err := webhook.New(webhook.Config{Secrets: []string{secret}, Clock: clock(), AllowPrivate: true})
	return &steps.WrapUpForecaster{Store: s, Source: genesys.Source{Client: client}, Sender: sender,
		Targets: genesys.NewTargets(genesys.TargetOptions{Reader: client}), Clock: clock(), NewID: newID, Holder: holder}, err
}

// clientOf is the client that history is read with.
func clientOf(f *steps.WrapUpForecaster) *genesys.Client { return f.Source.(genesys.Source).Client }

// fill does a run against the simulated organisation.
func fill(dir string) error {
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		return err
	}
	f, err := simulated.forecaster(s, "filler")
	if err != nil {
		return err
	}
	defer clientOf(f).Close()
	out, err := f.Run(context.Background(), steps.Spec{Actor: "filler", Webhook: simulated.hook.URL})
	if err != nil {
		return err
	}
	nightly := wrapcast.Schedule{ID: wrapcast.ScheduleID(newID()), Organisation: out.Run.Organisation, Source: wrapcast.ScheduleStored,
		Cron: "0 2 * * *", Request: json.RawMessage("{}"), Author: "filler", UpdatedAt: time.Now()}
	if err := s.Update(context.Background(), func(tx *store.Tx) error { return tx.Schedules().Save(nightly) }); err != nil {
		return err
	}
	return s.Close()
}

// site is a server on a store of its own, asked as an admin.
type site struct {
	*httptest.Server
	web   *web.Server
	store *store.Store
	// secrets are the tokens of the roles.
	secrets map[wrapcast.Role]string
}

// newSite serves a copy of the filled store to people with accounts: adam is an admin, and there is a token for each
// role.
func newSite(t *testing.T, change ...func(*web.Config)) *site {
	t.Helper()
	s := serve(t, copyOfFilled(t), change...)
	s.addAccounts(t)
	return s
}

// newEmptySite serves a store in which nothing is but accounts.
func newEmptySite(t *testing.T, change ...func(*web.Config)) *site {
	t.Helper()
	s := serve(t, t.TempDir(), change...)
	s.addAccounts(t)
	return s
}

// newLocalSite serves a copy of the filled store in local mode: there are no accounts.
func newLocalSite(t *testing.T, change ...func(*web.Config)) *site {
	t.Helper()
	return serve(t, copyOfFilled(t), change...)
}

// newWorkingSite serves a copy of the filled store, with accounts, and works for the simulated organisation.
func newWorkingSite(t *testing.T, change ...func(*web.Config)) *site {
	t.Helper()
	s := serve(t, copyOfFilled(t), append([]func(*web.Config){func(c *web.Config) { c.Services = []web.Served{{Service: working(t, c.Store)}} }}, change...)...)
	s.addAccounts(t)
	return s
}

// newTwinSite is a working site of its own: no other test submits to its platform, which has no forecast yet.
func newTwinSite(t *testing.T, change ...func(*sim.Options)) *site {
	t.Helper()
	twin, err := simulate(change...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(twin.close)
	s := serve(t, copyOfFilled(t), func(c *web.Config) { c.Services = []web.Served{{Service: twin.working(t, c.Store)}} })
	s.addAccounts(t)
	return s
}

// working starts a service on a store for the simulated organisation.
func working(t *testing.T, db *store.Store, change ...func(*service.Config)) *service.Service {
	t.Helper()
	return simulated.working(t, db, change...)
}

func (w simulation) working(t *testing.T, db *store.Store, change ...func(*service.Config)) *service.Service {
	t.Helper()
	f, err := w.forecaster(db, "service of "+t.Name())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clientOf(f).Close)
	c := service.Config{Forecaster: f, Spec: steps.Spec{Webhook: w.hook.URL}, TickEvery: 50 * time.Millisecond,
		CheckSource: func(ctx context.Context) []wrapcast.Check { return clientOf(f).Check(ctx, genesys.CheckOptions{}) }}
	for _, with := range change {
		with(&c)
	}
	served, err := service.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = served.Stop(context.Background()) })
	if _, err := served.Meet(context.Background()); err != nil {
		t.Fatal(err)
	}
	return served
}

func copyOfFilled(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"wrapcast.db", "audit.key"} {
		text, err := os.ReadFile(filepath.Join(filled, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func serve(t *testing.T, dir string, change ...func(*web.Config)) *site {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	config := web.Config{Store: s, Clock: clock(), NewID: newID, Version: "test", Local: true, LocalToken: localToken,
		PasswordCost: web.PasswordCost{MemoryKiB: 64, Passes: 1, Lanes: 1}}
	for _, f := range change {
		f(&config)
	}
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	return &site{Server: front, web: server, store: s, secrets: map[wrapcast.Role]string{wrapcast.RoleAdmin: localToken}}
}

// adam is the account every site with accounts has.
const (
	adam         wrapcast.AccountID = "01936d6c-7c2e-7b1a-8f00-000000000001"
	adamPassword string             = "correct horse battery"
)

func (s *site) addAccounts(t *testing.T) {
	t.Helper()
	passwords := auth.NewPasswords(auth.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1})
	hash, err := passwords.Hash(t.Context(), adamPassword)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	err = s.store.Update(t.Context(), func(tx *store.Tx) error {
		for _, role := range wrapcast.Roles() {
			s.secrets[role] = "wct_the token of a " + string(role)
			if err := tx.Access().AddToken(wrapcast.Token{ID: wrapcast.TokenID(newID()), Hash: auth.HashSecret(s.secrets[role]), Name: string(role), Role: role,
				Author: "test", CreatedAt: now}); err != nil {
				return err
			}
		}
		return tx.Access().SaveAccount(wrapcast.Account{ID: adam, Name: "adam", Role: wrapcast.RoleAdmin, Password: hash, CreatedAt: now, UpdatedAt: now})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// get asks the API as an admin and decodes the answer.
func (s *site) get(t *testing.T, path string) (status int, body map[string]any) {
	t.Helper()
	return s.do(t, http.MethodGet, path, nil)
}

// do asks the API as an admin; in, where it is not nil, is sent as JSON.
func (s *site) do(t *testing.T, method, path string, in any, header ...string) (status int, body map[string]any) {
	t.Helper()
	answer := s.ask(t, method, path, in, append([]string{"Authorization", "Bearer " + s.secrets[wrapcast.RoleAdmin]}, header...)...)
	return answer.StatusCode, answer.json(t)
}

// answer is what was answered, read to its end.
type answer struct {
	*http.Response
	body []byte
}

func (a answer) json(t *testing.T) (body map[string]any) {
	t.Helper()
	if kind := a.Header.Get("Content-Type"); len(a.body) > 0 && (strings.Contains(kind, "json") || strings.Contains(kind, "event-stream")) {
		if err := json.Unmarshal(a.body, &body); err != nil {
			t.Fatalf("%s answers %d and %q: %v", a.Request.URL, a.StatusCode, a.body, err)
		}
	}
	return body
}

// ask sends a request with headers, given as names and values in turn, and follows no redirect.
func (s *site) ask(t *testing.T, method, path string, in any, header ...string) answer {
	t.Helper()
	var body io.Reader
	kind := "application/json"
	if file, is := in.(upload); is {
		body, kind = strings.NewReader(string(file)), "application/octet-stream"
	} else if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	if !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "//") {
		path = "/api/v1" + path
	}
	request, err := http.NewRequest(method, s.URL+strings.Replace(path, "//", "/", 1), body)
	if err != nil {
		t.Fatal(err)
	}
	if in != nil {
		request.Header.Set("Content-Type", kind)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if request.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			request.Host = header[i+1]
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	read := io.ReadAll
	if response.Header.Get("Content-Type") == "text/event-stream" {
		read = firstEvent
	}
	text, err := read(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response, text}
}

// firstEvent reads a stream, which may never end, up to the end of its first event, and gives it as {"events":[…]}.
func firstEvent(r io.Reader) ([]byte, error) {
	event := map[string]json.RawMessage{}
	lines := bufio.NewScanner(r)
	for lines.Scan() && (lines.Text() != "" || len(event) == 0) {
		switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
		case "id", "data":
			event[name] = json.RawMessage(value)
		case "event":
			event[name] = json.RawMessage(strconv.Quote(value))
		}
	}
	text, err := json.Marshal(map[string]any{"events": []any{event}})
	return text, errors.Join(err, lines.Err())
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

func readAll(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
