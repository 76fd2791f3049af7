package sim

import (
	"io"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contactlog"
)

// Log is a log of real contacts to be replayed: every row is one handled contact
// with its code, none added, none lost.
type Log struct{ log *contactlog.Log }

// ReadLog reads a contact log: CSV with a header, gzipped or not (its first bytes
// tell), with the columns
//
//	opened_at_local,department,case_type,source
//
// in any order: when it arrived, its queue, its code and its channel. Times are wall clock times in
// America/New_York without an offset; one that exists twice is the first, one that never existed moves an hour on.
// The source is mapped to a channel: Constituent Call is voice, Self Service chat, Employee Generated and Maximo
// Integration email, everything else (the city's apps, Twitter, names never heard of) message.
//
// A log knows no handle times: a replay makes them up, seeded, and they are worth no conclusion.
//
// Every error is a *wrapcast.Error of kind InvalidData that says which line is wrong and how, but for a file that
// cannot be read, which is Internal.
func ReadLog(in io.Reader) (*Log, error) {
	l, err := contactlog.Read(in)
	if err != nil {
		return nil, err
	}
	return &Log{l}, nil
}

// Start returns the first local day with a contact.
func (l *Log) Start() wrapcast.Date { return l.log.Start() }

// End returns the last local day with a contact.
func (l *Log) End() wrapcast.Date { return l.log.End() }

// Noon returns local noon on the day after the last one, when every contact is complete:
// the moment to which the clocks of a replay are pinned.
func (l *Log) Noon() time.Time { return l.log.Noon() }

// Contacts returns how many rows the log has.
func (l *Log) Contacts() int { return len(l.log.Rows) }
