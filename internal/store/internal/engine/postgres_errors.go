package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/wrapcast/wrapcast"
)

// The codes of PostgreSQL's errors that people can do something about (postgresql.org, Appendix A).
const (
	pgForeignKey      = "23503"
	pgUnique          = "23505"
	pgCheck           = "23514"
	pgBadText         = "22021"
	pgNoPassword      = "28000"
	pgWrongPassword   = "28P01"
	pgNoDatabase      = "3D000"
	pgNoPrivilege     = "42501"
	pgNoTable         = "42P01"
	pgReadOnly        = "25006"
	pgIdleKilled      = "25P03"
	pgDiskFull        = "53100"
	pgOutOfMemory     = "53200"
	pgTooMany         = "53300"
	pgLockTimeout     = "55P03"
	pgDeadlock        = "40P01"
	pgSerialization   = "40001"
	pgQueryCancelled  = "57014"
	pgShutdown        = "57P01"
	pgCrash           = "57P02"
	pgStarting        = "57P03"
	pgDamagedData     = "XX001"
	pgDamagedIndex    = "XX002"
	pgRaisedException = "P0001"
)

// lost reports whether an error says that the connection broke, so that what was under way is not known.
func lost(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == pgShutdown || e.Code == pgCrash || e.Code == pgIdleKilled || strings.HasPrefix(e.Code, "08")
	}
	_, isNet := errors.AsType[net.Error](err)
	return isNet || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded) ||
		strings.Contains(err.Error(), "conn closed")
}

// ErrGone is the cause of an error that says: the database was not there, or is not, and nothing was done. The same
// work does when it is back.
var ErrGone = errors.New("the database is gone")

// isGone reports whether an error only says that the database was not there.
func isGone(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return lost(err) || e.Code == pgTooMany || e.Code == pgStarting
	}
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	return refused || lost(err)
}

// explainPostgres turns PostgreSQL's codes and what becomes of connections into what to do about them.
func explainPostgres(path string, err error) error {
	said := explainWhat(path, err)
	if e, ok := errors.AsType[*wrapcast.Error](said); ok && isGone(err) {
		e.Err = errors.Join(ErrGone, err)
	}
	return said
}

func explainWhat(path string, err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return explainServer(path, e)
	}
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return wrapcast.Errorf(wrapcast.Unavailable, "store", "%s cannot be reached: %s", path, reason(e)).
			WithHint("see that the server runs and that host and port are right (--store, WRAPCAST_STORE; pg_isready)")
	}
	if lost(err) {
		return wrapcast.Errorf(wrapcast.Unavailable, "store", "the connection to %s was lost: %w", path, err).
			WithHint("nothing of what was under way was stored, and everything before it was; run the same again when the " +
				"server is back")
	}
	return wrapcast.Errorf(wrapcast.Internal, "store", "%s: %w", path, err)
}

// reason is the innermost part of why a connection failed: the outer parts repeat the address.
func reason(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
				err = joined.Unwrap()[len(joined.Unwrap())-1]
				continue
			}
			return err.Error()
		}
		err = next
	}
}

// explained is what an error means.
type explained struct {
	kind       wrapcast.Kind
	what, hint string
}

// serverErrors are what codes of the server mean; %s is the database.
func serverErrors() map[string]explained {
	const again = "wait until the other wrapcast process has ended its step, then run the same command again"
	back := "nothing of what was under way was stored, and everything before it was; run the same again when the server is back"
	return map[string]explained{
		pgForeignKey:    {wrapcast.NotFound, "what it belongs to is not stored here", ""},
		pgUnique:        {wrapcast.Conflict, "it is stored already", "look at what is there, and do it again if it is still wanted"},
		pgBadText:       {wrapcast.InvalidData, "a text holds bytes that are no text (UTF-8 without NUL)", "correct it where it comes from"},
		pgNoPassword:    {wrapcast.Usage, "%s refuses the role", "see pg_hba.conf, and the user in --store or WRAPCAST_STORE"},
		pgWrongPassword: {wrapcast.Usage, "%s refuses the password", "give the right one: in WRAPCAST_STORE, PGPASSWORD, or a file (WRAPCAST_STORE_PASSWORD_FILE)"},
		pgNoDatabase:    {wrapcast.Usage, "%s does not exist", "make it (createdb), or name another with --store"},
		pgNoPrivilege:   {wrapcast.Usage, "no permission in %s", "run `wrapcast store migrate --role ROLE` as the owner of the database, with the role wrapcast works as"},
		pgNoTable:       {wrapcast.Usage, "%s lacks a table", "run `wrapcast store migrate` as the owner of the database; `wrapcast store verify` says what is missing"},
		pgReadOnly:      {wrapcast.Usage, "%s can only be read", "name the primary server with --store, not one that follows it"},
		pgIdleKilled:    {wrapcast.Unavailable, "%s ended a transaction that stood still for too long", "this process was stopped or starved in the middle of it; " + back},
		pgDiskFull:      {wrapcast.Internal, "the disk of %s is full", "free space on the server's disk and run the same again; everything stored before is intact"},
		pgOutOfMemory:   {wrapcast.Unavailable, "%s is out of memory", "see the server's log (max_locks_per_transaction, work_mem); everything stored before is intact"},
		pgTooMany:       {wrapcast.Unavailable, "%s takes no more connections", "raise max_connections on the server, or run fewer processes: each opens up to 13"},
		pgLockTimeout:   {wrapcast.Conflict, "another process keeps %s busy", again},
		pgDeadlock:      {wrapcast.Conflict, "two processes waited for each other in %s", "run the same command again"},
		pgSerialization: {wrapcast.Conflict, "another process was faster in %s", "run the same command again"},
		pgShutdown:      {wrapcast.Unavailable, "%s ended the connection", back},
		pgCrash:         {wrapcast.Unavailable, "%s ended the connection", back},
		pgStarting:      {wrapcast.Unavailable, "%s is starting, stopping or recovering", "run the same again when it is up"},
		pgDamagedData:   {wrapcast.Internal, "%s is damaged", "restore it from a backup, and look for faults of the disk"},
		pgDamagedIndex:  {wrapcast.Internal, "%s has a damaged index", "reindex it (REINDEX DATABASE), and look for faults of the disk"},
		pgQueryCancelled: {wrapcast.Unavailable, "%s cancelled a statement",
			"statement_timeout of the server or the role is too short for it, or somebody cancelled it; nothing of it was stored"},
	}
}

func explainServer(path string, e *pgconn.PgError) error {
	known, ok := serverErrors()[e.Code]
	if !ok {
		return wrapcast.Errorf(wrapcast.Internal, "store", "%s: %s (%s)", path, e.Message, e.Code)
	}
	what := strings.ReplaceAll(known.what, "%s", path)
	said := wrapcast.Errorf(known.kind, "store", "%s: %s (%s)", what, e.Message, e.Code)
	if known.hint == "" {
		return said
	}
	return said.WithHint("%s", known.hint)
}
