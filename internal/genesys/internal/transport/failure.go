package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// deliveryState is how far a request came that failed.
type deliveryState int

const (
	answered    deliveryState = iota // the host said something
	nothingSent                      // no connection was made
	noAnswer                         // it may have arrived
)

// failure is one attempt that did not succeed.
type failure struct {
	cause    error
	delivery deliveryState
	status   int
	attempts int
	// retryAfter is how long the platform asks to wait, 0 if it did not say.
	retryAfter time.Duration
	// lasting: trying again cannot help.
	lasting bool
	// timeout: the answer did not come in time, here or there.
	timeout bool
	// tooLarge: the answer is larger than the platform gives or we take.
	tooLarge bool
	// maybeTooLarge: a refusal of something that can be asked for in parts, for a reason that nobody knows.
	maybeTooLarge bool
	// garbled: a good status, but a body that is not what was promised.
	garbled bool
}

// doubtful reports whether the platform may have done what was asked.
func (f *failure) doubtful() bool {
	if f.delivery != answered {
		return f.delivery == noAnswer
	}
	return f.garbled || f.status == http.StatusRequestTimeout || f.status >= 500 &&
		f.status != http.StatusNotImplemented
}

// overdrawn is a request that the budget did not let through: an interruption, or the month's ceiling.
func overdrawn(err error) *failure { return &failure{cause: err, delivery: nothingSent, lasting: true} }

// unanswered sorts what net/http says when there was no answer. Only what surely
// happened before a connection stood counts as not sent.
func (t *Transport) unanswered(r *request, err error) *failure {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // its text holds the address, and a signed address is a secret
	}
	f := &failure{delivery: noAnswer, timeout: isTimeout(err)}
	if neverConnected(err) {
		f.delivery = nothingSent
		f.lasting = willNeverConnect(err)
	}
	what := "no answer"
	switch {
	case f.delivery == nothingSent:
		what = "no connection"
	case f.timeout:
		what = fmt.Sprintf("no answer within %v", t.limits.attemptTimeout)
	}
	f.cause = fmt.Errorf("%s %s: %s from %s: %w", r.endpoint.Method, r.url.Path, what, r.host(), err)
	return f
}

func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

func neverConnected(err error) bool {
	if willNeverConnect(err) {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*proxyError](err); ok {
		return true
	}
	e, ok := errors.AsType[*net.OpError](err)
	return ok && (e.Op == "dial" || e.Op == "proxyconnect")
}

// willNeverConnect knows the errors that time does not heal: no such host, and certificates that do not fit.
func willNeverConnect(err error) bool {
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		return e.IsNotFound
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return true
	}
	if e, ok := errors.AsType[*proxyError](err); ok {
		return e.lasting()
	}
	return unknownAuthority(err)
}

func unknownAuthority(err error) bool {
	_, ok := errors.AsType[x509.UnknownAuthorityError](err)
	return ok
}
