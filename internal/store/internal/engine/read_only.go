package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/wrapcast/wrapcast"
)

// ReadSQLite opens the file in a data directory, which must be there, to be read only: nothing is made, and the schema
// stays as it is. Both pools read.
func ReadSQLite(ctx context.Context, o SQLiteOptions) (*SQLite, error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, explainFile(o.Dir, err)
	}
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, wrapcast.Errorf(wrapcast.NotFound, "store.Open", "%s holds no data", o.Dir).
			WithHint("name another data directory with --data, or run `wrapcast demo` or `wrapcast run` first")
	}
	if err := checkFile(path); err != nil {
		return nil, err
	}
	s := &SQLite{path: path, knows: o.Knows}
	if s.read, err = openPool(path, o.BusyTimeout, readers, []string{"query_only(1)"}, "mode", "ro"); err != nil {
		return nil, err
	}
	s.write = s.read
	var id int64
	if err := s.read.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return nil, errors.Join(Explain(ctx, s, err), s.Close())
	}
	if id != applicationID {
		return nil, errors.Join(s.foreign(), s.Close())
	}
	return s, nil
}

// foreign is the error of a database that is not ours.
func (s *SQLite) foreign() error {
	return wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s is the database of another program", s.path).
		WithHint("name another data directory with --data")
}

// Schema returns the number of the last migration that was run, and the last this version knows.
func (s *SQLite) Schema(ctx context.Context) (current, known int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT MAX(version_id) FROM schema_version").Scan(&current)
	if err != nil {
		return 0, 0, Explain(ctx, s, err)
	}
	known, err = migrator{engine: s, only: "sqlite", words: nothingReplaced(), knows: s.knows}.last()
	return current, known, err
}

// CopyTo writes what is stored at this moment to a file that must not be there: whole, without what was deleted, while
// others read and write.
func (s *SQLite) CopyTo(ctx context.Context, path string) error {
	// The copy takes its rights from the file that is there; SQLite would make it readable to others.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return explainFile(path, err)
	}
	if err := f.Close(); err != nil {
		return explainFile(path, err)
	}
	db, err := openPool(s.path, copyBusy, 1, nil, "mode", "ro")
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return Explain(ctx, s, err)
	}
	return nil
}

// Integrity lists what SQLite itself finds damaged of the file, at most as many as asked for, and rows that refer to
// others that are not there.
func (s *SQLite) Integrity(ctx context.Context, most int) (found []string, err error) {
	if found, err = s.texts(ctx, fmt.Sprintf("PRAGMA integrity_check(%d)", most)); err != nil {
		return nil, err
	}
	if len(found) == 1 && found[0] == "ok" {
		found = nil
	}
	orphans, err := s.texts(ctx, `SELECT "table" || ' refers to a row of ' || "parent" || ' that is not there'
		FROM pragma_foreign_key_check LIMIT `+fmt.Sprint(most))
	return append(found, orphans...), err
}

// texts reads a query of one column of text.
func (s *SQLite) texts(ctx context.Context, query string) (all []string, err error) {
	rows, err := s.read.QueryContext(ctx, query)
	if err != nil {
		return nil, Explain(ctx, s, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, Explain(ctx, s, err)
		}
		all = append(all, text)
	}
	return all, Explain(ctx, s, rows.Err())
}

// Objects returns what the schema consists of but for the job queue's: the SQL of every table, index and trigger, by
// name; and the names of the job queue's tables.
func (s *SQLite) Objects(ctx context.Context) (ours map[string]string, queue []string, err error) {
	rows, err := s.read.QueryContext(ctx, `SELECT name, COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'`)
	if err != nil {
		return nil, nil, Explain(ctx, s, err)
	}
	defer rows.Close()
	ours = map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, nil, Explain(ctx, s, err)
		}
		if len(name) > 5 && name[:5] == "river" {
			queue = append(queue, name)
			continue
		}
		ours[name] = text
	}
	return ours, queue, Explain(ctx, s, rows.Err())
}

// Columns implements [Engine].
func (s *SQLite) Columns(ctx context.Context) (map[string][]Column, error) {
	return columnsOf(ctx, s, s.read, `SELECT m.name, p.name, p.type = 'BLOB', p.type = 'BOOLEAN'
		FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) o WHERE o.name = 'organisation_id')
		ORDER BY m.name, p.name`)
}

// Made implements [Engine].
func (s *SQLite) Made(ctx context.Context) (map[string]string, error) {
	dir, err := os.MkdirTemp("", "wrapcast-schema-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	fresh, err := OpenSQLite(ctx, SQLiteOptions{Dir: dir, BusyTimeout: copyBusy})
	if err != nil {
		return nil, err
	}
	defer fresh.Close()
	made, _, err := fresh.Objects(ctx)
	return made, err
}

// SQLiteInUse returns Conflict where another process has the file in a data directory open: nobody can take it out of
// WAL then. What is in its WAL stands in the file afterwards. A file that is none of SQLite's is in nobody's use.
func SQLiteInUse(ctx context.Context, dir string) error {
	s := &SQLite{path: filepath.Join(dir, fileName)}
	if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := openPool(s.path, time.Second, 1, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode(DELETE)").Scan(&mode)
	if err == nil || wrapcast.KindOf(Explain(ctx, s, err)) != wrapcast.Conflict {
		return ctx.Err()
	}
	return wrapcast.Errorf(wrapcast.Conflict, "store", "another process has %s open", s.path).
		WithHint("stop `wrapcast serve` and every other wrapcast that works on %s first", dir)
}

// SQLiteIsThere reports whether a data directory holds the file, or something that keeps from looking.
func SQLiteIsThere(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, fileName))
	return !errors.Is(err, fs.ErrNotExist)
}
