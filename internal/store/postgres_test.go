package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/store"
)

func TestPostgresForgottenWhereSeesNothingOfOthers(t *testing.T) {
	t.Parallel()
	s := openPostgres(t, prepared(t))
	b := on(t, s)
	for _, org := range []wrapcast.OrganisationID{"ours", "theirs"} {
		b.org = org
		b.replace(time.UTC, dense(noon, 1))
		b.withPlans("p")
		b.update(func(tx *store.Tx) error {
			if err := tx.Directory().Save(directory(org)); err != nil {
				return err
			}
			_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: org})
			return err
		})
	}
	for _, table := range []string{"organisation", "queue", "leaf", "history_block", "sum_block", "coverage", "forecast",
		"forecast_head", "plan", "audit_entry", "audit_key", "audit_checkpoint"} {
		count := "SELECT COUNT(*) FROM " + table
		b.view(func(tx *store.Tx) error {
			all, err := tx.Raw(count)
			if err != nil || all != 0 {
				t.Errorf("%s: a transaction of nobody sees %d rows: %v", table, all, err)
			}
			if err := tx.Enter("ours"); err != nil {
				return err
			}
			seen, err := tx.Raw(count)
			ours, err2 := tx.Raw(count+" WHERE organisation_id = $1", "ours")
			theirs, err3 := tx.Raw(count+" WHERE organisation_id = $1", "theirs")
			if seen == 0 || seen != ours || theirs != 0 {
				t.Errorf("%s: of our %d rows and theirs, %d are seen without a WHERE, and %d of theirs with one", table, ours, seen, theirs)
			}
			return errors.Join(err, err2, err3)
		})
	}
	b.refused(wrapcast.Usage, "row-level security", func(tx *store.Tx) error {
		if err := tx.Enter("ours"); err != nil {
			return err
		}
		_, err := tx.Raw(`INSERT INTO queue (organisation_id, queue_id, name) VALUES ('theirs', 'x', 'x') RETURNING 1`)
		return err
	})
	b.update(func(tx *store.Tx) error {
		if err := tx.Enter("ours"); err != nil {
			return err
		}
		n, err := tx.Raw(`WITH gone AS (DELETE FROM history_block RETURNING organisation_id) SELECT COUNT(*) FROM gone
			WHERE organisation_id <> 'ours'`)
		if n != 0 {
			t.Errorf("a DELETE without a WHERE deleted %d rows of others", n)
		}
		return err
	})
	b.org = "theirs"
	if got := b.observations(noon, noon.AddDate(0, 0, 1)); len(got) != 96*20 {
		t.Errorf("%d quarter-hours of theirs are left", len(got))
	}
}

func TestPostgresFencesEveryTable(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	b := on(t, openPostgres(t, d))
	b.view(func(tx *store.Tx) error {
		all, err := tx.Raw(`SELECT COUNT(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE a.attname = 'organisation_id' AND c.relkind IN ('r', 'p')`)
		fenced, err2 := tx.Raw(`SELECT COUNT(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE a.attname = 'organisation_id' AND c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.relforcerowsecurity
			AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)`)
		parts, err3 := tx.Raw(`SELECT COUNT(*) FROM pg_inherits WHERE inhparent = 'history_block'::regclass`)
		owner, err4 := tx.Raw(`SELECT COUNT(*) FROM pg_roles r WHERE r.rolname = current_user AND (r.rolsuper OR r.rolbypassrls
			OR r.oid IN (SELECT relowner FROM pg_class WHERE relname = 'history_block'))`)
		if all < 100 || fenced != all || parts != 8 || owner != 0 {
			t.Errorf("of %d tables %d are fenced; history has %d parts; the role is the owner or more: %d", all, fenced, parts, owner)
		}
		return errors.Join(err, err2, err3, err4)
	})
	for _, statement := range []string{"DELETE FROM schema_version RETURNING 1", "UPDATE audit_entry SET actor = 'x' RETURNING 1",
		"DELETE FROM audit_entry RETURNING 1", "TRUNCATE audit_entry", "ALTER TABLE history_block DISABLE ROW LEVEL SECURITY",
		"DROP TABLE history_block", "CREATE TABLE mine (a INT)", "SET ROLE " + postgrestest.Owner} {
		b.refused(wrapcast.Usage, "permission", func(tx *store.Tx) error { _, err := tx.Raw(statement); return err })
	}
}

