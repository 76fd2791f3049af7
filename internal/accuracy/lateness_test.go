package accuracy

import (
	"math"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// sevenDays are days from 20000 on, each read five hours after its end and again when it had settled: code a had 80 contacts
// and got 100, code b 10 and 20, contacts without a code fell from 20 to 5.
func sevenDays(days int) (readings []wrapcast.DayReading) {
	for day := wrapcast.Date(20000); day < wrapcast.Date(20000+days); day++ {
		end := (day + 1).Midnight(time.UTC)
		for code, n := range map[wrapcast.CodeID][2]int{"a": {80, 100}, "b": {10, 20}, wrapcast.NoCode: {20, 5}} {
			readings = append(readings, wrapcast.DayReading{Day: day, Code: code, ReadAt: end.Add(5 * time.Hour), Handled: n[0]},
				wrapcast.DayReading{Day: day, Code: code, ReadAt: end.Add(72 * time.Hour), Handled: n[1]})
		}
	}
	return readings
}

// youngAt is an instant so long after the end of day 20020.
func youngAt(age time.Duration) (wrapcast.Date, time.Time) {
	return 20020, wrapcast.Date(20021).Midnight(time.UTC).Add(age)
}

func wantFactors(t *testing.T, what string, got, want map[wrapcast.CodeID]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: factors %v, want %v", what, got, want)
	}
	for code, f := range want {
		if math.Abs(got[code]-f) > 1e-9 {
			t.Errorf("%s: the factor of %q is %.9f, want %.9f", what, code, got[code], f)
		}
	}
}

func TestFactorsAreThoseOfTheChainLadderShrunkTowardsAllCodes(t *testing.T) {
	t.Parallel()
	d := LearnLateness(sevenDays(7), time.UTC, 72*time.Hour).At(youngAt(5 * time.Hour))
	all, coded := 875.0/770, 840.0/630
	a, b := (700+50*coded)/(560+50), (140+50*coded)/(70+50)
	if d.Days != 7 || math.Abs(d.all-all) > 1e-12 || math.Abs(d.coded-coded) > 1e-12 || len(d.own) != 2 {
		t.Errorf("learned %+v", d)
	}
	wantFactors(t, "room for all", d.Of(map[wrapcast.CodeID]float64{"a": 100, "b": 10, wrapcast.NoCode: 30}),
		map[wrapcast.CodeID]float64{"a": a, "b": b, wrapcast.NoCode: (140*all - 100*a - 10*b) / 30})
	held := (111*all - 110) / (100*a + 10*b - 110) // only so much of the growth has room
	wantFactors(t, "one contact without a code", d.Of(map[wrapcast.CodeID]float64{"a": 100, "b": 10, wrapcast.NoCode: 1}),
		map[wrapcast.CodeID]float64{"a": 1 + (a-1)*held, "b": 1 + (b-1)*held, wrapcast.NoCode: 0})
	wantFactors(t, "none without a code", d.Of(map[wrapcast.CodeID]float64{"a": 100}),
		map[wrapcast.CodeID]float64{"a": all})
	wantFactors(t, "a code never seen", d.Of(map[wrapcast.CodeID]float64{"new": 3, wrapcast.NoCode: 97}),
		map[wrapcast.CodeID]float64{"new": coded, wrapcast.NoCode: (100*all - 3*coded) / 97})
	wantFactors(t, "nothing", d.Of(nil), nil)
}

func TestCodesThatShrinkAreNotHeld(t *testing.T) {
	t.Parallel()
	now := map[wrapcast.CodeID]float64{"a": 100, wrapcast.NoCode: 10}
	wantFactors(t, "all shrink", Development{all: 0.5, coded: 0.8}.Of(now),
		map[wrapcast.CodeID]float64{"a": 0.8, wrapcast.NoCode: 0})
	wantFactors(t, "contacts shrink and codes grow", Development{all: 0.9,
		coded: 1.2}.Of(map[wrapcast.CodeID]float64{"a": 100}),
		map[wrapcast.CodeID]float64{"a": 1})
	wantFactors(t, "codes as they are", Development{all: 0.95, coded: 1}.Of(now),
		map[wrapcast.CodeID]float64{"a": 1, wrapcast.NoCode: 0.45})
}

func TestWhatLatenessIsLearnedFrom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		days int
		age  time.Duration
		want int
	}{
		{"seven days", 7, 5 * time.Hour, 7}, {"six days", 6, 5 * time.Hour, 0},
		{"eight hours older", 7, 13 * time.Hour, 7}, {"more than that", 7, 13*time.Hour + 1, 0},
		{"just not settled, and far from any reading", 7, 72*time.Hour - 1, 0}, {"settled", 7, 72 * time.Hour, 0},
	} {
		if d := LearnLateness(sevenDays(c.days), time.UTC, 72*time.Hour).At(youngAt(c.age)); d.Days != c.want {
			t.Errorf("%s: learned from %d days, want %d", c.name, d.Days, c.want)
		}
	}
	if d := LearnLateness(sevenDays(7), time.UTC, 10*time.Hour).At(youngAt(10*time.Hour - 1)); d.Days != 7 {
		t.Errorf("just not settled: learned from %d days", d.Days)
	}
	if d := LearnLateness(sevenDays(7), time.UTC, 10*time.Hour).At(youngAt(10 * time.Hour)); d.Days != 0 {
		t.Errorf("just settled: learned from %d days", d.Days)
	}
	if l := LearnLateness(sevenDays(7), time.UTC, 72*time.Hour+1); len(l.days) != 0 {
		t.Errorf("%d days count as settled a moment too early", len(l.days))
	}
	recent := append(sevenDays(7), wrapcast.DayReading{Day: 20055 + 3}) // 56 days are 20003 to 20058
	if l := LearnLateness(recent, time.UTC, 72*time.Hour); len(l.days) != 4 {
		t.Errorf("learned from %d days, want the last four of seven", len(l.days))
	}
}

func TestTheReadingOfTheNearestAgeCounts(t *testing.T) {
	t.Parallel()
	d := developed{early: []early{{age: 5 * time.Hour}, {age: 15 * time.Hour}, {age: 25 * time.Hour}}}
	for age, want := range map[time.Duration]time.Duration{9 * time.Hour: 5 * time.Hour, 10 * time.Hour: 5 * time.Hour,
		11 * time.Hour: 15 * time.Hour, 21 * time.Hour: 25 * time.Hour, 33 * time.Hour: 25 * time.Hour} {
		if e, ok := d.at(age); !ok || e.age != want {
			t.Errorf("at %s: that of %s (%v), want %s", age, e.age, ok, want)
		}
	}
}

func TestFactorsOfLatenessAreBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ finally, then, want float64 }{{3, 2, 1.5}, {10, 1, 5}, {1, 10, 0.2}, {7, 0, 1},
		{0, 0, 1}} {
		if got := factor(c.finally, c.then); got != c.want {
			t.Errorf("%g over %g: %g, want %g", c.finally, c.then, got, c.want)
		}
	}
}
