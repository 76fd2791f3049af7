package analytics

import (
	"sort"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// directory turns places into ids and back.
type directory struct {
	organisation  *organisation.Organisation
	seed          uint64
	agentsBefore  []int          // by queue: how many agents the queues before it have
	branches      []bool         // by queue: whether it lies in the branch
	queues, codes map[string]int // places by id
	skills        skillLists
	groups        Groups
}

func newDirectory(o *organisation.Organisation, seed uint64, g Groups) *directory {
	b := &directory{organisation: o, seed: seed, queues: map[string]int{}, codes: map[string]int{},
		skills: newSkillLists(o), groups: g}
	for i, c := range o.Codes {
		b.codes[c.ID] = i
	}
	n := 0
	for i, q := range o.Queues {
		b.queues[q.ID] = i
		b.agentsBefore, b.branches = append(b.agentsBefore, n), append(b.branches, q.Branch)
		n += len(q.Agents)
	}
	return b
}

// agent numbers the agents of all queues through.
func (b *directory) agent(queue, agent int) int { return b.agentsBefore[queue] + agent }

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
	o := b.organisation
	switch dimension {
	case "queueId":
		return named(r.queue, func() string { return o.Queues[r.queue].ID })
	case "mediaType":
		return string(r.media.Analytics()), true
	case "wrapUpCode":
		return named(r.code, func() string { return o.Codes[r.code].ID })
	case "userId":
		return named(r.agent, func() string { return b.userID(r.agent) })
	case "purpose":
		return purpose(r), true
	case "divisionId":
		return o.DivisionOf(&o.Queues[r.home]).ID, true
	case "direction", "originatingDirection":
		return b.direction(r, dimension), true
	case "requestedLanguageId":
		at := o.Requirements[r.requirement].Language
		return named(at, func() string { return o.Languages[at].ID })
	case "requestedRoutingSkillId":
		return b.skills.value(r)
	case "outboundCampaignId":
		return o.Queues[r.home].Campaign, r.dialled
	case "conversationId":
		return organisation.NumberedUUID(b.seed, "conversation", r.conversation), true
	default:
		return "", false
	}
}

// named returns the id of a place, none where it is absent.
func named(place int, id func() string) (string, bool) {
	if place == absent {
		return "", false
	}
	return id(), true
}

func purpose(r *record) string {
	if r.agent == absent {
		return "acd"
	}
	return "agent"
}

// The directions.
const (
	inbound  = "inbound"
	outbound = "outbound"
)

// direction says who began a leg, or originally the conversation: a callback was asked for by a customer.
func (b *directory) direction(r *record, dimension string) string {
	switch {
	case r.outbound:
		return outbound
	case r.media == contact.Callback && dimension == "direction":
		return b.groups.Callbacks
	default:
		return inbound
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
	case "requestedRoutingSkillId":
		return b.skills.asked(value)
	default:
		return func(r *record) bool {
			got, ok := b.value(r, dimension)
			return ok && got == value
		}
	}
}
