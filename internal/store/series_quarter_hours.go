package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// QuarterHours returns what a series handled in every quarter-hour that begins in [from, to), which lie
// on UTC quarter-hours: contacts, and the sum of their handle times in milliseconds. One value per
// quarter-hour, zero where nothing was handled.
func (tx Sums) QuarterHours(org wrapcast.OrganisationID, s Series, from, to time.Time) (handled []int32, handleMs []int64, err error) {
	n := max(int(to.Sub(from)/wrapcast.QuarterHour), 0)
	handled, handleMs = make([]int32, n), make([]int64, n)
	add := func(t int, c cell) {
		handled[t] += int32(c[0])
		handleMs[t] += c[1]
	}
	if key, kept := s.sum(); kept {
		return handled, handleMs, tx.cells(org, key, from, n, add)
	}
	leaves, err := tx.leavesOf(org, s)
	if err != nil {
		return nil, nil, err
	}
	for _, leaf := range leaves {
		days, err := list(tx.conn, scanStoredDay, `SELECT utc_day, quarter_hours FROM history WHERE organisation_id = $1 AND leaf_id = $2
			AND utc_day BETWEEN $3 AND $4`, org, leaf, int64(utcDay(from)), int64(utcDay(to)))
		if err != nil {
			return nil, nil, err
		}
		if err := eachCell(days, func(b []byte, day []cell) error { return unpack(b, 3, day) }, from, n, add); err != nil {
			return nil, nil, tx.explain(err)
		}
	}
	return handled, handleMs, nil
}

// eachCell calls do for the quarter-hours of some days that are not empty and among the n from an instant on.
func eachCell(days []storedDay, unpack func([]byte, []cell) error, from time.Time, n int, do func(t int, c cell)) error {
	var cells dayCells
	for _, d := range days {
		if err := unpack(d.packed, cells[:]); err != nil {
			return err
		}
		at := int(startOf(d.day, 0).Sub(from) / wrapcast.QuarterHour)
		for i, c := range cells {
			if t := at + i; c[0] > 0 && t >= 0 && t < n {
				do(t, c)
			}
		}
	}
	return nil
}
