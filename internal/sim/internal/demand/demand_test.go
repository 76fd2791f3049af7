package demand_test

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/demand"
	"github.com/wrapcast/wrapcast/internal/sim/internal/figures"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

func model(tb testing.TB, change func(*demand.Options)) *demand.Model {
	tb.Helper()
	zone, err := organisation.Zone()
	if err != nil {
		tb.Fatal(err)
	}
	o := demand.Options{Seed: 1, Start: wrapcast.NewDate(2024, 11, 22), Events: wrapcast.NewDate(2025, 11, 1), Zone: zone}
	if change != nil {
		change(&o)
	}
	m, err := demand.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

func contactsOf(m *demand.Model, day wrapcast.Date) []contact.Contact {
	return slices.SortedFunc(m.Day(day), func(a, b contact.Contact) int { return cmp.Compare(a.Serial, b.Serial) })
}

// The same seed and day give the same contacts, whatever was asked before, by how many
// at once, and however long the history is; another seed gives others.
func TestDayIsAPureFunctionOfSeedAndDay(t *testing.T) {
	t.Parallel()
	one, other := model(t, nil), model(t, func(o *demand.Options) { o.Start -= 1000 })
	stranger := model(t, func(o *demand.Options) { o.Seed = 2 })
	first := wrapcast.NewDate(2024, 11, 22)
	rapid.Check(t, func(t *rapid.T) {
		day := first + wrapcast.Date(rapid.IntRange(0, 730).Draw(t, "day"))
		want := contactsOf(one, day)
		for range rapid.IntRange(0, 3).Draw(t, "others") {
			contactsOf(other, first+wrapcast.Date(rapid.IntRange(0, 730).Draw(t, "before")))
		}
		var wg sync.WaitGroup
		got := make([][]contact.Contact, 3)
		for i := range got {
			wg.Go(func() { got[i] = contactsOf(other, day) })
		}
		wg.Wait()
		for i := range got {
			if !slices.Equal(got[i], want) {
				t.Fatalf("%s: %d contacts, then %d others", day, len(want), len(got[i]))
			}
		}
		if slices.Equal(contactsOf(stranger, day), want) {
			t.Fatalf("%s: another seed gives the same contacts", day)
		}
	})
}

func TestContactsArriveOnTheirLocalDayAndLiveShortEnough(t *testing.T) {
	t.Parallel()
	m := model(t, nil)
	zone, _ := organisation.Zone()
	for day := wrapcast.NewDate(2025, 3, 7); day < wrapcast.NewDate(2025, 11, 5); day++ {
		serials := map[uint64]bool{}
		for c := range m.Day(day) {
			at := time.UnixMilli(c.Arrived).In(zone)
			if wrapcast.DateOf(at) != day {
				t.Fatalf("a contact of %s arrives at %s", day, at)
			}
			if c.Completed()-c.Arrived > contact.MaxLife.Milliseconds() || c.Wait < 0 {
				t.Fatalf("a contact of %s lives for %s", day, time.Duration(c.Completed()-c.Arrived)*time.Millisecond)
			}
			if c.Abandoned && (c.Handle() != 0 || c.Code != contact.NoCode) || !c.Abandoned && c.Talk <= 0 {
				t.Fatalf("contact %+v", c)
			}
			serials[c.Serial] = true
		}
		if n := len(contactsOf(m, day)); len(serials) != n {
			t.Fatalf("%s has %d contacts and %d serials", day, n, len(serials))
		}
	}
}

func TestDaysTheClocksChangeHaveContactsInTheirOddHours(t *testing.T) {
	t.Parallel()
	m := model(t, func(o *demand.Options) { o.Volume = 50 })
	hours := func(day wrapcast.Date) map[int]int {
		n := map[int]int{}
		zone, _ := organisation.Zone()
		for c := range m.Day(day) {
			n[int(time.UnixMilli(c.Arrived).Sub(day.Midnight(zone)).Hours())]++
		}
		return n
	}
	spring, autumn := hours(wrapcast.NewDate(2025, 3, 9)), hours(wrapcast.NewDate(2025, 11, 2))
	for hour := range 25 {
		if autumn[hour] == 0 || hour < 23 && spring[hour] == 0 {
			t.Errorf("elapsed hour %d has %d contacts on the long day, %d on the short", hour, autumn[hour], spring[hour])
		}
	}
	if spring[23] != 0 {
		t.Errorf("the short day has a 24th hour")
	}
	if a, b := float64(autumn[1]), float64(autumn[2]); math.Abs(a-b) > 5*math.Sqrt(a+b) {
		t.Errorf("the two hours of one o'clock have %v and %v contacts", a, b)
	}
}

func TestSmallerChoiceDrawsTheSameContacts(t *testing.T) {
	t.Parallel()
	large, small := model(t, nil), model(t, func(o *demand.Options) { o.Queues, o.Codes = 3, 6 })
	if b := small.Blueprint(); len(b.Queues) != 3 || len(b.Codes) != 6+3 {
		t.Fatalf("%d queues and %d codes, with the platform's three", len(b.Queues), len(b.Codes))
	}
	day := wrapcast.NewDate(2025, 6, 3)
	all := map[uint64]int64{}
	for c := range large.Day(day) {
		all[c.Serial] = c.Arrived
	}
	n := 0
	for c := range small.Day(day) {
		if all[c.Serial] != c.Arrived {
			t.Errorf("contact %x is not among those of the whole", c.Serial)
		}
		n++
	}
	if n < 20 || n > len(all)/2 {
		t.Errorf("%d contacts of %d", n, len(all))
	}
}

func TestDeletedCodeGivesItsContactsToItsSuccessor(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		events := wrapcast.NewDate(2025, 6, 2)
		m := model(t, func(o *demand.Options) { o.Seed, o.Events, o.Queues, o.Codes, o.Volume = seed, events, 2, 8, 2 })
		b := m.Blueprint()
		deleted := slices.IndexFunc(b.Codes, func(c organisation.CodeSpec) bool { return c.Deleted != 0 })
		renamed := slices.IndexFunc(b.Codes, func(c organisation.CodeSpec) bool { return c.Modified != 0 })
		if deleted < 0 || renamed < 0 || deleted == renamed {
			t.Fatalf("seed %d: deleted %d, renamed %d", seed, deleted, renamed)
		}
		zone, _ := organisation.Zone()
		at := events.Midnight(zone).UnixMilli()
		before, after := 0, 0
		for day := events - 60; day < events+30; day++ {
			for c := range m.Day(day) {
				switch {
				case c.Code != deleted:
				case c.Completed() < at:
					before++
				default:
					after++
				}
			}
		}
		if before == 0 || after != 0 {
			t.Errorf("seed %d: %d contacts before its end, %d after", seed, before, after)
		}
	}
	never := model(t, func(o *demand.Options) { o.Queues, o.Codes = 1, 2 }).Blueprint()
	if slices.ContainsFunc(never.Codes, func(c organisation.CodeSpec) bool { return c.Deleted != 0 || c.Modified != 0 }) {
		t.Error("an organisation of two codes lost one")
	}
}

