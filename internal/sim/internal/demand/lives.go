package demand

import (
	"cmp"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// lives are what happens to further codes where that is wanted: two are merged into a new one, one begins and one ends
// in mid-history, with the contacts it stands for. All of it is synthetic.
type lives struct {
	started, ended, one, other int // kinds; -1 where there are too few codes
	merged                     int // the code of the two
	start, end, merge          wrapcast.Date
	mergeAt                    int64
	name                       string
}

// minForLives is how many codes an organisation needs for all of it.
const minForLives = 12

// planLives chooses among codes of middling size that nothing else happens to. The days lie around that of the other
// events: a quarter of a year before and after it, and half a year after it.
func (m *Model) planLives() lives {
	none := lives{started: -1, ended: -1, one: -1, other: -1}
	if !m.options.Disturbances.Codes || len(m.kinds) < minForLives || m.options.Events == 0 {
		return none
	}
	var free []int
	for i := range m.kinds {
		if i != m.events.deleted && i != m.events.renamed && i != m.events.successor {
			free = append(free, i)
		}
	}
	slices.SortStableFunc(free, func(a, b int) int { return cmp.Compare(m.kinds[b].requests, m.kinds[a].requests) })
	free = free[len(free)/4:]
	const quarter = 91
	l := lives{
		started: free[0], ended: free[1], one: free[2], other: free[3], merged: len(m.kinds) + mergedCode,
		start: m.options.Events - quarter, end: m.options.Events + quarter, merge: m.options.Events + 2*quarter,
	}
	l.mergeAt = l.merge.Midnight(m.options.Zone).UnixMilli()
	l.name = m.kinds[l.one].name + " and more"
	return l
}

func (l *lives) merges() bool { return l.merge != 0 }

func (l *lives) concern(kind int) bool {
	return l.merges() && (kind == l.started || kind == l.ended || kind == l.one || kind == l.other)
}

// alive reports whether a code's contacts come on a day.
func (l *lives) alive(kind int, date wrapcast.Date) bool {
	return !l.merges() || (kind != l.started || date >= l.start) && (kind != l.ended || date < l.end)
}

// relabel returns the code of a contact, which is the merged one from the merger on.
func (l *lives) relabel(code int, c *contact.Contact) int {
	if l.merges() && (code == l.one || code == l.other) && c.Completed() >= l.mergeAt {
		return l.merged
	}
	return code
}

// mark writes the lives into the codes to be made. A code that ended is still there.
func (l *lives) mark(codes []organisation.CodeSpec) {
	if l.merges() {
		codes[l.started].Created = l.start
		codes[l.one].Deleted, codes[l.other].Deleted = l.merge, l.merge
	}
}

// Outage is when everything stood still, in local time.
type outage struct{ from, to int64 }

// planOutage is the morning of a Tuesday seven weeks after the events.
func (m *Model) planOutage() outage {
	if !m.options.Disturbances.Outage || m.options.Events == 0 {
		return outage{}
	}
	day := m.options.Events + 49
	for day.Weekday() != time.Tuesday {
		day++
	}
	midnight := day.Midnight(m.options.Zone)
	return outage{midnight.Add(8 * time.Hour).UnixMilli(), midnight.Add(14*time.Hour + 30*time.Minute).UnixMilli()}
}

// swallows reports whether a contact never reached its queue. A few always do.
func (o *outage) swallows(c *contact.Contact) bool {
	return o.from <= c.Arrived && c.Arrived < o.to && contact.Mix(c.Serial, outageStream)%50 != 0
}
