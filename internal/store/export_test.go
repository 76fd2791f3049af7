package store

import (
	"context"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
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

// RebuildLocalDays sums all local days of an organisation anew, for tests.
func (tx History) RebuildLocalDays(org wrapcast.OrganisationID, zone *time.Location) error {
	return tx.rebuildLocalDays(org, zone)
}

// MonthRequests returns how many requests an organisation has set aside this month, for tests.
func (tx Budget) MonthRequests(org wrapcast.OrganisationID, now time.Time) (int, error) {
	return tx.monthRequests(org, now)
}

// StoredZone is the zone whose local days are stored, for tests.
func (tx History) StoredZone(org wrapcast.OrganisationID) (string, error) { return tx.storedZone(org) }
