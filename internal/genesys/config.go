package genesys

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
	"github.com/wrapcast/wrapcast/internal/source"
)

// What holds where a Config says nothing: four fifths of the requests a minute that the platform allows a token, of
// which so many at once, and the longest interval of one query in days.
const (
	DefaultRequestsPerMinute = transport.DefaultRequestsPerMinute
	DefaultChunkDays         = 31
)

// DefaultRegion is where the platform is looked for if a Config names no region.
func DefaultRegion() string { return regions()[0].Name }

// Config says which organisation to talk to and how gently.
type Config struct {
	// Region is the organisation's: an AWS name ("eu-west-1") or a domain ("mypurecloud.ie");
	// "": DefaultRegion.
	Region string
	// BaseURL, if set, is where login and API are instead, on one host: the simulator, a gateway,
	// a rest target. It gets to see the secret. Plain http is taken for loopback addresses only.
	BaseURL string
	// LoginURL and APIURL, if set, are the addresses of login and API, in the place of what Region and BaseURL say: for
	// a region that is not known here, or hosts behind gateways of their own.
	LoginURL, APIURL string
	// Network says how these hosts are reached.
	Network Network
	// ClientID and ClientSecret are those of an OAuth client of the type Client Credentials.
	ClientID     string
	ClientSecret string `json:"-"`
	// Token, if set, is sent instead of tokens fetched with the two above: for a rest target on a host of its own.
	Token string `json:"-"`
	// ReadOnly lets the client refuse every part of submitting before anything is sent: its role may read, another
	// client's writes.
	ReadOnly bool
	// Clock tells the time and waits. It must be set.
	Clock wrapcast.Clock

	// RequestsPerMinute is how many of the platform's 300 may be used; 0: DefaultRequestsPerMinute.
	RequestsPerMinute int
	// Burst is how many requests may be made at once; 0: ten.
	Burst int
	// Budget, if set, is shared with other clients of the organisation and takes the place of the two above.
	Budget *Budget
	// MaxAttempts is how often one request is sent at most; 0: 8.
	MaxAttempts int
	// MaxRetryAfter is the longest wait asked by the platform that is waited; when it asks for
	// more, the request fails at once, for it would be refused again before. 0: 3 minutes.
	MaxRetryAfter time.Duration
	// MaxBackoff is the longest wait between attempts where the platform names none; 0: 30 seconds.
	MaxBackoff time.Duration
	// AttemptTimeout bounds one attempt, from the connection to the last byte; 0: 1 minute.
	AttemptTimeout time.Duration
	// MaxResponseBytes bounds one answer, inflated; 0: 64 MiB.
	MaxResponseBytes int64

	// ChunkDays is the longest interval one query asks for, in days; 0: DefaultChunkDays.
	ChunkDays int
	// VolumeMetric is the metric whose count is the volume of a code, one of VolumeMetrics; "": tHandle.
	VolumeMetric string
	// MaxImportBytes is the largest gzipped plan the platform is believed to take; a larger one is not sent. 0: any.
	MaxImportBytes int
	// Parallel is how many questions about the history may be under way at a time; 0: 4, and up to 8 where the platform
	// is so slow that the budget would not be used.
	Parallel int
	// PageSize is the number of things asked for per page; 0: 100, which every page takes.
	PageSize int
	// PollEvery is how often the list of forecasts is looked at when no notification can come;
	// six times as long while one can. 0: 10 seconds.
	PollEvery time.Duration
	// Silence is how long the notification channel may say nothing, heartbeats included, before it
	// is opened anew; 0: 90 seconds, three heartbeats.
	Silence time.Duration

	// IgnoresIdempotencyKey says that the rest target does not honour the Idempotency-Key, so that a POST
	// whose answer was lost is not sent again. False: it does, and the POST is repeated with the same key.
	IgnoresIdempotencyKey bool

	// Waiting is told what the client waits for ("rate limit, 37 s") whenever that takes a second or
	// more, and "" when the wait is over. It must be safe for concurrent use and not block. Nil: nobody listens.
	Waiting func(reason string)
	// Transport sends the requests; nil: one of the client's own, by Network.
	Transport http.RoundTripper
	// UserAgent is sent with every request; "": "wrapcast".
	UserAgent string
}

