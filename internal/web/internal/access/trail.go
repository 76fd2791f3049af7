package access

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// statusFailed is the status of audit entries of what was refused.
const statusFailed = "failed"

// Trail writes logins, changes of users and tokens, and checks to the audit chain.
type Trail struct {
	Store *store.Store
	Clock wrapcast.Clock
}

// add adds an entry to the chain of the installation, or of the organisation it names.
func (t Trail) add(tx *store.Tx, e wrapcast.AuditEntry) error {
	if e.Organisation == "" {
		e.Organisation = wrapcast.Installation
	}
	if e.Status == "" {
		e.Status = "ok"
	}
	e.At = t.Clock.Now()
	_, err := tx.Audit().Append(e)
	return err
}

// Record adds an entry of something that changed nothing else in the store.
func (t Trail) Record(ctx context.Context, e wrapcast.AuditEntry) error {
	return t.Store.Update(ctx, func(tx *store.Tx) error { return t.add(tx, e) })
}

// Now is the present in whole milliseconds, as the store keeps times: an answer has the time that will be read.
func (t Trail) Now() time.Time { return t.Clock.Now().UTC().Truncate(time.Millisecond) }
