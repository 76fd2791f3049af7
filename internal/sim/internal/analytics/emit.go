package analytics

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
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
	nConnected // the first that an agent counts
	nTransferred
	nBlindTransferred
	nOutbound
	nOutboundAttempted
	nOutboundConnected
	tDialing
	tTalk
	tTalkComplete
	tHeld
	tHeldComplete
	tAcw
	tHandle
	emittedCount = iota
)

func (m emitted) String() string {
	return [emittedCount]string{"nOffered", "nConversations", "tAcd", "tWait", "nOverSla", "oServiceLevel", "tAbandon",
		"tAnswered",
		"nConnected", "nTransferred", "nBlindTransferred", "nOutbound", "nOutboundAttempted", "nOutboundConnected",
		"tDialing", "tTalk", "tTalkComplete", "tHeld", "tHeldComplete", "tAcw",
		"tHandle"}[m]
}

// emitter turns contacts into metrics, each stamped once, when it is complete: what a queue counts at arrival, at the
// answer or when the customer gave up; what an agent did at the end of after-call work.
type emitter struct {
	directory *directory
	// slots says where the values of each metric go, nowhere for those nobody asked for.
	slots [emittedCount][]int
	// uncoded are the agent's metrics that carry no wrap-up code, which no public source says.
	uncoded [emittedCount]bool
	test    test
	take    func(r *record, at int64, slot int, value int64)
	now     int64
	// queueSide, agentSide and bareSide say whether anybody asked for what a queue, an agent, and an agent without
	// a code count.
	queueSide, agentSide, bareSide bool
	// record is the one at hand: kept here so that millions need not be made.
	record record
}

func newEmitter(b *directory, t test, uncoded []string) *emitter {
	e := &emitter{directory: b, test: t}
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

// begin says who takes the values, and what time it is: codes that come later are not there yet.
func (e *emitter) begin(take func(r *record, at int64, slot int, value int64), now int64) {
	e.take, e.now = take, now
	for m := range emitted(emittedCount) {
		if len(e.slots[m]) > 0 {
			e.queueSide = e.queueSide || m < nConnected
			e.agentSide = e.agentSide || m >= nConnected && !e.uncoded[m]
			e.bareSide = e.bareSide || m >= nConnected && e.uncoded[m]
		}
	}
}

// contact emits everything a contact gives cause to. Nobody is offered an outbound one.
func (e *emitter) contact(c *contact.Contact) {
	e.record.of(c, e.directory)
	if e.queueSide && !c.Outbound && e.test(&e.record) {
		e.offered(&e.record, c)
	}
	if c.Abandoned || !e.agentSide && !e.bareSide {
		return
	}
	e.record.code, e.record.agent = c.CodeAt(e.now), e.directory.agent(c.Queue, c.Agent)
	if e.directory.groups.Unskilled {
		e.record.requirement = 0
	}
	if e.agentSide && e.test(&e.record) {
		e.handled(&e.record, c, false)
	}
	if e.record.code = absent; e.bareSide && e.test(&e.record) {
		e.handled(&e.record, c, true)
	}
}

// offered emits what a queue counts.
func (e *emitter) offered(r *record, c *contact.Contact) {
	e.emit(r, c.Arrived, nOffered, 1)
	if c.Leg == 0 {
		e.emit(r, c.Arrived, nConversations, 1)
	}
	answered := c.Answered()
	e.emit(r, answered, tAcd, c.Wait)
	e.emit(r, answered, tWait, c.Wait)
	late := c.Wait > serviceLevelWithin.Milliseconds()
	if late {
		e.emit(r, answered, nOverSla, 1)
	}
	e.emit(r, answered, oServiceLevel, one(!late && !c.Abandoned))
	if c.Abandoned {
		e.emit(r, answered, tAbandon, c.Wait)
	} else {
		e.emit(r, answered, tAnswered, c.Wait)
	}
}

// handled emits what an agent did: what carries a code, or what does not. A part that did not happen is silent.
func (e *emitter) handled(r *record, c *contact.Contact, bare bool) {
	agent := func(at int64, m emitted, value int64) {
		if e.uncoded[m] == bare {
			e.emit(r, at, m, value)
		}
	}
	if c.Outbound {
		agent(c.Arrived, nOutbound, 1)
	}
	if c.Outbound && c.Wait > 0 {
		agent(c.Answered(), tDialing, c.Wait)
	}
	if c.Dialled {
		agent(c.Arrived, nOutboundAttempted, 1)
		agent(c.Answered(), nOutboundConnected, 1)
	}
	agent(c.Answered(), nConnected, 1)
	if c.Transferred {
		agent(c.Ended(), nTransferred, 1)
		agent(c.Ended(), nBlindTransferred, 1)
	}
	at := c.Completed()
	agent(at, tTalk, c.Talk)
	agent(at, tTalkComplete, c.Talk)
	if c.Held > 0 {
		agent(at, tHeld, c.Held)
		agent(at, tHeldComplete, c.Held)
	}
	if c.AfterCall > 0 {
		agent(at, tAcw, c.AfterCall)
	}
	agent(at, tHandle, c.Handle())
}

func (e *emitter) emit(r *record, at int64, m emitted, value int64) {
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
