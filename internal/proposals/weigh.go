package proposals

import (
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/export"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/tables/edited"
)

// maxOverrides is how many overrides one decision may make: more is another way of forecasting. maxChanges is how many
// cells are looked at one by one.
const (
	maxOverrides = 1000
	maxChanges   = 4000
)

// weigh makes overrides of the changes, finds what they meet, and works out what becomes of the forecast.
func (k *known) weigh(p *OverrideProposal, r Request) {
	if len(p.Changes) <= maxChanges {
		p.proposed = k.overrides(p.Changes, r)
		k.meet(p, r)
		p.proposed = merged(p.proposed, p.Changes)
	}
	if n := len(p.proposed); n > maxOverrides || len(p.Changes) > maxChanges {
		p.Problems = append(p.Problems, edited.Problem{What: fmt.Sprintf("%d cells are changed, which is more than one decision takes "+
			"(%d overrides, where days in a row with one number are one)", len(p.Changes), maxOverrides),
			Cure: "change many days or codes alike with `wrapcast override add --percent`, or fewer cells at a time"})
		p.proposed = nil
	}
	before := steps.WithOverrides(k.latest, k.others, k.now)
	after := steps.WithOverrides(k.latest, append(slices.Clip(k.others), p.kept()...), k.now)
	p.moved(before, after)
	rows := map[string]export.EditableRow{}
	for _, row := range export.EditableRows(k.directory, after, k.editing) {
		rows[row.Key] = row
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		c.After = rows[c.key].Values[c.Day-k.latest.From]
		if c.Reason == "" && !c.Left {
			p.WithoutReason++
		}
	}
}

// scope are the codes and queues a change is about.
func (c Change) scope() (codes []wrapcast.CodeID, queues []wrapcast.QueueID) {
	if c.Kind != "queue" {
		codes = []wrapcast.CodeID{c.Code}
	}
	if c.Kind != "code" {
		queues = []wrapcast.QueueID{c.Queue}
	}
	return codes, queues
}

// overrides are those that changes ask for, one each.
func (k *known) overrides(changes []Change, r Request) (all []proposed) {
	for i, c := range changes {
		o := wrapcast.Override{ID: wrapcast.OverrideID(fmt.Sprintf("proposed-%06d", i)), From: c.Day, To: c.Day,
			Organisation: k.directory.Organisation.ID, Kind: wrapcast.OverrideSet, Value: c.Wanted, Author: r.Author,
			Reason: c.Reason, Ticket: r.Ticket, ExpiresAt: r.ExpiresAt, CreatedAt: k.now}
		if o.Codes, o.Queues = c.scope(); c.Percent != nil {
			o.Kind, o.Value = wrapcast.OverridePercent, *c.Percent
		}
		all = append(all, proposed{override: o, changes: []int{i}})
	}
	return all
}

// merged makes one override of those of days in a row that say the same, for the same reason.
func merged(each []proposed, changes []Change) (all []proposed) {
	for _, one := range each {
		if n := len(all); n > 0 && goesOn(all[n-1], one, changes) {
			all[n-1].override.To = one.override.To
			all[n-1].changes = append(all[n-1].changes, one.changes...)
			continue
		}
		all = append(all, one)
	}
	return all
}

// goesOn reports whether an override is that of the day before, one day on.
func goesOn(before, one proposed, changes []Change) bool {
	a, b := before.override, one.override
	waits := func(p proposed) bool { return changes[p.changes[0]].Conflict != nil }
	return b.From == a.To+1 && b.Kind == a.Kind && b.Value == a.Value && b.Reason == a.Reason &&
		b.Overlap == a.Overlap && before.left == one.left && waits(before) == waits(one) &&
		slices.Equal(a.Codes, b.Codes) && slices.Equal(a.Queues, b.Queues)
}

