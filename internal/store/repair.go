package store

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// RepairSchema names the document of [Store.Repair].
const RepairSchema = "wrapcast.store-repair/1"

// Repaired says what was dropped of a damaged store, and which days are read again.
type Repaired struct {
	Schema string `json:"schema"`
	// Dropped are rows that were not what was stored, by table.
	Dropped map[string]int `json:"dropped"`
	// Again are the UTC days of each organisation whose history the next run reads again; AllAgain are organisations whose
	// whole history it reads again.
	Again    map[wrapcast.OrganisationID][]wrapcast.Date `json:"again"`
	AllAgain []wrapcast.OrganisationID                   `json:"all_again"`
}

// Repair drops rows of the history that are not what was stored, takes back that those days were read, so that the next
// run reads them again, and makes anew what is derived of the history. Documents and audit chains are left as they are:
// nothing can make them again. It returns what it did; where nothing was damaged it changes nothing.
func (s *Store) Repair(ctx context.Context, actor string, now time.Time) (r Repaired, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		c := &repairing{conn: tx.conn, days: map[wrapcast.OrganisationID]map[wrapcast.Date]bool{},
			all: map[wrapcast.OrganisationID]bool{}, dropped: map[string]int{}}
		if err := c.repair(); err != nil {
			return err
		}
		r = c.result()
		if len(r.Dropped)+len(r.Again)+len(r.AllAgain) == 0 {
			return nil
		}
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: wrapcast.Installation, At: now, Actor: actor,
			Action: "store.repaired", Status: "ok",
			Detail: fmt.Sprintf("damaged rows were dropped: %v; days to be read again: %v %v", r.Dropped, r.Again, r.AllAgain)})
		return err
	})
	return r, err
}

// repairing collects what is dropped and has to be read again.
type repairing struct {
	*conn
	days    map[wrapcast.OrganisationID]map[wrapcast.Date]bool
	all     map[wrapcast.OrganisationID]bool
	dropped map[string]int
}

// again notes that a day has to be read again; a day that cannot be told means all.
func (r *repairing) again(org wrapcast.OrganisationID, day any) {
	d, ok := day.(int64)
	if !ok {
		r.all[org] = true
		return
	}
	if r.days[org] == nil {
		r.days[org] = map[wrapcast.Date]bool{}
	}
	r.days[org][wrapcast.Date(d)] = true
}

