// Package contact says what a contact is to the simulator: when it arrived, how long
// it waited, was talked to and worked on, and which wrap-up code it got. The built-in
// demand and a replayed contact log are both a Source of them.
package contact

import (
	"iter"
	"time"

	"github.com/wrapcast/wrapcast"
)

// NoCode is the Code of a contact nobody gave a wrap-up code to, abandoned ones included.
const NoCode = -1

// MaxLife is the longest time from the arrival of a conversation's first contact to the completion of its last. No
// Source exceeds it, so that whatever is stamped on a local day belongs to a conversation of that day or the one
// before.
const MaxLife = 20 * time.Hour

// Contact is one contact in one queue, handled by one agent or abandoned. A conversation that is transferred
// is several, one for each leg. Queue, Code and Agent are places in the organisation's lists; instants are Unix
// milliseconds, durations milliseconds.
type Contact struct {
	// Serial is different for every contact of a source.
	Serial uint64
	// Conversation is the Serial of the conversation's first contact, Leg counts its contacts from 0.
	Conversation uint64
	Leg          int
	// Arrived is when it entered the queue.
	Arrived int64
	// Wait lasts until an agent answered or the customer gave up.
	Wait int64
	// Talk, Held and AfterCall are the parts of the handle time; all zero when abandoned.
	Talk, Held, AfterCall int64
	// Queue counts from 0 in the organisation's queues.
	Queue int
	// Code counts from 0 in the organisation's codes, or is NoCode.
	Code int
	// Agent counts from 0 among the queue's agents.
	Agent int
	Media Media
	// Abandoned contacts were offered and never handled.
	Abandoned bool
	// Transferred contacts were handed on to another queue when talking ended.
	Transferred bool
	// Outbound contacts were begun by an agent, Dialled ones by a dialer: nobody was offered them, and Wait is dialling.
	// Unqueued ones were made on behalf of no queue; Queue is that of the agent then.
	Outbound, Dialled, Unqueued bool
	// Requirement counts from 0 in what the organisation's contacts may ask of an agent; 0 asks for nothing.
	Requirement int
	// Late is how long after its completion the code shows in the platform's figures, and Before what shows until then:
	// NoCode, or the code that was corrected.
	Late   int64
	Before int
}

// Answered is when an agent took it, or when the customer gave up.
func (c *Contact) Answered() int64 { return c.Arrived + c.Wait }

// Handle is the handle time in milliseconds: talking, holding and after-call work, and the dialling of an outbound
// contact.
func (c *Contact) Handle() int64 {
	work := c.Talk + c.Held + c.AfterCall
	if c.Outbound {
		work += c.Wait
	}
	return work
}

// Completed is when its after-call work ended: the moment the platform stamps its
// handle time and code with.
func (c *Contact) Completed() int64 { return c.Ended() + c.AfterCall }

// Ended is when talking ended: when a contact that is handed on is offered to the next queue.
func (c *Contact) Ended() int64 { return c.Answered() + c.Talk + c.Held }

// coded is the moment from which the platform's figures show its code.
func (c *Contact) coded() int64 { return c.Completed() + c.Late }

// CodeAt is the code that the platform's figures show at a moment.
func (c *Contact) CodeAt(now int64) int {
	if now < c.coded() {
		return c.Before
	}
	return c.Code
}

// Source gives the contacts of any local day. It is a pure function of the day and
// safe for concurrent use: nothing is kept, so that an organisation of any size is streamed.
type Source interface {
	// Day yields every contact whose conversation begins on the local day: in no particular order, but that the
	// contacts of one conversation follow each other, leg by leg.
	Day(day wrapcast.Date) iter.Seq[Contact]
}
