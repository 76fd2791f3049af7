package analytics

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// key is what sets one group of a result apart from the others: the places of the
// dimensions grouped by, absent where they are not.
type key struct {
	queue, code, agent, campaign int32
	media                        contact.Media
	side, direction, branch      int8
	language, skills             int16
	serial                       uint64
}

// keyer makes the key of a record for a list of dimensions; mediaType is always among them.
type keyer struct {
	queue, code, agent, purpose, conversation, division, direction, campaign bool
	language, skills                                                         bool
	// flat counts a contact once for all its skills instead of once for each.
	flat bool
	// requirements and lists are what contacts ask for, the latter by requirement: which have the same skills.
	requirements []organisation.Requirement
	lists        []int
}

func newKeyer(q *query, b *directory) keyer {
	by := func(dimension string) bool { return slices.Contains(q.GroupBy, dimension) }
	return keyer{queue: by("queueId"), code: by("wrapUpCode"), agent: by("userId"), purpose: by("purpose"),
		conversation: by("conversationId"), division: by("divisionId"),
		direction: by("direction") || by("originatingDirection"), campaign: by("outboundCampaignId"),
		language: by("requestedLanguageId"), skills: by("requestedRoutingSkillId"),
		flat:         q.FlattenMultivaluedDimensions || b.groups.SkillsAsList,
		requirements: b.organisation.Requirements, lists: b.skills.same}
}

// sparse reports whether there are too many values to reserve a place for each.
func (k *keyer) sparse() bool {
	return k.agent || k.conversation || k.division || k.campaign || k.language || k.skills
}

func (k *keyer) key(r *record) key {
	out := key{queue: absent, code: absent, agent: absent, campaign: absent, media: r.media, language: absent,
		skills: absent}
	if k.queue {
		out.queue = int32(r.queue)
	}
	if k.code {
		out.code = int32(r.code)
	}
	if k.agent {
		out.agent = int32(r.agent)
	}
	if k.campaign && r.dialled {
		out.campaign = int32(r.home)
	}
	out.side, out.direction = number(k.purpose && r.agent != absent), number(k.direction && r.outbound)
	out.branch = number(k.division && r.branch)
	if k.language {
		out.language = int16(k.requirements[r.requirement].Language)
	}
	if k.skills {
		out.skills = k.skillKey(r)
	}
	if k.conversation {
		out.serial = r.conversation
	}
	return out
}

// skillKey numbers sets of skills from 0 and single skills below absent.
func (k *keyer) skillKey(r *record) int16 {
	if r.skill != absent {
		return int16(absent - 1 - r.skill)
	}
	return int16(k.lists[r.requirement])
}

func number(b bool) int8 {
	if b {
		return 1
	}
	return 0
}

func compareKeys(x, y *key) int {
	return cmp.Or(cmp.Compare(x.queue, y.queue), cmp.Compare(x.code, y.code), cmp.Compare(x.media, y.media),
		cmp.Compare(x.direction, y.direction), cmp.Compare(x.language, y.language), cmp.Compare(x.skills, y.skills),
		cmp.Compare(x.agent, y.agent), cmp.Compare(x.side, y.side), cmp.Compare(x.branch, y.branch),
		cmp.Compare(x.campaign, y.campaign), cmp.Compare(x.serial, y.serial))
}
