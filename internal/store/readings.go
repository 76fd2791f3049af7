package store

import "github.com/wrapcast/wrapcast"

// All returns which intervals of the history were read and when, in their order; none overlap.
func (tx Readings) All(org wrapcast.OrganisationID) ([]wrapcast.Reading, error) {
	scan := func(r row) (v wrapcast.Reading, err error) {
		err = r.Scan(toTime(&v.From), toTime(&v.To), toTime(&v.ReadAt))
		return v, err
	}
	return list(tx.conn, scan, `SELECT from_at, to_at, read_at FROM coverage WHERE organisation_id = $1 ORDER BY from_at`, org)
}
