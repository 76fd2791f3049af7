// Package notify answers for notifications: channels, the topics they subscribe to,
// and the WebSocket each channel is heard through. Nothing is replayed: what happens while nobody listens is lost.
package notify

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

const (
	maxChannels = 20 // per client; one more evicts the least recently used
	maxTopics   = 1000
	channelLife = 24 * time.Hour // unless it is subscribed again
)

// Service keeps the channels of all clients. It is safe for concurrent use.
type Service struct {
	Organisation *organisation.Organisation
	Now          func() time.Time
	Seed         uint64
	// Heartbeat is how often a socket shows that it lives, and HeartbeatBody the JSON it sends then.
	Heartbeat     time.Duration
	HeartbeatBody string
	// SocketLife is how long a socket stays open; a minute before its end it says so.
	SocketLife time.Duration
	// Lifetime ends when the server closes.
	// It is kept because sockets outlive the requests that opened them.
	Lifetime context.Context

	mu       sync.Mutex
	channels []*channel // least recently used first
	numbers  uint64
}

// channel is what a client subscribes topics to.
type channel struct {
	id, client string
	expires    time.Time
	topics     []string
	socket     *socket // nil when nobody listens
}

const channelsPath = "/api/v2/notifications/channels"

// Endpoints lists the service's operations.
func (r *Service) Endpoints() []api.Endpoint {
	const one, subscriptions = channelsPath + "/{channelId}", channelsPath + "/{channelId}/subscriptions"
	return []api.Endpoint{
		{Method: http.MethodGet, Path: "/api/v2/notifications/availabletopics", Repeatable: true, Handle: r.available},
		{Method: http.MethodGet, Path: channelsPath, Repeatable: true, Handle: r.list},
		{Method: http.MethodPost, Path: channelsPath, Repeatable: true, Handle: r.create},
		{Method: http.MethodHead, Path: one, Repeatable: true, Handle: r.head},
		{Method: http.MethodGet, Path: subscriptions, Repeatable: true, Handle: r.subscriptions},
		{Method: http.MethodPost, Path: subscriptions, Takes: api.JSON, Repeatable: true, Handle: r.subscribe},
		{Method: http.MethodPut, Path: subscriptions, Takes: api.JSON, Repeatable: true, Handle: r.replace},
		{Method: http.MethodDelete, Path: subscriptions, Repeatable: true, Handle: r.unsubscribe},
		{Method: http.MethodGet, Path: socketPath + "{channelId}", Storage: true, Repeatable: true, Upgrade: r.connect},
	}
}

type channelEntity struct {
	ConnectURI string `json:"connectUri"`
	ID         string `json:"id"`
	Expires    string `json:"expires"`
}

func entity(c *api.Call, ch *channel) channelEntity {
	scheme := "ws"
	if c.Scheme() == "https" {
		scheme = "wss"
	}
	return channelEntity{scheme + "://" + c.Request.Host + socketPath + ch.id, ch.id,
		ch.expires.UTC().Format("2006-01-02T15:04:05.000Z")}
}

func (r *Service) list(c *api.Call) (api.Answer, error) {
	if _, err := c.OneOf("includechannels", "token", "token", "oauthclient"); err != nil {
		return api.Answer{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	found := []channelEntity{}
	for _, ch := range r.channels {
		if ch.client == c.ClientID && r.Now().Before(ch.expires) {
			found = append(found, entity(c, ch))
		}
	}
	return api.OK(map[string]any{"entities": found}), nil
}

func (r *Service) create(c *api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.numbers++
	ch := &channel{
		id: organisation.NumberedUUID(r.Seed, "channel",
			r.numbers), client: c.ClientID, expires: r.Now().Add(channelLife),
	}
	r.channels = append(r.channels, ch)
	r.evict(c.ClientID)
	return api.OK(entity(c, ch)), nil
}

// evict drops the least recently used channels a client has too many; the lock must be held.
func (r *Service) evict(client string) {
	var kept []*channel
	held := 0
	for i := len(r.channels) - 1; i >= 0; i-- {
		ch := r.channels[i]
		if ch.client == client {
			held++
		}
		if ch.client == client && held > maxChannels {
			ch.socket.close("the channel was evicted")
			continue
		}
		kept = append([]*channel{ch}, kept...)
	}
	r.channels = kept
}

// use finds the caller's channel in the path and marks it as used; the lock must be held.
func (r *Service) use(c *api.Call) (*channel, error) {
	for i, ch := range r.channels {
		if ch.id == c.Path("channelId") && ch.client == c.ClientID && r.Now().Before(ch.expires) {
			r.channels = append(append(r.channels[:i:i], r.channels[i+1:]...), ch)
			return ch, nil
		}
	}
	return nil, api.NotFound()
}

func (r *Service) head(c *api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := r.use(c)
	return api.Answer{Status: http.StatusOK}, err
}
