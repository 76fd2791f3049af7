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

// changeDays changes days of one sum, which are in their order.
func (tx Sums) changeDays(org wrapcast.OrganisationID, days []sumDay, changes sumChanges) error {
	for len(days) > 0 {
		from, n := cutStart(days[0].day), 1
		for n < len(days) && cutStart(days[n].day) == from {
			n++
		}
		if err := tx.changeCut(org, from, days[:n], changes); err != nil {
			return err
		}
		days = days[n:]
	}
	return nil
}

// changeCut changes days of one sum that are cut together.
func (tx Sums) changeCut(org wrapcast.OrganisationID, from wrapcast.Date, days []sumDay, changes sumChanges) error {
	key := days[0].sumKey
	there, err := tx.blocks(org, keptSum{key.kind, key.id, directions{key.direction}}, from, from+column.BlockDays-1)
	if err != nil {
		return err
	}
	var all cutCells
	if err := tx.fill(&all, org, key, from, there); err != nil {
		return err
	}
	for _, at := range days {
		begin := int(at.day-from) * column.QuarterHoursPerDay
		for i, c := range changes[at] {
			all[begin+i][0] += c[0]
			all[begin+i][1] += c[1]
			if all[begin+i][0] < 0 || all[begin+i][1] < 0 {
				return invalid("the sums of %s %q are not those of its history", at.kind, at.id)
			}
		}
	}
	return tx.saveCut(org, key, from, &all, there)
}

// cutCells are the quarter-hours of the days that are cut together.
type cutCells [column.BlockDays * column.QuarterHoursPerDay]column.Cell

// fill puts rows of a sum into the days that are cut together from a day on.
func (tx Sums) fill(
	all *cutCells, org wrapcast.OrganisationID, key sumKey, from wrapcast.Date, blocks []sumBlock,
) error {
	for _, b := range blocks {
		cells, err := tx.unpackSum(org, key, b)
		if err != nil {
			return err
		}
		for _, c := range cells {
			all[int(b.first-from)*column.QuarterHoursPerDay+int(c.At)] = c.Cell
		}
	}
	return nil
}

// sumCells is how many quarter-hours a row of a sum has at most, if it has more than a day.
const sumCells = 230

