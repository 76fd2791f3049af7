package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// cells calls do for the quarter-hours of a sum that are not empty and among the n from an instant on.
func (tx Sums) cells(org wrapcast.OrganisationID, key sumKey, from time.Time, n int, do func(t int, c cell)) error {
	to := from.Add(time.Duration(n) * wrapcast.QuarterHour)
	days, err := list(tx.conn, scanStoredDay, `SELECT utc_day, quarter_hours FROM history_sum
		WHERE organisation_id = $1 AND kind = $2 AND id = $3 AND utc_day BETWEEN $4 AND $5 ORDER BY utc_day`,
		org, key.kind, key.id, int64(utcDay(from)), int64(utcDay(to)))
	if err != nil {
		return err
	}
	return tx.explain(eachCell(days, unpackSum, from, n, do))
}

// localDays adds the quarter-hours of a sum up to local days, those of the zone local days are stored in. Days without a contact are left out.
func (tx Sums) localDays(org wrapcast.OrganisationID, key sumKey, first, last wrapcast.Date) ([]SeriesDay, error) {
	zone, found, err := tx.zone(org)
	if err != nil || !found || last < first {
		return nil, err
	}
	from, to := (first - 1).Midnight(time.UTC), (last + 2).Midnight(time.UTC) // no zone is further from UTC than a day
	days := make([]SeriesDay, 0, last-first+1)
	begins := func(d wrapcast.Date) int { // the first of its quarter-hours
		return int((d.Midnight(zone).Sub(from) + wrapcast.QuarterHour - 1) / wrapcast.QuarterHour)
	}
	day, end := first-1, begins(first)
	err = tx.cells(org, key, from, int(to.Sub(from)/wrapcast.QuarterHour), func(t int, c cell) { // in the order of time
		for t >= end {
			day++
			end = begins(day + 1)
		}
		if day < first || day > last {
			return
		}
		if len(days) == 0 || days[len(days)-1].Day != day {
			days = append(days, SeriesDay{Day: day})
		}
		d := &days[len(days)-1]
		d.Handled += int(c[0])
		d.HandleMs += c[1]
	})
	return days, err
}

// zone returns the zone whose days the local days are; found is false before anything was stored.
func (tx Sums) zone(org wrapcast.OrganisationID) (*time.Location, bool, error) {
	name, found, err := get(tx.conn, scanString, `SELECT time_zone FROM local_day_zone WHERE organisation_id = $1`, org)
	if err != nil || !found {
		return nil, false, err
	}
	zone, err := time.LoadLocation(name)
	return zone, true, err
}
