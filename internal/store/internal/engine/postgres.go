package engine

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	"github.com/wrapcast/wrapcast"
)

const (
	// writers and viewers are how many connections a process opens at most to write, and to read; one more listens for
	// jobs while it works them off.
	writers, viewers = 6, 6
	// oldestServer is the oldest PostgreSQL that is worked with, as server_version_num.
	oldestServer = 150000
	// restart is how long a server may take to be back, when it is asked what became of a commit.
	restart = 30 * time.Second
)

// Postgres is a database on a PostgreSQL server, with any number of writers: one at a time of each organisation.
type Postgres struct {
	config *pgx.ConnConfig
	write  *sql.DB
	read   *sql.DB
	busy   time.Duration
	marks  marks
	knows  int64
	reach  reach

	mu     sync.Mutex
	listen *pgxpool.Pool
}

// PostgresOptions say where the database is, and how it is brought up to date.
type PostgresOptions struct {
	// URL is postgres://user@host:port/database, or a connection string of libpq; PGPASSWORD and the other variables of
	// libpq give what it leaves out.
	URL string
	// PasswordFile, if set, holds the password.
	PasswordFile string
	// BusyTimeout is how long a transaction waits for another's lock, and for a connection.
	BusyTimeout time.Duration
	Backfills   Backfills
	// Conversions are told of to Converting, which may be nil.
	Conversions Conversions
	Converting  func(done, all int)
	// Schema is the number of the last migration to run. 0 means all. Knows is the last that the program takes itself to
	// know; 0 is all. Tests of upgrades pretend.
	Schema, Knows int64
}

// IsPostgres reports whether a name is the address of a PostgreSQL database.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// OpenPostgres opens a database and brings its schema up to date, where the role it works as may do that.
func OpenPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	p, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	err = p.prepare(ctx, o)
	if err == nil {
		err = p.ask(ctx)
	}
	if err != nil {
		return nil, errors.Join(Explain(ctx, p, err), p.Close())
	}
	return p, nil
}

// ReadPostgres opens a database, which must have a schema of ours, to be read only.
func ReadPostgres(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	p, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	there, err := p.isOurs(ctx)
	if err == nil && !there {
		err = wrapcast.Errorf(wrapcast.NotFound, "store.Open", "%s holds no data", p.Path()).
			WithHint("name another database with --store, or run `wrapcast demo` or `wrapcast run` first")
	}
	if err != nil {
		return nil, errors.Join(Explain(ctx, p, err), p.Close())
	}
	return p, nil
}

// connect opens the pools and asks the server who it is.
func connect(ctx context.Context, o PostgresOptions) (*Postgres, error) {
	config, err := postgresConfig(o)
	if err != nil {
		return nil, err
	}
	p := &Postgres{config: config, busy: cmp.Or(o.BusyTimeout, 10*time.Second), knows: o.Knows}
	p.write, p.read = p.pool(writers), p.pool(viewers)
	var version int
	err = p.write.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version)
	if err == nil && version < oldestServer {
		err = wrapcast.Errorf(wrapcast.Usage, "store.Open", "%s is served by PostgreSQL %d, and wrapcast needs %d or later",
			p.Path(), version/10000, oldestServer/10000).WithHint("upgrade the server, or name another with --store")
	}
	if err != nil {
		return nil, errors.Join(Explain(ctx, p, err), p.Close())
	}
	return p, nil
}

