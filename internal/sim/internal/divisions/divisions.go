// Package divisions makes organisations of which a client sees a part: some queues lie in a division of their own, one
// was deleted, and a planning group plans what has no conversations.
package divisions

import (
	"iter"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// deletedFor is how many days ago a queue was deleted.
const deletedFor = 28

// Apply puts every fourth queue into the branch, from the second on, and deletes the last that is not there four weeks
// before now, where there are three at least. The first unit gets a planning group for work items.
func Apply(source contact.Source, b *organisation.Blueprint, now time.Time) contact.Source {
	for i := range b.Queues {
		b.Queues[i].Branch = i%4 == 1
	}
	if len(b.Units) > 0 {
		b.Units[0].WorkItems = true
	}
	if len(b.Queues) < 3 {
		return source
	}
	last := len(b.Queues) - 1
	if b.Queues[last].Branch {
		last--
	}
	b.Queues[last].Deleted = wrapcast.DateOf(now) - deletedFor
	return &without{source, last, b.Queues[last].Deleted.Midnight(now.Location()).UnixMilli()}
}

// without leaves out what would come to a queue after it was deleted.
type without struct {
	source contact.Source
	queue  int
	from   int64
}

// gone reports whether a contact would come too late.
func (w *without) gone(c *contact.Contact) bool { return c.Queue == w.queue && c.Arrived >= w.from }

// Day yields the contacts of a local day; a conversation ends where it would be handed on to the deleted queue.
func (w *without) Day(day wrapcast.Date) iter.Seq[contact.Contact] {
	return func(yield func(contact.Contact) bool) {
		var held contact.Contact // until it is known whether it is handed on
		holds, cut := false, false
		for c := range w.source.Day(day) {
			if cut = c.Leg > 0 && cut || w.gone(&c); cut {
				if c.Conversation == held.Conversation {
					held.Transferred = false
				}
				continue
			}
			if holds && !yield(held) {
				return
			}
			held, holds = c, true
		}
		if holds {
			yield(held)
		}
	}
}
