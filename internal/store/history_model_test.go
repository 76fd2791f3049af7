package store_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"pgregory.net/rapid"
)

// place is an instant around which local days are not what they seem.
type place struct {
	zone string
	at   time.Time
}

func places() map[string][]place {
	return map[string][]place{
		"where an hour is lost and won": {
			{"America/New_York", time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC)},
			{"America/New_York", time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)},
		},
		"in odd zones": {
			{"Australia/Lord_Howe", time.Date(2026, 4, 4, 15, 0, 0, 0, time.UTC)}, // half an hour
			{"Australia/Lord_Howe", time.Date(2026, 10, 3, 15, 30, 0, 0, time.UTC)},
			{"Asia/Kolkata", time.Date(2026, 6, 30, 18, 30, 0, 0, time.UTC)},   // +5:30
			{"Atlantic/Azores", time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)}, // at midnight
			{"Pacific/Apia", time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC)},   // a day left out
		},
	}
}

func testHistoryEqualsModel(b bundle) {
	for name, places := range places() {
		b.T.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn := 0
			rapid.Check(t, func(t *rapid.T) {
				if drawn++; b.distant && drawn%4 != 1 {
					return
				}
				p := rapid.SampledFrom(places).Draw(t, "place")
				zone, around := location(t, p.zone), p.at.Add(-3*24*time.Hour)
				b, m := b.in(t), newModel(zone)
				for range rapid.IntRange(1, 4).Draw(t, "readings") {
					e := anyExtract(t, around)
					if got, want := b.replace(zone, e), m.replace(e); got != want {
						t.Fatalf("%s to %s changed %+v, want %+v", e.From, e.To, got, want)
					}
				}
				m.compare(t, b, around)
				elsewhere := *m // what was read for one business unit, in the days of another
				elsewhere.zone = location(t, rapid.SampledFrom([]string{"UTC", "Asia/Kolkata", "Pacific/Apia", "America/New_York"}).Draw(t, "elsewhere"))
				elsewhere.compare(t, b, around)
				b.update(func(tx *store.Tx) error { return tx.History().RebuildSums(b.org) })
				m.compare(t, b, around)
			})
		})
	}
}

const (
	quarterHoursDrawn = 6 * 96
	leavesDrawn       = 6
)

func drawnLeaves() [leavesDrawn]wrapcast.Leaf {
	return [leavesDrawn]wrapcast.Leaf{
		{Queue: "q", Media: wrapcast.Voice},
		{Queue: "q", Code: "a", Media: wrapcast.Voice},
		{Queue: "q", Code: "b", Media: wrapcast.Voice},
		{Queue: "q", Code: "b", Media: wrapcast.Chat},
		{Queue: "q", Code: "b", Media: wrapcast.Voice, Direction: wrapcast.Outbound},
		{Queue: "q", Code: "b", Media: wrapcast.Voice, Language: "de", Skills: wrapcast.NewSkillSet("tax", "loans")},
	}
}

func drawnStreams() [leavesDrawn]wrapcast.Stream {
	return [leavesDrawn]wrapcast.Stream{
		{Queue: "q0", Media: wrapcast.Voice},
		{Queue: "q0", Media: wrapcast.Chat},
		{Queue: "q1", Media: wrapcast.Voice},
		{Queue: "q1", Media: wrapcast.Voice, Direction: wrapcast.Outbound},
		{Queue: "q1", Media: wrapcast.Voice, Language: "de"},
		{Queue: "q1", Media: wrapcast.Voice, Language: "de", Skills: "tax"},
	}
}

// anyExtract draws a reading of some hours or days within six days.
func anyExtract(t *rapid.T, around time.Time) wrapcast.Extract {
	at := func(n int) time.Time { return around.Add(time.Duration(n) * wrapcast.QuarterHour) }
	from := rapid.IntRange(0, quarterHoursDrawn-1).Draw(t, "from")
	to := rapid.IntRange(from+1, quarterHoursDrawn).Draw(t, "to")
	e := wrapcast.Extract{From: at(from), To: at(to), ReadAt: at(quarterHoursDrawn + rapid.IntRange(0, 9).Draw(t, "read at"))}
	places := rapid.SliceOfDistinct(rapid.IntRange(from*leavesDrawn, to*leavesDrawn-1), rapid.ID[int]) // quarter-hour × leaf
	for _, p := range places.Draw(t, "observations") {
		e.Observations = append(e.Observations, wrapcast.Observation{
			Leaf:    drawnLeaves()[p%leavesDrawn],
			Start:   at(p / leavesDrawn),
			Handled: rapid.IntRange(1, 1<<40).Draw(t, "handled"), HandleMs: rapid.Int64Range(0, 1<<40).Draw(t, "handle ms"),
			AfterCallMs: rapid.Int64Range(0, 1<<40).Draw(t, "after-call ms")})
	}
	for _, p := range places.Draw(t, "arrivals") {
		a := wrapcast.Arrival{Start: at(p / leavesDrawn), Offered: rapid.IntRange(0, 9).Draw(t, "offered"), Abandoned: rapid.IntRange(1, 9).Draw(t, "abandoned")}
		e.Arrivals = append(e.Arrivals, a.In(drawnStreams()[p%leavesDrawn]))
	}
	return e
}

