package export

import (
	"github.com/wrapcast/wrapcast"
)

// Sheet is a table as planners lay one out: subjects down, most often days across. It is written as one sheet of a
// workbook or as one CSV.
type Sheet struct {
	// Name is that of the sheet: at most 31 characters, none of []:*?/\.
	Name string
	// Title says above the table what is in it; a CSV leaves it out.
	Title   string
	Columns []Column
	Rows    []Row
	// Fixed is how many columns stay where they are when the rest is scrolled.
	Fixed int
	// Locked says that only cells that are open can be changed, until somebody takes the protection off: it has no
	// password. Hidden that a workbook does not show the sheet.
	Locked, Hidden bool
}

// Column is a column of a Sheet.
type Column struct {
	// Header names it. A column that is a day has none: it is headed by the date.
	Header string
	Day    *wrapcast.Date
	// Group heads several columns that belong together, or names what is special about a day.
	Group string
	// Width is in characters; 0 means 9.
	Width float64
	// Hidden says that a workbook does not show the column.
	Hidden bool
}

func (c Column) width() float64 {
	if c.Width == 0 {
		return 9
	}
	return c.Width
}

// isNumber reports whether a column holds numbers, by its first cell that holds anything.
func (s Sheet) isNumber(column int) bool {
	for _, row := range s.Rows {
		if kind := row.Cells[column].Kind; kind != cellEmpty {
			return kind != cellText
		}
	}
	return false
}

// Row is a row of a Sheet, a cell per column.
type Row struct {
	Cells []Cell
	Mark  Mark
}

// Kind says what a cell holds, and so how it is written.
type Kind int

// The kinds of cell.
const (
	// cellEmpty: the cell is empty.
	cellEmpty Kind = iota
	// cellText as it stands.
	cellText
	// cellWhole is a number of contacts without a fraction, Count one with tenths.
	cellWhole
	cellCount
	// cellRatio has hundredths.
	cellRatio
	// cellPercent is a fraction.
	cellPercent
	// cellSeconds are a handle time, shown as minutes and seconds.
	cellSeconds
	// cellDay is a date.
	cellDay
)

// Mark says why a cell or a row is to look different.
type Mark int

// The marks.
const (
	markNone Mark = iota
	// markStrong is a sum, or what is to be looked at first.
	markStrong
	// markFaint is a bound of an interval and whatever else only goes along.
	markFaint
	// markChanged by somebody: an override, a day shown by hand.
	markChanged
	// markHidden from the models: a masked day.
	markHidden
	// markAlarming: outside its band.
	markAlarming
)

// Cell is one value.
type Cell struct {
	Kind   Kind
	Text   string
	Number float64
	Day    wrapcast.Date
	Mark   Mark
	// Formula is what a workbook works the value out by, "" where it stands as it is.
	Formula string
	// Open says that the cell is to be changed by whoever likes to.
	Open bool
}

func text(s string) Cell               { return Cell{Kind: cellText, Text: s} }
func whole(v float64) Cell             { return Cell{Kind: cellWhole, Number: v} }
func contacts(v float64) Cell          { return Cell{Kind: cellCount, Number: v} }
func seconds(v float64) Cell           { return Cell{Kind: cellSeconds, Number: v} }
func dayOf(d wrapcast.Date) Cell       { return Cell{Kind: cellDay, Day: d} }
func (c Cell) marked(m Mark) Cell      { c.Mark = m; return c }
func onDay(d wrapcast.Date) Column     { return Column{Day: &d, Width: 10.5} }
func named(h string, w float64) Column { return Column{Header: h, Width: w} }

// measured is a figure that may not exist.
func measured(kind Kind, m wrapcast.Measure) Cell {
	if !m.Known() {
		return Cell{}
	}
	return Cell{Kind: kind, Number: float64(m)}
}
