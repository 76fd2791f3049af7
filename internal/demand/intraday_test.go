package demand

import (
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func every(wrapcast.Leaf) bool { return true }

// evenPatterns spread a day evenly over its open quarter-hours.
type evenPatterns struct{ zone *time.Location }

func (p evenPatterns) OpenShares(_ wrapcast.Stream, day wrapcast.Date, open []bool) []float64 {
	shares := make([]float64, day.QuarterHours(p.zone))
	hours := len(shares)
	for i := range shares {
		if open != nil && !open[i] {
			hours--
		}
	}
	for i := range shares {
		if open == nil || open[i] {
			shares[i] = 1 / float64(hours)
		}
	}
	return shares
}

func (p evenPatterns) Scatter(wrapcast.Stream) wrapcast.IntradayScatter {
	return wrapcast.IntradayScatter{Shares: 0.04, Handle: 0.5, HandleDay: 0.01}
}

func (p evenPatterns) OpenMass(_ wrapcast.QueueID, day wrapcast.Date, open []bool) float64 {
	hours := 0
	for _, o := range open {
		if o {
			hours++
		}
	}
	return float64(hours) / float64(day.QuarterHours(p.zone))
}

func TestDaysSpreadOverTheQuarterHoursTheyHave(t *testing.T) {
	t.Parallel()
	zone := newYork(t)
	for _, c := range []struct {
		name string
		day  wrapcast.Date
		n    int
	}{
		{"the clocks go forward", wrapcast.NewDate(2026, 3, 8), 92},
		{"the clocks go back", wrapcast.NewDate(2026, 11, 1), 100},
		{"an ordinary day", wrapcast.NewDate(2026, 6, 10), 96},
	} {
		day := c.day
		s := &IntradayProfiles{Recent: evenPatterns{zone: zone}, Zone: zone}
		made := &wrapcast.Forecast{From: day, Days: 2, Leaves: []wrapcast.LeafForecast{
			{
				Leaf:          wrapcast.Leaf{Queue: "a", Code: "refund"},
				Mean:          []float64{float64(2 * c.n), 96},
				HandleSeconds: []float64{10, 20},
			},
			{
				Leaf:          wrapcast.Leaf{Queue: "a", Code: "billing"},
				Mean:          []float64{float64(c.n), 0},
				HandleSeconds: []float64{40, 20},
			},
			{Leaf: wrapcast.Leaf{Queue: "b", Code: "billing"}, Mean: []float64{1e6, 1e6}, HandleSeconds: []float64{1, 1}},
		}}
		handled, seconds := s.QuarterHours(made, ofQueue("a"), day-1, day+2)
		// The day before and the one after the forecast have no contact; its own days are even.
		if len(handled) != 96+c.n+96+96 || len(seconds) != len(handled) {
			t.Fatalf("%s: %d quarter-hours", c.name, len(handled))
		}
		for i := range handled {
			contacts, work := 0.0, 0.0
			switch {
			case i >= 96 && i < 96+c.n:
				contacts, work = 3, 60 // 2 of 10 seconds, 1 of 40
			case i >= 96+c.n && i < 96+c.n+96:
				contacts, work = 1, 20
			}
			if !closeTo(handled[i], contacts) || !closeTo(seconds[i], work) {
				t.Fatalf(
					"%s: quarter-hour %d has %g contacts of %g seconds, want %g of %g",
					c.name,
					i,
					handled[i],
					seconds[i],
					contacts,
					work,
				)
			}
		}
	}
}

func TestClosedQuarterHoursHaveNothingAndTheDayStays(t *testing.T) {
	t.Parallel()
	day := wrapcast.NewDate(2026, 6, 10)
	rc := resolve(
		t,
		wrapcast.Calendar{
			Hours: []wrapcast.OpeningHours{{Open: []wrapcast.OpenHours{{Days: "daily", Begins: 8 * 60, Ends: 18 * 60}}}},
		},
	)
	s := &IntradayProfiles{Recent: evenPatterns{zone: time.UTC}, Calendar: rc, Zone: time.UTC}
	made := &wrapcast.Forecast{From: day, Days: 1, Leaves: []wrapcast.LeafForecast{
		{Leaf: wrapcast.Leaf{Queue: "b", Media: wrapcast.Chat}, Mean: []float64{80}, HandleSeconds: []float64{5}}}}
	handled, seconds := s.QuarterHours(made, every, day, day)
	sum := 0.0
	for i := range handled {
		if closed := i < 32 || i >= 72; closed && (handled[i] != 0 || seconds[i] != 0) {
			t.Errorf("closed quarter-hour %d has %g contacts", i, handled[i])
		}
		sum += handled[i]
		if !closeTo(seconds[i], 5*handled[i]) {
			t.Errorf("quarter-hour %d has %g seconds for %g contacts", i, seconds[i], handled[i])
		}
	}
	if !closeTo(sum, 80) {
		t.Errorf("%g contacts of 80", sum)
	}
}

func TestStreamsAddUpCodesOfAQueueAndChannel(t *testing.T) {
	t.Parallel()
	leaf := func(queue wrapcast.QueueID, media wrapcast.MediaType, mean ...float64) wrapcast.LeafForecast {
		return wrapcast.LeafForecast{
			Leaf:          wrapcast.Leaf{Queue: queue, Media: media},
			Mean:          mean,
			HandleSeconds: constant(2, len(mean)),
		}
	}
	// A leaf may know fewer days than the forecast has, or more.
	made := &wrapcast.Forecast{Days: 2, Leaves: []wrapcast.LeafForecast{
		leaf("b", wrapcast.Voice, 1, 2, 99),
		leaf("a", wrapcast.Voice, 5), leaf("b", wrapcast.Chat, 7, 7), leaf("b", wrapcast.Voice, 10, 20)}}
	got := streamsOf(made, every)
	if len(got) != 3 || got[0].Stream != (wrapcast.Stream{Queue: "b", Media: wrapcast.Voice}) || got[1].Queue != "a" ||
		got[2].Media != wrapcast.Chat {
		t.Fatalf("%+v", got)
	}
	wantFigures(t, "b by voice", got[0].contacts, 11, 22)
	wantFigures(t, "its seconds", got[0].busy, 22, 44)
	wantFigures(t, "a by voice", got[1].contacts, 5, 0)
}