func (r *repairing) repair() error {
	if err := r.alone(); err != nil {
		return err
	}
	for _, d := range digestedTables() {
		if err := r.drop(d); err != nil {
			return err
		}
	}
	orgs, err := listAll(r.conn, scanString, `SELECT organisation_id FROM history_block UNION SELECT organisation_id FROM leaf
		UNION SELECT organisation_id FROM coverage`)
	if err != nil {
		return err
	}
	for _, name := range orgs {
		org := wrapcast.OrganisationID(name)
		if err := r.orphans(org); err != nil {
			return err
		}
		if err := r.derive(org); err != nil {
			return err
		}
		if err := r.forget(org); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes the rows of a table that are not what was stored.
func (r *repairing) drop(d digested) error {
	var buffer rowBytes
	var cells dayCells
	return d.each(r.conn, func(row digestedRow) error {
		as, known := d.row(buffer[:], row.values)
		good := known && (d.packed == "" && row.digest == any(as.Digest()) ||
			d.packed != "" && d.unpacks(as, row.packed, &cells) == "")
		if good {
			return nil
		}
		r.dropped[d.table]++
		org := wrapcast.OrganisationID(fmt.Sprint(row.values[0]))
		switch d.table {
		case "history_block":
			if err := r.blockAgain(row); err != nil {
				return err
			}
		case "arrival", "queue_handled":
			r.again(org, row.values[1])
		case "leaf": // whose history was it?
			r.all[org] = true
		}
		where, args := d.at(row.values)
		_, err := r.exec("DELETE FROM "+d.table+where, args...)
		return err
	})
}

// blockAgain notes that the days of a row of the history have to be read again: as many as it may have had.
func (r *repairing) blockAgain(row digestedRow) error {
	org := wrapcast.OrganisationID(fmt.Sprint(row.values[0]))
	first, ok := row.values[2].(int64)
	if !ok {
		r.again(org, nil)
		return nil
	}
	end := int64(cutStart(wrapcast.Date(first))) + column.BlockDays
	next, found, err := get(r.conn, scanInt, `SELECT COALESCE(MIN(first_day), $4) FROM history_block
		WHERE organisation_id = $1 AND leaf_id = $2 AND first_day > $3`, row.values[0], row.values[1], first, end)
	if err != nil {
		return err
	}
	if found {
		end = min(end, int64(next))
	}
	for day := first; day < end; day++ {
		r.again(org, day)
	}
	return nil
}

// at selects a row by its key.
func (d digested) at(values []any) (where string, args []any) {
	where = " WHERE "
	for i, column := range d.columns[:d.keys] {
		if i > 0 {
			where += " AND "
		}
		where += fmt.Sprintf("%s = $%d", column, i+1)
	}
	return where, values[:d.keys]
}

// orphans deletes history of leaves that are not there.
func (r *repairing) orphans(org wrapcast.OrganisationID) error {
	n, err := r.exec(`DELETE FROM history_block WHERE organisation_id = $1 AND leaf_id NOT IN
		(SELECT leaf_id FROM leaf WHERE organisation_id = $1)`, org)
	if n > 0 {
		r.dropped["history_block"] += int(n)
		r.all[org] = true
	}
	return err
}

// derive makes sums anew. Days of which the history has not what was kept of everything are read again:
// rows of them are gone.
func (r *repairing) derive(org wrapcast.OrganisationID) error {
	sums := Sums{r.conn}
	kept, err := sums.totals(org)
	if err != nil {
		return err
	}
	if _, err := r.exec(`DELETE FROM sum_block WHERE organisation_id = $1`, org); err != nil {
		return err
	}
	if err := sums.rebuild(org); err != nil {
		return err
	}
	now, err := sums.totals(org)
	if err != nil {
		return err
	}
	for day := range kept {
		if now[day] != kept[day] {
			r.again(org, int64(day))
		}
	}
	for day := range now {
		if _, known := kept[day]; !known {
			r.again(org, int64(day))
		}
	}
	return nil
}

// totals are what an organisation handled on each UTC day, as it is kept of everything.
func (tx Sums) totals(org wrapcast.OrganisationID) (map[wrapcast.Date]column.Cell, error) {
	of := keptSum{kind: totalSum}
	blocks, err := tx.blocks(org, of, firstOfAll, lastOfAll)
	if err != nil {
		return nil, err
	}
	cells, err := tx.placed(org, of, blocks, 0)
	all := map[wrapcast.Date]column.Cell{}
	for _, c := range cells {
		day := wrapcast.Date(math.Floor(float64(c.At) / column.QuarterHoursPerDay))
		sum := all[day]
		sum[0], sum[1] = sum[0]+c.Cell[0], sum[1]+c.Cell[1]
		all[day] = sum
	}
	return all, err
}

// forget takes back that days were read.
func (r *repairing) forget(org wrapcast.OrganisationID) error {
	const always = 1 << 50 // milliseconds: later than anything was read
	readings, until := Readings{r.conn}, time.UnixMilli(always)
	if r.all[org] {
		_, err := r.exec(`DELETE FROM coverage WHERE organisation_id = $1`, org)
		return err
	}
	for _, day := range slices.Sorted(maps.Keys(r.days[org])) {
		i := wrapcast.Interval{From: startOf(day, 0), To: startOf(day+1, 0)}
		if err := readings.Forget(org, i, until); err != nil {
			return err
		}
	}
	return nil
}

func (r *repairing) result() Repaired {
	v := Repaired{Schema: RepairSchema, Dropped: r.dropped, Again: map[wrapcast.OrganisationID][]wrapcast.Date{},
		AllAgain: slices.Sorted(maps.Keys(r.all))}
	for org, days := range r.days {
		if !r.all[org] {
			v.Again[org] = slices.Sorted(maps.Keys(days))
		}
	}
	return v
}
