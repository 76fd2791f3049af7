package genesys

import (
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

const queuesPath = "GET /api/v2/routing/queues"

func someQueues(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, 200, map[string]any{"entities": []any{map[string]any{"id": "q1", "name": "Billing"}}, "pageCount": 1})
}

func tooMany(retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		refuse(429, "too.many.requests.retry.after", "Rate limit exceeded. Retry the request in ["+retryAfter+"] seconds")(w, r)
	}
}

func TestFaultsThatPassAreRiddenOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults            []http.HandlerFunc
		retries, limited  int
		minWait, maxWait  time.Duration
		waitsToldBy, said string
	}{
		"nothing wrong":                           {},
		"a 429 is waited out exactly as told":     {faults: []http.HandlerFunc{tooMany("37")}, retries: 1, limited: 1, minWait: 37 * time.Second, maxWait: 37 * time.Second, said: "rate limit, 37 s"},
		"a 429 without Retry-After backs off":     {faults: []http.HandlerFunc{tooMany("")}, retries: 1, limited: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"a Retry-After of zero backs off":         {faults: []http.HandlerFunc{tooMany("0")}, retries: 1, limited: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"a 503 backs off":                         {faults: []http.HandlerFunc{refuse(503, "service.unavailable", "busy")}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"a 504":                                   {faults: []http.HandlerFunc{refuse(504, "request.timeout", "slow")}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"a 500 that is an HTML page":              {faults: []http.HandlerFunc{raw(500, "text/html", "<html><title>Oops</title></html>")}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"a connection broken before the answer":   {faults: []http.HandlerFunc{dropped}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"an answer that breaks off":               {faults: []http.HandlerFunc{brokenOff(200)}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"JSON cut short":                          {faults: []http.HandlerFunc{raw(200, "application/json", `{"entities":[`)}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"an empty answer":                         {faults: []http.HandlerFunc{raw(200, "application/json", ``)}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"a page where JSON was promised":          {faults: []http.HandlerFunc{raw(200, "text/html", `<html>`)}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"a body that says gzip and is not":        {faults: []http.HandlerFunc{notGzip}, retries: 1, minWait: 250 * time.Millisecond, maxWait: 500 * time.Millisecond},
		"one fault after another, ever more slow": {faults: []http.HandlerFunc{dropped, refuse(502, "", ""), dropped, refuse(503, "", "")}, retries: 4, minWait: 3750 * time.Millisecond, maxWait: 7500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newFakeTime()
			var said []string
			p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: inTurn(append(c.faults, someQueues)...)})
			client := p.newClient(t, clock.clock(), func(cfg *Config) { cfg.Waiting = func(s string) { said = append(said, s) } })
			queues, err := client.queues(t.Context())
			if err != nil || len(queues) != 1 || queues[0].Name != "Billing" {
				t.Fatalf("queues %v, error %v", queues, err)
			}
			u := client.Usage()
			if u.Retries != c.retries || u.RateLimited != c.limited || u.Requests != 2+c.retries {
				t.Errorf("usage %+v, want %d retries, %d rate limited", u, c.retries, c.limited)
			}
			if w := clock.waited(); w < c.minWait || w > c.maxWait || u.Waited() != w {
				t.Errorf("waited %v (usage says %v), want %v to %v", w, u.Waited(), c.minWait, c.maxWait)
			}
			if c.said != "" && strings.Join(said, "|") != c.said+"|" {
				t.Errorf("said %q, want %q and then nothing", said, c.said)
			}
		})
	}
}

func notGzip(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	answerJSON(w, 200, map[string]any{})
}

func TestFaultsThatStayEndInAnErrorThatSaysWhatAndWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		kind     wrapcast.Kind
		attempts int
		status   int
		words    []string
	}{
		"400": {refuse(400, "bad.request", "pageSize is too large"), wrapcast.Refused, 1, 400, []string{"pageSize is too large", "bad.request", "corr-42"}},
		"401": {refuse(401, "bad.credentials", "Invalid login credentials."), wrapcast.Refused, 2, 401, []string{"fresh one", "corr-42"}},
		"403": {refuse(403, "missing.permissions", "Unable to perform the requested action."), wrapcast.Refused, 1, 403,
			[]string{"routing:queue:view", "Roles", "scopes do not matter", "missing.permissions", "corr-42"}},
		"404":                        {refuse(404, "not.found", "not here"), wrapcast.NotFound, 1, 404, []string{"division", "corr-42"}},
		"409":                        {refuse(409, "request.conflict", "busy"), wrapcast.Conflict, 1, 409, []string{"wait"}},
		"413":                        {refuse(413, "request.entity.too.large", "large"), wrapcast.Refused, 1, 413, []string{"less at once"}},
		"429 to the end":             {tooMany("2"), wrapcast.Unavailable, 8, 429, []string{"tried 8 times", "corr-42", "run again"}},
		"429 for longer than waited": {tooMany("3600"), wrapcast.Unavailable, 1, 429, []string{"1h0m0s"}},
		"500 to the end":             {refuse(500, "internal.server.error", "boom"), wrapcast.Unavailable, 8, 500, []string{"tried 8 times", "boom", "corr-42"}},
		"503 with a long Retry-After": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "7200")
			refuse(503, "service.unavailable", "maintenance")(w, r)
		}, wrapcast.Unavailable, 1, 503, []string{"maintenance"}},
		"501":                          {refuse(501, "not.implemented", "never"), wrapcast.Refused, 1, 501, []string{"never"}},
		"502 as a proxy's page":        {raw(502, "text/html", "<html><head><title>502 Bad\nGateway</title></head>"), wrapcast.Unavailable, 8, 502, []string{"502 Bad Gateway"}},
		"a redirect":                   {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, wrapcast.Usage, 1, 302, []string{"redirects", "region"}},
		"no connection survives":       {dropped, wrapcast.Unavailable, 8, 0, []string{"tried 8 times", "can be reached"}},
		"a login page, always":         {raw(200, "text/html; charset=utf-8", "<title>Sign in</title>"), wrapcast.Unavailable, 4, 0, []string{"text/html instead of JSON", "Sign in", "proxy"}},
		"plain text, always":           {raw(200, "text/plain", "hello"), wrapcast.Unavailable, 4, 0, []string{"text/plain instead of JSON", "hello"}},
		"JSON cut short, always":       {raw(200, "application/json", `{"entities":[{"id":`), wrapcast.Unavailable, 4, 0, []string{"breaks off"}},
		"not JSON at all":              {raw(200, "application/json", `entities: none`), wrapcast.Unavailable, 4, 0, []string{"unreadable JSON"}},
		"JSON of another shape":        {raw(200, "application/json", `{"entities":"many"}`), wrapcast.Unavailable, 4, 0, []string{"unreadable JSON"}},
		"two JSON values":              {raw(200, "application/json", `{}{}`), wrapcast.Unavailable, 4, 0, []string{"more than one JSON value"}},
		"an answer without end":        {endless, wrapcast.Refused, 1, 0, []string{"larger than allowed"}},
		"an error body without end":    {endlessError, wrapcast.Refused, 1, 400, []string{"GET /api/v2/routing/queues was answered 400"}},
		"an error body of binary junk": {raw(400, "application/json", "\x00\x01\xff\xfe{{{{"), wrapcast.Refused, 1, 400, []string{"400"}},
		"a secret echoed by the host":  {echo(400), wrapcast.Refused, 1, 400, []string{"[secret]"}},
		"a secret echoed in a page":    {echo(200), wrapcast.Unavailable, 4, 0, []string{"[secret]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: c.answer})
			client := p.newClient(t, newFakeTime().clock(), func(cfg *Config) { cfg.MaxResponseBytes = 1 << 20 })
			_, err := client.queues(t.Context())
			mustFail(t, err, c.kind, append(c.words, "genesys.queues")...)
			if got := len(p.requests()); got != c.attempts {
				t.Errorf("%d attempts, want %d", got, c.attempts)
			}
			if statusOf(err) != c.status {
				t.Errorf("status %d, want %d", statusOf(err), c.status)
			}
			if wrapcast.Hint(err) == "" {
				t.Error("no advice")
			}
			if errors.Is(err, target.ErrAmbiguous) {
				t.Error("a question cannot be ambiguous")
			}
		})
	}
}

func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"entities":[`))
	for r.Context().Err() == nil {
		if _, err := w.Write([]byte(strings.Repeat(`{"id":"q"},`, 1000))); err != nil {
			return
		}
	}
}

func endlessError(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusBadRequest)
	endless(w, r)
}

// echo shows the caller's own Authorization header, as careless proxies do.
func echo(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw(status, "text/plain", "you sent "+r.Header.Get("Authorization"))(w, r)
	}
}

func TestAHostThatIsNotThereIsSaidSo(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close()
	tls := httptest.NewTLSServer(nil)
	t.Cleanup(tls.Close)
	for name, c := range map[string]struct {
		url      string
		requests int
		word     string
	}{
		"nobody listens":                   {gone.URL, 3, "no connection"},
		"a name nobody knows":              {"https://wrapcast.invalid", 1, "name service"},
		"a certificate nobody vouches":     {tls.URL, 1, "certificates"},
		"a plain host behind an https URL": {"https" + strings.TrimPrefix(newPlatform(t, nil).URL, "http"), 1, "certificates"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := New(Config{BaseURL: c.url, ClientID: testID, ClientSecret: testSecret,
				Clock: newFakeTime().clock(), MaxAttempts: 3})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Organisation(t.Context())
			mustFail(t, err, wrapcast.Unavailable, c.word)
			if n := client.Usage().Requests; n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
		})
	}
}

func TestASlowAnswerIsAskedForAgain(t *testing.T) {
	t.Parallel()
	loris := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}
	p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: inTurn(hang, loris, someQueues)})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.AttemptTimeout = 300 * time.Millisecond })
	if q, err := client.queues(t.Context()); err != nil || len(q) != 1 {
		t.Fatalf("%v, %v", q, err)
	}
	if n := client.Usage().Retries; n != 2 {
		t.Errorf("%d retries, want 2", n)
	}
}

func TestEveryWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token, queues http.HandlerFunc
		budget        *Budget
	}{
		"waiting for an answer":           {giveToken, hang, nil},
		"waiting for a token":             {hang, someQueues, nil},
		"waiting as told by a 429":        {giveToken, tooMany("100"), nil},
		"waiting after a server error":    {giveToken, refuse(503, "", ""), nil},
		"waiting for the login host":      {refuse(503, "", ""), someQueues, nil},
		"waiting for the budget":          {giveToken, someQueues, NewSharedBudget(wrapcast.BudgetLimits{PerMinute: 1, Burst: 1}, nil)},
		"waiting while others were told":  {giveToken, someQueues, held()},
		"waiting for a broken connection": {giveToken, dropped, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: c.queues, "POST /oauth/token": c.token})
			client := p.newClient(t, slowTime(), func(cfg *Config) {
				cfg.Budget, cfg.MaxBackoff, cfg.MaxAttempts = c.budget, time.Hour, 1000
			})
			ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
			defer cancel()
			_, err := client.queues(ctx)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v, want the context's", err)
			}
		})
	}
}

func held() *Budget {
	b := NewSharedBudget(wrapcast.BudgetLimits{}, nil)
	b.Hold(time.Now().Add(time.Hour))
	return b
}

func TestA429HoldsBackEverybody(t *testing.T) {
	t.Parallel()
	clock := newFakeTime()
	p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: inTurn(tooMany("60"), someQueues)})
	budget := NewSharedBudget(wrapcast.BudgetLimits{}, nil)
	share := func(c *Config) { c.Budget = budget }
	first, second := p.newClient(t, clock.clock(), share), p.newClient(t, clock.clock(), share)
	var met time.Time
	clock.onWait = func(d time.Duration) {
		if d == time.Minute { // the first client has been told to wait; let the second try in that minute
			clock.mu.Lock()
			clock.now, clock.onWait = clock.now.Add(-50*time.Second), nil
			clock.mu.Unlock()
			if _, err := second.queues(t.Context()); err != nil {
				t.Error(err)
			}
			met = clock.read()
		}
	}
	began := clock.read()
	if _, err := first.queues(t.Context()); err != nil {
		t.Fatal(err)
	}
	if waited := met.Sub(began); waited < time.Minute {
		t.Errorf("the other client sent after %v, though the platform asked for a minute", waited)
	}
}

func TestGzippedAnswersAreReadAndCountedAsTheyTravelled(t *testing.T) {
	t.Parallel()
	const text = `{"entities":[{"id":"q1","name":"` + "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB" +
		"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB" + `"}],"pageCount":1}`
	p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Error("gzip was not asked for")
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
	}})
	client := p.newClient(t, newFakeTime().clock(), nil)
	if _, err := client.Organisation(t.Context()); err == nil {
		t.Fatal("the fake has no tokens/me")
	}
	before := client.Usage().BytesIn
	if q, err := client.queues(t.Context()); err != nil || len(q) != 1 {
		t.Fatalf("%v, %v", q, err)
	}
	if got := client.Usage().BytesIn - before; got == 0 || got >= int64(len(text)) {
		t.Errorf("%d bytes counted, want fewer than the %d of the text", got, len(text))
	}
}

func TestAGzipBombIsCutOff(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := []byte(strings.Repeat(" ", 1<<20))
		for range 8 {
			_, _ = z.Write(zeros)
		}
		_ = z.Close()
	}})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.MaxResponseBytes = 1 << 20 })
	_, err := client.queues(t.Context())
	mustFail(t, err, wrapcast.Refused, "larger than allowed")
}

func TestAnIdThatWouldReachAnotherEndpointIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	client := p.newClient(t, newFakeTime().clock(), nil)
	for _, id := range []string{"", ".", ".."} {
		_, err := client.getForecast(t.Context(), id)
		mustFail(t, err, wrapcast.Usage, "id is missing")
	}
	if n := len(p.requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	_, err := client.getForecast(t.Context(), "a/../../b?c#d")
	mustFail(t, err, wrapcast.NotFound, "a")
}

func TestAClientServesManyGoroutines(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	turn := 0
	p := newPlatform(t, map[string]http.HandlerFunc{queuesPath: func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		turn++
		mine := turn
		mu.Unlock()
		switch mine % 7 {
		case 1:
			tooMany("3")(w, r)
		case 2:
			dropped(w, r)
		case 3:
			refuse(401, "bad.credentials", "")(w, r)
		default:
			someQueues(w, r)
		}
	}})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.MaxAttempts = 100; c.Waiting = func(string) {} })
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 5 {
				// two refusals of the token in one call are an answer, not a fault of ours
				if _, err := client.queues(t.Context()); err != nil && statusOf(err) != 401 {
					t.Error(err)
				}
				_ = client.Usage()
			}
		})
	}
	wg.Wait()
}
