package demand_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/demand"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

func TestAnInventedOrganisationHasTheSizeOrdered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := demand.Size{Queues: rapid.IntRange(1, 60).Draw(t, "queues"), Codes: rapid.IntRange(1, 40).Draw(t, "codes")}
		s.Leaves = rapid.IntRange(s.Queues, s.Queues*s.Codes).Draw(t, "leaves")
		s.Agents = s.Queues + rapid.IntRange(0, 300).Draw(t, "agents")
		s.Handled = rapid.IntRange(1, 3000).Draw(t, "handled")
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		zone, err := organisation.Zone()
		if err != nil {
			t.Fatal(err)
		}
		m, err := demand.New(demand.Options{Seed: rapid.Uint64().Draw(t, "seed"), Start: wrapcast.NewDate(2024, 11, 22), Zone: zone, Size: s})
		if err != nil {
			t.Fatal(err)
		}
		b := m.Blueprint()
		agents := 0
		for _, q := range b.Queues {
			agents += q.Agents
			if q.Agents < 1 {
				t.Fatalf("%s has %d agents", q.Name, q.Agents)
			}
		}
		if len(b.Queues) != s.Queues || len(b.Codes) != s.Codes+3 || agents != s.Agents || b.Leaves() != s.Leaves {
			t.Fatalf("%d queues, %d codes with the platform's three, %d agents, %d leaves of %+v", len(b.Queues), len(b.Codes), agents, b.Leaves(), s)
		}
		names := map[string]bool{}
		for _, q := range b.Queues {
			names[q.Name] = true
		}
		for _, c := range b.Codes {
			names[c.Name] = true
		}
		if len(names) != s.Queues+s.Codes+3 {
			t.Fatalf("%d names of %d things", len(names), s.Queues+s.Codes+3)
		}
	})
}

func TestSizesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	good := demand.Size{Agents: 10, Queues: 5, Codes: 4, Leaves: 12, Handled: 100}
	for name, change := range map[string]func(*demand.Size){
		"no queues": func(s *demand.Size) { s.Queues = 0 }, "too many queues": func(s *demand.Size) { s.Queues = 601 },
		"no codes": func(s *demand.Size) { s.Codes = 0 }, "too many codes": func(s *demand.Size) { s.Codes = 241 },
		"fewer leaves than queues": func(s *demand.Size) { s.Leaves = 4 }, "more than fit": func(s *demand.Size) { s.Leaves = 21 },
		"fewer agents than queues": func(s *demand.Size) { s.Agents = 4 }, "no contacts": func(s *demand.Size) { s.Handled = 0 },
	} {
		bad := good
		change(&bad)
		if bad.Check() == nil || good.Check() != nil {
			t.Errorf("%s: %+v", name, bad)
		}
	}
}

// large is an organisation of size L, which is made in no time and drawn a day at a time.
func large(tb testing.TB) *demand.Model {
	tb.Helper()
	return model(tb, func(o *demand.Options) {
		o.Size = demand.Size{Agents: 5000, Queues: 600, Codes: 200, Leaves: 10_000, Handled: 200_000}
	})
}

func TestAnInventedOrganisationHandlesWhatWasOrderedInOpeningHours(t *testing.T) {
	t.Parallel()
	zone, err := organisation.Zone()
	if err != nil {
		t.Fatal(err)
	}
	m := large(t)
	b := m.Blueprint()
	handled, offered, week := 0.0, 0.0, wrapcast.NewDate(2025, time.May, 5)
	leaves := map[[3]int]bool{}
	nightly := map[string]int{}
	for day := week; day < week+7; day++ {
		for c := range m.Day(day) {
			offered++
			if !c.Abandoned {
				handled++
				leaves[[3]int{c.Queue, c.Code, int(c.Media)}] = true
			}
			if hour := time.UnixMilli(c.Arrived).In(zone).Hour(); hour < 6 {
				nightly[b.Queues[c.Queue].Name]++
			}
		}
	}
	if daily := handled / 7; math.Abs(daily/200_000-1) > 0.2 || offered/handled > 1.1 { // May of all templates is not an average month
		t.Errorf("%.0f contacts a day, %.0f offered in a week", daily, offered)
	}
	if nightly["Billing North Voice"] == 0 || nightly["Billing South Voice"]+nightly["Sales Central Email"] > 0 {
		t.Errorf("at night there came %d and %d", nightly["Billing North Voice"], nightly["Billing South Voice"])
	}
	if len(leaves) < 10_000 {
		t.Errorf("%d leaves in a week", len(leaves))
	}
	for c := range m.Day(week + 6) {
		if name := b.Queues[c.Queue].Name; name == "Billing South Voice" || name == "Sales East Chat" {
			t.Fatalf("%s had a contact on Sunday", name)
		}
	}
}

func BenchmarkDayOfSizeL(b *testing.B) {
	b.ReportAllocs()
	m := large(b)
	n := 0
	for b.Loop() {
		for range m.Day(wrapcast.NewDate(2025, 6, 3)) {
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/contact")
}
