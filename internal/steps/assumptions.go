package steps

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Assumptions are the decisions of people that a forecast uses: what no history tells.
type Assumptions struct {
	Calendar wrapcast.Calendar
	// Resolved is the calendar worked out for the days of the history and those that may be forecast.
	Resolved  *calendar.ResolvedCalendar
	Lineage   []wrapcast.LineageChange
	Overrides []wrapcast.Override
	Masks     []wrapcast.MaskEdit
	// Findings tell what of it does not fit the history.
	Findings []wrapcast.Finding
}

// loadAssumptions reads what holds for days from the first of the history to the last that may be forecast.
func (v *View) loadAssumptions(tx *store.Tx, from, to wrapcast.Date) (*Assumptions, error) {
	k, org := &Assumptions{}, v.Organisation()
	var err error
	if k.Calendar, err = v.calendar(tx); err != nil {
		return nil, err
	}
	v.leftAway.leaveAway(k)
	if k.Resolved, err = calendar.Resolve(k.Calendar, from, to); err != nil {
		return nil, err
	}
	if k.Lineage, err = store.DecisionsOf[wrapcast.LineageChange](tx).InUse(org); err != nil {
		return nil, err
	}
	if k.Masks, err = store.DecisionsOf[wrapcast.MaskEdit](tx).InUse(org); err != nil {
		return nil, err
	}
	v.leftAway.leaveAway(k)
	k.Overrides, err = OverridesSince(tx, org, from)
	return k, err
}

// AdoptCalendar stores the calendar of the settings where it differs from the one that holds.
func (f *WrapUpForecaster) AdoptCalendar(ctx context.Context, v *View) error {
	if v.Spec.Calendar == nil {
		return nil
	}
	adopted, err := f.Decisions().SetCalendar(ctx, v.Organisation(), *v.Spec.Calendar, v.Spec.Actor,
		"from the settings")
	v.Spec.Calendar = &adopted.Calendar
	return err
}

// calendar is the one the run was asked to use, else the one that was set last, else an empty one.
func (v *View) calendar(tx *store.Tx) (wrapcast.Calendar, error) {
	if v.Spec.Calendar != nil {
		return resolveCalendar(*v.Spec.Calendar, v.Directory)
	}
	stored, err := store.DecisionsOf[wrapcast.CalendarVersion](tx).Latest(v.Organisation())
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return wrapcast.Calendar{}, nil
	}
	return stored.Calendar, err
}

// byHand is what people decided about the days of a code: with the reason, and whose it is. Of two decisions about a
// day the later holds.
func (k *Assumptions) byHand(code wrapcast.CodeID) (hidden, shown map[wrapcast.Date]string) {
	hidden, shown = map[wrapcast.Date]string{}, map[wrapcast.Date]string{}
	before := k.predecessors(code)
	for _, m := range k.Masks {
		last, covered := lastCovered(m, code, before)
		if !covered {
			continue
		}
		to, other := hidden, shown
		if m.Kind == wrapcast.MaskShow {
			to, other = shown, hidden
		}
		for day := m.From; day <= last; day++ {
			to[day] = fmt.Sprintf("%s (%s)", m.Reason, m.Author)
			delete(other, day)
		}
	}
	return hidden, shown
}

// predecessor is a code whose history before a day has become that of another, alone or with that of others.
type predecessor struct {
	code  wrapcast.CodeID
	on    wrapcast.Date
	alone bool
}

// predecessors are the codes whose history a code has by the changes of lineage in use, and theirs in turn.
func (k *Assumptions) predecessors(code wrapcast.CodeID) (all []predecessor) {
	after := []predecessor{{code, math.MaxInt32, true}}
	for len(after) > 0 && len(all) < len(k.Lineage)*maxCodesOfChange {
		now := after[0]
		after = after[1:]
		for _, c := range k.Lineage {
			if c.On > now.on || !slices.ContainsFunc(c.To, func(s wrapcast.LineageShare) bool { return s.Code == now.code }) {
				continue
			}
			for _, from := range c.From {
				if from != now.code {
					after = append(after, predecessor{from, c.On, now.alone && len(c.From) == 1})
				}
			}
		}
		if now.code != code {
			all = append(all, now)
		}
	}
	return all
}

// maxCodesOfChange ends the search through changes that lead in circles.
const maxCodesOfChange = 1000

// lastCovered is the last day of a code that a decision about days is of: one about the code itself of all its days,
// one about a code before it of those before the change. Days that others have a part in are hidden by one of them, and
// shown by none.
func lastCovered(m wrapcast.MaskEdit, code wrapcast.CodeID, before []predecessor) (last wrapcast.Date, covered bool) {
	if (wrapcast.Scope{Codes: m.Codes}).CoversCode(code) {
		return m.To, true
	}
	for _, p := range before {
		if slices.Contains(m.Codes, p.code) && m.From < p.on && (p.alone || m.Kind == wrapcast.MaskHide) {
			last, covered = max(last, min(m.To, p.on-1)), true
		}
	}
	return last, covered
}

// hidden tells whether people hid a day of a code. It is for one goroutine.
func (k *Assumptions) hidden() func(wrapcast.CodeID, wrapcast.Date) bool {
	known := map[wrapcast.CodeID]map[wrapcast.Date]string{}
	return func(code wrapcast.CodeID, day wrapcast.Date) bool {
		if len(k.Masks) == 0 {
			return false
		}
		if _, asked := known[code]; !asked {
			known[code], _ = k.byHand(code)
		}
		_, hides := known[code][day]
		return hides
	}
}

// EditOf is the latest decision about a day of a code.
func (k *Assumptions) EditOf(code wrapcast.CodeID, day wrapcast.Date) wrapcast.MaskID {
	before := k.predecessors(code)
	for _, m := range slices.Backward(k.Masks) {
		if last, covered := lastCovered(m, code, before); covered && m.From <= day && day <= last {
			return m.ID
		}
	}
	return ""
}
