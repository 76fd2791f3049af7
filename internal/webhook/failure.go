package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/wrapcast/wrapcast"
)

// failure is why an attempt failed, for those who decide whether and when to try again.
type failure struct {
	// retryAfter is how long the receiver asked to be left alone, 0 where it did not.
	retryAfter time.Duration
	// permanent says that trying again cannot help.
	permanent bool
	// cause is the context's error, where that broke the attempt off.
	cause error
}

func (f *failure) Error() string { return "the delivery failed" }

func (f *failure) Unwrap() error { return f.cause }

// Permanent reports whether an error of Send says that no further attempt can help: the receiver answered 410 Gone, the
// address is not allowed, or it is no address. The delivery is dead then; it can be replayed once that is mended.
func Permanent(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.permanent
}

// RetryAfter returns how long the receiver asked to be left alone, 0 where it did not: what Schedule.Next wants to
// know.
func RetryAfter(err error) time.Duration {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.retryAfter
	}
	return 0
}

// fail makes the error people see. Of the address it names the host alone: paths and queries of webhooks
// are often secrets.
func fail(kind wrapcast.Kind, f failure, format string, args ...any) *wrapcast.Error {
	e := wrapcast.Errorf(kind, "webhook", format, args...)
	e.Err = &f
	return e
}

// answered judges a status. Any 2xx is a delivery; by Standard Webhooks everything else may be
// tried again, but 410 Gone.
func answered(host string, response *http.Response, now time.Time) error {
	status := response.StatusCode
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusGone:
		return fail(wrapcast.Refused, failure{permanent: true}, "%s answered 410 Gone: it wants no more messages",
			host).
			WithHint("remove the webhook, or give it a new address")
	case status >= 300 && status < 400:
		return fail(wrapcast.Refused, failure{}, "%s answered %d, a redirect, which is not followed", host, status).
			WithHint("configure the address it redirects to")
	case status == http.StatusTooManyRequests || status >= 500:
		return fail(wrapcast.Unavailable, failure{retryAfter: retryAfter(response.Header, now)}, "%s answered %d %s",
			host, status, http.StatusText(status))
	default:
		return fail(wrapcast.Refused, failure{retryAfter: retryAfter(response.Header, now)}, "%s answered %d %s", host,
			status, http.StatusText(status)).
			WithHint("check the webhook's address and that the receiver knows its secret")
	}
}

// retryAfter reads the header as whole seconds or as a date; 0 when it is absent, past or neither.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(time.Duration(seconds)*time.Second, 0)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// unanswered words the failure that stands for an answer. The text of err is never shown: it names the whole address.
func unanswered(ctx context.Context, host string, timeout time.Duration, err error) error {
	refusal, refused := errors.AsType[*proxyRefusal](err)
	switch {
	case refused:
		return fail(wrapcast.Unavailable, failure{}, "%s cannot be reached: the proxy answered %s", host, refusal.status).
			WithHint("let the proxy through to this host, or set its user and password (WRAPCAST_PROXY, network.proxy_file)")
	case errors.Is(err, errHereOnly):
		return fail(wrapcast.Refused, failure{}, "%s has no address here, and is no name of the public internet that a proxy "+
			"may be asked for", host).
			WithHint("name a public host; one of your own network must be resolved here, and webhook.allow_private be true")
	case errors.Is(err, errPrivate):
		return fail(wrapcast.Refused, failure{permanent: true}, "%s is not on the public internet", host).
			WithHint("if the receiver is in your own network, allow private addresses for webhooks")
	case errors.Is(ctx.Err(), context.Canceled):
		return fail(wrapcast.Unavailable, failure{cause: context.Canceled}, "the delivery to %s was broken off", host)
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil:
		return fail(wrapcast.Unavailable, failure{cause: context.DeadlineExceeded}, "%s did not answer within %s", host,
			timeout)
	}
	return fail(wrapcast.Unavailable, failure{}, "%s cannot be reached: %s", host, cause(err))
}

// cause names the class of a network error, so that no text of the other side gets into ours.
func cause(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return "there is no such host"
		}
		return "its name cannot be resolved"
	}
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, other := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case unknown:
		return "its certificate is signed by an unknown authority"
	case other:
		return "its certificate is for another host"
	case invalid, unverified:
		return "its certificate is not valid"
	case record, alert:
		return "it does not speak TLS as it should"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was reset"
	}
	return "the connection broke or its answer was not HTTP"
}
