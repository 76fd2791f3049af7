package analytics

import (
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// record is the part of a contact that emits a metric: the queue it waited in, which
// knows no agent and no code, or the agent who handled it.
type record struct {
	queue, code, agent int // absent where there is none
	home               int // the queue whose agent it was, or the queue itself
	media              contact.Media
	requirement        int
	skill              int // the one of its skills that it is counted for, absent where all or none are
	branch             bool
	outbound, dialled  bool
	conversation       uint64
}

const absent = -1

// of makes the record of what a contact's queue counts; what its agent counts has code and agent besides.
func (r *record) of(c *contact.Contact, b *directory) {
	*r = record{queue: c.Queue, code: absent, agent: absent, home: c.Queue, media: c.Media, requirement: c.Requirement,
		skill: absent, branch: b.branches[c.Queue], outbound: c.Outbound, dialled: c.Dialled,
		conversation: c.Conversation}
	if c.Unqueued {
		r.queue = absent
	}
}

// granted narrows a test to what a role covers.
func (b *directory) granted(g organisation.Grant, wanted test) test {
	if g == organisation.GrantAll {
		return wanted
	}
	covered := make([]bool, len(b.organisation.Queues))
	for i := range covered {
		covered[i] = g.Covers(&b.organisation.Queues[i])
	}
	return func(r *record) bool { return covered[r.home] && wanted(r) }
}
