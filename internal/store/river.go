package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/wrapcast/wrapcast"
)

// OpenRiver opens the job queue that lives beside the store's own tables, after bringing
// its tables up to date. Its jobs are inserted in the store's transactions: see [Tx.Enqueue].
func (s *Store) OpenRiver(ctx context.Context, config *river.Config) (*river.Client[*sql.Tx], error) {
	driver := s.engine.Queue()
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	if err := s.migrateRiver(ctx, migrator); err != nil {
		return nil, err
	}
	client, err := river.NewClient(driver, config)
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return client, nil
}

// migrateRiver tries again where another process is doing the same at this moment.
func (s *Store) migrateRiver(ctx context.Context, m *rivermigrate.Migrator[*sql.Tx]) error {
	const attempts = 5
	for attempt := 1; ; attempt++ {
		_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if err == nil {
			return nil
		}
		if attempt == attempts {
			return wrapcast.Errorf(wrapcast.Internal, "store", "the job queue's tables could not be made: %w", err)
		}
	}
}

// Enqueue inserts a job that is there when the transaction is committed, and only then. It
// reports whether it was inserted: a job that must be unique may be there already.
func (tx *Tx) Enqueue(client *river.Client[*sql.Tx], args river.JobArgs, o *river.InsertOpts) (bool, error) {
	r, err := client.InsertTx(tx.conn.ctx, tx.conn.tx, args, o)
	if err != nil {
		return false, tx.conn.explain(err)
	}
	return !r.UniqueSkippedAsDuplicate, nil
}