func TestPostgresEvidenceCannotBeChangedEvenByItsOwner(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	b := on(t, openPostgres(t, d))
	b.withPlans("p1")
	b.update(func(tx *store.Tx) error {
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: "org"})
		return err
	})
	owner := on(t, opened(t, store.Options{URL: d.Owner()}))
	for _, table := range []string{"audit_entry", "forecast", "plan"} {
		for _, statement := range []string{"DELETE FROM " + table + " RETURNING 1", "TRUNCATE " + table + " CASCADE",
			"UPDATE " + table + " SET run_id = 'x' RETURNING 1"} {
			owner.refused(wrapcast.Internal, "are never", func(tx *store.Tx) error {
				if err := tx.Enter("org"); err != nil {
					return err
				}
				_, err := tx.Raw(statement)
				return err
			})
		}
	}
}

func TestPostgresManyWritersMakeOneChainAndOneNumbering(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	const pools, writers, rounds = 3, 3, 12
	key := filepath.Join(t.TempDir(), "audit.key")
	var wait sync.WaitGroup
	for p := range pools {
		s := opened(t, store.Options{URL: d.App(), AuditKeyFile: key})
		for w := range writers {
			wait.Go(func() {
				for i := range rounds {
					org := wrapcast.OrganisationID(fmt.Sprintf("org-%d", (w+i)%2))
					e := wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon}
					e.Observations = []wrapcast.Observation{observation(wrapcast.CodeID(fmt.Sprintf("code-%d-%d-%d", p, w, i)), noon, 1)}
					if err := s.Update(t.Context(), func(tx *store.Tx) error {
						if _, err := tx.History().Replace(org, time.UTC, e); err != nil {
							return err
						}
						_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: org, Actor: fmt.Sprint(p, w, i)})
						return err
					}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wait.Wait()
	b := on(t, openPostgres(t, d))
	total := int64(0)
	for _, org := range []wrapcast.OrganisationID{"org-0", "org-1"} {
		b.view(func(tx *store.Tx) error {
			end, err := audit.Verify(tx.Audit().Entries(org, 1, 0))
			leaves, err2 := tx.History().Leaves(org)
			if int64(len(leaves)) != end.Seq {
				t.Errorf("%s has %d leaves after %d entries", org, len(leaves), end.Seq)
			}
			total += end.Seq
			return errors.Join(err, err2)
		})
	}
	if total != pools*writers*rounds {
		t.Errorf("the chains have %d entries of %d", total, pools*writers*rounds)
	}
	v, err := b.Verify(t.Context(), nil)
	if err != nil || v.Damaged() != 0 {
		t.Errorf("%v %s", err, v.First())
	}
}

func TestPostgresOrganisationsDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	b := on(t, openPostgres(t, prepared(t)))
	b.update(func(tx *store.Tx) error {
		if err := tx.Directory().Save(directory("slow")); err != nil {
			return err
		}
		return b.Update(t.Context(), func(tx *store.Tx) error { return tx.Directory().Save(directory("fast")) })
	})
}

func TestPostgresBusyOrganisationIsAConflictNotAnEndlessWait(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	first := on(t, openPostgres(t, d))
	second := opened(t, store.Options{URL: d.App(), BusyTimeout: 50 * time.Millisecond})
	first.update(func(tx *store.Tx) error {
		if err := tx.Directory().Save(directory("org")); err != nil {
			return err
		}
		err := second.Update(t.Context(), func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) })
		if wrapcast.KindOf(err) != wrapcast.Conflict || wrapcast.Hint(err) == "" || !strings.Contains(err.Error(), "another process keeps") {
			t.Errorf("got %v", err)
		}
		return second.View(t.Context(), func(tx *store.Tx) error { _, err := tx.Runs().Latest("org", 1); return err })
	})
}

func TestPostgresErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	s := postgrestest.Shared(t)
	d := prepared(t)
	foreign, empty, newer := s.Empty(t), s.Empty(t), prepared(t)
	foreign.Exec(t, "CREATE TABLE bookmarks (url TEXT)")
	newer.Exec(t, "INSERT INTO schema_version (version_id, is_applied) VALUES (99, true)")
	locked := func(password string) string {
		return strings.Replace(d.URL(postgrestest.Locked, d.Name), "@", ":"+password+"@", 1)
	}
	for what, c := range map[string]struct {
		url, says, hint string
		kind            wrapcast.Kind
	}{
		"no server":          {strings.Replace(d.App(), "127.0.0.1", "127.0.0.1:1/", 1) + "x", "cannot be", "--store", wrapcast.Usage},
		"nothing listens":    {"postgres://me:secret-word@127.0.0.1:1/wrapcast", "cannot be reached", "pg_isready", wrapcast.Unavailable},
		"no such host":       {"postgres://me:secret-word@nowhere.invalid/wrapcast", "cannot be reached", "host", wrapcast.Unavailable},
		"an address is none": {"postgres://me:secret-word@host:port/x", "cannot be read", "postgres://USER", wrapcast.Usage},
		"no database":        {s.URL(postgrestest.App, "missing"), "does not exist", "createdb", wrapcast.Usage},
		"no role":            {s.URL("stranger", d.Name), "role", "pg_hba", wrapcast.Usage},
		"a wrong password":   {locked("secret-word"), "refuses the password", "PGPASSWORD", wrapcast.Usage},
		"another program's":  {foreign.Owner(), "has a table bookmarks", "createdb", wrapcast.Usage},
		"an empty one":       {empty.App(), "may not change that", "wrapcast store migrate", wrapcast.Usage},
		"a newer wrapcast's": {newer.Owner(), "written by a newer wrapcast: it takes one that knows schema number 99", "newer", wrapcast.Usage},
		"a newer, as a role": {newer.App(), "written by a newer wrapcast", "newer", wrapcast.Usage},
		"no grants":          {locked(strings.ReplaceAll(strings.ReplaceAll(postgrestest.Password, "@", "%40"), "/", "%2F")), "no permission", "--role", wrapcast.Usage},
	} {
		opened, err := store.Open(t.Context(), store.Options{URL: c.url})
		if err == nil {
			err = opened.View(t.Context(), func(tx *store.Tx) error { _, err := tx.Directory().Organisations(); return err })
			_ = opened.Close()
		}
		if err == nil || wrapcast.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) || !strings.Contains(wrapcast.Hint(err), c.hint) {
			t.Errorf("%s: %q error %v (hint: %s)", what, wrapcast.KindOf(err), err, wrapcast.Hint(err))
		}
		if said := fmt.Sprint(err, wrapcast.Hint(err)); strings.Contains(said, "secret") || strings.Contains(said, "s3cret") {
			t.Errorf("%s: the error has the password: %s", what, said)
		}
	}
}

func TestPostgresTakesThePasswordFromAFile(t *testing.T) {
	t.Parallel()
	d := prepared(t)
	file := writeFile(t, filepath.Join(t.TempDir(), "password"), postgrestest.Password+"\n")
	_, _, err := store.Migrate(t.Context(), store.Options{URL: d.Owner()}, postgrestest.Locked)
	if err != nil {
		t.Fatal(err)
	}
	s := opened(t, store.Options{URL: d.URL(postgrestest.Locked, d.Name), PasswordFile: file})
	if strings.Contains(s.Path(), "s3cret") || !strings.Contains(s.Path(), postgrestest.Locked) {
		t.Errorf("it is called %s", s.Path())
	}
}

func TestPostgresOpenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := store.Open(ctx, store.Options{URL: prepared(t).App()}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
