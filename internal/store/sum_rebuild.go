package store

import (
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
)

// backfill adds up the history of organisations that have no sums: it was stored before there were any, or they had
// another shape.
func (tx Sums) backfill() error {
	orgs, err := listAll(tx.conn, scanString, `SELECT DISTINCT organisation_id FROM leaf l
		WHERE NOT EXISTS (SELECT 1 FROM sum_block s WHERE s.organisation_id = l.organisation_id)`)
	if err != nil {
		return err
	}
	for _, org := range orgs {
		if err := tx.rebuild(wrapcast.OrganisationID(org)); err != nil {
			return err
		}
	}
	return nil
}

// rebuild adds an organisation's history up and stores the sums.
func (tx Sums) rebuild(org wrapcast.OrganisationID) error { return tx.addUp(org, tx.save) }

// keepSum takes the days of a sum.
type keepSum func(wrapcast.OrganisationID, sumKey, map[wrapcast.Date]*dayCells) error

// addUp adds an organisation's history up: queue by queue, the totals with them, then code by code, so that
// memory holds no more than the days of a few sums.
func (tx Sums) addUp(org wrapcast.OrganisationID, keep keepSum) error {
	leaves, err := History(tx).leaves(org)
	if err != nil {
		return err
	}
	queues, codes := map[sumKey][]storedLeaf{}, map[sumKey][]storedLeaf{}
	for _, l := range leaves {
		of := sumsOf(l.leaf)
		codes[of[0]] = append(codes[of[0]], l)
		queues[of[1]] = append(queues[of[1]], l)
	}
	totals := map[wrapcast.Direction]map[wrapcast.Date]*dayCells{}
	for key, some := range queues {
		if totals[key.direction] == nil {
			totals[key.direction] = map[wrapcast.Date]*dayCells{}
		}
		if err := tx.addUpSum(org, key, some, totals[key.direction], keep); err != nil {
			return err
		}
	}
	for key, some := range codes {
		if err := tx.addUpSum(org, key, some, nil, keep); err != nil {
			return err
		}
	}
	for direction, total := range totals {
		if err := keep(org, sumKey{kind: totalSum, direction: direction}, total); err != nil {
			return err
		}
	}
	return nil
}

// addUpSum adds some leaves up, into the total too where there is one, and hands their sum on.
func (tx Sums) addUpSum(
	org wrapcast.OrganisationID, key sumKey, leaves []storedLeaf, total map[wrapcast.Date]*dayCells,
	keep keepSum,
) error {
	sum := map[wrapcast.Date]*dayCells{}
	for l, err := range History(tx).eachLeaf(org, leaves, firstOfAll, lastOfAll) {
		if err != nil {
			return err
		}
		for _, b := range l.blocks {
			one := leafBlocks{l.storedLeaf, []storedBlock{b}}
			cells, err := History(tx).unpackBlocks(nil, org, one, b.first)
			if err != nil {
				return err
			}
			for _, c := range cells {
				day, at := b.first+wrapcast.Date(c.At/column.QuarterHoursPerDay), int(c.At%column.QuarterHoursPerDay)
				addCell(sum, day, at, c.Cell)
				if total != nil {
					addCell(total, day, at, c.Cell)
				}
			}
		}
	}
	return keep(org, key, sum)
}

// firstOfAll and lastOfAll are days before and after all that can be stored.
const firstOfAll, lastOfAll = wrapcast.Date(-1 << 30), wrapcast.Date(1 << 30)

func addCell(sums map[wrapcast.Date]*dayCells, day wrapcast.Date, at int, c column.Cell) {
	if sums[day] == nil {
		sums[day] = &dayCells{}
	}
	sums[day].add(at, column.Cell{}, c)
}

func (tx Sums) save(org wrapcast.OrganisationID, key sumKey, days map[wrapcast.Date]*dayCells) error {
	order := slices.Sorted(maps.Keys(days))
	for len(order) > 0 {
		from := cutStart(order[0])
		var all cutCells
		for len(order) > 0 && cutStart(order[0]) == from {
			copy(all[int(order[0]-from)*column.QuarterHoursPerDay:], days[order[0]][:])
			order = order[1:]
		}
		if err := tx.saveCut(org, key, from, &all, nil); err != nil {
			return err
		}
	}
	return nil
}

// sumsPerPart is how many sums are brought over in one transaction.
const sumsPerPart = 50

// convertSums brings sums from single days, as they were stored up to migration 34, into blocks. A day that is not what
// was stored is left out: whoever reads the sums finds it missing, and says what to do.
func (tx Sums) convertSums() (c engine.Converted, err error) {
	type named struct {
		org wrapcast.OrganisationID
		sumKey
	}
	scan := func(r row) (n named, err error) {
		err = r.Scan(&n.org, &n.kind, &n.id, &n.direction)
		return n, err
	}
	some, err := listAll(tx.conn, scan, `SELECT DISTINCT organisation_id, kind, id, direction FROM history_sum`)
	if err != nil {
		return c, err
	}
	c.Left = max(len(some)-sumsPerPart, 0)
	for _, n := range some[:len(some)-c.Left] {
		c.Done++
		days, err := list(tx.conn, scanStoredDay, `SELECT utc_day, quarter_hours FROM history_sum
			WHERE organisation_id = $1 AND kind = $2 AND id = $3 AND direction = $4`, n.org, n.kind, n.id, n.direction)
		if err != nil {
			return c, err
		}
		sums := make(map[wrapcast.Date]*dayCells, len(days))
		for _, d := range days {
			row := column.RowOf(nil, "history_sum").Text(string(n.org)).Text(string(n.kind)).Text(n.id).
				Text(string(n.direction)).Number(int64(d.day))
			var cells dayCells
			if packed, err := row.Unseal(d.packed); err == nil && column.UnpackSum(packed, cells[:]) == nil {
				sums[d.day] = &cells
			}
		}
		if err := tx.save(n.org, n.sumKey, sums); err != nil {
			return c, err
		}
		if _, err := tx.exec(`DELETE FROM history_sum WHERE organisation_id = $1 AND kind = $2 AND id = $3
			AND direction = $4`, n.org, n.kind, n.id, n.direction); err != nil {
			return c, err
		}
	}
	return c, nil
}
