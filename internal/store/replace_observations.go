package store

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// replacement replaces an interval leaf by leaf.
type replacement struct {
	tx  *conn
	org wrapcast.OrganisationID
	window
	// changed counts the cells that changed, by local day.
	changed map[wrapcast.Date]int
	sums    sumChanges
	// given are a leaf's cells of the interval, and merged all that it has then.
	given, merged []column.CellAt
	stored        []column.CellAt
}

func (tx History) replaceObservations(
	org wrapcast.OrganisationID, zone *time.Location, e wrapcast.Extract,
) (changed map[wrapcast.Date]int, err error) {
	if err := tx.enter(org); err != nil {
		return nil, err
	}
	known, err := tx.leaves(org)
	if err != nil {
		return nil, err
	}
	leaves, err := tx.addLeaves(org, known, e.Observations)
	if err != nil {
		return nil, err
	}
	byLeaf := cutByLeaf(e.Observations)
	w := newWindow(zone, e.From, e.To)
	r := &replacement{tx: tx.conn, org: org, window: w, changed: map[wrapcast.Date]int{}, sums: sumChanges{}}
	for l, err := range tx.eachLeaf(org, leaves, w.first, w.last) {
		if err == nil {
			err = r.replaceLeaf(l, byLeaf[l.leaf])
		}
		if err != nil {
			return nil, err
		}
	}
	return r.changed, Sums(tx).change(org, r.sums)
}

// cutByLeaf cuts observations into those of each leaf, without a copy where all of a leaf stand together, as they
// mostly do.
func cutByLeaf(all []wrapcast.Observation) map[wrapcast.Leaf][]wrapcast.Observation {
	byLeaf := map[wrapcast.Leaf][]wrapcast.Observation{}
	for len(all) > 0 {
		leaf, n := all[0].Leaf, 1
		for n < len(all) && all[n].Leaf == leaf {
			n++
		}
		if some, ok := byLeaf[leaf]; ok {
			byLeaf[leaf] = append(some, all[:n]...) // some has no room to grow: what follows it is another leaf's
		} else {
			byLeaf[leaf] = all[:n:n]
		}
		all = all[n:]
	}
	return byLeaf
}

// replaceLeaf counts the cells of a leaf that change, and writes the rows they lie in.
func (r *replacement) replaceLeaf(l leafBlocks, observations []wrapcast.Observation) (err error) {
	if len(l.blocks) == 0 && len(observations) == 0 {
		return nil
	}
	if r.stored, err = (History{r.tx}).unpackBlocks(r.stored[:0], r.org, l, r.first); err != nil {
		return err
	}
	if err := r.give(observations); err != nil {
		return err
	}
	was := r.stored[placeOf(r.stored, r.from):placeOf(r.stored, r.to)]
	if !r.compare(l.leaf, was) {
		return nil
	}
	before, after := placeOf(r.stored, r.from), placeOf(r.stored, r.to)
	r.merged = append(append(append(r.merged[:0], r.stored[:before]...), r.given...), r.stored[after:]...)
	return r.save(l)
}

// give takes a leaf's cells of the interval, in the order of time. A cell given twice is an error.
func (r *replacement) give(observations []wrapcast.Observation) error {
	r.given = r.given[:0]
	for _, o := range observations {
		r.given = append(r.given, column.CellAt{At: r.place(o.Start),
			Cell: column.Cell{int64(o.Handled), o.HandleMs, o.AfterCallMs}})
	}
	byTime := func(a, b column.CellAt) int { return cmp.Compare(a.At, b.At) }
	if !slices.IsSortedFunc(r.given, byTime) {
		slices.SortStableFunc(r.given, byTime)
	}
	for i := range r.given {
		if i > 0 && r.given[i].At == r.given[i-1].At {
			o := observations[0]
			return invalid("two observations of code %q in queue %s on %s at %s", o.Leaf.Code, o.Leaf.Queue, o.Leaf.Media,
				startOf(r.first, int(r.given[i].At)))
		}
	}
	return nil
}

