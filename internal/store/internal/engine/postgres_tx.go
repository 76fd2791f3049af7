package engine

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/wrapcast/wrapcast"
)

// setting is what row-level security reads: the organisation a transaction works for, or everyone.
const (
	setting  = "wrapcast.organisation"
	everyone = "*"
)

// installationChain is the organisation of the audit chain of the installation, whose other rows have "". Both have
// one lock.
const installationChain = string(wrapcast.Installation)

// Begin implements [Engine]. Transactions that write see what others committed until each statement: the lock of the
// organisation, which comes before its first statement, makes that one state. Those that read see one state anyway.
func (p *Postgres) Begin(ctx context.Context, write bool) (Transaction, error) {
	db, o := p.read, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	if write {
		db, o = p.write, &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	for attempt := 0; ; attempt++ { // a connection of the pool may have been ended since: nothing is lost with it
		c, err := p.connection(ctx, db)
		if err != nil {
			return nil, err
		}
		tx, err := c.BeginTx(ctx, o)
		if err == nil {
			return &postgresTx{tx: tx, p: p, conn: c, write: write, locked: map[int64]bool{}}, nil
		}
		if err = errors.Join(err, c.Close()); attempt == writers || ctx.Err() != nil || !lost(err) {
			return nil, err
		}
	}
}

// connection takes a connection out of a pool, and waits for one no longer than for a lock.
func (p *Postgres) connection(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, p.busy+p.config.ConnectTimeout)
	defer cancel()
	c, err := db.Conn(waiting)
	if err != nil && ctx.Err() == nil && errors.Is(waiting.Err(), context.DeadlineExceeded) {
		if stats := db.Stats(); stats.InUse >= stats.MaxOpenConnections {
			return nil, wrapcast.Errorf(wrapcast.Unavailable, "store", "all %d connections to %s are busy since %v",
				stats.MaxOpenConnections, p.Path(), p.busy+p.config.ConnectTimeout).
				WithHint("something holds them for too long: look at pg_stat_activity for application_name wrapcast; what is " +
					"stored is intact, run the same command again")
		}
	}
	return c, err
}

// postgresTx is a transaction of a server.
type postgresTx struct {
	tx    *sql.Tx
	p     *Postgres
	conn  *sql.Conn
	write bool
	// entered is the organisation, or everyone, whose rows are seen now, once isIn.
	entered string
	isIn    bool
	locked  map[int64]bool
	// mark is what the transaction leaves, so that it can be looked whether it was committed; nil before it writes.
	mark *mark
	// later are the statements that wait.
	later *pgx.Batch
}

// SQL implements [Transaction].
func (t *postgresTx) SQL() *sql.Tx { return t.tx }

// Prepares implements [Transaction]: the driver keeps statements prepared, connection by connection.
func (t *postgresTx) Prepares() bool { return false }

