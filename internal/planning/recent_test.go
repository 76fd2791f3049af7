package planning

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func worldPatterns(t *testing.T, zone string) *RecentPatterns {
	t.Helper()
	loc := location(t, zone)
	until := date("2026-11-20")
	observations, arrivals := live(loc, until-56, until)
	return LearnRecent(observations, arrivals, loc, RecentOptions{Until: until})
}

func TestSharesAddUpToOneOnEveryDay(t *testing.T) {
	t.Parallel()
	patterns := map[string]*RecentPatterns{}
	awkward := []string{"America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Pacific/Chatham"}
	for _, zone := range awkward {
		patterns[zone] = worldPatterns(t, zone)
	}
	rapid.Check(t, func(t *rapid.T) {
		h := patterns[rapid.SampledFrom(awkward).Draw(t, "zone")]
		s := rapid.SampledFrom(append(streamsOfWorld(), wrapcast.Stream{Queue: "unheard of", Media: wrapcast.Voice})).
			Draw(t, "stream")
		day := wrapcast.NewDate(2024, 1, 1) + wrapcast.Date(rapid.IntRange(0, 1500).Draw(t, "day"))
		shares := h.shares(s, day)
		if len(shares) != day.QuarterHours(h.loc) {
			t.Fatalf("%d shares for a day of %d quarter-hours", len(shares), day.QuarterHours(h.loc))
		}
		if sum := sumOf(shares); math.Abs(sum-1) > 1e-12 {
			t.Fatalf("shares of %s on %s add up to %.15f", s, day, sum)
		}
		for i, v := range shares {
			if !(v >= 0) {
				t.Fatalf("share %d of %s on %s is %g", i, s, day, v)
			}
		}
	})
}

func TestClosedQuarterHoursAreExactlyZero(t *testing.T) {
	t.Parallel()
	h := worldPatterns(t, "America/New_York")
	for _, s := range []wrapcast.Stream{billingVoice, billingEmail, nightVoice} {
		for day := date("2026-11-23"); day < date("2026-11-28"); day++ {
			for slot, share := range h.shares(s, day) {
				if !world[s].open(slot) && share != 0 {
					t.Errorf("%v on %s: closed quarter-hour %d has share %g", s, day, slot, share)
				}
			}
		}
	}
}

func TestSharesComeCloseToTheTruth(t *testing.T) {
	t.Parallel()
	h := worldPatterns(t, "America/New_York")
	for s, worst := range map[wrapcast.Stream]float64{billingVoice: 0.1, billingEmail: 0.15, nightVoice: 0.1,
		tinyChat: 0.6} {
		day := date("2026-11-25")
		wrong := 0.0
		for slot, share := range h.shares(s, day) {
			wrong += math.Abs(share - world[s].rate(day.Weekday(), slot)/world[s].perDay[day.Weekday()])
		}
		if wrong/2 > worst {
			t.Errorf(
				"%v: %.0f %% of the day's contacts are in the wrong quarter-hour, want at most %.0f %%",
				s,
				50*wrong,
				100*worst,
			)
		}
	}
}

func TestDayShapesAreWhenContactsComeNotWhenTheyAreOver(t *testing.T) {
	t.Parallel()
	loc, until := location(t, "UTC"), date("2026-11-20")
	var observations []wrapcast.Observation
	var arrivals []wrapcast.Arrival
	for day := until - 56; day < until; day++ {
		noon := day.Midnight(loc).Add(12 * time.Hour)
		arrivals = append(arrivals, wrapcast.Arrival{Queue: "q", Media: "voice", Start: noon, Offered: 50})
		leaf := wrapcast.Leaf{Queue: "q", Media: "voice"}
		observations = append(observations, wrapcast.Observation{Leaf: leaf, Start: noon.Add(2 * time.Hour), Handled: 50})
		leaf.Queue = "long" // these took two hours and five minutes each
		observations = append(
			observations,
			wrapcast.Observation{Leaf: leaf, Start: noon.Add(2 * time.Hour), Handled: 50, HandleMs: 50 * 125 * 60 * 1000},
		)
	}
	with := LearnRecent(observations, arrivals, loc, RecentOptions{Until: until})
	without := LearnRecent(observations, nil, loc, RecentOptions{Until: until})
	if share := with.shares(wrapcast.Stream{Queue: "q", Media: "voice"}, until)[48]; share != 1 {
		t.Errorf("with arrivals the share of noon is %g, want 1", share)
	}
	if share := without.shares(wrapcast.Stream{Queue: "q", Media: "voice"}, until)[56]; share != 1 {
		t.Errorf("without arrivals or handle time the share of two o'clock is %g, want 1", share)
	}
	long := without.shares(wrapcast.Stream{Queue: "long", Media: "voice"}, until)
	if math.Abs(long[48]-2.0/3) > 0.05 || math.Abs(long[47]-1.0/3) > 0.05 || long[56] != 0 {
		t.Errorf(
			"without arrivals the shares of 11:45 and noon are %g and %g, want a third and two thirds",
			long[47],
			long[48],
		)
	}
}

