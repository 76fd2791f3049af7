package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
	"github.com/wrapcast/wrapcast/internal/store/internal/evidence"
)

// conn is the transaction under [Tx] and every part of it: it runs statements.
type conn struct {
	ctx    context.Context
	tx     *sql.Tx
	engine engine.Engine
	keys   *evidence.Keyring
	// statements are those prepared so far; the transaction's end closes them. Parsing costs more than most of them do.
	statements map[string]*sql.Stmt
}

// prepared returns a query ready to run, prepared once per transaction.
func (tx *conn) prepared(query string) (*sql.Stmt, error) {
	if s := tx.statements[query]; s != nil {
		return s, nil
	}
	s, err := tx.tx.PrepareContext(tx.ctx, query)
	if err != nil {
		return nil, tx.explain(err)
	}
	if tx.statements == nil {
		tx.statements = make(map[string]*sql.Stmt)
	}
	tx.statements[query] = s
	return s, nil
}

// row is *sql.Row or *sql.Rows.
type row interface{ Scan(columns ...any) error }

// exec runs a statement and returns how many rows it changed.
func (tx *conn) exec(query string, args ...any) (int64, error) {
	s, err := tx.prepared(query)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(tx.ctx, args...)
	if err != nil {
		return 0, tx.explain(err)
	}
	n, err := result.RowsAffected()
	return n, tx.explain(err)
}

// insert adds a row, or returns a Conflict where its key is taken. It asks for the
// number of rows, because on PostgreSQL a refused statement would end the transaction.
func (tx *conn) insert(what, query string, args ...any) error {
	n, err := tx.exec(query+" ON CONFLICT DO NOTHING", args...)
	if err == nil && n == 0 {
		return conflict("%s is already stored", what)
	}
	return err
}

// get reads the one row of a query; found is false where there is none.
func get[T any](tx *conn, scan func(row) (T, error), query string, args ...any) (v T, found bool, err error) {
	s, err := tx.prepared(query)
	if err != nil {
		return v, false, err
	}
	v, err = scan(s.QueryRowContext(tx.ctx, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, tx.explain(err)
}

// require is get where the row has to be there: it returns a NotFound naming what is not.
func require[T any](tx *conn, what string, scan func(row) (T, error), query string, args ...any) (T, error) {
	v, found, err := get(tx, scan, query, args...)
	if err == nil && !found {
		err = notFound("%s is not stored here", what)
	}
	return v, err
}

// list reads all rows of a query.
func list[T any](tx *conn, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	return appendRows(nil, tx, scan, query, args...)
}

// appendRows appends all rows of a query to those there are.
func appendRows[T any](all []T, tx *conn, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	s, err := tx.prepared(query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(tx.ctx, args...)
	if err != nil {
		return nil, tx.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, tx.explain(err)
		}
		all = append(all, v)
	}
	return all, tx.explain(rows.Err())
}

func (tx *conn) explain(err error) error { return engine.Explain(tx.ctx, tx.engine, err) }

// number lets this transaction, and no other until it ends, give an organisation's audit entries and leaves their
// next numbers.
func (tx *conn) number(org wrapcast.OrganisationID) error {
	return tx.explain(tx.engine.Number(tx.ctx, tx.tx, string(org)))
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
