package api

import (
	"cmp"
	"net/http"
	"net/url"
	"time"
)

// Endpoint is one operation of the API.
type Endpoint struct {
	// Method and Path say where; the path is a pattern of http.ServeMux.
	Method, Path string
	// AnyOf and AllOf are the permissions asked for; both empty means a token is enough.
	AnyOf, AllOf []string
	// Public endpoints ask for no token.
	Public bool
	// Takes is the media type of the body, "" where none is read.
	Takes string
	// Storage marks the signed addresses of the file storage, which is not the API: no token,
	// no rate limit, and the handler reads the body itself.
	Storage bool
	// Repeatable requests change nothing that a second one would change again, so that a fault may lose their answer.
	Repeatable bool
	// Spared endpoints are hit only by faults that name them.
	Spared bool
	// Accepting endpoints begin an import, whose fate may be ordered.
	Accepting bool
	// Handle does the work.
	Handle func(*Call) (Answer, error)
	// Upgrade takes the connection over, in place of Handle.
	Upgrade func(http.ResponseWriter, *http.Request)
}

// JSON is the media type of the API.
const JSON = "application/json"

// Form is the media type of the token request.
const Form = "application/x-www-form-urlencoded"

// Name returns method and path: how the endpoint is counted.
func (e *Endpoint) Name() string { return e.Method + " " + e.Path }

// Call is one request to an endpoint.
type Call struct {
	Request *http.Request
	// Body is the whole body, where the endpoint takes one.
	Body []byte
	// Token and ClientID say who asks, Permitted what they may.
	Token     string
	ClientID  string
	Permitted func(permission string) bool
	// Fate is what was ordered for the import this call begins.
	Fate Fate
	// TokenSkew is how much earlier than it says the token of this call will end.
	TokenSkew time.Duration

	query url.Values
}

// Fate is how an import goes on after it was accepted; the zero value is as it should be.
type Fate struct {
	// Stuck imports never end, Fails ends one in an error, Extra is how much longer it takes.
	Stuck, Fails bool
	Extra        time.Duration
	// Tell is how often the end is told: 0 means once, below 0 never.
	Tell int
	// Again marks the second time of a request that is handled twice.
	Again bool
}

// Told returns how often the end of the import is told.
func (f Fate) Told() int { return max(cmp.Or(f.Tell, 1), 0) }

// Path returns a wildcard of the endpoint's path.
func (c *Call) Path(name string) string { return c.Request.PathValue(name) }

// Query returns the request's query parameters.
func (c *Call) Query() url.Values {
	if c.query == nil {
		c.query = c.Request.URL.Query()
	}
	return c.query
}

// Scheme returns "http", or "https" when the request came over TLS.
func (c *Call) Scheme() string {
	if c.Request.TLS != nil {
		return "https"
	}
	return "http"
}

// URL returns an absolute address on the host the request was sent to.
func (c *Call) URL(path string) string { return c.Scheme() + "://" + c.Request.Host + path }

// HasAny reports whether the caller has one of the permissions; none asked for is granted.
func (c *Call) HasAny(permissions ...string) bool {
	for _, p := range permissions {
		if c.Permitted(p) {
			return true
		}
	}
	return len(permissions) == 0
}
