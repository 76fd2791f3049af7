package planning

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// These tests pin the thresholds: what lies exactly on one, and what lies just beyond it.

// oneDay checks a plan of one planning group that changes on one day.
func oneDay(d wrapcast.DayDiff, limits PublishLimits) []wrapcast.Finding {
	in := AutoPublishCheck{Forecast: coherent(), Now: planNow, Diff: wrapcast.WeekDiff{Groups: []wrapcast.GroupDiff{
		{Group: "a", Name: "A", Days: []wrapcast.DayDiff{d}}}},
		Directory: wrapcast.Directory{PlanningGroups: []wrapcast.PlanningGroup{{ID: "a"}}},
		Plan:      wrapcast.WeekPlan{Groups: []wrapcast.GroupPlan{{Group: "a"}}}}
	in.Forecast.MadeAt, in.Forecast.HistoryTo = planNow, date("2026-11-22")
	return CheckAutoPublish(in, limits)
}

func TestChangesUpToTheLimitAreLetPass(t *testing.T) {
	t.Parallel()
	change := func(before, after float64) wrapcast.DayDiff {
		return wrapcast.DayDiff{OldOffered: before, NewOffered: after, OldHandleSeconds: 100, NewHandleSeconds: 100}
	}
	handle := func(contacts, before, after float64) wrapcast.DayDiff {
		return wrapcast.DayDiff{OldOffered: contacts, NewOffered: contacts, OldHandleSeconds: before, NewHandleSeconds: after}
	}
	onlyDay, onlyWeek := PublishLimits{WeekChange: -1}, PublishLimits{DayChange: -1}
	for _, c := range []struct {
		name   string
		day    wrapcast.DayDiff
		limits PublishLimits
		want   string // in the only message; "" where there is none
	}{
		{"a quarter more in the week", change(100, 125), PublishLimits{}, ""},
		{"a little more than that", change(100, 126), PublishLimits{}, "in the week change from 100 to 126 (+26 %)"},
		{"a quarter less in the week", change(100, 75), PublishLimits{}, ""},
		{"a half more on a day", change(100, 150), onlyDay, ""},
		{"a little more than a half on a day", change(100, 151), onlyDay, "(+51 %); the auto-publish limit is 50 %"},
		{"fifty contacts from thirty", change(30, 50), onlyWeek, "from 30 to 50 (+67 %)"},
		{"forty-nine from thirty", change(30, 49.9), PublishLimits{}, ""},
		{"all of fifty gone", change(50, 0), onlyWeek, "from 50 to 0 (-100 %)"},
		{"sixty from none", change(0, 60), onlyWeek, "from 0 to 60 (+5900 %)"},
		{"switched off", change(100, 900), PublishLimits{WeekChange: -1, DayChange: -1}, ""},
		{"handle times a quarter longer", handle(50, 100, 125), PublishLimits{}, ""},
		{"a little longer than that", handle(50, 100, 126), PublishLimits{}, "changes by +26 %, from 100 s to 126 s"},
		{"of a contact less", handle(49, 100, 126), PublishLimits{}, ""},
		{"handle times a quarter shorter", handle(50, 100, 74), PublishLimits{}, "changes by -26 %, from 100 s to 74 s"},
		{"of contacts that took no time", handle(50, 0, 100), PublishLimits{}, ""},
		{"switched off", handle(50, 100, 200), PublishLimits{HandleChange: -1}, ""},
	} {
		findings := oneDay(c.day, c.limits)
		switch {
		case c.want == "" && len(findings) != 0, c.want != "" && len(findings) != 1:
			t.Errorf("%s: %+v", c.name, findings)
		case c.want != "" && !strings.Contains(findings[0].Message, c.want):
			t.Errorf("%s: %q, want %q", c.name, findings[0].Message, c.want)
		}
	}
}

