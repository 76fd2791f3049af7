package transport

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport/transporttest"
)

// fakeTime is a clock on which waiting takes no time.
type fakeTime struct {
	mu  sync.Mutex
	now time.Time
}

func newFakeTime() *fakeTime {
	return &fakeTime{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
}

func (f *fakeTime) clock() wrapcast.Clock { return wrapcast.Clock{Now: f.read, Sleep: f.sleep} }

func (f *fakeTime) read() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fakeTime) sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(max(0, d))
	return ctx.Err()
}

// Several processes draw on one ledger: together they stay within the budget, and a busy one gets what the others
// leave.
func TestProcessesTogetherStayWithinTheBudget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		limits := wrapcast.BudgetLimits{PerMinute: rapid.IntRange(1, 400).Draw(rt, "perMinute"), Burst: rapid.IntRange(1, 20).Draw(rt, "burst")}
		clock := newFakeTime()
		ledger := &transporttest.Ledger{Clock: clock.clock()}
		var processes []*Transport
		for range rapid.IntRange(1, 4).Draw(rt, "processes") {
			b := NewSharedBudget(limits, ledger)
			b.BelongsTo("org")
			processes = append(processes, newTransport(rt, Options{Clock: clock.clock(), Budget: b}))
		}
		var sent []time.Time
		for range rapid.IntRange(1, 200).Draw(rt, "requests") {
			_ = clock.sleep(context.Background(), time.Duration(rapid.IntRange(0, 400).Draw(rt, "pause ms"))*time.Millisecond)
			p := processes[rapid.IntRange(0, len(processes)-1).Draw(rt, "who")]
			if err := p.spend(context.Background()); err != nil {
				rt.Fatal(err)
			}
			sent = append(sent, clock.read())
		}
		// What one process has set aside it may make late: at most that many more than the rate and a burst.
		allowed := limits.PerMinute + limits.Burst + setAside*len(processes)
		for i := range sent {
			n := 0
			for _, at := range sent[i:] {
				if at.Sub(sent[i]) < time.Minute {
					n++
				}
			}
			if n > allowed {
				rt.Fatalf("%d requests of %d processes within a minute, budget %+v", n, len(processes), limits)
			}
		}
	})
}

func TestABusyClientUsesItsWholeSharedBudget(t *testing.T) {
	t.Parallel()
	clock := newFakeTime()
	b := NewSharedBudget(wrapcast.BudgetLimits{PerMinute: 240, Burst: 10}, &transporttest.Ledger{Clock: clock.clock()})
	b.BelongsTo("org")
	tr := newTransport(t, Options{Clock: clock.clock(), Budget: b})
	began := clock.read()
	const requests = 2400
	for range requests {
		if err := tr.spend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if rate := requests / clock.read().Sub(began).Minutes(); rate < 0.95*240 || rate > 1.05*240 {
		t.Errorf("%.0f requests a minute, want about 240", rate)
	}
}

func TestWhatThePlatformSaysOfItsLimitIsHeeded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		headers   map[string]string
		perMinute int
		held      time.Duration
	}{
		"a minute that is used up":      {map[string]string{rateAllowed: "300", rateCount: "300", rateReset: "17"}, 240, 17 * time.Second},
		"room left":                     {map[string]string{rateAllowed: "300", rateCount: "299", rateReset: "17"}, 240, 0},
		"less allowed than is usual":    {map[string]string{rateAllowed: "180", rateCount: "1", rateReset: "17"}, 144, 0},
		"more allowed than is usual":    {map[string]string{rateAllowed: "3000", rateCount: "1", rateReset: "17"}, 240, 0},
		"nothing said":                  {nil, 240, 0},
		"nonsense":                      {map[string]string{rateAllowed: "-5", rateCount: "x", rateReset: "1e9"}, 240, 0},
		"a minute of hours":             {map[string]string{rateAllowed: "300", rateCount: "300", rateReset: "86400"}, 240, 0},
		"nothing allowed at all":        {map[string]string{rateAllowed: "0", rateCount: "300", rateReset: "5"}, 240, 0},
		"one allowed, and that is used": {map[string]string{rateAllowed: "1", rateCount: "2", rateReset: "5"}, 240, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range c.headers {
					w.Header().Set(k, v)
				}
			}))
			defer host.Close()
			clock := newFakeTime()
			tr := newTransport(t, Options{Clock: clock.clock(), Token: "t"})
			defer tr.CloseIdle()
			if _, err := tr.Do(t.Context(), Call{Name: OrganisationCall, Base: host.URL}); err != nil {
				t.Fatal(err)
			}
			b := tr.budget
			if held := max(0, b.held(clock.read())); b.limits.PerMinute != c.perMinute || held != c.held {
				t.Errorf("%d a minute, held for %v; want %d and %v", b.limits.PerMinute, held, c.perMinute, c.held)
			}
		})
	}
}

func TestNoMinuteHoldsMoreRequestsThanTheBudget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		perMinute := rapid.IntRange(1, 400).Draw(t, "perMinute")
		burst := rapid.IntRange(1, 20).Draw(t, "burst")
		clock := newFakeTime()
		tr := newTransport(t, Options{Clock: clock.clock(), RequestsPerMinute: perMinute, Burst: burst})
		var sent []time.Time
		for range rapid.IntRange(1, 300).Draw(t, "requests") {
			_ = clock.sleep(context.Background(), time.Duration(rapid.IntRange(0, 400).Draw(t, "pause ms"))*time.Millisecond)
			if err := tr.spend(context.Background()); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, clock.read())
		}
		for i := range sent {
			n := 0
			for _, at := range sent[i:] {
				if at.Sub(sent[i]) < time.Minute {
					n++
				}
			}
			if n > perMinute+burst {
				t.Fatalf("%d requests within a minute, budget %d and bursts of %d", n, perMinute, burst)
			}
		}
	})
}

func TestABusyClientUsesItsWholeBudget(t *testing.T) {
	t.Parallel()
	clock := newFakeTime()
	tr := newTransport(t, Options{Clock: clock.clock()})
	began := clock.read()
	const requests = 2400
	for range requests {
		if err := tr.spend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	minutes := clock.read().Sub(began).Minutes()
	if rate := requests / minutes; rate < 0.95*240 || rate > 1.05*240 {
		t.Errorf("%.0f requests a minute, want about 240", rate)
	}
}

// TestAClockSetBackInTheMiddleHoldsNobody draws on a shared budget while the clock jumps: the wait for a turn stays as
// long as it was, and so does a pause of the platform.
func TestAClockSetBackInTheMiddleHoldsNobody(t *testing.T) {
	t.Parallel()
	for _, back := range []time.Duration{time.Hour, 24 * time.Hour, 720 * time.Hour} {
		f := newFakeTime()
		b := NewSharedBudget(wrapcast.BudgetLimits{PerMinute: 60, Burst: 1}, &transporttest.Ledger{Clock: f.clock()})
		b.BelongsTo("org")
		wait := func() time.Duration {
			d, _, err := b.turn(t.Context(), f.read())
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		wait()
		b.Hold(f.read().Add(30 * time.Second))
		f.mu.Lock()
		f.now = f.now.Add(-back)
		f.mu.Unlock()
		if d := wait(); d > 2*time.Second {
			t.Errorf("set back by %v: a turn is waited for for %v", back, d)
		}
		if d := b.held(f.read()); d < 20*time.Second || d > 30*time.Second {
			t.Errorf("set back by %v: the platform's pause of 30 s lasts %v", back, d)
		}
	}
}
