package export

import (
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Editing makes a forecast's workbook one that can be changed and read back: what it is of, and where a change makes
// sense.
type Editing struct {
	Workbook
	// Today is the first local day that may be changed.
	Today wrapcast.Date
	// Closed reports whether a queue takes no contacts all day; nil where nothing is known to be closed.
	Closed func(wrapcast.QueueID, wrapcast.Date) bool
}

// Workbook says what a workbook is of, so that it can be read back beside what has changed since.
type Workbook struct {
	Organisation wrapcast.Organisation
	Unit         wrapcast.BusinessUnitID
	Forecast     wrapcast.ForecastID
	// MadeAt is when the forecast was made, WrittenAt when the workbook was.
	MadeAt, WrittenAt time.Time
	// Overrides are those that its numbers have, Version is the digest of all that were in use when it was written.
	Overrides []wrapcast.OverrideID
	Version   string
}

// What an edited workbook is found by: the header of the column of reasons, the first words of the header of the column
// of keys, the sheet that says what it is of and the schema it names.
const (
	ReasonColumn   = "reason"
	KeyColumn      = "wrapcast"
	IdentitySheet  = "wrapcast"
	WorkbookSchema = "wrapcast.workbook/1"
)

// EditableSheets are the sheets of [ForecastSheets], to be changed by people: what may be changed is open, the rest is
// locked without a password; a column takes reasons, one that is hidden says what each row is, and a hidden sheet what
// the workbook is of.
func EditableSheets(d wrapcast.Directory, f wrapcast.Forecast, level float64, e Editing) []Sheet {
	x := newForecastSheets(d, f, level)
	x.editing = &e
	about := &about{aboutForecast(f, level)}
	about.say("to change it", "type the contacts you expect over a green cell, and say why in the column %s; "+
		"intervals, handle times, sums, days that are over and closed days are locked (Review, Unprotect sheet: no "+
		"password). Read it back with `wrapcast override import FILE`, or on the page Overrides: every change is shown "+
		"before any is kept", ReasonColumn)
	return append(x.sheets(), identitySheet(e.Workbook), about.sheet)
}

// identitySheet says in plain rows what a workbook is of.
func identitySheet(w Workbook) Sheet {
	s := Sheet{Name: IdentitySheet, Title: WorkbookSchema, Columns: []Column{named("what", 22), named("value", 60)},
		Hidden: true}
	add := func(what, value string) { s.Rows = append(s.Rows, Row{Cells: []Cell{text(what), text(value)}}) }
	for _, field := range w.fields() {
		add(field[0], field[1])
	}
	add("organisation name", w.Organisation.Name)
	for _, id := range w.Overrides {
		add("override", string(id))
	}
	return s
}

// fields are the names and values by which a workbook says what it is of.
func (w Workbook) fields() [][2]string {
	return [][2]string{{"organisation", string(w.Organisation.ID)}, {"business_unit", string(w.Unit)},
		{"forecast", string(w.Forecast)}, {"made_at", w.MadeAt.UTC().Format(time.RFC3339Nano)},
		{"written_at", w.WrittenAt.UTC().Format(time.RFC3339Nano)}, {"overrides_version", w.Version}}
}

// header is what the column of keys is headed by: the same again, for a sheet that is saved or copied alone.
func (w Workbook) header() string {
	parts := []string{KeyColumn}
	for _, f := range w.fields() {
		parts = append(parts, f[0]+"="+f[1])
	}
	return strings.Join(parts, " ")
}

// The kinds of subjects in keys.
const (
	keyTotal = "total"
	keyCode  = "code"
	keyQueue = "queue"
	keyGroup = "planning_group"
	keyLeaf  = "code_in_queue"
)

func keyOf(kind, id string) string { return kind + " " + id }

func keyOfLeaf(l wrapcast.Leaf) string {
	return keyOf(keyLeaf, strings.Join([]string{string(l.Code), string(l.Queue), string(l.Media), string(l.Direction),
		string(l.Language), fmt.Sprint(l.Skills)}, "|"))
}

// measureContacts is the measure that people change.
const measureContacts = "contacts"

// keyOfRow is what a row is called in the file: the subject, and which of its measures.
func (t forecastSubject) keyOfRow(measure string) string { return measure + " of " + t.key }

// place is a code in a queue.
type place struct {
	code  wrapcast.CodeID
	queue wrapcast.QueueID
}

// onlyLeaves counts the leaves of each code in each queue: of one with several channels no override changes one alone.
func (x *forecastSheets) onlyLeaves() map[place]int {
	n := map[place]int{}
	for _, l := range x.forecast.Leaves {
		n[place{l.Leaf.Code, l.Leaf.Queue}]++
	}
	return n
}

// queuesOf are the queues in which a subject has contacts.
func (x *forecastSheets) queuesOf(t forecastSubject) (queues []wrapcast.QueueID) {
	if len(t.queues) > 0 {
		return t.queues
	}
	about, seen := wrapcast.Scope{Codes: t.codes}, map[wrapcast.QueueID]bool{}
	for _, l := range x.forecast.Leaves {
		if about.Covers(l.Leaf) && !seen[l.Leaf.Queue] {
			seen[l.Leaf.Queue], queues = true, append(queues, l.Leaf.Queue)
		}
	}
	return queues
}

// locks says of each day why the contacts of a subject may not be changed, "" where they may.
func (x *forecastSheets) locks(t forecastSubject) []string {
	locks := make([]string, x.forecast.Days)
	queues := x.queuesOf(t)
	for i := range locks {
		locks[i] = x.lock(t, x.forecast.From+wrapcast.Date(i), queues)
	}
	return locks
}

func (x *forecastSheets) lock(t forecastSubject, day wrapcast.Date, queues []wrapcast.QueueID) string {
	switch {
	case t.key == keyTotal:
		return "is a sum of all codes"
	case strings.HasPrefix(t.key, keyGroup):
		return "is a sum of queues"
	case !t.open:
		return "is one of several channels of this code and queue, which change together"
	case day < x.editing.Today:
		return "is of a day that is over"
	}
	if x.editing.Closed == nil || len(queues) == 0 {
		return ""
	}
	for _, q := range queues {
		if !x.editing.Closed(q, day) {
			return ""
		}
	}
	return "is of a day on which the calendar has it closed"
}

// edit opens what may be changed in a sheet, works its sums out by formulas, and adds the column of keys.
func (x *forecastSheets) edit(s *Sheet, l layout) {
	s.Locked = true
	first := len(s.Columns) - len(x.days) // the first day, from zero
	key := named(x.editing.header(), 9)
	key.Hidden = true
	s.Columns = append(s.Columns, key)
	at := 0
	for _, t := range l.subjects {
		locks := x.locks(t)
		for _, r := range x.rows(t) {
			row := &s.Rows[at]
			row.Cells = append(row.Cells, text(t.keyOfRow(r.measure)))
			if r.measure == measureContacts {
				x.openRow(row, locks, first, at+tableTop+1)
				if t.key == keyTotal {
					sumUp(s, row, first, len(x.rows(t)))
				}
			}
			at++
		}
	}
}

// openRow opens the days of a row that may be changed, and its reason where any may; its sum becomes a formula.
func (x *forecastSheets) openRow(row *Row, locks []string, first, line int) {
	for i, lock := range locks {
		if lock == "" {
			row.Cells[first+i].Open, row.Cells[first-1].Open = true, true
		}
	}
	row.Cells[first-2].Formula = fmt.Sprintf("SUM(%s:%s)", cellName(first+1, line), cellName(first+len(locks), line))
}

// sumUp makes the days of the first row, the total, sums of all rows of contacts below those of the total.
func sumUp(s *Sheet, row *Row, first, below int) {
	top, last := tableTop+1+below, tableTop+len(s.Rows)
	if last < top {
		return
	}
	column := func(i int) string { return strings.TrimRight(cellName(i, 1), "1") }
	measure := column(first - 2)
	for i := first; i < len(s.Columns)-1; i++ {
		c := column(i + 1)
		row.Cells[i].Formula = fmt.Sprintf(`SUMIFS(%s$%d:%s$%d,$%s$%d:$%s$%d,"%s")`, c, top, c, last, measure, top, measure,
			last, measureContacts)
	}
}

// EditableRow is a row of a forecast's workbook as it was written.
type EditableRow struct {
	// Sheet is where it stands, Kind what its subject is: total, code, queue, planning_group, code_in_queue.
	Sheet, Kind string
	// Key is what the row is called in the file; Names are its subject's, Queue and Channel where a sheet has them.
	Key, ID, Name, Queue, Channel, Measure string
	// Codes and Queues are what an override of it is about.
	Codes  []wrapcast.CodeID
	Queues []wrapcast.QueueID
	// Values has one per day; handle times in seconds. Locks says why a day may not be changed, "" where it may.
	Values []float64
	Locks  []string
}

// EditableRows are the rows of [EditableSheets] with their numbers, in their order, with the intervals of all levels.
func EditableRows(d wrapcast.Directory, f wrapcast.Forecast, e Editing) (all []EditableRow) {
	x := newForecastSheets(d, f, 0)
	x.editing = &e
	for _, l := range x.layouts() {
		for _, t := range l.subjects {
			locks, kind := x.locks(t), strings.Fields(t.key)[0]
			for _, r := range x.rows(t) {
				row := EditableRow{Sheet: l.name, Kind: kind, Key: t.keyOfRow(r.measure), ID: t.id, Name: t.name,
					Queue: t.queue, Channel: t.channel, Measure: r.measure, Codes: t.codes, Queues: t.queues, Locks: locks}
				for _, c := range r.cells {
					row.Values = append(row.Values, c.Number)
				}
				if r.measure != measureContacts {
					row.Locks = lockedMeasure(r.measure, len(locks))
				}
				all = append(all, row)
			}
		}
	}
	return all
}

// lockedMeasure says that all days of a measure follow from the contacts.
func lockedMeasure(measure string, days int) []string {
	locks := make([]string, days)
	for i := range locks {
		locks[i] = "is \"" + measure + "\", which follows from the contacts"
	}
	return locks
}