func TestHolidaysAreQuiet(t *testing.T) {
	t.Parallel()
	m := model(t, nil)
	count := func(day wrapcast.Date) int { return len(contactsOf(m, day)) }
	for _, day := range []wrapcast.Date{wrapcast.NewDate(2025, 12, 25), wrapcast.NewDate(2026, 11, 26), wrapcast.NewDate(2025, 1, 1), wrapcast.NewDate(2026, 9, 7)} {
		usual := (count(day-7) + count(day+7)) / 2
		if n := count(day); n > usual*2/3 {
			t.Errorf("%s has %d contacts, the same weekday a week before and after %d", day, n, usual)
		}
	}
}

func TestFiguresDateTheHolidays(t *testing.T) {
	t.Parallel()
	f, err := figures.Load()
	if err != nil {
		t.Fatal(err)
	}
	special := figures.Special(2015)
	for _, h := range f.Holidays {
		day, err := wrapcast.ParseDate(h.Date)
		if err != nil || special[day] != h.Name {
			t.Errorf("%s is on %s by the figures, that day is %q by the rule", h.Name, h.Date, special[day])
		}
	}
	if len(f.Holidays) < 12 || len(f.Types) != 158 || f.Requests != 121145 || len(f.Departments()) != 17 || len(f.Sources) != 7 {
		t.Errorf("%d holidays, %d types, %d requests, %d departments, %d sources", len(f.Holidays), len(f.Types), f.Requests, len(f.Departments()), len(f.Sources))
	}
	for year := 2015; year < 2035; year++ { // Thanksgiving is the fourth Thursday: the 22nd to the 28th
		for day, name := range figures.Special(year) {
			if d := day.Midnight(time.UTC); name == "Thanksgiving" && (d.Weekday() != time.Thursday || d.Day() < 22 || d.Day() > 28) {
				t.Errorf("%s on %s", name, day)
			}
		}
	}
}

func BenchmarkDay(b *testing.B) {
	b.ReportAllocs()
	m := model(b, nil)
	for b.Loop() {
		for range m.Day(wrapcast.NewDate(2025, 6, 3)) {
		}
	}
}
