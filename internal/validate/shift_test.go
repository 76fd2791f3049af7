package validate

import (
	"math"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestALevelShiftIsFoundWhereItHappened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		at     int
		factor float64
	}{
		{"long ago, up", 200, 1.6}, {"long ago, down", 200, 0.5}, {"three weeks ago", 344, 2}, {"two months ago", 300, 0.4},
	} {
		values := demand(4, 365, func(t int) float64 {
			if t >= c.at {
				return 80 * c.factor
			}
			return 80
		}, office)
		s, found := lastShift(monday, values, 0.3)
		if !found || math.Abs(float64(s.day-monday)-float64(c.at)) > 4 {
			t.Errorf("%s: found %v at day %d, want about %d", c.name, found, s.day-monday, c.at)
			continue
		}
		if math.Abs(s.change()-(c.factor-1)) > 0.15 {
			t.Errorf("%s: change %.2f, want %.2f", c.name, s.change(), c.factor-1)
		}
	}
}

func TestTheLatestOfTwoShiftsIsReported(t *testing.T) {
	t.Parallel()
	values := demand(4, 365, func(t int) float64 { return []float64{40, 90, 50}[min(t/120, 2)] }, office)
	if s, found := lastShift(monday, values, 0.3); !found || s.day < monday+wrapcast.Date(235) || s.change() > 0 {
		t.Errorf("found %v %+v", found, s)
	}
}

func TestChanceTrendAndASingleBurstAreNoShift(t *testing.T) {
	t.Parallel()
	wrong := 0
	for seed := range uint64(200) {
		if _, found := lastShift(monday, demand(seed, 365, steady(25), office), 0.3); found {
			wrong++
		}
	}
	if wrong > 1 {
		t.Errorf("%d of 200 series of pure chance have a shift", wrong)
	}
	trend := demand(4, 730, func(t int) float64 { return 40 * math.Exp(float64(t)/730) }, office)
	if s, found := lastShift(monday, trend, 0.3); found {
		t.Errorf("a doubling over two years is taken for a shift: %+v", s)
	}
	burst := demand(4, 365, steady(40), office)
	burst[180] = 4000
	h := historyOf(series(burst))
	if s, found := lastShift(monday, h.without(findOutliers(h, Rules{}.withDefaults()).masks), 0.3); found {
		t.Errorf("a burst is taken for a shift: %+v", s)
	}
}

func TestAShiftNeedsTwoWeeksAfterIt(t *testing.T) {
	t.Parallel()
	values := demand(4, 200, func(t int) float64 { return 50 + 100*float64(t/190) }, office)
	if s, found := lastShift(monday, values, 0.3); found && s.day > monday+186 {
		t.Errorf("found %+v with ten days to judge by", s)
	}
}
