package store

import (
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

const saveLocalDay = `INSERT INTO local_day (organisation_id, leaf_id, day, observations, handled, handle_ms, after_call_ms)
	VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (organisation_id, leaf_id, day) DO UPDATE SET observations = excluded.observations,
	handled = excluded.handled, handle_ms = excluded.handle_ms, after_call_ms = excluded.after_call_ms`

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
	_, err := tx.exec(saveLocalDay, org, leaf, int64(day), s.observations, s.handled, s.handleMs, s.afterCallMs)
	return err
}

// useZone makes sure that the local days are those of zone.
func (tx History) useZone(org wrapcast.OrganisationID, zone *time.Location) error {
	stored, found, err := get(tx.conn, scanString, `SELECT time_zone FROM local_day_zone WHERE organisation_id = $1`, org)
	if err != nil || found && stored == zone.String() {
		return err
	}
	return tx.rebuildLocalDays(org, zone)
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
	days, err := list(tx.conn, scanStoredDay,
		`SELECT utc_day, quarter_hours FROM history WHERE organisation_id = $1 AND leaf_id = $2`, org, leaf)
	if err != nil {
		return err
	}
	sums := make(map[wrapcast.Date]*localDaySum)
	var cells [column.QuarterHoursPerDay]column.Cell
	for _, d := range days {
		if err := column.UnpackDay(d.packed, 3, cells[:]); err != nil {
			return tx.explain(err)
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
	for _, day := range slices.Sorted(maps.Keys(sums)) {
		if err := sums[day].save(tx.conn, org, leaf, day); err != nil {
			return err
		}
	}
	return nil
}

func scanString(r row) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