// String leaves out the secret.
func (c Config) String() string {
	return fmt.Sprintf("genesys.Config{Region: %q, BaseURL: %q, LoginURL: %q, APIURL: %q, ClientID: %q}", c.Region,
		c.BaseURL, c.LoginURL, c.APIURL, c.ClientID)
}

// GoString leaves out the secret.
func (c Config) GoString() string { return c.String() }

// Client talks to one organisation. It is safe for concurrent use.
type Client struct {
	transport *transport.Transport
	region    string
	api       string
	login     string
	chunkDays int
	parallel  int
	pageSize  int
	pollEvery time.Duration
	silence   time.Duration
	// volume and maxImport are Config.VolumeMetric and Config.MaxImportBytes.
	volume    string
	maxImport int
	// ignoresKey is Config.IgnoresIdempotencyKey.
	ignoresKey bool
	// id is the OAuth client's, "" with a fixed token.
	id string
}

// New returns a client; nothing is sent yet. A setting that cannot work is a Usage error.
func New(cfg Config) (*Client, error) {
	c, err := locate(cfg)
	if err != nil {
		return nil, err
	}
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c.chunkDays = positiveOr(cfg.ChunkDays, DefaultChunkDays)
	c.parallel = max(cfg.Parallel, 0)
	c.pageSize = positiveOr(cfg.PageSize, 100)
	c.pollEvery = positiveOr(cfg.PollEvery, 10*time.Second)
	c.silence = positiveOr(cfg.Silence, 90*time.Second)
	c.volume, c.maxImport = cmp.Or(cfg.VolumeMetric, VolumeMetrics()[0]), cfg.MaxImportBytes
	c.ignoresKey = cfg.IgnoresIdempotencyKey
	c.id = cfg.ClientID
	c.transport, err = transport.New(transport.Options{
		Login: c.login, ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret, Token: cfg.Token,
		ReadOnly: cfg.ReadOnly,
		Clock:    cfg.Clock, Budget: cfg.Budget, RequestsPerMinute: cfg.RequestsPerMinute, Burst: cfg.Burst,
		MaxAttempts: cfg.MaxAttempts, MaxRetryAfter: cfg.MaxRetryAfter, MaxBackoff: cfg.MaxBackoff,
		AttemptTimeout: cfg.AttemptTimeout, MaxResponseBytes: cfg.MaxResponseBytes,
		Waiting: cfg.Waiting, HTTP: cfg.Transport, Network: cfg.Network, UserAgent: cfg.UserAgent,
	})
	return c, err
}

// String names the organisation's host, and no secret.
func (c *Client) String() string { return "genesys.Client{" + c.api + "}" }

// GoString names the organisation's host, and no secret.
func (c *Client) GoString() string { return c.String() }

// Usage returns what this client has taken so far.
func (c *Client) Usage() source.Usage { return c.transport.Usage() }

// Close gives back idle connections, and requests that were set aside in a ledger. The client may still be used after
// it.
func (c *Client) Close() {
	c.transport.Budget().GiveBack(context.Background())
	c.transport.CloseIdle()
}

func (c Config) check() error {
	switch {
	case c.Clock.Now == nil || c.Clock.Sleep == nil:
		return wrapcast.Errorf(wrapcast.Internal, "genesys.New", "no clock was given")
	case c.VolumeMetric != "" && !slices.Contains(VolumeMetrics(), c.VolumeMetric):
		return wrapcast.Errorf(wrapcast.Usage, "genesys.New", "contacts cannot be counted by %q", c.VolumeMetric).
			WithHint("it is one of %s", strings.Join(VolumeMetrics(), ", "))
	case c.Token != "":
		return nil
	case c.ClientID == "":
		return unset("GENESYS_CLIENT_ID")
	case c.ClientSecret == "":
		return unset("GENESYS_CLIENT_SECRET")
	}
	return nil
}

func unset(variable string) error {
	return wrapcast.Errorf(wrapcast.Usage, "genesys.New", "%s is not set", variable).
		WithHint("create an OAuth client of the type Client Credentials (Admin > Integrations > OAuth) and set %s",
			variable)
}

// secure reports whether an address is encrypted, or stays on this machine.
func secure(u *url.URL) bool {
	switch u.Scheme {
	case "https", "wss":
		return true
	case "http", "ws":
		host := u.Hostname()
		ip := net.ParseIP(host)
		return host == "localhost" || ip != nil && ip.IsLoopback()
	}
	return false
}

func positiveOr[T int | int64 | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}
