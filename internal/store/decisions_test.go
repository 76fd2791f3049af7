package store_test

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// The four kinds of decision that tests store, without who made them and when.

func anOverride() wrapcast.Override {
	return wrapcast.Override{Codes: []wrapcast.CodeID{wrapcast.NoCode}, From: 20000, To: 20006, Kind: wrapcast.OverridePercent,
		Value: 12, Author: "ann", Reason: "campaign", ExpiresAt: noon.Add(time.Hour)}
}

func aMask() wrapcast.MaskEdit {
	return wrapcast.MaskEdit{From: 20000, To: 20000, Kind: wrapcast.MaskHide, Author: "ann", Reason: "outage"}
}

func aLineageChange() wrapcast.LineageChange {
	return wrapcast.LineageChange{Kind: wrapcast.LineageRename, On: 20000, From: []wrapcast.CodeID{"a"},
		To: []wrapcast.LineageShare{{Code: "b"}}, Author: "ann", Reason: "renamed"}
}

func aCalendar() wrapcast.CalendarVersion {
	return wrapcast.CalendarVersion{Schema: wrapcast.CalendarSchema, Calendar: wrapcast.Calendar{Holidays: []string{"US-MA"}},
		Author: "ann", Reason: "agreed"}
}

// made returns a decision as it is kept: with an id, an organisation and the time it was made.
func made[T any, P wrapcast.Decided[T]](org wrapcast.OrganisationID, id string, v T) T {
	P(&v).Keep(wrapcast.Decision{ID: id, Organisation: org, MadeAt: noon})
	return v
}

func anAcceptedSilence() wrapcast.AcceptedSilence {
	return wrapcast.AcceptedSilence{Kind: wrapcast.LevelQueue, Of: "q", Name: "Claims", Until: 20100,
		EndsAt: wrapcast.Date(20101).Midnight(time.UTC), Author: "ann", Reason: "closed"}
}

func anOverlapDecision() wrapcast.OverlapDecision {
	return wrapcast.OverlapDecision{Overrides: []wrapcast.OverrideID{"o1", "o2"}, Rule: wrapcast.OverlapCompound, Author: "ann",
		Reason: "both are true"}
}

// decisionLife is the life that every kind of decision has in the store.
func decisionLife[T any, P wrapcast.Decided[T]](example T) func(bundle) {
	return func(b bundle) {
		first, second := made[T, P](b.org, "d1", example), made[T, P](b.org, "d2", example)
		noun := string(P(&first).Decision().Kind)
		part := func(tx *store.Tx) store.Decisions[T, P] { return store.DecisionsOf[T, P](tx) }
		latest := func(tx *store.Tx) (T, error) { return part(tx).Latest(b.org) }
		all := func(tx *store.Tx) ([]T, error) { return part(tx).All(b.org) }
		inUse := func(tx *store.Tx) ([]T, error) { return part(tx).InUse(b.org) }
		withdraw := func(org wrapcast.OrganisationID, id string) func(*store.Tx) error {
			return func(tx *store.Tx) error { return part(tx).Withdraw(org, id, "bob", noon.Add(time.Hour)) }
		}

		b.refused(wrapcast.NotFound, "a "+noun+" is not stored", func(tx *store.Tx) error { _, err := latest(tx); return err })
		b.update(func(tx *store.Tx) error { return part(tx).Add(first) })
		b.update(func(tx *store.Tx) error { return part(tx).Add(second) })
		b.refused(wrapcast.Conflict, " d1 is already stored", func(tx *store.Tx) error { return part(tx).Add(first) })
		wantSame(b.t, "all", []T{first, second}, read(b, all))
		wantSame(b.t, "the latest", second, read(b, latest))

		other := b.another()
		wantSame(b.t, "another organisation's", []T(nil), read(b, func(tx *store.Tx) ([]T, error) { return part(tx).All(other.org) }))
		b.refused(wrapcast.NotFound, " d1 is not stored", withdraw(other.org, "d1"))
		b.refused(wrapcast.NotFound, " d3 is not stored", withdraw(b.org, "d3"))

		b.update(withdraw(b.org, "d2"))
		b.refused(wrapcast.Conflict, " d2 was already withdrawn by bob", withdraw(b.org, "d2"))
		d := P(&second).Decision()
		d.WithdrawnBy, d.WithdrawnAt = "bob", noon.Add(time.Hour)
		P(&second).Keep(d)
		wantSame(b.t, "all, one withdrawn", []T{first, second}, read(b, all))
		wantSame(b.t, "in use", []T{first}, read(b, inUse))
		wantSame(b.t, "the latest in use", first, read(b, latest))
	}
}

func testDecisionsEnd(b bundle) {
	o := made(b.org, "o1", anOverride())
	c := made(b.org, "c1", aCalendar())
	b.update(func(tx *store.Tx) error { return store.DecisionsOf[wrapcast.Override](tx).Add(o) })
	b.update(func(tx *store.Tx) error { return store.DecisionsOf[wrapcast.CalendarVersion](tx).Add(c) })
	since := func(day wrapcast.Date) []wrapcast.Override {
		return read(b, func(tx *store.Tx) ([]wrapcast.Override, error) {
			return store.DecisionsOf[wrapcast.Override](tx).Since(b.org, day)
		})
	}
	wantSame(b.t, "on its last day", []wrapcast.Override{o}, since(20006))
	wantSame(b.t, "after its last day", []wrapcast.Override(nil), since(20007))
	wantSame(b.t, "without a last day", []wrapcast.CalendarVersion{c}, read(b, func(tx *store.Tx) ([]wrapcast.CalendarVersion, error) {
		return store.DecisionsOf[wrapcast.CalendarVersion](tx).Since(b.org, 30000)
	}))
}
