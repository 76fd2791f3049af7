package genesys

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// Watch listens to the imports of one business unit. It may be nil, or lose its
// connection for good: then imports are followed by looking at the list of forecasts.
type Watch struct {
	client *Client
	topic  string
	cancel context.CancelFunc
	done   chan struct{}
	// changed holds at most one token: something was heard, or the watch died.
	changed chan struct{}

	mu    sync.Mutex
	heard []operation
	// dead says that there is no connection any more, quiet that it says nothing, not even that it lives: a proxy that
	// lets a WebSocket be opened and nothing through.
	dead, quiet bool
}

const (
	// keptOperations bounds what a watch remembers: other people import too.
	keptOperations = 100
	// maxReconnects is how often in a row a connection is opened anew.
	maxReconnects = 5
	dialTimeout   = 20 * time.Second
	maxFrame      = 4 << 20
	// channelLife is how long a channel lives that does not say so, and the longest that is believed.
	channelLife = 24 * time.Hour
	// renewEarly is how long before its end a channel is replaced, or a tenth of its life if that is less.
	renewEarly = time.Hour
	// renewAgain is how long to wait before the next attempt to replace a channel that still lives.
	renewAgain = 5 * time.Minute
)

// conn is a socket on a channel, which is to be replaced before the channel ends.
type conn struct {
	*websocket.Conn
	renewAt time.Time
}

// Subscribe opens a notification channel for a unit's imports. Do so before importing: the
// platform repeats nothing. ctx bounds only the opening; Close ends the watch.
func (c *Client) Subscribe(ctx context.Context, unit wrapcast.BusinessUnitID) (*Watch, error) {
	w := &Watch{
		client:  c,
		topic:   "v2.workforcemanagement.businessunits." + string(unit) + ".shorttermforecasts.import",
		done:    make(chan struct{}),
		changed: make(chan struct{}, 1),
	}
	l, err := w.connect(ctx)
	if err != nil {
		return nil, err
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w.cancel = cancel
	go w.run(life, l)
	return w, nil
}

// Close ends the watch and waits until it has.
func (w *Watch) Close() {
	if w != nil {
		w.cancel()
		<-w.done
	}
}

// alive reports whether notifications can still come: the connection stands, and says now and then that it lives.
func (w *Watch) alive() bool {
	if w == nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.dead && !w.quiet
}

// hush marks the watch as quiet, or not; whoever waits looks at the list instead.
func (w *Watch) hush(quiet bool) {
	w.mu.Lock()
	was := w.quiet
	w.quiet = quiet
	w.mu.Unlock()
	if quiet && !was {
		w.signal()
	}
}

// suspect calls the watch quiet when half the time has passed in which a frame must come. The stop function ends that.
func (w *Watch) suspect(ctx context.Context) (stop func()) {
	half, cancel := context.WithTimeout(ctx, w.client.silence/2)
	off := context.AfterFunc(half, func() {
		if ctx.Err() == nil {
			w.hush(true)
		}
	})
	return func() { off(); cancel() }
}

// channel is the platform's answer to a new one.
type channel struct {
	ID         string `json:"id"`
	ConnectURI string `json:"connectUri"`
	Expires    string `json:"expires"`
}

// renewAt is when a channel that was opened now is to be replaced. What it says of its end is believed within
// reason: this machine's clock may be wrong.
func (c channel) renewAt(now time.Time) time.Time {
	life := channelLife
	if end, err := time.Parse(time.RFC3339, c.Expires); err == nil {
		life = min(max(end.Sub(now), time.Minute), channelLife)
	}
	return now.Add(life - min(renewEarly, life/10))
}

// connect opens a channel, subscribes to the topic and dials the socket.
func (w *Watch) connect(ctx context.Context) (*conn, error) {
	c := w.client
	var channel channel
	if _, err := c.transport.Do(ctx, transport.Call{Name: transport.ChannelCall, Base: c.api,
		Into: &channel}); err != nil {
		return nil, err
	}
	topics := []map[string]string{{"id": w.topic}}
	var subscribed page[subscription]
	if _, err := c.transport.Do(ctx, transport.Call{
		Name: transport.SubscribeCall, Base: c.api, Args: []string{channel.ID}, Body: topics, Into: &subscribed,
	}); err != nil {
		return nil, err
	}
	for _, s := range subscribed.Entities {
		if s.State == "Rejected" {
			return nil, s.refusal()
		}
	}
	socket, err := c.dial(ctx, channel.ConnectURI)
	if err != nil {
		return nil, err
	}
	return &conn{socket, channel.renewAt(c.transport.Clock().Now())}, nil
}

type subscription struct {
	State              string   `json:"state"`
	RejectionReason    string   `json:"rejectionReason"`
	MissingPermissions []string `json:"missingPermissions"`
}

func (s subscription) refusal() error {
	return wrapcast.Errorf(wrapcast.Refused, "genesys."+transport.SubscribeCall,
		"the platform does not tell of imports: %s",
		transport.Printable(s.RejectionReason, transport.MaxMessage)).
		WithHint("give a role of the OAuth client the permission %s", strings.Join(s.MissingPermissions, ", "))
}

// dial opens the socket. Whoever knows its address may listen, so that errors do not name it.
func (c *Client) dial(ctx context.Context, address string) (*websocket.Conn, error) {
	bad := func(what string) error {
		return wrapcast.Errorf(wrapcast.Unavailable, "genesys."+transport.StreamCall, "%s", what).
			WithHint("imports are followed by looking at the list of forecasts instead; allow WebSockets to streaming.* to be quicker")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !secure(u) {
		return nil, bad("the platform gave no address of notifications that can be used")
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: c.transport.RoundTripper()},
		HTTPHeader: http.Header{"User-Agent": {c.transport.UserAgent()}},
	})
	if resp != nil && resp.Body != nil && err != nil {
		resp.Body.Close()
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, bad("no connection for notifications to " + u.Host)
	}
	conn.SetReadLimit(maxFrame)
	return conn, nil
}

