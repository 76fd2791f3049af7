package genesys

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport/transporttest"
	"github.com/wrapcast/wrapcast/internal/source"
)

func TestTheLedgerDecidesAsSoonAsTheOrganisationIsKnown(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		"GET /api/v2/tokens/me":      always(200, map[string]any{"homeOrganization": map[string]any{"id": "org-1", "name": "Acme"}}),
		"GET /api/v2/routing/queues": always(200, map[string]any{"entities": []any{}}),
	})
	clock := newFakeTime()
	ledger := &transporttest.Ledger{Clock: clock.clock()}
	c := p.newClient(t, clock.clock(), func(c *Config) {
		c.Budget = NewSharedBudget(wrapcast.BudgetLimits{PerMinute: 240, Burst: 10, PerMonth: 20}, ledger)
	})
	for i := range 2 {
		if _, err := c.Organisation(t.Context()); err != nil {
			t.Fatalf("call %d: %v", i, err)
		}
	}
	if u := c.Usage(); u.Requests != 3 || u.MonthRequests != 3 || u.PerMonth != 20 || ledger.Reserved() != 1 {
		t.Errorf("after a token and two calls: %+v, reserved %d times", u, ledger.Reserved())
	}
	c.Close()
	if ledger.Month() != 3 {
		t.Errorf("%d requests of the month are counted after what was not used was given back", ledger.Month())
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

func TestTheShareOfTheBudgetIsMeasured(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		usage source.Usage
		want  string
	}{
		"all of it":           {source.Usage{Budgeted: 241, PerMinute: 240, First: at, Latest: at.Add(time.Minute)}, "1"},
		"half of it":          {source.Usage{Budgeted: 241, PerMinute: 240, First: at, Latest: at.Add(2 * time.Minute)}, "0.5"},
		"too short to say":    {source.Usage{Budgeted: 20, PerMinute: 240, First: at, Latest: at.Add(5 * time.Second)}, "NaN"},
		"nothing was sent":    {source.Usage{PerMinute: 240}, "NaN"},
		"two clients of one":  {source.Usage{Budgeted: 120, PerMinute: 240, First: at, Latest: at.Add(time.Minute)}.Add(source.Usage{Budgeted: 121, First: at.Add(time.Second), Latest: at.Add(time.Minute)}), "1"},
		"one that never sent": {source.Usage{Budgeted: 241, PerMinute: 240, First: at, Latest: at.Add(time.Minute)}.Add(source.Usage{}), "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := fmt.Sprint(float64(c.usage.Share())); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
