package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

// installed makes a data directory with a little of everything, and closes it.
func installed(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := on(t, s)
	for _, org := range []wrapcast.OrganisationID{"org-a", "org-b"} {
		b.org = org
		b.replace(time.UTC, dense(noon, 2))
		b.withPlans("p1", "p2")
		b.update(func(tx *store.Tx) error {
			if err := tx.Directory().Save(directory(org)); err != nil {
				return err
			}
			if err := tx.Runs().Create(run(org, "r")); err != nil {
				return err
			}
			if err := tx.Submissions().Save(submission(org, "s", "p1"), ""); err != nil {
				return err
			}
			if err := tx.Deliveries().Add(delivery(org, "d", noon)); err != nil {
				return err
			}
			_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: org, Detail: "quoted ' and ü"})
			return err
		})
	}
	b.update(func(tx *store.Tx) error {
		a := wrapcast.Account{ID: "a", Name: "ada", Role: wrapcast.RoleAdmin, CreatedAt: noon, UpdatedAt: noon}
		if err := tx.Access().SaveAccount(a); err != nil {
			return err
		}
		return tx.Access().AddSession(wrapcast.Session{Hash: "h", Account: "a", CreatedAt: noon, UsedAt: noon, ExpiresAt: noon})
	})
	return dir
}

func TestAnInstallationMovesIntoADatabaseAndBack(t *testing.T) {
	t.Parallel()
	dir, d := installed(t), prepared(t)
	key := filepath.Join(dir, "audit.key")
	at, back := store.Options{URL: d.App(), AuditKeyFile: key}, store.Options{Dir: t.TempDir(), AuditKeyFile: key}
	tables := []string{}
	for killed := 0; ; killed += 8 { // it dies again and again, and goes on
		ctx, kill := context.WithCancel(t.Context())
		n := 0
		c, err := store.Copy(ctx, store.CopyOptions{From: store.Options{Dir: dir}, To: at, Actor: "t", Now: noon, Tell: func(string) {
			if n++; n > killed {
				kill()
			}
		}})
		kill()
		if err == nil {
			for _, table := range c.Tables {
				if table.There {
					tables = append(tables, table.Name)
				}
			}
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if len(tables) < 10 {
		t.Errorf("after it was killed only %v was there", tables)
	}
	b := on(t, opened(t, at))
	wantInstalled(t, b)
	again := store.CopyOptions{From: store.Options{Dir: dir}, To: at, Now: noon}
	if _, err := store.Copy(t.Context(), again); wrapcast.KindOf(err) != wrapcast.Conflict || !strings.Contains(err.Error(), "copied there before") {
		t.Errorf("copied over a copy: %v", err)
	}
	if _, err := store.Copy(t.Context(), store.CopyOptions{From: at, To: back, Now: noon}); err != nil {
		t.Fatal(err)
	}
	wantInstalled(t, on(t, opened(t, back)))
}

func wantInstalled(t *testing.T, b bundle) {
	t.Helper()
	v, err := b.Verify(t.Context(), nil)
	if err != nil || v.Damaged() != 0 {
		t.Errorf("%v %s", err, v.First())
	}
	for _, org := range []wrapcast.OrganisationID{"org-a", "org-b"} {
		b.org = org
		wantSame(t, "history", sorted(dense(noon, 2).Observations), b.observations(noon, noon.AddDate(0, 0, 1)))
		wantSame(t, "directory", directory(org), read(b, func(tx *store.Tx) (wrapcast.Directory, error) { return tx.Directory().Of(org) }))
		wantSame(t, "submission", submission(org, "s", "p1"), read(b, func(tx *store.Tx) (wrapcast.Submission, error) { return tx.Submissions().Get(org, "s") }))
		b.view(func(tx *store.Tx) error {
			_, err := audit.Verify(tx.Audit().Entries(org, 1, 0))
			return err
		})
	}
	a := read(b, func(tx *store.Tx) (wrapcast.Account, error) { return tx.Access().AccountNamed("ada") })
	if a.ID != "a" || a.Disabled {
		t.Errorf("the account is %+v", a)
	}
}

func TestACopyIsRefusedWhereSomethingElseIs(t *testing.T) {
	t.Parallel()
	dir, d := installed(t), prepared(t)
	at := store.Options{URL: d.App(), AuditKeyFile: filepath.Join(dir, "audit.key")}
	copying := func(from store.Options, to store.Options) error {
		_, err := store.Copy(t.Context(), store.CopyOptions{From: from, To: to, Now: noon})
		return err
	}
	other := on(t, opened(t, at))
	other.update(func(tx *store.Tx) error { return tx.Directory().Save(directory("other")) })
	if err := copying(store.Options{Dir: dir}, at); wrapcast.KindOf(err) != wrapcast.Conflict || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("into a database of another: %v", err)
	}
	if err := copying(store.Options{Dir: t.TempDir()}, at); wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Errorf("of nothing: %v", err)
	}
	busy := openIn(t, dir)
	on(t, busy).view(func(*store.Tx) error { return nil })
	if err := copying(store.Options{Dir: dir}, store.Options{Dir: t.TempDir()}); wrapcast.KindOf(err) != wrapcast.Conflict || !strings.Contains(err.Error(), "has") {
		t.Errorf("of a directory in use: %v", err)
	}
}
