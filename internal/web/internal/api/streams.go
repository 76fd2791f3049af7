package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Event is one server-sent event; the zero Event says that the stream is still there.
type Event struct {
	// ID, where it is not 0, comes back as Last-Event-ID after a broken connection.
	ID   int64
	Name string
	Data any
}

// Sender sends an event, and returns an error when nobody listens any more.
type Sender func(Event) error

// EventTypes are the types of the data of a stream's events, by their names.
type EventTypes map[string]reflect.Type

// Streams makes a handler that answers with server-sent events. What can be wrong is found out by prepare; the function
// it returns then sends until the reader leaves, the server stops, or whoever reads may not any more: the login is
// over, the token revoked, the role another, or prepare finds something wrong by then.
func Streams[I any](
	need Need, types EventTypes,
	prepare func(context.Context, Scope, *I) (func(context.Context, Sender) error, error),
) Handler {
	return Handler{need, func(a *API, o huma.Operation) {
		o.Responses = map[string]*huma.Response{"200": {Description: "Server-sent events",
			Content: map[string]*huma.MediaType{"text/event-stream": {Schema: a.streamSchema(types)}}}}
		huma.Register(a.huma, o, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			at := scopeOf(ctx)
			run, err := prepare(ctx, at.Scope, in)
			if err != nil {
				return nil, a.refuse(ctx, err)
			}
			may := func(ctx context.Context) error {
				now, err := a.decide(ctx, at.asked)
				if err == nil && now != at.Scope {
					err = Forbidden("this stream was of another organisation")
				}
				if err == nil {
					_, err = prepare(ctx, now, in)
				}
				return err
			}
			return &huma.StreamResponse{Body: func(c huma.Context) { a.stream(c, may, run) }}, nil
		})
	}}
}

// stream sends the events of one reader.
func (a *API) stream(c huma.Context, may func(context.Context) error, run func(context.Context, Sender) error) {
	ctx, stop := a.while(c.Context(), may)
	defer stop()
	_, w := humago.Unwrap(c)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // an answer that goes on has none
	c.SetHeader("Content-Type", "text/event-stream")
	c.SetHeader("Cache-Control", "no-store")
	c.SetHeader("X-Accel-Buffering", "no") // proxies must not wait for more
	c.SetStatus(http.StatusOK)
	if err := run(ctx, sendTo(ctx, c)); err != nil && ctx.Err() == nil {
		a.faults.note(ctx, err)
	}
}

// streamSchema describes a stream as the list of its events: OpenAPI 3.1 has no better word.
func (a *API) streamSchema(types EventTypes) *huma.Schema {
	var kinds []*huma.Schema
	for name, t := range types {
		kind := &huma.Schema{Type: huma.TypeObject, Title: name, Required: []string{"event", "data"},
			Properties: map[string]*huma.Schema{
				"event": {Type: huma.TypeString, Enum: []any{name}}, "id": {Type: huma.TypeInteger},
				"data": a.huma.OpenAPI().Components.Schemas.Schema(t, true, name),
			}}
		kind.PrecomputeMessages()
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(x, y *huma.Schema) int { return bytes.Compare([]byte(x.Title), []byte(y.Title)) })
	items := kinds[0]
	if len(kinds) > 1 {
		items = &huma.Schema{OneOf: kinds}
	}
	return &huma.Schema{Type: huma.TypeArray, Description: "The events, one after the other; data is JSON.",
		Items: items}
}

func sendTo(ctx context.Context, c huma.Context) Sender {
	w := c.BodyWriter()
	flush, _ := w.(http.Flusher)
	return func(e Event) error {
		var b bytes.Buffer
		if e.Name == "" {
			b.WriteString(": still here\n\n")
		} else {
			text, err := json.Marshal(e.Data)
			if err != nil {
				return err
			}
			if e.ID != 0 {
				b.WriteString("id: " + strconv.FormatInt(e.ID, 10) + "\n")
			}
			b.WriteString("event: " + e.Name + "\ndata: ")
			b.Write(text)
			b.WriteString("\n\n")
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := w.Write(b.Bytes()); err != nil {
			return err
		}
		if flush != nil {
			flush.Flush()
		}
		return ctx.Err()
	}
}
