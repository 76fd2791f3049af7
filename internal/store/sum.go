package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Sums of history are what people look at: what a code, a queue and everything handled in the quarter-hours of a
// UTC day. Adding ten thousand leaves up takes seconds; so the sums are kept, and change with the history in the
// same transaction.

type sumKind string

const (
	codeSum  sumKind = "code"
	queueSum sumKind = "queue"
	totalSum sumKind = "total"
)

// sumKey names what is added up: the contacts of one direction.
type sumKey struct {
	kind      sumKind
	id        string
	direction wrapcast.Direction
}

// sumsOf are the sums a leaf is part of.
func sumsOf(l wrapcast.Leaf) [3]sumKey {
	return [3]sumKey{{codeSum, string(l.Code), l.Direction}, {queueSum, string(l.Queue), l.Direction},
		{kind: totalSum, direction: l.Direction}}
}

// sumDay is a UTC day of a sum.
type sumDay struct {
	sumKey
	day wrapcast.Date
}

type dayCells [column.QuarterHoursPerDay]column.Cell

// sumChanges is by how much sums change.
type sumChanges map[sumDay]*dayCells

// of returns the changes of the sums a leaf is part of, on a UTC day.
func (s sumChanges) of(l wrapcast.Leaf, day wrapcast.Date) (all [3]*dayCells) {
	for i, key := range sumsOf(l) {
		at := sumDay{key, day}
		if s[at] == nil {
			s[at] = &dayCells{}
		}
		all[i] = s[at]
	}
	return all
}

// add notes that a leaf's quarter-hour holds something else than before.
func (d *dayCells) add(quarterHour int, before, now column.Cell) {
	d[quarterHour][0] += now[0] - before[0]
	d[quarterHour][1] += now[1] - before[1]
}

// change adds changes to the sums that are stored: sum by sum, the days of each in their order.
func (tx Sums) change(org wrapcast.OrganisationID, changes sumChanges) error {
	all := slices.SortedFunc(maps.Keys(changes), func(a, b sumDay) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id), cmp.Compare(a.direction, b.direction),
			cmp.Compare(a.day, b.day))
	})
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].sumKey == all[0].sumKey {
			n++
		}
		if err := tx.changeDays(org, all[:n], changes); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// changeDays changes days of one sum.
func (tx Sums) changeDays(org wrapcast.OrganisationID, days []sumDay, changes sumChanges) error {
	key := days[0].sumKey
	rows, err := list(tx.conn, scanStoredDay, `SELECT utc_day, quarter_hours FROM history_sum
		WHERE organisation_id = $1 AND kind = $2 AND id = $3 AND direction = $4 AND utc_day BETWEEN $5 AND $6`,
		org, key.kind, key.id, key.direction, int64(days[0].day), int64(days[len(days)-1].day))
	if err != nil {
		return err
	}
	stored := make(map[wrapcast.Date][]byte, len(rows))
	for _, r := range rows {
		stored[r.day] = r.packed
	}
	for _, at := range days {
		if err := tx.changeDay(org, at, stored[at.day], changes[at]); err != nil {
			return err
		}
	}
	return nil
}

// changeDay changes a day of a sum of which this is stored, nil where nothing is.
func (tx Sums) changeDay(org wrapcast.OrganisationID, at sumDay, stored []byte, change *dayCells) error {
	var sum dayCells
	if stored != nil {
		if err := tx.unpackSum(org, at, stored, sum[:]); err != nil {
			return err
		}
	}
	for i, c := range change {
		sum[i][0] += c[0]
		sum[i][1] += c[1]
		if sum[i][0] < 0 || sum[i][1] < 0 {
			return invalid("the sums of %s %q are not those of its history", at.kind, at.id)
		}
	}
	return tx.saveDay(org, at, &sum)
}

func (tx Sums) saveDay(org wrapcast.OrganisationID, at sumDay, sum *dayCells) error {
	packed := column.PackDay(sum[:], column.SumWidth)
	if packed == nil {
		return tx.later(org, `DELETE FROM history_sum WHERE organisation_id = $1 AND kind = $2 AND id = $3
			AND direction = $4 AND utc_day = $5`, org, at.kind, at.id, at.direction, int64(at.day))
	}
	return tx.later(org, `INSERT INTO history_sum (organisation_id, kind, id, direction, utc_day, quarter_hours)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, kind, id, direction, utc_day)
		DO UPDATE SET quarter_hours = excluded.quarter_hours`,
		org, at.kind, at.id, at.direction, int64(at.day), sumRow(nil, org, at).Seal(packed))
}

// directions select the contacts that a sum has: none named means all of them.
type directions []wrapcast.Direction

// in selects the rows of the directions.
func (d directions) in(s *selection) {
	if len(d) == 0 {
		return
	}
	places := make([]string, len(d))
	for i, direction := range d {
		s.args = append(s.args, direction)
		places[i] = fmt.Sprintf("$%d", len(s.args))
	}
	s.sql += " AND COALESCE(direction, '') IN (" + strings.Join(places, ", ") + ")"
}

