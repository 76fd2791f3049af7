package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// Call says what to send and what to do with the answer.
type Call struct {
	Name string   // of the endpoint
	Args []string // for its path
	Base string   // the host, or the whole address where it is signed
	// Query and Header may be nil; Body is sent as it is if it is []byte, otherwise as JSON.
	Query  url.Values
	Header map[string]string
	Body   any
	// Into takes a JSON answer; Read takes it as a stream instead, from the beginning at every
	// attempt; neither: the body does not matter.
	Into any
	Read func(io.Reader) error
	// Anonymous sends no token.
	Anonymous bool
	// Repeatable lifts the endpoint's rule for this one call, as an idempotency key does.
	Repeatable bool
	// Divisible says that the caller can ask for less at once, Hurried that it rather does so than wait for a second
	// timeout.
	Divisible, Hurried bool
}

// request is a call ready to be sent any number of times.
type request struct {
	Call
	endpoint Endpoint
	url      *url.URL
	payload  []byte
}

func (c Call) prepare() (*request, error) {
	r := &request{Call: c, endpoint: EndpointOf(c.Name)}
	for _, a := range c.Args {
		if a == "" || a == "." || a == ".." { // would reach another endpoint than the one on the list
			return nil, wrapcast.Errorf(wrapcast.Usage, "genesys."+c.Name, "an id is missing: %q cannot stand in %s", a,
				r.endpoint.Path)
		}
	}
	u, err := url.Parse(c.Base + r.endpoint.fill(c.Args...))
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "genesys."+c.Name, "the address cannot be read")
	}
	if c.Query != nil {
		u.RawQuery = c.Query.Encode()
	}
	r.url = u
	r.payload, err = encode(c.Body)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "genesys."+c.Name, "the request cannot be written as JSON: %w",
			err)
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
func (r *request) mayRepeat() bool { return r.endpoint.Repeat || r.Repeatable }

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
	if _, raw := r.Body.([]byte); r.payload != nil && !raw {
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
	for name, value := range r.Header {
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
