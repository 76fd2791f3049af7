package store

import (
	"context"
	"fmt"
	"time"
)

// LimitPages makes the disk full once the database has n pages, for tests.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// OpenAt opens a data directory as the wrapcast did whose last migration was version, for tests.
func OpenAt(ctx context.Context, dir string, version int64) (*Store, error) {
	path, err := prepareFile(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path}
	if s.write, err = openPool(path, time.Second, 1, writerPragmas()); err != nil {
		return nil, err
	}
	if s.read, err = openPool(path, time.Second, readers, nil); err != nil {
		return nil, err
	}
	if err := s.claim(ctx); err != nil {
		return nil, err
	}
	p, err := s.newProvider()
	if err != nil {
		return nil, err
	}
	_, err = p.UpTo(ctx, version)
	return s, err
}
