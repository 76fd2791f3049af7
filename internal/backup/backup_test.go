package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/backup"
	"github.com/wrapcast/wrapcast/internal/store"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// directory makes a data directory with some history, a login and a lease.
func directory(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	s := opened(t, dir)
	defer s.Close()
	must(t, s.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: "org", Name: "Acme"}}); err != nil {
			return err
		}
		if err := tx.Access().SaveAccount(wrapcast.Account{ID: "a", Name: "wendy", Role: wrapcast.RoleAdmin, CreatedAt: noon, UpdatedAt: noon}); err != nil {
			return err
		}
		if err := tx.Access().AddSession(wrapcast.Session{Hash: "h", Account: "a", CreatedAt: noon, UsedAt: noon, ExpiresAt: noon.AddDate(0, 0, 7)}); err != nil {
			return err
		}
		if _, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: wrapcast.Installation, At: noon, Action: "user.added"}); err != nil {
			return err
		}
		return tx.Leases().Acquire("org", wrapcast.Lease{Holder: "h", Until: noon.Add(time.Minute)}, noon, nil)
	}))
	replace(t, s, 1)
	return dir
}

func opened(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: dir})
	must(t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v (%s)", err, wrapcast.Hint(err))
	}
}

// replace stores a day in which each of ten leaves handled n contacts a quarter-hour.
func replace(t *testing.T, s *store.Store, n int) {
	t.Helper()
	e := wrapcast.Extract{From: noon.AddDate(0, 0, -1), To: noon, ReadAt: noon}
	for l := range 10 {
		for at := e.From; at.Before(e.To); at = at.Add(wrapcast.QuarterHour) {
			e.Observations = append(e.Observations, wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: "q", Code: wrapcast.CodeID(fmt.Sprint(l)),
				Media: wrapcast.Voice}, Start: at, Handled: n, HandleMs: 1000})
		}
	}
	must(t, s.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.History().Replace("org", time.UTC, e)
		return err
	}))
}

func handled(t *testing.T, dir string) (n int) {
	t.Helper()
	s := opened(t, dir)
	defer s.Close()
	must(t, s.View(t.Context(), func(tx *store.Tx) error {
		totals, err := tx.History().Totals("org", nil)
		n = totals.Contacts
		return err
	}))
	return n
}

func makeBackup(t *testing.T, dir, to string) (string, backup.Manifest) {
	t.Helper()
	path, m, err := backup.Make(t.Context(), backup.Options{Dir: dir, To: to, Version: "test", Now: noon, Key: true})
	must(t, err)
	return path, m
}

func TestABackupIsOneMomentWhileOthersWrite(t *testing.T) {
	t.Parallel()
	dir := directory(t)
	s := opened(t, dir)
	defer s.Close()
	over, stop := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for n := 2; ; n++ {
			select {
			case <-stop:
				return
			default:
				replace(t, s, n%50+1)
			}
		}
	}()
	path, m := makeBackup(t, dir, t.TempDir())
	close(stop)
	<-over
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if !m.Verified || len(m.Organisations) != 1 || m.Organisations[0].Name != "Acme" || m.DatabaseBytes == 0 {
		t.Errorf("%+v", m)
	}
	to := filepath.Join(t.TempDir(), "restored")
	r, err := backup.Restore(t.Context(), backup.RestoreOptions{From: path, Dir: to, Actor: "ann", Now: noon})
	must(t, err)
	if r.Ended.Logins != 1 || r.Ended.Leases != 1 || r.Aside != "" {
		t.Errorf("%+v", r)
	}
	if n := handled(t, to); n == 0 || n%960 != 0 {
		t.Errorf("%d contacts: that is no one moment", n)
	}
	read, err := store.OpenToRead(t.Context(), store.Options{Dir: to})
	must(t, err)
	defer read.Close()
	v, err := read.Verify(t.Context(), nil)
	must(t, err)
	if v.Damaged() != 0 {
		t.Errorf("restored, it is damaged: %+v", v)
	}
	must(t, read.View(t.Context(), func(tx *store.Tx) error {
		entries, _, err := tx.Audit().Before(wrapcast.Installation, store.AuditQuery{Limit: 1})
		if len(entries) != 1 || entries[0].Action != "store.restored" || entries[0].Actor != "ann" {
			t.Errorf("the trail ends with %+v", entries)
		}
		return err
	}))
	for _, name := range []string{to, filepath.Join(to, "wrapcast.db")} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// TestADamagedBackupIsRefused flips a byte at a time, all over a backup.
func TestADamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	path, _ := makeBackup(t, directory(t), t.TempDir())
	whole, err := os.ReadFile(path)
	must(t, err)
	want := contents(t, path)
	random, dir := rand.New(rand.NewPCG(1, 2)), t.TempDir()
	for i := range 60 {
		flipped := bytes.Clone(whole)
		at := random.IntN(len(flipped))
		flipped[at] ^= byte(1 << random.IntN(8))
		broken, to := filepath.Join(dir, "broken"), filepath.Join(dir, fmt.Sprint(i))
		must(t, os.WriteFile(broken, flipped, 0o600))
		_, err := backup.Restore(t.Context(), backup.RestoreOptions{From: broken, Dir: to, Now: noon})
		if err == nil && contents(t, broken) != want { // some bytes of a zip file say nothing: a time, a name's rights
			t.Errorf("byte %d flipped: it was restored", at)
		}
		if _, there := os.Stat(filepath.Join(to, "wrapcast.db")); err != nil && there == nil {
			t.Errorf("byte %d flipped: %v, and a database was left", at, err)
		}
	}
	for name, text := range map[string][]byte{"empty": {}, "half": whole[:len(whole)/2], "other": []byte("PK no zip")} {
		broken := filepath.Join(dir, name)
		must(t, os.WriteFile(broken, text, 0o600))
		_, err := backup.Restore(t.Context(), backup.RestoreOptions{From: broken, Dir: filepath.Join(dir, "x"), Now: noon})
		if wrapcast.KindOf(err) != wrapcast.InvalidData || wrapcast.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// contents is what the files of a zip file hold.
func contents(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	must(t, err)
	defer z.Close()
	var all bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		fmt.Fprintln(&all, f.Name)
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestARestoreWritesOverNothing(t *testing.T) {
	t.Parallel()
	dir := directory(t)
	path, _ := makeBackup(t, dir, filepath.Join(t.TempDir(), "a.backup"))
	restore := func(from, to string, force bool) (backup.Restored, error) {
		return backup.Restore(t.Context(), backup.RestoreOptions{From: from, Dir: to, Force: force, Now: noon})
	}
	refused := func(why string, kind wrapcast.Kind, err error) {
		t.Helper()
		if wrapcast.KindOf(err) != kind || wrapcast.Hint(err) == "" {
			t.Errorf("%s: %v", why, err)
		}
	}
	_, err := restore(path, dir, false)
	refused("not empty", wrapcast.Conflict, err)
	if _, _, err := backup.Make(t.Context(), backup.Options{Dir: dir, To: path, Now: noon}); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("a backup was written over: %v", err)
	}
	s := opened(t, dir)
	replace(t, s, 7)
	_, err = restore(path, dir, true)
	refused("in use", wrapcast.Conflict, err)
	must(t, s.Close())
	r, err := restore(path, dir, true)
	must(t, err)
	if now, before := handled(t, dir), handled(t, r.Aside); now != 960 || before != 7*960 {
		t.Errorf("%d contacts are there, %d were", now, before)
	}

	bare, _, err := backup.Make(t.Context(), backup.Options{Dir: dir, To: t.TempDir(), Now: noon})
	must(t, err)
	if r, err = restore(bare, filepath.Join(t.TempDir(), "keyless"), false); err != nil || !r.NoKey {
		t.Errorf("without the key: %+v, %v", r, err)
	}

	newer := directory(t)
	exec(t, filepath.Join(newer, "wrapcast.db"), "INSERT INTO schema_version (version_id, is_applied) VALUES (9999, TRUE)")
	_, _, err = backup.Make(t.Context(), backup.Options{Dir: newer, To: t.TempDir(), Now: noon})
	refused("a newer schema", wrapcast.Usage, err)

	broken := directory(t)
	exec(t, filepath.Join(broken, "wrapcast.db"), "UPDATE sum_block SET id = id || 'x' WHERE kind = 'code'")
	to := t.TempDir()
	_, _, err = backup.Make(t.Context(), backup.Options{Dir: broken, To: to, Now: noon})
	refused("damaged", wrapcast.InvalidData, err)
	if left, _ := os.ReadDir(to); len(left) != 0 {
		t.Errorf("%v was left behind", left)
	}
	_, _, err = backup.Make(t.Context(), backup.Options{Dir: t.TempDir(), To: to, Now: noon})
	refused("nothing there", wrapcast.NotFound, err)
}

func exec(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	must(t, err)
}

func TestARepairedStoreReadsDamagedDaysAgain(t *testing.T) {
	t.Parallel()
	for _, damage := range []string{"UPDATE history_block SET quarter_hours = x'0201' WHERE leaf_id = 3", "DELETE FROM history_block WHERE leaf_id = 4",
		"UPDATE leaf SET code_id = 'x' WHERE leaf_id = 2", "DELETE FROM sum_block WHERE kind = 'code'"} {
		dir := directory(t)
		exec(t, filepath.Join(dir, "wrapcast.db"), damage)
		s := opened(t, dir)
		v, err := s.Verify(t.Context(), nil)
		must(t, err)
		if v.Damaged() == 0 || v.First() == "" {
			t.Errorf("%s: not found", damage)
		}
		_, err = s.Repair(t.Context(), "ann", noon)
		must(t, err)
		if v, err = s.Verify(t.Context(), nil); err != nil || v.Damaged() != 0 {
			t.Errorf("%s: repaired, it is damaged: %v %+v", damage, err, v)
		}
		var unread bool
		must(t, s.View(t.Context(), func(tx *store.Tx) error {
			read, err := tx.Readings().Coverage("org", time.Time{})
			unread = len(read) != 1 || !read[0].From.Equal(noon.AddDate(0, 0, -1)) || !read[0].To.Equal(noon)
			return err
		}))
		replace(t, s, 1)
		must(t, s.Close())
		n := handled(t, dir)
		if lost := !bytes.Contains([]byte(damage), []byte("sum")); unread != lost || n != 960 {
			t.Errorf("%s: to be read again: %v; read again, %d contacts", damage, unread, n)
		}
	}
}
