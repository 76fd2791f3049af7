package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/wrapcast/wrapcast"
)

// migrationLock is the advisory lock of whoever brings the schema up to date.
const migrationLock = 0x7772_6170_6361_7374

// prepare brings the schema up to date if need be, which takes a role that may.
func (p *Postgres) prepare(ctx context.Context, o PostgresOptions) error {
	ours, err := p.isOurs(ctx)
	if err != nil {
		return err
	}
	if ours && o.Schema == 0 {
		current, known, err := p.Schema(ctx)
		if err == nil && current > known {
			err = mayWork(ctx, p.write, p.Path(), current, known)
		}
		if err == nil && current >= known {
			err = p.forgetMarks(ctx)
		}
		if err != nil || current >= known {
			return err
		}
	}
	if err := p.mayMigrate(ctx, ours); err != nil {
		return err
	}
	return p.migrate(ctx, o)
}

// MigratePostgres brings a database up to date as its owner, and gives roles what the product needs.
func MigratePostgres(ctx context.Context, o PostgresOptions, roles ...string) (before, now int64, err error) {
	p, err := connect(ctx, o)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(Explain(ctx, p, err), p.Close()) }()
	ours, err := p.isOurs(ctx)
	if err == nil && ours {
		before, _, err = p.Schema(ctx)
	}
	if err == nil {
		err = p.mayMigrate(ctx, ours)
	}
	if err == nil {
		err = p.migrate(ctx, o)
	}
	for _, role := range roles {
		if err == nil {
			err = p.Grant(ctx, role)
		}
	}
	if err == nil {
		now, _, err = p.Schema(ctx)
	}
	return before, now, err
}

// isOurs reports whether the database has a schema of ours; one with tables of another program is refused.
func (p *Postgres) isOurs(ctx context.Context) (bool, error) {
	var ours, others sql.NullString
	err := p.write.QueryRowContext(ctx, `SELECT to_regclass('schema_version')::text, (SELECT MIN(relname) FROM pg_class
		WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND relname NOT LIKE 'river%')`).
		Scan(&ours, &others)
	if err == nil && !ours.Valid && others.Valid {
		err = wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s is the database of another program: it has a table %s",
			p.Path(), others.String).WithHint("make a database of its own for wrapcast: createdb wrapcast")
	}
	return ours.Valid, err
}

// mayMigrate returns an error where the role may not make or change tables.
func (p *Postgres) mayMigrate(ctx context.Context, ours bool) error {
	query := `SELECT has_schema_privilege(current_schema(), 'CREATE')`
	if ours {
		query = `SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'schema_version'::regclass`
	}
	var may bool
	if err := p.write.QueryRowContext(ctx, query).Scan(&may); err != nil || may {
		return err
	}
	what := "holds nothing yet"
	if ours {
		current, known, err := p.Schema(ctx)
		if err != nil {
			return err
		}
		if current > known {
			return nil // the migrator says what to do
		}
		what = fmt.Sprintf("has schema number %d, this wrapcast needs %d", current, known)
	}
	return wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s %s, and the role %s may not change that", p.Path(), what,
		p.config.User).WithHint("run `wrapcast store migrate --store postgres://OWNER@… --role %s` as the owner of the database",
		p.config.User)
}

// migrate brings the schema and the job queue's tables up to date, and fences every table off.
func (p *Postgres) migrate(ctx context.Context, o PostgresOptions) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(migrationLock))
	if err != nil {
		return err
	}
	m := p.migrator()
	m.backfills, m.locker = o.Backfills, locker
	m.conversions, m.converting = o.Conversions, o.Converting
	m.alone = fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", migrationLock+1)
	if err := m.migrate(ctx, o.Schema); err != nil {
		return err
	}
	if err := p.migrateQueue(ctx); err != nil {
		return err
	}
	return p.fence(ctx)
}

// postgresWords are what PostgreSQL calls differently. Text is compared by its bytes, as SQLite does.
func postgresWords() *strings.Replacer {
	return strings.NewReplacer("WITHOUT ROWID", "", " BLOB", " BYTEA", " TEXT", ` TEXT COLLATE "C"`)
}

func (p *Postgres) migrator() migrator {
	return migrator{engine: p, dialect: goose.DialectPostgres, only: "postgres", words: postgresWords(), db: p.write,
		knows: p.knows, join: func(ctx context.Context, tx *sql.Tx, alone bool) (Transaction, error) {
			t := &postgresTx{tx: tx, p: p, locked: map[int64]bool{}}
			if alone { // whoever writes has ended, and asks again whether it may before it writes more
				if _, err := tx.ExecContext(ctx, lockEveryone, lockClass); err != nil {
					return nil, err
				}
			}
			// Who reads and writes meanwhile waits at the first table, and no longer than for a lock.
			return t, t.EnterAll(ctx, false)
		}}
}

// migrateQueue brings the job queue's tables up to date.
func (p *Postgres) migrateQueue(ctx context.Context) error {
	m, err := rivermigrate.New(riverdatabasesql.New(p.write), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	const attempts = 5 // another process may be doing the same
	for attempt := 1; ; attempt++ {
		if _, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil); err == nil {
			return nil
		}
		if attempt == attempts {
			return wrapcast.Errorf(wrapcast.Internal, "store", "the job queue's tables could not be made: %w", err)
		}
	}
}

// Schema implements [Engine].
func (p *Postgres) Schema(ctx context.Context) (current, known int64, err error) {
	err = p.read.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM schema_version").Scan(&current)
	if err != nil {
		return 0, 0, Explain(ctx, p, err)
	}
	known, err = p.migrator().last()
	return current, known, err
}