// keptSum is a sum over directions, each of which is kept by itself.
type keptSum struct {
	kind sumKind
	id   string
	directions
}

// cells calls do for the quarter-hours of a sum that are not empty and among the n from an instant on, in the order of
// time.
func (tx Sums) cells(
	org wrapcast.OrganisationID, sum keptSum, from time.Time, n int, do func(t int, c column.Cell),
) error {
	to := from.Add(time.Duration(n) * wrapcast.QuarterHour)
	where := rowsOf("history_sum", org)
	where.and("kind = $%d", sum.kind)
	where.and("id = $%d", sum.id)
	sum.in(&where)
	where.and("utc_day >= $%d", int64(utcDay(from)))
	where.and("utc_day <= $%d", int64(utcDay(to)))
	days, err := list(tx.conn, scanSumDay, "SELECT utc_day, quarter_hours, direction"+where.sql+" ORDER BY utc_day", where.args...)
	if err != nil {
		return err
	}
	return eachCell(days, func(d storedDay, cells []column.Cell) error {
		return tx.unpackSum(org, sumDay{sumKey{sum.kind, sum.id, d.direction}, d.day}, d.packed, cells)
	}, from, n, do)
}

func scanSumDay(r row) (d storedDay, err error) {
	var day int64
	err = r.Scan(&day, &d.packed, &d.direction)
	d.day = wrapcast.Date(day)
	return d, err
}

// everything is how many contacts an organisation ever handled.
func (tx Sums) everything(org wrapcast.OrganisationID) (contacts int, err error) {
	days, err := list(tx.conn, scanSumDay, `SELECT utc_day, quarter_hours, direction FROM history_sum
		WHERE organisation_id = $1 AND kind = $2 AND id = ''`, org, totalSum)
	if err != nil {
		return 0, err
	}
	return tx.contactsOf(org, sumKey{kind: totalSum}, days)
}

// contacts is how many contacts a sum ever had.
func (tx Sums) contacts(org wrapcast.OrganisationID, of sumKey) (int, error) {
	days, err := list(tx.conn, scanSumDay, `SELECT utc_day, quarter_hours, direction FROM history_sum
		WHERE organisation_id = $1 AND kind = $2 AND id = $3 AND direction = $4`, org, of.kind, of.id, of.direction)
	if err != nil {
		return 0, err
	}
	return tx.contactsOf(org, of, days)
}

func (tx Sums) contactsOf(org wrapcast.OrganisationID, of sumKey, days []storedDay) (contacts int, err error) {
	var cells dayCells
	for _, d := range days {
		at := sumDay{sumKey{of.kind, of.id, d.direction}, d.day}
		if err := tx.unpackSum(org, at, d.packed, cells[:]); err != nil {
			return 0, err
		}
		for _, c := range cells {
			contacts += int(c[0])
		}
	}
	return contacts, nil
}

// lastBefore is when the last quarter-hour before an instant began in which a sum has a contact.
func (tx Sums) lastBefore(
	org wrapcast.OrganisationID, sum keptSum, before time.Time,
) (at time.Time, found bool, err error) {
	for day := utcDay(before) + 1; !found; {
		latest, _, err := get(tx.conn, scanLatest, `SELECT MAX(utc_day) FROM history_sum WHERE organisation_id = $1
			AND kind = $2 AND id = $3 AND utc_day < $4`, org, sum.kind, sum.id, int64(day))
		if err != nil || latest == nil {
			return at, false, err
		}
		day = *latest
		from := startOf(day, 0)
		if err := tx.cells(org, sum, from, column.QuarterHoursPerDay, func(t int, _ column.Cell) {
			if start := from.Add(time.Duration(t) * wrapcast.QuarterHour); start.Before(before) {
				at, found = start, true
			}
		}); err != nil {
			return at, false, err
		}
	}
	return at, found, nil
}

func scanLatest(r row) (day *wrapcast.Date, err error) {
	err = r.Scan(toOptionalDay(&day))
	return day, err
}

// localDays adds the quarter-hours of a sum up to local days, those of a zone. Days
// without a contact are left out.
func (tx Sums) localDays(
	org wrapcast.OrganisationID, sum keptSum, zone *time.Location, first, last wrapcast.Date,
) ([]SeriesDay, error) {
	if last < first {
		return nil, nil
	}
	from, to := (first - 1).Midnight(time.UTC), (last + 2).Midnight(time.UTC) // no zone is further from UTC than a day
	days := make([]SeriesDay, 0, last-first+1)
	begins := func(d wrapcast.Date) int { // the first of its quarter-hours
		return int((d.Midnight(zone).Sub(from) + wrapcast.QuarterHour - 1) / wrapcast.QuarterHour)
	}
	day, end := first-1, begins(first)
	// in the order of time
	err := tx.cells(org, sum, from, int(to.Sub(from)/wrapcast.QuarterHour), func(t int, c column.Cell) {
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
