package store

import (
	"context"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
)

// LimitPages makes the disk full once the database has n pages, for tests.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	file, ok := s.engine.(*engine.SQLite)
	if !ok {
		return fmt.Errorf("%T has no pages", s.engine)
	}
	return file.LimitPages(ctx, n)
}

// OpenAt opens a data directory as the wrapcast did whose last migration was version, for tests.
func OpenAt(ctx context.Context, dir string, version int64) (*Store, error) {
	return openSQLite(ctx, Options{Dir: dir, BusyTimeout: time.Second}, version)
}

// RebuildSums adds the history of an organisation up anew, for tests.
func (tx History) RebuildSums(org wrapcast.OrganisationID) error { return Sums(tx).rebuild(org) }

// Enter makes a transaction one of an organisation, for tests.
func (tx *Tx) Enter(org wrapcast.OrganisationID) error { return tx.conn.enter(org) }

// Raw runs any statement in a transaction and returns the number it begins with, for tests.
func (tx *Tx) Raw(statement string, args ...any) (n int, err error) {
	err = tx.conn.tx.SQL().QueryRowContext(tx.conn.ctx, statement, args...).Scan(&n)
	return n, tx.conn.explain(err)
}