// run listens until the watch is closed, replaces channels before they end, and connects again when a connection
// breaks. What was missed meanwhile is found by looking at the list.
func (w *Watch) run(ctx context.Context, l *conn) {
	defer close(w.done)
	for failures := 0; failures < maxReconnects; failures++ {
		heard, due := w.listen(ctx, l)
		if heard {
			failures = 0
		}
		if !due {
			l.hangUp()
			if l = nil; w.client.transport.Clock().Sleep(ctx, w.client.transport.Backoff(failures+1)) != nil {
				break
			}
		}
		l = w.replace(ctx, l)
		w.signal() // whoever waits looks at the list for what was missed
	}
	l.hangUp()
	w.mu.Lock()
	w.dead = true
	w.mu.Unlock()
	w.signal()
}

// replace opens a new connection and only then closes the old one, which may still be of use where there is no new one.
func (w *Watch) replace(ctx context.Context, old *conn) *conn {
	l, err := w.connect(ctx)
	if err == nil {
		old.hangUp()
		return l
	}
	if old != nil {
		old.renewAt = w.client.transport.Clock().Now().Add(renewAgain)
	}
	return old
}

// hangUp closes a connection, if there is one.
func (l *conn) hangUp() {
	if l != nil {
		l.CloseNow() //nolint:errcheck // it is broken already, or nobody listens any more
	}
}

// listen reads frames until the connection breaks, falls silent or is about to be closed, or is due to be
// replaced. It reports whether anything was heard, any frame being life, and whether the connection still stands.
func (w *Watch) listen(ctx context.Context, l *conn) (heard, due bool) {
	for l != nil {
		patience, cancel := context.WithTimeout(ctx, w.client.silence)
		calm := w.suspect(ctx)
		_, frame, err := l.Read(patience)
		calm()
		cancel()
		w.hush(w.quieter(err))
		if err != nil || !w.take(frame) {
			return heard || err == nil, false
		}
		if heard = true; !w.client.transport.Clock().Now().Before(l.renewAt) {
			return heard, true
		}
	}
	return false, false
}

// quieter is whether the watch is quiet after a read that ended so: a frame says that it is not.
func (w *Watch) quieter(err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return err != nil && w.quiet
}

// take notes what a frame tells; false means that nothing more will come on this connection.
func (w *Watch) take(frame []byte) bool {
	var n notification
	if json.Unmarshal(frame, &n) != nil {
		return true // not ours to understand
	}
	switch {
	case n.Topic == w.topic:
		var o operation
		if json.Unmarshal(n.Body, &o) == nil {
			w.remember(o)
		}
	case strings.HasPrefix(n.Topic, "v2.system."):
		return false // closing, no longer subscribed, token revoked
	}
	return true
}

type notification struct {
	Topic string          `json:"topicName"`
	Body  json.RawMessage `json:"eventBody"`
}

func (w *Watch) remember(o operation) {
	w.mu.Lock()
	w.heard = append(w.heard, o)
	if len(w.heard) > keptOperations {
		w.heard = w.heard[1:]
	}
	w.mu.Unlock()
	w.signal()
}

func (w *Watch) signal() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}
