package store

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Totals sum up an organisation's whole history.
type Totals struct {
	// Contacts is the number handled, ContactsWithoutCode how many of them ended without a code.
	Contacts            int
	ContactsWithoutCode int
	// Observations is the number of quarter-hours of leaves in which a contact was handled.
	Observations int
}

// Totals sums up the history.
func (tx *Tx) Totals(org wrapcast.OrganisationID) (t Totals, err error) {
	leaves, err := tx.leaves(org)
	if err != nil {
		return t, err
	}
	sums, err := list(tx, scanLeafSum, `SELECT leaf_id, SUM(handled), SUM(observations) FROM local_day
		WHERE organisation_id = $1 GROUP BY leaf_id`, org)
	if err != nil {
		return t, err
	}
	codes := make(map[int64]wrapcast.CodeID, len(leaves))
	for _, l := range leaves {
		codes[l.id] = l.leaf.Code
	}
	for _, s := range sums {
		t.Contacts += s.handled
		t.Observations += s.observations
		if codes[s.leaf] == wrapcast.NoCode {
			t.ContactsWithoutCode += s.handled
		}
	}
	return t, nil
}

type leafSum struct {
	leaf                  int64
	handled, observations int
}

func scanLeafSum(r row) (s leafSum, err error) {
	err = r.Scan(&s.leaf, &s.handled, &s.observations)
	return s, err
}

// Leaves returns every leaf that ever handled a contact, in the order of queue, code and media type.
func (tx *Tx) Leaves(org wrapcast.OrganisationID) ([]wrapcast.Leaf, error) {
	stored, err := tx.leaves(org)
	leaves := make([]wrapcast.Leaf, 0, len(stored))
	for _, l := range stored {
		leaves = append(leaves, l.leaf)
	}
	return leaves, err
}

// LocalDays yields what every leaf handled on the local days from the first to the last,
// both included: leaf by leaf in the order of [Tx.Leaves], day by day. A day without a
// contact is left out; [Tx.Coverage] tells a quiet day from one that was never read. The
// transaction may be used for something else meanwhile. An error is the last thing yielded.
func (tx *Tx) LocalDays(org wrapcast.OrganisationID, first, last wrapcast.Date) iter.Seq2[wrapcast.LocalDay, error] {
	const query = `SELECT day, handled, handle_ms, after_call_ms FROM local_day
		WHERE organisation_id = $1 AND leaf_id = $2 AND day BETWEEN $3 AND $4 ORDER BY day`
	return func(yield func(wrapcast.LocalDay, error) bool) {
		for at, err := range byLeaf(tx, org, scanLocalDay, query, int64(first), int64(last)) {
			at.row.Leaf = at.leaf
			if !yield(at.row, err) {
				return
			}
		}
	}
}

// scanLocalDay scans into int64, because database/sql reads other integers by way of strings.
func scanLocalDay(r row) (d wrapcast.LocalDay, err error) {
	var day, handled int64
	err = r.Scan(&day, &handled, &d.HandleMs, &d.AfterCallMs)
	d.Day, d.Handled = wrapcast.Date(day), int(handled)
	return d, err
}

// Observations yields what every leaf handled in the quarter-hours that begin in
// [from, to): leaf by leaf in the order of [Tx.Leaves], and in the order of time.
// The transaction may be used for something else meanwhile. An error is the last thing yielded.
func (tx *Tx) Observations(org wrapcast.OrganisationID, from, to time.Time) iter.Seq2[wrapcast.Observation, error] {
	const query = `SELECT utc_day, quarter_hours FROM history
		WHERE organisation_id = $1 AND leaf_id = $2 AND utc_day BETWEEN $3 AND $4 ORDER BY utc_day`
	return func(yield func(wrapcast.Observation, error) bool) {
		var cells [quarterHoursPerDay]cell
		for at, err := range byLeaf(tx, org, scanStoredDay, query, int64(utcDay(from)), int64(utcDay(to))) {
			if err == nil {
				err = tx.explain(unpack(at.row.packed, 3, cells[:]))
			}
			if err != nil {
				yield(wrapcast.Observation{}, err)
				return
			}
			for start, c := range between(at.row.day, cells[:], from, to) {
				if !yield(wrapcast.Observation{Leaf: at.leaf, Start: start, Handled: int(c[0]), HandleMs: c[1], AfterCallMs: c[2]}, nil) {
					return
				}
			}
		}
	}
}

