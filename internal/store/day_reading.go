package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// RecordDays notes what the local days from the first to the last, both included, say now of every code, as
// read at an instant, and forgets readings of days before the oldest.
func (tx Readings) RecordDays(org wrapcast.OrganisationID, first, last wrapcast.Date, readAt time.Time, oldest wrapcast.Date) error {
	if _, err := tx.exec(`DELETE FROM day_reading WHERE organisation_id = $1 AND day < $2`, org, int64(oldest)); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO day_reading (organisation_id, day, read_at, code_id, handled)
		SELECT d.organisation_id, d.day, $2, l.code_id, SUM(d.handled) FROM leaf l
		JOIN local_day d ON d.organisation_id = l.organisation_id AND d.leaf_id = l.leaf_id
		WHERE l.organisation_id = $1 AND d.day BETWEEN $3 AND $4 GROUP BY d.organisation_id, d.day, l.code_id
		ON CONFLICT (organisation_id, day, read_at, code_id) DO NOTHING`, org, readAt.UnixMilli(), int64(first), int64(last))
	return err
}

// Days returns what was noted of the days from the first on, by day, reading and code.
func (tx Readings) Days(org wrapcast.OrganisationID, first wrapcast.Date) ([]wrapcast.DayReading, error) {
	scan := func(r row) (d wrapcast.DayReading, err error) {
		var day int64
		err = r.Scan(&day, toTime(&d.ReadAt), &d.Code, &d.Handled)
		d.Day = wrapcast.Date(day)
		return d, err
	}
	return list(tx.conn, scan, `SELECT day, read_at, code_id, handled FROM day_reading
		WHERE organisation_id = $1 AND day >= $2 ORDER BY day, read_at, code_id`, org, int64(first))
}
