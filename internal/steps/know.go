package steps

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/calendar"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Calendar returns the calendar that holds, or NotFound where none was ever set.
func (f *WrapUpForecaster) Calendar(ctx context.Context, org wrapcast.OrganisationID) (v wrapcast.CalendarVersion, err error) {
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		v, err = tx.Decisions().Calendar(org)
		return err
	})
	return v, err
}

// SetCalendar makes a calendar the one that holds from the next forecast on. Queues may be given by name. A calendar that
// cannot be is a Usage error that names the entry; one that changes nothing is returned as it stands and leaves no trace.
func (f *WrapUpForecaster) SetCalendar(ctx context.Context, org wrapcast.OrganisationID, c wrapcast.Calendar, author, reason string) (wrapcast.CalendarVersion, error) {
	if strings.TrimSpace(author) == "" {
		return wrapcast.CalendarVersion{}, wrapcast.Errorf(wrapcast.Usage, "calendar", "a calendar needs an author")
	}
	today := wrapcast.DateOf(f.Clock.Now())
	if _, err := calendar.Resolve(c, today-366, today+366); err != nil {
		return wrapcast.CalendarVersion{}, err
	}
	var v wrapcast.CalendarVersion
	err := f.Store.Update(ctx, func(tx *store.Tx) error {
		directory, err := tx.Directory().Of(org)
		if err != nil {
			return err
		}
		if c, err = resolveCalendar(c, directory); err != nil {
			return err
		}
		if v, err = tx.Decisions().Calendar(org); err == nil && reflect.DeepEqual(v.Calendar, c) {
			return nil
		} else if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
		v = wrapcast.CalendarVersion{Schema: wrapcast.CalendarSchema, ID: wrapcast.CalendarID(f.NewID()), Organisation: org, Calendar: c,
			Author: author, Reason: reason, MadeAt: f.Clock.Now()}
		if err := tx.Decisions().SetCalendar(v); err != nil {
			return err
		}
		return f.auditKnowledge(tx, org, author, "calendar.changed", "calendar", string(v.ID),
			fmt.Sprintf("%d regions of holidays, %d closures, %d events, %d opening hours%s", len(c.Holidays), len(c.Closures), len(c.Events), len(c.Hours), because(reason)))
	})
	return v, err
}

// auditKnowledge writes down who changed what people know.
func (f *WrapUpForecaster) auditKnowledge(tx *store.Tx, org wrapcast.OrganisationID, actor, action, object, id, detail string) error {
	_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: org, At: f.Clock.Now(), Actor: actor, Action: action, Status: StatusOK,
		Objects: map[string]string{object: id}, Detail: detail})
	return err
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// AdoptCalendar stores the calendar of the settings where it differs from the one that holds.
func (f *WrapUpForecaster) AdoptCalendar(ctx context.Context, v *View) error {
	if v.Spec.Calendar == nil {
		return nil
	}
	adopted, err := f.SetCalendar(ctx, v.Organisation(), *v.Spec.Calendar, v.Spec.Actor, "from the settings")
	v.Spec.Calendar = &adopted.Calendar
	return err
}

// Lineage returns what became of codes, withdrawn changes included, in the order they were made.
func (f *WrapUpForecaster) Lineage(ctx context.Context, org wrapcast.OrganisationID) (all []wrapcast.LineageChange, err error) {
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Decisions().Lineage(org)
		return err
	})
	return all, err
}

// AddLineage keeps what became of codes; id, organisation and time are filled in. It refuses what cannot be, alone or
// beside the changes in use.
func (f *WrapUpForecaster) AddLineage(ctx context.Context, org wrapcast.OrganisationID, c wrapcast.LineageChange) (wrapcast.LineageChange, error) {
	if err := answeredFor("a change of codes", c.Author, c.Reason); err != nil {
		return c, err
	}
	c.ID, c.Organisation, c.MadeAt = wrapcast.LineageID(f.NewID()), org, f.Clock.Now()
	err := f.Store.Update(ctx, func(tx *store.Tx) error {
		all, err := tx.Decisions().Lineage(org)
		if err != nil {
			return err
		}
		inUse := []wrapcast.LineageChange{c}
		for _, other := range all {
			if other.InUse() {
				inUse = append(inUse, other)
			}
		}
		if err := adjust.CheckLineage(inUse); err != nil {
			return err
		}
		if err := tx.Decisions().AddLineage(c); err != nil {
			return err
		}
		return f.auditKnowledge(tx, org, c.Author, "lineage.added", "lineage", string(c.ID),
			fmt.Sprintf("%s of %d codes into %d on %s: %s", c.Kind, len(c.From), len(c.To), c.On, c.Reason))
	})
	return c, err
}

