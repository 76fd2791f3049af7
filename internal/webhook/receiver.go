package webhook

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/wrapcast/wrapcast"
)

// ReceiverConfig says which messages a Receiver takes.
type ReceiverConfig struct {
	// Secrets verify the messages: one matching signature is enough. None means that any message is taken.
	Secrets []string
	// Clock tells how old a message is. It must be set.
	Clock wrapcast.Clock
	// Tolerance is how far a message's time may lie from the clock's; zero means 5 minutes.
	Tolerance time.Duration
	// MaxBody is the largest body in bytes; zero means 1 MiB.
	MaxBody int64
}

// Message is one message a Receiver took, however often it came.
type Message struct {
	ID   string
	Body []byte
	// At is when it came first, Copies how often it came.
	At     time.Time
	Copies int
}

// Receiver takes messages over HTTP: it verifies signature and time, keeps each message
// once and recognises those that come again. It is safe for concurrent use.
type Receiver struct {
	config ReceiverConfig
	signer signer

	mu       sync.Mutex
	messages []Message
	at       map[string]int // index of a message id in messages
	refused  int
	changed  chan struct{} // closed and replaced whenever a new message comes
}

// NewReceiver makes a Receiver; a secret that is none is a Usage error.
func NewReceiver(config ReceiverConfig) (*Receiver, error) {
	if config.Clock.Now == nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "webhook", "the receiver has no clock")
	}
	signer, err := newSigner(config.Secrets)
	if err != nil {
		return nil, err
	}
	if config.Tolerance <= 0 {
		config.Tolerance = 5 * time.Minute
	}
	if config.MaxBody <= 0 {
		config.MaxBody = 1 << 20
	}
	return &Receiver{config: config, signer: signer, at: map[string]int{}, changed: make(chan struct{})}, nil
}

// ServeHTTP answers 200 to a message it takes, again to one it has seen; 401 to a signature it does not know, 400 to a
// message without id or out of time, 405 and 413 to what is no message.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	status := r.receive(w, request)
	if status != http.StatusOK {
		r.mu.Lock()
		r.refused++
		r.mu.Unlock()
	}
	w.WriteHeader(status)
}

func (r *Receiver) receive(w http.ResponseWriter, request *http.Request) int {
	if request.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, r.config.MaxBody))
	if err != nil {
		return http.StatusRequestEntityTooLarge
	}
	id := request.Header.Get(standardwebhooks.HeaderWebhookID)
	if id == "" || !r.inTime(request.Header) {
		return http.StatusBadRequest
	}
	if !r.signed(body, request.Header) {
		return http.StatusUnauthorized
	}
	r.keep(id, body)
	return http.StatusOK
}

// inTime guards against replays. The library's own check reads the wall clock, which is not ours.
func (r *Receiver) inTime(header http.Header) bool {
	seconds, err := strconv.ParseInt(header.Get(standardwebhooks.HeaderWebhookTimestamp), 10, 64)
	if err != nil {
		return false
	}
	return r.config.Clock.Since(time.Unix(seconds, 0)).Abs() <= r.config.Tolerance
}

func (r *Receiver) signed(body []byte, header http.Header) bool {
	return len(r.signer.keys) == 0 || slices.ContainsFunc(r.signer.keys, func(key *standardwebhooks.Webhook) bool {
		return key.VerifyIgnoringTimestamp(body, header) == nil
	})
}

func (r *Receiver) keep(id string, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i, seen := r.at[id]; seen {
		r.messages[i].Copies++
		return
	}
	r.at[id] = len(r.messages)
	r.messages = append(r.messages, Message{ID: id, Body: body, At: r.config.Clock.Now(), Copies: 1})
	close(r.changed)
	r.changed = make(chan struct{})
}

// Messages returns the messages taken, each once, in the order they first came.
func (r *Receiver) Messages() []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.messages)
}

// Refused returns how many requests were refused.
func (r *Receiver) Refused() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refused
}

// Await waits until n different messages have come or ctx is done, and then returns ctx's error.
func (r *Receiver) Await(ctx context.Context, n int) error {
	for {
		r.mu.Lock()
		enough, changed := len(r.messages) >= n, r.changed
		r.mu.Unlock()
		if enough {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
