package transport

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
)

// Ledger keeps an organisation's request budget where several processes can draw on it. A store has one.
type Ledger interface {
	// Reserve sets up to n requests aside; it gives fewer, or an error, where the month's ceiling leaves no more.
	Reserve(ctx context.Context, org wrapcast.OrganisationID, l wrapcast.BudgetLimits, n int) (wrapcast.Allowance,
		error)
	// GiveBack returns the last n requests of an allowance, which were not made.
	GiveBack(ctx context.Context, org wrapcast.OrganisationID, a wrapcast.Allowance, n int) error
	// Postpone lets nobody send before an instant: the platform said so.
	Postpone(ctx context.Context, org wrapcast.OrganisationID, until time.Time) error
}

// Budget is one organisation's share of the platform's request limit. Clients of the
// same organisation should share one, since the platform's limits do.
type Budget struct {
	// gate lets one caller at a time draw; a channel, so that waiting for it can be cancelled.
	gate    chan struct{}
	limiter *rate.Limiter
	ledger  Ledger // nil: the limiter alone decides

	mu     sync.Mutex
	limits wrapcast.BudgetLimits
	until  time.Time // nobody sends before: the platform said so
	org    wrapcast.OrganisationID
	// spent is what was sent before the ledger was known; allowance is what is set aside, used of it what was sent.
	spent     int
	allowance wrapcast.Allowance
	used      int
	// seen is what the wall clock last said.
	seen time.Time
}

// setAside is how many requests are set aside at once: so many that the ledger is seldom asked, so few that others
// are not kept waiting for long.
const setAside = 8

// DefaultRequestsPerMinute and DefaultBurst are four fifths of the requests a minute that the platform allows a token,
// and how many of them may be made at once.
const (
	DefaultRequestsPerMinute = 240
	DefaultBurst             = 10
)

// NewSharedBudget returns a budget that all processes draw on which share a ledger; nil: there is one process. Limits
// below one mean the defaults.
func NewSharedBudget(l wrapcast.BudgetLimits, ledger Ledger) *Budget { return newBudget(l, ledger) }

func newBudget(l wrapcast.BudgetLimits, ledger Ledger) *Budget {
	l.PerMinute, l.Burst = positiveOr(l.PerMinute, DefaultRequestsPerMinute), positiveOr(l.Burst, DefaultBurst)
	return &Budget{gate: make(chan struct{}, 1), limiter: rate.NewLimiter(perSecond(l.PerMinute), l.Burst),
		ledger: ledger, limits: l}
}

func perSecond(perMinute int) rate.Limit { return rate.Limit(float64(perMinute) / 60) }

// Hold stops everybody until the instant that the platform named.
func (b *Budget) Hold(until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until = until.Round(0); until.After(b.until) { // by the wall clock, which follow keeps up with
		b.until = until
	}
}

func (b *Budget) held(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until.Sub(b.follow(now))
}

// slewed is how far a clock may seem to go back without having been set back: it was read before another waited for.
const slewed = time.Second

// follow returns what the wall clock says now. Where it was set back since it was last read, instants to come move with
// it: what has to be waited for stays as long as it was.
func (b *Budget) follow(now time.Time) time.Time {
	now = now.Round(0)
	if back := b.seen.Sub(now); back > slewed {
		b.until, b.allowance.From = b.until.Add(-back), b.allowance.From.Add(-back)
	}
	if b.seen.Sub(now) > slewed || now.After(b.seen) {
		b.seen = now
	}
	return now
}

// BelongsTo tells the budget whose it is, as soon as that is known: from then on the ledger decides.
func (b *Budget) BelongsTo(org wrapcast.OrganisationID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.org = org
}

// postpone tells the other processes to wait as well.
func (b *Budget) postpone(ctx context.Context, until time.Time) {
	b.Hold(until)
	if org := b.owner(); org != "" {
		_ = b.ledger.Postpone(ctx, org, until) // a favour to the others; this process waits in any case
	}
}

