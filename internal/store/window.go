package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

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
