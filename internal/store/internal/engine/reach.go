package engine

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// reachSince is the migration since which the schema says who may work on it.
const reachSince = 33

// ErrOutdated is the cause of an error that says: a newer program has brought the schema to where this one may not work
// on it any more.
var ErrOutdated = errors.New("the schema is a newer program's")

// worksFrom is which programs may go on working after a migration, by the number of the last one they know: what its
// first line says ("-- works from 33": it only adds what older ones need not know), else those alone that know it too.
func worksFrom(version int64, text string) int64 {
	line, _, _ := strings.Cut(text, "\n")
	number, says := strings.CutPrefix(strings.TrimSpace(line), "-- works from ")
	if from, err := strconv.ParseInt(number, 10, 64); says && err == nil && from <= version {
		return from
	}
	return version
}

// reachQuery is the number from which on programs may work on the schema.
const reachQuery = "SELECT COALESCE(MAX(works_from), 0) FROM schema_reach"

// asker asks one question of a database.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// mayWork returns an error where the schema, of a number that this program does not know, is not for programs of the
// number it knows. One that says nothing of its last migration is for those alone that know it.
func mayWork(ctx context.Context, db asker, path string, current, known int64) error {
	from := current
	if known >= reachSince {
		err := db.QueryRowContext(ctx, "SELECT CASE WHEN EXISTS (SELECT 1 FROM schema_reach WHERE migration = $1) THEN ("+
			reachQuery+") ELSE $1 END", current).Scan(&from)
		if err != nil {
			return err
		}
	}
	if from > known {
		return outdated(path, from, known)
	}
	return nil
}

// outdated is the error of a program that knows too little.
func outdated(path string, from, known int64) error {
	err := wrapcast.Errorf(wrapcast.Usage, "store", "%s was written by a newer wrapcast: it takes one that knows schema number "+
		"%d or later, and this one knows %d", path, from, known).
		WithHint("install the newer wrapcast here too and start it again: nothing is lost, and what was under way is taken up")
	err.Err = ErrOutdated
	return err
}

// reach is what an open database knows of who may work on it.
type reach struct {
	// known is the last migration that this program knows; asked says that the schema can be asked.
	known int64
	asked bool
}

// check returns an error where the schema is not for this program any more.
func (r reach) check(path string, from int64) error {
	if from > r.known {
		return outdated(path, from, r.known)
	}
	return nil
}
