package store

import "github.com/wrapcast/wrapcast"

// Version tells whether anything that is shown of an organisation has changed: every state
// change is audited, every reading of the history recorded.
type Version struct {
	// AuditSeq is the length of the audit chain.
	AuditSeq int64
	// ReadAt is when the history was last read, in milliseconds since 1970; ReadTo up to when.
	ReadAt int64
	ReadTo int64
}

// Version returns an organisation's present version.
func (tx *Tx) Version(org wrapcast.OrganisationID) (Version, error) {
	v, _, err := get(tx.conn, func(r row) (v Version, err error) {
		err = r.Scan(&v.AuditSeq, &v.ReadAt, &v.ReadTo)
		return v, err
	}, `SELECT COALESCE((SELECT MAX(seq) FROM audit_entry WHERE organisation_id = $1), 0),
		COALESCE((SELECT MAX(read_at) FROM coverage WHERE organisation_id = $1), 0),
		COALESCE((SELECT MAX(to_at) FROM coverage WHERE organisation_id = $1), 0)`, org)
	return v, err
}
