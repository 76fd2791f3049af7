package engine

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/wrapcast/wrapcast"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrator brings a schema up to this version's: NNNNN_subject.sql is for all engines, with
// the engine's own words put in; NNNNN_subject.ENGINE.sql is for one.
type migrator struct {
	engine  Engine
	dialect goose.Dialect
	// db runs the migrations; join makes the transaction of one ready for it: alone where others may not go on as before.
	db   *sql.DB
	join func(ctx context.Context, tx *sql.Tx, alone bool) (Transaction, error)
	// only names the engine in file names, words replace those that it calls differently.
	only      string
	words     *strings.Replacer
	backfills Backfills
	// conversions are told of to converting, which may be nil; alone begins a transaction of one, so that no other process
	// does the same at the same time.
	conversions Conversions
	converting  func(done, all int)
	alone       string
	// knows is the last migration that this program takes itself to know; 0 is all.
	knows int64
	// locker keeps other processes from migrating meanwhile; nil where the database does.
	locker lock.SessionLocker
}

// migrate runs the migrations up to number to, or all where it is 0. Other processes may be doing the
// same at this moment: whoever loses the race for a migration finds it done and goes on.
func (m migrator) migrate(ctx context.Context, to int64) error {
	p, err := m.provider()
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		err := m.once(ctx, p, to)
		if err == nil || attempt > len(p.ListSources()) || wrapcast.KindOf(err) != wrapcast.Internal {
			return err
		}
		// Who keeps the file busy for that long does not migrate it: it was stopped, or works on something long.
		if attempt > 0 && wrapcast.KindOf(Explain(ctx, m.engine, err)) == wrapcast.Conflict {
			return err
		}
	}
}

func (m migrator) once(ctx context.Context, p *goose.Provider, to int64) error {
	current, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if m.knows != 0 {
		known = m.knows
	}
	if current > known {
		return mayWork(ctx, m.db, m.engine.Path(), current, known)
	}
	if to == 0 {
		to = known
	}
	for _, number := range slices.Sorted(maps.Keys(m.conversions)) {
		if number <= current || number > to {
			continue
		}
		_, err := p.UpTo(ctx, number-1)
		if err == nil {
			err = m.convert(ctx, m.conversions[number])
		}
		if err != nil {
			return fmt.Errorf("bring the schema from number %d to %d: %w", current, to, err)
		}
	}
	if _, err := p.UpTo(ctx, to); err != nil {
		return fmt.Errorf("bring the schema from number %d to %d: %w", current, to, err)
	}
	return nil
}

// convert does a conversion, part after part.
func (m migrator) convert(
	ctx context.Context, part func(context.Context, Engine, Transaction) (Converted, error),
) error {
	for done := 0; ; {
		c, err := m.convertPart(ctx, part)
		if err != nil || c.Done == 0 {
			return err
		}
		done += c.Done
		if m.converting != nil {
			m.converting(done, done+c.Left)
		}
	}
}

func (m migrator) convertPart(
	ctx context.Context, part func(context.Context, Engine, Transaction) (Converted, error),
) (c Converted, err error) {
	tx, err := m.db.BeginTx(ctx, nil)
	if err != nil {
		return c, err
	}
	defer func() { _ = tx.Rollback() }() // it was committed, or there is nothing left to say
	if m.alone != "" {
		if _, err := tx.ExecContext(ctx, m.alone); err != nil {
			return c, err
		}
	}
	joined, err := m.join(ctx, tx, false)
	if err != nil {
		return c, err
	}
	if c, err = part(ctx, m.engine, joined); err != nil {
		return c, err
	}
	return c, tx.Commit()
}

func (m migrator) provider() (*goose.Provider, error) {
	migrations, err := m.migrations()
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(migrations...), goose.WithTableName("schema_version"),
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	if m.locker != nil {
		options = append(options, goose.WithSessionLocker(m.locker))
	}
	return goose.NewProvider(m.dialect, m.db, nil, options...)
}

// last is the number of the last migration that this program knows.
func (m migrator) last() (known int64, err error) {
	if m.knows != 0 {
		return m.knows, nil
	}
	all, err := m.migrations()
	for _, one := range all {
		known = max(known, one.Version)
	}
	return known, err
}

func (m migrator) migrations() ([]*goose.Migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	migrations := make([]*goose.Migration, 0, len(names))
	for _, name := range names {
		base := strings.TrimSuffix(strings.TrimPrefix(name, "migrations/"), ".sql")
		if _, only, found := strings.Cut(base, "."); found && only != m.only {
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
		migrations = append(migrations, m.migration(version, m.words.Replace(string(text))))
	}
	return migrations, nil
}

func (m migrator) migration(version int64, text string) *goose.Migration {
	from := worksFrom(version, text)
	up := func(ctx context.Context, tx *sql.Tx) error {
		joined, err := m.join(ctx, tx, from == version)
		if err == nil {
			_, err = tx.ExecContext(ctx, text)
		}
		if backfill := m.backfills[version]; backfill != nil && err == nil {
			err = backfill(ctx, m.engine, joined)
		}
		if version >= reachSince && err == nil {
			_, err = tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO schema_reach (migration, works_from) VALUES (%d, %d)", version, from))
		}
		return err
	}
	return goose.NewGoMigration(version, &goose.GoFunc{RunTx: up}, nil)
}
