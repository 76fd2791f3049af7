package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivermigrate"
	"go.opentelemetry.io/otel/attribute"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/copying"
	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
	"github.com/wrapcast/wrapcast/internal/store/internal/evidence"
	"github.com/wrapcast/wrapcast/internal/traces"
)

// Options say where and how a store keeps its data.
type Options struct {
	// Dir is the data directory. It is made, for its owner only, where it does not exist.
	Dir string
	// URL, if set, is the PostgreSQL database that takes the place of the data directory's: postgres://…;
	// PasswordFile holds its password where the address has none.
	URL          string
	PasswordFile string
	// BusyTimeout is how long a transaction waits for another process's. 0 means 10 seconds.
	BusyTimeout time.Duration
	// AuditKeyFile holds the key that signs the audit chain. "" means audit.key in the data directory. Where the file
	// does not exist, and no chain is signed yet, it is made; beside a PostgreSQL database only where it is named here, or
	// MakesAuditKey says so: other machines need the same.
	AuditKeyFile  string
	MakesAuditKey bool
	// AuditKey is the key itself, as its file has it; it takes the file's place.
	AuditKey string
	// Converting, which may be nil, is told how much of what an older wrapcast stored is brought into its new form, while
	// it is: that takes minutes where there are tens of millions of observations.
	Converting func(done, all int) `json:"-"`
	// Knows makes the program one that knows the schema up to this migration, and takes itself for such a one: for tests
	// of upgrades. 0 means all there are.
	Knows int64
}

// Store is an open data directory. It is safe for concurrent use, in this process and
// beside other processes on the same machine.
type Store struct {
	engine engine.Engine
	keys   *evidence.Keyring
}

// Open opens the data directory or the database, makes it if need be, and brings its schema up to this version's. In a
// database that takes a role that may change tables: see [Migrate].
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.URL == "" {
		return openSQLite(ctx, o, 0)
	}
	e, err := engine.OpenPostgres(ctx, o.postgres())
	if err != nil {
		return nil, err
	}
	return &Store{e, o.keyring(e)}, nil
}

func (o Options) postgres() engine.PostgresOptions {
	return engine.PostgresOptions{URL: o.URL, PasswordFile: o.PasswordFile, BusyTimeout: o.BusyTimeout,
		Backfills: backfills(), Conversions: conversions(), Converting: o.Converting, Knows: o.Knows}
}

// Migrate brings a PostgreSQL database up to this version's schema, as its owner, and gives the roles named what the
// product needs to work on it; roles that were named before keep it. It returns the schema's number before, 0 where
// there was none, and now.
func Migrate(ctx context.Context, o Options, roles ...string) (before, now int64, err error) {
	return engine.MigratePostgres(ctx, o.postgres(), roles...)
}

// openSQLite opens a data directory with the schema of migration number schema, the latest where it is 0.
func openSQLite(ctx context.Context, o Options, schema int64) (*Store, error) {
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 10 * time.Second
	}
	e, err := engine.OpenSQLite(ctx, engine.SQLiteOptions{Dir: o.Dir, BusyTimeout: o.BusyTimeout,
		Backfills: backfills(), Conversions: conversions(), Converting: o.Converting, Schema: schema, Knows: o.Knows})
	if err != nil {
		return nil, err
	}
	return &Store{e, o.keyring(e)}, nil
}

// keyring is the key that signs the audit chain of an open database.
func (o Options) keyring(e engine.Engine) *evidence.Keyring {
	dir := filepath.Dir(e.Path())
	if o.URL != "" {
		dir = o.Dir
	}
	return &evidence.Keyring{File: cmp.Or(o.AuditKeyFile, filepath.Join(dir, "audit.key")), Private: o.AuditKey,
		Elsewhere: o.URL != "" && o.AuditKeyFile == "" && !o.MakesAuditKey}
}

// OpenToRead opens a data directory to be looked at: nothing is made or changed, and its schema stays as it is, so that
// nothing may be asked of parts of a transaction where [Store.Schema] says that it is another than this version's. It
// returns NotFound where there is no data.
func OpenToRead(ctx context.Context, o Options) (*Store, error) {
	if o.URL != "" {
		e, err := engine.ReadPostgres(ctx, o.postgres())
		if err != nil {
			return nil, err
		}
		return &Store{e, o.keyring(e)}, nil
	}
	e, err := engine.ReadSQLite(ctx, engine.SQLiteOptions{Dir: o.Dir, Knows: o.Knows,
		BusyTimeout: cmp.Or(o.BusyTimeout, 10*time.Second)})
	if err != nil {
		return nil, err
	}
	return &Store{e, o.keyring(e)}, nil
}

// Schema returns the number of the store's schema, and of the one this version of wrapcast writes.
func (s *Store) Schema(ctx context.Context) (current, known int64, err error) {
	return s.engine.Schema(ctx)
}