// placeOf is where the first of cells in their order stands that is not before a place.
func placeOf(cells []column.CellAt, at int32) int {
	i, _ := slices.BinarySearchFunc(cells, at, func(c column.CellAt, at int32) int { return cmp.Compare(c.At, at) })
	return i
}

// compare goes through what was there and what is given together, and reports whether anything changes.
func (r *replacement) compare(leaf wrapcast.Leaf, was []column.CellAt) (changes bool) {
	given, sums := r.given, sumsAt{day: -1, leaf: leaf}
	for len(was) > 0 || len(given) > 0 {
		var before, now column.Cell
		at := int32(math.MaxInt32)
		if len(was) > 0 {
			at = was[0].At
		}
		if len(given) > 0 {
			at = min(at, given[0].At)
		}
		if len(was) > 0 && was[0].At == at {
			before, was = was[0].Cell, was[1:]
		}
		if len(given) > 0 && given[0].At == at {
			now, given = given[0].Cell, given[1:]
		}
		if before == now {
			continue
		}
		changes = true
		r.changed[r.localDay[at-r.from]]++
		sums.add(r, at, before, now)
	}
	return changes
}

// sumsAt are the sums that a leaf is part of on the UTC day that was come to.
type sumsAt struct {
	leaf wrapcast.Leaf
	day  int
	of   [3]*dayCells
}

// add notes by how much a cell changes them.
func (s *sumsAt) add(r *replacement, at int32, before, now column.Cell) {
	if day := int(at) / column.QuarterHoursPerDay; day != s.day {
		s.day, s.of = day, r.sums.of(s.leaf, r.first+wrapcast.Date(day))
	}
	for _, sum := range s.of {
		sum.add(int(at)%column.QuarterHoursPerDay, before, now)
	}
}

// save writes the rows of what the leaf has now.
func (r *replacement) save(l leafBlocks) error {
	for day := r.first; day <= r.last; day += column.BlockDays {
		begin := int32(day-r.first) * column.QuarterHoursPerDay
		end := begin + column.BlockDays*column.QuarterHoursPerDay
		cells := r.merged[placeOf(r.merged, begin):placeOf(r.merged, end)]
		for i := range cells {
			cells[i].At -= begin
		}
		there := slices.DeleteFunc(slices.Clone(l.blocks), func(b storedBlock) bool { return cutStart(b.first) != day })
		if err := (History{r.tx}).saveBlocks(r.org, l.id, day, cells, there); err != nil {
			return err
		}
	}
	return nil
}

// storedDay is a UTC day of a leaf as it is stored.
type storedDay struct {
	day    wrapcast.Date
	packed []byte
}

func scanStoredDay(r row) (d storedDay, err error) {
	var day int64
	err = r.Scan(&day, &d.packed)
	d.day = wrapcast.Date(day)
	return d, err
}

// window are the quarter-hours that are replaced, and the days that are cut together with theirs.
type window struct {
	// first is the first of the UTC days, by which cells are placed, last the last of them.
	first, last wrapcast.Date
	// from and to bound the cells that are replaced, half-open; localDay is whose local day each of them is.
	from, to int32
	localDay []wrapcast.Date
}

func newWindow(zone *time.Location, from, to time.Time) window {
	w := window{first: cutStart(utcDay(from)), last: cutStart(utcDay(to.Add(-1))) + column.BlockDays - 1}
	w.from, w.to = w.place(from), w.place(to)
	for at := from; at.Before(to); at = at.Add(wrapcast.QuarterHour) {
		w.localDay = append(w.localDay, wrapcast.DateOf(at.In(zone)))
	}
	return w
}

// place is where a quarter-hour stands.
func (w *window) place(t time.Time) int32 {
	return int32(utcDay(t)-w.first)*column.QuarterHoursPerDay + int32(quarterHourOf(t))
}