// Enter implements [Transaction].
func (t *postgresTx) Enter(ctx context.Context, organisation string) error {
	if t.isIn && t.entered == organisation {
		return nil
	}
	if err := t.Flush(ctx); err != nil {
		return err
	}
	lock := lockOf(organisation)
	if !t.write || t.locked[lock] || t.locked[0] {
		return t.see(ctx, organisation)
	}
	_, err := t.tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock_shared($1, 0), pg_advisory_xact_lock($2)`, lockClass, lock)
	if err != nil {
		return err
	}
	t.locked[lock] = true
	return t.see(ctx, organisation)
}

// EnterAll implements [Transaction].
func (t *postgresTx) EnterAll(ctx context.Context, alone bool) error {
	if alone && t.write && !t.locked[0] {
		if _, err := t.tx.ExecContext(ctx, lockEveryone, lockClass); err != nil {
			return err
		}
		t.locked[0] = true
	}
	if t.isIn && t.entered == everyone {
		return nil
	}
	if err := t.Flush(ctx); err != nil {
		return err
	}
	return t.see(ctx, everyone)
}

// lockEveryone waits until nobody writes, and keeps everybody from it.
const lockEveryone = `SELECT pg_advisory_xact_lock($1, 0)`

// see sets what row-level security reads. A transaction that writes leaves its mark, too. Whether this program may work
// on the schema is asked with it: after the lock, which whoever changes the schema under older programs takes.
func (t *postgresTx) see(ctx context.Context, whose string) (err error) {
	asks := "0::bigint"
	if t.p.reach.asked {
		asks = "(" + reachQuery + ")"
	}
	var seen string
	var from int64
	if t.write && t.mark == nil {
		t.mark = t.p.newMark()
		err = t.tx.QueryRowContext(ctx, `WITH marked AS (INSERT INTO commit_mark (slot, number, at) VALUES ($3, $4, now())
			ON CONFLICT (slot) DO UPDATE SET number = excluded.number, at = excluded.at)
			SELECT set_config($1, $2, true), `+asks, setting, whose, t.mark.slot, t.mark.number).Scan(&seen, &from)
	} else {
		err = t.tx.QueryRowContext(ctx, `SELECT set_config($1, $2, true), `+asks, setting, whose).Scan(&seen, &from)
	}
	if err == nil && from > 0 {
		err = t.p.reach.check(t.p.Path(), from)
	}
	t.entered, t.isIn = whose, err == nil
	return err
}

// lockClass begins the pair of numbers of the lock of all organisations: "wrap".
const lockClass = int32(0x77726170)

// lockOf is the number of an organisation's lock.
func lockOf(organisation string) int64 {
	if organisation == "" {
		organisation = installationChain
	}
	sum := sha256.Sum256([]byte("wrapcast organisation " + organisation))
	return int64(binary.BigEndian.Uint64(sum[:8])) | 1 // 0 stands for all of them
}

// maxLater is how many statements wait at most.
const maxLater = 500

// Later implements [Transaction].
func (t *postgresTx) Later(ctx context.Context, query string, args ...any) error {
	if t.conn == nil { // a migration's
		_, err := t.tx.ExecContext(ctx, query, args...)
		return err
	}
	if t.later == nil {
		t.later = &pgx.Batch{}
	}
	if t.later.Queue(query, args...); t.later.Len() < maxLater {
		return nil
	}
	return t.Flush(ctx)
}

// Flush implements [Transaction].
func (t *postgresTx) Flush(ctx context.Context) error {
	if t.later == nil {
		return nil
	}
	batch := t.later
	t.later = nil
	return t.conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is not a connection of pgx", driver)
		}
		return c.Conn().SendBatch(ctx, batch).Close()
	})
}

// Commit implements [Transaction]. Where the answer is lost, the server is asked what became of the transaction.
func (t *postgresTx) Commit(ctx context.Context) error {
	if err := t.Flush(ctx); err != nil {
		return err
	}
	err := t.tx.Commit()
	if err == nil || t.mark == nil || !lost(err) || errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return t.p.settle(ctx, *t.mark, err)
}

// End implements [Transaction].
func (t *postgresTx) End() {
	_ = t.tx.Rollback() // it was committed, or there is nothing left to say
	_ = t.conn.Close()  // it goes back to its pool
	if t.mark != nil {
		t.p.giveBack(*t.mark)
	}
}

// settle finds out what became of a transaction whose commit was not answered: the server says so when it is back.
func (p *Postgres) settle(ctx context.Context, m mark, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), restart)
	defer cancel()
	for {
		committed, err := p.wasCommitted(ctx, m)
		switch {
		case err == nil && committed:
			return nil
		case err == nil:
			return why
		case ctx.Err() != nil:
			return wrapcast.Errorf(wrapcast.Unavailable, "store", "the connection to %s was lost in the middle of a commit: whether it "+
				"was done is not known: %w", p.Path(), why).
				WithHint("when the server is back, look (`wrapcast audit list`) before you do the same again")
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond): //nolint:forbidigo // it waits for a server, which knows no other clock
		}
	}
}

// wasCommitted asks on a connection of its own: those of the pools may be broken. It waits until the transaction has
// ended, if the server still works on it: that holds the mark.
func (p *Postgres) wasCommitted(ctx context.Context, m mark) (bool, error) {
	c, err := pgx.ConnectConfig(ctx, p.config.Copy())
	if err != nil {
		return false, err
	}
	defer c.Close(ctx)
	tx, err := c.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, `INSERT INTO commit_mark (slot, number, at) VALUES ($1, -1, now()) ON CONFLICT DO NOTHING`,
		m.slot); err != nil {
		return false, err
	}
	var number int64
	err = tx.QueryRow(ctx, `SELECT number FROM commit_mark WHERE slot = $1 FOR UPDATE`, m.slot).Scan(&number)
	return number == m.number, err
}

// mark is what a transaction leaves in the database.
type mark struct {
	slot   string
	number int64
}

// marks gives transactions their marks: those under way at the same time have different slots, and a slot is not given
// again before its transaction has ended.
type marks struct {
	mu      sync.Mutex
	process string
	free    []string
	number  int64
}

func (p *Postgres) newMark() *mark {
	m := &p.marks
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.process == "" {
		m.process = rand.Text()
	}
	m.number++
	if n := len(m.free); n > 0 {
		slot := m.free[n-1]
		m.free = m.free[:n-1]
		return &mark{slot, m.number}
	}
	return &mark{fmt.Sprintf("%s/%d", m.process, m.number), m.number}
}

func (p *Postgres) giveBack(given mark) {
	p.marks.mu.Lock()
	defer p.marks.mu.Unlock()
	p.marks.free = append(p.marks.free, given.slot)
}

// forgetMarks deletes those of processes that have long ended.
func (p *Postgres) forgetMarks(ctx context.Context) error {
	_, err := p.write.ExecContext(ctx, `DELETE FROM commit_mark WHERE at < now() - interval '2 days'`)
	return err
}
