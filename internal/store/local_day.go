package store

import (
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

const saveLocalDay = `INSERT INTO local_day (organisation_id, leaf_id, day, observations, handled, handle_ms, after_call_ms,
	digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (organisation_id, leaf_id, day) DO UPDATE SET observations = excluded.observations,
	handled = excluded.handled, handle_ms = excluded.handle_ms, after_call_ms = excluded.after_call_ms,
	digest = excluded.digest`

// localDaySum is what a leaf handled on a local day.
type localDaySum struct {
	observations int64
	handled      int64
	handleMs     int64
	afterCallMs  int64
}

func (s *localDaySum) add(c column.Cell) {
	if c == (column.Cell{}) {
		return
	}
	s.observations++
	s.handled += c[0]
	s.handleMs += c[1]
	s.afterCallMs += c[2]
}

func (s *localDaySum) save(tx *conn, org wrapcast.OrganisationID, leaf int64, day wrapcast.Date) error {
	var buffer rowBytes
	return tx.later(org, saveLocalDay, org, leaf, int64(day), s.observations, s.handled, s.handleMs, s.afterCallMs,
		s.digest(buffer[:], org, leaf, day))
}

// storedZone is the zone whose local days are stored, "" before any are.
func (tx History) storedZone(org wrapcast.OrganisationID) (string, error) {
	name, _, err := get(tx.conn, scanString, `SELECT time_zone FROM local_day_zone WHERE organisation_id = $1`, org)
	return name, err
}

// useZone makes sure that the local days that are stored are those of zone, or stay those of another one in which a
// business unit plans: units that are read for in turn must not sum everything anew each time. It returns the zone.
func (tx History) useZone(org wrapcast.OrganisationID, zone *time.Location) (*time.Location, error) {
	stored, err := tx.storedZone(org)
	if err != nil || stored == zone.String() {
		return zone, err
	}
	_, plans, err := get(tx.conn, scanString, `SELECT time_zone FROM business_unit
		WHERE organisation_id = $1 AND business_unit_id <> '' AND time_zone = $2 AND NOT gone`, org, stored)
	if err != nil {
		return nil, err
	}
	if other, unknown := time.LoadLocation(stored); plans && unknown == nil {
		return other, nil
	}
	return zone, tx.rebuildLocalDays(org, zone)
}

// summedDays yields the local days of a zone that is not the one they are stored in.
func (tx History) summedDays(
	org wrapcast.OrganisationID, zone *time.Location, first, last wrapcast.Date,
) iter.Seq2[wrapcast.LocalDay, error] {
	return tx.addedUp(org, zone, first, last, func(yield func(wrapcast.LocalDay, error) bool) {
		leaves, err := tx.leaves(org)
		if err != nil {
			yield(wrapcast.LocalDay{}, err)
			return
		}
		days := newDaySums(zone, first, last)
		for _, l := range leaves {
			if err := days.read(tx, org, l.id); err != nil {
				yield(wrapcast.LocalDay{}, err)
				return
			}
			for i, s := range days.sums {
				if s.observations > 0 && !yield(wrapcast.LocalDay{Leaf: l.leaf, Day: first + wrapcast.Date(i),
					Handled: int(s.handled), HandleMs: s.handleMs, AfterCallMs: s.afterCallMs}, nil) {
					return
				}
			}
		}
	})
}

// daySums adds the quarter-hours of one leaf after the other up to the days of a zone.
type daySums struct {
	first, last wrapcast.Date
	// cuts are where the days begin, and where the last ends, in quarter-hours since 1970 in UTC.
	cuts []int64
	sums []localDaySum
}

func newDaySums(zone *time.Location, first, last wrapcast.Date) *daySums {
	d := &daySums{first: first, last: last, sums: make([]localDaySum, max(int(last-first)+1, 0))}
	for i := range len(d.sums) + 1 {
		midnight := (first + wrapcast.Date(i)).Midnight(zone).UnixMilli()
		quarter := wrapcast.QuarterHour.Milliseconds()
		d.cuts = append(d.cuts, int64(math.Ceil(float64(midnight)/float64(quarter))))
	}
	return d
}

// read sums a leaf in the place of the one before.
func (d *daySums) read(tx History, org wrapcast.OrganisationID, leaf int64) error {
	clear(d.sums)
	stored, err := list(tx.conn, scanStoredDay, `SELECT utc_day, quarter_hours FROM history
		WHERE organisation_id = $1 AND leaf_id = $2 AND utc_day BETWEEN $3 AND $4 ORDER BY utc_day`,
		org, leaf, int64(d.first)-1, int64(d.last)+1) // no zone is further from UTC than a day
	if err != nil {
		return err
	}
	at := 0
	var cells [column.QuarterHoursPerDay]column.Cell
	for _, day := range stored {
		if err := tx.unpackHistory(org, leaf, day, cells[:]); err != nil {
			return err
		}
		for i, c := range cells {
			quarter := int64(day.day)*column.QuarterHoursPerDay + int64(i)
			for at < len(d.sums) && quarter >= d.cuts[at+1] {
				at++
			}
			if at < len(d.sums) && quarter >= d.cuts[at] {
				d.sums[at].add(c)
			}
		}
	}
	return nil
}

// rebuildLocalDays sums all local days of an organisation anew, as days of zone. It is
// needed where the zone's own rules changed; a change of zone does it by itself.
func (tx History) rebuildLocalDays(org wrapcast.OrganisationID, zone *time.Location) error {
	if _, err := tx.exec(`INSERT INTO local_day_zone (organisation_id, time_zone) VALUES ($1, $2)
		ON CONFLICT (organisation_id) DO UPDATE SET time_zone = excluded.time_zone`, org, zone.String()); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM local_day WHERE organisation_id = $1`, org); err != nil {
		return err
	}
	leaves, err := tx.leaves(org)
	if err != nil {
		return err
	}
	for _, l := range leaves {
		if err := tx.rebuildLeaf(org, l.id, zone); err != nil {
			return err
		}
	}
	return nil
}

func (tx History) rebuildLeaf(org wrapcast.OrganisationID, leaf int64, zone *time.Location) error {
	sums, err := tx.sumLeaf(org, leaf, zone)
	if err != nil {
		return err
	}
	for _, day := range slices.Sorted(maps.Keys(sums)) {
		if err := sums[day].save(tx.conn, org, leaf, day); err != nil {
			return err
		}
	}
	return nil
}

// sumLeaf sums the history of a leaf by local days of a zone.
func (tx History) sumLeaf(
	org wrapcast.OrganisationID, leaf int64, zone *time.Location,
) (map[wrapcast.Date]*localDaySum, error) {
	days, err := list(tx.conn, scanStoredDay,
		`SELECT utc_day, quarter_hours FROM history WHERE organisation_id = $1 AND leaf_id = $2`, org, leaf)
	if err != nil {
		return nil, err
	}
	sums := make(map[wrapcast.Date]*localDaySum)
	var cells [column.QuarterHoursPerDay]column.Cell
	for _, d := range days {
		if err := tx.unpackHistory(org, leaf, d, cells[:]); err != nil {
			return nil, err
		}
		for i, c := range cells {
			if c == (column.Cell{}) {
				continue
			}
			day := wrapcast.DateOf(startOf(d.day, i).In(zone))
			if sums[day] == nil {
				sums[day] = &localDaySum{}
			}
			sums[day].add(c)
		}
	}
	return sums, nil
}

func scanString(r row) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
