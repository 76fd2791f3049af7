package transport

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

// APIError is what a host answered when it did not do what was asked. It is the
// cause inside a [wrapcast.Error]; use errors.As, or [target.StatusOf], to reach it.
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

// StatusCode is the HTTP status of the answer; see [target.StatusOf].
func (e *APIError) StatusCode() int { return e.Status }

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

// ErrTooMuch, ErrMaybeTooMuch and ErrTooSlow mark errors that asking for less may cure: the answer would have been too
// large, the platform refused for a reason that may be that, or the answer came too late.
var (
	ErrTooMuch      = errors.New("too much at once")
	ErrMaybeTooMuch = errors.New("perhaps too much at once")
	ErrTooSlow      = errors.New("too slow to answer")
)

// marked adds one of the marks above to a cause, so that errors.Is finds both.
type marked struct{ mark, cause error }

func (m marked) Error() string   { return m.cause.Error() }
func (m marked) Unwrap() []error { return []error{m.mark, m.cause} }

// explain turns the last failure of a request into an error for people.
func (t *Transport) explain(ctx context.Context, r *request, f *failure) error {
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
	switch {
	case f.tooLarge:
		cause = marked{ErrTooMuch, cause}
	case f.maybeTooLarge:
		cause = marked{ErrMaybeTooMuch, cause}
	case f.timeout:
		cause = marked{ErrTooSlow, cause}
	}
	kind, hint := r.classify(f)
	message := f.cause.Error()
	if f.attempts > 1 {
		message = fmt.Sprintf("%s; tried %d times", message, f.attempts)
	}
	return &wrapcast.Error{Kind: kind, Op: op, Message: t.hide(message), Hint: hint, Err: cause}
}

// onlyReads is the error of a client that may not submit, which nothing was sent of.
func onlyReads(r *request) error {
	return wrapcast.Errorf(wrapcast.Usage, "genesys."+r.endpoint.Name,
		"this OAuth client only reads: %s %s was not sent", r.endpoint.Method, r.endpoint.Path).
		WithHint("give the client that submits with GENESYS_WRITE_CLIENT_ID and GENESYS_WRITE_CLIENT_SECRET, or run with --dry-run")
}

// Ambiguous is the error of a call of which nobody knows what became.
func (t *Transport) Ambiguous(op string, cause error) error {
	return t.ambiguous(op, &failure{cause: cause})
}

func (t *Transport) ambiguous(op string, f *failure) error {
	return &wrapcast.Error{
		Kind:    wrapcast.Partial,
		Op:      op,
		Message: t.hide(fmt.Sprintf("%v: %v", target.ErrAmbiguous, f.cause)),
		Hint:    "it will not be sent again; run wrapcast submit --settle to look whether it arrived",
		Err:     marked{target.ErrAmbiguous, f.cause},
	}
}
