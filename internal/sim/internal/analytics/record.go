package analytics

import (
	"slices"
	"sort"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// record is the part of a contact that emits a metric: the queue it waited in, which
// knows no agent and no code, or the agent who handled it.
type record struct {
	queue, code, agent int // code and agent are absent where they lack one
	media              contact.Media
	branch             bool // of its queue
	conversation       uint64
}

const absent = -1

// granted narrows a test to what a role covers.
func (b *directory) granted(g organisation.Grant, wanted test) test {
	if g == organisation.GrantAll {
		return wanted
	}
	covered := make([]bool, len(b.organisation.Queues))
	for i := range covered {
		covered[i] = g.Covers(&b.organisation.Queues[i])
	}
	return func(r *record) bool { return covered[r.queue] && wanted(r) }
}

// directory turns places into ids and back.
type directory struct {
	organisation  *organisation.Organisation
	seed          uint64
	agentsBefore  []int          // by queue: how many agents the queues before it have
	queues, codes map[string]int // places by id
}

func newDirectory(o *organisation.Organisation, seed uint64) *directory {
	b := &directory{organisation: o, seed: seed, queues: map[string]int{}, codes: map[string]int{}}
	for i, c := range o.Codes {
		b.codes[c.ID] = i
	}
	n := 0
	for i, q := range o.Queues {
		b.queues[q.ID] = i
		b.agentsBefore = append(b.agentsBefore, n)
		n += len(q.Agents)
	}
	return b
}

// agent numbers the agents of all queues through.
func (b *directory) agent(queue, agent int) int { return b.agentsBefore[queue] + agent }

func (b *directory) branch(queue int) bool { return b.organisation.Queues[queue].Branch }

func (b *directory) userID(agent int) string {
	queue := sort.Search(len(b.agentsBefore), func(i int) bool { return b.agentsBefore[i] > agent }) - 1
	return b.organisation.Queues[queue].Agents[agent-b.agentsBefore[queue]]
}

// has reports whether the record has a value for the dimension.
func (b *directory) has(r *record, dimension string) bool {
	_, ok := b.value(r, dimension)
	return ok
}

// value returns a record's value for a dimension; most dimensions have none here.
func (b *directory) value(r *record, dimension string) (string, bool) {
	switch dimension {
	case "queueId":
		return b.organisation.Queues[r.queue].ID, true
	case "mediaType":
		return string(r.media.Analytics()), true
	case "wrapUpCode":
		if r.code == absent {
			return "", false
		}
		return b.organisation.Codes[r.code].ID, true
	case "userId":
		if r.agent == absent {
			return "", false
		}
		return b.userID(r.agent), true
	case "purpose":
		if r.agent == absent {
			return "acd", true
		}
		return "agent", true
	case "divisionId":
		return b.organisation.DivisionOf(&b.organisation.Queues[r.queue]).ID, true
	case "direction", "originatingDirection":
		return "inbound", true
	case "conversationId":
		return organisation.NumberedUUID(b.seed, "conversation", r.conversation), true
	default:
		return "", false
	}
}

// matches tests a dimension against a value; queues and codes are looked up once.
func (b *directory) matches(dimension, value string) test {
	switch dimension {
	case "queueId":
		at, known := b.queues[value]
		return func(r *record) bool { return known && r.queue == at }
	case "wrapUpCode":
		at, known := b.codes[value]
		return func(r *record) bool { return known && r.code == at }
	default:
		return func(r *record) bool {
			got, ok := b.value(r, dimension)
			return ok && got == value
		}
	}
}

// key is what sets one group of a result apart from the others: the places of the
// dimensions grouped by, absent where they are not.
type key struct {
	queue, code, agent int32
	media              contact.Media
	side               int8
	branch             bool
	serial             uint64
}

// keyer makes the key of a record for a list of dimensions; mediaType is always among them.
type keyer struct{ queue, code, agent, purpose, conversation, division bool }

func newKeyer(groupBy []string) keyer {
	by := func(dimension string) bool { return slices.Contains(groupBy, dimension) }
	return keyer{by("queueId"), by("wrapUpCode"), by("userId"), by("purpose"), by("conversationId"),
		by("divisionId") && !by("queueId")}
}

func (k keyer) key(r *record) key {
	out := key{queue: absent, code: absent, agent: absent, media: r.media}
	if k.queue {
		out.queue = int32(r.queue)
	}
	if k.code {
		out.code = int32(r.code)
	}
	if k.agent {
		out.agent = int32(r.agent)
	}
	if k.purpose && r.agent != absent {
		out.side = 1
	}
	if k.division {
		out.branch = r.branch
	}
	if k.conversation {
		out.serial = r.conversation
	}
	return out
}
