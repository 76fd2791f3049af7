package steps

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/store"
)

// knowledge is what people know and no history tells.
type knowledge struct {
	calendar  wrapcast.Calendar
	resolved  *calendar.ResolvedCalendar
	lineage   []wrapcast.LineageChange
	overrides []wrapcast.Override
	masks     []wrapcast.MaskEdit
	// findings tell what of it does not fit what was seen.
	findings []wrapcast.Finding
}

// loadKnowledge reads what holds for days from the first of the history to the last that may be forecast.
func (p *pass) loadKnowledge(tx *store.Tx, from, to wrapcast.Date) (*knowledge, error) {
	k, org := &knowledge{}, p.run.Organisation
	var err error
	if k.calendar, err = p.calendar(tx); err != nil {
		return nil, err
	}
	if k.resolved, err = calendar.Resolve(k.calendar, from, to); err != nil {
		return nil, err
	}
	if k.lineage, err = lineageInUse(tx, org); err != nil {
		return nil, err
	}
	masks, err := tx.Decisions().MaskEdits(org)
	if err != nil {
		return nil, err
	}
	for _, m := range masks {
		if m.InUse() {
			k.masks = append(k.masks, m)
		}
	}
	k.overrides, err = tx.Decisions().Overrides(org, from)
	return k, err
}

func lineageInUse(tx *store.Tx, org wrapcast.OrganisationID) (inUse []wrapcast.LineageChange, err error) {
	all, err := tx.Decisions().Lineage(org)
	for _, c := range all {
		if c.InUse() {
			inUse = append(inUse, c)
		}
	}
	return inUse, err
}

// calendar is the one the run was asked to use, else the one that was set last, else an empty one.
func (p *pass) calendar(tx *store.Tx) (wrapcast.Calendar, error) {
	if p.spec.Calendar != nil {
		return resolveCalendar(*p.spec.Calendar, p.directory)
	}
	stored, err := tx.Decisions().Calendar(p.run.Organisation)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return wrapcast.Calendar{}, nil
	}
	return stored.Calendar, err
}

// byHand is what people decided about the days of a code: with the reason, and whose it is. Of two decisions about a day the later holds.
func (k *knowledge) byHand(code wrapcast.CodeID) (hidden, shown map[wrapcast.Date]string) {
	hidden, shown = map[wrapcast.Date]string{}, map[wrapcast.Date]string{}
	for _, m := range k.masks {
		if !amongAll(m.Codes, code) {
			continue
		}
		to, other := hidden, shown
		if m.Kind == wrapcast.MaskShow {
			to, other = shown, hidden
		}
		for day := m.From; day <= m.To; day++ {
			to[day] = fmt.Sprintf("%s (%s)", m.Reason, m.Author)
			delete(other, day)
		}
	}
	return hidden, shown
}

// amongAll reports whether v is listed; an empty list means all.
func amongAll[T comparable](listed []T, v T) bool {
	for _, l := range listed {
		if l == v {
			return true
		}
	}
	return len(listed) == 0
}
