package store_test

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func testCalendarVersions(b bundle) {
	b.refused(wrapcast.NotFound, "a calendar is not stored", func(tx *store.Tx) error {
		_, err := tx.Decisions().Calendar(b.org)
		return err
	})
	first := wrapcast.CalendarVersion{Schema: wrapcast.CalendarSchema, ID: "c1", Organisation: b.org, Author: "ann", MadeAt: noon,
		Calendar: wrapcast.Calendar{Holidays: []string{"US-MA"}}}
	second := first
	second.ID, second.Author, second.Reason = "c2", "bob", "a mailing"
	second.Calendar.Events = []wrapcast.CalendarEvent{{Name: "mailing", Days: wrapcast.Days{From: 20000, Repeat: wrapcast.Monthly}}}
	b.update(func(tx *store.Tx) error { return tx.Decisions().SetCalendar(first) })
	b.update(func(tx *store.Tx) error { return tx.Decisions().SetCalendar(second) })
	wantSame(b.t, "the calendar that holds", second, read(b, func(tx *store.Tx) (wrapcast.CalendarVersion, error) { return tx.Decisions().Calendar(b.org) }))
	wantSame(b.t, "all versions", []wrapcast.CalendarVersion{second, first},
		read(b, func(tx *store.Tx) ([]wrapcast.CalendarVersion, error) { return tx.Decisions().Calendars(b.org) }))
	b.refused(wrapcast.Conflict, "calendar c1 is already stored", func(tx *store.Tx) error { return tx.Decisions().SetCalendar(first) })
}

func testWithdrawal(b bundle) {
	o := wrapcast.Override{ID: "o1", Organisation: b.org, Codes: []wrapcast.CodeID{wrapcast.NoCode}, From: 20000, To: 20006, Kind: wrapcast.OverridePercent,
		Value: 12, Author: "ann", Reason: "campaign", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	l := wrapcast.LineageChange{ID: "l1", Organisation: b.org, Kind: wrapcast.LineageRename, On: 20000, From: []wrapcast.CodeID{"a"},
		To: []wrapcast.LineageShare{{Code: "b"}}, Author: "ann", MadeAt: noon}
	m := wrapcast.MaskEdit{ID: "m1", Organisation: b.org, From: 20000, To: 20000, Kind: wrapcast.MaskHide, Author: "ann", Reason: "outage", CreatedAt: noon}
	b.update(func(tx *store.Tx) error { return tx.Decisions().AddOverride(o) })
	b.update(func(tx *store.Tx) error { return tx.Decisions().AddLineage(l) })
	b.update(func(tx *store.Tx) error { return tx.Decisions().AddMaskEdit(m) })
	all := func(since wrapcast.Date) []wrapcast.Override {
		return read(b, func(tx *store.Tx) ([]wrapcast.Override, error) { return tx.Decisions().Overrides(b.org, since) })
	}
	wantSame(b.t, "override", []wrapcast.Override{o}, all(20006))
	wantSame(b.t, "after its last day", []wrapcast.Override(nil), all(20007))
	for range 2 {
		b.update(func(tx *store.Tx) error {
			return ignoreConflict(tx.Decisions().WithdrawOverride(b.org, "o1", "bob", noon))
		})
		b.update(func(tx *store.Tx) error {
			return ignoreConflict(tx.Decisions().WithdrawLineage(b.org, "l1", "bob", noon))
		})
		b.update(func(tx *store.Tx) error {
			return ignoreConflict(tx.Decisions().WithdrawMaskEdit(b.org, "m1", "bob", noon))
		})
	}
	o.WithdrawnBy, o.WithdrawnAt, l.WithdrawnBy, l.WithdrawnAt, m.WithdrawnBy, m.WithdrawnAt = "bob", noon, "bob", noon, "bob", noon
	wantSame(b.t, "withdrawn override", []wrapcast.Override{o}, all(0))
	wantSame(b.t, "withdrawn change", []wrapcast.LineageChange{l}, read(b, func(tx *store.Tx) ([]wrapcast.LineageChange, error) { return tx.Decisions().Lineage(b.org) }))
	wantSame(b.t, "withdrawn mask", []wrapcast.MaskEdit{m}, read(b, func(tx *store.Tx) ([]wrapcast.MaskEdit, error) { return tx.Decisions().MaskEdits(b.org) }))
	b.refused(wrapcast.Conflict, "was already withdrawn by bob", func(tx *store.Tx) error { return tx.Decisions().WithdrawOverride(b.org, "o1", "eve", noon) })
	b.refused(wrapcast.NotFound, "override o2 is not stored", func(tx *store.Tx) error { return tx.Decisions().WithdrawOverride(b.org, "o2", "eve", noon) })
}

func ignoreConflict(err error) error {
	if wrapcast.KindOf(err) == wrapcast.Conflict {
		return nil
	}
	return err
}

func testQueueHandled(b bundle) {
	e := wrapcast.Extract{From: noon, To: noon.Add(48 * time.Hour), ReadAt: noon, QueueHandled: []wrapcast.QueueHandled{
		{Queue: "q", Media: wrapcast.Voice, Start: noon, Handled: 7, Transferred: 2}, {Queue: "q", Media: wrapcast.Voice, Start: noon.Add(30 * time.Hour), Handled: 1}}}
	if got := b.replace(time.UTC, e); got != (store.Changes{}) {
		b.t.Errorf("counted as changes: %+v", got)
	}
	handled := func() []wrapcast.QueueHandled {
		return read(b, func(tx *store.Tx) ([]wrapcast.QueueHandled, error) {
			return gather(tx.History().QueueHandled(b.org, noon, noon.AddDate(0, 0, 3)))
		})
	}
	wantSame(b.t, "handled", e.QueueHandled, handled())
	later := e
	later.To, later.QueueHandled = noon.Add(time.Hour), []wrapcast.QueueHandled{{Queue: "q", Media: wrapcast.Chat, Start: noon, Handled: 3}}
	b.replace(time.UTC, later)
	wantSame(b.t, "replaced in its interval only", []wrapcast.QueueHandled{later.QueueHandled[0], e.QueueHandled[1]}, handled())
	later.QueueHandled[0].Handled = -1
	b.refused(wrapcast.InvalidData, "cannot be: -1 contacts", func(tx *store.Tx) error {
		_, err := tx.History().Replace(b.org, time.UTC, later)
		return err
	})
}
