package genesys

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
)

// transport sends requests: within the budget, with a token, repeated where they may be.
//
// It is a loop of its own and not failsafe-go, because that library waits on the wall
// clock (time.NewTimer in its executors), which a replayed organisation does not live by,
// reads Retry-After in seconds only and knows no cap. There is no circuit breaker: attempts
// are bounded, a 429 holds back every caller, and the first call that fails for good ends
// the run, so that a breaker would have nothing left to protect.
type transport struct {
	http        *http.Client
	clock       wrapcast.Clock
	budget      *Budget
	credentials credentials
	limits      limits
	meter       *meter
	waiting     func(string)
	userAgent   string
	readOnly    bool
}

type limits struct {
	attempts       int
	attemptTimeout time.Duration
	retryAfter     time.Duration
	backoff        time.Duration
	responseBytes  int64
}

// credentials are what the Authorization header is made of.
type credentials interface {
	// bearer returns a token that is believed to be valid.
	bearer(ctx context.Context) (string, error)
	// renew forgets a token that was not accepted and reports whether there may be a better one.
	renew(token string) bool
	// hide removes every secret from a text for people.
	hide(text string) string
}

// answer is what came back when all went well.
type answer struct {
	status int
	header http.Header
}

// do sends the call until it succeeds or is hopeless. Errors are for people.
func (t *transport) do(ctx context.Context, c call) (answer, error) {
	r, err := c.prepare()
	if err != nil {
		return answer{}, err
	}
	if t.readOnly && r.endpoint.Writes {
		return answer{}, onlyReads(r)
	}
	n := tries{}
	for {
		n.attempts++
		a, f := t.attempt(ctx, r, &n)
		if f == nil {
			return a, nil
		}
		f.attempts = n.attempts
		next, again := t.next(r, f, &n)
		if !again || ctx.Err() != nil {
			return answer{status: f.status}, t.explain(ctx, r, f)
		}
		if err := t.pause(ctx, r, next); err != nil {
			return answer{}, fmt.Errorf("genesys.%s: %w", c.name, err)
		}
	}
}

// attempt sends the request once and reads the answer to its end.
func (t *transport) attempt(ctx context.Context, r *request, n *tries) (answer, *failure) {
	if r.endpoint.Host != Storage { // storage has limits of its own, far from ours
		if err := t.spend(ctx); err != nil {
			return answer{}, overdrawn(err)
		}
	}
	token, err := t.token(ctx, r)
	if err != nil {
		return answer{}, &failure{cause: err, lasting: true}
	}
	n.token = token
	ctx, cancel := context.WithTimeout(ctx, t.limits.attemptTimeout)
	defer cancel()
	req, err := r.build(ctx, token, t.userAgent)
	if err != nil {
		return answer{}, &failure{cause: fmt.Errorf("the request cannot be made: %w", err), lasting: true}
	}
	t.meter.send(t.clock.Now(), r.endpoint.Host != Storage, func(u *Usage) {
		u.Requests++
		u.BytesOut += int64(len(r.payload))
		if n.attempts > 1 {
			u.Retries++
		}
	})
	resp, err := t.http.Do(req) //nolint:bodyclose // drain closes it
	if err != nil {
		return answer{}, t.unanswered(r, err)
	}
	defer drain(resp.Body)
	return t.receive(resp, r)
}

func (t *transport) token(ctx context.Context, r *request) (string, error) {
	if r.anonymous {
		return "", nil
	}
	return t.credentials.bearer(ctx)
}

func (t *transport) hide(text string) string {
	if t.credentials == nil {
		return text
	}
	return t.credentials.hide(text)
}
