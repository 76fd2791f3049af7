package genesys

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

// tokenDesk gives numbered tokens and accepts only those that are still good.
type tokenDesk struct {
	mu      sync.Mutex
	given   int
	revoked map[string]bool
	life    any
}

func (d *tokenDesk) give(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	id, secret, _ := r.BasicAuth()
	if string(body) != "grant_type=client_credentials" || id != testID || secret != testSecret ||
		r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		answerJSON(w, 400, map[string]any{"error": "invalid_request", "description": string(body)})
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.given++
	answerJSON(w, 200, map[string]any{"access_token": fmt.Sprintf("tok-%d", d.given), "expires_in": d.life})
}

func (d *tokenDesk) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		token := r.Header.Get("Authorization")
		good := token == fmt.Sprintf("Bearer tok-%d", d.given) && !d.revoked[token]
		d.mu.Unlock()
		if !good {
			refuse(401, "bad.credentials", "Invalid login credentials.")(w, r)
			return
		}
		next(w, r)
	}
}

func (d *tokenDesk) revoke() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.revoked == nil {
		d.revoked = map[string]bool{}
	}
	d.revoked[fmt.Sprintf("Bearer tok-%d", d.given)] = true
}

func TestATokenIsFetchedOnceAndRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		life          any
		after         time.Duration
		wantAfterward int
	}{
		"long before its end":                 {86400, time.Hour, 1},
		"just before it is due":               {86400, 24*time.Hour - 61*time.Second, 1},
		"a minute before its end":             {86400, 24*time.Hour - 60*time.Second, 2},
		"a short one keeps a tenth in hand":   {300, 269 * time.Second, 1},
		"and is renewed then":                 {300, 270 * time.Second, 2},
		"no life given: kept for an hour":     {nil, 50 * time.Minute, 1},
		"and renewed then":                    {nil, time.Hour, 2},
		"a life of centuries is not believed": {1e30, 49 * time.Hour, 2},
		"a negative life counts as none":      {-5, time.Minute, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			desk, clock := &tokenDesk{life: c.life}, newFakeTime()
			p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": desk.give, queuesPath: desk.guard(someQueues)})
			client := p.newClient(t, clock.clock(), nil)
			for range 3 {
				if _, err := client.queues(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			_ = clock.sleep(t.Context(), c.after)
			if _, err := client.queues(t.Context()); err != nil {
				t.Fatal(err)
			}
			if desk.given != c.wantAfterward {
				t.Errorf("%d tokens, want %d", desk.given, c.wantAfterward)
			}
			if n := client.Usage().RateLimited + client.Usage().Retries; n != 0 {
				t.Errorf("%d retries", n)
			}
		})
	}
}

func TestManyCallersShareOneFetch(t *testing.T) {
	t.Parallel()
	desk := &tokenDesk{life: 86400}
	p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": desk.give, queuesPath: desk.guard(someQueues)})
	client := p.newClient(t, newFakeTime().clock(), nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := client.queues(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if desk.given != 1 {
		t.Errorf("%d tokens were fetched", desk.given)
	}
}

func TestARevokedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	desk := &tokenDesk{life: 86400}
	p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": desk.give, queuesPath: desk.guard(someQueues)})
	client := p.newClient(t, newFakeTime().clock(), nil)
	for range 3 {
		if _, err := client.queues(t.Context()); err != nil {
			t.Fatal(err)
		}
		desk.revoke()
	}
	if desk.given != 3 {
		t.Errorf("%d tokens, want one after each revocation", desk.given)
	}
}

func TestASecond401IsARefusal(t *testing.T) {
	t.Parallel()
	desk := &tokenDesk{life: 86400}
	p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": desk.give,
		queuesPath: refuse(401, "ip.not.authorized", "Your address is not allowed")})
	client := p.newClient(t, newFakeTime().clock(), nil)
	_, err := client.queues(t.Context())
	mustFail(t, err, wrapcast.Refused, "Your address is not allowed", "allowed addresses", "corr-42")
	if desk.given != 2 || len(p.requests()) != 2 {
		t.Errorf("%d tokens and %d requests, want two of each", desk.given, len(p.requests()))
	}
}

func TestWrongCredentialsAreSaidSoAtOnce(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"400 in the words of OAuth": always(400, map[string]any{"error": "invalid_client",
			"description": "client not found or invalid client secret", "error_description": "client not found or invalid client secret"}),
		"401 in the words of OAuth": always(401, map[string]any{"error": "invalid_client", "description": "authentication failed"}),
		"a secret echoed": func(w http.ResponseWriter, r *http.Request) {
			answerJSON(w, 400, map[string]any{"error": "invalid_client", "description": "got " + r.Header.Get("Authorization") + testSecret})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": answer})
			client := p.newClient(t, newFakeTime().clock(), nil)
			_, err := client.Organisation(t.Context())
			mustFail(t, err, wrapcast.Refused, "invalid_client", "GENESYS_CLIENT_SECRET", "GENESYS_REGION", "Client Credentials")
			if n := client.Usage().Requests; n != 1 {
				t.Errorf("%d requests, want one", n)
			}
		})
	}
}

func TestALoginHostWithATroubleOfItsOwnIsAskedAgain(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	p := newPlatform(t, map[string]http.HandlerFunc{
		"POST /oauth/token": inTurn(tooMany("5"), dropped, refuse(503, "service.unavailable", ""), raw(200, "text/html", "<html>"), giveToken),
		queuesPath: func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			someQueues(w, r)
		},
	})
	client := p.newClient(t, newFakeTime().clock(), nil)
	if _, err := client.queues(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls.Load() != 1 || client.Usage().Requests != 6 {
		t.Errorf("%d calls, usage %+v", calls.Load(), client.Usage())
	}
}

func TestALoginHostThatGivesNoTokenIsSaidSo(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{"POST /oauth/token": always(200, map[string]any{})})
	_, err := p.newClient(t, newFakeTime().clock(), nil).Organisation(t.Context())
	mustFail(t, err, wrapcast.Unavailable, "without an access token")
}

func TestAGivenTokenIsSentAndNeverRenewed(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		"POST /oauth/token": func(http.ResponseWriter, *http.Request) { t.Error("a token was fetched") },
		queuesPath: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer "+testToken {
				t.Errorf("Authorization %q", r.Header.Get("Authorization"))
			}
			refuse(401, "bad.credentials", "no "+testToken)(w, r)
		},
	})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.ClientID, c.ClientSecret, c.Token = "", "", testToken })
	_, err := client.queues(t.Context())
	mustFail(t, err, wrapcast.Refused, "[secret]")
	if errors.Is(err, target.ErrAmbiguous) || len(p.requests()) != 1 {
		t.Errorf("%d requests: %v", len(p.requests()), err)
	}
}
