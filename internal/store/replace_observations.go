package store

import (
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// replacement replaces an interval leaf by leaf, in the memory of one window.
type replacement struct {
	tx     *conn
	org    wrapcast.OrganisationID
	window *window
	before []column.Cell
	// changed counts the cells that changed, by day: the local day of each cell in the zone that was asked for, which
	// need not be the one that local days are stored in.
	changed map[wrapcast.Date]int
	day     []wrapcast.Date
	sums    sumChanges
}

func (tx History) replaceObservations(
	org wrapcast.OrganisationID, stored, zone *time.Location, e wrapcast.Extract,
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
	w := newWindow(stored, e.From, e.To)
	day := w.localDay
	if stored.String() != zone.String() {
		day = newWindow(zone, e.From, e.To).localDay
	}
	r := &replacement{tx: tx.conn, org: org, window: w, before: make([]column.Cell, w.to-w.from),
		changed: map[wrapcast.Date]int{}, day: day, sums: sumChanges{}}
	for _, l := range leaves {
		if err := r.replaceLeaf(l, byLeaf[l.leaf]); err != nil {
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

// replaceLeaf counts the cells of a leaf that changed, and writes the days they lie in.
func (r *replacement) replaceLeaf(leaf storedLeaf, observations []wrapcast.Observation) error {
	if err := r.load(leaf.id); err != nil {
		return err
	}
	changed, err := r.window.replace(observations, r.before)
	if err != nil || len(changed) == 0 {
		return err
	}
	for _, i := range changed {
		r.changed[r.day[i]]++
	}
	r.addToSums(leaf.leaf, changed)
	if err := r.saveDays(leaf.id, changed); err != nil {
		return err
	}
	return r.saveLocalDays(leaf.id, changed)
}

// addToSums notes by how much the changed cells change the sums they are part of.
func (r *replacement) addToSums(leaf wrapcast.Leaf, changed []int) {
	at, sums := -1, [3]*dayCells{}
	for _, i := range changed {
		if day := i / column.QuarterHoursPerDay; day != at {
			at, sums = day, r.sums.of(leaf, r.window.firstDay+wrapcast.Date(day))
		}
		for _, s := range sums {
			s.add(i%column.QuarterHoursPerDay, r.before[i-r.window.from], r.window.cells[i])
		}
	}
}

// load fills the window with what is stored of a leaf.
func (r *replacement) load(leaf int64) error {
	clear(r.window.cells)
	days, err := list(r.tx, scanStoredDay,
		`SELECT utc_day, quarter_hours FROM history WHERE organisation_id = $1 AND leaf_id = $2
		AND utc_day BETWEEN $3 AND $4`, r.org, leaf, int64(r.window.firstDay), int64(r.window.lastDay()))
	if err != nil {
		return err
	}
	for _, d := range days {
		if d.day < r.window.firstDay || d.day > r.window.lastDay() {
			return r.tx.damaged(r.org, fmt.Sprintf("%s on %s (UTC), table history", r.tx.leafWords(r.org, leaf), d.day),
				errElsewhere)
		}
		if err := r.tx.unpackHistory(r.org, leaf, d, r.window.day(d.day)); err != nil {
			return err
		}
	}
	return nil
}

// saveDays writes the UTC days of the changed cells; a day that is empty now has no row.
func (r *replacement) saveDays(leaf int64, changed []int) error {
	done := -1
	for _, i := range changed {
		at := i / column.QuarterHoursPerDay
		if at == done {
			continue
		}
		done = at
		day := r.window.firstDay + wrapcast.Date(at)
		if err := r.savePacked(leaf, day, column.PackDay(r.window.day(day), 3)); err != nil {
			return err
		}
	}
	return nil
}

func (r *replacement) savePacked(leaf int64, day wrapcast.Date, packed []byte) error {
	if packed == nil {
		return r.tx.later(r.org, `DELETE FROM history WHERE organisation_id = $1 AND leaf_id = $2 AND utc_day = $3`, r.org,
			leaf, int64(day))
	}
	return r.tx.later(r.org, `INSERT INTO history (organisation_id, leaf_id, utc_day, quarter_hours) VALUES ($1, $2, $3, $4)
		ON CONFLICT (organisation_id, leaf_id, utc_day) DO UPDATE SET quarter_hours = excluded.quarter_hours`, r.org, leaf, int64(day),
		historyRow(nil, r.org, leaf, day).Seal(packed))
}

// saveLocalDays sums the local days of the changed cells anew.
func (r *replacement) saveLocalDays(leaf int64, changed []int) error {
	sums := make(map[wrapcast.Date]*localDaySum)
	for _, i := range changed {
		sums[r.window.localDay[i]] = &localDaySum{}
	}
	for i, c := range r.window.cells {
		if sum := sums[r.window.localDay[i]]; sum != nil {
			sum.add(c)
		}
	}
	for day, sum := range sums {
		if err := r.saveLocalDaySum(leaf, day, sum); err != nil {
			return err
		}
	}
	return nil
}

func (r *replacement) saveLocalDaySum(leaf int64, day wrapcast.Date, sum *localDaySum) error {
	if sum.observations == 0 {
		return r.tx.later(r.org, `DELETE FROM local_day WHERE organisation_id = $1 AND leaf_id = $2 AND day = $3`, r.org, leaf,
			int64(day))
	}
	return sum.save(r.tx, r.org, leaf, day)
}

// storedDay is a UTC day of a leaf as it is stored.
type storedDay struct {
	day    wrapcast.Date
	packed []byte
	// direction is that of a sum.
	direction wrapcast.Direction
}

func scanStoredDay(r row) (d storedDay, err error) {
	var day int64
	err = r.Scan(&day, &d.packed)
	d.day = wrapcast.Date(day)
	return d, err
}

// daysBeside is how many UTC days on either side of an interval can belong to the local
// days it touches: the zone's offset and a long day stay well within two.
const daysBeside = 2

// window lays the quarter-hours of some UTC days in a row, and knows whose local day each is.
type window struct {
	firstDay wrapcast.Date
	cells    []column.Cell
	localDay []wrapcast.Date
	// from and to bound the cells that are replaced, half-open.
	from, to int
}

// newWindow makes the window in which [from, to) can be replaced and every local day it touches summed.
func newWindow(zone *time.Location, from, to time.Time) *window {
	w := &window{firstDay: utcDay(from) - daysBeside}
	days := int(utcDay(to)-w.firstDay) + daysBeside + 1
	w.cells = make([]column.Cell, days*column.QuarterHoursPerDay)
	w.localDay = make([]wrapcast.Date, len(w.cells))
	start := w.firstDay.Midnight(time.UTC)
	for i := range w.localDay {
		w.localDay[i] = wrapcast.DateOf(start.Add(time.Duration(i) * wrapcast.QuarterHour).In(zone))
	}
	w.from, w.to = w.index(from), w.index(to)
	return w
}

func (w *window) index(t time.Time) int {
	return int(utcDay(t)-w.firstDay)*column.QuarterHoursPerDay + quarterHourOf(t)
}

func (w *window) lastDay() wrapcast.Date {
	return w.firstDay + wrapcast.Date(len(w.cells)/column.QuarterHoursPerDay) - 1
}

// day returns the cells of a UTC day in the window.
func (w *window) day(d wrapcast.Date) []column.Cell {
	at := int(d-w.firstDay) * column.QuarterHoursPerDay
	return w.cells[at : at+column.QuarterHoursPerDay]
}

// replace puts new cells in the place of [from, to) and returns which of these hold
// something else now. A cell given twice is an error.
func (w *window) replace(observations []wrapcast.Observation, before []column.Cell) ([]int, error) {
	copy(before, w.cells[w.from:w.to])
	clear(w.cells[w.from:w.to])
	for _, o := range observations {
		c := &w.cells[w.index(o.Start)]
		if *c != (column.Cell{}) {
			return nil, invalid("two observations of code %q in queue %s on %s at %s", o.Leaf.Code, o.Leaf.Queue,
				o.Leaf.Media, o.Start)
		}
		*c = column.Cell{int64(o.Handled), o.HandleMs, o.AfterCallMs}
	}
	var changed []int
	for i, was := range before {
		if w.cells[w.from+i] != was {
			changed = append(changed, w.from+i)
		}
	}
	return changed, nil
}
