// Package backup writes what a data directory holds to one file, while others work on it, and puts it back. A backup is
// a zip file, for its owner only: manifest.json says what it is, wrapcast.db is the database, whole and without what
// was deleted, and audit.key is there where it was asked for. docs/OPERATIONS.md says what is in it and what is not.
package backup