func TestForecastAndHistoryMayBeAsOldAsTheLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		age    time.Duration
		lag    wrapcast.Date
		limits PublishLimits
		want   []string
	}{
		{"a day and two days", 24 * time.Hour, 2, PublishLimits{}, []string{}},
		{"a minute more", 24*time.Hour + time.Minute, 2, PublishLimits{}, []string{"forecast-old"}},
		{"a day more", 0, 3, PublishLimits{}, []string{"history-old"}},
		{"switched off", 99 * time.Hour, 9, PublishLimits{MaxAge: -1, HistoryLag: -1}, []string{}},
	} {
		in := AutoPublishCheck{Forecast: coherent(), Now: planNow,
			Diff: wrapcast.WeekDiff{Groups: []wrapcast.GroupDiff{{Group: "a"}}}}
		in.Forecast.MadeAt = planNow.Add(-c.age)
		in.Forecast.HistoryTo = wrapcast.DateOf(in.Forecast.MadeAt) - c.lag
		if got := codesOf(CheckAutoPublish(in, c.limits)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	in := AutoPublishCheck{Forecast: coherent(), Now: planNow}
	in.Forecast.TimeZone, in.Forecast.MadeAt = "Asia/Tokyo", planNow.Add(7*time.Hour) // the day after, there
	in.Forecast.HistoryTo = date("2026-11-21")
	if got := codesOf(CheckAutoPublish(in, PublishLimits{MaxAge: -1})); !slices.Contains(got, "history-old") {
		t.Errorf("days are not those of the forecast's zone: %v", got)
	}
}

func TestTheRefusalOfAnOldWeekSaysHowOldItIs(t *testing.T) {
	t.Parallel()
	plan, now := goodPlan()
	plan.Week.Start -= 7 * 28
	if f := findingOf(CheckWeek(plan, now, 0), "too-old"); !strings.Contains(f.Message,
		"began 27 weeks ago, the platform takes at most 26") {
		t.Errorf("%q", f.Message)
	}
}

// everyDay has contacts of a stream at one time of every day of the eight weeks before until.
func everyDay(until wrapcast.Date, at time.Duration, queue, media string, offered, handled int, seconds float64) (
	observations []wrapcast.Observation, arrivals []wrapcast.Arrival) {
	for day := until - 56; day < until; day++ {
		start := day.Midnight(time.UTC).Add(at)
		q, m := wrapcast.QueueID(queue), wrapcast.MediaType(media)
		if offered > 0 {
			arrivals = append(arrivals, wrapcast.Arrival{Queue: q, Media: m, Start: start, Offered: offered})
		}
		if handled > 0 {
			observations = append(observations, wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: q, Media: m}, Start: start,
				Handled: handled, HandleMs: int64(float64(handled) * seconds * 1000)})
		}
	}
	return observations, arrivals
}

func TestTheOpenPartOfAQueuesDayIsWeightedByItsChannels(t *testing.T) {
	t.Parallel()
	until := date("2026-11-20")
	_, voice := everyDay(until, 12*time.Hour, "q", "voice", 300, 0, 0)
	chat, _ := everyDay(until, 8*time.Hour, "q", "chat", 0, 100, 0)
	_, other := everyDay(until, 8*time.Hour, "r", "voice", 500, 0, 0)
	p := LearnRecent(chat, append(voice, other...), time.UTC, RecentOptions{Until: until})
	noon, morning := make([]bool, 96), make([]bool, 96)
	noon[48], morning[32] = true, true
	for name, c := range map[string]struct {
		queue wrapcast.QueueID
		open  []bool
		want  float64
	}{
		"at noon": {"q", noon, 0.75}, "in the morning": {"q", morning, 0.25}, "never": {"q", make([]bool, 96), 0},
		"only the hours up to noon are known": {"q", morning[:40], 0.25},
		"no hours are known":                  {"q", nil, 1}, "a queue never seen": {"s", noon, 1},
	} {
		if got := p.OpenMass(c.queue, until, c.open); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %g of the day is open, want %g", name, got, c.want)
		}
	}
}