func TestAnHourThatIsSkippedMovesOnAndOneThatComesTwiceCountsTwice(t *testing.T) {
	t.Parallel()
	loc, until := location(t, "America/New_York"), date("2026-02-20")
	var arrivals []wrapcast.Arrival
	for day := until - 56; day < until; day++ { // open from 01:00 to 03:00 only
		for q := range 8 {
			at := day.Midnight(loc).Add(time.Hour + time.Duration(q)*wrapcast.QuarterHour)
			arrivals = append(arrivals, wrapcast.Arrival{Queue: "q", Media: "voice", Start: at, Offered: 150})
		}
	}
	h := LearnRecent(nil, arrivals, loc, RecentOptions{Until: until})
	spring := h.shares(wrapcast.Stream{Queue: "q", Media: "voice"}, date("2026-03-08")) // 02:00 to 03:00 does not exist
	for i, share := range spring {
		want := 0.0
		if i >= 4 && i < 12 { // 01:00 to 02:00, and what was to be 02:00 to 03:00 at 03:00 to 04:00
			want = 0.125
		}
		if math.Abs(share-want) > 1e-3 {
			t.Errorf("spring: quarter-hour %d has share %g, want %g", i, share, want)
		}
	}
	autumn := h.shares(wrapcast.Stream{Queue: "q", Media: "voice"}, date("2026-11-01")) // 01:00 to 02:00 comes twice
	for i, share := range autumn {
		want := 0.0
		if i >= 4 && i < 16 {
			want = 1.0 / 12
		}
		if math.Abs(share-want) > 1e-3 {
			t.Errorf("autumn: quarter-hour %d has share %g, want %g", i, share, want)
		}
	}
}

func TestShorterHoursKeepTheShapeOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	h := worldPatterns(t, "UTC")
	day := date("2026-11-25")
	before := h.shares(wrapcast.Stream{Queue: "billing", Media: wrapcast.Voice}, day)
	open := make([]bool, 96)
	for i := 40; i < 60; i++ {
		open[i] = true
	}
	after, left := h.OpenShares(wrapcast.Stream{Queue: "billing", Media: wrapcast.Voice}, day, open), sumOf(before[40:60])
	for i, share := range after {
		want := 0.0
		if open[i] {
			want = before[i] / left
		}
		if math.Abs(share-want) > 1e-12 {
			t.Errorf("quarter-hour %d has share %g, want %g", i, share, want)
		}
	}
	clear(open)
	open[4], open[5] = true, true // only when it never was
	if after := h.OpenShares(wrapcast.Stream{Queue: "billing", Media: wrapcast.Voice}, day, open); after[4] != 0.5 || after[5] != 0.5 {
		t.Errorf("new hours have shares %g and %g", after[4], after[5])
	}
}

func TestANewQueueHasTheShapeOfAllAndNothingAnEvenOne(t *testing.T) {
	t.Parallel()
	h := worldPatterns(t, "UTC")
	day := date("2026-11-25")
	if shares := h.shares(wrapcast.Stream{Queue: "new", Media: wrapcast.Voice}, day); shares[50] <= shares[30] {
		t.Errorf("a new queue at 12:30: %g, at 07:30: %g", shares[50], shares[30])
	}
	for i, share := range LearnRecent(nil, nil, location(t, "UTC"), RecentOptions{}).shares(wrapcast.Stream{Queue: "q", Media: "voice"}, day) {
		if math.Abs(share-1.0/96) > 1e-12 {
			t.Fatalf("with nothing known quarter-hour %d has share %g", i, share)
		}
	}
}

func TestLearningLeavesOldAndFutureContactsOut(t *testing.T) {
	t.Parallel()
	loc, until := location(t, "UTC"), date("2026-11-20")
	arrivals := []wrapcast.Arrival{
		{Queue: "q", Media: "voice", Start: (until - 57).Midnight(loc), Offered: 1000},
		{Queue: "q", Media: "voice", Start: until.Midnight(loc), Offered: 1000},
		{Queue: "q", Media: "voice", Start: (until - 56).Midnight(loc), Offered: 7},
	}
	if got := LearnRecent(nil, arrivals, loc, RecentOptions{Until: until}).counts[wrapcast.Stream{Queue: "q",
		Media: "voice"}].offered; got != 7 {
		t.Errorf("%g contacts learned from, want 7", got)
	}
}

