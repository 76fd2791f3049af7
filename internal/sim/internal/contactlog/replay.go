package contactlog

import (
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// agentsPerQueue is how many agents share a replayed queue; the log does not know who worked.
const agentsPerQueue = 8

// Replay is the Source of a log's contacts. Each row arrives when the log says, is
// answered at once and complete after a synthetic handle time: a log knows neither.
type Replay struct {
	log      *Log
	seed     uint64
	handling [][contact.MediaCount]contact.Handling // by code
	media    []contact.Media                        // by source
}

// NewReplay returns the source of the log's contacts; seed decides their handle times.
func NewReplay(seed uint64, l *Log) *Replay {
	r := &Replay{log: l, seed: seed}
	for code := range l.Codes {
		var h [contact.MediaCount]contact.Handling
		for m := range h {
			h[m] = contact.NewHandling(contact.Mix(seed, uint64(code)), contact.Media(m))
		}
		r.handling = append(r.handling, h)
	}
	for _, source := range l.Sources {
		r.media = append(r.media, contact.MediaOf(source))
	}
	return r
}

// Day yields the log's contacts of a local day.
func (r *Replay) Day(day wrapcast.Date) iter.Seq[contact.Contact] {
	from, to := r.place(day), r.place(day+1)
	return func(yield func(contact.Contact) bool) {
		for i := from; i < to; i++ {
			if !yield(r.contact(i)) {
				return
			}
		}
	}
}

// place returns how many rows lie before the local day.
func (r *Replay) place(day wrapcast.Date) int {
	midnight := day.Midnight(r.log.Zone).UnixMilli()
	at, _ := slices.BinarySearchFunc(r.log.Rows, midnight, func(row Row, ms int64) int {
		if row.Opened < ms {
			return -1
		}
		return 1
	})
	return at
}

func (r *Replay) contact(i int) contact.Contact {
	row := r.log.Rows[i]
	serial := contact.Mix(r.seed, uint64(i))
	chance := rand.New(rand.NewPCG(serial, r.seed))
	c := contact.Contact{
		Serial: serial, Conversation: serial, Arrived: row.Opened, Queue: int(row.Queue), Code: int(row.Code),
		Media: r.media[row.Source], Agent: chance.IntN(agentsPerQueue),
	}
	r.handling[row.Code][c.Media].Draw(chance, &c)
	return c
}

// Blueprint lists the queues, codes and routes that the log names.
func (r *Replay) Blueprint() organisation.Blueprint {
	b := organisation.Blueprint{Name: "Replayed contact log", Start: r.log.Start()}
	for _, name := range r.log.Queues {
		b.Queues = append(b.Queues, organisation.QueueSpec{Name: name, Agents: agentsPerQueue})
	}
	for _, name := range r.log.Codes {
		b.Codes = append(b.Codes, organisation.CodeSpec{Name: name})
	}
	for _, row := range r.log.Rows {
		b.AddLeaf(int(row.Queue), int(row.Code), r.media[row.Source])
	}
	return b
}