// WithdrawLineage takes a change back.
func (f *WrapUpForecaster) WithdrawLineage(ctx context.Context, org wrapcast.OrganisationID, id wrapcast.LineageID, by string) error {
	return f.withdraw(ctx, org, by, "lineage", string(id), func(tx *store.Tx) error { return tx.Decisions().WithdrawLineage(org, id, by, f.Clock.Now()) })
}

// MaskEdits returns what people decided about days of history, withdrawn decisions included, in the order they were made.
func (f *WrapUpForecaster) MaskEdits(ctx context.Context, org wrapcast.OrganisationID) (all []wrapcast.MaskEdit, err error) {
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Decisions().MaskEdits(org)
		return err
	})
	return all, err
}

// AddMask keeps what somebody decided about days of history; id, organisation and time are filled in.
func (f *WrapUpForecaster) AddMask(ctx context.Context, org wrapcast.OrganisationID, m wrapcast.MaskEdit) (wrapcast.MaskEdit, error) {
	if err := answeredFor("a mask", m.Author, m.Reason); err != nil {
		return m, err
	}
	switch {
	case m.To < m.From:
		return m, wrapcast.Errorf(wrapcast.Usage, "mask", "the mask ends on %s, before it begins on %s", m.To, m.From)
	case m.Kind != wrapcast.MaskHide && m.Kind != wrapcast.MaskShow:
		return m, wrapcast.Errorf(wrapcast.Usage, "mask", "%q is no kind of mask", m.Kind).WithHint("known are hide and show")
	}
	m.ID, m.Organisation, m.CreatedAt = wrapcast.MaskID(f.NewID()), org, f.Clock.Now()
	err := f.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Decisions().AddMaskEdit(m); err != nil {
			return err
		}
		return f.auditKnowledge(tx, org, m.Author, "mask.added", "mask", string(m.ID),
			fmt.Sprintf("%s %s to %s of %s: %s", m.Kind, m.From, m.To, someCodes(len(m.Codes)), m.Reason))
	})
	return m, err
}

// WithdrawMask takes a decision about days of history back.
func (f *WrapUpForecaster) WithdrawMask(ctx context.Context, org wrapcast.OrganisationID, id wrapcast.MaskID, by string) error {
	return f.withdraw(ctx, org, by, "mask", string(id), func(tx *store.Tx) error { return tx.Decisions().WithdrawMaskEdit(org, id, by, f.Clock.Now()) })
}

func (f *WrapUpForecaster) withdraw(ctx context.Context, org wrapcast.OrganisationID, by, what, id string, work func(*store.Tx) error) error {
	if strings.TrimSpace(by) == "" {
		return wrapcast.Errorf(wrapcast.Usage, what, "somebody has to withdraw it: no name is given")
	}
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		if err := work(tx); err != nil {
			return err
		}
		return f.auditKnowledge(tx, org, by, what+".withdrawn", what, id, "")
	})
}

// answeredFor refuses what nobody answers for.
func answeredFor(what, author, reason string) error {
	switch {
	case strings.TrimSpace(author) == "":
		return wrapcast.Errorf(wrapcast.Usage, "", "%s needs an author", what)
	case strings.TrimSpace(reason) == "":
		return wrapcast.Errorf(wrapcast.Usage, "", "%s needs a reason", what)
	}
	return nil
}

func someCodes(n int) string {
	if n == 0 {
		return "all codes"
	}
	return fmt.Sprintf("%d codes", n)
}
