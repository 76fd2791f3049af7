package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
)

// event is one server-sent event.
type event struct {
	// id, where it is not 0, comes back as Last-Event-ID after a broken connection.
	id   int64
	name string
	data any
}

// sender sends an event, and returns an error when nobody listens any more.
type sender func(event) error

// described events of a stream: what the data of each looks like.
type eventTypes map[string]reflect.Type

// streams registers an operation that answers with server-sent events. What can be wrong is found out by
// prepare; the function it returns then sends until the reader leaves or the server stops.
func streams[I any](a *api, need wrapcast.Role, o huma.Operation, types eventTypes, prepare func(context.Context, *I) (func(context.Context, sender) error, error)) {
	a.document(need, &o)
	o.Responses = map[string]*huma.Response{"200": {Description: "Server-sent events",
		Content: map[string]*huma.MediaType{"text/event-stream": {Schema: a.streamSchema(types)}}}}
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		run, err := prepare(ctx, in)
		if err != nil {
			a.fault(ctx, err)
			return nil, problemOf(err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			c.SetHeader("Content-Type", "text/event-stream")
			c.SetHeader("Cache-Control", "no-store")
			c.SetHeader("X-Accel-Buffering", "no") // proxies must not wait for more
			c.SetStatus(http.StatusOK)
			if err := run(c.Context(), sendTo(c)); err != nil && c.Context().Err() == nil {
				a.fault(c.Context(), err)
			}
		}}, nil
	})
}

// streamSchema describes a stream as the list of its events: OpenAPI 3.1 has no better word.
func (a *api) streamSchema(types eventTypes) *huma.Schema {
	var kinds []*huma.Schema
	for name, t := range types {
		kind := &huma.Schema{Type: huma.TypeObject, Title: name, Required: []string{"event", "data"}, Properties: map[string]*huma.Schema{
			"event": {Type: huma.TypeString, Enum: []any{name}},
			"id":    {Type: huma.TypeInteger},
			"data":  a.huma.OpenAPI().Components.Schemas.Schema(t, true, name),
		}}
		kind.PrecomputeMessages()
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(x, y *huma.Schema) int { return bytes.Compare([]byte(x.Title), []byte(y.Title)) })
	items := kinds[0]
	if len(kinds) > 1 {
		items = &huma.Schema{OneOf: kinds}
	}
	return &huma.Schema{Type: huma.TypeArray, Description: "The events, one after the other; data is JSON.", Items: items}
}

func sendTo(c huma.Context) sender {
	w := c.BodyWriter()
	flush, _ := w.(http.Flusher)
	return func(e event) error {
		var b bytes.Buffer
		if e.name == "" {
			b.WriteString(": still here\n\n")
		} else {
			text, err := json.Marshal(e.data)
			if err != nil {
				return err
			}
			if e.id != 0 {
				b.WriteString("id: " + strconv.FormatInt(e.id, 10) + "\n")
			}
			b.WriteString("event: " + e.name + "\ndata: ")
			b.Write(text)
			b.WriteString("\n\n")
		}
		if _, err := w.Write(b.Bytes()); err != nil {
			return err
		}
		if flush != nil {
			flush.Flush()
		}
		return c.Context().Err()
	}
}
