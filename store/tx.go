package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/wrapcast/wrapcast"
)

// Tx is a transaction. It lives as long as the function given to [Store.Update] or
// [Store.View] and must not be used by two goroutines at once.
type Tx struct {
	ctx   context.Context
	tx    *sql.Tx
	store *Store
}

// row is *sql.Row or *sql.Rows.
type row interface{ Scan(columns ...any) error }

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	result, err := tx.tx.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, tx.explain(err)
	}
	n, err := result.RowsAffected()
	return n, tx.explain(err)
}

// insert adds a row, or returns a Conflict where its key is taken. It asks for the
// number of rows, because on PostgreSQL a refused statement would end the transaction.
func (tx *Tx) insert(what, query string, args ...any) error {
	n, err := tx.exec(query+" ON CONFLICT DO NOTHING", args...)
	if err == nil && n == 0 {
		return conflict("%s is already stored", what)
	}
	return err
}

// get reads the one row of a query; found is false where there is none.
func get[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) (v T, found bool, err error) {
	v, err = scan(tx.tx.QueryRowContext(tx.ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, tx.explain(err)
}

// must is get where the row has to be there: it returns a NotFound naming what is not.
func must[T any](tx *Tx, what string, scan func(row) (T, error), query string, args ...any) (T, error) {
	v, found, err := get(tx, scan, query, args...)
	if err == nil && !found {
		err = notFound("%s is not stored here", what)
	}
	return v, err
}

// list reads all rows of a query.
func list[T any](tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.tx.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return nil, tx.explain(err)
	}
	defer rows.Close()
	return collect[T](tx, nil, scan, rows)
}

// collect appends all rows to those there are.
func collect[T any](tx *Tx, all []T, scan func(row) (T, error), rows *sql.Rows) ([]T, error) {
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, tx.explain(err)
		}
		all = append(all, v)
	}
	return all, tx.explain(rows.Err())
}

// statement is a query that is run many times in a transaction.
type statement struct {
	tx       *Tx
	prepared *sql.Stmt
}

// prepare makes a statement. The transaction's end closes it; one that may be prepared often is closed before.
func (tx *Tx) prepare(query string) (*statement, error) {
	prepared, err := tx.tx.PrepareContext(tx.ctx, query)
	return &statement{tx: tx, prepared: prepared}, tx.explain(err)
}

func (s *statement) exec(args ...any) error {
	_, err := s.prepared.ExecContext(s.tx.ctx, args...)
	return s.tx.explain(err)
}

// appendRows appends all rows of a prepared query to those there are.
func appendRows[T any](all []T, s *statement, scan func(row) (T, error), args ...any) ([]T, error) {
	rows, err := s.prepared.QueryContext(s.tx.ctx, args...)
	if err != nil {
		return nil, s.tx.explain(err)
	}
	defer rows.Close()
	return collect(s.tx, all, scan, rows)
}

func (s *statement) close() { s.prepared.Close() }

func (tx *Tx) explain(err error) error { return tx.store.explain(tx.ctx, err) }

// explain says what an error of the database means to the person who has to mend it.
func (s *Store) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if _, explained := errors.AsType[*wrapcast.Error](err); explained {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return explainSQLite(s.path, err)
}

func conflict(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Conflict, "store", format, args...)
}

func notFound(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.NotFound, "store", format, args...)
}

func invalid(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.InvalidData, "store", format, args...)
}
