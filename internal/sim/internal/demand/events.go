package demand

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// events are the two things that happen to codes in mid-history: one is deleted and its
// contacts get another's code from then on, one is renamed and keeps its id. Both are synthetic.
type events struct {
	deleted, successor, renamed int // kinds; -1 where there are too few codes
	at                          int64
	day                         wrapcast.Date
}

// minForEvents is how many codes an organisation needs before one is taken away.
const minForEvents = 4

// planEvents chooses, seeded, among codes of middling size.
func (m *Model) planEvents() events {
	none := events{deleted: -1, successor: -1, renamed: -1}
	if len(m.kinds) < minForEvents || m.options.Events == 0 {
		return none
	}
	bySize := make([]int, len(m.kinds))
	for i := range bySize {
		bySize[i] = i
	}
	slices.SortFunc(bySize, func(a, b int) int { return cmp.Compare(m.kinds[b].requests, m.kinds[a].requests) })
	middling := bySize[len(bySize)/4 : max(len(bySize)*2/3, len(bySize)/4+2)]
	pick := int(contact.Mix(m.options.Seed, uint64(len(middling))) % uint64(len(middling)))
	e := events{deleted: middling[pick], renamed: middling[(pick+1)%len(middling)], day: m.options.Events}
	e.at = e.day.Midnight(m.options.Zone).UnixMilli()
	e.successor = m.successorOf(e.deleted, e.renamed)
	return e
}

// successorOf returns the largest other code of the deleted code's main queue; where it has none, of all queues.
func (m *Model) successorOf(deleted, renamed int) int {
	perQueue := make([]float64, len(m.queues))
	for _, f := range m.streams {
		if f.kind == deleted {
			perQueue[f.queue] += f.daily
		}
	}
	main := slices.Index(perQueue, slices.Max(perQueue))
	perKind := make([]float64, len(m.kinds))
	for _, f := range m.streams {
		perKind[f.kind] += f.daily / 1e6
		if f.queue == main {
			perKind[f.kind] += f.daily
		}
	}
	perKind[deleted], perKind[renamed] = -1, -1
	return slices.Index(perKind, slices.Max(perKind))
}

// relabel returns the code of a contact: its own, or the successor's once its own is deleted.
func (e *events) relabel(c *contact.Contact) int {
	if c.Code == e.deleted && c.Completed() >= e.at {
		return e.successor
	}
	return c.Code
}

// Blueprint lists what the organisation must have for the model's contacts.
func (m *Model) Blueprint() organisation.Blueprint {
	b := organisation.Blueprint{Name: m.name, Start: m.options.Start}
	for _, q := range m.queues {
		b.Queues = append(b.Queues, organisation.QueueSpec{Name: q.name, Agents: q.agents})
	}
	for i, k := range m.kinds {
		spec := organisation.CodeSpec{Name: k.name}
		switch i {
		case m.events.deleted:
			spec.Deleted = m.events.day
		case m.events.renamed:
			spec.Modified, spec.Before = m.events.day, k.name+" (old)"
		}
		b.Codes = append(b.Codes, spec)
	}
	m.hide(b.Codes)
	m.lives.mark(b.Codes)
	b.Codes = append(b.Codes,
		organisation.CodeSpec{ID: "ININ-WRAP-UP-TIMEOUT", Name: "ININ-WRAP-UP-TIMEOUT", System: true},
		organisation.CodeSpec{ID: "ININ-WRAP-UP-SKIPPED", Name: "ININ-WRAP-UP-SKIPPED", System: true},
		organisation.CodeSpec{ID: string(wrapcast.DefaultCode), Name: "Default Wrap-up Code", System: true})
	if m.lives.merges() {
		b.Codes = append(b.Codes, organisation.CodeSpec{Name: m.lives.name, Created: m.lives.merge})
	}
	for _, f := range m.streams {
		b.AddLeaf(f.queue, f.kind, f.media)
		if m.lives.merges() && (f.kind == m.lives.one || f.kind == m.lives.other) {
			b.AddLeaf(f.queue, len(m.kinds)+mergedCode, f.media)
		}
		if f.kind == m.events.deleted {
			b.AddLeaf(f.queue, m.events.successor, f.media)
		}
	}
	return b
}

// hide marks the smallest codes as lying in a division the client does not see.
func (m *Model) hide(codes []organisation.CodeSpec) {
	for range m.options.HiddenCodes {
		least := -1
		for i := range m.kinds {
			plain := !codes[i].Hidden && i != m.events.deleted && i != m.events.renamed && i != m.events.successor &&
				!m.lives.concern(i)
			if plain && (least < 0 || m.kinds[i].requests < m.kinds[least].requests) {
				least = i
			}
		}
		if least < 0 {
			return
		}
		codes[least].Hidden = true
	}
}
