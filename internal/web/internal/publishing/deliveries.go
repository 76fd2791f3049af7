package publishing

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// DeliveryRow is one webhook message of the outbox.
type DeliveryRow struct {
	ID    wrapcast.DeliveryID    `json:"id" doc:"What receivers see as webhook-id"`
	Run   wrapcast.RunID         `json:"run"`
	Host  string                 `json:"host" doc:"Where it goes; the rest of an address may be a secret"`
	State wrapcast.DeliveryState `json:"state"`
	// Attempts counts the times it was sent.
	Attempts    int        `json:"attempts"`
	NextAt      *time.Time `json:"next_at,omitempty" doc:"When it is due; left out where it is not"`
	StatusCode  int        `json:"status_code" doc:"What the receiver answered last, 0 where there was no answer"`
	Reason      string     `json:"reason" doc:"Why the last attempt failed"`
	CreatedAt   time.Time  `json:"created_at"`
	DeliveredAt *time.Time `json:"delivered_at,omitempty"`
}

// deliveryDetail is a message with its content.
type deliveryDetail struct {
	DeliveryRow
	Event map[string]any `json:"event" doc:"The CloudEvent"`
}

type deliveriesInput struct {
	api.Paged
	Run   string `query:"run" maxLength:"100"`
	State string `query:"state" enum:"pending,delivered,dead"`
}

type deliveryInput struct {
	Delivery string `path:"delivery" maxLength:"100"`
}

// deliveryHandlers shows and sends webhook messages.
type deliveryHandlers struct {
	scope.Organisations
	worker scope.Worker
}

// operations lists what can be asked here.
func (h *deliveryHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-deliveries", Path: "/deliveries", Tag: "Webhooks", Role: viewer,
			Summary: "List webhook messages, the latest first",
			Handler: api.Answer(api.Stored, h.listDeliveries)},
		{ID: "get-delivery", Path: "/deliveries/{delivery}", Tag: "Webhooks", Role: viewer,
			Summary: "Look at one webhook message",
			Handler: api.Answer(api.Stored, h.getDelivery)},
		{ID: "replay-delivery", Method: http.MethodPost, Path: "/deliveries/{delivery}/replay", Tag: "Webhooks",
			Role:        publisher,
			Summary:     "Send a webhook message again",
			Description: "Whatever its state. Its id stays the same, so that a receiver recognises a duplicate.",
			Status:      http.StatusAccepted, Works: true, Handler: api.Answer(api.Connected, h.replayDelivery)},
		{ID: "test-webhook", Method: http.MethodPost, Path: "/deliveries/test", Tag: "Webhooks", Role: admin,
			Summary:     "Send a test message to the webhook",
			Description: "To see whether it arrives, poll the delivery returned until it is delivered or dead.",
			Status:      http.StatusAccepted, Works: true, Handler: api.Answer(api.Connected, h.testDelivery)},
	}
}

func (h *deliveryHandlers) listDeliveries(
	ctx context.Context, at api.Scope, in *deliveriesInput,
) (*api.Page[DeliveryRow], error) {
	return scope.Listed[wrapcast.Delivery, DeliveryRow]{
		Find: func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) ([]wrapcast.Delivery, int,
			error) {
			return tx.Deliveries().Before(org, store.DeliveryQuery{Run: wrapcast.RunID(in.Run),
				State: wrapcast.DeliveryState(in.State), Before: wrapcast.DeliveryID(after), Limit: limit})
		},
		IDOf: func(d wrapcast.Delivery) string { return string(d.ID) },
		Show: deliveryOf,
	}.Answer(ctx, h.View, at, in.Paged)
}

func (h *deliveryHandlers) getDelivery(
	ctx context.Context, at api.Scope, in *deliveryInput,
) (*api.Reply[deliveryDetail], error) {
	var found wrapcast.Delivery
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		found, err = tx.Deliveries().Get(org, wrapcast.DeliveryID(in.Delivery))
		return err
	})
	if err != nil {
		return nil, err
	}
	out := deliveryDetail{DeliveryRow: deliveryOf(found)}
	if err := json.Unmarshal(found.Body, &out.Event); err != nil {
		return nil, err
	}
	return api.Respond(out, nil)
}

func deliveryOf(d wrapcast.Delivery) DeliveryRow {
	out := DeliveryRow{ID: d.ID, Run: d.Run, State: d.State, Attempts: d.Attempts, StatusCode: d.StatusCode,
		Reason: d.Reason, CreatedAt: d.CreatedAt, DeliveredAt: api.Instant(d.DeliveredAt)}
	if u, err := url.Parse(d.URL); err == nil {
		out.Host = u.Host
	}
	if d.State == wrapcast.DeliveryPending {
		out.NextAt = api.Instant(d.NextAt)
	}
	return out
}

func (h *deliveryHandlers) replayDelivery(
	ctx context.Context, at api.Scope, in *deliveryInput,
) (*api.Reply[DeliveryRow], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	d, err := served.Replay(ctx, at.Organisation, wrapcast.DeliveryID(in.Delivery), access.Actor(ctx))
	return api.Respond(deliveryOf(d), err)
}

func (h *deliveryHandlers) testDelivery(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[DeliveryRow], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	d, err := served.TestMessage(ctx, access.Actor(ctx))
	return api.Respond(deliveryOf(d), err)
}
