package accuracy

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

// night is when a nightly run reads: five hours after midnight.
const night = 5 * time.Hour

// lateDays invents readings of days on nights, as they are when of every contact's code a share is late and shows with
// every night that passes in half of what is left. It returns what the last days will be in the end, too.
func lateDays(
	rng *rand.Rand,
	from wrapcast.Date,
	days int,
	late, missing float64,
) (readings []wrapcast.DayReading, last wrapcast.Date, finally map[wrapcast.Date]map[wrapcast.CodeID]int) {
	finally = map[wrapcast.Date]map[wrapcast.CodeID]int{}
	last = from + wrapcast.Date(days) - 1
	for day := from; day <= last; day++ {
		counts := map[wrapcast.CodeID]int{wrapcast.NoCode: 20 + rng.IntN(10)}
		for c := range 5 {
			counts[wrapcast.CodeID(fmt.Sprintf("c%d", c))] = (c + 1) * (80 + rng.IntN(40))
		}
		finally[day] = counts
		for age := 0; age <= 3; age++ {
			readAt := (day + 1).Midnight(time.UTC).Add(night + time.Duration(age)*24*time.Hour)
			if readAt.After((last + 1).Midnight(time.UTC).Add(night)) {
				break
			}
			share, lost, uncoded := late*math.Pow(0.5, float64(age)), missing*math.Pow(0.5, float64(age)), 0
			if age == 3 {
				share, lost = 0, 0
			}
			for _, code := range slices.Sorted(maps.Keys(counts)) { // in order, for the draws to be the same in every run
				n := counts[code]
				if code == wrapcast.NoCode {
					continue
				}
				there := binomial(rng, n, 1-lost)
				coded := binomial(rng, there, 1-share)
				uncoded += there - coded
				readings = append(readings, wrapcast.DayReading{Day: day, ReadAt: readAt, Code: code, Handled: coded})
			}
			readings = append(
				readings,
				wrapcast.DayReading{Day: day, ReadAt: readAt, Code: wrapcast.NoCode, Handled: counts[wrapcast.NoCode] + uncoded},
			)
		}
	}
	return readings, last, finally
}

func binomial(rng *rand.Rand, n int, p float64) (k int) {
	for range n {
		if rng.Float64() < p {
			k++
		}
	}
	return k
}

// latest is what a day said at its latest reading.
func latest(readings []wrapcast.DayReading, day wrapcast.Date) (readAt time.Time, now map[wrapcast.CodeID]float64) {
	for _, r := range readings {
		if r.Day == day && r.ReadAt.After(readAt) {
			readAt, now = r.ReadAt, map[wrapcast.CodeID]float64{}
		}
		if r.Day == day && r.ReadAt.Equal(readAt) {
			now[r.Code] += float64(r.Handled)
		}
	}
	return readAt, now
}

func TestYoungDaysAreRightOnAverageOnceTheirLatenessIsKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ late, missing, bias float64 }{
		"codes come late":    {0.2, 0, 0.005},
		"contacts come late": {0, 0.1, 0.005},
		"codes and contacts": {0.15, 0.05, 0.005},
		// A day that by chance shows many codes would grow beyond its contacts and is held there; one that shows few is
		// not.
		"almost everything comes late": {0.7, 0, 0.015},
		"nothing comes late":           {0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, after, total := 0.0, 0.0, 0.0
			for seed := range uint64(60) {
				rng := rand.New(rand.NewPCG(5, seed))
				readings, last, finally := lateDays(rng, 20000, 40, c.late, c.missing)
				l := LearnLateness(readings, time.UTC, 72*time.Hour)
				readAt, now := latest(readings, last)
				factors := l.At(last, readAt).Of(now)
				for code, n := range finally[last] {
					if code == wrapcast.NoCode {
						continue
					}
					before += now[code] - float64(n)
					after += now[code]*factors[code] - float64(n)
					total += float64(n)
				}
			}
			t.Logf("bias of the youngest day's codes: %+.4f as read, %+.4f corrected", before/total, after/total)
			if math.Abs(after/total) > c.bias {
				t.Errorf("the corrected day is off by %+.4f", after/total)
			}
		})
	}
}

func TestEveryFactorIsSaneAndContactsAreConserved(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var readings []wrapcast.DayReading
		code := rapid.SampledFrom([]wrapcast.CodeID{wrapcast.NoCode, "a", "b", "c"})
		for range rapid.IntRange(0, 200).Draw(rt, "readings") {
			day := wrapcast.Date(20000 + rapid.IntRange(0, 20).Draw(rt, "day"))
			readings = append(
				readings,
				wrapcast.DayReading{Day: day, Code: code.Draw(rt, "code"), Handled: rapid.IntRange(0, 1000).Draw(rt, "handled"),
					ReadAt: day.Midnight(time.UTC).Add(time.Duration(rapid.IntRange(-10, 150).Draw(rt, "hours")) * time.Hour)},
			)
		}
		l := LearnLateness(readings, time.UTC, 72*time.Hour)
		now := map[wrapcast.CodeID]float64{}
		total := 0.0
		for range rapid.IntRange(0, 4).Draw(rt, "codes") {
			c := code.Draw(rt, "now")
			now[c] = float64(rapid.IntRange(0, 1000).Draw(rt, "n"))
		}
		for _, n := range now {
			total += n
		}
		d := l.At(20021, wrapcast.Date(20022).Midnight(time.UTC).Add(night))
		sum := 0.0
		for c, f := range d.Of(now) {
			if !(f >= 0) || math.IsInf(f, 0) {
				rt.Fatalf("the factor of %q is %v", c, f)
			}
			sum += now[c] * f
		}
		if now[wrapcast.NoCode] > 0 && sum > total*max(d.all, 1)+1e-6 {
			rt.Fatalf("%v contacts become %v, all grow by %v", total, sum, d.all)
		}
		if d.Days == 0 && math.Abs(sum-total) > 1e-6 {
			rt.Fatalf("nothing was learned, and %v contacts become %v", total, sum)
		}
	})
}

func TestWhatCannotBeKnownIsLeftAlone(t *testing.T) {
	t.Parallel()
	readings, last, _ := lateDays(rand.New(rand.NewPCG(1, 1)), 20000, 40, 0.3, 0)
	readAt, now := latest(readings, last)
	l := LearnLateness(readings, time.UTC, 72*time.Hour)
	for name, d := range map[string]Development{
		"a settled day":       l.At(last-10, readAt),
		"too few days":        LearnLateness(readings[len(readings)-60:], time.UTC, 72*time.Hour).At(last, readAt),
		"nothing at all":      LearnLateness(nil, time.UTC, 72*time.Hour).At(last, readAt),
		"an age never read":   l.At(last, readAt.Add(-20*time.Hour)),
		"days read once only": LearnLateness(readings[:6], time.UTC, 0).At(last, readAt),
		"days of eight weeks ago": LearnLateness(append(readings[:60:60], wrapcast.DayReading{Day: last + 100}), time.UTC,
			72*time.Hour).At(last, readAt),
	} {
		for code, f := range d.Of(now) {
			if math.Abs(f-1) > 1e-9 {
				t.Errorf("%s: the factor of %q is %v", name, code, f)
			}
		}
	}
	if f := l.At(last, readAt).Of(map[wrapcast.CodeID]float64{"new": 10, wrapcast.NoCode: 100})["new"]; f < 1.3 {
		t.Errorf("a code never seen before grows by %v, all others by 1/0.7", f)
	}
}