// model is the history as two maps, in the simplest way that can be right.
type model struct {
	zone         *time.Location
	observations map[observationKey]wrapcast.Observation
	arrivals     map[arrivalKey]wrapcast.Arrival
	readAt       map[int64]time.Time // per quarter-hour
}

type observationKey struct {
	leaf  wrapcast.Leaf
	start int64
}

type arrivalKey struct {
	wrapcast.Stream
	start int64
}

func newModel(zone *time.Location) *model {
	return &model{zone, map[observationKey]wrapcast.Observation{}, map[arrivalKey]wrapcast.Arrival{}, map[int64]time.Time{}}
}

func (m *model) replace(e wrapcast.Extract) store.Changes {
	observations, arrivals := maps.Clone(m.observations), maps.Clone(m.arrivals)
	within := func(start int64) bool { return start >= e.From.Unix() && start < e.To.Unix() }
	maps.DeleteFunc(observations, func(k observationKey, _ wrapcast.Observation) bool { return within(k.start) })
	maps.DeleteFunc(arrivals, func(k arrivalKey, _ wrapcast.Arrival) bool { return within(k.start) })
	for _, o := range e.Observations {
		observations[observationKey{o.Leaf, o.Start.Unix()}] = o
	}
	for _, a := range e.Arrivals {
		arrivals[arrivalKey{a.Stream(), a.Start.Unix()}] = a
	}
	for s := e.From; s.Before(e.To); s = s.Add(wrapcast.QuarterHour) {
		m.readAt[s.Unix()] = e.ReadAt
	}
	changes := store.Changes{Observations: differences(m.observations, observations), Arrivals: differences(m.arrivals, arrivals)}
	m.observations, m.arrivals = observations, arrivals
	return changes
}

func differences[K, V comparable](a, b map[K]V) (n int) {
	for k, v := range a {
		if w, there := b[k]; !there || v != w {
			n++
		}
	}
	for k := range b {
		if _, there := a[k]; !there {
			n++
		}
	}
	return n
}

func (m *model) compare(t *rapid.T, b bundle, around time.Time) {
	t.Helper()
	from := around.Add(time.Duration(rapid.IntRange(0, quarterHoursDrawn).Draw(t, "look from")) * wrapcast.QuarterHour)
	to := around.Add(time.Duration(rapid.IntRange(0, quarterHoursDrawn).Draw(t, "look to")) * wrapcast.QuarterHour)
	ever := [2]time.Time{around.AddDate(-1, 0, 0), around.AddDate(1, 0, 0)}
	for _, i := range [][2]time.Time{ever, {from, to}} {
		wantSame(t, "observations", m.wantObservations(i[0], i[1]), b.observations(i[0], i[1]))
		wantSame(t, "arrivals", m.wantArrivals(i[0], i[1]), b.arrivals(i[0], i[1]))
		first, last := wrapcast.DateOf(i[0]), wrapcast.DateOf(i[1])
		wantSame(t, "local days", m.wantLocalDays(first, last), b.localDays(m.zone, first, last))
		m.compareSums(t, b, first, last)
	}
	wantSame(t, "totals", m.wantTotals(), read(b, func(tx *store.Tx) (store.Totals, error) { return tx.History().Totals(b.org, nil) }))
	for _, since := range []time.Time{{}, around.Add((quarterHoursDrawn + 4) * wrapcast.QuarterHour)} {
		wantSame(t, "coverage", m.wantCoverage(since),
			read(b, func(tx *store.Tx) ([]wrapcast.Interval, error) { return tx.Readings().Coverage(b.org, since) }))
	}
}