func TestOpeningHours(t *testing.T) {
	t.Parallel()
	fill := func(n float64, ranges ...int) (counts [slots]float64) {
		for i := 0; i < len(ranges); i += 2 {
			for s := ranges[i]; s < ranges[i+1]; s++ {
				counts[s] = n
			}
		}
		return counts
	}
	for _, c := range []struct {
		name   string
		counts [slots]float64
		open   [slots]float64 // above zero where open
	}{
		{"an office", fill(5, 32, 72), fill(1, 32, 72)},
		{"a lunch hour", fill(9, 32, 48, 52, 72), fill(1, 32, 48, 52, 72)},
		{"a quiet half-hour is no closure", fill(15, 32, 48, 50, 72), fill(1, 32, 72)},
		{"an empty hour among few contacts may be chance", fill(1, 32, 48, 52, 72), fill(1, 32, 72)},
		{"over midnight", fill(5, 0, 24, 88, 96), fill(1, 0, 24, 88, 96)},
		{"around the clock", fill(1, 0, 96), fill(1, 0, 96)},
	} {
		counts := grid{1: c.counts}
		h, ok := learnHours(&counts)
		if !ok {
			t.Errorf("%s: not enough contacts", c.name)
		}
		for s, open := range h[1] {
			if open != (c.open[s] > 0) {
				t.Errorf("%s: quarter-hour %d open: %v", c.name, s, open)
			}
		}
	}
	if _, ok := learnHours(&grid{1: fill(1, 40, 59)}); ok {
		t.Error("nineteen contacts tell opening hours")
	}
}

func TestConversion(t *testing.T) {
	t.Parallel()
	loc, until := location(t, "UTC"), date("2026-11-20")
	at := (until - 10).Midnight(loc)
	handled := func(queue string, n int) wrapcast.Observation {
		return wrapcast.Observation{
			Leaf:    wrapcast.Leaf{Queue: wrapcast.QueueID(queue), Code: "c", Media: "voice"},
			Start:   at,
			Handled: n,
		}
	}
	offered := func(queue string, n int) wrapcast.Arrival {
		return wrapcast.Arrival{Queue: wrapcast.QueueID(queue), Media: "voice", Start: at, Offered: n}
	}
	observations := []wrapcast.Observation{
		handled("big", 10000),
		handled("small", 4),
		handled("outbound", 500),
		handled("transfers", 9000),
	}
	arrivals := []wrapcast.Arrival{
		offered("big", 12000),
		offered("small", 9),
		offered("deaf", 300),
		offered("transfers", 10),
	}
	h := LearnRecent(observations, arrivals, loc, RecentOptions{Until: until})
	all := (12000 + 9 + 10 + 50.0) / (10000 + 4 + 9000 + 50)
	for _, c := range []struct {
		queue, finding string
		want, within   float64
	}{
		{"big", "", 1.2, 0.01},
		{"small", "", all, 0.3}, // four contacts do not make a ratio of 2.25
		{"outbound", "never-offered", 1, 0},
		{"deaf", "never-handled", all, 1e-9},
		{"transfers", "odd-conversion", 0.1, 0},
		{"unheard of", "", all, 1e-9},
	} {
		if got := h.conversion(wrapcast.Stream{Queue: wrapcast.QueueID(c.queue), Media: "voice"}); math.Abs(got-c.want) > c.within {
			t.Errorf("%s: %g, want %g ± %g", c.queue, got, c.want, c.within)
		}
		found := ""
		for _, n := range h.notes {
			if n.stream.Queue == wrapcast.QueueID(c.queue) {
				found = n.code
			}
		}
		if found != c.finding {
			t.Errorf("%s: finding %q, want %q", c.queue, found, c.finding)
		}
	}
	if got := LearnRecent(observations, nil, loc, RecentOptions{Until: until}).conversion(wrapcast.Stream{Queue: "big", Media: "voice"}); got != 1 {
		t.Errorf("without arrivals the ratio is %g, want 1", got)
	}
}

func TestHabitsDoNotDependOnTheOrderOfContacts(t *testing.T) {
	t.Parallel()
	loc, until := location(t, "America/New_York"), date("2026-11-20")
	observations, arrivals := live(loc, until-56, until)
	a := LearnRecent(observations, arrivals, loc, RecentOptions{Until: until})
	for i, j := 0, len(arrivals)-1; i < j; i, j = i+1, j-1 {
		arrivals[i], arrivals[j] = arrivals[j], arrivals[i]
	}
	b := LearnRecent(observations, arrivals, loc, RecentOptions{Until: until})
	for _, s := range streamsOfWorld() {
		x, y := a.shares(s, until), b.shares(s, until)
		for i := range x {
			if x[i] != y[i] || a.conversion(s) != b.conversion(s) {
				t.Fatalf("%v, quarter-hour %d: %g and %g", s, i, x[i], y[i])
			}
		}
	}
}

func BenchmarkLearnEightWeeks(b *testing.B) {
	loc := location(b, "America/New_York")
	observations, arrivals := live(loc, date("2026-09-25"), date("2026-11-20"))
	b.ReportAllocs()
	for b.Loop() {
		LearnRecent(observations, arrivals, loc, RecentOptions{Until: date("2026-11-20")})
	}
}
