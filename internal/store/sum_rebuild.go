package store

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// backfill adds up the history of organisations that have no sums: it was stored before there were any, or they had
// another shape.
func (tx Sums) backfill() error {
	orgs, err := listAll(tx.conn, scanString, `SELECT DISTINCT organisation_id FROM leaf l
		WHERE NOT EXISTS (SELECT 1 FROM history_sum s WHERE s.organisation_id = l.organisation_id)`)
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
	queues, codes := map[sumKey][]int64{}, map[sumKey][]int64{}
	for _, l := range leaves {
		of := sumsOf(l.leaf)
		codes[of[0]] = append(codes[of[0]], l.id)
		queues[of[1]] = append(queues[of[1]], l.id)
	}
	totals := map[wrapcast.Direction]map[wrapcast.Date]*dayCells{}
	for key, ids := range queues {
		if totals[key.direction] == nil {
			totals[key.direction] = map[wrapcast.Date]*dayCells{}
		}
		if err := tx.addUpSum(org, key, ids, totals[key.direction], keep); err != nil {
			return err
		}
	}
	for key, ids := range codes {
		if err := tx.addUpSum(org, key, ids, nil, keep); err != nil {
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
	org wrapcast.OrganisationID, key sumKey, leaves []int64, total map[wrapcast.Date]*dayCells,
	keep keepSum,
) error {
	sum := map[wrapcast.Date]*dayCells{}
	var cells dayCells
	for _, leaf := range leaves {
		days, err := list(tx.conn, scanStoredDay,
			`SELECT utc_day, quarter_hours FROM history WHERE organisation_id = $1 AND leaf_id = $2`, org, leaf)
		if err != nil {
			return err
		}
		for _, d := range days {
			if err := tx.unpackHistory(org, leaf, d, cells[:]); err != nil {
				return err
			}
			addDay(sum, d.day, &cells)
			if total != nil {
				addDay(total, d.day, &cells)
			}
		}
	}
	return keep(org, key, sum)
}

func addDay(sums map[wrapcast.Date]*dayCells, day wrapcast.Date, cells *dayCells) {
	if sums[day] == nil {
		sums[day] = &dayCells{}
	}
	for i, c := range cells {
		sums[day].add(i, column.Cell{}, c)
	}
}

func (tx Sums) save(org wrapcast.OrganisationID, key sumKey, days map[wrapcast.Date]*dayCells) error {
	for day, sum := range days {
		if err := tx.saveDay(org, sumDay{key, day}, sum); err != nil {
			return err
		}
	}
	return nil
}
