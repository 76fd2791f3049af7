package transport

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/traces"
)

// Transport sends requests: within the budget, with a token, repeated where they may be.
//
// It is a loop of its own and not failsafe-go, because that library waits on the wall
// clock (time.NewTimer in its executors), which a replayed organisation does not live by,
// reads Retry-After in seconds only and knows no cap. There is no circuit breaker: attempts
// are bounded, a 429 holds back every caller, and the first call that fails for good ends
// the run, so that a breaker would have nothing left to protect.
type Transport struct {
	http        *http.Client
	clock       wrapcast.Clock
	budget      *Budget
	credentials credentials
	limits      limits
	meter       *meter
	waiting     func(string)
	userAgent   string
	readOnly    bool
	// hidden are secrets that no text may show, beside the credentials.
	hidden []string
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

// Answer is a successful answer of the platform.
type Answer struct {
	Status int
	Header http.Header
}

// Do sends the call until it succeeds or is hopeless. Errors are for people.
func (t *Transport) Do(ctx context.Context, c Call) (a Answer, err error) {
	r, err := c.prepare()
	if err != nil {
		return Answer{}, err
	}
	if t.readOnly && r.endpoint.Writes {
		return Answer{}, onlyReads(r)
	}
	n := tries{}
	ctx, span := traces.Begin(ctx, "query "+c.Name, attribute.String("http.request.method", r.endpoint.Method),
		attribute.String("url.template", r.endpoint.Path), attribute.String("server.address", r.host()))
	defer func() {
		span.SetAttributes(attribute.Int("http.response.status_code", a.Status), attribute.Int("wrapcast.attempts", n.attempts))
		traces.End(span, err)
	}()
	for {
		n.attempts++
		a, f := t.attempt(ctx, r, &n)
		if f == nil {
			return a, nil
		}
		f.attempts = n.attempts
		next, again := t.next(r, f, &n)
		span.AddEvent("attempt failed", trace.WithAttributes(attribute.Int("http.response.status_code", f.status)))
		if !again || ctx.Err() != nil {
			return Answer{Status: f.status}, t.explain(ctx, r, f)
		}
		if err := t.pause(ctx, r, next); err != nil {
			return Answer{}, fmt.Errorf("genesys.%s: %w", c.Name, err)
		}
	}
}

// attempt sends the request once and reads the answer to its end.
func (t *Transport) attempt(ctx context.Context, r *request, n *tries) (Answer, *failure) {
	if r.endpoint.Host != Storage { // storage has limits of its own, far from ours
		if err := t.spend(ctx); err != nil {
			return Answer{}, overdrawn(err)
		}
	}
	token, err := t.token(ctx, r)
	if err != nil {
		return Answer{}, &failure{cause: err, lasting: true}
	}
	n.token = token
	ctx, cancel := context.WithTimeout(ctx, t.limits.attemptTimeout)
	defer cancel()
	req, err := r.build(ctx, token, t.userAgent)
	if err != nil {
		return Answer{}, &failure{cause: fmt.Errorf("the request cannot be made: %w", err), lasting: true}
	}
	t.meter.send(t.clock.Now(), r.endpoint.Host != Storage, func(u *source.Usage) {
		u.Requests++
		u.BytesOut += int64(len(r.payload))
		if n.attempts > 1 {
			u.Retries++
		}
	})
	resp, err := t.http.Do(req) //nolint:bodyclose // drain closes it
	if err != nil {
		return Answer{}, t.unanswered(r, err)
	}
	defer drain(resp.Body)
	return t.receive(resp, r)
}

func (t *Transport) token(ctx context.Context, r *request) (string, error) {
	if r.Anonymous {
		return "", nil
	}
	return t.credentials.bearer(ctx)
}

func (t *Transport) hide(text string) string {
	text = withoutSecrets(text, t.hidden...)
	if t.credentials == nil {
		return text
	}
	return t.credentials.hide(text)
}
