package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/wrapcast/wrapcast"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

const (
	fileName = "wrapcast.db"
	// applicationID marks our files: "wrap".
	applicationID = 0x77726170
	// readers is how many connections may read at a time.
	readers = 4
)

// SQLite is one file with one writer at a time.
type SQLite struct {
	path  string
	write *sql.DB // one connection: SQLite has one writer
	read  *sql.DB
	knows int64
	reach reach
}

// SQLiteOptions say where the file lies and how it is brought up to date.
type SQLiteOptions struct {
	// Dir is the data directory. It is made, for its owner only, where it does not exist.
	Dir string
	// BusyTimeout is how long a transaction waits for another process's.
	BusyTimeout time.Duration
	Backfills   Backfills
	// Conversions are told of to Converting, which may be nil.
	Conversions Conversions
	Converting  func(done, all int)
	// Schema is the number of the last migration to run. 0 means all; tests of upgrades ask for fewer.
	Schema int64
	// Knows is the last migration that the program takes itself to know; 0 is all. Tests of upgrades pretend.
	Knows int64
}

// OpenSQLite opens the file in a data directory, makes it if need be, and brings its schema up to date.
func OpenSQLite(ctx context.Context, o SQLiteOptions) (*SQLite, error) {
	path, err := prepareFile(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &SQLite{path: path, knows: o.Knows}
	if s.write, err = openPool(path, o.BusyTimeout, 1, writerPragmas()); err != nil {
		return nil, err
	}
	if s.read, err = openPool(path, o.BusyTimeout, readers, []string{"query_only(1)"}); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	if err := s.prepare(ctx, o); err != nil {
		return nil, errors.Join(Explain(ctx, s, err), s.Close())
	}
	return s, nil
}

// Begin implements [Engine].
func (s *SQLite) Begin(ctx context.Context, write bool) (Transaction, error) {
	db := s.read
	if write {
		db = s.write
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: !write})
	if err != nil {
		return nil, err
	}
	if s.reach.asked {
		var from int64
		if err = tx.QueryRowContext(ctx, reachQuery).Scan(&from); err == nil {
			err = s.reach.check(s.path, from)
		}
	}
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return sqliteTx{tx}, nil
}

// LimitPages makes the disk full once the database has n pages, for tests.
func (s *SQLite) LimitPages(ctx context.Context, n int) error {
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// sqliteTx is a transaction of a file: one writes at a time, and there is no fence between organisations.
type sqliteTx struct{ tx *sql.Tx }

// SQL implements [Transaction].
func (t sqliteTx) SQL() *sql.Tx { return t.tx }

// Prepares implements [Transaction].
func (t sqliteTx) Prepares() bool { return true }

// Enter implements [Transaction]. There is nothing to do: no other transaction can be writing.
func (t sqliteTx) Enter(context.Context, string) error { return nil }

// EnterAll implements [Transaction].
func (t sqliteTx) EnterAll(context.Context, bool) error { return nil }

// Later implements [Transaction]: nothing is gained by waiting.
func (t sqliteTx) Later(ctx context.Context, query string, args ...any) error {
	_, err := t.tx.ExecContext(ctx, query, args...)
	return err
}

// Flush implements [Transaction].
func (t sqliteTx) Flush(context.Context) error { return nil }

// Commit implements [Transaction].
func (t sqliteTx) Commit(context.Context) error { return t.tx.Commit() }

// End implements [Transaction].
func (t sqliteTx) End() { _ = t.tx.Rollback() } // it was committed, or there is nothing left to say

// Path implements [Engine].
func (s *SQLite) Path() string { return s.path }

// Explain implements [Engine].
func (s *SQLite) Explain(err error) error { return explainSQLite(s.path, err) }

// Queue implements [Engine].
func (s *SQLite) Queue() riverdriver.Driver[*sql.Tx] { return riversqlite.New(s.write) }

// RoleRemark implements [Engine]: whoever can read the file is its owner.
func (s *SQLite) RoleRemark(context.Context) (string, error) { return "", nil }

// Migrates implements [Engine].
func (s *SQLite) Migrates() bool { return true }

// Close implements [Engine].
func (s *SQLite) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// prepare makes the file ours and brings its schema up to date. SQLite waits for
// locks, but not for another process that is switching the same new file to WAL: then
// it says busy at once, and we wait for that process's lock ourselves and try again.
func (s *SQLite) prepare(ctx context.Context, o SQLiteOptions) error {
	const attempts = 20
	for attempt := 1; ; attempt++ {
		err := s.claim(ctx)
		if err == nil {
			return s.migrate(ctx, o)
		}
		if attempt == attempts || wrapcast.KindOf(Explain(ctx, s, err)) != wrapcast.Conflict {
			return err
		}
		if err := waitForWriter(ctx, s.path, o.BusyTimeout); err != nil {
			return err
		}
	}
}

// migrate brings the schema up to date, by the migrations that are for all engines or for SQLite.
func (s *SQLite) migrate(ctx context.Context, o SQLiteOptions) error {
	join := func(_ context.Context, tx *sql.Tx, _ bool) (Transaction, error) { return sqliteTx{tx}, nil }
	m := migrator{engine: s, dialect: goose.DialectSQLite3, only: "sqlite", words: nothingReplaced(),
		backfills: o.Backfills, conversions: o.Conversions, converting: o.Converting, db: s.write, join: join, knows: o.Knows}
	if err := m.migrate(ctx, o.Schema); err != nil {
		return err
	}
	current, known, err := s.Schema(ctx)
	s.reach = reach{known: known, asked: current >= reachSince}
	return err
}

// nothingReplaced are the words of SQLite: migrations are written in them.
func nothingReplaced() *strings.Replacer { return strings.NewReplacer() }

// copyBusy is how long a copy waits for a lock.
const copyBusy = 10 * time.Second

// waitForWriter returns when nobody writes the file, or after busy.
func waitForWriter(ctx context.Context, path string, busy time.Duration) error {
	db, err := openPool(path, busy, 1, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Rollback()
}

// writerPragmas set up the connection that writes. FULL makes a commit survive a power
// cut; a plan that was submitted must not be forgotten.
func writerPragmas() []string {
	return []string{
		"journal_mode(WAL)",
		"synchronous(FULL)",
		"foreign_keys(1)",
		"cache_size(-32768)",           // 32 MiB: a chunk of history touches pages all over the file
		"journal_size_limit(67108864)", // the WAL shrinks to 64 MiB again after a large chunk
	}
}

// openPool opens connections with their pragmas in the DSN, because pragmas belong to a connection; more are further
// parameters of it, names and values in turn.
func openPool(path string, busy time.Duration, connections int, pragmas []string, more ...string) (*sql.DB, error) {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)",
		busy.Milliseconds())}, pragmas...)}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/data
	}
	dsn := url.URL{Scheme: "file", Path: slashed, RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// claim marks an empty database as ours and refuses one that belongs to another program.
func (s *SQLite) claim(ctx context.Context) error {
	var id, tables int64
	if err := s.write.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if id == applicationID {
		return nil
	}
	if err := s.write.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&tables); err != nil {
		return err
	}
	if id != 0 || tables != 0 {
		return s.foreign()
	}
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}