// meet finds the overrides that proposed ones meet, and says what holds: a number typed over one that the file shows
// takes its place; where one was made since, or two changes of the file meet, somebody has to say.
func (k *known) meet(p *OverrideProposal, r Request) {
	all := slices.Clip(k.others)
	at := map[wrapcast.OverrideID]int{}
	for i, one := range p.proposed {
		o := one.override
		o.Reason, o.Author = or(o.Reason, "-"), or(o.Author, "-") // what is missing is told elsewhere
		all, at[o.ID] = append(all, o), i
	}
	for _, overlap := range adjust.Overlaps(k.latest, all, k.now) {
		later, proposes := at[overlap.Later.ID]
		if !proposes {
			continue
		}
		one := &p.proposed[later]
		if other, clash := at[overlap.Earlier.ID]; clash {
			p.clash(&p.proposed[other], one, r)
			continue
		}
		if !k.meanwhile(overlap.Earlier) {
			one.override.Overlap = wrapcast.OverlapRule(or(string(one.override.Overlap), string(wrapcast.OverlapReplace)))
			continue
		}
		p.conflict(one, overlap, r)
	}
	for _, c := range p.Changes {
		if c.Conflict != nil && c.Conflict.Rule == "" && !c.Left {
			p.InConflict++
		}
	}
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// clash tells of two changes of the file that change the same contacts.
func (p *OverrideProposal) clash(a, b *proposed, r Request) {
	if r.Overlap != "" {
		b.override.Overlap = r.Overlap
		return
	}
	first, second := p.Changes[a.changes[0]], p.Changes[b.changes[0]]
	p.Problems = append(p.Problems, edited.Problem{Cell: second.Cell, What: fmt.Sprintf("and %s change the same contacts: %s and %s on %s",
		first.Cell, second.title(), first.title(), second.Day),
		Cure: "change one of the two; or say what holds where they meet: --overlap narrower, replace or compound"})
}

// title names what a change is of.
func (c Change) title() string {
	switch c.Kind {
	case "queue":
		return c.QueueName
	case "code":
		return c.CodeName
	}
	return c.CodeName + " in " + c.QueueName
}

// conflict notes an override that was made since with the changes that meet it.
func (p *OverrideProposal) conflict(one *proposed, overlap adjust.Overlap, r Request) {
	if r.Overlap != "" {
		one.override.Overlap = r.Overlap
	}
	one.left = one.left || r.WithoutConflicts && r.Overlap == ""
	o, c := overlap.Earlier, &p.Changes[one.changes[0]]
	c.Conflict = &Conflict{Override: o.ID, Author: o.Author, Reason: o.Reason, MadeAt: o.CreatedAt, Rule: r.Overlap}
	c.Left = one.left
}

// kept are the overrides that would hold: without those left out, and those that wait for a rule.
func (p *OverrideProposal) kept() (all []wrapcast.Override) {
	for _, one := range p.proposed {
		waits := slices.ContainsFunc(one.changes, func(i int) bool {
			c := p.Changes[i].Conflict
			return c != nil && c.Rule == ""
		})
		if one.left || waits {
			continue
		}
		o := one.override
		o.Reason, o.Author = or(o.Reason, "-"), or(o.Author, "-")
		all = append(all, o)
	}
	return all
}

// moved lists the codes and queues whose days differ between two forecasts, and the total.
func (p *OverrideProposal) moved(before, after wrapcast.Forecast) {
	for i, c := range before.Codes {
		if !slices.Equal(c.Mean, after.Codes[i].Mean) {
			p.Codes = append(p.Codes, steps.MovedForecast{ID: string(c.Code.ID), Name: c.Code.Name, Before: c.Mean,
				After: after.Codes[i].Mean})
		}
	}
	for i, q := range before.Queues {
		if !slices.Equal(q.Mean, after.Queues[i].Mean) {
			p.Queues = append(p.Queues, steps.MovedForecast{ID: string(q.Queue.ID), Name: q.Queue.Name, Before: q.Mean,
				After: after.Queues[i].Mean})
		}
	}
	p.Total = steps.MovedForecast{Name: "total", Before: before.Total.Mean, After: after.Total.Mean}
}
