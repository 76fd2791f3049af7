package steps

import (
	"context"
	"fmt"
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
	for _, m := range k.Masks {
		if !(wrapcast.Scope{Codes: m.Codes}).CoversCode(code) {
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
	for _, m := range slices.Backward(k.Masks) {
		if m.From <= day && day <= m.To && (wrapcast.Scope{Codes: m.Codes}).CoversCode(code) {
			return m.ID
		}
	}
	return ""
}
