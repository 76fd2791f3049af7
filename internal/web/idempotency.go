package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

const (
	idempotencyHeader = "Idempotency-Key"
	// answersKept is the time a key stands for its request.
	answersKept = 24 * time.Hour
	maxKey      = 200
	// maxBody is the largest body of a request, in bytes.
	maxBody = 1 << 20
)

// once answers a POST that comes again with the same Idempotency-Key as it was answered before.
// Answers that hold a secret are not kept: such requests take no key.
type once struct {
	store  *store.Store
	clock  wrapcast.Clock
	faults api.Faults
}

// only wraps a handler so that it answers each key once.
func (o *once) only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		key := r.Header.Get(idempotencyHeader)
		if r.Method != http.MethodPost || key == "" || !strings.HasPrefix(r.URL.Path, api.Prefix+"/") {
			next.ServeHTTP(w, r)
			return
		}
		if holdsSecret(r.URL.Path) || len(key) > maxKey {
			o.faults.Answer(w, r, api.NewProblem(http.StatusUnprocessableEntity,
				"this request takes no Idempotency-Key, or not such a long one"))
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			o.faults.Answer(w, r, api.NewProblem(http.StatusRequestEntityTooLarge, "the request is too large"))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		o.answer(w, r, next, key, body)
	})
}

// holdsSecret tells the operations whose answers are not kept.
func holdsSecret(path string) bool {
	return strings.HasPrefix(path, api.Prefix+"/session") || path == api.Prefix+"/tokens" ||
		strings.HasPrefix(path, api.Prefix+"/users")
}

func (o *once) answer(w http.ResponseWriter, r *http.Request, next http.Handler, key string, body []byte) {
	ctx, now := r.Context(), o.clock.Now()
	a := store.AnsweredRequest{Key: auth.HashSecret(access.Actor(ctx) + "\n" + key), AskedAt: now,
		Fingerprint: auth.HashSecret(r.Method + "\n" + r.URL.RequestURI() + "\n" + string(body))}
	var before store.AnsweredRequest
	begun := false
	err := o.store.Update(ctx, func(tx *store.Tx) (err error) {
		if err := tx.Requests().ForgetUntil(now.Add(-answersKept)); err != nil {
			return err
		}
		before, begun, err = tx.Requests().Begin(a)
		return err
	})
	switch {
	case err != nil:
		o.faults.Answer(w, r, err)
	case begun:
		o.keep(w, r, next, a)
	case before.Fingerprint != a.Fingerprint:
		o.faults.Answer(w, r, api.NewProblem(http.StatusUnprocessableEntity,
			"this Idempotency-Key was used for another request").
			WithHint("make a new key for a new request"))
	case before.Status == 0:
		o.faults.Answer(w, r, api.NewProblem(http.StatusConflict,
			"this request is being answered, or the server stopped while it was").
			WithHint("look whether what it asked for is there"))
	default:
		replayAnswer(w, before)
	}
}

// keep answers a request and keeps the answer; one that failed by a fault of ours may be made again.
func (o *once) keep(w http.ResponseWriter, r *http.Request, next http.Handler, a store.AnsweredRequest) {
	kept := &recorder{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(kept, r)
	header, err := json.Marshal(map[string]string{"Content-Type": w.Header().Get("Content-Type"),
		"Location": w.Header().Get("Location")})
	if err != nil {
		return
	}
	a.Status, a.Header, a.Body = kept.status, string(header), kept.body.Bytes()
	// Written down even when the reader has left: the work is done.
	_ = o.store.Update(context.WithoutCancel(r.Context()), func(tx *store.Tx) error {
		if a.Status >= http.StatusInternalServerError || a.Status == http.StatusUnauthorized ||
			a.Status == http.StatusForbidden {
			return tx.Requests().Forget(a.Key)
		}
		return tx.Requests().Finish(a)
	})
}

func replayAnswer(w http.ResponseWriter, a store.AnsweredRequest) {
	header := map[string]string{}
	_ = json.Unmarshal([]byte(a.Header), &header) // we wrote it
	for name, value := range header {
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	w.Header().Set("Idempotent-Replayed", "true")
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body) // a reader who left needs no answer
}

// recorder keeps a copy of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// Unwrap lets http.ResponseController reach the connection.
func (k *recorder) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (k *recorder) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (k *recorder) Write(p []byte) (int, error) {
	k.body.Write(p)
	return k.ResponseWriter.Write(p)
}
