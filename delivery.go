package wrapcast

import "time"

// DeliveryState says whether a webhook message is waiting, delivered or given up.
type DeliveryState string

// The states of a delivery.
const (
	// DeliveryPending: written with the result it tells of, to be sent at NextAt.
	DeliveryPending DeliveryState = "pending"
	// DeliveryDelivered: the receiver answered 2xx.
	DeliveryDelivered DeliveryState = "delivered"
	// DeliveryDead: every attempt failed; it can be replayed.
	DeliveryDead DeliveryState = "dead"
)

// Delivery is one webhook message in the outbox: written in the transaction of the
// result it tells of, sent at least once, recognised by its ID.
type Delivery struct {
	ID           DeliveryID     `json:"id"`
	Run          RunID          `json:"run"`
	Organisation OrganisationID `json:"organisation"`
	URL          string         `json:"url"`
	// Body is a CloudEvents 1.0 event in JSON; it is signed when sent and never changes.
	Body     []byte        `json:"body"`
	State    DeliveryState `json:"state"`
	Attempts int           `json:"attempts"`
	// NextAt is when it is due.
	NextAt time.Time `json:"next_at"`
	// StatusCode and Reason tell of the last attempt.
	StatusCode  int       `json:"status_code,omitempty"`
	Reason      string    `json:"reason,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	// TriedAt is when the last attempt was made, zero before any: where that lies ahead, the clock was set back since,
	// and NextAt says nothing.
	TriedAt time.Time `json:"-"`
}
