package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// now is the present of most tests: a Monday noon in New York.
var now = time.Date(2026, time.November, 23, 17, 0, 0, 0, time.UTC)

// clock is a wrapcast.Clock that stands still until it is moved; its sleeps take no time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock(at time.Time) *clock { return &clock{now: at} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) clock() wrapcast.Clock {
	return wrapcast.Clock{Now: c.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

// world is a simulator that is being served, and a logged-in caller.
type world struct {
	*sim.Server
	t     testing.TB
	url   string
	token string
	clock *clock
	http  *http.Client
}

// start serves a simulator until the test ends; unless told otherwise it is a small one that stands still at now.
func start(tb testing.TB, o sim.Options) *world {
	tb.Helper()
	c := newClock(now)
	if o.Clock.Now == nil {
		o.Clock = c.clock()
	}
	if o.Log == nil && o.Queues == 0 && o.History == 0 {
		o = o.Small()
	}
	s, err := sim.New(o)
	if err != nil {
		tb.Fatalf("sim.New: %v", err)
	}
	h := httptest.NewServer(s)
	tb.Cleanup(func() { s.Close(); h.Close() })
	w := &world{Server: s, t: tb, url: h.URL, clock: c, http: h.Client()}
	if len(o.Faults) == 0 {
		w.token = w.login()
	}
	return w
}

func (w *world) login() string {
	w.t.Helper()
	a := w.send(request{method: "POST", path: "/oauth/token", body: "grant_type=client_credentials",
		headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, basic: [2]string{w.ClientID(), w.ClientSecret()}})
	if a.status != http.StatusOK {
		w.t.Fatalf("login: %d %s", a.status, a.body)
	}
	return a.text("access_token")
}

// request is one call; without a body it has no content type.
type request struct {
	method, path, body string
	headers            map[string]string // "" removes one that is set by default
	basic              [2]string
}

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// send makes a request; a path that is an absolute address is taken as it is.
func (w *world) send(q request) answer {
	w.t.Helper()
	a, err := w.try(q)
	if err != nil {
		w.t.Fatalf("%s %s: %v", q.method, q.path, err)
	}
	return a
}

func (w *world) try(q request) (answer, error) {
	address := q.path
	if !strings.HasPrefix(address, "http") {
		address = w.url + q.path
	}
	r, err := http.NewRequestWithContext(w.t.Context(), q.method, address, strings.NewReader(q.body))
	if err != nil {
		return answer{}, err
	}
	if w.token != "" {
		r.Header.Set("Authorization", "Bearer "+w.token)
	}
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.basic[0] != "" {
		r.SetBasicAuth(q.basic[0], q.basic[1])
	}
	for name, value := range q.headers {
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	response, err := w.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{w.t, response.StatusCode, response.Header, body}, err
}

func (w *world) get(path string) answer {
	w.t.Helper()
	return w.send(request{method: "GET", path: path})
}

func (w *world) post(path string, body any) answer {
	w.t.Helper()
	return w.send(request{method: "POST", path: path, body: marshal(w.t, body)})
}

// marshal leaves texts as they are.
func marshal(tb testing.TB, v any) string {
	tb.Helper()
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// decode reads the answer's JSON, which must have nothing the target does not know.
func decode[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("answer %d is not the JSON expected: %v\n%.500s", a.status, err, a.body)
	}
	return v
}

func (a answer) text(name string) string {
	a.t.Helper()
	text, _ := decode[map[string]any](a)[name].(string)
	return text
}

// wants fails unless the answer is this refusal in the platform's form.
func (a answer) wants(status int, code string) {
	a.t.Helper()
	if a.status != status || a.text("code") != code {
		a.t.Errorf("got %d %s, want %d %s\n%.500s", a.status, a.text("code"), status, code, a.body)
		return
	}
	b := decode[struct {
		Message, ContextID string
		Status             int
		Details            []any
		Errors             []any
	}](a)
	if b.Message == "" || b.Status != status || b.Details == nil || b.Errors == nil {
		a.t.Errorf("the error body is not the platform's: %.500s", a.body)
	}
	if id := a.header.Get("ININ-Correlation-Id"); id == "" || id != b.ContextID {
		a.t.Errorf("ININ-Correlation-Id is %q, contextId %q", id, b.ContextID)
	}
}

// ok fails unless the answer has the status.
func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("got %d, want %d\n%.500s", a.status, status, a.body)
	}
	if a.header.Get("ININ-Correlation-Id") == "" {
		a.t.Error("an answer has no ININ-Correlation-Id")
	}
	return a
}

// retry repeats a request that faults may hit until it is answered with something else.
func (w *world) retry(q request) answer {
	w.t.Helper()
	for range 200 {
		a, err := w.try(q)
		if err == nil && a.status < 429 {
			return a
		}
		if err != nil && errors.Is(err, context.Canceled) {
			break
		}
	}
	w.t.Fatalf("%s %s: no answer in 200 tries", q.method, q.path)
	return answer{}
}

func compact(tb testing.TB, v any) string {
	tb.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(marshal(tb, v))); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}
