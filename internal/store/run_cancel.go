package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// AskToCancel notes that somebody wants a run to stop; whoever works on it looks.
func (tx Runs) AskToCancel(org wrapcast.OrganisationID, run wrapcast.RunID, actor string, at time.Time) error {
	_, err := tx.exec(`INSERT INTO run_cancel (organisation_id, run_id, actor, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		org, run, actor, at.UnixMilli())
	return err
}

// CancelAskedBy returns who wants a run to stop, "" where nobody does.
func (tx Runs) CancelAskedBy(org wrapcast.OrganisationID, run wrapcast.RunID) (actor string, err error) {
	actor, _, err = get(tx.conn, scanString, `SELECT actor FROM run_cancel WHERE organisation_id = $1 AND run_id = $2`, org, run)
	return actor, err
}
