package genesys

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Budget is one organisation's share of the platform's request limit. Clients of the
// same organisation should share one, since the platform's limits do.
type Budget struct {
	limiter *rate.Limiter
	mu      sync.Mutex
	until   time.Time // nobody sends before: the platform said so
}

// NewBudget returns a budget of so many requests per minute, of which burst may be
// made at once. Values below one mean 240 and 10: four fifths of what the platform allows a token.
func NewBudget(perMinute, burst int) *Budget {
	if perMinute < 1 {
		perMinute = 240
	}
	if burst < 1 {
		burst = 10
	}
	return &Budget{limiter: rate.NewLimiter(rate.Limit(float64(perMinute)/60), burst)}
}

// hold stops everybody until the instant that the platform named.
func (b *Budget) hold(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until.After(b.until) {
		b.until = until
	}
}

func (b *Budget) held(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until.Sub(now)
}

// spend waits until one more request fits into the budget.
func (t *transport) spend(ctx context.Context) error {
	now := t.clock.Now()
	r := t.budget.limiter.ReserveN(now, 1)
	if d := r.DelayFrom(now); d > 0 {
		if err := t.wait(ctx, d, "request budget"); err != nil {
			r.CancelAt(t.clock.Now())
			return err
		}
		t.meter.add(func(u *Usage) { u.WaitedForBudget += d })
	}
	for d := t.budget.held(t.clock.Now()); d > 0; d = t.budget.held(t.clock.Now()) {
		if err := t.wait(ctx, d, "rate limit"); err != nil {
			return err
		}
		t.meter.add(func(u *Usage) { u.WaitedAsTold += d })
	}
	return ctx.Err()
}

// wait sleeps, and tells whoever listens why if it takes a second or more.
func (t *transport) wait(ctx context.Context, d time.Duration, why string) error {
	if d >= time.Second && t.waiting != nil {
		t.waiting(fmt.Sprintf("%s, %d s", why, int64((d+time.Second-1)/time.Second)))
		defer t.waiting("")
	}
	return t.clock.Sleep(ctx, d)
}
