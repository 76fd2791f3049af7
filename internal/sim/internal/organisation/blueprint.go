package organisation

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// Blueprint is what a source of contacts knows of its organisation. Queues and Codes
// are in the order its contacts count them.
type Blueprint struct {
	Name   string
	Start  wrapcast.Date
	Queues []QueueSpec
	Codes  []CodeSpec
	// Units are the business units to be made.
	Units []UnitSpec
	// Languages and Skills are names; Requirements is what contacts may ask for together, counted from 1.
	Languages, Skills []string
	Requirements      []Requirement

	leaves map[leaf]struct{}
}

type leaf struct {
	queue, code int
	media       contact.Media
}

// QueueSpec is a queue to be made.
type QueueSpec struct {
	Name   string
	Agents int
	// Campaign says that a dialer calls for it.
	Campaign bool
	// Branch puts it into a division of its own, Deleted is the local day it was deleted, 0 where that never happened.
	Branch  bool
	Deleted wrapcast.Date
}

// UnitSpec is a business unit to be made.
type UnitSpec struct {
	Name string
	// Zone is its time zone, nil the organisation's; WeekStart the weekday its weeks begin on.
	Zone      *time.Location
	WeekStart time.Weekday
	// Queues are the places of the queues it plans, nil all of them.
	Queues []int
	// Groups makes planning groups by other rules than one for each channel of a queue; it may be nil.
	Groups func(queue int, media []contact.Media) []GroupSpec
	// WorkItems adds a planning group for the work items of its first queue.
	WorkItems bool
}

// GroupSpec is a planning group to be made.
type GroupSpec struct {
	Name   string
	Routes []Route
}

// CodeSpec is a wrap-up code to be made.
type CodeSpec struct {
	Name string
	// ID is set for codes the platform brings along.
	ID             string
	System, Hidden bool
	// Created, Modified and Deleted are local days, 0 where that never happened; Created is the organisation's then.
	Created, Modified, Deleted wrapcast.Date
	// Before is its name until it was modified, "" where it kept it.
	Before string
}

// AddLeaf says that a code occurs in a queue on a channel.
func (b *Blueprint) AddLeaf(queue, code int, m contact.Media) {
	if b.leaves == nil {
		b.leaves = map[leaf]struct{}{}
	}
	b.leaves[leaf{queue, code, m}] = struct{}{}
}

// Stream is a queue on a channel.
type Stream struct {
	Queue int
	Media contact.Media
}

// CodesOf lists the codes of each stream, in their order.
func (b *Blueprint) CodesOf() map[Stream][]int {
	all := map[Stream][]int{}
	for l := range b.leaves {
		at := Stream{l.queue, l.media}
		all[at] = append(all[at], l.code)
	}
	for _, codes := range all {
		slices.Sort(codes)
	}
	return all
}

// Leaves returns how many leaves there are.
func (b *Blueprint) Leaves() int { return len(b.leaves) }

// New makes the organisation of a blueprint.
func New(seed uint64, b Blueprint) (*Organisation, error) {
	zone, err := Zone()
	if err != nil {
		return nil, err
	}
	id := func(kind, name string) string { return UUID(seed, kind, name) }
	o := &Organisation{
		ID: id("organisation", b.Name), Name: b.Name, Zone: zone, Start: b.Start, Created: b.Start.Midnight(zone),
		Division:     Named{id("division", "Home"), "Home"},
		Branch:       Named{id("division", "Branch"), "Branch Offices"},
		Elsewhere:    Named{id("division", "Elsewhere"), "Training"},
		GoalTemplate: id("service goal template", GoalName), Administrator: id("user", "administrator"),
	}
	for _, spec := range b.Codes {
		o.Codes = append(o.Codes, o.code(id, spec))
	}
	for _, spec := range b.Queues {
		q := Queue{ID: id("queue", spec.Name), Name: spec.Name, Branch: spec.Branch}
		if spec.Campaign {
			q.Campaign = id("campaign", spec.Name)
		}
		if spec.Deleted != 0 {
			q.Deleted = spec.Deleted.Midnight(zone)
		}
		for agent := range spec.Agents {
			q.Agents = append(q.Agents, id("user", fmt.Sprint(spec.Name, agent)))
		}
		o.Queues = append(o.Queues, q)
	}
	o.Requirements = append([]Requirement{{Language: NoLanguage}}, b.Requirements...)
	for _, name := range b.Languages {
		o.Languages = append(o.Languages, Named{id("language", name), name})
	}
	for _, name := range b.Skills {
		o.Skills = append(o.Skills, Named{id("skill", name), name})
	}
	o.addLeaves(b.leaves)
	for i, spec := range b.Units {
		name := b.Name
		if i > 0 {
			name = fmt.Sprint(name, "\x00", i)
		}
		o.Units = append(o.Units, Unit{ID: id("business unit", name), Name: spec.Name, Zone: cmp.Or(spec.Zone, zone),
			WeekStart: spec.WeekStart, Groups: o.groups(id, spec)})
	}
	return o, nil
}

func (o *Organisation) code(id func(kind, name string) string, spec CodeSpec) Code {
	c := Code{ID: spec.ID, Name: spec.Name, Before: spec.Before, System: spec.System, Hidden: spec.Hidden,
		Created: o.Created, Modified: o.Created}
	if c.ID == "" {
		c.ID = id("code", spec.Name)
	}
	if spec.Created != 0 {
		c.Created = spec.Created.Midnight(o.Zone)
		c.Modified = c.Created
	}
	if spec.Modified != 0 {
		c.Modified = spec.Modified.Midnight(o.Zone).Add(9 * time.Hour)
	}
	if spec.Deleted != 0 {
		c.Deleted = spec.Deleted.Midnight(o.Zone)
		c.Modified = c.Deleted
	}
	return c
}

func (o *Organisation) addLeaves(leaves map[leaf]struct{}) {
	for l := range leaves {
		q := &o.Queues[l.queue]
		q.Media[l.media] = true
		if !o.Codes[l.code].System && !slices.Contains(q.Codes, l.code) {
			q.Codes = append(q.Codes, l.code)
		}
	}
	for i := range o.Queues {
		slices.Sort(o.Queues[i].Codes)
	}
}

// groups makes the planning groups of a unit: of each of its queues, by its rule or one for every channel.
func (o *Organisation) groups(id func(kind, name string) string, unit UnitSpec) []Group {
	var groups []Group
	for i, q := range o.Queues {
		if unit.Queues != nil && !slices.Contains(unit.Queues, i) {
			continue
		}
		var specs []GroupSpec
		if unit.WorkItems && len(groups) == 0 {
			specs = o.perChannel(i, []contact.Media{contact.WorkItem})
		}
		if unit.Groups != nil {
			specs = append(specs, unit.Groups(i, q.channels())...)
		} else {
			specs = append(specs, o.perChannel(i, q.channels())...)
		}
		for _, spec := range specs {
			groups = append(groups, Group{id("planning group", spec.Name), spec.Name, spec.Routes})
		}
	}
	return groups
}

// perChannel makes a planning group for each channel of a queue.
func (o *Organisation) perChannel(queue int, media []contact.Media) []GroupSpec {
	var specs []GroupSpec
	for _, m := range media {
		specs = append(specs, GroupSpec{o.Queues[queue].Name + " " + m.WFM(),
			[]Route{{queue, m, Requirement{Language: NoLanguage}}}})
	}
	return specs
}

func (q *Queue) channels() []contact.Media {
	var all []contact.Media
	for m, used := range q.Media {
		if used {
			all = append(all, contact.Media(m))
		}
	}
	return all
}
