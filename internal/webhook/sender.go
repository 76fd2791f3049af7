package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/wrapcast/wrapcast"
)

// Config says how messages are sent.
type Config struct {
	// Secrets sign the messages ("whsec_…", see NewSecret), the newest first; all sign, so that a secret can be
	// exchanged without a message lost. None means that messages go out unsigned.
	Secrets []string
	// Clock stamps the messages. It must be set.
	Clock wrapcast.Clock
	// Timeout bounds one attempt from the first look-up to the answer's status; zero means 15 seconds.
	Timeout time.Duration
	// AllowPrivate lets messages go to private (RFC 1918, unique local) and loopback addresses. Carrier-grade NAT,
	// link-local, the clouds' metadata services and other special addresses are refused all the same.
	AllowPrivate bool
	// AllowLoopback lets messages go to loopback addresses, and to no other that is not public.
	AllowLoopback bool
	// UserAgent names the sender; "" means "wrapcast".
	UserAgent string
	// RootCAs are the certificate authorities trusted; nil means the system's.
	RootCAs *x509.CertPool
	// Resolver looks names up; nil means the system's.
	Resolver *net.Resolver
	// Proxy finds the proxy of a request that leaves the company, nil where it goes without; nil means that none does. The
	// environment's is not asked for.
	Proxy func(*http.Request) (*url.URL, error)
}

// Sender sends messages. It is safe for concurrent use.
type Sender struct {
	config Config
	signer signer
	// client dials itself, proxied lets the proxy; nil where there is none.
	client, proxied *http.Client
}

const (
	defaultTimeout = 15 * time.Second
	maxHeader      = 64 << 10 // bytes of an answer's header
)

// New makes a Sender; a secret that is none is a Usage error.
func New(config Config) (*Sender, error) {
	if config.Clock.Now == nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "webhook", "the sender has no clock")
	}
	signer, err := newSigner(config.Secrets)
	if err != nil {
		return nil, err
	}
	if config.Timeout <= 0 {
		config.Timeout = defaultTimeout
	}
	if config.UserAgent == "" {
		config.UserAgent = "wrapcast"
	}
	return &Sender{config: config, signer: signer, client: newClient(config, func(*http.Transport) {}),
		proxied: newProxied(config)}, nil
}

// newClient makes a client that goes nowhere but where it is told, but for what change changes: no proxy of the
// environment, no redirect, no connection kept. Its body is never read, so that neither a huge nor a dripping one can
// hold us.
func newClient(config Config, change func(*http.Transport)) *http.Client {
	t := &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer(config).DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: config.RootCAs, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
	}
	change(t)
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     t,
	}
}

// Send makes one attempt to deliver d and returns the status answered, 0 where there was none. A nil error means a 2xx.
// Permanent and RetryAfter tell what an error means for the next attempt. Errors name the host alone and no
// secret, whatever the address holds.
func (s *Sender) Send(ctx context.Context, d wrapcast.Delivery) (status int, err error) {
	return s.SendWithin(ctx, d, s.config.Timeout)
}

// SendWithin is Send that waits for so long at most, and never longer than the sender's own limit.
func (s *Sender) SendWithin(ctx context.Context, d wrapcast.Delivery, within time.Duration) (status int, err error) {
	within = min(within, s.config.Timeout)
	target, err := parseURL(d.URL)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(d.Body))
	if err != nil {
		return 0, notAnAddress()
	}
	request.Header.Set("Content-Type", contentType)
	if err := s.stamp(request.Header, d); err != nil {
		return 0, err
	}
	return s.do(ctx, request, within)
}

// Through is the host and port of the proxy by which messages to an address go out, "" where they go without.
func (s *Sender) Through(ctx context.Context, address string) string {
	target, err := parseURL(address)
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	_, proxy, _ := s.way(ctx, &http.Request{URL: target})
	return proxy
}

// Probe reports whether something answers HTTP at an address, without telling it anything: an OPTIONS request whose
// status does not matter, unless it is a server error.
func (s *Sender) Probe(ctx context.Context, address string) error {
	target, err := parseURL(address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodOptions, target.String(), nil)
	if err != nil {
		return notAnAddress()
	}
	if status, err := s.do(ctx, request, s.config.Timeout); status == 0 || status >= 500 {
		return err
	}
	return nil
}

func (s *Sender) do(ctx context.Context, request *http.Request, within time.Duration) (int, error) {
	request.Header.Set("User-Agent", s.config.UserAgent)
	host := request.URL.Host
	client, proxy, err := s.way(ctx, request)
	if err != nil {
		return 0, unanswered(ctx, host, rounded(within), err)
	}
	if proxy != "" {
		host += " (through the proxy " + proxy + ")"
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, unanswered(ctx, host, rounded(within), err)
	}
	response.Body.Close()
	if proxy != "" && response.StatusCode == http.StatusProxyAuthRequired { // of a plain http receiver
		return 0, unanswered(ctx, host, rounded(within), &proxyRefusal{proxy, response.Status})
	}
	return response.StatusCode, answered(host, response, s.config.Clock.Now())
}

// rounded is a limit as people are told it.
func rounded(d time.Duration) time.Duration {
	if d > time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}

// stamp sets the headers of Standard Webhooks.
func (s *Sender) stamp(header http.Header, d wrapcast.Delivery) error {
	now := s.config.Clock.Now()
	header.Set(standardwebhooks.HeaderWebhookID, string(d.ID))
	header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	if len(s.signer.keys) == 0 {
		return nil
	}
	signature, err := s.signer.sign(string(d.ID), now, d.Body)
	if err != nil {
		return err
	}
	header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return nil
}

// CheckURL reports whether an address can be one of a webhook, before anything is sent there.
func CheckURL(address string) error {
	_, err := parseURL(address)
	return err
}

func parseURL(address string) (*url.URL, error) {
	target, err := url.Parse(strings.TrimSpace(address))
	if err != nil || target.Hostname() == "" || target.Opaque != "" || target.Scheme != "http" &&
		target.Scheme != "https" {
		return nil, notAnAddress()
	}
	if port := target.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, notAnAddress()
		}
	}
	target.Fragment = ""
	return target, nil
}

// notAnAddress does not repeat the address: it may hold a secret.
func notAnAddress() error {
	return fail(wrapcast.Usage, failure{permanent: true}, "the webhook's address is no http or https URL with a host").
		WithHint("write it as https://example.com/path")
}
