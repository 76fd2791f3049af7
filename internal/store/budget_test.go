package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// testBudget plays processes that take requests out of one budget: whatever they do, no stretch of time
// holds more of them than the rate and one burst allow.
func testBudget(b bundle) {
	rapid.Check(b.T, func(rt *rapid.T) {
		b := b.in(rt)
		limits := wrapcast.BudgetLimits{PerMinute: rapid.IntRange(1, 600).Draw(rt, "per minute"), Burst: rapid.IntRange(1, 20).Draw(rt, "burst")}
		every := time.Minute / time.Duration(limits.PerMinute)
		now, made := noon, []time.Time{}
		for range rapid.IntRange(1, 30).Draw(rt, "reservations") {
			now = now.Add(time.Duration(rapid.IntRange(0, 30_000).Draw(rt, "ms")) * time.Millisecond)
			a := reserve(b, limits, rapid.IntRange(1, 8).Draw(rt, "requests"), now)
			for i := range a.Requests {
				made = append(made, later(now, a.From.Add(time.Duration(i)*a.Every)))
			}
		}
		for i := range made {
			for j := i + limits.Burst; j < len(made); j++ { // made[i] to made[j] are j-i+1 requests
				least := time.Duration(j-i-limits.Burst+1) * every
				if made[j].Sub(made[i]) < least-time.Millisecond {
					rt.Fatalf("%d requests within %v at %d a minute in bursts of %d", j-i+1, made[j].Sub(made[i]), limits.PerMinute, limits.Burst)
				}
			}
		}
	})
}

