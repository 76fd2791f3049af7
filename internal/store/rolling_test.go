package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/store"
)

// newer changes a database as a program would that knows one migration more: it adds a column, or takes one away.
func newer(from int64, known int64, change string) []string {
	return []string{change, fmt.Sprintf("INSERT INTO schema_version (version_id, is_applied) VALUES (%d, '1')", known+1),
		fmt.Sprintf("INSERT INTO schema_reach (migration, works_from) VALUES (%d, %d)", known+1, from)}
}

// knows is the last migration of this program.
func knows(t *testing.T, s *store.Store) int64 {
	t.Helper()
	_, known, err := s.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// TestAnOlderProgramWorksOnWhereTheSchemaOnlyGrew has an older program at work while a newer one brings the schema up to
// date: first by what the older need not know, then by what it must. Both engines.
func TestAnOlderProgramWorksOnWhereTheSchemaOnlyGrew(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"SQLite", "PostgreSQL"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			where := store.Options{Dir: t.TempDir()}
			var change func(...string)
			if kind == "SQLite" {
				change = func(statements ...string) {
					for _, s := range statements {
						rawExec(t, filepath.Join(where.Dir, "wrapcast.db"), s)
					}
				}
			} else {
				d := prepared(t)
				where = store.Options{URL: d.App(), AuditKeyFile: filepath.Join(t.TempDir(), "audit.key")}
				change = func(statements ...string) {
					d.Exec(t, append([]string{"SET ROLE " + postgrestest.Owner}, statements...)...)
				}
			}
			rolls(t, where, change)
		})
	}
}

func rolls(t *testing.T, where store.Options, change func(...string)) {
	t.Helper()
	old := on(t, opened(t, where))
	known := knows(t, old.Store)
	save := func(tx *store.Tx) error { return tx.Directory().Save(directory("org")) }
	old.update(save)
	change(newer(known, known, "ALTER TABLE planning_group ADD COLUMN later BIGINT NOT NULL DEFAULT 0")...)
	where.Knows = known + 1
	young := on(t, opened(t, where))
	where.Knows = 0
	for name, b := range map[string]bundle{"at work": old, "newer": young, "begun since": on(t, opened(t, where))} {
		b.update(save)
		got := read(b, func(tx *store.Tx) (wrapcast.Directory, error) { return tx.Directory().Of("org") })
		wantSame(t, name, directory("org"), got)
	}

	where.Knows = known + 2
	change(newer(known+2, known+1, "ALTER TABLE planning_group DROP COLUMN later")...)
	newest := on(t, opened(t, where))
	newest.update(save)
	for _, knows := range []int64{0, known + 1} {
		where.Knows = knows
		s, err := store.Open(t.Context(), where)
		if err == nil {
			t.Fatal(s.Close(), "an older one is let in")
		}
		saysSo(t, "opened", err, known+2)
	}
	for name, b := range map[string]bundle{"the oldest": old, "the one between": young} {
		saysSo(t, name+" writes", b.Update(t.Context(), save), known+2)
		saysSo(t, name+" reads", b.View(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Directory().Of("org")
			return err
		}), known+2)
	}
}

func saysSo(t *testing.T, who string, err error, takes int64) {
	t.Helper()
	want := fmt.Sprintf("it takes one that knows schema number %d or later", takes)
	if !store.IsOutdated(err) || wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), want) ||
		!strings.Contains(wrapcast.Hint(err), "nothing is lost") {
		t.Errorf("%s: %q error %v (hint: %s)", who, wrapcast.KindOf(err), err, wrapcast.Hint(err))
	}
}

// A server says how old it is by a function, which is another here.
func TestAServerThatIsTooOldIsSaidSo(t *testing.T) {
	t.Parallel()
	d := postgrestest.Shared(t).Empty(t)
	d.Exec(t, `CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT '140011'::text $$`)
	for name, open := range map[string]func(store.Options) error{
		"open":    func(o store.Options) error { _, err := store.Open(t.Context(), o); return err },
		"read":    func(o store.Options) error { _, err := store.OpenToRead(t.Context(), o); return err },
		"migrate": func(o store.Options) error { _, _, err := store.Migrate(t.Context(), o); return err },
	} {
		err := open(store.Options{URL: d.Owner() + "&search_path=public,pg_catalog"})
		if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "is served by PostgreSQL 14, and wrapcast needs 15 or later") ||
			!strings.Contains(wrapcast.Hint(err), "upgrade the server") {
			t.Errorf("%s: %q error %v (hint: %s)", name, wrapcast.KindOf(err), err, wrapcast.Hint(err))
		}
	}
}
