package store

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Leaves returns every leaf that ever handled a contact, in the order of queue, code, media type, direction,
// language and skills.
func (tx History) Leaves(org wrapcast.OrganisationID) ([]wrapcast.Leaf, error) {
	stored, err := tx.leaves(org)
	leaves := make([]wrapcast.Leaf, 0, len(stored))
	for _, l := range stored {
		leaves = append(leaves, l.leaf)
	}
	return leaves, err
}

// LocalDays yields what every leaf handled on the days of a zone from the first to the last,
// both included: leaf by leaf in the order of [History.Leaves], day by day. A day without a
// contact is left out; [Readings.Coverage] tells a quiet day from one that was never read. The
// transaction may be used for something else meanwhile. An error is the last thing yielded.
func (tx History) LocalDays(
	org wrapcast.OrganisationID, zone *time.Location, first, last wrapcast.Date,
) iter.Seq2[wrapcast.LocalDay, error] {
	stored, err := tx.storedZone(org)
	if err == nil && stored != zone.String() {
		return tx.summedDays(org, zone, first, last)
	}
	const query = `SELECT day, handled, handle_ms, after_call_ms FROM local_day
		WHERE organisation_id = $1 AND leaf_id = $2 AND day BETWEEN $3 AND $4 ORDER BY day`
	return func(yield func(wrapcast.LocalDay, error) bool) {
		if err != nil {
			yield(wrapcast.LocalDay{}, err)
			return
		}
		for at, err := range byLeaf(tx.conn, org, localDayScanner(), query, int64(first), int64(last)) {
			at.row.Leaf = at.leaf
			if !yield(at.row, err) {
				return
			}
		}
	}
}

// LastDays returns the last local day before a day on which each queue handled a contact.
func (tx History) LastDays(
	org wrapcast.OrganisationID, before wrapcast.Date,
) (map[wrapcast.QueueID]wrapcast.Date, error) {
	type queueDay struct {
		queue wrapcast.QueueID
		day   int64
	}
	scan := func(r row) (q queueDay, err error) {
		err = r.Scan(&q.queue, &q.day)
		return q, err
	}
	found, err := list(tx.conn, scan, `SELECT l.queue_id, MAX(d.day) FROM leaf l
		JOIN local_day d ON d.organisation_id = l.organisation_id AND d.leaf_id = l.leaf_id
		WHERE l.organisation_id = $1 AND d.day < $2 GROUP BY l.queue_id`, org, int64(before))
	days := make(map[wrapcast.QueueID]wrapcast.Date, len(found))
	for _, q := range found {
		days[q.queue] = wrapcast.Date(q.day)
	}
	return days, err
}

// localDayScanner scans into variables made once, and into int64: there are millions of rows,
// and database/sql reads other integers by way of strings.
func localDayScanner() func(row) (wrapcast.LocalDay, error) {
	var day, handled, handleMs, afterCallMs int64
	columns := []any{&day, &handled, &handleMs, &afterCallMs}
	return func(r row) (wrapcast.LocalDay, error) {
		err := r.Scan(columns...)
		return wrapcast.LocalDay{Day: wrapcast.Date(day), Handled: int(handled), HandleMs: handleMs,
			AfterCallMs: afterCallMs}, err
	}
}

// Observations yields what every leaf handled in the quarter-hours that begin in
// [from, to): leaf by leaf in the order of [History.Leaves], and in the order of time.
// The transaction may be used for something else meanwhile. An error is the last thing yielded.
func (tx History) Observations(org wrapcast.OrganisationID, from, to time.Time) iter.Seq2[wrapcast.Observation, error] {
	const query = `SELECT utc_day, quarter_hours FROM history
		WHERE organisation_id = $1 AND leaf_id = $2 AND utc_day BETWEEN $3 AND $4 ORDER BY utc_day`
	return func(yield func(wrapcast.Observation, error) bool) {
		var cells [column.QuarterHoursPerDay]column.Cell
		for at, err := range byLeaf(tx.conn, org, scanStoredDay, query, int64(utcDay(from)), int64(utcDay(to))) {
			if err == nil {
				err = tx.explain(column.UnpackDay(at.row.packed, 3, cells[:]))
			}
			if err != nil {
				yield(wrapcast.Observation{}, err)
				return
			}
			for start, c := range between(at.row.day, cells[:], from, to) {
				if !yield(wrapcast.Observation{Leaf: at.leaf, Start: start, Handled: int(c[0]), HandleMs: c[1],
					AfterCallMs: c[2]}, nil) {
					return
				}
			}
		}
	}
}

