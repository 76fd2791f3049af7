package steps

import (
	"cmp"
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// record is how a run writes: only while this process holds the organisation's lease, and with audit entries in the
// run's name.
type record struct {
	store *store.Store
	clock wrapcast.Clock
	// holder names this process on the lease.
	holder       string
	organisation wrapcast.OrganisationID
	run          wrapcast.RunID
	actor        string
}

// commit writes to the store, unless somebody else has taken the organisation's lease over meanwhile.
func (r record) commit(ctx context.Context, write func(*store.Tx) error) error {
	return r.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Leases().Hold(r.organisation, r.holder); err != nil {
			return err
		}
		return write(tx)
	})
}

// StatusOK and StatusFailed are what audit entries say of how it ended, unless they name a state of their own.
const (
	StatusOK     = "ok"
	statusFailed = "failed"
)

// entry completes an audit entry with who, when and how long.
func (r record) entry(action string, latencyMs int64, e wrapcast.AuditEntry) wrapcast.AuditEntry {
	e.Organisation, e.Run, e.Actor = r.organisation, r.run, r.actor
	e.Action, e.At, e.LatencyMs = action, r.clock.Now(), latencyMs
	e.Status = cmp.Or(e.Status, StatusOK)
	return e
}