// postgresConfig reads an address. What is wrong with it is said without it: it may hold a password.
func postgresConfig(o PostgresOptions) (*pgx.ConnConfig, error) {
	if !IsPostgres(o.URL) && !strings.Contains(o.URL, "=") {
		return nil, wrapcast.Errorf(wrapcast.Usage, "store.Open", "%q is not the address of a database", o.URL).
			WithHint("--store and WRAPCAST_STORE take postgres://USER@HOST:PORT/DATABASE; a data directory is named with --data")
	}
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Usage, "store.Open", "the address of the database cannot be read").
			WithHint("write postgres://USER@HOST:PORT/DATABASE (--store, WRAPCAST_STORE); letters like @ and / in a password " +
				"are written as %%40 and %%2F, or leave it to PGPASSWORD or a file (WRAPCAST_STORE_PASSWORD_FILE)")
	}
	if o.PasswordFile != "" {
		text, err := os.ReadFile(o.PasswordFile)
		if err != nil {
			return nil, wrapcast.Errorf(wrapcast.Usage, "store.Open", "the password of the database cannot be read: %w", err).
				WithHint("WRAPCAST_STORE_PASSWORD_FILE names a file that holds the password and nothing else")
		}
		config.Password = strings.TrimRight(string(text), "\r\n")
	}
	config.ConnectTimeout = cmp.Or(config.ConnectTimeout, 10*time.Second)
	config.OnNotice = nil
	for name, value := range map[string]string{
		"application_name": "wrapcast",
		"lock_timeout":     strconv.FormatInt(cmp.Or(o.BusyTimeout, 10*time.Second).Milliseconds(), 10),
		// A process that hangs in the middle of a transaction must not keep others out for ever.
		"idle_in_transaction_session_timeout": "300000",
	} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	return config, nil
}

func (p *Postgres) pool(connections int) *sql.DB {
	db := stdlib.OpenDB(*p.config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

// Path implements [Engine].
func (p *Postgres) Path() string { return nameOf(p.config) }

// nameOf is a database's address as people write it, without a password.
func nameOf(c *pgx.ConnConfig) string {
	host := c.Host
	if strings.HasPrefix(host, "/") { // the directory of a socket
		host = "localhost"
	}
	if c.Port != 5432 && c.Port != 0 {
		host += fmt.Sprintf(":%d", c.Port)
	}
	return fmt.Sprintf("postgres://%s@%s/%s", c.User, host, c.Database)
}

// HasPassword reports whether an address has a password in it.
func HasPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return strings.Contains(address, "password=")
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}

// PostgresName is an address without a password, for people.
func PostgresName(address string) string {
	config, err := postgresConfig(PostgresOptions{URL: address})
	if err != nil {
		return "the database"
	}
	return nameOf(config)
}

// Explain implements [Engine].
func (p *Postgres) Explain(err error) error { return explainPostgres(p.Path(), err) }

// Queue implements [Engine].
func (p *Postgres) Queue() riverdriver.Driver[*sql.Tx] {
	config, err := pgxpool.ParseConfig("")
	if err != nil { // the environment says something about PostgreSQL that cannot be: then jobs are looked for
		return riverdatabasesql.New(p.write)
	}
	config.ConnConfig = p.config.Copy()
	config.MaxConns, config.MinConns = 1, 0
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listen == nil {
		if p.listen, err = pgxpool.NewWithConfig(context.Background(), config); err != nil {
			return riverdatabasesql.New(p.write)
		}
	}
	return riverdatabasesql.NewWithPgxListener(p.write, p.listen)
}

// Migrates implements [Engine]: the queue's tables are made with the schema, by a role that may.
func (p *Postgres) Migrates() bool { return false }

// CopyTo implements [Engine]: a database has tools of its own for that.
func (p *Postgres) CopyTo(context.Context, string) error {
	return wrapcast.Errorf(wrapcast.Usage, "store backup", "%s is a PostgreSQL database: wrapcast does not back it up", p.Path()).
		WithHint("back it up as your databases are backed up (pg_dump --format=custom, or a base backup with its WAL); the key " +
			"that signs the audit chain lies elsewhere and needs a copy of its own")
}

// Integrity implements [Engine]: what the server itself noticed of damaged pages.
func (p *Postgres) Integrity(ctx context.Context, _ int) (found []string, err error) {
	var damaged sql.NullInt64
	err = p.read.QueryRowContext(ctx, `SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()`).
		Scan(&damaged)
	if damaged.Int64 > 0 {
		found = append(found, fmt.Sprintf("the server found %d damaged pages (pg_stat_database.checksum_failures)", damaged.Int64))
	}
	return found, Explain(ctx, p, err)
}

// Close implements [Engine].
func (p *Postgres) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listen != nil {
		p.listen.Close()
	}
	return errors.Join(p.read.Close(), p.write.Close())
}
