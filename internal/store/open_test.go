package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func TestDataDirectoryIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := openIn(t, dir)
	on(t, s).update(func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) })
	for path, want := range map[string]os.FileMode{dir: 0o700, s.Path(): 0o600, s.Path() + "-wal": 0o600, s.Path() + "-shm": 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

func TestDataDirectoryMayHaveAnyName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a b?c#d%41é&_pragma=x")
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	on(t, s).update(func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "wrapcast.db")); err != nil {
		t.Error(err)
	}
	again := on(t, openIn(t, dir))
	wantSame(t, "directory", directory("org"), read(again, func(tx *store.Tx) (wrapcast.Directory, error) { return tx.Directory().Of("org") }))
}

func TestWhatCannotBeADataDirectoryIsSaidSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, dir string) string
		kind    wrapcast.Kind
		want    string
	}{
		{"no name", func(*testing.T, string) string { return "" }, wrapcast.Usage, "no data directory was named"},
		{"a file", func(t *testing.T, dir string) string {
			t.Helper()
			return writeFile(t, filepath.Join(dir, "file"), "")
		}, wrapcast.Usage, "is not a directory"},
		{"a directory below a file", func(t *testing.T, dir string) string {
			t.Helper()
			return filepath.Join(writeFile(t, filepath.Join(dir, "file"), ""), "below")
		}, wrapcast.Usage, "is not a directory"},
		{"a database that is a directory", func(t *testing.T, dir string) string {
			t.Helper()
			if err := os.Mkdir(filepath.Join(dir, "wrapcast.db"), 0o700); err != nil {
				t.Fatal(err)
			}
			return dir
		}, wrapcast.Usage, "is not a file"},
		{"a database that is text", func(t *testing.T, dir string) string {
			t.Helper()
			writeFile(t, filepath.Join(dir, "wrapcast.db"), strings.Repeat("contacts,code\n", 1000))
			return dir
		}, wrapcast.Usage, "is not a wrapcast database"},
		{"a database of another program", func(t *testing.T, dir string) string {
			t.Helper()
			rawExec(t, filepath.Join(dir, "wrapcast.db"), "CREATE TABLE bookmarks (url TEXT)")
			return dir
		}, wrapcast.Usage, "is the database of another program"},
		{"a database of a newer wrapcast", func(t *testing.T, dir string) string {
			t.Helper()
			if err := openIn(t, dir).Close(); err != nil {
				t.Fatal(err)
			}
			rawExec(t, filepath.Join(dir, "wrapcast.db"), "INSERT INTO schema_version (version_id, is_applied) VALUES (99, 1)")
			return dir
		}, wrapcast.Usage, "written by a newer wrapcast: it takes one that knows schema number 99"},
		{"a damaged database", func(t *testing.T, dir string) string {
			t.Helper()
			s := openIn(t, dir)
			on(t, s).update(func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) })
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			file, err := os.ReadFile(s.Path())
			if err != nil {
				t.Fatal(err)
			}
			writeFile(t, s.Path(), string(file[:100])+strings.Repeat("\xff", len(file)-100))
			return dir
		}, wrapcast.Internal, "is damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := c.prepare(t, t.TempDir())
			s, err := store.Open(t.Context(), store.Options{Dir: dir})
			if err == nil {
				t.Fatal(s.Close(), "it was opened")
			}
			if wrapcast.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.want) || wrapcast.Hint(err) == "" || !strings.Contains(err.Error(), dir) {
				t.Errorf("%q error %v (hint: %s)", wrapcast.KindOf(err), err, wrapcast.Hint(err))
			}
		})
	}
}

func TestEmptyFileBecomesADatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "wrapcast.db"), "") // what a crash at the right moment leaves
	openIn(t, dir)
}

func TestFullDiskLosesNothingStoredBefore(t *testing.T) {
	t.Parallel()
	s := openIn(t, t.TempDir())
	b := on(t, s)
	b.replace(time.UTC, dense(noon, 1))
	if err := s.LimitPages(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	var err error
	for n := 1; err == nil && n < 1000; n++ {
		err = s.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.History().Replace("org", time.UTC, dense(noon.AddDate(0, 0, n), 2))
			return err
		})
	}
	if wrapcast.KindOf(err) != wrapcast.Internal || !strings.Contains(err.Error(), "the disk is full") ||
		!strings.Contains(err.Error(), s.Path()) || !strings.Contains(wrapcast.Hint(err), filepath.Dir(s.Path())) {
		t.Fatalf("got %v (hint: %s)", err, wrapcast.Hint(err))
	}
	wantSame(t, "what was stored before", sorted(dense(noon, 1).Observations), b.observations(noon, noon.AddDate(0, 0, 1)))
	if err := s.LimitPages(t.Context(), 1<<30); err != nil {
		t.Fatal(err)
	}
	b.replace(time.UTC, dense(noon, 3))
}

