package store_test

import (
	"iter"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func observation(code wrapcast.CodeID, start time.Time, handled int) wrapcast.Observation {
	return wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: "q", Code: code, Media: wrapcast.Voice}, Start: start,
		Handled: handled, HandleMs: int64(handled) * 300_000, AfterCallMs: int64(handled) * 30_000}
}

func (b bundle) replace(zone *time.Location, e wrapcast.Extract) (changes store.Changes) {
	b.t.Helper()
	b.update(func(tx *store.Tx) (err error) {
		changes, err = tx.History().Replace(b.org, zone, e)
		return err
	})
	return changes
}

func gather[T any](values iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for v, err := range values {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

func (b bundle) observations(from, to time.Time) []wrapcast.Observation {
	b.t.Helper()
	return read(b, func(tx *store.Tx) ([]wrapcast.Observation, error) {
		return gather(tx.History().Observations(b.org, from, to))
	})
}

func (b bundle) localDays(zone *time.Location, first, last wrapcast.Date) []wrapcast.LocalDay {
	b.t.Helper()
	return read(b, func(tx *store.Tx) ([]wrapcast.LocalDay, error) {
		return gather(tx.History().LocalDays(b.org, zone, first, last))
	})
}

func (b bundle) arrivals(from, to time.Time) []wrapcast.Arrival {
	b.t.Helper()
	return read(b, func(tx *store.Tx) ([]wrapcast.Arrival, error) { return gather(tx.History().Arrivals(b.org, from, to)) })
}

func location(t fataler, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return zone
}

func testLateCode(b bundle) {
	e := wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon.Add(time.Hour),
		Observations: []wrapcast.Observation{observation(wrapcast.NoCode, noon, 3), observation("c1", noon, 4)}}
	if got := b.replace(time.UTC, e); got != (store.Changes{Observations: 2}) {
		b.t.Errorf("first reading changed %+v", got)
	}
	if got := b.replace(time.UTC, e); got != (store.Changes{}) {
		b.t.Errorf("the same reading changed %+v", got)
	}
	e.Observations = []wrapcast.Observation{observation("c1", noon, 7)}
	if got := b.replace(time.UTC, e); got != (store.Changes{Observations: 2}) {
		b.t.Errorf("the late code changed %+v", got)
	}
	wantSame(b.t, "observations", e.Observations, b.observations(noon, noon.Add(time.Hour)))
	day := wrapcast.DateOf(noon)
	wantSame(b.t, "local days", []wrapcast.LocalDay{{Leaf: e.Observations[0].Leaf, Day: day, Handled: 7, HandleMs: 2_100_000, AfterCallMs: 210_000}},
		b.localDays(time.UTC, day, day))
}

func testLocalDaysOfTheZone(b bundle) {
	newYork := location(b.t, "America/New_York")
	// 2026-11-01 has 25 hours in New York: from 04:00 to 05:00 of the next day in UTC.
	begins, ends := time.Date(2026, 11, 1, 4, 0, 0, 0, time.UTC), time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)
	var all []wrapcast.Observation
	for start := begins.Add(-time.Hour); start.Before(ends.Add(time.Hour)); start = start.Add(wrapcast.QuarterHour) {
		all = append(all, observation("c1", start, 1))
	}
	b.replace(newYork, wrapcast.Extract{From: begins.Add(-time.Hour), To: ends.Add(time.Hour), ReadAt: noon, Observations: all})
	var handled []int
	for _, d := range b.localDays(newYork, wrapcast.NewDate(2026, 10, 31), wrapcast.NewDate(2026, 11, 2)) {
		handled = append(handled, d.Handled)
	}
	wantSame(b.t, "handled on the last of October, the long first and the second of November", []int{4, 100, 4}, handled)
}

func testNewZone(b bundle) {
	start := time.Date(2026, 7, 1, 2, 0, 0, 0, time.UTC) // still June in New York, July in Kolkata
	b.replace(location(b.t, "America/New_York"), wrapcast.Extract{From: start, To: start.Add(time.Hour), ReadAt: noon,
		Observations: []wrapcast.Observation{observation("c1", start, 1)}})
	june, july := wrapcast.NewDate(2026, 6, 30), wrapcast.NewDate(2026, 7, 1)
	newYork, kolkata := location(b.t, "America/New_York"), location(b.t, "Asia/Kolkata")
	for zone, day := range map[*time.Location]wrapcast.Date{newYork: june, kolkata: july} {
		if days := b.localDays(zone, june, july); len(days) != 1 || days[0].Day != day || days[0].Handled != 1 {
			b.t.Errorf("in %s: %+v", zone, days)
		}
	}
}