// CopyTo writes the database as it is at this moment to a file that must not be there, while others work on it.
func (s *Store) CopyTo(ctx context.Context, path string) error { return s.engine.CopyTo(ctx, path) }

// IsOutdated reports whether an error says that a newer program has brought the store to where this one may not work on
// it any more. Nothing of what it was doing was written.
func IsOutdated(err error) bool { return errors.Is(err, engine.ErrOutdated) }

// IsGone reports whether an error says that the database was not there, or is not: the work that met it can be done
// again when it is back.
func IsGone(err error) bool { return errors.Is(err, engine.ErrGone) }

// IsThere reports whether a directory holds a database, or something in its place; or a PostgreSQL database a schema of
// ours.
func IsThere(ctx context.Context, o Options) (bool, error) {
	if o.URL == "" {
		return engine.SQLiteIsThere(o.Dir), nil
	}
	e, err := engine.ReadPostgres(ctx, o.postgres())
	if err == nil {
		return true, e.Close()
	}
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return false, nil
	}
	return false, err
}

// CopySchema names the document of [Copy].
const CopySchema = "wrapcast.store-copy/1"

// Copied says what was copied.
type Copied struct {
	Schema string `json:"schema"`
	From   string `json:"from"`
	To     string `json:"to"`
	// Tables are in the order they were copied.
	Tables []CopiedTable `json:"tables"`
}

// CopiedTable is a table that was copied.
type CopiedTable = copying.Table

// CopyOptions say what is copied where.
type CopyOptions struct {
	From, To Options
	Actor    string
	Now      time.Time
	// Tell, which may be nil, is told which table begins.
	Tell func(table string)
}

// Copy copies everything that is stored into an empty directory or database, but for leases and jobs that wait, and
// compares by digests what has come. Interrupted, it goes on where it stood. An audit entry of the target says so.
func Copy(ctx context.Context, o CopyOptions) (c Copied, err error) {
	if there, err := IsThere(ctx, o.From); err != nil || !there {
		return c, cmp.Or(err, error(notFound("there is nothing to be copied").WithHint("name what is to be copied with --from")))
	}
	if o.From.URL == "" {
		if err := InUse(ctx, o.From.Dir); err != nil {
			return c, err
		}
	}
	from, err := Open(ctx, o.From)
	if err != nil {
		return c, err
	}
	defer from.Close()
	to, err := Open(ctx, o.To)
	if err != nil {
		return c, err
	}
	defer to.Close()
	c = Copied{Schema: CopySchema, From: from.Path(), To: to.Path()}
	copier := copying.Copier{From: from.engine, To: to.engine, Now: o.Now, Tell: o.Tell}
	if c.Tables, err = copier.Copy(ctx); err != nil {
		return c, err
	}
	return c, to.Update(ctx, func(tx *Tx) error {
		if err := tx.conn.enterAll(); err != nil {
			return err
		}
		if err := tx.conn.explain(copying.Finish(ctx, tx.conn.tx, o.Now)); err != nil {
			return err
		}
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: wrapcast.Installation, At: o.Now, Actor: o.Actor,
			Action: "store.copied", Status: "ok", Detail: fmt.Sprintf("from %s to %s, %d tables, compared by digests", c.From, c.To,
				len(c.Tables))})
		return err
	})
}

// NameOf is the address of a database without a password, for people.
func NameOf(url string) string { return engine.PostgresName(url) }

// IsDatabase reports whether a name is the address of a PostgreSQL database, and no directory.
func IsDatabase(name string) bool { return engine.IsPostgres(name) }

// HasPassword reports whether the address of a database has a password in it.
func HasPassword(url string) bool { return engine.HasPassword(url) }

// RoleRemark says why the fence between organisations does not hold for the role a database is worked on as, or is not
// as high as it could be; "" where it is.
func (s *Store) RoleRemark(ctx context.Context) (string, error) { return s.engine.RoleRemark(ctx) }

// CanSign returns an error where the audit chain cannot be signed: what anybody does with the store needs it.
func (s *Store) CanSign() error { return s.keys.Ready() }

// InUse returns Conflict where another process has a data directory's database open. One that cannot be read is not in
// use.
func InUse(ctx context.Context, dir string) error { return engine.SQLiteInUse(ctx, dir) }

const (
	// digestsFrom is the migration that gave rows their digests.
	digestsFrom = 16
	// daysGone is the one that drops the history by single days, after its rows were put together.
	daysGone = 31
	// sumDaysGone is the one that drops sums by single days.
	sumDaysGone = 35
)

