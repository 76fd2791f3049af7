package genesys

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// ErrAmbiguous marks an error after which nobody knows whether the platform did what
// it was asked: the answer was lost, or was a server error. Whoever asked must look,
// never ask again.
var ErrAmbiguous = errors.New("it is not known whether the platform took it")

// ErrPending marks an error of waiting: nothing was heard until the deadline. It may still happen.
var ErrPending = errors.New("nothing was heard of it until the deadline")

// APIError is what a host answered when it did not do what was asked. It is the
// cause inside a [wrapcast.Error]; use errors.As, or [StatusOf], to reach it.
type APIError struct {
	Method string
	// Path has no query: a signed address keeps its signature there.
	Path   string
	Status int
	// Code is the platform's own: "missing.permissions"; "" where there was none.
	Code string
	// Message is the platform's own, on one line and cut to a readable length.
	Message string
	// CorrelationID is what the platform's support asks for; "" where there was none.
	CorrelationID string
}

// Error returns the request, the answer and the correlation id on one line.
func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s was answered %d", e.Method, e.Path, e.Status)
	if e.Code != "" {
		b.WriteString(" " + e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.CorrelationID != "" {
		b.WriteString(" (correlation id " + e.CorrelationID + ")")
	}
	return b.String()
}

// StatusOf returns the HTTP status of the answer that err is about, 0 where there was none.
func StatusOf(err error) int {
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.Status
	}
	return 0
}

// errTooMuch marks an error that asking for less may cure: the answer was too large or came too late.
var errTooMuch = errors.New("too much at once")

// marked adds one of the marks above to a cause, so that errors.Is finds both.
type marked struct{ mark, cause error }

func (m marked) Error() string   { return m.cause.Error() }
func (m marked) Unwrap() []error { return []error{m.mark, m.cause} }

// explain turns the last failure of a request into an error for people.
func (t *transport) explain(ctx context.Context, r *request, f *failure) error {
	op := "genesys." + r.endpoint.Name
	if f.doubtful() && !r.mayRepeat() {
		return t.ambiguous(op, f)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", op, context.Cause(ctx))
	}
	if e, ok := errors.AsType[*wrapcast.Error](f.cause); ok {
		return e
	}
	cause := f.cause
	if f.tooLarge || f.timeout {
		cause = marked{errTooMuch, cause}
	}
	kind, hint := r.verdict(f)
	message := f.cause.Error()
	if f.attempts > 1 {
		message = fmt.Sprintf("%s; tried %d times", message, f.attempts)
	}
	return &wrapcast.Error{Kind: kind, Op: op, Message: t.hide(message), Hint: hint, Err: cause}
}

func (t *transport) ambiguous(op string, f *failure) error {
	return &wrapcast.Error{
		Kind:    wrapcast.Partial,
		Op:      op,
		Message: t.hide(fmt.Sprintf("%v: %v", ErrAmbiguous, f.cause)),
		Hint:    "it will not be sent again; run wrapcast submit --settle to look whether it arrived",
		Err:     marked{ErrAmbiguous, f.cause},
	}
}

// verdict says what sort of error a failure is and what to do about it.
func (r *request) verdict(f *failure) (wrapcast.Kind, string) {
	if f.status == 0 || f.garbled {
		return r.unreachable(f)
	}
	switch {
	case r.endpoint.Name == tokenCall && f.status < 500 && f.status != 429 && f.status != 408:
		return wrapcast.Refused, "check GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET and GENESYS_REGION: " +
			"the OAuth client must be of the type Client Credentials, active, and of that region"
	case f.status == 401:
		return wrapcast.Refused, "the access token is not accepted, a fresh one neither: check that the OAuth client is active " +
			"and that this machine's address is on the organisation's list of allowed addresses, if it has one"
	case f.status == 403:
		return wrapcast.Refused, r.permissionHint()
	case f.status == 404:
		return wrapcast.NotFound, "it may have been deleted, or lie in a division that the OAuth client's roles do not cover"
	case f.status == 409:
		return wrapcast.Conflict, "something else is changing it: wait a minute and run again"
	case f.status == 413:
		return wrapcast.Refused, "the request is larger than the platform takes: send less at once"
	case f.status == 429:
		return wrapcast.Unavailable, r.rateHint(f)
	case f.status == 408 || f.status >= 500 && f.status != 501:
		return wrapcast.Unavailable, "the platform has a problem of its own: wait and run again; what was done is kept"
	case f.status >= 300 && f.status < 400:
		return wrapcast.Usage, "the address leads elsewhere: check the region or GENESYS_BASE_URL, and any proxy on the way"
	case f.tooLarge:
		return wrapcast.Refused, "ask for a shorter time at once"
	}
	return wrapcast.Refused, "the platform does not take this request; its message says which part"
}

func (r *request) unreachable(f *failure) (wrapcast.Kind, string) {
	switch {
	case f.tooLarge:
		return wrapcast.Refused, "ask for a shorter time at once, or allow larger answers"
	case f.garbled:
		return wrapcast.Unavailable, "check that " + r.host() + " is the platform's API and not a proxy's page, and run again"
	case f.lasting:
		return wrapcast.Unavailable, "check the region or GENESYS_BASE_URL, this machine's name service, clock and certificates"
	}
	return wrapcast.Unavailable, "check that " + r.host() + " can be reached from this machine, and run again; what was done is kept"
}

func (r *request) permissionHint() string {
	switch {
	case r.endpoint.Host == Storage:
		return "the signed address has expired or was changed on the way: run again"
	case len(r.endpoint.Permissions) == 0:
		return "give the OAuth client's roles access to it in the right divisions; scopes do not matter to Client Credentials"
	}
	return fmt.Sprintf("give a role of the OAuth client the permission %s, in the divisions it has to see "+
		"(Admin > Integrations > OAuth > the client > Roles); scopes do not matter to Client Credentials",
		strings.Join(r.endpoint.Permissions, " or "))
}

func (r *request) rateHint(f *failure) string {
	if f.retryAfter > 0 {
		return fmt.Sprintf("the platform asks to wait %v: run again after that, or allow longer waits", f.retryAfter.Round(time.Second))
	}
	return "other programs use up the organisation's request budget: run again later, or lower requests per minute"
}
