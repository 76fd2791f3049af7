package genesys

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

// memoryLedger is a ledger in memory.
type memoryLedger struct {
	clock wrapcast.Clock

	mu       sync.Mutex
	next     time.Time
	month    int
	reserved int
}

func (l *memoryLedger) Reserve(_ context.Context, _ wrapcast.OrganisationID, b wrapcast.BudgetLimits, n int) (wrapcast.Allowance, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b.PerMonth > 0 {
		if n = min(n, b.PerMonth-l.month); n < 1 {
			return wrapcast.Allowance{}, wrapcast.Errorf(wrapcast.Conflict, "store", "all %d requests of the month are made", b.PerMonth).WithHint("wait")
		}
	}
	every := time.Minute / time.Duration(b.PerMinute)
	if earliest := l.clock.Now().Add(-time.Duration(b.Burst-1) * every); l.next.Before(earliest) {
		l.next = earliest
	}
	a := wrapcast.Allowance{From: l.next, Every: every, Requests: n, MonthRequests: l.month + n}
	l.next, l.month = l.next.Add(time.Duration(n)*every), l.month+n
	l.reserved++
	return a, nil
}

func (l *memoryLedger) GiveBack(_ context.Context, _ wrapcast.OrganisationID, a wrapcast.Allowance, n int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next.Equal(a.From.Add(time.Duration(a.Requests) * a.Every)) {
		l.next = l.next.Add(-time.Duration(n) * a.Every)
	}
	l.month -= n
	return nil
}

func (l *memoryLedger) Postpone(_ context.Context, _ wrapcast.OrganisationID, until time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.next) {
		l.next = until
	}
	return nil
}

// Several processes draw on one ledger: together they stay within the budget, and a busy one gets what the others leave.
func TestProcessesTogetherStayWithinTheBudget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		limits := wrapcast.BudgetLimits{PerMinute: rapid.IntRange(1, 400).Draw(rt, "perMinute"), Burst: rapid.IntRange(1, 20).Draw(rt, "burst")}
		clock := newFakeTime()
		ledger := &memoryLedger{clock: clock.clock()}
		var processes []*transport
		for range rapid.IntRange(1, 4).Draw(rt, "processes") {
			b := NewSharedBudget(limits, ledger)
			b.belongsTo("org")
			processes = append(processes, newTransport(Config{Clock: clock.clock(), Budget: b}))
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

func TestTheLedgerDecidesAsSoonAsTheOrganisationIsKnown(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		"GET /api/v2/tokens/me":      always(200, map[string]any{"homeOrganization": map[string]any{"id": "org-1", "name": "Acme"}}),
		"GET /api/v2/routing/queues": always(200, map[string]any{"entities": []any{}}),
	})
	clock := newFakeTime()
	ledger := &memoryLedger{clock: clock.clock()}
	c := p.newClient(t, clock.clock(), func(c *Config) {
		c.Budget = NewSharedBudget(wrapcast.BudgetLimits{PerMinute: 240, Burst: 10, PerMonth: 20}, ledger)
	})
	for i := range 2 {
		if _, err := c.Organisation(t.Context()); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	if u := c.Usage(); u.Requests != 3 || u.MonthRequests != 3 || u.PerMonth != 20 || ledger.reserved != 1 {
		t.Errorf("after a token and two calls: %+v, reserved %d times", u, ledger.reserved)
	}
	c.Close()
	if ledger.month != 3 {
		t.Errorf("%d requests of the month are counted after what was not used was given back", ledger.month)
	}
	for range 17 {
		if _, err := c.queues(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	before := len(p.requests())
	_, err := c.queues(t.Context())
	mustFail(t, err, wrapcast.Conflict, "20 requests of the month")
	if n := len(p.requests()); n != before {
		t.Errorf("%d requests beyond the month's ceiling", n-before)
	}
}

func TestABusyClientUsesItsWholeSharedBudget(t *testing.T) {
	t.Parallel()
	clock := newFakeTime()
	b := NewSharedBudget(wrapcast.BudgetLimits{PerMinute: 240, Burst: 10}, &memoryLedger{clock: clock.clock()})
	b.belongsTo("org")
	tr := newTransport(Config{Clock: clock.clock(), Budget: b})
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
			p := newPlatform(t, map[string]http.HandlerFunc{"GET /api/v2/tokens/me": func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range c.headers {
					w.Header().Set(k, v)
				}
				answerJSON(w, 200, map[string]any{"homeOrganization": map[string]any{"id": "org-1"}})
			}})
			clock := newFakeTime()
			client := p.newClient(t, clock.clock(), nil)
			if _, err := client.Organisation(t.Context()); err != nil {
				t.Fatal(err)
			}
			b := client.transport.budget
			if held := max(0, b.held(clock.read())); b.limits.PerMinute != c.perMinute || held != c.held {
				t.Errorf("%d a minute, held for %v; want %d and %v", b.limits.PerMinute, held, c.perMinute, c.held)
			}
		})
	}
}

func TestTheShareOfTheBudgetIsMeasured(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		usage Usage
		want  string
	}{
		"all of it":           {Usage{Budgeted: 241, PerMinute: 240, First: at, Latest: at.Add(time.Minute)}, "1"},
		"half of it":          {Usage{Budgeted: 241, PerMinute: 240, First: at, Latest: at.Add(2 * time.Minute)}, "0.5"},
		"too short to say":    {Usage{Budgeted: 20, PerMinute: 240, First: at, Latest: at.Add(5 * time.Second)}, "NaN"},
		"nothing was sent":    {Usage{PerMinute: 240}, "NaN"},
		"two clients of one":  {Usage{Budgeted: 120, PerMinute: 240, First: at, Latest: at.Add(time.Minute)}.Add(Usage{Budgeted: 121, First: at.Add(time.Second), Latest: at.Add(time.Minute)}), "1"},
		"one that never sent": {Usage{Budgeted: 241, PerMinute: 240, First: at, Latest: at.Add(time.Minute)}.Add(Usage{}), "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fmt.Sprint(float64(c.usage.Share())); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
