// Package contactlog reads a log of real contacts and replays it: every row is one
// handled contact with its code, at the time the log says, none added and none lost.
package contactlog

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Row is one contact of the log. Queue, Code and Source are places in the log's lists of names.
type Row struct {
	// Opened is when it arrived, in Unix milliseconds.
	Opened              int64
	Queue, Code, Source int32
}

// Log is a contact log read into memory, its rows in order of time.
type Log struct {
	Rows []Row
	// Queues, Codes and Sources are the names, in alphabetical order.
	Queues, Codes, Sources []string
	// Zone is where the log's wall clock hangs: the organisation's.
	Zone *time.Location
}

// Start returns the local day of the first contact.
func (l *Log) Start() wrapcast.Date { return l.day(l.Rows[0].Opened) }

// End returns the local day of the last contact.
func (l *Log) End() wrapcast.Date { return l.day(l.Rows[len(l.Rows)-1].Opened) }

// Noon returns noon after the last day: by then every contact is complete.
func (l *Log) Noon() time.Time {
	return (l.End() + 1).Midnight(l.Zone).Add(12 * time.Hour)
}

func (l *Log) day(ms int64) wrapcast.Date {
	return wrapcast.DateOf(time.UnixMilli(ms).In(l.Zone))
}

// Sort puts rows in order of time and names in order of the alphabet.
func (l *Log) Sort() {
	slices.SortStableFunc(l.Rows, func(a, b Row) int { return cmp.Compare(a.Opened, b.Opened) })
	queue, code, source := sortNames(l.Queues), sortNames(l.Codes), sortNames(l.Sources)
	for i := range l.Rows {
		r := &l.Rows[i]
		r.Queue, r.Code, r.Source = queue[r.Queue], code[r.Code], source[r.Source]
	}
}

// sortNames sorts names in place and returns each old place's new one.
func sortNames(names []string) []int32 {
	old := slices.Clone(names)
	slices.Sort(names)
	moved := make([]int32, len(old))
	for i, name := range old {
		at, _ := slices.BinarySearch(names, name)
		moved[i] = int32(at)
	}
	return moved
}