// owner is the organisation in the ledger, "" where the limiter decides.
func (b *Budget) owner() wrapcast.OrganisationID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ledger == nil {
		return ""
	}
	return b.org
}

// allowed takes in what the platform says it allows a minute: no more than four fifths of that are used.
func (b *Budget) allowed(perMinute int, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if most := perMinute * 4 / 5; most >= 1 && most < b.limits.PerMinute {
		b.limits.PerMinute = most
		b.limiter.SetLimitAt(now, perSecond(most))
	}
}

// turn returns how long to wait for one more request.
func (b *Budget) turn(ctx context.Context, now time.Time) (wait time.Duration, undo func(time.Time), err error) {
	org := b.owner()
	if org == "" {
		b.mu.Lock()
		b.spent++
		b.mu.Unlock()
		r := b.limiter.ReserveN(now, 1)
		return r.DelayFrom(now), r.CancelAt, nil
	}
	select {
	case b.gate <- struct{}{}:
		defer func() { <-b.gate }()
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	if err := b.draw(ctx, org); err != nil {
		return 0, nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now = b.follow(now)
	at := b.allowance.From.Add(time.Duration(b.used) * b.allowance.Every)
	b.used++
	return at.Sub(now), func(time.Time) {}, nil
}

// draw sets more requests aside where none are left, and books what was spent before the ledger was known.
func (b *Budget) draw(ctx context.Context, org wrapcast.OrganisationID) error {
	b.mu.Lock()
	left, spent, limits := b.allowance.Requests-b.used, b.spent, b.limits
	b.mu.Unlock()
	if left > 0 {
		return nil
	}
	a, err := b.ledger.Reserve(ctx, org, limits, setAside+spent)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.allowance, b.used, b.spent = a, min(spent, a.Requests-1), 0
	return nil
}

// GiveBack returns what was set aside and not used.
func (b *Budget) GiveBack(ctx context.Context) {
	org := b.owner()
	b.mu.Lock()
	a, left := b.allowance, b.allowance.Requests-b.used
	b.used = a.Requests
	b.mu.Unlock()
	if org != "" && left > 0 {
		_ = b.ledger.GiveBack(ctx, org, a, left) // lost, these are a few requests of the month
	}
}

// Limits returns the limits now in force.
func (b *Budget) Limits() wrapcast.BudgetLimits {
	l, _ := b.read()
	return l
}

// read returns the limits and how many requests of the month are set aside, 0 where no ledger tells.
func (b *Budget) read() (l wrapcast.BudgetLimits, month int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.allowance.Requests > 0 {
		month = b.allowance.MonthRequests - (b.allowance.Requests - b.used)
	}
	return b.limits, month
}

// spend waits until one more request fits into the budget.
func (t *Transport) spend(ctx context.Context) error {
	wait, undo, err := t.budget.turn(ctx, t.clock.Now())
	if err != nil {
		return err
	}
	if wait > 0 {
		if err := t.wait(ctx, wait, "request budget"); err != nil {
			undo(t.clock.Now())
			return err
		}
		t.meter.add(func(u *source.Usage) { u.WaitedForBudget += wait })
	}
	for d := t.budget.held(t.clock.Now()); d > 0; d = t.budget.held(t.clock.Now()) {
		if err := t.wait(ctx, d, "rate limit"); err != nil {
			return err
		}
		t.meter.add(func(u *source.Usage) { u.WaitedAsTold += d })
	}
	return ctx.Err()
}

// wait sleeps, and tells whoever listens why if it takes a second or more.
func (t *Transport) wait(ctx context.Context, d time.Duration, why string) error {
	if d >= time.Second && t.waiting != nil {
		t.waiting(fmt.Sprintf("%s, %d s", why, int64((d+time.Second-1)/time.Second)))
		defer t.waiting("")
	}
	return t.clock.Sleep(ctx, d)
}
