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
	// WorkItems adds a planning group for the work items of its first queue.
	WorkItems bool
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
		if spec.Deleted != 0 {
			q.Deleted = spec.Deleted.Midnight(zone)
		}
		for agent := range spec.Agents {
			q.Agents = append(q.Agents, id("user", fmt.Sprint(spec.Name, agent)))
		}
		o.Queues = append(o.Queues, q)
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

// groups makes a planning group of every channel of a unit's queues.
func (o *Organisation) groups(id func(kind, name string) string, unit UnitSpec) []Group {
	var groups []Group
	add := func(queue int, media contact.Media) {
		name := o.Queues[queue].Name + " " + media.WFM()
		groups = append(groups, Group{id("planning group", name), name, []Route{{queue, media}}})
	}
	for i, q := range o.Queues {
		if unit.Queues != nil && !slices.Contains(unit.Queues, i) {
			continue
		}
		if unit.WorkItems && len(groups) == 0 {
			add(i, contact.WorkItem)
		}
		for m, used := range q.Media {
			if used {
				add(i, contact.Media(m))
			}
		}
	}
	return groups
}
