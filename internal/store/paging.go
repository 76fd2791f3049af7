package store

import (
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
)

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
