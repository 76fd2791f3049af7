package store

import (
	"cmp"
	"fmt"
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
	days := func(yield func(wrapcast.LocalDay, error) bool) {
		if err != nil {
			yield(wrapcast.LocalDay{}, err)
			return
		}
		for at, err := range byLeaf(tx.conn, org, localDayScanner(), selectLocalDays, int64(first), int64(last)) {
			if err == nil {
				err = tx.checkLocalDay(org, at, first, last)
			}
			if err != nil {
				yield(wrapcast.LocalDay{}, err)
				return
			}
			if !yield(at.row.of(at.leaf), nil) {
				return
			}
		}
	}
	return tx.addedUp(org, zone, first, last, days)
}

const selectLocalDays = `SELECT day, observations, handled, handle_ms, after_call_ms, digest FROM local_day
	WHERE organisation_id = $1 AND leaf_id = $2 AND day BETWEEN $3 AND $4 ORDER BY day`

// localDayRow is a row of local_day.
type localDayRow struct {
	localDaySum
	day    wrapcast.Date
	digest int64
}

func (r localDayRow) of(l wrapcast.Leaf) wrapcast.LocalDay {
	return wrapcast.LocalDay{Leaf: l, Day: r.day, Handled: int(r.handled), HandleMs: r.handleMs,
		AfterCallMs: r.afterCallMs}
}

// checkLocalDay returns an error where a row is not what was stored, or not what was asked for.
func (tx History) checkLocalDay(
	org wrapcast.OrganisationID, at leafRow[localDayRow], first, last wrapcast.Date,
) error {
	var buffer rowBytes
	row := &at.row
	if row.day >= first && row.day <= last && row.digest == row.localDaySum.digest(buffer[:], org, at.id, row.day) {
		return nil
	}
	return tx.damaged(org, fmt.Sprintf("%s on %s, table local_day", tx.leafWords(org, at.id), row.day), column.ErrDigest)
}

