package demand_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/demand"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// events is the day around which codes change in these tests.
var events = wrapcast.NewDate(2025, time.June, 2)

func lively(tb testing.TB, change func(*demand.Options)) *demand.Model {
	tb.Helper()
	return model(tb, func(o *demand.Options) {
		o.Events, o.Disturbances = events, demand.Full()
		if change != nil {
			change(o)
		}
	})
}

func codeOf(b organisation.Blueprint, is func(organisation.CodeSpec) bool) int {
	return slices.IndexFunc(b.Codes, is)
}

// Whatever happens to them, contacts stay a pure function of seed and day, the legs of a conversation follow each other
// in time and order, and nobody lives longer than promised.
func TestLegsFollowEachOther(t *testing.T) {
	t.Parallel()
	measured := lively(t, func(o *demand.Options) { o.Queues, o.Codes, o.Volume = 8, 30, 3 })
	invented := lively(t, func(o *demand.Options) {
		o.Size = demand.Size{Agents: 60, Queues: 30, Codes: 20, Leaves: 200, Handled: 1500}
	})
	again := lively(t, func(o *demand.Options) { o.Queues, o.Codes, o.Volume, o.Start = 8, 30, 3, o.Start-100 })
	legs := [4]int{}
	rapid.Check(t, func(t *rapid.T) {
		day := wrapcast.NewDate(2025, 1, 1) + wrapcast.Date(rapid.IntRange(0, 700).Draw(t, "day"))
		m := rapid.SampledFrom([]*demand.Model{measured, invented}).Draw(t, "model")
		var last contact.Contact
		var began int64
		for c := range m.Day(day) {
			legs[c.Leg]++
			if c.Leg == 0 {
				if last.Transferred {
					t.Fatalf("%+v was handed on to nobody", last)
				}
				began = c.Arrived
			} else if c.Conversation != last.Conversation || c.Leg != last.Leg+1 || !last.Transferred || c.Arrived != last.Ended() || c.Queue == last.Queue || c.Media != last.Media {
				t.Fatalf("%+v follows %+v", c, last)
			}
			if c.Leg == 0 && c.Conversation != c.Serial || c.Completed()-began > contact.MaxLife.Milliseconds() {
				t.Fatalf("%+v", c)
			}
			if c.Abandoned && (c.Transferred || c.Late != 0 || c.Code != contact.NoCode) || c.Late < 0 || c.Late > (72*time.Hour).Milliseconds() {
				t.Fatalf("%+v", c)
			}
			last = c
		}
		if want, got := slices.Collect(measured.Day(day)), slices.Collect(again.Day(day)); !slices.Equal(want, got) {
			t.Fatalf("%s is not the same again", day)
		}
	})
	if legs[1] == 0 || legs[2] == 0 || legs[3] > 0 {
		t.Errorf("contacts by leg: %v", legs)
	}
}

