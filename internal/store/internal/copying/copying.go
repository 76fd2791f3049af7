// Package copying moves what is stored from one database to another, table by table and byte by byte, and compares by
// digests what has come. It knows rows, not what they mean.
package copying

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
)

// perCommit is how many rows are committed together: one that is interrupted loses no more of its work.
const perCommit = 20_000

// Table is one that was copied.
type Table struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	// Digest is that of all its rows, the same in both databases.
	Digest string `json:"digest"`
	// There says that all of it was there from an earlier copy that was interrupted.
	There bool `json:"there,omitempty"`
}

// copyMark is the table that says where the rows came from.
const copyMark = "copy_mark"

// first are the tables that others refer to.
func first() []string { return []string{"run", "account", "forecast", "plan"} }

// tablesOf are the tables of what is stored, in the order in which they can be filled. Who works on it at this moment
// is not copied.
func tablesOf(all map[string][]engine.Column) []string {
	names := first()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != copyMark && !passing(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// passing are the tables of who works on what at this moment.
func passing(table string) bool {
	return table == "lease" || table == "forecast_learned" || table == "forecast_shard"
}

// Copier copies from one database to another.
type Copier struct {
	From, To engine.Engine
	Now      time.Time
	// Tell, which may be nil, is told which table begins.
	Tell func(table string)
	from engine.Transaction
	// columns are those of the target's tables, which the source's have too.
	columns map[string][]engine.Column
}

// Copy copies everything. The target must be empty, or hold what an earlier copy from the same source had come to.
func (c *Copier) Copy(ctx context.Context) (done []Table, err error) {
	if c.from, err = c.From.Begin(ctx, false); err != nil {
		return nil, engine.Explain(ctx, c.From, err)
	}
	defer c.from.End()
	if err := c.from.EnterAll(ctx, false); err != nil {
		return nil, engine.Explain(ctx, c.From, err)
	}
	if c.columns, err = c.To.Columns(ctx); err != nil {
		return nil, err
	}
	if err := c.claim(ctx); err != nil {
		return nil, err
	}
	for _, name := range tablesOf(c.columns) {
		if c.Tell != nil {
			c.Tell(name)
		}
		t, err := c.table(ctx, name)
		if err != nil {
			return done, err
		}
		done = append(done, t)
	}
	return done, nil
}

// claim marks the target as this source's, or refuses it.
func (c *Copier) claim(ctx context.Context) error {
	source, err := c.source(ctx)
	if err != nil {
		return err
	}
	return c.write(ctx, func(tx engine.Transaction) error {
		var of string
		var finished bool
		rows, err := tx.SQL().QueryContext(ctx, `SELECT source, finished_at IS NOT NULL FROM copy_mark WHERE organisation_id = ''`)
		if err != nil {
			return err
		}
		defer rows.Close()
		if rows.Next() {
			if err := rows.Scan(&of, &finished); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		switch {
		case finished:
			return c.refused("a whole installation was copied there before", "work on it with --store or --data")
		case of != "" && of != source:
			return c.refused("a copy of another installation was begun there", "copy that one again, or name an empty target with --to")
		case of != "":
			return nil
		}
		for _, name := range tablesOf(c.columns) {
			var n int
			if err := tx.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM "+name+" LIMIT 1) AS found").Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				return c.refused("its table "+name+" is not empty", "name an empty target with --to: nothing is mixed or written over")
			}
		}
		return tx.Later(ctx, `INSERT INTO copy_mark (organisation_id, source, begun_at) VALUES ('', $1, $2)`, source, c.Now.UnixMilli())
	})
}

func (c *Copier) refused(why, hint string) error {
	return wrapcast.Errorf(wrapcast.Conflict, "store copy", "%s holds something else: %s", c.To.Path(), why).WithHint("%s", hint)
}

// source says whose installation is copied: by the first entry of each audit chain, and the organisations.
func (c *Copier) source(ctx context.Context) (string, error) {
	h := sha256.New()
	for _, query := range []string{`SELECT organisation_id || ' ' || hash FROM audit_entry WHERE seq = 1 ORDER BY organisation_id`,
		`SELECT organisation_id FROM organisation ORDER BY organisation_id`} {
		rows, err := c.from.SQL().QueryContext(ctx, query)
		if err != nil {
			return "", engine.Explain(ctx, c.From, err)
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return "", engine.Explain(ctx, c.From, err)
			}
			fmt.Fprintln(h, text)
		}
		if err := rows.Err(); err != nil {
			return "", engine.Explain(ctx, c.From, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Finish marks the copy as whole, in a transaction of the target.
func Finish(ctx context.Context, tx engine.Transaction, now time.Time) error {
	_, err := tx.SQL().ExecContext(ctx, `UPDATE copy_mark SET finished_at = $1 WHERE organisation_id = ''`, now.UnixMilli())
	return err
}

// write runs work in a transaction of the target that keeps every other writer out.
func (c *Copier) write(ctx context.Context, work func(engine.Transaction) error) error {
	tx, err := c.To.Begin(ctx, true)
	if err != nil {
		return engine.Explain(ctx, c.To, err)
	}
	defer tx.End()
	if err := tx.EnterAll(ctx, true); err != nil {
		return engine.Explain(ctx, c.To, err)
	}
	if err := work(tx); err != nil {
		return engine.Explain(ctx, c.To, err)
	}
	return engine.Explain(ctx, c.To, tx.Commit(ctx))
}

// table copies a table, if not all of it is there, and compares.
func (c *Copier) table(ctx context.Context, name string) (Table, error) {
	want, err := c.digest(ctx, c.From, c.from, name)
	if err != nil {
		return Table{}, err
	}
	t := Table{Name: name, Rows: want.rows, Digest: want.text()}
	got, err := c.arrived(ctx, name)
	if err != nil || got == want {
		t.There = want.rows > 0
		return t, err
	}
	if err := c.insert(ctx, name); err != nil {
		return t, err
	}
	if got, err = c.arrived(ctx, name); err != nil || got == want {
		return t, err
	}
	return t, wrapcast.Errorf(wrapcast.Conflict, "store copy", "table %s of %s is not what is copied there: %d rows of digest %s, and "+
		"%d of %s are copied", name, c.To.Path(), got.rows, got.text(), want.rows, want.text()).
		WithHint("somebody worked on one of the two between two attempts: stop everything that does, name an empty target, and copy again")
}

// arrived is the digest of a table of the target as it is committed.
func (c *Copier) arrived(ctx context.Context, name string) (digest, error) {
	tx, err := c.To.Begin(ctx, false)
	if err != nil {
		return digest{}, engine.Explain(ctx, c.To, err)
	}
	defer tx.End()
	if err := tx.EnterAll(ctx, false); err != nil {
		return digest{}, engine.Explain(ctx, c.To, err)
	}
	return c.digest(ctx, c.To, tx, name)
}

// insert adds the rows that are not there yet.
func (c *Copier) insert(ctx context.Context, name string) error {
	columns := c.columns[name]
	places := make([]string, len(columns))
	for i := range columns {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	statement := "INSERT INTO " + name + " (" + names(columns) + ") VALUES (" + strings.Join(places, ", ") + ") ON CONFLICT DO NOTHING"
	var waiting [][]any
	flush := func() error {
		rows := waiting
		waiting = waiting[:0]
		return c.write(ctx, func(tx engine.Transaction) error {
			for _, values := range rows {
				if err := tx.Later(ctx, statement, values...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := c.each(ctx, c.From, c.from, name, func(values []any) error {
		row := make([]any, len(values))
		for i, v := range values {
			row[i] = columns[i].Value(v)
		}
		if waiting = append(waiting, row); len(waiting) < perCommit {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

func names(columns []engine.Column) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name
	}
	return strings.Join(all, ", ")
}

// each hands every row of a table on. What a row holds lives until the next.
func (c *Copier) each(
	ctx context.Context, e engine.Engine, tx engine.Transaction, name string, do func([]any) error,
) error {
	columns := c.columns[name]
	rows, err := tx.SQL().QueryContext(ctx, "SELECT "+names(columns)+" FROM "+name)
	if err != nil {
		return engine.Explain(ctx, e, err)
	}
	defer rows.Close()
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return engine.Explain(ctx, e, err)
		}
		if err := do(values); err != nil {
			return err
		}
	}
	return engine.Explain(ctx, e, rows.Err())
}

// digest is a number of rows and the sum of the first 16 bytes of their SHA-256: the order of rows does not matter.
type digest struct {
	rows      int64
	high, low uint64
}

func (d digest) text() string { return fmt.Sprintf("%016x%016x", d.high, d.low) }

// add adds a row: of each value what it is, how long, and its bytes. Text and bytes are the same, as are false and 0.
func (d *digest) add(buffer []byte, values []any) ([]byte, error) {
	b := buffer[:0]
	text := func(s string) { b = append(binary.AppendUvarint(append(b, 't'), uint64(len(s))), s...) }
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			b = append(b, 'n')
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
		case bool:
			n := uint64(0)
			if v {
				n = 1
			}
			b = binary.BigEndian.AppendUint64(append(b, 'i'), n)
		case string:
			text(v)
		case []byte:
			text(string(v))
		default:
			return b, fmt.Errorf("%T stands in it, which nobody stores", v)
		}
	}
	sum := sha256.Sum256(b)
	var carry uint64
	d.low, carry = bits.Add64(d.low, binary.BigEndian.Uint64(sum[8:16]), 0)
	d.high, _ = bits.Add64(d.high, binary.BigEndian.Uint64(sum[:8]), carry)
	d.rows++
	return b, nil
}

func (c *Copier) digest(
	ctx context.Context, e engine.Engine, tx engine.Transaction, name string,
) (d digest, err error) {
	var buffer []byte
	err = c.each(ctx, e, tx, name, func(values []any) (err error) {
		buffer, err = d.add(buffer, values)
		return err
	})
	if err != nil {
		return d, fmt.Errorf("table %s of %s: %w", name, e.Path(), err)
	}
	return d, nil
}
