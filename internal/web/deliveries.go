package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// DeliveryRow is one webhook message of the outbox.
type DeliveryRow struct {
	ID    wrapcast.DeliveryID    `json:"id" doc:"What receivers see as webhook-id"`
	Run   wrapcast.RunID         `json:"run"`
	Host  string                 `json:"host" doc:"Where it goes; the rest of an address may be a secret"`
	State wrapcast.DeliveryState `json:"state"`
	// Attempts is how often it was sent.
	Attempts    int        `json:"attempts"`
	NextAt      *time.Time `json:"next_at,omitempty" doc:"When it is due; left out where it is not"`
	StatusCode  int        `json:"status_code" doc:"What the receiver answered last, 0 where there was no answer"`
	Reason      string     `json:"reason" doc:"Why the last attempt failed"`
	CreatedAt   time.Time  `json:"created_at"`
	DeliveredAt *time.Time `json:"delivered_at,omitempty"`
}

// deliveryDetail is a message with what it says.
type deliveryDetail struct {
	DeliveryRow
	Event map[string]any `json:"event" doc:"The CloudEvent"`
}

type deliveriesInput struct {
	Scope
	Paged
	Run   string `query:"run" maxLength:"100"`
	State string `query:"state" enum:"pending,delivered,dead"`
}

type deliveryInput struct {
	Scope
	Delivery string `path:"delivery" maxLength:"100"`
}

func (s *Server) registerDeliveries() {
	register(s.api, wrapcast.RoleViewer, get("list-deliveries", "/deliveries", "Webhooks", "List webhook messages, the latest first"), s.listDeliveries)
	register(s.api, wrapcast.RoleViewer, get("get-delivery", "/deliveries/{delivery}", "Webhooks", "Look at one webhook message"), s.getDelivery)
	register(s.api, wrapcast.RolePublisher, described(working(accepted(operation(http.MethodPost, "replay-delivery", "/deliveries/{delivery}/replay", "Webhooks", "Send a webhook message again"))),
		"Whatever became of it. Its id stays the same, so that a receiver who has it knows."), s.replayDelivery)
	register(s.api, wrapcast.RoleAdmin, described(working(accepted(operation(http.MethodPost, "test-webhook", "/deliveries/test", "Webhooks", "Send a webhook message that tells of nothing"))),
		"To see whether it arrives: look at the delivery that is answered until it is delivered or dead."), s.testDelivery)
}

func (s *Server) listDeliveries(ctx context.Context, in *deliveriesInput) (*reply[list[DeliveryRow]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	var out list[DeliveryRow]
	err = s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		found, total, err := tx.DeliveriesBefore(org, store.DeliveryQuery{Run: wrapcast.RunID(in.Run), State: wrapcast.DeliveryState(in.State),
			Before: wrapcast.DeliveryID(before), Limit: in.Limit + 1})
		out = rows(in.Paged, found, total, func(d wrapcast.Delivery) string { return string(d.ID) }, deliveryOf)
		return err
	})
	return answer(out, err)
}

func (s *Server) getDelivery(ctx context.Context, in *deliveryInput) (*reply[deliveryDetail], error) {
	var found wrapcast.Delivery
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		found, err = tx.Delivery(org, wrapcast.DeliveryID(in.Delivery))
		return err
	})
	if err != nil {
		return nil, err
	}
	out := deliveryDetail{DeliveryRow: deliveryOf(found)}
	if err := json.Unmarshal(found.Body, &out.Event); err != nil {
		return nil, err
	}
	return answer(out, nil)
}

func deliveryOf(d wrapcast.Delivery) DeliveryRow {
	out := DeliveryRow{ID: d.ID, Run: d.Run, State: d.State, Attempts: d.Attempts, StatusCode: d.StatusCode, Reason: d.Reason,
		CreatedAt: d.CreatedAt, DeliveredAt: instant(d.DeliveredAt)}
	if u, err := url.Parse(d.URL); err == nil {
		out.Host = u.Host
	}
	if d.State == wrapcast.DeliveryPending {
		out.NextAt = instant(d.NextAt)
	}
	return out
}

func (s *Server) replayDelivery(ctx context.Context, in *deliveryInput) (*reply[DeliveryRow], error) {
	service, err := s.serving()
	if err != nil {
		return nil, err
	}
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	d, err := service.Replay(ctx, org, wrapcast.DeliveryID(in.Delivery), actor(ctx))
	return answer(deliveryOf(d), err)
}

func (s *Server) testDelivery(ctx context.Context, _ *struct{}) (*reply[DeliveryRow], error) {
	service, err := s.serving()
	if err != nil {
		return nil, err
	}
	d, err := service.TestMessage(ctx, actor(ctx))
	return answer(deliveryOf(d), err)
}
