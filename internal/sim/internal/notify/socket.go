package notify

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

const (
	socketPath = "/channels/"
	// backlog is how many messages a slow listener may be behind; more are lost.
	backlog      = 100
	writeTimeout = 10 * time.Second
	closingEarly = time.Minute
)

// socket is the one WebSocket of a channel.
type socket struct {
	messages chan []byte
	cancel   context.CancelCauseFunc
}

// closed is why a socket ends, as the listener is told.
type closed string

func (c closed) Error() string { return string(c) }

func (s *socket) close(why string) {
	if s != nil {
		s.cancel(closed(why))
	}
}

// message is what a listener gets.
type message struct {
	TopicName string    `json:"topicName"`
	EventBody any       `json:"eventBody"`
	Version   string    `json:"version,omitempty"`
	Metadata  *metadata `json:"metadata,omitempty"`
}

type metadata struct {
	CorrelationID string `json:"CorrelationId"`
}

// Publish tells everybody who is subscribed to the topic and listening now.
func (r *Service) Publish(topic string, body any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.numbers++
	text, err := json.Marshal(message{topic, body, "2", &metadata{organisation.NumberedUUID(r.Seed, "message",
		r.numbers)}})
	if err != nil {
		return // bodies are our own plain structs
	}
	for _, ch := range r.channels {
		if ch.socket != nil && slices.Contains(ch.topics, topic) {
			ch.socket.send(text)
		}
	}
}

func (s *socket) send(text []byte) {
	select {
	case s.messages <- text:
	default:
	}
}

// connect opens the socket of the channel in the path. A channel has one socket: a second takes the place of the first.
func (r *Service) connect(w http.ResponseWriter, request *http.Request) {
	id := request.PathValue("channelId")
	if !r.exists(id) {
		http.Error(w, "no such channel", http.StatusNotFound)
		return
	}
	ctx, cancel := context.WithCancelCause(r.Lifetime)
	defer cancel(nil)
	s := &socket{make(chan []byte, backlog), cancel}
	if strings.EqualFold(request.Header.Get("Upgrade"), "websocket") {
		r.attach(id, s) // before the answer: whoever has it must miss nothing from then on
		defer r.detach(id, s)
	}
	// any web page may listen
	conn, err := websocket.Accept(w, request, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	go drain(context.WithoutCancel(ctx), conn, cancel) // a read that is cancelled would tear the connection down
	r.serve(ctx, conn, s)
}

// Holds reports whether there is a channel with the id.
func (r *Service) Holds(id string) bool { return r.exists(id) }

func (r *Service) exists(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.channels, func(ch *channel) bool { return ch.id == id && r.Now().Before(ch.expires) })
}

func (r *Service) attach(id string, s *socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, ch := range r.channels {
		if ch.id == id {
			ch.socket.close("another socket was opened")
			ch.socket = s
		}
	}
}

func (r *Service) detach(id string, s *socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, ch := range r.channels {
		if ch.id == id && ch.socket == s {
			ch.socket = nil
		}
	}
}

// drain reads what the listener sends, which means nothing, until it goes away.
func drain(ctx context.Context, conn *websocket.Conn, gone context.CancelCauseFunc) {
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			gone(err)
			return
		}
	}
}

// serve writes messages and heartbeats until the socket's life is over. It waits in
// real time, not on the clock: a heartbeat is about the connection, and a clock that is sped up would drown it.
func (r *Service) serve(ctx context.Context, conn *websocket.Conn, s *socket) {
	early := min(closingEarly, r.SocketLife/2)
	notice, cancelNotice := context.WithTimeout(ctx, r.SocketLife-early)
	defer cancelNotice()
	end, cancelEnd := context.WithTimeout(ctx, r.SocketLife)
	defer cancelEnd()
	closing := notice.Done()
	for {
		beat, cancelBeat := context.WithTimeout(ctx, r.Heartbeat)
		var text []byte
		select {
		case text = <-s.messages:
		case <-closing:
			text, closing = closingNotice(), nil
		case <-end.Done():
		case <-beat.Done():
			text = []byte(r.HeartbeatBody)
		}
		cancelBeat()
		if end.Err() != nil || !write(ctx, conn, text) {
			conn.Close(websocket.StatusGoingAway, reason(ctx))
			return
		}
	}
}

func write(ctx context.Context, conn *websocket.Conn, text []byte) bool {
	if ctx.Err() != nil {
		return false
	}
	// a write that is cancelled would tear the connection down before its end was said
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, text) == nil
}

func reason(ctx context.Context) string {
	var why closed
	if errors.As(context.Cause(ctx), &why) {
		return string(why)
	}
	return "the socket's life is over"
}

func closingNotice() []byte {
	text, err := json.Marshal(message{TopicName: "v2.system.socket_closing",
		EventBody: map[string]string{"message": "WebSocket is closing"}})
	if err != nil {
		return nil // a plain map marshals
	}
	return text
}
