package genesys

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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

// call says what to send and what to do with the answer.
type call struct {
	name string   // of the endpoint
	args []string // for its path
	base string   // the host, or the whole address where it is signed
	// query and header may be nil; body is sent as it is if it is []byte, otherwise as JSON.
	query  url.Values
	header map[string]string
	body   any
	// into takes a JSON answer; read takes it as a stream instead, from the beginning at every
	// attempt; neither: the body does not matter.
	into any
	read func(io.Reader) error
	// anonymous sends no token.
	anonymous bool
	// repeatable lifts the endpoint's rule for this one call, as an idempotency key does.
	repeatable bool
	// hurried gives up at the first timeout: the caller asks for less instead.
	hurried bool
}

// answer is what came back when all went well.
type answer struct {
	status int
	header http.Header
	// doubted: an earlier attempt may have done it already.
	doubted bool
}

// request is a call ready to be sent any number of times.
type request struct {
	call
	endpoint Endpoint
	url      *url.URL
	payload  []byte
}

// do sends the call until it succeeds or is hopeless. Errors are for people.
func (t *transport) do(ctx context.Context, c call) (answer, error) {
	r, err := c.prepare()
	if err != nil {
		return answer{}, err
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
			return answer{status: f.status, doubted: n.doubted}, t.explain(ctx, r, f)
		}
		n.doubted = n.doubted || f.doubtful()
		if err := t.pause(ctx, r, next); err != nil {
			return answer{}, fmt.Errorf("genesys.%s: %w", c.name, err)
		}
	}
}

func (c call) prepare() (*request, error) {
	r := &request{call: c, endpoint: endpoint(c.name)}
	for _, a := range c.args {
		if a == "" || a == "." || a == ".." { // would reach another endpoint than the one on the list
			return nil, wrapcast.Errorf(wrapcast.Usage, "genesys."+c.name, "an id is missing: %q cannot stand in %s", a, r.endpoint.Path)
		}
	}
	u, err := url.Parse(c.base + r.endpoint.fill(c.args...))
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "genesys."+c.name, "the address cannot be read")
	}
	if c.query != nil {
		u.RawQuery = c.query.Encode()
	}
	r.url = u
	r.payload, err = encode(c.body)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "genesys."+c.name, "the request cannot be written as JSON: %w", err)
	}
	return r, nil
}

func encode(body any) ([]byte, error) {
	switch b := body.(type) {
	case nil:
		return nil, nil
	case []byte:
		return b, nil
	}
	return json.Marshal(body)
}

func (r *request) host() string { return r.url.Host }

// mayRepeat reports whether doing it twice does no harm.
func (r *request) mayRepeat() bool { return r.endpoint.Repeat || r.repeatable }

// attempt sends the request once and reads the answer to its end.
func (t *transport) attempt(ctx context.Context, r *request, n *tries) (answer, *failure) {
	if r.endpoint.Host != Storage { // storage has limits of its own, far from ours
		if err := t.spend(ctx); err != nil {
			return answer{}, unsent(err)
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
	t.meter.add(func(u *Usage) {
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
	return t.receive(resp, r, n)
}

func (t *transport) token(ctx context.Context, r *request) (string, error) {
	if r.anonymous {
		return "", nil
	}
	return t.credentials.bearer(ctx)
}

func (r *request) build(ctx context.Context, token, userAgent string) (*http.Request, error) {
	var body io.Reader
	if r.payload != nil {
		body = bytes.NewReader(r.payload)
	}
	req, err := http.NewRequestWithContext(ctx, r.endpoint.Method, r.url.String(), body)
	if err != nil {
		return nil, err
	}
	if !r.mayRepeat() {
		req.GetBody = nil // or net/http might repeat it by itself when a kept connection turns out dead
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Encoding", "gzip") // named here, so that net/http leaves it to us and wire bytes can be counted
	if _, raw := r.body.([]byte); r.payload != nil && !raw {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	r.setHeaders(req)
	return req, nil
}

// setHeaders adds the call's own headers. Signed uploads name theirs, among them some that net/http keeps elsewhere.
func (r *request) setHeaders(req *http.Request) {
	for name, value := range r.header {
		switch http.CanonicalHeaderKey(strings.TrimSpace(name)) {
		case "Host":
			req.Host = value
		case "Content-Length":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil && n == int64(len(r.payload)) {
				req.ContentLength = n
			}
		default:
			req.Header.Set(name, value)
		}
	}
}

func (t *transport) hide(text string) string {
	if t.credentials == nil {
		return text
	}
	return t.credentials.hide(text)
}