// between yields a UTC day's quarter-hours that are not empty and begin in [from, to).
func between(day wrapcast.Date, cells []cell, from, to time.Time) iter.Seq2[time.Time, cell] {
	return func(yield func(time.Time, cell) bool) {
		start := startOf(day, 0)
		for _, c := range cells {
			if c != (cell{}) && !start.Before(from) && start.Before(to) && !yield(start, c) {
				return
			}
			start = start.Add(wrapcast.QuarterHour)
		}
	}
}

// leafRow is a row of a leaf.
type leafRow[R any] struct {
	leaf wrapcast.Leaf
	row  R
}

// byLeaf runs a query for one leaf after the other and yields its rows. A leaf's rows are all
// read before the first is yielded, so that no query is open while the caller works.
func byLeaf[R any](tx *Tx, org wrapcast.OrganisationID, scan func(row) (R, error), query string, args ...any) iter.Seq2[leafRow[R], error] {
	return func(yield func(leafRow[R], error) bool) {
		leaves, err := tx.leaves(org)
		if err != nil {
			yield(leafRow[R]{}, err)
			return
		}
		s, err := tx.prepare(query)
		if err != nil {
			yield(leafRow[R]{}, err)
			return
		}
		defer s.close()
		var rows []R
		for _, l := range leaves {
			if rows, err = appendRows(rows[:0], s, scan, append([]any{org, l.id}, args...)...); err != nil {
				yield(leafRow[R]{}, err)
				return
			}
			for _, r := range rows {
				if !yield(leafRow[R]{l.leaf, r}, nil) {
					return
				}
			}
		}
	}
}

// Arrivals yields what every queue was offered on every channel in the quarter-hours that
// begin in [from, to): UTC day by UTC day, queue by queue, channel by channel, and in the
// order of time. The transaction may be used for something else meanwhile. An error is
// the last thing yielded.
func (tx *Tx) Arrivals(org wrapcast.OrganisationID, from, to time.Time) iter.Seq2[wrapcast.Arrival, error] {
	return func(yield func(wrapcast.Arrival, error) bool) {
		first, last, err := tx.arrivalBounds(org)
		if err != nil {
			yield(wrapcast.Arrival{}, err)
			return
		}
		for day := max(first, utcDay(from)); day <= min(last, utcDay(to)); day++ {
			arrivals, err := tx.arrivalsOfDay(org, day, from, to)
			if err != nil {
				yield(wrapcast.Arrival{}, err)
				return
			}
			for _, a := range arrivals {
				if !yield(a, nil) {
					return
				}
			}
		}
	}
}

func (tx *Tx) arrivalsOfDay(org wrapcast.OrganisationID, day wrapcast.Date, from, to time.Time) ([]wrapcast.Arrival, error) {
	channels, err := tx.arrivalDays(org, day)
	var arrivals []wrapcast.Arrival
	for _, c := range slices.SortedFunc(maps.Keys(channels), compareChannels) {
		for start, at := range between(day, channels[c][:], from, to) {
			arrivals = append(arrivals, wrapcast.Arrival{Queue: c.queue, Media: c.media, Start: start, Offered: int(at[0]), Abandoned: int(at[1])})
		}
	}
	return arrivals, err
}

// arrivalBounds returns the first and the last UTC day that has arrivals, last before first where there is none.
func (tx *Tx) arrivalBounds(org wrapcast.OrganisationID) (first, last wrapcast.Date, err error) {
	scan := func(r row) (bounds [2]wrapcast.Date, err error) {
		err = r.Scan(&bounds[0], &bounds[1])
		return bounds, err
	}
	bounds, _, err := get(tx, scan, `SELECT COALESCE((SELECT MIN(utc_day) FROM arrival WHERE organisation_id = $1), 0),
		COALESCE((SELECT MAX(utc_day) FROM arrival WHERE organisation_id = $1), -1)`, org)
	return bounds[0], bounds[1], err
}
