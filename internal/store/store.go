package store

import (
	"cmp"
	"context"
	"database/sql"
	"path/filepath"
	"time"

	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
	"github.com/wrapcast/wrapcast/internal/store/internal/evidence"
)

// Options say where and how a store keeps its data.
type Options struct {
	// Dir is the data directory. It is made, for its owner only, where it does not exist.
	Dir string
	// BusyTimeout is how long a transaction waits for another process's. 0 means 10 seconds.
	BusyTimeout time.Duration
	// AuditKeyFile holds the key that signs the audit chain. "" means audit.key in the data directory. Where the file
	// does not exist, and no chain is signed yet, it is made.
	AuditKeyFile string
	// AuditKey is the key itself, as its file has it; it takes the file's place.
	AuditKey string
}

// Store is an open data directory. It is safe for concurrent use, in this process and
// beside other processes on the same machine.
type Store struct {
	engine engine.Engine
	keys   *evidence.Keyring
}

// Open opens the data directory, makes it if need be, and brings its schema up to this version's.
func Open(ctx context.Context, o Options) (*Store, error) { return openSQLite(ctx, o, 0) }

// openSQLite opens a data directory with the schema of migration number schema, the latest where it is 0.
func openSQLite(ctx context.Context, o Options, schema int64) (*Store, error) {
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 10 * time.Second
	}
	e, err := engine.OpenSQLite(ctx, engine.SQLiteOptions{Dir: o.Dir, BusyTimeout: o.BusyTimeout,
		Backfills: backfills(), Schema: schema})
	if err != nil {
		return nil, err
	}
	return &Store{e, &evidence.Keyring{File: cmp.Or(o.AuditKeyFile, filepath.Join(filepath.Dir(e.Path()), "audit.key")),
		Private: o.AuditKey}}, nil
}

// digestsFrom is the migration that gave rows their digests.
const digestsFrom = 16

// backfills make what new tables hold from what was stored before, by the number of their migration.
func backfills() engine.Backfills {
	return engine.Backfills{
		8: func(ctx context.Context, e engine.Engine, tx *sql.Tx) error {
			return Forecasts{&conn{ctx: ctx, tx: tx, engine: e}}.backfillHeads()
		},
		digestsFrom: func(ctx context.Context, e engine.Engine, tx *sql.Tx) error {
			c := &conn{ctx: ctx, tx: tx, engine: e}
			if err := c.backfillDigests(); err != nil {
				return err
			}
			return Sums{c}.backfill() // of what was stored before there were sums
		},
	}
}

// Path returns the file that holds everything.
func (s *Store) Path() string { return s.engine.Path() }

// Close closes the store. Transactions under way must have ended.
func (s *Store) Close() error { return s.engine.Close() }

// Update runs work in the one write transaction there can be at a time, and commits if
// work returns nil. When Update returns nil, what was written survives a power cut; when
// it returns an error, nothing of it was written. Inside work neither Update nor anything
// slow may be called: others are waiting.
func (s *Store) Update(ctx context.Context, work func(*Tx) error) error {
	return s.transact(ctx, s.engine.Writer(), &sql.TxOptions{}, work)
}

// View runs work in a transaction that only reads and sees one state of the store
// throughout. Views hold nobody up.
func (s *Store) View(ctx context.Context, work func(*Tx) error) error {
	return s.transact(ctx, s.engine.Reader(), &sql.TxOptions{ReadOnly: true}, work)
}

func (s *Store) transact(ctx context.Context, db *sql.DB, o *sql.TxOptions, work func(*Tx) error) error {
	sqlTx, err := db.BeginTx(ctx, o)
	if err != nil {
		return engine.Explain(ctx, s.engine, err)
	}
	defer sqlTx.Rollback()
	if err := work(&Tx{&conn{ctx: ctx, tx: sqlTx, engine: s.engine, keys: s.keys}}); err != nil {
		return err
	}
	return engine.Explain(ctx, s.engine, sqlTx.Commit())
}
