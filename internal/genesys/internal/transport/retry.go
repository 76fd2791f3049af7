package transport

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/source"
)

const (
	// firstBackoff is what the first wait without a Retry-After is drawn around.
	firstBackoff = 500 * time.Millisecond
	// garbledAttempts bounds attempts whose answers cannot be read: a fault on the wire goes
	// away, a login page of a proxy does not.
	garbledAttempts = 4
)

// tries is what was tried for one call.
type tries struct {
	attempts int
	garbled  int
	token    string
	renewed  bool
}

// pause is what to wait for before the next attempt.
type pause struct {
	wait       time.Duration
	why        string
	byPlatform bool // by the platform: everybody waits
	atOnce     bool
}

// next decides whether a request is sent again, and when. A 429 and a 401 are answers of
// the platform's doorkeepers, who turn requests away before anything is done, so they
// may be repeated whatever the request; anything doubtful only if it does no harm twice.
func (t *Transport) next(r *request, f *failure, n *tries) (pause, bool) {
	switch {
	case f.status == http.StatusUnauthorized && !r.Anonymous && !n.renewed:
		n.renewed = true
		return pause{atOnce: true}, t.credentials.renew(n.token)
	case f.lasting || n.attempts >= t.limits.attempts:
		return pause{}, false
	case f.status == http.StatusTooManyRequests:
		return t.afterRefusal(f, n, "rate limit")
	case f.delivery == nothingSent:
		return pause{wait: t.Backoff(n.attempts), why: "no connection, trying again"}, true
	case !f.doubtful() || !r.mayRepeat() || r.Hurried && f.timeout:
		return pause{}, false
	case f.garbled:
		n.garbled++
		return pause{wait: t.Backoff(n.attempts), why: "broken answer, trying again"}, n.garbled < garbledAttempts
	case f.delivery == noAnswer:
		return pause{wait: t.Backoff(n.attempts), why: "connection lost, trying again"}, true
	}
	return t.afterRefusal(f, n, "server error "+strconv.Itoa(f.status)+", trying again")
}

// afterRefusal waits as long as the platform asks; if that is longer than allowed it
// gives up rather than knock before the time.
func (t *Transport) afterRefusal(f *failure, n *tries, why string) (pause, bool) {
	if f.retryAfter <= 0 {
		return pause{wait: t.Backoff(n.attempts), why: why}, true
	}
	return pause{wait: f.retryAfter, why: why, byPlatform: true}, f.retryAfter <= t.limits.retryAfter
}

// Backoff returns a wait that doubles with every attempt up to the cap, of which the
// second half is left to chance, so that many clients do not come back together.
func (t *Transport) Backoff(attempts int) time.Duration {
	d := t.limits.backoff
	if shift := attempts - 1; shift < 16 {
		d = min(d, firstBackoff<<shift)
	}
	return d/2 + rand.N(d/2+1) // jitter needs no secret randomness
}

func (t *Transport) pause(ctx context.Context, r *request, p pause) error {
	if p.atOnce {
		return ctx.Err()
	}
	if p.byPlatform && r.endpoint.Host != Storage {
		t.budget.postpone(ctx, t.clock.Now().Add(p.wait))
	}
	if err := t.wait(ctx, p.wait, p.why); err != nil {
		return err
	}
	t.meter.add(func(u *source.Usage) {
		if p.byPlatform {
			u.WaitedAsTold += p.wait
		} else {
			u.WaitedBackoff += p.wait
		}
	})
	return nil
}

// retryAfter reads the header in both of its forms: seconds, or an HTTP date, which
// is compared with the answer's own Date, so that a wrong clock here does no harm.
// It returns 0 if there is none or it makes no sense.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(v, 64); err == nil && seconds > 0 && seconds < 1e9 {
		return time.Duration(seconds * float64(time.Second))
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return max(0, at.Sub(now))
}