// ask finds out whether the schema says who may work on it: from then on every transaction looks.
func (p *Postgres) ask(ctx context.Context) error {
	current, known, err := p.Schema(ctx)
	p.reach = reach{known: known, asked: current >= reachSince}
	return err
}

// fence puts row-level security on every table of organisations, the new ones of a migration included, and gives those
// roles what they need that have been given it before.
func (p *Postgres) fence(ctx context.Context) error {
	for _, statements := range []string{fenceTables, keepObjects} {
		if _, err := p.write.ExecContext(ctx, statements); err != nil {
			return err
		}
	}
	roles, err := texts(ctx, p.write, `SELECT DISTINCT r.rolname FROM pg_class c, aclexplode(c.relacl) a
		JOIN pg_roles r ON r.oid = a.grantee WHERE c.oid = 'organisation'::regclass AND a.grantee <> c.relowner`)
	for _, role := range roles {
		if err == nil {
			err = p.Grant(ctx, role)
		}
	}
	return err
}

// fenceTables finds tables by the column that says whose a row is. Partitions are reached through the table they are
// part of; alone they are fenced too.
const fenceTables = `DO $$
DECLARE t regclass;
BEGIN
	FOR t IN SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id'
			AND NOT a.attisdropped
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
			AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR NOT EXISTS
				(SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'of_one_organisation'))
	LOOP
		EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
		EXECUTE format('DROP POLICY IF EXISTS of_one_organisation ON %s', t);
		EXECUTE format('CREATE POLICY of_one_organisation ON %s USING (organisation_id = current_setting(''` + setting + `'', true)
			OR current_setting(''` + setting + `'', true) = ''` + everyone + `'')', t);
	END LOOP;
END $$`

// Grant gives a role what the product needs to work on the database, and nothing more.
func (p *Postgres) Grant(ctx context.Context, role string) error {
	name := pgx.Identifier{role}.Sanitize()
	var schema string
	if err := p.write.QueryRowContext(ctx, "SELECT quote_ident(current_schema())").Scan(&schema); err != nil {
		return err
	}
	tx, err := p.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, statement := range []string{
		"GRANT USAGE ON SCHEMA " + schema + " TO " + name,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO " + name,
		"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA " + schema + " TO " + name,
		"REVOKE INSERT, UPDATE, DELETE ON schema_version, schema_object FROM " + name,
		"REVOKE UPDATE, DELETE ON audit_entry FROM " + name,
		"REVOKE INSERT, UPDATE, DELETE ON schema_reach FROM " + name,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// RoleRemark implements [Engine].
func (p *Postgres) RoleRemark(ctx context.Context) (string, error) {
	var above, owner bool
	err := p.read.QueryRowContext(ctx, `SELECT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),
		(SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'organisation'::regclass)`).Scan(&above, &owner)
	switch {
	case err != nil:
		return "", Explain(ctx, p, err)
	case above:
		return fmt.Sprintf("the role %s passes by row-level security: the fence between organisations does not hold", p.config.User), nil
	case owner:
		return fmt.Sprintf("the role %s owns the tables: it could change them, and take the fence between organisations down",
			p.config.User), nil
	}
	return "", nil
}

// Objects implements [Engine].
func (p *Postgres) Objects(ctx context.Context) (ours map[string]string, queue []string, err error) {
	rows, err := p.read.QueryContext(ctx, objectsQuery)
	if err != nil {
		return nil, nil, Explain(ctx, p, err)
	}
	defer rows.Close()
	ours = map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, nil, Explain(ctx, p, err)
		}
		if strings.HasPrefix(name, "river") {
			queue = append(queue, name)
			continue
		}
		ours[name] = text
	}
	return ours, queue, Explain(ctx, p, rows.Err())
}

// objectsQuery lists tables with their columns, triggers and whether they are fenced.
const objectsQuery = `SELECT c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
		|| CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum)
	|| ' | row security ' || c.relrowsecurity::text || ' ' || c.relforcerowsecurity::text
	|| COALESCE((SELECT ' | ' || string_agg(t.tgname || ' ' || t.tgenabled::text, ', ' ORDER BY t.tgname) FROM pg_trigger t
		WHERE t.tgrelid = c.oid AND NOT t.tgisinternal), '')
	|| COALESCE((SELECT ' | ' || string_agg(i.indkey::text || ' ' || i.indisunique || ' ' || i.indisvalid, ', '
		ORDER BY i.indkey::text, i.indisunique) FROM pg_index i WHERE i.indrelid = c.oid), '')
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
	GROUP BY c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity`

// keepObjects writes down what the schema consists of, for whoever verifies it later without being its owner.
const keepObjects = `CREATE TABLE IF NOT EXISTS schema_object (name TEXT PRIMARY KEY, made TEXT NOT NULL);
	DELETE FROM schema_object;
	INSERT INTO schema_object (name, made) ` + objectsQuery

// Columns implements [Engine].
func (p *Postgres) Columns(ctx context.Context) (map[string][]Column, error) {
	return columnsOf(ctx, p, p.read, `SELECT c.relname, a.attname, a.atttypid = 'bytea'::regtype, a.atttypid = 'boolean'::regtype
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			AND EXISTS (SELECT 1 FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'organisation_id')
		ORDER BY c.relname, a.attname`)
}

// Made implements [Engine].
func (p *Postgres) Made(ctx context.Context) (map[string]string, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT name, made FROM schema_object WHERE name NOT LIKE 'river%'`)
	if err != nil {
		return nil, Explain(ctx, p, err)
	}
	defer rows.Close()
	made := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, Explain(ctx, p, err)
		}
		made[name] = text
	}
	return made, Explain(ctx, p, rows.Err())
}

// texts reads a query of one column of text.
func texts(ctx context.Context, db *sql.DB, query string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, errors.Join(rows.Err())
}