func TestHandleTimesThatAreNotForecastAreThoseOfRecentWeeks(t *testing.T) {
	t.Parallel()
	until := date("2026-11-20")
	a, _ := everyDay(until, 12*time.Hour, "a", "voice", 0, 30, 200)
	b, _ := everyDay(until, 12*time.Hour, "b", "voice", 0, 10, 400)
	timeless, _ := everyDay(until, 12*time.Hour, "c", "voice", 0, 10, 0)
	p := LearnRecent(slices.Concat(a, b, timeless), nil, time.UTC, RecentOptions{Until: until})
	of := func(queue wrapcast.QueueID) wrapcast.Stream { return wrapcast.Stream{Queue: queue, Media: "voice"} }
	all := (30*200.0 + 10*400) / 50
	for queue, want := range map[wrapcast.QueueID]float64{"a": 200, "b": 400, "c": all, "never seen": all} {
		if got := p.handleSeconds(of(queue)); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %g s, want %g", queue, got, want)
		}
	}
	if got := LearnRecent(nil, nil, time.UTC, RecentOptions{Until: until}).handleSeconds(of("a")); got != 0 {
		t.Errorf("where nothing is known: %g s", got)
	}
}

func TestHoursAreLearnedFromTwentyContacts(t *testing.T) {
	t.Parallel()
	fill := func(n float64, from, to int) (counts [slots]float64) {
		for s := from; s < to; s++ {
			counts[s] = n
		}
		return counts
	}
	counts := grid{1: fill(1, 40, 60), 2: fill(1, 30, 49)}
	h, ok := learnHours(&counts)
	if !ok || h[1][39] || !h[1][40] || !h[1][59] || h[1][60] {
		t.Errorf("a Monday of twenty contacts is not as open as they say")
	}
	if !h[2][59] || !h[3][30] || h[3][29] {
		t.Error("days of fewer are not as open as the week")
	}
	if _, ok := learnHours(&grid{1: fill(1, 40, 50), 4: fill(1, 40, 50)}); !ok {
		t.Error("twenty contacts of the week are too few")
	}
}

func TestAPauseIsAnHourInWhichTwentyContactsWouldHaveCome(t *testing.T) {
	t.Parallel()
	day := func(n float64, pauseFrom, pauseTo int) *[slots]float64 {
		var counts [slots]float64
		for s := 32; s < 72; s++ {
			if s < pauseFrom || s >= pauseTo {
				counts[s] = n
			}
		}
		return &counts
	}
	for name, c := range map[string]struct {
		counts *[slots]float64
		closed bool
	}{
		"exactly twenty contacts": {day(3.125, 48, 56), true}, // 32 quarter-hours of 40 have them, so that 2.5 are the mean
		"a little less":           {day(3.12, 48, 56), false},
		"an hour":                 {day(100, 48, 52), true},
		"three quarters of one":   {day(100, 48, 51), false},
		"at the day's end":        {day(100, 68, 72), true},
	} {
		open := openSlots(c.counts)
		if open[48] == c.closed && name != "at the day's end" || !open[47] || !open[57] || open[31] || open[72] {
			t.Errorf("%s: open %v", name, open[30:74])
		}
	}
}

func TestHowFarContactsAreSpread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		contacts float64
		want     int
	}{{24.9, 4}, {25, 2}, {99.9, 2}, {100, 0}} {
		counts := [slots]float64{3: c.contacts, 4: c.contacts}
		if got := smoothing(&counts); got != c.want {
			t.Errorf("%g contacts a quarter-hour: %d, want %d", c.contacts, got, c.want)
		}
	}
	if got := smoothing(&[slots]float64{}); got != 4 {
		t.Errorf("no contact: %d", got)
	}
}

func TestContactsOfferedToHalfOfThoseHandledTellWhenTheyArrived(t *testing.T) {
	t.Parallel()
	c := &intradayCounts{offered: 5, handled: 10}
	if c.at() != &c.offeredAt {
		t.Error("half is too few")
	}
	if c.handled = 10.1; c.at() != &c.handledAt {
		t.Error("less than half is enough")
	}
}

