package transport

import (
	"cmp"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
)

// Options say which login to use and how gently to ask. genesys.Config explains each, and the defaults of zeros.
type Options struct {
	// Login is the address tokens are fetched from with ClientID and ClientSecret; Token, if set, is sent instead.
	Login        string
	ClientID     string
	ClientSecret string
	Token        string
	// ReadOnly refuses every endpoint that is part of submitting.
	ReadOnly bool

	Clock             wrapcast.Clock
	Budget            *Budget
	RequestsPerMinute int
	Burst             int
	MaxAttempts       int
	MaxRetryAfter     time.Duration
	MaxBackoff        time.Duration
	AttemptTimeout    time.Duration
	MaxResponseBytes  int64

	Waiting func(reason string)
	// HTTP sends the requests; nil makes one of Network.
	HTTP      http.RoundTripper
	Network   Network
	UserAgent string
}

// New makes a transport; nothing is sent yet. A Network that cannot work is a Usage error.
func New(o Options) (*Transport, error) {
	sender := o.HTTP
	if sender == nil {
		var err error
		if sender, err = o.Network.Transport(); err != nil {
			return nil, err
		}
	}
	t := &Transport{
		http:      newHTTPClient(sender),
		hidden:    o.Network.passwords(),
		clock:     o.Clock,
		budget:    o.Budget,
		meter:     &meter{},
		waiting:   o.Waiting,
		userAgent: cmp.Or(o.UserAgent, "wrapcast"),
		readOnly:  o.ReadOnly,
		limits: limits{
			attempts:       positiveOr(o.MaxAttempts, 8),
			attemptTimeout: positiveOr(o.AttemptTimeout, time.Minute),
			retryAfter:     positiveOr(o.MaxRetryAfter, 3*time.Minute),
			backoff:        positiveOr(o.MaxBackoff, 30*time.Second),
			responseBytes:  positiveOr(o.MaxResponseBytes, 64<<20),
		},
	}
	if t.budget == nil {
		t.budget = newBudget(wrapcast.BudgetLimits{PerMinute: o.RequestsPerMinute, Burst: o.Burst}, nil)
	}
	t.credentials = staticToken(o.Token)
	if o.Token == "" {
		t.credentials = newTokenSource(t, o.Login, o.ClientID, o.ClientSecret)
	}
	return t, nil
}

// Impatient returns a transport like this one that tries everything twice at most, tokens too: a person waits.
func (t *Transport) Impatient() *Transport {
	quick := *t
	quick.limits.attempts = min(2, t.limits.attempts)
	if s, ok := t.credentials.(*tokenSource); ok {
		quick.credentials = newTokenSource(&quick, s.login, s.id, s.secret)
	}
	return &quick
}

// Clock tells the time and waits.
func (t *Transport) Clock() wrapcast.Clock { return t.clock }

// Budget is the organisation's share of the platform's request limit.
func (t *Transport) Budget() *Budget { return t.budget }

// Usage is what was taken of the platform so far.
func (t *Transport) Usage() source.Usage {
	u := t.meter.read()
	l, month := t.budget.read()
	u.PerMinute, u.PerMonth, u.MonthRequests = l.PerMinute, l.PerMonth, month
	return u
}

// UserAgent is sent with every request.
func (t *Transport) UserAgent() string { return t.userAgent }

// RoundTripper sends requests, for WebSockets too.
func (t *Transport) RoundTripper() http.RoundTripper { return t.http.Transport }

// CloseIdle closes connections that no request uses: one that died would leave in doubt whether a request arrived.
func (t *Transport) CloseIdle() { t.http.CloseIdleConnections() }

func positiveOr[T int | int64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// newHTTPClient follows no redirect: the list of what is called is closed.
func newHTTPClient(rt http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     rt,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
