package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
	"github.com/wrapcast/wrapcast/internal/store/internal/evidence"
)

// conn is the transaction under [Tx] and every part of it: it runs statements.
type conn struct {
	ctx    context.Context
	tx     engine.Transaction
	engine engine.Engine
	keys   *evidence.Keyring
	// statements are those prepared so far; the transaction's end closes them. Parsing costs more than most of them do.
	statements map[string]*sql.Stmt
	// everywhere says that what follows is about every organisation.
	everywhere bool
}

// runner runs one statement.
type runner interface {
	ExecContext(ctx context.Context, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, args ...any) *sql.Row
}

// prepared returns a query ready to run with its arguments: prepared once per transaction where the database wants it
// so, and in the organisation that is among the arguments, if one is.
func (tx *conn) prepared(query string, args []any) (runner, error) {
	if err := tx.enterBy(query, args); err != nil {
		return nil, err
	}
	if !tx.tx.Prepares() {
		if err := tx.explain(tx.tx.Flush(tx.ctx)); err != nil {
			return nil, err
		}
		return plainStatement{tx.tx.SQL(), query}, nil
	}
	if s := tx.statements[query]; s != nil {
		return s, nil
	}
	s, err := tx.tx.SQL().PrepareContext(tx.ctx, query)
	if err != nil {
		return nil, tx.explain(err)
	}
	if tx.statements == nil {
		tx.statements = make(map[string]*sql.Stmt)
	}
	tx.statements[query] = s
	return s, nil
}

// plainStatement is a statement that the driver keeps prepared on its connection.
type plainStatement struct {
	tx    *sql.Tx
	query string
}

// ExecContext implements runner.
func (s plainStatement) ExecContext(ctx context.Context, args ...any) (sql.Result, error) {
	return s.tx.ExecContext(ctx, s.query, args...)
}

// QueryContext implements runner.
func (s plainStatement) QueryContext(ctx context.Context, args ...any) (*sql.Rows, error) {
	return s.tx.QueryContext(ctx, s.query, args...)
}

// QueryRowContext implements runner.
func (s plainStatement) QueryRowContext(ctx context.Context, args ...any) *sql.Row {
	return s.tx.QueryRowContext(ctx, s.query, args...)
}

// enter lets the statements that follow see what is an organisation's, and nothing of others. If the transaction
// writes, no other does so for the organisation until it ends: its audit entries and leaves get their next numbers.
func (tx *conn) enter(org wrapcast.OrganisationID) error {
	tx.everywhere = false
	return tx.explain(tx.tx.Enter(tx.ctx, string(org)))
}

// enterAll lets the next statement see every organisation: the one way to look at more than one.
func (tx *conn) enterAll() error {
	tx.everywhere = true
	return tx.explain(tx.tx.EnterAll(tx.ctx, false))
}

// alone is enterAll of a transaction that writes to all of them: no other writes until it ends.
func (tx *conn) alone() error {
	tx.everywhere = true
	return tx.explain(tx.tx.EnterAll(tx.ctx, true))
}

// enterBy enters the organisation that is among the arguments of a statement. One that has none must follow enterAll:
// else it would see nothing on PostgreSQL, or only the organisation that was entered last.
func (tx *conn) enterBy(query string, args []any) error {
	for _, a := range args {
		if org, ok := a.(wrapcast.OrganisationID); ok {
			return tx.enter(org)
		}
	}
	if tx.everywhere {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Internal, "store", "a statement names no organisation and was not said to be about all: %s",
		query)
}

// listAll reads all rows of a query about every organisation.
func listAll[T any](tx *conn, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	if err := tx.enterAll(); err != nil {
		return nil, err
	}
	return list(tx, scan, query, args...)
}

// row is *sql.Row or *sql.Rows.
type row interface{ Scan(columns ...any) error }

// exec runs a statement and returns how many rows it changed.
func (tx *conn) exec(query string, args ...any) (int64, error) {
	s, err := tx.prepared(query, args)
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

// later runs a statement of which nobody asks how many rows it changed, with others like it, before anything else.
func (tx *conn) later(org wrapcast.OrganisationID, query string, args ...any) error {
	if tx.tx.Prepares() {
		_, err := tx.exec(query, args...)
		return err
	}
	if err := tx.enter(org); err != nil {
		return err
	}
	return tx.explain(tx.tx.Later(tx.ctx, query, args...))
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
	s, err := tx.prepared(query, args)
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
	s, err := tx.prepared(query, args)
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

func conflict(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Conflict, "store", format, args...)
}

func notFound(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.NotFound, "store", format, args...)
}

func invalid(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.InvalidData, "store", format, args...)
}

// Lists that a person pages through come the latest first: ids are UUIDv7 and grow with time. Empty fields of a query
// select nothing out; its Before "" begins at the latest. Each list comes with how many rows there are on all pages.

// selection is the FROM and WHERE of a query on one organisation, and the values of its parameters.
type selection struct {
	sql  string
	args []any
}

// rowsOf selects all rows of a table that belong to an organisation.
func rowsOf(table string, org wrapcast.OrganisationID) selection {
	return selection{sql: " FROM " + table + " WHERE organisation_id = $1", args: []any{org}}
}

// and adds a condition, in which $%d stands for the value.
func (s *selection) and(condition string, value any) {
	s.args = append(s.args, value)
	s.sql += " AND " + fmt.Sprintf(condition, len(s.args))
}

// only selects the rows that have a value in a column; an empty value selects nothing out.
func only[V ~string](s *selection, column string, value V) {
	if value != "" {
		s.and(column+" = $%d", value)
	}
}

// cursor says where a page begins, and how many rows it has at most.
type cursor struct {
	column string
	// before is the value of the column that the page ends before, nil on the first page.
	before any
	limit  int
}

// pageBefore makes the cursor of a query: the zero value of an id begins at the latest.
func pageBefore[ID ~string | ~int64](column string, id ID, limit int) cursor {
	c := cursor{column: column, limit: limit}
	var none ID
	if id != none {
		c.before = id
	}
	return c
}

// pageOf lists the rows of one page, the latest first, and counts those of all pages.
func pageOf[T any](tx *conn, scan func(row) (T, error), columns string, s selection, c cursor) ([]T, int, error) {
	page := selection{sql: s.sql, args: slices.Clone(s.args)}
	if c.before != nil {
		page.and(c.column+" < $%d", c.before)
	}
	page.args = append(page.args, c.limit)
	rows, err := list(tx, scan, fmt.Sprintf("SELECT %s%s ORDER BY %s DESC LIMIT $%d", columns, page.sql, c.column,
		len(page.args)), page.args...)
	if err != nil {
		return nil, 0, err
	}
	total, _, err := get(tx, scanInt, "SELECT COUNT(*)"+s.sql, s.args...)
	return rows, total, err
}