func TestDaysOnWhichTheClocksChangeHaveNoProfile(t *testing.T) {
	t.Parallel()
	loc, until := location(t, "America/New_York"), date("2026-03-09")
	arrival := func(day wrapcast.Date) wrapcast.Arrival {
		return wrapcast.Arrival{Queue: "q", Media: "voice", Start: day.Midnight(loc).Add(30 * time.Minute), Offered: 40}
	}
	p := LearnRecent(nil, []wrapcast.Arrival{arrival(until - 1), arrival(until - 8)}, loc, RecentOptions{Until: until})
	counts := p.counts[wrapcast.Stream{Queue: "q", Media: "voice"}]
	if counts.offered != 80 || counts.offeredAt[0][2] != 40 {
		t.Errorf("%g contacts, %g of them on the wall clock of Sundays, want 80 and 40", counts.offered,
			counts.offeredAt[0][2])
	}
}

func TestRatiosOnTheirBoundsAreNotOdd(t *testing.T) {
	t.Parallel()
	p := &RecentPatterns{overallRatio: 1, counts: streamCounts{}}
	for queue, c := range map[wrapcast.QueueID]struct {
		offered, handled float64
		odd              bool
	}{"least": {5, 500, false}, "most": {5450, 500, false}, "fewer": {4, 500, true}, "more": {5460, 500, true}} {
		s := wrapcast.Stream{Queue: queue}
		p.counts[s], p.notes = &intradayCounts{offered: c.offered, handled: c.handled}, nil
		ratio := p.ratio(s, &channelCounts{}, nil)
		if odd := len(p.notes) > 0; odd != c.odd || ratio < 0.1 || ratio > 10 {
			t.Errorf("%s: ratio %g, odd %v", queue, ratio, odd)
		}
	}
}

func TestAPayloadHasTheDaysAskedFor(t *testing.T) {
	t.Parallel()
	in := payloadInput(30)
	for days, want := range map[int]int{0: 30, 1: 1, 29: 29, 30: 30, 31: 30, -1: 30} {
		in.Days = days
		p, _ := Payload(in)
		own := p.Metadata.Wrapcast
		last := in.Forecast.From + wrapcast.Date(want-1)
		if len(own.Days) != want || own.Days[want-1] != last || len(own.Codes[0].Mean) != want {
			t.Errorf("%d days asked for: %d, the last %s", days, len(own.Days), own.Days[len(own.Days)-1])
		}
	}
	if got := first([]float64{1.234, 5.675, 9}, 2); !slices.Equal(got, []float64{1.23, 5.68}) {
		t.Errorf("rounded to %v", got)
	}
	for i := range in.Report.Codes {
		in.Report.Codes[i].Contacts = 0
	}
	if p, _ := Payload(in); p.Metadata.SeasonalityScore.Known() {
		t.Errorf("the seasonality of no contact is %v", p.Metadata.SeasonalityScore)
	}
}

func TestTotalsOfADiffWeightHandleTimesByContacts(t *testing.T) {
	t.Parallel()
	old := weekOf("UTC", "2026-11-30", 96, level("a", 1, 300), level("b", 3, 100))
	next := weekOf("UTC", "2026-11-30", 96, level("a", 2, 400), level("b", 2, 200))
	diff, err := Diff(old, next)
	want := wrapcast.DayDiff{Day: date("2026-11-30"), OldOffered: 384, OldHandleSeconds: 150, NewOffered: 384,
		NewHandleSeconds: 300}
	if err != nil || len(diff.Total) != 1 || diff.Total[0] != want {
		t.Errorf("%+v, %v", diff.Total, err)
	}
}

func TestAConfidenceOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	for level, want := range map[float64]bool{0: true, 1e-9: false, 1 - 1e-9: false, 1: true} {
		p, _ := Payload(payloadInput(30))
		p.ConfidenceLevel = level
		if found := len(CheckPayload(p, 0)) > 0; found != want {
			t.Errorf("%g is refused: %v", level, found)
		}
	}
	p, _ := Payload(payloadInput(30))
	p.TimeWindows[0].End = p.TimeWindows[0].Start
	if f := findingOf(CheckPayload(p, 0), "window"); f.Code == "" {
		t.Error("an empty window is no finding")
	}
}
