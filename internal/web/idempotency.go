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
	maxKey            = 200
	// maxBody is the largest body of a request that takes no file, in bytes.
	maxBody = 1 << 20
	// What is kept of one identity at most: answers within a day, their bytes, and the bytes of one answer.
	maxKept, maxKeptBytes, maxAnswer = 2000, 16 << 20, 256 << 10
)

// once answers a POST that comes again with the same Idempotency-Key as it was answered before, to whom it was
// answered. Nothing is kept before it is known that there is such an operation, and that whoever asks may do it; nor
// is the answer to what was refused. Answers that hold a secret are not kept: such requests take no key.
type once struct {
	store  *store.Store
	clock  wrapcast.Clock
	faults api.Faults
	mux    *http.ServeMux
	api    *api.API
	// operations are those of the document, by their patterns.
	operations map[string]api.Operation
}

func newOnce(c Config, a *api.API, mux *http.ServeMux, operations []api.Operation, faults api.Faults) *once {
	o := &once{store: c.Store, clock: c.Clock, faults: faults, mux: mux, api: a,
		operations: map[string]api.Operation{}}
	for _, op := range operations {
		o.operations[op.Pattern()] = op
	}
	return o
}

// takes reports whether a request is one whose answer is kept, an operation that whoever asks may do there, and what it
// is for.
func (o *once) takes(r *http.Request) (at api.Scope, takes bool) {
	if r.Method != http.MethodPost || r.Header.Get(idempotencyHeader) == "" {
		return at, false
	}
	_, pattern := o.mux.Handler(r)
	operation, known := o.operations[pattern]
	if !known || operation.Role == api.Anyone || access.WhoAsks(r.Context()).Key == "" {
		return at, false
	}
	at, err := o.api.Scope(r.Context(), operation, r.URL.Query())
	return at, err == nil
}

// only wraps a handler so that it answers each key once.
func (o *once) only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := o.mux.Handler(r)
		r.Body = http.MaxBytesReader(w, r.Body, max(maxBody, o.operations[pattern].MaxBody))
		key := r.Header.Get(idempotencyHeader)
		at, takes := o.takes(r)
		if !takes {
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
		o.answer(w, r, next, key, at, body)
	})
}

// holdsSecret tells the operations whose answers are not kept.
func holdsSecret(path string) bool {
	return strings.HasPrefix(path, api.Prefix+"/session") || path == api.Prefix+"/tokens" ||
		strings.HasPrefix(path, api.Prefix+"/users")
}

// answer answers one key of one organisation and one identity.
func (o *once) answer(
	w http.ResponseWriter, r *http.Request, next http.Handler, key string, at api.Scope, body []byte,
) {
	who := access.WhoAsks(r.Context())
	role := who.In(at.Organisation)
	if at.Organisation == "" {
		role = who.Highest()
	}
	a := store.AnsweredRequest{Key: auth.HashSecret(who.Key + "\n" + string(at.Organisation) + "\n" + key),
		AskedAt: o.clock.Now(), AskedBy: who.Key,
		AskedAs: role, Fingerprint: auth.HashSecret(r.Method + "\n" + r.URL.RequestURI() + "\n" + string(body))}
	before, begun, err := o.begin(r.Context(), a)
	switch {
	case err != nil:
		o.faults.Answer(w, r, err)
	case begun:
		o.keep(w, r, next, a)
	case before.Fingerprint != a.Fingerprint:
		o.faults.Answer(w, r, api.NewProblem(http.StatusUnprocessableEntity,
			"this Idempotency-Key was used for another request").
			WithHint("make a new key for a new request"))
	case !role.May(before.AskedAs):
		o.faults.Answer(w, r, api.Forbidden("this was asked as "+string(before.AskedAs)+", and you are "+
			string(role)+" now").WithHint("an admin changes roles in the settings"))
	case before.Status == 0:
		o.faults.Answer(w, r, api.NewProblem(http.StatusConflict,
			"this request is being answered, or the server stopped while it was").
			WithHint("look whether what it asked for is there"))
	default:
		replayAnswer(w, before)
	}
}

// begin notes that a request is being answered, unless it was noted before or too much of this identity is kept.
func (o *once) begin(ctx context.Context, a store.AnsweredRequest) (before store.AnsweredRequest, begun bool,
	err error) {
	err = o.store.Update(ctx, func(tx *store.Tx) (err error) {
		if err := tx.Requests().ForgetUntil(a.AskedAt.Add(-access.AnswersKept)); err != nil {
			return err
		}
		if before, begun, err = tx.Requests().Begin(a); err != nil || !begun {
			return err
		}
		notes, size, err := tx.Requests().Kept(a.AskedBy)
		if err == nil && (notes > maxKept || size > maxKeptBytes) {
			err = api.NewProblem(http.StatusTooManyRequests, "too many keys of the last 24 hours are kept for you").
				WithHint("ask without an Idempotency-Key, or later")
		}
		return err
	})
	return before, begun, err
}

// keep answers a request and keeps the answer. What failed may be asked again: nothing was done.
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
		if a.Status >= http.StatusBadRequest && a.Status != http.StatusConflict || len(a.Body) > maxAnswer {
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

// SetReadDeadline does nothing: the request has been read, and what waits for its end would end by a deadline.
func (*recorder) SetReadDeadline(time.Time) error { return nil }

// WriteHeader implements http.ResponseWriter.
func (k *recorder) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

// Write implements io.Writer.
func (k *recorder) Write(p []byte) (int, error) {
	if k.body.Len() <= maxAnswer {
		k.body.Write(p)
	}
	return k.ResponseWriter.Write(p)
}
