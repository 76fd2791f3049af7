package genesys

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// fakeTime is a clock on which waiting takes no time. It remembers every wait.
type fakeTime struct {
	mu     sync.Mutex
	now    time.Time
	waits  []time.Duration
	onWait func(time.Duration)
}

func newFakeTime() *fakeTime {
	return &fakeTime{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
}

func (f *fakeTime) clock() wrapcast.Clock { return wrapcast.Clock{Now: f.read, Sleep: f.sleep} }

func (f *fakeTime) read() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fakeTime) sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	f.now = f.now.Add(max(0, d))
	f.waits = append(f.waits, d)
	hook := f.onWait
	f.mu.Unlock()
	if hook != nil {
		hook(d)
	}
	return ctx.Err()
}

func (f *fakeTime) waited() (sum time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.waits {
		sum += d
	}
	return sum
}

// fastTime is a clock that waits, a thousand times faster than it says.
func fastTime() wrapcast.Clock {
	began := time.Now()
	const speed = 1000
	return wrapcast.Clock{
		Now: func() time.Time { return began.Add(time.Since(began) * speed) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(d / speed):
				return nil
			}
		},
	}
}

// slowTime waits for real, so that a deadline lies far beyond anything the test does.
func slowTime() wrapcast.Clock {
	return wrapcast.Clock{Now: time.Now, Sleep: func(ctx context.Context, d time.Duration) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
			return nil
		}
	}}
}

const (
	testID     = "client-0001"
	testSecret = "s3cr3t-never-to-be-seen"
	testToken  = "tok-opaque-1"
)

// platform is a fake that answers paths by handlers and gives tokens by itself.
type platform struct {
	*httptest.Server
	mux  *http.ServeMux
	mu   sync.Mutex
	seen []string
}

// requests lists what was asked beside tokens: "GET /api/v2/routing/queues".
func (p *platform) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []string
	for _, s := range p.seen {
		if s != "POST /oauth/token" {
			list = append(list, s)
		}
	}
	return list
}

func newPlatform(t *testing.T, handlers map[string]http.HandlerFunc) *platform {
	t.Helper()
	p := &platform{mux: http.NewServeMux()}
	if handlers["POST /oauth/token"] == nil {
		p.mux.HandleFunc("POST /oauth/token", giveToken)
	}
	for pattern, h := range handlers {
		p.mux.HandleFunc(pattern, h)
	}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Method+" "+r.URL.Path)
		p.mu.Unlock()
		p.mux.ServeHTTP(w, r)
	}))
	p.Config.SetKeepAlivesEnabled(false) // or net/http repeats what a kept connection lost by itself
	p.Start()
	t.Cleanup(p.Close)
	return p
}

func giveToken(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, 200, map[string]any{"access_token": testToken, "token_type": "bearer", "expires_in": 86400})
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(status int, code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ININ-Correlation-Id", "corr-42")
		answerJSON(w, status, map[string]any{"message": message, "code": code, "status": status, "contextId": "corr-42",
			"details": []any{}, "errors": []any{}})
	}
}

// inTurn answers each request by the next handler; the last one stays.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	i := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		h := handlers[min(i, len(handlers)-1)]
		i++
		mu.Unlock()
		h(w, r)
	}
}

func always(status int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, status, body) }
}

