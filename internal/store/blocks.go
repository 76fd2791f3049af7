package store

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
	"github.com/wrapcast/wrapcast/internal/store/internal/engine"
)

const (
	// historyCells is how many quarter-hours a row of the history has at most, if it has more than a day: a page of the
	// database holds several such rows. What was stored with another number can be read as well.
	historyCells = 160
	// historyFigures are the figures of each: handled, handle ms, after-call ms.
	historyFigures = 3
	// leavesAtOnce is how many leaves are read by one query.
	leavesAtOnce = 200
)

// cutStart is the first of the days that are cut together of which a day is one.
func cutStart(d wrapcast.Date) wrapcast.Date { return d &^ (column.BlockDays - 1) }

// storedBlock is a row of the history: some UTC days of a leaf.
type storedBlock struct {
	leaf   int64
	first  wrapcast.Date
	sealed []byte
}

func blockScanner() func(row) (storedBlock, error) {
	var leaf, first int64
	return func(r row) (b storedBlock, err error) {
		err = r.Scan(&leaf, &first, &b.sealed)
		b.leaf, b.first = leaf, wrapcast.Date(first)
		return b, err
	}
}

// blocksQuery selects the rows of leavesAtOnce leaves between two days, leaf by leaf and in the order of days.
func blocksQuery() string {
	places := make([]string, leavesAtOnce)
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+4)
	}
	return `SELECT leaf_id, first_day, quarter_hours FROM history_block WHERE organisation_id = $1
		AND first_day BETWEEN $2 AND $3 AND leaf_id IN (` + strings.Join(places, ", ") + `) ORDER BY leaf_id, first_day`
}

// blocksOf reads the rows of no more than leavesAtOnce leaves that may have something of UTC days from first to last.
func (tx History) blocksOf(query string, org wrapcast.OrganisationID, leaves []storedLeaf, first,
	last wrapcast.Date) (map[int64][]storedBlock, error) {
	args := make([]any, leavesAtOnce+3)
	args[0], args[1], args[2] = org, int64(cutStart(first)), int64(last)
	for i := range leavesAtOnce {
		args[i+3] = leaves[min(i, len(leaves)-1)].id
	}
	rows, err := list(tx.conn, blockScanner(), query, args...)
	if err != nil {
		return nil, err
	}
	blocks := make(map[int64][]storedBlock, len(leaves))
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].leaf == rows[0].leaf {
			n++
		}
		blocks[rows[0].leaf] = rows[:n:n]
		rows = rows[n:]
	}
	return blocks, nil
}

// leafBlocks are a leaf and rows of its history.
type leafBlocks struct {
	storedLeaf
	blocks []storedBlock
}

// eachLeaf yields leaves in the order they are given in, with the rows that may have something of UTC days from first
// to last. Many leaves are read by one query; none is open while the caller works.
func (tx History) eachLeaf(
	org wrapcast.OrganisationID, leaves []storedLeaf, first, last wrapcast.Date,
) iter.Seq2[leafBlocks, error] {
	return func(yield func(leafBlocks, error) bool) {
		query := blocksQuery()
		for some := range slices.Chunk(leaves, leavesAtOnce) {
			blocks, err := tx.blocksOf(query, org, some, first, last)
			if err != nil {
				yield(leafBlocks{}, err)
				return
			}
			for _, l := range some {
				if !yield(leafBlocks{l, blocks[l.id]}, nil) {
					return
				}
			}
		}
	}
}

// leafCells are a leaf and what it handled in quarter-hours, in the order of time.
type leafCells struct {
	storedLeaf
	cells []column.CellAt
}

// eachLeafCells yields leaves in the order they are given in with what they handled on UTC days from first to last, or
// soon before or after; cells are placed by the day cutStart(first) and live until the next leaf.
func (tx History) eachLeafCells(
	org wrapcast.OrganisationID, leaves []storedLeaf, first, last wrapcast.Date,
) iter.Seq2[leafCells, error] {
	return func(yield func(leafCells, error) bool) {
		var cells []column.CellAt
		for l, err := range tx.eachLeaf(org, leaves, first, last) {
			if err == nil {
				cells, err = tx.unpackBlocks(cells[:0], org, l, cutStart(first))
			}
			if err != nil {
				yield(leafCells{}, err)
				return
			}
			if !yield(leafCells{l.storedLeaf, cells}, nil) {
				return
			}
		}
	}
}