// addedUp yields what leaves handled on local days, and an error at the end where that is not what is kept of
// everything on one of the days: a row that is gone has no digest that could tell.
func (tx History) addedUp(org wrapcast.OrganisationID, zone *time.Location, first, last wrapcast.Date,
	days iter.Seq2[wrapcast.LocalDay, error]) iter.Seq2[wrapcast.LocalDay, error] {
	return func(yield func(wrapcast.LocalDay, error) bool) {
		sums := make([]SeriesDay, max(int(last-first)+1, 0))
		for d, err := range days {
			if err == nil {
				sums[d.Day-first].Handled += d.Handled
				sums[d.Day-first].HandleMs += d.HandleMs
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
		kept, err := Sums(tx).localDays(org, keptSum{kind: totalSum}, zone, first, last)
		if err != nil {
			yield(wrapcast.LocalDay{}, err)
			return
		}
		for _, k := range kept {
			sums[k.Day-first].Handled -= k.Handled
			sums[k.Day-first].HandleMs -= k.HandleMs
		}
		for i, s := range sums {
			if s.Handled != 0 || s.HandleMs != 0 {
				yield(wrapcast.LocalDay{}, tx.damaged(org, fmt.Sprintf("what is stored of queues and codes on %s", first+wrapcast.Date(i)),
					fmt.Errorf("it is %+d contacts, %+d ms apart from what is kept of everything", s.Handled, s.HandleMs)))
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
func localDayScanner() func(row) (localDayRow, error) {
	var s localDaySum
	var day, digest int64
	columns := []any{&day, &s.observations, &s.handled, &s.handleMs, &s.afterCallMs, &digest}
	return func(r row) (localDayRow, error) {
		err := r.Scan(columns...)
		return localDayRow{s, wrapcast.Date(day), digest}, err
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
		var sum column.Cell
		for at, err := range byLeaf(tx.conn, org, scanStoredDay, query, int64(utcDay(from)), int64(utcDay(to))) {
			if err == nil {
				err = tx.unpackHistory(org, at.id, at.row, cells[:])
			}
			if err != nil {
				yield(wrapcast.Observation{}, err)
				return
			}
			for start, c := range between(at.row.day, cells[:], from, to) {
				sum[0], sum[1] = sum[0]+c[0], sum[1]+c[1]
				if !yield(wrapcast.Observation{Leaf: at.leaf, Start: start, Handled: int(c[0]), HandleMs: c[1],
					AfterCallMs: c[2]}, nil) {
					return
				}
			}
		}
		if err := tx.checkSum(org, from, to, sum); err != nil {
			yield(wrapcast.Observation{}, err)
		}
	}
}

// checkSum returns an error where what leaves handled in quarter-hours that begin in [from, to) is not what is kept of
// everything.
func (tx History) checkSum(org wrapcast.OrganisationID, from, to time.Time, sum column.Cell) error {
	begin := from.UTC().Truncate(wrapcast.QuarterHour)
	if begin.Before(from) {
		begin = begin.Add(wrapcast.QuarterHour)
	}
	n := int((to.Sub(begin) + wrapcast.QuarterHour - 1) / wrapcast.QuarterHour)
	err := Sums(tx).cells(org, keptSum{kind: totalSum}, begin, max(n, 0), func(_ int, c column.Cell) {
		sum[0], sum[1] = sum[0]-c[0], sum[1]-c[1]
	})
	if err != nil || sum == (column.Cell{}) {
		return err
	}
	return tx.damaged(org, fmt.Sprintf("what is stored of queues and codes from %s to %s", begin.Format(time.RFC3339),
		to.UTC().Format(time.RFC3339)), fmt.Errorf("it is %+d contacts, %+d ms apart from what is kept of everything",
		sum[0], sum[1]))
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
	storedLeaf
	row R
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
				if !yield(leafRow[R]{l, r}, nil) {
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
	if err := tx.checkTotals(org, sums); err != nil {
		return t, err
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

// checkTotals returns an error where what is stored of leaves is not what is kept of everything.
func (tx History) checkTotals(org wrapcast.OrganisationID, sums []leafSum) error {
	kept, err := Sums(tx).everything(org)
	if err != nil {
		return err
	}
	stored := 0
	for _, s := range sums {
		stored += s.handled
	}
	if stored == kept {
		return nil
	}
	return tx.damaged(org, "what is stored of queues and codes, table local_day",
		fmt.Errorf("it is %d contacts, and %d are kept of everything", stored, kept))
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
	// digest is that of its row.
	digest int64
}

const leafColumns = `leaf_id, queue_id, code_id, media_type, COALESCE(direction, ''), COALESCE(language, ''),
	COALESCE(skills, ''), digest`

// leaves returns an organisation's leaves in the order of queue, code and stream,
// by bytes: the same on every engine, in whatever order the history arrived.
func (tx History) leaves(org wrapcast.OrganisationID) ([]storedLeaf, error) {
	all, err := list(tx.conn, scanLeaf, `SELECT `+leafColumns+` FROM leaf WHERE organisation_id = $1`, org)
	for _, l := range all {
		if l.digest != leafDigest(org, l.id, l.leaf) {
			return nil, tx.damaged(org, tx.leafWords(org, l.id)+", table leaf", column.ErrDigest)
		}
	}
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
			language, skills, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, org, next, o.Leaf.Queue, o.Leaf.Code,
			o.Leaf.Media, optional(o.Leaf.Direction), optional(o.Leaf.Language), optional(o.Leaf.Skills),
			leafDigest(org, next, o.Leaf)); err != nil {
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
	err = r.Scan(&l.id, &l.leaf.Queue, &l.leaf.Code, &l.leaf.Media, &l.leaf.Direction, &l.leaf.Language, &l.leaf.Skills,
		&l.digest)
	return l, err
}