func reserve(b bundle, l wrapcast.BudgetLimits, n int, now time.Time) (a wrapcast.Allowance) {
	b.update(func(tx *store.Tx) (err error) {
		a, err = tx.Budget().Reserve(b.org, l, n, now)
		return err
	})
	return a
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func testBudgetOfTheMonth(b bundle) {
	limits := wrapcast.BudgetLimits{PerMinute: 60, Burst: 10, PerMonth: 10}
	if a := reserve(b, limits, 8, noon); a.Requests != 8 || a.MonthRequests != 8 {
		b.t.Fatalf("%+v", a)
	}
	a := reserve(b, limits, 8, noon)
	if a.Requests != 2 || a.MonthRequests != 10 {
		b.t.Fatalf("%+v of 2 that are left", a)
	}
	err := b.Update(b.T.Context(), func(tx *store.Tx) error {
		_, err := tx.Budget().Reserve(b.org, limits, 1, noon)
		return err
	})
	if wrapcast.KindOf(err) != wrapcast.Conflict || wrapcast.Hint(err) == "" {
		b.t.Fatalf("one more: %v", err)
	}
	b.update(func(tx *store.Tx) error { return tx.Budget().GiveBack(b.org, a, 1, noon) })
	counted := read(b, func(tx *store.Tx) (int, error) { return tx.Budget().MonthRequests(b.org, noon) })
	if counted != 9 {
		b.t.Errorf("after one was given back %d are counted", counted)
	}
	if a := reserve(b, limits, 8, noon.AddDate(0, 1, 0)); a.Requests != 8 || a.MonthRequests != 8 {
		b.t.Errorf("in the next month %+v", a)
	}
}

func testBudgetGivenBack(b bundle) {
	limits := wrapcast.BudgetLimits{PerMinute: 60, Burst: 1}
	first := reserve(b, limits, 8, noon)
	b.update(func(tx *store.Tx) error { return tx.Budget().GiveBack(b.org, first, 5, noon) })
	if second := reserve(b, limits, 1, noon); !second.From.Equal(noon.Add(3 * time.Second)) {
		b.t.Errorf("after 5 of 8 were given back the next begins at %v", second.From)
	}
	b.update(func(tx *store.Tx) error { return tx.Budget().GiveBack(b.org, first, 1, noon) })
	if third := reserve(b, limits, 1, noon); !third.From.Equal(noon.Add(4 * time.Second)) {
		b.t.Errorf("time that others have reserved behind was given to %v", third.From)
	}
	b.update(func(tx *store.Tx) error { return tx.Budget().Postpone(b.org, noon.Add(time.Hour)) })
	b.update(func(tx *store.Tx) error { return tx.Budget().Postpone(b.org, noon.Add(time.Minute)) })
	if last := reserve(b, limits, 1, noon); !last.From.Equal(noon.Add(time.Hour)) {
		b.t.Errorf("postponed by an hour it begins at %v", last.From)
	}
	lastWeek := noon.AddDate(0, 0, -7)
	if back := reserve(b, limits, 1, lastWeek); !back.From.Equal(lastWeek) {
		b.t.Errorf("after the clock was set back to %v the next begins at %v", lastWeek, back.From)
	}
}

func testExtractionSizes(b bundle) {
	sizes := func() string {
		return string(read(b, func(tx *store.Tx) ([]byte, error) { return tx.Budget().LearnedLimits(b.org) }))
	}
	if got := sizes(); got != "" {
		b.t.Errorf("before anything was learned: %q", got)
	}
	for _, document := range []string{`{"most_rows":1}`, `{"most_rows":2}`} {
		b.update(func(tx *store.Tx) error { return tx.Budget().SaveLearnedLimits(b.org, []byte(document)) })
		if got := sizes(); got != document {
			b.t.Errorf("saved %s, read %s", document, got)
		}
	}
}

func testDayReadings(b bundle) {
	day := wrapcast.DateOf(noon)
	at := noon.Add(12 * time.Hour)
	observe := func(handled map[wrapcast.CodeID]int) {
		e := wrapcast.Extract{From: day.Midnight(time.UTC), To: (day + 1).Midnight(time.UTC), ReadAt: at}
		for _, q := range []wrapcast.QueueID{"q1", "q2"} {
			for c, n := range handled {
				if n > 0 {
					e.Observations = append(e.Observations, wrapcast.Observation{Leaf: wrapcast.Leaf{Queue: q, Code: c, Media: wrapcast.Voice}, Start: noon, Handled: n})
				}
			}
		}
		b.update(func(tx *store.Tx) error {
			if _, err := tx.History().Replace(b.org, time.UTC, e); err != nil {
				return err
			}
			return tx.Readings().RecordDays(b.org, time.UTC, day, day, at, day-60)
		})
		at = at.Add(24 * time.Hour)
	}
	observe(map[wrapcast.CodeID]int{wrapcast.NoCode: 5, "c1": 3})
	observe(map[wrapcast.CodeID]int{wrapcast.NoCode: 1, "c1": 7})
	got := ""
	for _, r := range read(b, func(tx *store.Tx) ([]wrapcast.DayReading, error) {
		return tx.Readings().Days(b.org, nil, time.UTC, day)
	}) {
		got += fmt.Sprintf("%s after %v: %q %d; ", r.Day, r.ReadAt.Sub(noon), r.Code, r.Handled)
	}
	want := `2026-11-23 after 12h0m0s: "" 10; 2026-11-23 after 12h0m0s: "c1" 6; 2026-11-23 after 36h0m0s: "" 2; 2026-11-23 after 36h0m0s: "c1" 14; `
	if got != want {
		b.t.Errorf("read\n%s, want\n%s", got, want)
	}
	b.update(func(tx *store.Tx) error { return tx.Readings().RecordDays(b.org, time.UTC, day+9, day+9, at, day+1) })
	if left := read(b, func(tx *store.Tx) ([]wrapcast.DayReading, error) { return tx.Readings().Days(b.org, nil, time.UTC, 0) }); len(left) != 0 {
		b.t.Errorf("%d readings of old days are left", len(left))
	}
}

func testChangesByDay(b bundle) {
	var all store.Changes
	var days map[wrapcast.Date]int
	b.update(func(tx *store.Tx) (err error) {
		all, days, err = tx.History().ReplaceByDay(b.org, time.UTC, dense(noon, 3))
		return err
	})
	if day := wrapcast.DateOf(noon); len(days) != 2 || days[day] != days[day+1] || days[day]+days[day+1] != all.Observations {
		b.t.Errorf("%v cells changed by day, %d in all", days, all.Observations)
	}
}

// childReserves takes requests out of the budget, one at a time, as fast as it may, and writes down when they may be
// made.
func childReserves(t *testing.T, dir string) {
	t.Helper()
	b := on(t, openIn(t, dir))
	var moments []byte
	for range 50 {
		a := reserve(b, wrapcast.BudgetLimits{PerMinute: 60_000, Burst: 1}, 1, noon)
		moments = fmt.Appendln(moments, a.From.UnixMicro())
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("moments-%d", os.Getpid())), moments, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestProcessesShareOneBudget lets processes reserve at once: no two get the same moment.
func TestProcessesShareOneBudget(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	waitFor(t, child(t, "budget", dir), child(t, "budget", dir), child(t, "budget", dir))
	files, err := filepath.Glob(filepath.Join(dir, "moments-*"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for moment := range strings.FieldsSeq(string(text)) {
			if seen[moment] {
				t.Errorf("the moment %s was given twice", moment)
			}
			seen[moment] = true
		}
	}
	if len(seen) != 150 {
		t.Errorf("%d of 150 requests", len(seen))
	}
}

// testBudgetOfAClockSetBack: whatever the clock was when it was drawn on before, nobody waits longer than the queue
// there was, and the rate is kept from then on.
func testBudgetOfAClockSetBack(b bundle) {
	limits := wrapcast.BudgetLimits{PerMinute: 240, Burst: 10}
	for i, back := range []time.Duration{time.Second, 2 * time.Minute, time.Hour, 6*time.Hour - time.Second, 48 * time.Hour,
		365 * 24 * time.Hour} {
		org := wrapcast.OrganisationID(fmt.Sprintf("set-back-%d", i))
		at := b
		at.org = org
		var queue time.Time
		for range 5 {
			queue = reserve(at, limits, 8, noon).From
		}
		owed := queue.Add(2 * time.Second).Sub(noon)
		now := noon.Add(-back)
		first, second := reserve(at, limits, 8, now), reserve(at, limits, 8, now)
		if wait := first.From.Sub(now); wait > owed+time.Minute {
			b.t.Errorf("set back by %v: it waits %v, and %v were owed", back, wait, owed)
		}
		if gap := second.From.Sub(first.From); gap != 2*time.Second {
			b.t.Errorf("set back by %v: eight requests take %v", back, gap)
		}
	}
}
