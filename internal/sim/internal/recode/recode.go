// Package recode lets wrap-up codes be renamed under new ids, merged and split in the course of a history, as happens
// when somebody reviews a list of codes. All of it is synthetic.
package recode

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

const (
	// oneIn is how many codes there are for each change.
	oneIn = 12
	// margin is how many days of history lie before the first change and after the last, where there are as many.
	margin = 90
	// sampled is how many days say which codes are used where.
	sampled = 28
	// firstPart is the share of the contacts of a code that is split which get the first of its two codes.
	firstPart = 0.6
)

// Change is one change: places of the codes before and after it, and its first local day.
type Change struct {
	From, To []int
	On       wrapcast.Date
}

// Apply changes one in twelve codes between the first day and today: in turn one is renamed, two of one queue are
// merged and one is split. The codes are neither the largest eighth nor the smaller half; those before a change are
// deleted on its day. Every second change has names that tell of it.
func Apply(
	source contact.Source, b *organisation.Blueprint, from, today wrapcast.Date, zone *time.Location,
) (contact.Source, []Change) {
	p := planner{b: b, usage: sample(source, b, from, today)}
	free := p.middling()
	n := max(1, len(p.usage)/oneIn)
	first, last := from+min(margin, (today-from)/3), today-min(margin, (today-from)/3)
	r := &recoded{source: source, codes: map[int]follow{}}
	for i := range n {
		on := first + wrapcast.Date(int(last-first)*i/max(n, 2))
		for on.Weekday() != time.Monday {
			on++
		}
		c := Change{On: on}
		if c.From, free = p.take(free, i%3 == 1); c.From == nil {
			break
		}
		p.create(&c, i)
		for _, code := range c.From {
			r.codes[code] = follow{to: c.To, at: on.Midnight(zone).UnixMilli()}
		}
		r.changes = append(r.changes, c)
	}
	return r, r.changes
}

// usage is how many contacts a code has in a queue on the days sampled.
type usage struct {
	code, contacts int
	queues         map[int]int
	streams        map[organisation.Stream]bool
}

// sample counts contacts on some days of the history, for each of the codes that agents choose.
func sample(source contact.Source, b *organisation.Blueprint, from, today wrapcast.Date) []*usage {
	all := make([]*usage, len(b.Codes))
	for i := range all {
		all[i] = &usage{code: i, queues: map[int]int{}, streams: map[organisation.Stream]bool{}}
	}
	step := max(1, (today-from)/sampled)
	for day := from; day < today; day += step {
		for c := range source.Day(day) {
			if c.Code != contact.NoCode {
				u := all[c.Code]
				u.contacts++
				u.queues[c.Queue]++
				u.streams[organisation.Stream{Queue: c.Queue, Media: c.Media}] = true
			}
		}
	}
	return slices.DeleteFunc(all, func(u *usage) bool {
		spec := b.Codes[u.code]
		return spec.System || spec.Hidden || spec.Deleted != 0 || spec.Created != 0 || spec.Before != ""
	})
}

type planner struct {
	b     *organisation.Blueprint
	usage []*usage
}

// middling are the codes from the second eighth to the middle by size, the largest first.
func (p *planner) middling() []*usage {
	bySize := slices.Clone(p.usage)
	slices.SortStableFunc(bySize, func(a, b *usage) int { return cmp.Compare(b.contacts, a.contacts) })
	return bySize[len(bySize)/8 : (len(bySize)+1)/2]
}

// take takes a code, or two of one queue, out of those that are free; none where there is none.
func (p *planner) take(free []*usage, two bool) (codes []int, left []*usage) {
	for i, u := range free {
		if !two {
			return []int{u.code}, slices.Delete(free, i, i+1)
		}
		for j := i + 1; j < len(free); j++ {
			if main(u) == main(free[j]) {
				codes = []int{u.code, free[j].code}
				return codes, slices.Delete(slices.Delete(free, j, j+1), i, i+1)
			}
		}
	}
	return nil, free
}

// main is the queue in which a code is used most.
func main(u *usage) int {
	best, most := -1, -1
	for q, n := range u.queues {
		if n > most || n == most && q < best {
			best, most = q, n
		}
	}
	return best
}

// create adds the codes after a change to the blueprint, and deletes those before it.
func (p *planner) create(c *Change, i int) {
	old := p.b.Codes[c.From[0]].Name
	told := []string{old + " (new)"}
	untold := []string{"Review item " + string(rune('A'+i%26))}
	if len(c.From) > 1 {
		told[0] = old + " and others"
	} else if i%3 == 2 {
		told, untold = []string{old + " - urgent", old + " - other"}, append(untold, "Further "+untold[0])
	}
	if i%2 == 1 {
		told = untold
	}
	for _, name := range told {
		c.To = append(c.To, len(p.b.Codes))
		p.b.Codes = append(p.b.Codes, organisation.CodeSpec{Name: name, Created: c.On})
	}
	for _, code := range c.From {
		p.b.Codes[code].Deleted = c.On
		at := slices.IndexFunc(p.usage, func(u *usage) bool { return u.code == code })
		for s := range p.usage[at].streams {
			for _, to := range c.To {
				p.b.AddLeaf(s.Queue, to, s.Media)
			}
		}
	}
}

// follow is what comes after a code, from an instant in Unix milliseconds on.
type follow struct {
	to []int
	at int64
}

// recoded are another source's contacts under the codes of their day.
type recoded struct {
	source  contact.Source
	codes   map[int]follow
	changes []Change
}

// Day yields the contacts of a local day.
func (r *recoded) Day(day wrapcast.Date) iter.Seq[contact.Contact] {
	return func(yield func(contact.Contact) bool) {
		for c := range r.source.Day(day) {
			c.Code, c.Before = r.follow(c.Code, &c), r.follow(c.Before, &c)
			if !yield(c) {
				return
			}
		}
	}
}

// recodeStream keeps its chances apart from others.
const recodeStream = 500

// follow is the code that stands for another when a contact ends.
func (r *recoded) follow(code int, c *contact.Contact) int {
	f, changed := r.codes[code]
	if !changed || c.Completed() < f.at {
		return code
	}
	if len(f.to) == 1 || float64(contact.Mix(c.Serial, recodeStream)%1000) < 1000*firstPart {
		return f.to[0]
	}
	return f.to[1]
}
