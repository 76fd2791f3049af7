package store

import (
	"context"
	"fmt"
	"time"
)

// LimitPages makes the disk full once the database has n pages, for tests.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	_, err := s.engine.Writer().ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// OpenAt opens a data directory as the wrapcast did whose last migration was version, for tests.
func OpenAt(ctx context.Context, dir string, version int64) (*Store, error) {
	return openSQLite(ctx, Options{Dir: dir, BusyTimeout: time.Second}, version)
}