// unpackBlocks appends the cells of a leaf's rows to others, placed by a day.
func (tx History) unpackBlocks(
	all []column.CellAt, org wrapcast.OrganisationID, l leafBlocks, from wrapcast.Date,
) ([]column.CellAt, error) {
	for _, b := range l.blocks {
		before := len(all)
		var buffer rowBytes
		packed, err := blockRow(buffer[:], org, b.leaf, b.first).Unseal(b.sealed)
		if err == nil {
			all, err = column.AppendBlock(all, packed, historyFigures, int(b.first-from))
		}
		if err == nil && before > 0 && before < len(all) && all[before].At <= all[before-1].At {
			err = errElsewhere
		}
		if err != nil {
			return all, tx.damaged(org, fmt.Sprintf("the history of %s from %s (UTC), table history_block",
				tx.leafWords(org, b.leaf), b.first), err)
		}
	}
	return all, nil
}

// saveBlocks writes what a leaf handled on the UTC days that are cut together from a day on, in the place of the rows
// that are there, but for those that stay as they are.
func (tx History) saveBlocks(
	org wrapcast.OrganisationID, leaf int64, from wrapcast.Date, cells []column.CellAt, there []storedBlock,
) error {
	gone := make(map[wrapcast.Date][]byte, len(there))
	for _, b := range there {
		gone[b.first] = b.sealed
	}
	for _, b := range column.Cut(cells, historyCells) {
		first := from + wrapcast.Date(b.First)
		sealed := blockRow(nil, org, leaf, first).Seal(b.Pack(historyFigures))
		stays := slices.Equal(gone[first], sealed)
		delete(gone, first)
		if stays {
			continue
		}
		if err := tx.later(org, `INSERT INTO history_block (organisation_id, leaf_id, first_day, quarter_hours)
			VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, leaf_id, first_day)
			DO UPDATE SET quarter_hours = excluded.quarter_hours`, org, leaf, int64(first), sealed); err != nil {
			return err
		}
	}
	for _, b := range there {
		if _, is := gone[b.first]; !is {
			continue
		}
		if err := tx.later(org, `DELETE FROM history_block WHERE organisation_id = $1 AND leaf_id = $2 AND first_day = $3`,
			org, leaf, int64(b.first)); err != nil {
			return err
		}
	}
	return nil
}

// localDaySum is what a leaf handled on a local day.
type localDaySum struct {
	observations int64
	handled      int64
	handleMs     int64
	afterCallMs  int64
}

// daySums adds the quarter-hours of one leaf after the other up to the days of a zone.
type daySums struct {
	first, last wrapcast.Date
	// from is the UTC day that cells are placed by, and to the last that is needed.
	from, to wrapcast.Date
	// cuts are where the days begin, and where the last ends, in quarter-hours since from.
	cuts []int32
	sums []localDaySum
}

func newDaySums(zone *time.Location, first, last wrapcast.Date) *daySums {
	// no zone is further from UTC than a day
	d := &daySums{first: first, last: last, from: cutStart(first - 1), to: last + 1,
		sums: make([]localDaySum, max(int(last-first)+1, 0))}
	begin := d.from.Midnight(time.UTC).UnixMilli()
	for i := range len(d.sums) + 1 {
		midnight := (first + wrapcast.Date(i)).Midnight(zone).UnixMilli()
		quarter := wrapcast.QuarterHour.Milliseconds()
		d.cuts = append(d.cuts, int32(math.Ceil(float64(midnight-begin)/float64(quarter))))
	}
	return d
}