func TestSharesOfRealityAreThoseOrdered(t *testing.T) {
	t.Parallel()
	m := lively(t, func(o *demand.Options) { o.Volume = 5; o.Disturbances.Outage = false })
	coded, late, revised, spoken, handedOn := 0.0, 0.0, 0.0, 0.0, 0.0
	var delays []float64
	codes := len(m.Blueprint().Codes) - 4
	for day := events - 30; day < events; day++ {
		for c := range m.Day(day) {
			if !c.Abandoned && c.Media <= contact.Chat && c.Leg == 0 {
				spoken++
				handedOn += float64(min(1, btoi(c.Transferred)))
			}
			if c.Abandoned || c.Code == contact.NoCode || c.Code >= codes {
				continue
			}
			coded++
			if c.Late > 0 {
				if c.Before == contact.NoCode {
					late++
				} else {
					revised++
				}
				delays = append(delays, float64(c.Late)/6e4)
			}
		}
	}
	slices.Sort(delays)
	if got := handedOn / spoken; math.Abs(got-0.05) > 0.01 {
		t.Errorf("%.3f of the calls and chats are handed on", got)
	}
	if l, r := late/coded, revised/coded; math.Abs(l-0.06) > 0.005 || math.Abs(r-0.01) > 0.003 {
		t.Errorf("%.4f of the codes come late, %.4f are revised", l, r)
	}
	if median := delays[len(delays)/2]; math.Abs(median-45) > 5 || delays[len(delays)-1] < 24*60 {
		t.Errorf("half of them within %.0f minutes, the last after %.0f", median, delays[len(delays)-1])
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestCodesBeginEndAndMerge(t *testing.T) {
	t.Parallel()
	m := lively(t, func(o *demand.Options) { o.Queues, o.Codes, o.Volume = 4, 16, 4 })
	b := m.Blueprint()
	merged := len(b.Codes) - 1
	started := codeOf(b, func(c organisation.CodeSpec) bool { return c.Created != 0 })
	var halves []int
	for i, c := range b.Codes {
		if c.Deleted == b.Codes[merged].Created {
			halves = append(halves, i)
		}
	}
	if started < 0 || started == merged || len(halves) != 2 {
		t.Fatalf("started %d, merged %d of %v", started, merged, halves)
	}
	perDay := make([]map[wrapcast.Date]int, len(b.Codes))
	for i := range perDay {
		perDay[i] = map[wrapcast.Date]int{}
	}
	zone, _ := organisation.Zone()
	for day := events - 200; day < events+300; day++ {
		for c := range m.Day(day) {
			if c.Code >= 0 {
				perDay[c.Code][wrapcast.DateOf(time.UnixMilli(c.Completed()).In(zone))]++
			}
		}
	}
	sum := func(code int, from, to wrapcast.Date) (n int) {
		for day := from; day < to; day++ {
			n += perDay[code][day]
		}
		return n
	}
	merge := b.Codes[merged].Created
	before, after := sum(halves[0], merge-60, merge)+sum(halves[1], merge-60, merge), sum(merged, merge, merge+60)
	if sum(merged, events-200, merge) > 0 || sum(halves[0], merge, events+300)+sum(halves[1], merge, events+300) > 0 || float64(after) < 0.5*float64(before) || float64(after) > 2*float64(before) {
		t.Errorf("two codes had %d contacts in 60 days, the one they were merged into %d", before, after)
	}
	if begin := b.Codes[started].Created; sum(started, events-200, begin) > 0 || sum(started, begin, begin+60) == 0 {
		t.Errorf("%d contacts before the code began, %d after", sum(started, events-200, begin), sum(started, begin, begin+60))
	}
	ended := 0
	for i := range b.Codes[:16] {
		if b.Codes[i].Deleted == 0 && sum(i, events-60, events) > 20 && sum(i, events+100, events+300) == 0 {
			ended++
		}
	}
	if ended != 1 {
		t.Errorf("%d codes ended", ended)
	}
}

func TestAnOutageIsAMorningWithoutContacts(t *testing.T) {
	t.Parallel()
	zone, _ := organisation.Zone()
	m := lively(t, func(o *demand.Options) { o.Volume = 3 })
	morning := func(day wrapcast.Date) (n int) {
		for c := range m.Day(day) {
			if at := time.UnixMilli(c.Arrived).In(zone); c.Leg == 0 && at.Hour() >= 8 && at.Hour() < 14 {
				n++
			}
		}
		return n
	}
	quiet := []wrapcast.Date{}
	for day := events; day < events+100; day++ {
		if day.Weekday() == time.Tuesday && float64(morning(day)) < 0.2*float64(morning(day+1)+morning(day-1)) {
			quiet = append(quiet, day)
		}
	}
	if len(quiet) != 1 || morning(quiet[0]) == 0 {
		t.Errorf("the quiet Tuesdays are %v", quiet)
	}
}

func TestSmallQueuesCloseAtNight(t *testing.T) {
	t.Parallel()
	zone, _ := organisation.Zone()
	open, closed := model(t, func(o *demand.Options) { o.Volume = 10 }), lively(t, func(o *demand.Options) {
		o.Volume, o.Disturbances = 10, demand.Disturbances{Nights: true}
	})
	count := func(m *demand.Model) (night, day map[int]int) {
		night, day = map[int]int{}, map[int]int{}
		for date := events; date < events+20; date++ {
			for c := range m.Day(date) {
				if hour := time.UnixMilli(c.Arrived).In(zone).Hour(); hour < 7 || hour >= 20 {
					night[c.Queue]++
				} else {
					day[c.Queue]++
				}
			}
		}
		return night, day
	}
	nights, days := count(open)
	quietNights, busierDays := count(closed)
	changed := 0
	for queue, n := range nights {
		if quietNights[queue] == n {
			continue
		}
		changed++
		was, is := n+days[queue], quietNights[queue]+busierDays[queue]
		if quietNights[queue] > 0 || math.Abs(float64(was-is)) > 5*math.Sqrt(float64(was)) {
			t.Errorf("queue %d has %d contacts at night, %d in all after %d", queue, quietNights[queue], is, was)
		}
	}
	if changed < 4 {
		t.Errorf("%d queues closed", changed)
	}
}

func TestAShiftMovesContactsToLongCodesAndNothingElse(t *testing.T) {
	t.Parallel()
	shift := func(share float64) *demand.Model {
		return model(t, func(o *demand.Options) {
			o.Volume, o.Disturbances.Shift = 2, demand.Shift{Share: share, From: events, Over: 30}
		})
	}
	plain, shifted := shift(0), shift(0.5)
	count := func(m *demand.Model, from, to wrapcast.Date) (n int, seconds float64) {
		for day := from; day < to; day++ {
			for c := range m.Day(day) {
				n++
				seconds += float64(c.Handle()) / 1000
			}
		}
		return n, seconds
	}
	nBefore, before := count(plain, events-30, events)
	sBefore, shiftedBefore := count(shifted, events-30, events)
	if nBefore != sBefore || before != shiftedBefore {
		t.Errorf("before the shift %d contacts of %.0f s, shifted %d of %.0f s", nBefore, before, sBefore, shiftedBefore)
	}
	nAfter, after := count(plain, events+40, events+80)
	sAfter, shiftedAfter := count(shifted, events+40, events+80)
	if nAfter != sAfter || shiftedAfter < 1.05*after {
		t.Errorf("after the shift %d contacts of %.0f s, shifted %d of %.0f s", nAfter, after, sAfter, shiftedAfter)
	}
}

func TestRealitiesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]demand.Disturbances{
		"a share above one": {Transfers: 1.1}, "a negative share": {Late: -0.1}, "two shares above one": {Late: 0.6, Revised: 0.6},
		"a negative delay": {Delay: -1}, "a delay of months": {MaxDelay: 24 * 365 * time.Hour}, "a shift back": {Shift: demand.Shift{Over: -1}},
		"no number": {Shift: demand.Shift{Share: math.NaN()}},
	} {
		if r.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if r := demand.Full(); r.Check() != nil {
		t.Error(r.Check())
	}
}
