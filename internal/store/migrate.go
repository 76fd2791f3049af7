package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/wrapcast/wrapcast"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema up to this version's. Other processes may be doing the
// same at this moment: whoever loses the race for a migration finds it done and goes on.
func (s *Store) migrate(ctx context.Context) error {
	p, err := s.newProvider()
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		err := s.migrateOnce(ctx, p)
		if err == nil || attempt > len(p.ListSources()) || wrapcast.KindOf(err) != wrapcast.Internal {
			return err
		}
	}
}

func (s *Store) migrateOnce(ctx context.Context, p *goose.Provider) error {
	current, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > known {
		return wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s was written by a newer wrapcast: its schema is number %d, this one knows %d", s.path, current, known).
			WithHint("install the newer wrapcast again, or name another data directory with --data")
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema from number %d to %d: %w", current, known, err)
	}
	return nil
}

func (s *Store) newProvider() (*goose.Provider, error) {
	migrations, err := s.migrationsFor("sqlite", strings.NewReplacer())
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, s.write, nil,
		goose.WithGoMigrations(migrations...),
		goose.WithTableName("schema_version"),
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()))
}

// migrationsFor returns the migrations of an engine: NNNNN_subject.sql is for all of
// them, with the engine's own words put in by its dialect; NNNNN_subject.ENGINE.sql is for one.
func (s *Store) migrationsFor(engine string, dialect *strings.Replacer) ([]*goose.Migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	migrations := make([]*goose.Migration, 0, len(names))
	for _, name := range names {
		base := strings.TrimSuffix(strings.TrimPrefix(name, "migrations/"), ".sql")
		if _, only, found := strings.Cut(base, "."); found && only != engine {
			continue
		}
		number, _, _ := strings.Cut(base, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		text, err := fs.ReadFile(migrationFiles, name)
		if err != nil {
			return nil, err
		}
		migrations = append(migrations, s.migration(version, dialect.Replace(string(text))))
	}
	return migrations, nil
}

func (s *Store) migration(version int64, text string) *goose.Migration {
	up := func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, text)
		if backfill := backfills()[version]; backfill != nil && err == nil {
			err = backfill(&conn{ctx: ctx, tx: tx, store: s})
		}
		return err
	}
	return goose.NewGoMigration(version, &goose.GoFunc{RunTx: up}, nil)
}

// backfills make what a migration's new tables hold from what was stored before, where SQL cannot.
func backfills() map[int64]func(*conn) error {
	return map[int64]func(*conn) error{
		7: func(tx *conn) error { return Sums{tx}.backfill() },
		8: func(tx *conn) error { return Forecasts{tx}.backfillHeads() },
	}
}
