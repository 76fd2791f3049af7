// Package outbound adds what agents and dialers begin, and the callbacks customers ask for. All of it is synthetic.
//
// Outbound legs have an agent, a handle time and mostly a wrap-up code, and were never offered to anybody. A dialer's
// calls carry codes of its campaigns and some of the queue's own, an agent's the queue's own; a few calls are made on
// behalf of no queue and have no code. Callbacks are inbound contacts of a channel of their own: offered, with codes.
package outbound

import (
	"iter"
	"math/rand/v2"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// The shares of a queue's contacts in working hours that have such a call beside them. Together about a fifth of all
// handled legs are outbound.
const (
	dialled   = 0.30 // where the queue has a campaign
	agentMade = 0.16
	unqueued  = 0.02
	callbacks = 0.06
)

// The numbers that keep chances apart.
const (
	dialledStream = iota + 300
	agentStream
	unqueuedStream
	callbackStream
	handlingStream
)

// Source is another source's contacts with those that are outbound and callbacks.
type Source struct {
	source contact.Source
	seed   uint64
	zone   *time.Location
	queues []queue
	// campaigns are the codes of dialers' calls, skipped the platform's for a preview that nobody dialled.
	campaigns []int
	skipped   int
	handling  [][contact.MediaCount]contact.Handling // by code
}

// queue is what there is to know of a queue that makes calls.
type queue struct {
	codes    []int // of its calls; none where it takes no calls
	agents   int
	campaign bool
}

// Apply adds campaigns, their codes and a channel for callbacks to the blueprint, and their contacts to the source.
// Every other queue that takes calls has a campaign, the first among them.
func Apply(source contact.Source, b *organisation.Blueprint, seed uint64, zone *time.Location) *Source {
	s := &Source{source: source, seed: seed, zone: zone, skipped: len(b.Codes)}
	const skipped = "ININ-OUTBOUND-PREVIEW-SKIPPED"
	b.Codes = append(b.Codes, organisation.CodeSpec{ID: skipped, Name: skipped, System: true})
	for _, name := range []string{"Outbound: Agreed", "Outbound: Declined", "Outbound: Call again"} {
		s.campaigns = append(s.campaigns, len(b.Codes))
		b.Codes = append(b.Codes, organisation.CodeSpec{Name: name})
	}
	streams, called := b.CodesOf(), 0
	for i := range b.Queues {
		q := queue{codes: streams[organisation.Stream{Queue: i, Media: contact.Voice}], agents: b.Queues[i].Agents}
		if len(q.codes) > 0 {
			q.campaign = called%2 == 0
			called++
		}
		b.Queues[i].Campaign = q.campaign
		s.queues = append(s.queues, q)
		s.addLeaves(b, i)
	}
	for code := range b.Codes {
		var h [contact.MediaCount]contact.Handling
		for m := range h {
			h[m] = contact.NewHandling(contact.Mix(seed, handlingStream, uint64(code)), contact.Media(m))
		}
		s.handling = append(s.handling, h)
	}
	return s
}

func (s *Source) addLeaves(b *organisation.Blueprint, i int) {
	q := &s.queues[i]
	for _, code := range q.codes {
		b.AddLeaf(i, code, contact.Callback)
	}
	if q.campaign {
		for _, code := range append([]int{s.skipped}, s.campaigns...) {
			b.AddLeaf(i, code, contact.Voice)
		}
	}
}

// Day yields the contacts of a local day. What is added stands before the conversation that it hangs on.
func (s *Source) Day(day wrapcast.Date) iter.Seq[contact.Contact] {
	return func(yield func(contact.Contact) bool) {
		for c := range s.source.Day(day) {
			if c.Leg == 0 && !s.beside(&c, yield) {
				return
			}
			if !yield(c) {
				return
			}
		}
	}
}

// beside yields the calls that are made while a contact comes in.
func (s *Source) beside(c *contact.Contact, yield func(contact.Contact) bool) bool {
	q := &s.queues[c.Queue]
	if len(q.codes) == 0 {
		return true
	}
	add := func(stream uint64, share float64, draw func(*rand.Rand, *contact.Contact)) bool {
		chance := contact.Mix(c.Serial, stream)
		if float64(chance>>11)/(1<<53) >= share || !s.works(c.Arrived) {
			return true
		}
		r := rand.New(rand.NewPCG(chance, s.seed))
		serial := contact.Mix(chance, 1)
		more := contact.Contact{Serial: serial, Conversation: serial, Arrived: c.Arrived + r.Int64N(1_800_000),
			Queue: c.Queue, Media: contact.Voice, Agent: r.IntN(q.agents), Before: contact.NoCode,
			Code: q.codes[r.IntN(len(q.codes))]}
		draw(r, &more)
		return yield(more)
	}
	return (!q.campaign || add(dialledStream, dialled, s.dialled)) && add(agentStream, agentMade, s.agentMade) &&
		add(unqueuedStream, unqueued, s.unqueued) && add(callbackStream, callbacks, s.callback)
}

// works reports whether calls are made at an instant: on weekdays from nine to six.
func (s *Source) works(ms int64) bool {
	at := time.UnixMilli(ms).In(s.zone)
	return at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && 9 <= at.Hour() && at.Hour() < 18
}

// dialled is a call of a dialer: the agent comes when the customer has answered.
func (s *Source) dialled(r *rand.Rand, c *contact.Contact) {
	c.Outbound, c.Dialled = true, true
	u := r.Float64()
	if u < 0.6 {
		c.Code = s.campaigns[r.IntN(len(s.campaigns))]
	}
	s.handling[c.Code][c.Media].Draw(r, c)
	if u >= 0.96 {
		c.Code, c.Talk, c.Held, c.AfterCall = s.skipped, 5000+r.Int64N(10_000), 0, 0
	}
}

// agentMade is a call that an agent dials on behalf of the queue.
func (s *Source) agentMade(r *rand.Rand, c *contact.Contact) {
	c.Outbound, c.Wait = true, 3000+r.Int64N(25_000)
	s.handling[c.Code][c.Media].Draw(r, c)
	if r.Float64() < 0.1 {
		c.Code = contact.NoCode
	}
}

// unqueued is a call that an agent dials for no queue: there is no after-call work and no code.
func (s *Source) unqueued(r *rand.Rand, c *contact.Contact) {
	s.agentMade(r, c)
	c.Unqueued, c.Code, c.AfterCall = true, contact.NoCode, 0
}

// callback is a customer called back in the place in the queue that was kept.
func (s *Source) callback(r *rand.Rand, c *contact.Contact) {
	c.Media, c.Wait = contact.Callback, int64(r.ExpFloat64()*240_000)
	c.Wait = min(c.Wait, 7_200_000)
	s.handling[c.Code][c.Media].Draw(r, c)
	if r.Float64() < 0.03 {
		c.Code = contact.NoCode
	}
}