// add sums a leaf in the place of the one before.
func (d *daySums) add(cells []column.CellAt) {
	clear(d.sums)
	at := 0
	for i := range cells {
		c := &cells[i]
		for at < len(d.sums) && c.At >= d.cuts[at+1] {
			at++
		}
		if at == len(d.sums) {
			return
		}
		if c.At < d.cuts[at] {
			continue
		}
		s := &d.sums[at]
		s.observations++
		s.handled += c.Cell[0]
		s.handleMs += c.Cell[1]
		s.afterCallMs += c.Cell[2]
	}
}

// summedDays yields the local days of leaves that something was handled on.
func (tx History) summedDays(
	org wrapcast.OrganisationID, zone *time.Location, first, last wrapcast.Date,
) iter.Seq2[wrapcast.LocalDay, error] {
	return func(yield func(wrapcast.LocalDay, error) bool) {
		leaves, err := tx.leaves(org)
		if err != nil {
			yield(wrapcast.LocalDay{}, err)
			return
		}
		days := newDaySums(zone, first, last)
		for l, err := range tx.eachLeafCells(org, leaves, first-1, days.to) {
			if err != nil {
				yield(wrapcast.LocalDay{}, err)
				return
			}
			days.add(l.cells)
			for i, s := range days.sums {
				if s.observations > 0 && !yield(wrapcast.LocalDay{Leaf: l.leaf, Day: first + wrapcast.Date(i),
					Handled: int(s.handled), HandleMs: s.handleMs, AfterCallMs: s.afterCallMs}, nil) {
					return
				}
			}
		}
	}
}

// leavesPerPart is how many leaves are brought over in one transaction.
const leavesPerPart = 100

// convertDays brings the history of some leaves from single days, as they were stored up to migration 29, into blocks.
// A day that is not what was stored is left out: whoever reads the history finds it missing, and says what to do.
func (tx History) convertDays() (c engine.Converted, err error) {
	type named struct {
		org  wrapcast.OrganisationID
		leaf int64
	}
	scan := func(r row) (n named, err error) {
		err = r.Scan(&n.org, &n.leaf)
		return n, err
	}
	const left = ` FROM leaf l WHERE EXISTS (SELECT 1 FROM history h
		WHERE h.organisation_id = l.organisation_id AND h.leaf_id = l.leaf_id)`
	leaves, err := listAll(tx.conn, scan, fmt.Sprintf(`SELECT organisation_id, leaf_id%s LIMIT %d`, left, leavesPerPart))
	if err != nil {
		return c, err
	}
	for _, l := range leaves {
		if err := tx.convertLeaf(l.org, l.leaf); err != nil {
			return c, err
		}
	}
	if err := tx.enterAll(); err != nil {
		return c, err
	}
	c.Done = len(leaves)
	c.Left, _, err = get(tx.conn, scanInt, `SELECT COUNT(*)`+left)
	return c, err
}

func (tx History) convertLeaf(org wrapcast.OrganisationID, leaf int64) error {
	days, err := list(tx.conn, scanStoredDay, `SELECT utc_day, quarter_hours FROM history
		WHERE organisation_id = $1 AND leaf_id = $2 ORDER BY utc_day`, org, leaf)
	if err != nil {
		return err
	}
	var cells []column.CellAt
	var day dayCells
	for i, d := range days {
		from := cutStart(d.day)
		sealed := column.RowOf(nil, "history").Text(string(org)).Number(leaf).Number(int64(d.day))
		if packed, err := sealed.Unseal(d.packed); err == nil && column.UnpackDay(packed, historyFigures, day[:]) == nil {
			for at, c := range day {
				if c != (column.Cell{}) {
					cells = append(cells, column.CellAt{At: int32(d.day-from)*column.QuarterHoursPerDay + int32(at), Cell: c})
				}
			}
		}
		if i+1 == len(days) || cutStart(days[i+1].day) != from {
			if err := tx.saveBlocks(org, leaf, from, cells, nil); err != nil {
				return err
			}
			cells = cells[:0]
		}
	}
	_, err = tx.exec(`DELETE FROM history WHERE organisation_id = $1 AND leaf_id = $2`, org, leaf)
	return err
}
