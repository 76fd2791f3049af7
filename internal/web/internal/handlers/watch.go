package handlers

import (
	"context"
	"reflect"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// A stream looks at the store so often, and says that it is still there so often.
const (
	lookEvery = 300 * time.Millisecond
	beatEvery = 15 * time.Second
)

// streamer repeats a look at the store, which sends the events of a stream, until the stream ends.
type streamer struct {
	clock wrapcast.Clock
	// closing reports whether the server stops.
	closing func() bool
}

// loop looks again and again until there is nothing more to come, the reader leaves, or the server stops.
func (s streamer) loop(ctx context.Context, send api.Sender, look func() (over bool, err error)) error {
	beat := s.clock.Now()
	for {
		over, err := look()
		if over || err != nil {
			return err
		}
		if s.clock.Since(beat) >= beatEvery {
			beat = s.clock.Now()
			if err := send(api.Event{}); err != nil {
				return err
			}
		}
		if err := s.clock.Sleep(ctx, lookEvery); err != nil || s.closing() {
			return nil //nolint:nilerr // the reader left, or the server stops
		}
	}
}

// changeEvent is sent whenever something shown of an organisation has changed.
type changeEvent struct {
	AuditEntries int64               `json:"audit_entries"`
	AsOf         time.Time           `json:"as_of" doc:"Up to when the platform was asked"`
	Forecast     wrapcast.ForecastID `json:"forecast" doc:"The latest; empty where there is none"`
	Run          wrapcast.RunID      `json:"run" doc:"The run under way; empty where there is none"`
}

// watchHandlers tells pages when to ask again.
type watchHandlers struct {
	organisations
	streams streamer
}

// operations lists what can be asked here.
func (h *watchHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "watch", Path: "/events", Tag: "Status", Role: viewer, Summary: "Watch for changes",
			Description: "Server-sent events: one whenever stored data has changed, so that pages know when to " +
				"reload.",
			Handler: api.Streams(api.EventTypes{"change": reflect.TypeFor[changeEvent]()}, h.watchAll)},
	}
}

func (h *watchHandlers) watchAll(
	ctx context.Context, in *OrganisationInput,
) (func(context.Context, api.Sender) error, error) {
	org, err := h.choose(ctx, *in)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, send api.Sender) error {
		var last changeEvent
		return h.streams.loop(ctx, send, func() (bool, error) {
			now, err := h.change(ctx, org)
			if err != nil || now == last {
				return false, err
			}
			last = now
			return false, send(api.Event{Name: "change", Data: now})
		})
	}, nil
}

func (h *watchHandlers) change(ctx context.Context, org wrapcast.OrganisationID) (c changeEvent, err error) {
	err = h.store.View(ctx, func(tx *store.Tx) error {
		v, err := tx.Version(org)
		if err != nil {
			return err
		}
		c.AuditEntries, c.AsOf = v.AuditSeq, time.UnixMilli(v.ReadTo).UTC()
		latest, _, err := tx.Forecasts().Heads(org, store.ForecastQuery{Limit: 1})
		if err != nil {
			return err
		}
		if len(latest) > 0 {
			c.Forecast = latest[0].ID
		}
		run, err := tx.Runs().Unfinished(org)
		if err == nil {
			c.Run = run.ID
		}
		if wrapcast.KindOf(err) == wrapcast.NotFound {
			return nil
		}
		return err
	})
	return c, err
}