func testHistoryRefusals(b bundle) {
	good := wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon,
		Observations: []wrapcast.Observation{observation("c1", noon, 1)},
		Arrivals:     []wrapcast.Arrival{{Queue: "q", Media: wrapcast.Voice, Start: noon, Offered: 2, Abandoned: 1}}}
	b.replace(time.UTC, good)
	for name, spoil := range map[string]func(*wrapcast.Extract){
		"is not an interval of whole quarter-hours": func(e *wrapcast.Extract) { e.To = e.From },
		"not an interval":                             func(e *wrapcast.Extract) { e.From = e.From.Add(time.Second) },
		"no quarter-hour between":                     func(e *wrapcast.Extract) { e.Observations[0].Start = e.To },
		"no quarter-hour":                             func(e *wrapcast.Extract) { e.Observations[0].Start = noon.Add(time.Minute) },
		"cannot be: 0 handled":                        func(e *wrapcast.Extract) { e.Observations[0].Handled = 0 },
		"in -1 ms":                                    func(e *wrapcast.Extract) { e.Observations[0].HandleMs = -1 },
		"-1 of them after the call":                   func(e *wrapcast.Extract) { e.Observations[0].AfterCallMs = -1 },
		"cannot be: 1 handled in 9223372036854775807": func(e *wrapcast.Extract) { e.Observations[0].HandleMs = 1<<63 - 1 },
		"two observations":                            func(e *wrapcast.Extract) { e.Observations = append(e.Observations, observation("c1", noon, 2)) },
		"no quarter-hour between 2026":                func(e *wrapcast.Extract) { e.Arrivals[0].Start = noon.Add(-wrapcast.QuarterHour) },
		"cannot be: 0 offered, 0 abandon":             func(e *wrapcast.Extract) { e.Arrivals[0].Offered, e.Arrivals[0].Abandoned = 0, 0 },
		"cannot be: 2 offered, -1 abando":             func(e *wrapcast.Extract) { e.Arrivals[0].Abandoned = -1 },
		"two arrivals":                                func(e *wrapcast.Extract) { e.Arrivals = append(e.Arrivals, e.Arrivals[0]) },
	} {
		e := good
		e.Observations, e.Arrivals = slices.Clone(good.Observations), slices.Clone(good.Arrivals)
		spoil(&e)
		b.refused(wrapcast.InvalidData, name, func(tx *store.Tx) error { _, err := tx.History().Replace(b.org, time.UTC, e); return err })
	}
	wantSame(b.t, "what was there", good.Observations, b.observations(noon, noon.Add(time.Hour)))
	wantSame(b.t, "what was there", good.Arrivals, b.arrivals(noon, noon.Add(time.Hour)))
}

func testTotals(b bundle) {
	b.replace(time.UTC, wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon, Observations: []wrapcast.Observation{
		observation(wrapcast.NoCode, noon, 3), observation(wrapcast.NoCode, noon.Add(wrapcast.QuarterHour), 1), observation("c1", noon, 4)}})
	wantSame(b.t, "totals", store.Totals{Contacts: 8, ContactsWithoutCode: 4, Observations: 3},
		read(b, func(tx *store.Tx) (store.Totals, error) { return tx.History().Totals(b.org, nil) }))
}

func testHistoryOrder(b bundle) {
	other := b.another()
	first := wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon,
		Observations: []wrapcast.Observation{observation("z", noon, 1), observation("É", noon, 2)}}
	second := wrapcast.Extract{From: noon.Add(time.Hour), To: noon.Add(2 * time.Hour), ReadAt: noon,
		Observations: []wrapcast.Observation{observation("a", noon.Add(time.Hour), 3), observation("Z", noon.Add(time.Hour), 4)}}
	b.replace(time.UTC, first)
	b.replace(time.UTC, second)
	other.replace(time.UTC, second)
	other.replace(time.UTC, first)
	from, to := noon, noon.Add(2*time.Hour)
	wantSame(b.t, "observations", b.observations(from, to), other.observations(from, to))
	var codes []wrapcast.CodeID
	for _, l := range read(b, func(tx *store.Tx) ([]wrapcast.Leaf, error) { return tx.History().Leaves(b.org) }) {
		codes = append(codes, l.Code)
	}
	wantSame(b.t, "order", []wrapcast.CodeID{"Z", "a", "z", "É"}, codes)
}

func testNestedReading(b bundle) {
	b.replace(time.UTC, wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon,
		Observations: []wrapcast.Observation{observation("c1", noon, 1), observation("c2", noon, 1), observation("c3", noon, 1)}})
	b.update(func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(b.org, noon, noon.Add(time.Hour)) {
			if err != nil {
				return err
			}
			if _, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: b.org, Detail: string(o.Leaf.Code)}); err != nil {
				return err
			}
			if o.Leaf.Code == "c2" {
				break
			}
		}
		return nil
	})
	entries := read(b, func(tx *store.Tx) ([]wrapcast.AuditEntry, error) { return gather(tx.Audit().Entries(b.org, 1, 0)) })
	if len(entries) != 2 {
		b.t.Errorf("%d entries", len(entries))
	}
}

