package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

const deliveryColumns = `organisation_id, delivery_id, run_id, url, body, state, attempts, next_at, status_code, reason, created_at, delivered_at, tried_at`

// Add puts a message into the outbox, in the transaction of the result it tells of.
// It returns Conflict where its id is taken.
func (tx Deliveries) Add(d wrapcast.Delivery) error {
	return tx.insert("delivery "+string(d.ID),
		`INSERT INTO delivery (`+deliveryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		d.Organisation, d.ID, d.Run, d.URL, d.Body, d.State, d.Attempts, instant(d.NextAt), d.StatusCode,
		wellFormed(d.Reason),
		instant(d.CreatedAt), instant(d.DeliveredAt), instant(d.TriedAt))
}

// Save stores the state of a message, which itself never changes. was is the
// delivery as it was read: where another process has moved it since, it returns Conflict.
func (tx Deliveries) Save(d, was wrapcast.Delivery) error {
	n, err := tx.exec(`UPDATE delivery SET state = $1, attempts = $2, next_at = $3, status_code = $4, reason = $5, delivered_at = $6,
		tried_at = $7 WHERE organisation_id = $8 AND delivery_id = $9 AND state = $10 AND attempts = $11`,
		d.State, d.Attempts, instant(d.NextAt), d.StatusCode, wellFormed(d.Reason), instant(d.DeliveredAt),
		instant(d.TriedAt),
		d.Organisation, d.ID, was.State, was.Attempts)
	if err != nil || n == 1 {
		return err
	}
	stored, err := tx.Get(d.Organisation, d.ID)
	if err != nil {
		return err
	}
	return conflict("delivery %s is %s after %d attempts, not %s after %d", d.ID, stored.State, stored.Attempts,
		was.State, was.Attempts)
}

// Get returns a message of the outbox, or NotFound.
func (tx Deliveries) Get(org wrapcast.OrganisationID, id wrapcast.DeliveryID) (wrapcast.Delivery, error) {
	return require(tx.conn, "delivery "+string(id), scanDelivery,
		`SELECT `+deliveryColumns+` FROM delivery WHERE organisation_id = $1 AND delivery_id = $2`, org, id)
}

// Due returns the pending messages that are due by now, those due longest first, limit of them at most. One that was
// made or tried later than now is due: the clock was set back since.
func (tx Deliveries) Due(org wrapcast.OrganisationID, now time.Time, limit int) ([]wrapcast.Delivery, error) {
	return list(tx.conn, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery
		WHERE organisation_id = $1 AND state = $2 AND (COALESCE(next_at, 0) <= $3 OR created_at > $4 OR tried_at > $4)
		ORDER BY COALESCE(next_at, 0), delivery_id LIMIT $5`,
		org, wrapcast.DeliveryPending, now.UnixMilli(), now.Add(clockSlack).UnixMilli(), limit)
}

// OfRun returns the messages of a run, in the order of their ids.
func (tx Deliveries) OfRun(org wrapcast.OrganisationID, run wrapcast.RunID) ([]wrapcast.Delivery, error) {
	return list(tx.conn, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery
		WHERE organisation_id = $1 AND run_id = $2 ORDER BY delivery_id`, org, run)
}

func scanDelivery(r row) (d wrapcast.Delivery, err error) {
	err = r.Scan(&d.Organisation, &d.ID, &d.Run, &d.URL, &d.Body, &d.State, &d.Attempts, toTime(&d.NextAt),
		&d.StatusCode,
		&d.Reason, toTime(&d.CreatedAt), toTime(&d.DeliveredAt), toTime(&d.TriedAt))
	return d, err
}

// DeliveryQuery selects messages of the outbox.
type DeliveryQuery struct {
	Run    wrapcast.RunID
	State  wrapcast.DeliveryState
	Before wrapcast.DeliveryID
	Limit  int
}

// Before lists messages of the outbox.
func (tx Deliveries) Before(org wrapcast.OrganisationID, q DeliveryQuery) ([]wrapcast.Delivery, int, error) {
	s := rowsOf("delivery", org)
	only(&s, "run_id", q.Run)
	only(&s, "state", q.State)
	return pageOf(tx.conn, scanDelivery, deliveryColumns, s, pageBefore("delivery_id", q.Before, q.Limit))
}
