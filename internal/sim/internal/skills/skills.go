// Package skills lets contacts ask for a language and for skills, and planning groups plan those who do. All of it is
// synthetic.
//
// Of three queues in a row the first takes contacts by language and skills and has a planning group for each language,
// and one for a language with a skill, the second takes contacts by skills and has groups for one skill, for two
// together and for neither, and the third asks for nothing and has one planning group for all its channels. Groups of
// that kind are on a queue's first channel; what comes by the others is planned by channel, whatever it asks for.
package skills

import (
	"iter"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// The languages; nobody speaks the last.
const (
	none = organisation.NoLanguage + iota
	english
	spanish
	german
)

// The skills.
const (
	accounts = iota
	escalations
	technical
)

// lists are the skills that are asked for together. The same two come in both orders.
func lists() [][]int {
	return [][]int{nil, {accounts}, {escalations}, {accounts, escalations}, {escalations, accounts},
		{technical, accounts, escalations}}
}

// shares are of the lists, by how a queue takes its contacts.
func shares(by int) []float64 {
	return [][]float64{{0.7, 0.2, 0, 0.1, 0, 0}, {0.3, 0.3, 0.15, 0.15, 0.05, 0.05}, {1, 0, 0, 0, 0, 0}}[by]
}

// Source is another source's contacts with what they ask for.
type Source struct{ source contact.Source }

// Apply adds languages, skills and planning groups to the blueprint, and what is asked for to the contacts. idle adds a
// planning group for a language that nobody asks for.
func Apply(source contact.Source, b *organisation.Blueprint, idle bool) Source {
	b.Languages = []string{"English", "Spanish", "German"}
	b.Skills = []string{"Accounts", "Escalations", "Technical"}
	for language := none; language <= spanish; language++ {
		for _, skills := range lists() {
			if language != none || skills != nil {
				b.Requirements = append(b.Requirements, organisation.Requirement{Language: language, Skills: skills})
			}
		}
	}
	for i := range b.Units {
		b.Units[i].Groups = func(queue int, media []contact.Media) []organisation.GroupSpec {
			g := grouping{name: b.Queues[queue].Name, queue: queue}
			g.add(media, idle && queue == 0)
			return g.specs
		}
	}
	return Source{source}
}

// Day yields the contacts of a local day. Who was called asks for nothing.
func (s Source) Day(day wrapcast.Date) iter.Seq[contact.Contact] {
	return func(yield func(contact.Contact) bool) {
		for c := range s.source.Day(day) {
			if !c.Outbound {
				c.Requirement = asks(&c)
			}
			if !yield(c) {
				return
			}
		}
	}
}

// The numbers that keep chances apart.
const (
	languageStream = iota + 400
	skillStream
)

// asks draws what a contact asks for: its place among the requirements, which begin with nothing.
func asks(c *contact.Contact) int {
	by := c.Queue % 3
	language := 0
	if u := chance(c, languageStream); by == 0 && u < 0.9 {
		language = 1
		if u >= 0.6 {
			language = 2
		}
	}
	list, u := 0, chance(c, skillStream)
	for n, share := range shares(by) {
		if list = n; u < share {
			break
		}
		u -= share
	}
	return language*len(lists()) + list
}

func chance(c *contact.Contact, stream uint64) float64 {
	return float64(contact.Mix(c.Serial, stream)>>11) / (1 << 53)
}

// grouping makes the planning groups of a queue.
type grouping struct {
	name  string
	queue int
	specs []organisation.GroupSpec
}

func (g *grouping) add(media []contact.Media, idle bool) {
	if len(media) == 0 {
		return
	}
	first := media[0]
	if idle {
		g.group(first.WFM()+" German", german, nil, first)
	}
	switch g.queue % 3 {
	case 0:
		g.group(first.WFM()+" English", english, nil, first)
		g.group(first.WFM()+" Spanish", spanish, nil, first)
		g.group(first.WFM()+" Spanish Accounts", spanish, []int{accounts}, first)
	case 1:
		g.group(first.WFM()+" Accounts", none, []int{accounts}, first)
		g.group(first.WFM()+" Accounts and Escalations", none, []int{accounts, escalations}, first)
	default:
		g.group("All Channels", none, nil, media...)
		return
	}
	for _, m := range media {
		g.group(m.WFM(), none, nil, m)
	}
}

func (g *grouping) group(name string, language int, skills []int, media ...contact.Media) {
	spec := organisation.GroupSpec{Name: g.name + " " + name}
	for _, m := range media {
		spec.Routes = append(spec.Routes, organisation.Route{Queue: g.queue, Media: m,
			Requirement: organisation.Requirement{Language: language, Skills: skills}})
	}
	g.specs = append(g.specs, spec)
}
