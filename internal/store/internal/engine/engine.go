// Package engine opens the database under the store. Everything in which one database
// differs from another lies here: how it is opened and locked, what its errors mean, which
// words its migrations use, what it needs so that numbers follow one another, and which
// driver the job queue takes. The SQL of the store's own files is the same for all.
package engine

import (
	"context"
	"database/sql"
	"errors"

	"github.com/riverqueue/river/riverdriver"
	"github.com/wrapcast/wrapcast"
)

// Engine is an open database with the schema of this version.
type Engine interface {
	// Writer is the pool of transactions that write, Reader that of those that only read.
	Writer() *sql.DB
	Reader() *sql.DB
	// Path names the database to people: for SQLite its file.
	Path() string
	// Explain turns an error of the database into one that says what to do about it.
	Explain(err error) error
	// Number is called before a transaction numbers the next of an organisation's audit entries
	// or leaves as the highest there is plus one. From then on to its end no other may.
	Number(ctx context.Context, tx *sql.Tx, organisation string) error
	// Queue is the job queue's driver on the writers.
	Queue() riverdriver.Driver[*sql.Tx]
	// Schema is the number of the last migration that was run, and of the last that is known.
	Schema(ctx context.Context) (current, known int64, err error)
	// CopyTo writes what is stored at this moment to a file, while others read and write.
	CopyTo(ctx context.Context, path string) error
	// Integrity lists what the database itself finds damaged, most of it at most.
	Integrity(ctx context.Context, most int) ([]string, error)
	// Objects are the tables, indexes and triggers with their SQL, and the names of the job queue's tables.
	Objects(ctx context.Context) (ours map[string]string, queue []string, err error)
	// Close closes both pools.
	Close() error
}

// Backfills make what a migration's new tables hold from what was stored before, where SQL cannot.
// The key is the migration's number; the work runs in its transaction.
type Backfills map[int64]func(ctx context.Context, e Engine, tx *sql.Tx) error

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