// between yields a UTC day's quarter-hours that are not empty and begin in [from, to).
func between(day wrapcast.Date, cells []column.Cell, from, to time.Time) iter.Seq2[time.Time, column.Cell] {
	return func(yield func(time.Time, column.Cell) bool) {
		start := startOf(day, 0)
		for _, c := range cells {
			if c != (column.Cell{}) && !start.Before(from) && start.Before(to) && !yield(start, c) {
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
func byLeaf[R any](
	tx *conn, org wrapcast.OrganisationID, scan func(row) (R, error), query string, args ...any,
) iter.Seq2[leafRow[R], error] {
	return func(yield func(leafRow[R], error) bool) {
		leaves, err := History{tx}.leaves(org)
		if err != nil {
			yield(leafRow[R]{}, err)
			return
		}
		var rows []R
		for _, l := range leaves {
			if rows, err = appendRows(rows[:0], tx, scan, query, append([]any{org, l.id}, args...)...); err != nil {
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

// Totals sum up an organisation's whole history, of some directions.
type Totals struct {
	// Contacts is the number handled, ContactsWithoutCode how many of them ended without a code.
	Contacts            int
	ContactsWithoutCode int
	// Observations is the number of quarter-hours of leaves in which a contact was handled.
	Observations int
	// Other are the contacts handled of other directions; nil where there are none.
	Other map[wrapcast.Direction]int
}

// Totals sums up the history of contacts of some directions, of all where none is named.
func (tx History) Totals(org wrapcast.OrganisationID, of []wrapcast.Direction) (t Totals, err error) {
	leaves, err := tx.leaves(org)
	if err != nil {
		return t, err
	}
	sums, err := list(tx.conn, scanLeafSum, `SELECT leaf_id, SUM(handled), SUM(observations) FROM local_day
		WHERE organisation_id = $1 GROUP BY leaf_id`, org)
	if err != nil {
		return t, err
	}
	known := make(map[int64]wrapcast.Leaf, len(leaves))
	for _, l := range leaves {
		known[l.id] = l.leaf
	}
	for _, s := range sums {
		leaf := known[s.leaf]
		if len(of) > 0 && !slices.Contains(of, leaf.Direction) {
			if t.Other == nil {
				t.Other = map[wrapcast.Direction]int{}
			}
			t.Other[leaf.Direction] += s.handled
			continue
		}
		t.Contacts += s.handled
		t.Observations += s.observations
		if leaf.Code == wrapcast.NoCode {
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

// storedLeaf is a leaf with the number it has in this store.
type storedLeaf struct {
	id   int64
	leaf wrapcast.Leaf
}

// leaves returns an organisation's leaves in the order of queue, code and stream,
// by bytes: the same on every engine, in whatever order the history arrived.
func (tx History) leaves(org wrapcast.OrganisationID) ([]storedLeaf, error) {
	all, err := list(tx.conn, scanLeaf, `SELECT leaf_id, queue_id, code_id, media_type, COALESCE(direction, ''),
		COALESCE(language, ''), COALESCE(skills, '') FROM leaf WHERE organisation_id = $1`, org)
	slices.SortFunc(all, func(a, b storedLeaf) int { return compareLeaves(a.leaf, b.leaf) })
	return all, err
}

// addLeaves numbers the leaves that are not among known and returns all of them.
func (tx History) addLeaves(
	org wrapcast.OrganisationID, known []storedLeaf, observations []wrapcast.Observation,
) ([]storedLeaf, error) {
	ids := make(map[wrapcast.Leaf]bool, len(known))
	next := int64(1)
	for _, l := range known {
		ids[l.leaf] = true
		next = max(next, l.id+1)
	}
	for _, o := range observations {
		if ids[o.Leaf] {
			continue
		}
		if _, err := tx.exec(`INSERT INTO leaf (organisation_id, leaf_id, queue_id, code_id, media_type, direction,
			language, skills) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, org, next, o.Leaf.Queue, o.Leaf.Code,
			o.Leaf.Media, optional(o.Leaf.Direction), optional(o.Leaf.Language), optional(o.Leaf.Skills)); err != nil {
			return nil, err
		}
		ids[o.Leaf] = true
		known = append(known, storedLeaf{id: next, leaf: o.Leaf})
		next++
	}
	return known, nil
}

func compareLeaves(a, b wrapcast.Leaf) int {
	return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Code, b.Code), a.Stream().Compare(b.Stream()))
}

func scanLeaf(r row) (l storedLeaf, err error) {
	err = r.Scan(&l.id, &l.leaf.Queue, &l.leaf.Code, &l.leaf.Media, &l.leaf.Direction, &l.leaf.Language, &l.leaf.Skills)
	return l, err
}
