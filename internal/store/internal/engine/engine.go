// Package engine opens the database under the store. Everything in which one database
// differs from another lies here: how it is opened and locked, what its errors mean, which
// words its migrations use, what keeps writers of one organisation apart, and which
// driver the job queue takes. The SQL of the store's own files is the same for all.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/riverqueue/river/riverdriver"
	"github.com/wrapcast/wrapcast"
)

// Engine is an open database with the schema of this version.
type Engine interface {
	// Begin begins a transaction that writes, or one that only reads and sees one state of everything throughout.
	Begin(ctx context.Context, write bool) (Transaction, error)
	// Path names the database to people: for SQLite its file, else its address without a password.
	Path() string
	// Explain turns an error of the database into one that says what to do about it.
	Explain(err error) error
	// Queue is the job queue's driver on the writers, Migrates whether its tables are made when it is opened.
	Queue() riverdriver.Driver[*sql.Tx]
	Migrates() bool
	// Schema is the number of the last migration that was run, and of the last that is known.
	Schema(ctx context.Context) (current, known int64, err error)
	// CopyTo writes what is stored at this moment to a file, while others read and write.
	CopyTo(ctx context.Context, path string) error
	// Integrity lists what the database itself finds damaged, most of it at most.
	Integrity(ctx context.Context, most int) ([]string, error)
	// Objects are the tables, indexes and triggers with their SQL, and the names of the job queue's tables.
	Objects(ctx context.Context) (ours map[string]string, queue []string, err error)
	// Columns are those of every table of what is stored, by the table's name, in the order of their names.
	Columns(ctx context.Context) (map[string][]Column, error)
	// RoleRemark says what is not as it should be about the role the database is worked on as.
	RoleRemark(ctx context.Context) (string, error)
	// Made are the Objects of a store that was just made, but for the job queue's.
	Made(ctx context.Context) (map[string]string, error)
	// Close closes every connection.
	Close() error
}

// Transaction is one under way.
type Transaction interface {
	// SQL runs statements.
	SQL() *sql.Tx
	// Prepares reports whether a statement that runs often is better prepared by its caller.
	Prepares() bool
	// Enter is called before the first statement about an organisation, "" for the installation. From then on, until
	// another is entered, nothing of others is seen. From then on to its end no other transaction writes what is this
	// organisation's, if this one writes.
	Enter(ctx context.Context, organisation string) error
	// EnterAll is called before a statement about every organisation; alone keeps every other writer out.
	EnterAll(ctx context.Context, alone bool) error
	// Later runs a statement before the next that goes another way, or the commit: many at once, where every statement is
	// a message to another process. Its error comes with theirs. Flush runs those that wait.
	Later(ctx context.Context, query string, args ...any) error
	Flush(ctx context.Context) error
	// Commit returns nil when what was written is there for good.
	Commit(ctx context.Context) error
	// End takes back what was not committed, and gives back what the transaction holds.
	End()
}

// Column is a column of a table.
type Column struct {
	Name string
	// Binary and Boolean say what it holds that the other database has in another type; the rest are texts and numbers.
	Binary, Boolean bool
}

// Value is a value of the other database as this column takes it.
func (c Column) Value(v any) any {
	switch v := v.(type) {
	case string:
		if c.Binary {
			return []byte(v)
		}
	case []byte:
		if !c.Binary {
			return string(v)
		}
		return slices.Clone(v) // a row's bytes live until the next
	case int64:
		if c.Boolean {
			return v != 0
		}
	}
	return v
}

// columnsOf reads table, column, and whether it is binary or boolean.
func columnsOf(ctx context.Context, e Engine, db *sql.DB, query string) (map[string][]Column, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, Explain(ctx, e, err)
	}
	defer rows.Close()
	all := map[string][]Column{}
	for rows.Next() {
		var table string
		var c Column
		if err := rows.Scan(&table, &c.Name, &c.Binary, &c.Boolean); err != nil {
			return nil, Explain(ctx, e, err)
		}
		all[table] = append(all[table], c)
	}
	return all, Explain(ctx, e, rows.Err())
}

// Backfills make what a migration's new tables hold from what was stored before, where SQL cannot.
// The key is the migration's number; the work runs in its transaction.
type Backfills map[int64]func(ctx context.Context, e Engine, tx Transaction) error

// Conversions bring what was stored into another form before a migration, of whose number each is, drops the old one:
// a part at a time, in a transaction of its own, until nothing is left; whoever is interrupted goes on where it stood.
type Conversions map[int64]func(ctx context.Context, e Engine, tx Transaction) (Converted, error)

// Converted says what a part of a conversion did: how much of it, and how much is still left.
type Converted struct{ Done, Left int }

// Explain says what an error of the database, or of the context it worked in, means to the person who has to mend it.
// One that is explained already stays as it is.
func Explain(ctx context.Context, e Engine, err error) error {
	if err == nil {
		return nil
	}
	if _, explained := errors.AsType[*wrapcast.Error](err); explained {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return e.Explain(err)
}