// saveCut writes the days that are cut together from a day on in the place of the rows that are there, but for those
// that stay as they are.
func (tx Sums) saveCut(
	org wrapcast.OrganisationID, key sumKey, from wrapcast.Date, all *cutCells, there []sumBlock,
) error {
	var cells []column.CellAt
	for at, c := range all {
		if c != (column.Cell{}) {
			cells = append(cells, column.CellAt{At: int32(at), Cell: c})
		}
	}
	gone := make(map[wrapcast.Date][]byte, len(there))
	for _, b := range there {
		gone[b.first] = b.sealed
	}
	for _, b := range column.Cut(cells, sumCells) {
		first := from + wrapcast.Date(b.First)
		sealed := sumRow(nil, org, key, first).Seal(b.Pack(column.SumWidth))
		stays := slices.Equal(gone[first], sealed)
		delete(gone, first)
		if stays {
			continue
		}
		if err := tx.later(org, `INSERT INTO sum_block (organisation_id, kind, id, direction, first_day, quarter_hours)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, kind, id, direction, first_day)
			DO UPDATE SET quarter_hours = excluded.quarter_hours`,
			org, key.kind, key.id, key.direction, int64(first), sealed); err != nil {
			return err
		}
	}
	for _, first := range slices.Sorted(maps.Keys(gone)) {
		if err := tx.later(org, `DELETE FROM sum_block WHERE organisation_id = $1 AND kind = $2 AND id = $3
			AND direction = $4 AND first_day = $5`, org, key.kind, key.id, key.direction, int64(first)); err != nil {
			return err
		}
	}
	return nil
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

// sumBlock is a row of a sum: some UTC days.
type sumBlock struct {
	first     wrapcast.Date
	direction wrapcast.Direction
	sealed    []byte
}

// blocks are the rows of a sum that may have something of UTC days from first to last, in the order of days.
func (tx Sums) blocks(org wrapcast.OrganisationID, sum keptSum, first, last wrapcast.Date) ([]sumBlock, error) {
	where := rowsOf("sum_block", org)
	where.and("kind = $%d", sum.kind)
	where.and("id = $%d", sum.id)
	sum.in(&where)
	where.and("first_day >= $%d", int64(cutStart(first)))
	where.and("first_day <= $%d", int64(last))
	scan := func(r row) (b sumBlock, err error) {
		var day int64
		err = r.Scan(&day, &b.sealed, &b.direction)
		b.first = wrapcast.Date(day)
		return b, err
	}
	return list(tx.conn, scan, "SELECT first_day, quarter_hours, direction"+where.sql+" ORDER BY first_day", where.args...)
}

// placed are the cells of rows of a sum, in the order of time, those of directions added up; they are placed by a day.
func (tx Sums) placed(
	org wrapcast.OrganisationID, sum keptSum, blocks []sumBlock, by wrapcast.Date,
) ([]column.CellAt, error) {
	var all []column.CellAt
	inOrder := true
	for _, b := range blocks {
		cells, err := tx.unpackSum(org, sumKey{sum.kind, sum.id, b.direction}, b)
		if err != nil {
			return nil, err
		}
		for _, c := range cells {
			c.At += int32(b.first-by) * column.QuarterHoursPerDay
			inOrder = inOrder && (len(all) == 0 || all[len(all)-1].At < c.At)
			all = append(all, c)
		}
	}
	if inOrder {
		return all, nil
	}
	slices.SortFunc(all, func(a, b column.CellAt) int { return cmp.Compare(a.At, b.At) })
	added := all[:0]
	for _, c := range all {
		if n := len(added); n > 0 && added[n-1].At == c.At {
			added[n-1].Cell[0] += c.Cell[0]
			added[n-1].Cell[1] += c.Cell[1]
			continue
		}
		added = append(added, c)
	}
	return added, nil
}

// cells calls do for the quarter-hours of a sum that are not empty and among the n from an instant on, in the order of
// time.
func (tx Sums) cells(
	org wrapcast.OrganisationID, sum keptSum, from time.Time, n int, do func(t int, c column.Cell),
) error {
	first := utcDay(from)
	blocks, err := tx.blocks(org, sum, first, utcDay(from.Add(time.Duration(n)*wrapcast.QuarterHour)))
	if err != nil {
		return err
	}
	cells, err := tx.placed(org, sum, blocks, first)
	begin := int(startOf(first, 0).Sub(from) / wrapcast.QuarterHour)
	for _, c := range cells {
		if t := begin + int(c.At); c.Cell[0] > 0 && t >= 0 && t < n {
			do(t, c.Cell)
		}
	}
	return err
}

// everything is how many contacts an organisation ever handled.
func (tx Sums) everything(org wrapcast.OrganisationID) (int, error) {
	return tx.contacts(org, keptSum{kind: totalSum})
}

// contacts is how many contacts a sum ever had.
func (tx Sums) contacts(org wrapcast.OrganisationID, of keptSum) (contacts int, err error) {
	blocks, err := tx.blocks(org, of, firstOfAll, lastOfAll)
	for _, b := range blocks {
		cells, err := tx.unpackSum(org, sumKey{of.kind, of.id, b.direction}, b)
		if err != nil {
			return 0, err
		}
		for _, c := range cells {
			contacts += int(c.Cell[0])
		}
	}
	return contacts, err
}

// lastBefore is when the last quarter-hour before an instant began in which a sum has a contact.
func (tx Sums) lastBefore(
	org wrapcast.OrganisationID, sum keptSum, before time.Time,
) (at time.Time, found bool, err error) {
	for day := utcDay(before) + 1; !found; {
		latest, _, err := get(tx.conn, scanLatest, `SELECT MAX(first_day) FROM sum_block WHERE organisation_id = $1
			AND kind = $2 AND id = $3 AND first_day < $4`, org, sum.kind, sum.id, int64(day))
		if err != nil || latest == nil {
			return at, false, err
		}
		day = cutStart(*latest)
		from := startOf(day, 0)
		if err := tx.cells(org, sum, from, len(cutCells{}), func(t int, _ column.Cell) {
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
