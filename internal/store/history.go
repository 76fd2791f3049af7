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
	return tx.addedUp(org, zone, first, last, tx.summedDays(org, zone, first, last))
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

// LastDays returns the last day of a zone before a day on which each queue handled a contact.
func (tx History) LastDays(
	org wrapcast.OrganisationID, zone *time.Location, before wrapcast.Date,
) (map[wrapcast.QueueID]wrapcast.Date, error) {
	queues, err := list(tx.conn, scanString, `SELECT DISTINCT queue_id FROM leaf WHERE organisation_id = $1`, org)
	days := make(map[wrapcast.QueueID]wrapcast.Date, len(queues))
	for _, q := range queues {
		at, found, err := Sums(tx).lastBefore(org, keptSum{kind: queueSum, id: q}, before.Midnight(zone))
		if err != nil {
			return nil, err
		}
		if found {
			days[wrapcast.QueueID(q)] = wrapcast.DateOf(at.In(zone))
		}
	}
	return days, err
}

// Observations yields what every leaf handled in the quarter-hours that begin in
// [from, to): leaf by leaf in the order of [History.Leaves], and in the order of time.
// The transaction may be used for something else meanwhile. An error is the last thing yielded.
func (tx History) Observations(org wrapcast.OrganisationID, from, to time.Time) iter.Seq2[wrapcast.Observation, error] {
	return func(yield func(wrapcast.Observation, error) bool) {
		fail := func(err error) { yield(wrapcast.Observation{}, err) }
		leaves, err := tx.leaves(org)
		if err != nil {
			fail(err)
			return
		}
		begin := startOf(cutStart(utcDay(from)), 0)
		var sum column.Cell
		for l, err := range tx.eachLeafCells(org, leaves, utcDay(from), utcDay(to)) {
			if err != nil {
				fail(err)
				return
			}
			for _, c := range l.cells {
				start := begin.Add(time.Duration(c.At) * wrapcast.QuarterHour)
				if start.Before(from) || !start.Before(to) {
					continue
				}
				sum[0], sum[1] = sum[0]+c.Cell[0], sum[1]+c.Cell[1]
				if !yield(wrapcast.Observation{Leaf: l.leaf, Start: start, Handled: int(c.Cell[0]), HandleMs: c.Cell[1],
					AfterCallMs: c.Cell[2]}, nil) {
					return
				}
			}
		}
		if err := tx.checkSum(org, from, to, sum); err != nil {
			fail(err)
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

// Totals sums up the history of contacts of some directions, of all where none is named. Contacts are those that are
// kept of every code, observations those that rows of the history say they have.
func (tx History) Totals(org wrapcast.OrganisationID, of []wrapcast.Direction) (t Totals, err error) {
	leaves, err := tx.leaves(org)
	if err != nil {
		return t, err
	}
	observations, err := tx.observationsOf(org)
	if err != nil {
		return t, err
	}
	codes := map[sumKey]bool{}
	for _, l := range leaves {
		codes[sumsOf(l.leaf)[0]] = true
		if counts(of, l.leaf.Direction) {
			t.Observations += observations[l.id]
		}
	}
	all := 0
	for code := range codes {
		n, err := Sums(tx).contacts(org, keptSum{code.kind, code.id, directions{code.direction}})
		if err != nil {
			return t, err
		}
		all += n
		switch {
		case counts(of, code.direction):
			t.Contacts += n
			if code.id == string(wrapcast.NoCode) {
				t.ContactsWithoutCode += n
			}
		default:
			if t.Other == nil {
				t.Other = map[wrapcast.Direction]int{}
			}
			t.Other[code.direction] += n
		}
	}
	return t, tx.checkTotals(org, all)
}

// counts reports whether a direction is among those asked for; none named means all.
func counts(of []wrapcast.Direction, d wrapcast.Direction) bool {
	return len(of) == 0 || slices.Contains(of, d)
}

// checkTotals returns an error where what is kept of codes is not what is kept of everything.
func (tx History) checkTotals(org wrapcast.OrganisationID, contacts int) error {
	kept, err := Sums(tx).everything(org)
	if err != nil || contacts == kept {
		return err
	}
	return tx.damaged(org, "what is kept of codes, table sum_block",
		fmt.Errorf("it is %d contacts, and %d are kept of everything", contacts, kept))
}

// observationsOf counts the quarter-hours in which each leaf handled a contact.
func (tx History) observationsOf(org wrapcast.OrganisationID) (map[int64]int, error) {
	const beginning = 64 // the digest, and what a block begins with
	rows, err := list(tx.conn, blockScanner(), fmt.Sprintf(`SELECT leaf_id, first_day, SUBSTR(quarter_hours, 1, %d)
		FROM history_block WHERE organisation_id = $1`, beginning), org)
	counts := map[int64]int{}
	for _, b := range rows {
		n, err := column.CountIn(column.Sealed(b.sealed), historyFigures)
		if err != nil {
			return nil, tx.damaged(org, fmt.Sprintf("the history of %s from %s (UTC), table history_block",
				tx.leafWords(org, b.leaf), b.first), err)
		}
		counts[b.leaf] += n
	}
	return counts, err
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
