// Package transporttest has what tests of the request budget share.
package transporttest

import (
	"context"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Ledger is a request budget in memory, as a store keeps one.
type Ledger struct {
	Clock wrapcast.Clock

	mu       sync.Mutex
	next     time.Time
	month    int
	reserved int
}

// Reserve sets requests aside.
func (l *Ledger) Reserve(_ context.Context, _ wrapcast.OrganisationID, b wrapcast.BudgetLimits,
	n int) (wrapcast.Allowance, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b.PerMonth > 0 {
		if n = min(n, b.PerMonth-l.month); n < 1 {
			return wrapcast.Allowance{}, wrapcast.Errorf(wrapcast.Conflict, "store",
				"all %d requests of the month are made", b.PerMonth).WithHint("wait")
		}
	}
	every := time.Minute / time.Duration(b.PerMinute)
	if earliest := l.Clock.Now().Add(-time.Duration(b.Burst-1) * every); l.next.Before(earliest) {
		l.next = earliest
	}
	a := wrapcast.Allowance{From: l.next, Every: every, Requests: n, MonthRequests: l.month + n}
	l.next, l.month = l.next.Add(time.Duration(n)*every), l.month+n
	l.reserved++
	return a, nil
}

// GiveBack returns requests that were not made.
func (l *Ledger) GiveBack(_ context.Context, _ wrapcast.OrganisationID, a wrapcast.Allowance, n int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next.Equal(a.From.Add(time.Duration(a.Requests) * a.Every)) {
		l.next = l.next.Add(-time.Duration(n) * a.Every)
	}
	l.month -= n
	return nil
}

// Postpone lets nobody send before an instant.
func (l *Ledger) Postpone(_ context.Context, _ wrapcast.OrganisationID, until time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.next) {
		l.next = until
	}
	return nil
}

// Month is how many requests of the month are set aside.
func (l *Ledger) Month() int { return l.month }

// Reserved is how often requests were set aside.
func (l *Ledger) Reserved() int { return l.reserved }
