package genesys

import (
	"net"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
)

// newTransport makes the one transport of a client. Credentials are added by whoever knows them.
func newTransport(cfg Config) *transport {
	t := &transport{
		http:      newHTTPClient(cfg.Transport),
		clock:     cfg.Clock,
		budget:    cfg.Budget,
		meter:     &meter{},
		waiting:   cfg.Waiting,
		userAgent: cfg.UserAgent,
		readOnly:  cfg.ReadOnly,
		limits: limits{
			attempts:       positiveOr(cfg.MaxAttempts, 8),
			attemptTimeout: positiveOr(cfg.AttemptTimeout, time.Minute),
			retryAfter:     positiveOr(cfg.MaxRetryAfter, 3*time.Minute),
			backoff:        positiveOr(cfg.MaxBackoff, 30*time.Second),
			responseBytes:  positiveOr(cfg.MaxResponseBytes, 64<<20),
		},
	}
	if t.budget == nil {
		t.budget = newBudget(wrapcast.BudgetLimits{PerMinute: cfg.RequestsPerMinute, Burst: cfg.Burst}, nil)
	}
	if t.userAgent == "" {
		t.userAgent = "wrapcast"
	}
	return t
}

// newHTTPClient follows no redirect: the list of what is called is closed.
func newHTTPClient(rt http.RoundTripper) *http.Client {
	if rt == nil {
		rt = &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxIdleConnsPerHost:    8,
			IdleConnTimeout:        50 * time.Second, // before most load balancers hang up
			MaxResponseHeaderBytes: 256 << 10,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true, // the transport asks for gzip itself
		}
	}
	return &http.Client{
		Transport:     rt,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