// dropped breaks the connection without an answer.
func dropped(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

// hang never answers. It reads the body first, or the server would not notice that the client has gone.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// brokenOff promises more body than it sends.
func brokenOff(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"results":[{"group":`)
	}
}

func raw(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// newClient returns a client of the fake, on the fake time, whose every request must be on the closed list.
func (p *platform) newClient(t *testing.T, clock wrapcast.Clock, change func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		BaseURL: p.URL, ClientID: testID, ClientSecret: testSecret, Clock: clock,
		Transport: closedList{t: t, next: &http.Transport{DisableCompression: true}, api: p.URL},
	}
	if change != nil {
		change(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(c.Close)
	return c
}

// closedList fails the test at any request that Endpoints does not list.
type closedList struct {
	t    *testing.T
	next http.RoundTripper
	api  string
}

func (l closedList) RoundTrip(r *http.Request) (*http.Response, error) {
	if !listed(r) {
		l.t.Errorf("%s %s is not on the list of endpoints", r.Method, r.URL.Path)
	}
	return l.next.RoundTrip(r)
}

func (l closedList) CloseIdleConnections() { l.next.(*http.Transport).CloseIdleConnections() }

func listed(r *http.Request) bool {
	for _, e := range Endpoints() {
		switch {
		case e.Host == transport.Storage:
			if strings.HasPrefix(r.URL.Path, "/signed/") && r.Method == e.Method && r.Header.Get("Authorization") == "" {
				return true
			}
		case e.Method == "WS":
			if r.Method == http.MethodGet && r.Header.Get("Upgrade") == "websocket" && samePath(e.Path, r.URL.EscapedPath()) {
				return true
			}
		case e.Method == r.Method && samePath(e.Path, r.URL.EscapedPath()):
			return true
		}
	}
	return false
}

// samePath compares a path with a template, part by part.
func samePath(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if !strings.HasPrefix(want[i], "{") && want[i] != got[i] {
			return false
		}
	}
	return true
}

// mustFail checks an error's kind, that it names all the words, and that it tells no secret.
func mustFail(t *testing.T, err error, kind wrapcast.Kind, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	whole := fmt.Sprintf("%v | %s | %#v", err, wrapcast.Hint(err), err)
	if wrapcast.KindOf(err) != kind {
		t.Errorf("kind %s, want %s: %v", wrapcast.KindOf(err), kind, err)
	}
	for _, w := range words {
		if !strings.Contains(whole, w) {
			t.Errorf("the error does not say %q: %v (%s)", w, err, wrapcast.Hint(err))
		}
	}
	for _, secret := range []string{testSecret, testToken, "signature=topsecret"} {
		for e := err; e != nil; e = unwrapOne(e) {
			if strings.Contains(e.Error(), secret) {
				t.Errorf("a secret is in the error: %v", e)
			}
		}
	}
}

func unwrapOne(err error) error {
	switch e := err.(type) { //nolint:errorlint // walks the chain by hand
	case interface{ Unwrap() error }:
		return e.Unwrap()
	case interface{ Unwrap() []error }:
		return e.Unwrap()[1]
	}
	return nil
}

// WholeDirectory reads the directory of the business unit of that id or name, or of the only one, as a run does.
func (c *Client) WholeDirectory(ctx context.Context, unit string) (wrapcast.Directory, error) {
	o, err := c.Organisation(ctx)
	if err != nil {
		return wrapcast.Directory{}, err
	}
	listed, err := c.Units(ctx)
	if err != nil {
		return wrapcast.Directory{}, err
	}
	chosen, err := wrapcast.ChooseUnits(unit).Of(listed, nil)
	if err != nil {
		return wrapcast.Directory{}, err
	}
	planned, err := c.PlannedUnits(ctx, chosen)
	if err != nil {
		return wrapcast.Directory{}, err
	}
	d, err := c.Directory(ctx, o)
	d.Plan(planned, "UTC")
	return d, err
}

// businessUnit reads the settings of the unit of that id or name, or of the only one there is.
func (c *Client) businessUnit(ctx context.Context, wanted string) (wrapcast.BusinessUnit, error) {
	listed, err := c.Units(ctx)
	if err != nil {
		return wrapcast.BusinessUnit{}, err
	}
	chosen, err := wrapcast.ChooseUnits(wanted).Of(listed, nil)
	if err != nil {
		return wrapcast.BusinessUnit{}, err
	}
	if len(chosen) == 0 {
		return wrapcast.BusinessUnit{}, wrapcast.Errorf(wrapcast.Refused, "business unit",
			"no business unit is open to the OAuth client").WithHint("create one (Admin > Workforce Management), " +
			"or give the client's role wfm:businessUnit:view in its division")
	}
	return c.unitSettings(ctx, chosen[0])
}
