package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// read is an interval and when it was read.
type read struct {
	from, to, at time.Time
}

// Coverage returns what of the history was read at or after since, as intervals in
// their order that neither overlap nor touch; the zero since asks for all of it. What
// it leaves out is still to be read: an extraction that was interrupted goes on there.
func (tx Readings) Coverage(org wrapcast.OrganisationID, since time.Time) ([]wrapcast.Interval, error) {
	reads, err := list(tx.conn, scanRead, `SELECT from_at, to_at, read_at FROM coverage WHERE organisation_id = $1 ORDER BY from_at`, org)
	if err != nil {
		return nil, err
	}
	var merged []wrapcast.Interval
	for _, r := range reads {
		if r.at.Before(since.Truncate(time.Millisecond)) {
			continue
		}
		if last := len(merged) - 1; last >= 0 && merged[last].To.Equal(r.from) {
			merged[last].To = r.to
			continue
		}
		merged = append(merged, wrapcast.Interval{From: r.from, To: r.to})
	}
	return merged, nil
}

// recordCoverage notes that an interval was read and cuts it out of what was noted before.
func (tx Readings) recordCoverage(org wrapcast.OrganisationID, now read) error {
	overlapping, err := list(tx.conn, scanRead, `SELECT from_at, to_at, read_at FROM coverage
		WHERE organisation_id = $1 AND from_at < $2 AND to_at > $3`, org, now.to.UnixMilli(), now.from.UnixMilli())
	if err != nil {
		return err
	}
	kept := []read{now}
	for _, r := range overlapping {
		if _, err := tx.exec(`DELETE FROM coverage WHERE organisation_id = $1 AND from_at = $2`, org, r.from.UnixMilli()); err != nil {
			return err
		}
		kept = append(kept, read{r.from, now.from, r.at}, read{now.to, r.to, r.at})
	}
	for _, r := range kept {
		if !r.from.Before(r.to) {
			continue // nothing of it was left on this side
		}
		if _, err := tx.exec(`INSERT INTO coverage (organisation_id, from_at, to_at, read_at) VALUES ($1, $2, $3, $4)`,
			org, r.from.UnixMilli(), r.to.UnixMilli(), r.at.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

func scanRead(r row) (v read, err error) {
	err = r.Scan(toTime(&v.from), toTime(&v.to), toTime(&v.at))
	return v, err
}
