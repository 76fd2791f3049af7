package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

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

func openSQLite(ctx context.Context, o Options) (*Store, error) {
	path, err := prepareFile(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path}
	if s.write, err = openPool(path, o.BusyTimeout, 1, writerPragmas()); err != nil {
		return nil, err
	}
	if s.read, err = openPool(path, o.BusyTimeout, readers, []string{"query_only(1)"}); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	if err := s.prepareDatabase(ctx, o.BusyTimeout); err != nil {
		return nil, errors.Join(s.explain(ctx, err), s.Close())
	}
	return s, nil
}

// prepareDatabase makes the file ours and brings its schema up to date. SQLite waits for
// locks, but not for another process that is switching the same new file to WAL: then
// it says busy at once, and we wait for that process's lock ourselves and try again.
func (s *Store) prepareDatabase(ctx context.Context, busy time.Duration) error {
	const attempts = 20
	for attempt := 1; ; attempt++ {
		err := s.claim(ctx)
		if err == nil {
			return s.migrate(ctx)
		}
		if attempt == attempts || wrapcast.KindOf(s.explain(ctx, err)) != wrapcast.Conflict {
			return err
		}
		if err := waitForWriter(ctx, s.path, busy); err != nil {
			return err
		}
	}
}

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

// openPool opens connections with their pragmas in the DSN, because pragmas belong to a connection.
func openPool(path string, busy time.Duration, connections int, pragmas []string) (*sql.DB, error) {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds())}, pragmas...)}
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
func (s *Store) claim(ctx context.Context) error {
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
		return wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s is the database of another program", s.path).
			WithHint("name another data directory with --data")
	}
	_, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}
