package planning

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// hiddenWorld has eight weeks of a queue with two codes; on its last Friday a mailing brings times as many contacts of
// refund, in one quarter-hour and with as long a handle time.
func hiddenWorld(times int) (observations []wrapcast.Observation, arrivals []wrapcast.Arrival, friday wrapcast.Date) {
	rng := rand.New(rand.NewPCG(1, 2))
	first := date("2026-09-28") // a Monday
	friday = first + 7*7 + 4
	for day := first; day < first+56; day++ {
		for slot := 32; slot < 72; slot++ {
			start := day.Midnight(time.UTC).Add(time.Duration(slot) * wrapcast.QuarterHour)
			n, m := 1+rng.IntN(4), 2+rng.IntN(6)
			ms := int64(300_000)
			if day == friday && slot == 40 {
				m, ms = m*times, ms*int64(times)
			}
			observations = append(observations,
				wrapcast.Observation{Start: start, Handled: n, HandleMs: 300_000 * int64(n),
					Leaf: wrapcast.Leaf{Queue: "q", Code: "billing", Media: wrapcast.Voice}},
				wrapcast.Observation{Start: start, Handled: m, HandleMs: ms * int64(m),
					Leaf: wrapcast.Leaf{Queue: "q", Code: "refund", Media: wrapcast.Voice}})
			arrivals = append(arrivals, wrapcast.Arrival{Queue: "q", Media: wrapcast.Voice, Start: start,
				Offered: (n + m) * 11 / 10})
		}
	}
	return observations, arrivals, friday
}

func TestHiddenDaysTeachNothingOfQuarterHours(t *testing.T) {
	t.Parallel()
	learn := func(times int, codes ...wrapcast.CodeID) *RecentPatterns {
		observations, arrivals, friday := hiddenWorld(times)
		return LearnRecent(observations, arrivals, time.UTC, RecentOptions{Until: friday + 3,
			Hidden: func(leaf wrapcast.Leaf, day wrapcast.Date) bool {
				return day == friday && slices.Contains(codes, leaf.Code)
			}})
	}
	next := date("2026-11-27")
	at := func(p *RecentPatterns) (share, offered, seconds float64) {
		return p.shares(wrapcast.Stream{Queue: "q", Media: wrapcast.Voice}, next)[40], p.conversion(wrapcast.Stream{Queue: "q", Media: wrapcast.Voice}), p.overallAHT
	}
	share, offered, seconds := at(learn(1, "billing", "refund"))
	if a, b, c := at(learn(100, "billing", "refund")); a != share || b != offered || c != seconds {
		t.Errorf("hidden in all codes, a mailing moves a share from %g to %g, conversion from %g to %g, seconds from %g to %g",
			share, a, offered, b, seconds, c)
	}
	share, _, seconds = at(learn(1, "refund"))
	if a, _, c := at(learn(100, "refund")); a > 1.5*share || c != seconds {
		t.Errorf("hidden in one of two codes, a mailing moves a share from %g to %g, seconds from %g to %g", share, a,
			seconds, c)
	}
	if a, _, c := at(learn(100)); a < 1.5*share || c < 2*seconds {
		t.Errorf("shown, a mailing moves a share from %g to %g only, seconds from %g to %g", share, a, seconds, c)
	}
}

func TestArrivalsThatNobodyHandledAreHiddenWhereAllCodesAre(t *testing.T) {
	t.Parallel()
	observations, arrivals, friday := hiddenWorld(1)
	observations = slices.DeleteFunc(observations,
		func(o wrapcast.Observation) bool { return wrapcast.DateOf(o.Start) == friday })
	ratio := func(hidden ...wrapcast.CodeID) float64 {
		p := LearnRecent(observations, arrivals, time.UTC, RecentOptions{Until: friday + 3,
			Hidden: func(leaf wrapcast.Leaf, day wrapcast.Date) bool {
				return day == friday && slices.Contains(hidden, leaf.Code)
			}})
		return p.conversion(wrapcast.Stream{Queue: "q", Media: wrapcast.Voice})
	}
	// 1.1 less what rounding down takes are offered for each handled; a fifty-sixth more with a day of abandoned ones.
	shown, one, both := ratio(), ratio("billing"), ratio("billing", "refund")
	if one != shown || both >= shown-0.01 || both > 1.1 {
		t.Errorf("%g offered per contact; %g with one code hidden, %g with both", shown, one, both)
	}
}
