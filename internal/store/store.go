package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Options say where and how a store keeps its data.
type Options struct {
	// Dir is the data directory. It is made, for its owner only, where it does not exist.
	Dir string
	// BusyTimeout is how long a transaction waits for another process's. 0 means 10 seconds.
	BusyTimeout time.Duration
}

// Store is an open data directory. It is safe for concurrent use, in this process and
// beside other processes on the same machine.
type Store struct {
	path  string
	write *sql.DB // one connection: SQLite has one writer
	read  *sql.DB
}

// Open opens the data directory, makes it if need be, and brings its schema up to this version's.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 10 * time.Second
	}
	return openSQLite(ctx, o)
}

// Path returns the file that holds everything.
func (s *Store) Path() string { return s.path }

// Close closes the store. Transactions under way must have ended.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close())
}

// Update runs work in the one write transaction there can be at a time, and commits if
// work returns nil. When Update returns nil, what was written survives a power cut; when
// it returns an error, nothing of it was written. Inside work neither Update nor anything
// slow may be called: others are waiting.
func (s *Store) Update(ctx context.Context, work func(*Tx) error) error {
	return s.transact(ctx, s.write, &sql.TxOptions{}, work)
}

// View runs work in a transaction that only reads and sees one state of the store
// throughout. Views hold nobody up.
func (s *Store) View(ctx context.Context, work func(*Tx) error) error {
	return s.transact(ctx, s.read, &sql.TxOptions{ReadOnly: true}, work)
}

func (s *Store) transact(ctx context.Context, db *sql.DB, o *sql.TxOptions, work func(*Tx) error) error {
	sqlTx, err := db.BeginTx(ctx, o)
	if err != nil {
		return s.explain(ctx, err)
	}
	defer sqlTx.Rollback()
	if err := work(&Tx{&conn{ctx: ctx, tx: sqlTx, store: s}}); err != nil {
		return err
	}
	return s.explain(ctx, sqlTx.Commit())
}
