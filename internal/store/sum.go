package store

import (
	"cmp"
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Sums of history are what people look at: what a code, a queue and everything handled in the quarter-hours of a UTC day. Adding
// ten thousand leaves up takes seconds; so the sums are kept, and change with the history in the same transaction.

type sumKind string

const (
	codeSum  sumKind = "code"
	queueSum sumKind = "queue"
	totalSum sumKind = "total"
)

// sumKey names what is added up.
type sumKey struct {
	kind sumKind
	id   string
}

// sumsOf are the sums a leaf is part of.
func sumsOf(l wrapcast.Leaf) [3]sumKey {
	return [3]sumKey{{codeSum, string(l.Code)}, {queueSum, string(l.Queue)}, {kind: totalSum}}
}

// sumDay is a UTC day of a sum.
type sumDay struct {
	sumKey
	day wrapcast.Date
}

type dayCells [quarterHoursPerDay]cell

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
func (d *dayCells) add(quarterHour int, before, now cell) {
	d[quarterHour][0] += now[0] - before[0]
	d[quarterHour][1] += now[1] - before[1]
}

// change adds changes to the sums that are stored.
func (tx Sums) change(org wrapcast.OrganisationID, changes sumChanges) error {
	for _, at := range slices.SortedFunc(maps.Keys(changes), func(a, b sumDay) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id), cmp.Compare(a.day, b.day))
	}) {
		if err := tx.changeDay(org, at, changes[at]); err != nil {
			return err
		}
	}
	return nil
}

func (tx Sums) changeDay(org wrapcast.OrganisationID, at sumDay, change *dayCells) error {
	stored, found, err := get(tx.conn, scanStoredDay, `SELECT utc_day, quarter_hours FROM history_sum
		WHERE organisation_id = $1 AND kind = $2 AND id = $3 AND utc_day = $4`, org, at.kind, at.id, int64(at.day))
	if err != nil {
		return err
	}
	var sum dayCells
	if found {
		if err := unpackSum(stored.packed, sum[:]); err != nil {
			return tx.explain(err)
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
	packed := pack(sum[:], sumWidth)
	if packed == nil {
		_, err := tx.exec(`DELETE FROM history_sum WHERE organisation_id = $1 AND kind = $2 AND id = $3 AND utc_day = $4`, org, at.kind, at.id, int64(at.day))
		return err
	}
	_, err := tx.exec(`INSERT INTO history_sum (organisation_id, kind, id, utc_day, quarter_hours) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (organisation_id, kind, id, utc_day) DO UPDATE SET quarter_hours = excluded.quarter_hours`, org, at.kind, at.id, int64(at.day), packed)
	return err
}
