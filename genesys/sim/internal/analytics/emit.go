package analytics

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/genesys/sim/internal/contact"
)

// serviceLevelWithin is how soon an answer counts for the service level, and
// serviceLevelTarget the share wanted; synthetic, the same for all queues.
const (
	serviceLevelWithin = 20 * time.Second
	serviceLevelTarget = 0.8
)

// emitted is a metric the simulator's contacts give rise to.
type emitted int

const (
	nOffered emitted = iota
	nConversations
	tAcd
	tWait
	nOverSla
	oServiceLevel
	tAbandon
	tAnswered
	nConnected
	tTalk
	tTalkComplete
	tHeld
	tHeldComplete
	tAcw
	tHandle
	emittedCount = iota
)

func (m emitted) String() string {
	return [emittedCount]string{"nOffered", "nConversations", "tAcd", "tWait", "nOverSla", "oServiceLevel", "tAbandon", "tAnswered",
		"nConnected", "tTalk", "tTalkComplete", "tHeld", "tHeldComplete", "tAcw", "tHandle"}[m]
}

// emitter turns contacts into metrics, each stamped once, when it is complete: what
// a queue counts at arrival, at the answer or when the customer gave up; what an agent did at the end of after-call work.
type emitter struct {
	book *book
	// slots says where the values of each metric go, nowhere for those nobody asked for.
	slots [emittedCount][]int
	// uncoded are the agent's metrics that carry no wrap-up code: an open point (S3).
	uncoded [emittedCount]bool
	take    func(r *record, at int64, slot int, value int64)
}

func newEmitter(b *book, uncoded []string) *emitter {
	e := &emitter{book: b}
	for m := range emitted(emittedCount) {
		e.uncoded[m] = slices.Contains(uncoded, m.String())
	}
	return e
}

// want sends the values of a metric to a slot. Metrics the contacts do not give rise to are silent.
func (e *emitter) want(metric string, slot int) {
	for m := range emitted(emittedCount) {
		if m.String() == metric {
			e.slots[m] = append(e.slots[m], slot)
		}
	}
}

// contact emits everything a contact gives cause to.
func (e *emitter) contact(c *contact.Contact) {
	queue := record{queue: c.Queue, code: absent, agent: absent, media: c.Media, serial: c.Serial}
	e.emit(&queue, c.Arrived, nOffered, 1)
	e.emit(&queue, c.Arrived, nConversations, 1)
	answered := c.Answered()
	e.emit(&queue, answered, tAcd, c.Wait)
	e.emit(&queue, answered, tWait, c.Wait)
	late := c.Wait > serviceLevelWithin.Milliseconds()
	if late {
		e.emit(&queue, answered, nOverSla, 1)
	}
	if c.Abandoned {
		e.emit(&queue, answered, oServiceLevel, 0)
		e.emit(&queue, answered, tAbandon, c.Wait)
		return
	}
	e.emit(&queue, answered, oServiceLevel, one(!late))
	e.emit(&queue, answered, tAnswered, c.Wait)
	agent := record{queue: c.Queue, code: c.Code, agent: e.book.agent(c.Queue, c.Agent), media: c.Media, serial: c.Serial}
	e.emit(&agent, answered, nConnected, 1)
	e.handled(&agent, c)
}

// handled emits the parts of the handle time. A part that did not happen is silent.
func (e *emitter) handled(agent *record, c *contact.Contact) {
	at := c.Completed()
	e.emit(agent, at, tTalk, c.Talk)
	e.emit(agent, at, tTalkComplete, c.Talk)
	if c.Held > 0 {
		e.emit(agent, at, tHeld, c.Held)
		e.emit(agent, at, tHeldComplete, c.Held)
	}
	if c.AfterCall > 0 {
		e.emit(agent, at, tAcw, c.AfterCall)
	}
	e.emit(agent, at, tHandle, c.Handle())
}

func (e *emitter) emit(r *record, at int64, m emitted, value int64) {
	if len(e.slots[m]) == 0 {
		return
	}
	if e.uncoded[m] && r.code != absent {
		bare := *r
		bare.code = absent
		r = &bare
	}
	for _, slot := range e.slots[m] {
		e.take(r, at, slot, value)
	}
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