func testCoverage(b bundle) {
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	for _, e := range []wrapcast.Extract{
		{From: hour(0), To: hour(4), ReadAt: hour(100)},
		{From: hour(4), To: hour(6), ReadAt: hour(101)},
		{From: hour(8), To: hour(9), ReadAt: hour(102)},
		{From: hour(1), To: hour(2), ReadAt: hour(103)}, // within the first
		{From: hour(5), To: hour(7), ReadAt: hour(104)}, // over the end of the second
	} {
		b.replace(time.UTC, e)
	}
	coverage := func(since time.Time) []wrapcast.Interval {
		return read(b, func(tx *store.Tx) ([]wrapcast.Interval, error) { return tx.Readings().Coverage(b.org, since) })
	}
	wantSame(b.t, "ever read", []wrapcast.Interval{{From: hour(0), To: hour(7)}, {From: hour(8), To: hour(9)}}, coverage(time.Time{}))
	wantSame(b.t, "read since the third reading", []wrapcast.Interval{{From: hour(1), To: hour(2)}, {From: hour(5), To: hour(7)}, {From: hour(8), To: hour(9)}}, coverage(hour(102)))
	wantSame(b.t, "read later", []wrapcast.Interval(nil), coverage(hour(105)))
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

func testForgottenCoverage(b bundle) {
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	leaf := wrapcast.Leaf{Queue: "q", Code: "c", Media: wrapcast.Voice}
	b.replace(time.UTC, wrapcast.Extract{From: hour(0), To: hour(6), ReadAt: hour(100),
		Observations: []wrapcast.Observation{{Leaf: leaf, Start: hour(3), Handled: 2, HandleMs: 9}}})
	b.replace(time.UTC, wrapcast.Extract{From: hour(6), To: hour(8), ReadAt: hour(200)})
	b.update(func(tx *store.Tx) error {
		return tx.Readings().Forget(b.org, wrapcast.Interval{From: hour(2), To: hour(7)}, hour(150))
	})
	wantSame(b.t, "left as read", []wrapcast.Interval{{From: hour(0), To: hour(2)}, {From: hour(6), To: hour(8)}},
		read(b, func(tx *store.Tx) ([]wrapcast.Interval, error) { return tx.Readings().Coverage(b.org, time.Time{}) }))
	kept := read(b, func(tx *store.Tx) ([]wrapcast.Observation, error) {
		return gather(tx.History().Observations(b.org, hour(0), hour(8)))
	})
	if len(kept) != 1 || kept[0].Handled != 2 {
		b.t.Errorf("stored are %+v", kept)
	}
	day := wrapcast.DateOf(noon)
	b.update(func(tx *store.Tx) error {
		if err := tx.Readings().RecordDays(b.org, time.UTC, day, day, hour(201), day-60); err != nil {
			return err
		}
		return tx.Readings().ForgetDays(b.org, day+1)
	})
	young := func() int {
		return len(read(b, func(tx *store.Tx) ([]wrapcast.DayReading, error) {
			return tx.Readings().Days(b.org, nil, time.UTC, day)
		}))
	}
	if n := young(); n != 1 {
		b.t.Errorf("%d readings of the day, an earlier day than those forgotten", n)
	}
	b.update(func(tx *store.Tx) error { return tx.Readings().ForgetDays(b.org, day) })
	if n := young(); n != 0 {
		b.t.Errorf("%d readings of the day are left", n)
	}
}

func testLastDays(b bundle) {
	e := wrapcast.Extract{From: noon.AddDate(0, 0, -9), To: noon, ReadAt: noon}
	for _, o := range []struct {
		queue wrapcast.QueueID
		code  wrapcast.CodeID
		ago   int
	}{{"q1", "a", 9}, {"q1", "b", 5}, {"q1", "a", 2}, {"q2", "a", 1}} {
		e.Observations = append(e.Observations, wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: o.queue, Code: o.code, Media: wrapcast.Voice},
			Start: noon.AddDate(0, 0, -o.ago), Handled: 1, HandleMs: 1})
	}
	b.replace(time.UTC, e)
	day := wrapcast.DateOf(noon)
	for before, want := range map[wrapcast.Date]map[wrapcast.QueueID]wrapcast.Date{
		day:     {"q1": day - 2, "q2": day - 1},
		day - 2: {"q1": day - 5},
		day - 9: {},
	} {
		wantSame(b.t, "last days before "+before.String(), want,
			read(b, func(tx *store.Tx) (map[wrapcast.QueueID]wrapcast.Date, error) {
				return tx.History().LastDays(b.org, time.UTC, before)
			}))
	}
}