func TestDamagedHistoryIsAnErrorNotACrash(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]string{
		"a packed day":    "UPDATE history_block SET quarter_hours = x'01ff'",
		"a packed day, 2": "UPDATE arrival SET quarter_hours = x'00'",
		"a document":      "INSERT INTO forecast VALUES ('org', 'f', 'r', 0, '', 0, 0, x'011f8b', NULL)",
		"a JSON":          "UPDATE planning_group SET routes = '{'",
		"a type":          "UPDATE run SET started_at = 'yesterday'",
		"an audit entry":  "INSERT INTO audit_entry VALUES ('org', 1, '', 0, '', '', '', 0, 0, '[', '', NULL, '', '', '', NULL)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := on(t, openIn(t, t.TempDir()))
			e := dense(noon, 1)
			e.Arrivals = []wrapcast.Arrival{{Queue: "q", Media: wrapcast.Voice, Start: noon, Offered: 1}}
			b.replace(time.UTC, e)
			b.update(func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) })
			b.update(func(tx *store.Tx) error { return tx.Runs().Create(run("org", "r")) })
			rawExec(t, b.Path(), damage)
			err := b.View(t.Context(), func(tx *store.Tx) error {
				_, err1 := gather(tx.History().Observations("org", noon, noon.AddDate(0, 0, 1)))
				_, err2 := gather(tx.History().Arrivals("org", noon, noon.AddDate(0, 0, 1)))
				_, err3 := tx.Runs().Get("org", "r")
				_, err4 := tx.Directory().Of("org")
				_, err5 := gather(tx.Audit().Entries("org", 1, 0))
				_, err6 := tx.Forecasts().Get("org", "f")
				if wrapcast.KindOf(err6) == wrapcast.NotFound {
					err6 = nil
				}
				return errors.Join(err1, err2, err3, err4, err5, err6)
			})
			if err == nil || wrapcast.KindOf(err) != wrapcast.Internal || !strings.Contains(err.Error(), b.Path()) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEvidenceCannotBeChangedEvenBySQL(t *testing.T) {
	t.Parallel()
	b := on(t, openIn(t, t.TempDir()))
	b.withPlans("p1")
	b.update(func(tx *store.Tx) error {
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: "org"})
		return err
	})
	db, err := sql.Open("sqlite", b.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"audit_entry", "forecast", "plan"} {
		for _, statement := range []string{"DELETE FROM " + table, "UPDATE " + table + " SET run_id = 'x'"} {
			if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "never") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
}

func TestBusyDatabaseIsAConflictNotAnEndlessWait(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openIn(t, dir)
	second, err := store.Open(t.Context(), store.Options{Dir: dir, BusyTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	on(t, first).update(func(*store.Tx) error {
		err := second.Update(t.Context(), func(tx *store.Tx) error { return nil })
		if wrapcast.KindOf(err) != wrapcast.Conflict || wrapcast.Hint(err) == "" || !strings.Contains(err.Error(), "another process keeps") {
			t.Errorf("got %v", err)
		}
		return second.View(t.Context(), func(*store.Tx) error { return nil }) // readers are not held up
	})
}

func TestOpenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Open(ctx, store.Options{Dir: t.TempDir()}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// dense makes a day of 20 codes with contacts in every quarter-hour.
func dense(from time.Time, handled int) wrapcast.Extract {
	e := wrapcast.Extract{From: from, To: from.AddDate(0, 0, 1), ReadAt: from}
	for start := e.From; start.Before(e.To); start = start.Add(wrapcast.QuarterHour) {
		for c := range 20 {
			e.Observations = append(e.Observations, observation(wrapcast.CodeID(string(rune('a'+c))), start, handled))
		}
	}
	return e
}

func sorted(observations []wrapcast.Observation) []wrapcast.Observation {
	m := newModel(time.UTC)
	m.replace(wrapcast.Extract{From: noon, To: noon, Observations: observations})
	return m.wantObservations(time.Time{}, noon.AddDate(1, 0, 0))
}

func writeFile(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, bytes.NewBufferString(content).Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rawExec changes a database behind wrapcast's back.
func rawExec(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