// backfills make what new tables hold from what was stored before, by the number of their migration.
func backfills() engine.Backfills {
	return engine.Backfills{
		8: func(ctx context.Context, e engine.Engine, tx engine.Transaction) error {
			return Forecasts{&conn{ctx: ctx, tx: tx, engine: e}}.backfillHeads()
		},
		digestsFrom: func(ctx context.Context, e engine.Engine, tx engine.Transaction) error {
			return (&conn{ctx: ctx, tx: tx, engine: e}).backfillDigests()
		},
		sumDaysGone: func(ctx context.Context, e engine.Engine, tx engine.Transaction) error {
			return Sums{&conn{ctx: ctx, tx: tx, engine: e}}.backfill() // of what was stored before there were sums
		},
	}
}

// conversions move what was stored in another form, a part at a time, by the number of the migration that comes after.
func conversions() engine.Conversions {
	return engine.Conversions{
		daysGone: func(ctx context.Context, e engine.Engine, tx engine.Transaction) (engine.Converted, error) {
			return History{&conn{ctx: ctx, tx: tx, engine: e}}.convertDays()
		},
		sumDaysGone: func(ctx context.Context, e engine.Engine, tx engine.Transaction) (engine.Converted, error) {
			return Sums{&conn{ctx: ctx, tx: tx, engine: e}}.convertSums()
		},
	}
}

// Path returns the file that holds everything.
func (s *Store) Path() string { return s.engine.Path() }

// Close closes the store. Transactions under way must have ended.
func (s *Store) Close() error { return s.engine.Close() }

// Update runs work in the one write transaction there can be at a time, and commits if
// work returns nil. When Update returns nil, what was written survives a power cut; when
// it returns an error, nothing of it was written. Inside work neither Update nor anything
// slow may be called: others are waiting.
func (s *Store) Update(ctx context.Context, work func(*Tx) error) error {
	return s.transact(ctx, true, work)
}

// View runs work in a transaction that only reads and sees one state of the store
// throughout. Views hold nobody up.
func (s *Store) View(ctx context.Context, work func(*Tx) error) error {
	return s.transact(ctx, false, work)
}

func (s *Store) transact(ctx context.Context, write bool, work func(*Tx) error) (err error) {
	ctx, span := traces.Begin(ctx, "store", attribute.Bool("wrapcast.writes", write))
	defer func() { traces.End(span, err) }()
	t, err := s.engine.Begin(ctx, write)
	if err != nil {
		return engine.Explain(ctx, s.engine, err)
	}
	defer t.End()
	if err := work(&Tx{&conn{ctx: ctx, tx: t, engine: s.engine, keys: s.keys}}); err != nil {
		return err
	}
	return engine.Explain(ctx, s.engine, t.Commit(ctx))
}

// OpenRiver opens the job queue that lives beside the store's own tables, after bringing
// its tables up to date. Its jobs are inserted in the store's transactions: see [Tx.Enqueue].
func (s *Store) OpenRiver(ctx context.Context, config *river.Config) (*river.Client[*sql.Tx], error) {
	driver := s.engine.Queue()
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	if s.engine.Migrates() {
		if err := s.migrateRiver(ctx, migrator); err != nil {
			return nil, err
		}
	}
	if !s.engine.Migrates() && config.ReindexerSchedule == nil { // that is for the owner of the tables
		config.ReindexerSchedule = river.NeverSchedule()
	}
	client, err := river.NewClient(driver, config)
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return client, nil
}

// migrateRiver tries again where another process is doing the same at this moment.
func (s *Store) migrateRiver(ctx context.Context, m *rivermigrate.Migrator[*sql.Tx]) error {
	const attempts = 5
	for attempt := 1; ; attempt++ {
		_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if err == nil {
			return nil
		}
		if attempt == attempts {
			return wrapcast.Errorf(wrapcast.Internal, "store", "the job queue's tables could not be made: %w", err)
		}
	}
}

// Enqueue inserts a job that is there when the transaction is committed, and only then. It
// reports whether it was inserted: a job that must be unique may be there already.
func (tx *Tx) Enqueue(client *river.Client[*sql.Tx], args river.JobArgs, o *river.InsertOpts) (bool, error) {
	if err := tx.conn.explain(tx.conn.tx.Flush(tx.conn.ctx)); err != nil {
		return false, err
	}
	r, err := client.InsertTx(tx.conn.ctx, tx.conn.tx.SQL(), args, o)
	if err != nil {
		return false, tx.conn.explain(err)
	}
	return !r.UniqueSkippedAsDuplicate, nil
}

// IsQueued reports whether the queue has a job of those asked for.
func (tx *Tx) IsQueued(ctx context.Context, client *river.Client[*sql.Tx], of *river.JobListParams) (bool, error) {
	found, err := client.JobListTx(ctx, tx.conn.tx.SQL(), of)
	if err != nil {
		return false, tx.conn.explain(err)
	}
	return len(found.Jobs) > 0, nil
}
