package validate

import (
	"math"
	"slices"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func TestHistoryRunsFromTheFirstContactToTheLastDayRead(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		name           string
		values, want   []float64
		from           wrapcast.Date
		unread, broken int
	}{
		{"all of it", []float64{3, 0, 1}, []float64{3, 0, 1}, monday, 0, 0},
		{"empty days before, unread days after", []float64{nan, 0, 5, -1, 0, nan, nan}, []float64{5, nan, 0},
			monday + 2, 2, 1},
		{"a broken day at the end", []float64{1, 2, -1}, []float64{1, 2}, monday, 1, 1},
		{"a thousand million is a count", []float64{1e9, 1e9 + 1, 1}, []float64{1e9, nan, 1}, monday, 0, 1},
		{"never a contact", []float64{0, 0, nan}, nil, monday, 1, 0},
		{"never read", []float64{nan, nan}, nil, monday, 2, 0},
	} {
		h := historyOf(series(c.values))
		if !slices.EqualFunc(h.values, c.want, closeTo) || h.from != c.from || h.unread != c.unread || h.broken != c.broken {
			t.Errorf("%s: %+v", c.name, h)
		}
	}
	h := historyOf(series([]float64{0, 2.4, 0, nan, 0, 3.2}))
	if h.gaps() != 1 || h.zeros() != 2 || h.active() != 2 || h.contacts() != 6 || h.last() != monday+5 {
		t.Errorf(
			"%d gaps, %d zeros, %d active, %d contacts, last on %s",
			h.gaps(),
			h.zeros(),
			h.active(),
			h.contacts(),
			h.last(),
		)
	}
}

func TestACodeIsSparseWhereHalfItsOpenDaysAreEmpty(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	// Mondays alone: other weekdays never have a contact, and so say nothing.
	mondays := func(values ...float64) history {
		days := make([]float64, 7*len(values))
		for i, v := range values {
			days[7*i] = v
		}
		return history{values: days}
	}
	for _, c := range []struct {
		h    history
		want bool
	}{
		{mondays(1, 0, 1, 0), true}, {mondays(1, 1, 1, 0), false}, {mondays(1, nan, 1, 0), false},
		{mondays(1, nan, 0, 0), true},
		{history{values: []float64{1, 0}}, false}, {history{values: []float64{0, 0}}, true},
		{history{values: slices.Concat(repeat(7, 2), repeat(7, 0))}, true},
		{history{values: slices.Concat(repeat(7, 2), repeat(6, 0))}, false},
	} {
		if got := c.h.sparse(); got != c.want {
			t.Errorf("%v is sparse: %v, want %v", c.h.values, got, c.want)
		}
	}
}

func TestSilenceIsCountedInDaysRead(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		values      []float64
		now, before int
	}{
		{[]float64{1, 0, 0, nan, 0, 2, 0, 0}, 2, 3},
		{[]float64{1, 0, 0, 0, 2, 0, 2}, 0, 3},
		{[]float64{1}, 0, 0}, {[]float64{1, nan, 0, nan}, 1, 0},
	} {
		if now, before := (history{values: c.values}).silence(); now != c.now || before != c.before {
			t.Errorf("%v: %d silent days now, %d before, want %d, %d", c.values, now, before, c.now, c.before)
		}
	}
}

func TestFourWeeksOfSilenceTwiceAsLongAsAnyBeforeEndACode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, now int
		deleted     bool
		after       int // Rules.EndedAfter
		want        bool
	}{
		{0, 27, false, 0, false}, {0, 28, false, 0, true}, {13, 28, false, 0, true}, {14, 28, false, 0, false},
		{14, 29, false, 0, true},
		{0, 9, false, 10, false}, {0, 10, false, 10, true}, {0, 900, false, -1, false},
		{20, 6, true, 0, false}, {20, 7, true, 0, true}, {20, 7, true, -1, true},
	} {
		h := history{values: slices.Concat([]float64{5}, make([]float64, c.before), []float64{5}, make([]float64, c.now))}
		days, ended := h.ended(wrapcast.Code{Deleted: c.deleted}, Rules{EndedAfter: c.after}.withDefaults())
		if days != c.now || ended != c.want {
			t.Errorf("%+v: ended %v after %d days", c, ended, days)
		}
	}
}

func TestDaysNeverReadAreListedInStretches(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	h := history{from: monday, values: []float64{5, nan, nan, 3, nan, 2, nan, nan, nan, 1, nan, 1}}
	spans := h.gapSpans()
	for few, want := range map[int]string{
		5: "2026-01-06 to 2026-01-07, 2026-01-09, 2026-01-11 to 2026-01-13, 2026-01-15",
		4: "2026-01-06 to 2026-01-07, 2026-01-09, 2026-01-11 to 2026-01-13, 2026-01-15",
		3: "2026-01-06 to 2026-01-07, 2026-01-09, 2026-01-11 to 2026-01-13 and 1 more",
		1: "2026-01-06 to 2026-01-07 and 3 more",
	} {
		if got := someOf(spans, few); got != want {
			t.Errorf("at most %d: %q, want %q", few, got, want)
		}
	}
}

func TestNumbersAreWholeWhereTheyCanBe(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{3: "3", 0: "0", 2.5: "2.5", 2.04: "2", 2.96: "3", 10: "10", 1200: "1200"} {
		if got := number(v); got != want {
			t.Errorf("%g is written %q, want %q", v, got, want)
		}
	}
}
