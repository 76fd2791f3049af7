package handlers

import (
	"context"
	"reflect"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// changeEvent is sent whenever something shown of an organisation has changed.
type changeEvent struct {
	AuditEntries int64               `json:"audit_entries"`
	AsOf         time.Time           `json:"as_of" doc:"Up to when the platform was asked"`
	Forecast     wrapcast.ForecastID `json:"forecast" doc:"The latest; empty where there is none"`
	Run          wrapcast.RunID      `json:"run" doc:"The run under way; empty where there is none"`
}

// watchHandlers tells pages when to ask again.
type watchHandlers struct {
	scope.Organisations
	streams scope.Streamer
}

// operations lists what can be asked here.
func (h *watchHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "watch", Path: "/events", Tag: "Status", Role: viewer, Summary: "Watch for changes",
			Description: "Server-sent events: one whenever stored data has changed, so that pages know when to " +
				"reload.",
			Handler: api.Streams(api.Stored, api.EventTypes{"change": reflect.TypeFor[changeEvent]()}, h.watchAll)},
	}
}

func (h *watchHandlers) watchAll(
	ctx context.Context, at api.Scope, _ *struct{},
) (func(context.Context, api.Sender) error, error) {
	return func(ctx context.Context, send api.Sender) error {
		var last changeEvent
		return h.streams.Loop(ctx, send, func() (bool, error) {
			now, err := h.change(ctx, at.Organisation)
			if err != nil || now == last {
				return false, err
			}
			last = now
			return false, send(api.Event{Name: "change", Data: now})
		})
	}, nil
}

func (h *watchHandlers) change(ctx context.Context, org wrapcast.OrganisationID) (c changeEvent, err error) {
	err = h.Store.View(ctx, func(tx *store.Tx) error {
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
