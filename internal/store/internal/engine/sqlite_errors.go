package engine

import (
	"errors"
	"path/filepath"

	"github.com/wrapcast/wrapcast"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explainSQLite turns SQLite's codes (sqlite.org/rescode.html) into what to do about them.
func explainSQLite(path string, err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return wrapcast.Errorf(wrapcast.Internal, "store", "%s: %w", path, err)
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return wrapcast.Errorf(wrapcast.NotFound, "store", "what it belongs to is not stored here: %w", err)
	case sqlite3.SQLITE_IOERR_SHMSIZE: // the file beside the WAL could not grow
		return diskFull(path, err)
	}
	const primaryCode = 0xff
	switch e.Code() & primaryCode {
	case sqlite3.SQLITE_FULL:
		return diskFull(path, err)
	case sqlite3.SQLITE_NOTADB:
		return wrapcast.Errorf(wrapcast.Usage, "store", "%s is not a wrapcast database: %w", path, err).
			WithHint("move the file away or name another data directory with --data")
	case sqlite3.SQLITE_CORRUPT:
		return wrapcast.Errorf(wrapcast.Internal, "store", "%s is damaged: %w", path, err).
			WithHint("keep the file, restore %s from a backup, and look for faults of the disk", filepath.Dir(path))
	case sqlite3.SQLITE_CANTOPEN:
		return notOpened(path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return noPermission(path, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return wrapcast.Errorf(wrapcast.Conflict, "store", "another process keeps %s busy: %w", path, err).
			WithHint("wait until the other wrapcast process has ended its step, then run the same command again")
	case sqlite3.SQLITE_IOERR:
		return wrapcast.Errorf(wrapcast.Internal, "store", "%s could not be read or written: %w", path, err).
			WithHint("see whether the disk that holds %s is full or failing; everything stored before is intact",
				filepath.Dir(path))
	}
	return wrapcast.Errorf(wrapcast.Internal, "store", "%s: %w", path, err)
}