// compareSums compares what a code, a queue, both and everything handled, per local day, with the leaves' sum.
func (m *model) compareSums(t *rapid.T, b bundle, first, last wrapcast.Date) {
	t.Helper()
	queue, code, nobody := wrapcast.QueueID("q"), wrapcast.CodeID("b"), wrapcast.CodeID("nobody")
	for _, s := range []store.Series{{}, {Code: &code}, {Code: &nobody}, {Queue: &queue}, {Code: &code, Queue: &queue}, {Media: wrapcast.Chat},
		{Directions: []wrapcast.Direction{wrapcast.Inbound}}, {Code: &code, Directions: []wrapcast.Direction{wrapcast.Outbound}},
		{Code: &code, Queue: &queue, Directions: []wrapcast.Direction{wrapcast.Inbound}},
		{Queue: &queue, Directions: []wrapcast.Direction{wrapcast.Inbound, wrapcast.Outbound}}} {
		want := map[wrapcast.Date]store.SeriesDay{}
		for _, d := range m.wantLocalDays(first, last) {
			if (s.Code == nil || d.Leaf.Code == *s.Code) && (s.Queue == nil || d.Leaf.Queue == *s.Queue) && (s.Media == "" || d.Leaf.Media == s.Media) &&
				(s.Directions == nil || slices.Contains(s.Directions, d.Leaf.Direction)) {
				sum := want[d.Day]
				want[d.Day] = store.SeriesDay{Day: d.Day, Handled: sum.Handled + d.Handled, HandleMs: sum.HandleMs + d.HandleMs}
			}
		}
		got := read(b, func(tx *store.Tx) ([]store.SeriesDay, error) { return tx.Sums().Days(b.org, s, m.zone, first, last) })
		if len(got) != len(want) {
			t.Fatalf("%+v has %d days, want %d", s, len(got), len(want))
		}
		for _, d := range got {
			wantSame(t, "a day of a series", want[d.Day], d)
		}
	}
}

func compareLeaves(a, b wrapcast.Leaf) int {
	return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Media, b.Media),
		cmp.Compare(a.Direction, b.Direction), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Skills, b.Skills))
}

func (m *model) wantObservations(from, to time.Time) (want []wrapcast.Observation) {
	for _, o := range m.observations {
		if !o.Start.Before(from) && o.Start.Before(to) {
			want = append(want, o)
		}
	}
	slices.SortFunc(want, func(a, b wrapcast.Observation) int {
		return cmp.Or(compareLeaves(a.Leaf, b.Leaf), a.Start.Compare(b.Start))
	})
	return want
}

func (m *model) wantArrivals(from, to time.Time) (want []wrapcast.Arrival) {
	for _, a := range m.arrivals {
		if !a.Start.Before(from) && a.Start.Before(to) {
			want = append(want, a)
		}
	}
	slices.SortFunc(want, func(a, b wrapcast.Arrival) int {
		return cmp.Or(cmp.Compare(a.Start.Unix()/86400, b.Start.Unix()/86400), a.Stream().Compare(b.Stream()), a.Start.Compare(b.Start))
	})
	return want
}

func (m *model) wantLocalDays(first, last wrapcast.Date) (want []wrapcast.LocalDay) {
	type key struct {
		leaf wrapcast.Leaf
		day  string
	}
	sums := map[key]wrapcast.LocalDay{}
	for _, o := range m.observations {
		k := key{o.Leaf, o.Start.In(m.zone).Format(time.DateOnly)}
		d := sums[k]
		sums[k] = wrapcast.LocalDay{Handled: d.Handled + o.Handled, HandleMs: d.HandleMs + o.HandleMs, AfterCallMs: d.AfterCallMs + o.AfterCallMs}
	}
	for k, d := range sums {
		d.Leaf = k.leaf
		d.Day, _ = wrapcast.ParseDate(k.day)
		if d.Day >= first && d.Day <= last {
			want = append(want, d)
		}
	}
	slices.SortFunc(want, func(a, b wrapcast.LocalDay) int {
		return cmp.Or(compareLeaves(a.Leaf, b.Leaf), cmp.Compare(a.Day, b.Day))
	})
	return want
}

func (m *model) wantTotals() (want store.Totals) {
	for _, o := range m.observations {
		want.Observations++
		want.Contacts += o.Handled
		if o.Leaf.Code == wrapcast.NoCode {
			want.ContactsWithoutCode += o.Handled
		}
	}
	return want
}

func (m *model) wantCoverage(since time.Time) (want []wrapcast.Interval) {
	for _, start := range slices.Sorted(maps.Keys(m.readAt)) {
		if m.readAt[start].Before(since) {
			continue
		}
		s := time.Unix(start, 0).UTC()
		if n := len(want); n > 0 && want[n-1].To.Equal(s) {
			want[n-1].To = s.Add(wrapcast.QuarterHour)
			continue
		}
		want = append(want, wrapcast.Interval{From: s, To: s.Add(wrapcast.QuarterHour)})
	}
	return want
}
