package store

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
)

// maxQueue is longer than any queue of processes for the budget: what is reserved beyond it was reserved by a
// clock that has been set back since, and nobody waits for that.
const maxQueue = 6 * time.Hour

// Reserve sets up to n requests aside out of an organisation's budget, for one process among those that share this
// store: a token bucket, kept as the instant at which the next request may be made. Where the month's ceiling leaves
// fewer, it gives fewer; where it leaves none, it returns Conflict.
func (tx Budget) Reserve(
	org wrapcast.OrganisationID, l wrapcast.BudgetLimits, n int, now time.Time,
) (wrapcast.Allowance, error) {
	month, err := tx.monthRequests(org, now)
	if err != nil {
		return wrapcast.Allowance{}, err
	}
	if l.PerMonth > 0 {
		n = min(n, l.PerMonth-month)
	}
	if n < 1 {
		return wrapcast.Allowance{}, conflict("all %d requests that organisation %s may make in %s are made",
			l.PerMonth,
			org, now.UTC().Format("January 2006")).
			WithHint("wait for the next month (UTC), or raise api.requests_per_month")
	}
	every := time.Minute / time.Duration(max(l.PerMinute, 1))
	from, err := tx.next(org)
	if err != nil {
		return wrapcast.Allowance{}, err
	}
	if earliest := now.Add(-time.Duration(max(l.Burst, 1)-1) * every); from.Before(earliest) ||
		from.After(now.Add(maxQueue)) {
		from = earliest // what was not used for longer than a burst is lost
	}
	if err := tx.setNext(org, from.Add(time.Duration(n)*every)); err != nil {
		return wrapcast.Allowance{}, err
	}
	if err := tx.countRequests(org, n, now); err != nil {
		return wrapcast.Allowance{}, err
	}
	return wrapcast.Allowance{From: from, Every: every, Requests: n, MonthRequests: month + n}, nil
}

// GiveBack returns the last n requests of an allowance that were not made. Their time is given to others
// only where nobody has reserved behind it.
func (tx Budget) GiveBack(org wrapcast.OrganisationID, a wrapcast.Allowance, n int, now time.Time) error {
	next, err := tx.next(org)
	if err != nil {
		return err
	}
	if next.Equal(a.From.Add(time.Duration(a.Requests) * a.Every).Truncate(time.Microsecond)) {
		if err := tx.setNext(org, next.Add(-time.Duration(n)*a.Every)); err != nil {
			return err
		}
	}
	return tx.countRequests(org, -n, now)
}

// Postpone lets nobody reserve a request before an instant: the platform said so.
func (tx Budget) Postpone(org wrapcast.OrganisationID, until time.Time) error {
	next, err := tx.next(org)
	if err != nil || !next.Before(until) {
		return err
	}
	return tx.setNext(org, until)
}

// next is when the next request may be made, the zero time where none was.
func (tx Budget) next(org wrapcast.OrganisationID) (time.Time, error) {
	at, found, err := get(tx.conn, scanMicros, `SELECT next_us FROM api_budget WHERE organisation_id = $1`, org)
	if err != nil || !found {
		return time.Time{}, err
	}
	return at, nil
}

func scanMicros(r row) (time.Time, error) {
	var us int64
	err := r.Scan(&us)
	return time.UnixMicro(us).UTC(), err
}

func (tx Budget) setNext(org wrapcast.OrganisationID, next time.Time) error {
	_, err := tx.exec(`INSERT INTO api_budget (organisation_id, next_us) VALUES ($1, $2)
		ON CONFLICT (organisation_id) DO UPDATE SET next_us = excluded.next_us`, org, next.UnixMicro())
	return err
}

func (tx Budget) monthRequests(org wrapcast.OrganisationID, now time.Time) (int, error) {
	n, _, err := get(tx.conn, scanInt,
		`SELECT requests FROM api_month WHERE organisation_id = $1 AND month = $2`, org, monthOf(now))
	return n, err
}

func (tx Budget) countRequests(org wrapcast.OrganisationID, n int, now time.Time) error {
	before, err := tx.monthRequests(org, now)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO api_month (organisation_id, month, requests) VALUES ($1, $2, $3)
		ON CONFLICT (organisation_id, month) DO UPDATE SET requests = excluded.requests`, org, monthOf(now), max(before+n, 0))
	return err
}

// monthOf counts UTC months since January 1970.
func monthOf(t time.Time) int64 {
	t = t.UTC()
	return int64(t.Year()-1970)*12 + int64(t.Month()) - 1
}

// LearnedLimits returns what was learned of how much the platform gives at once, as it was saved; nil where
// nothing was.
func (tx Budget) LearnedLimits(org wrapcast.OrganisationID) ([]byte, error) {
	text, found, err := get(tx.conn, scanString, `SELECT document FROM extraction_size WHERE organisation_id = $1`, org)
	if err != nil || !found {
		return nil, err
	}
	return []byte(text), nil
}

// SaveLearnedLimits keeps what was learned, in the place of what was before.
func (tx Budget) SaveLearnedLimits(org wrapcast.OrganisationID, document []byte) error {
	_, err := tx.exec(`INSERT INTO extraction_size (organisation_id, document) VALUES ($1, $2)
		ON CONFLICT (organisation_id) DO UPDATE SET document = excluded.document`, org, string(document))
	return err
}

// Ledger keeps the request budgets of organisations in a store, so that all processes which work on it share them.
type Ledger struct {
	Store *Store
	Clock wrapcast.Clock
}

// Reserve sets up to n requests aside.
func (l Ledger) Reserve(ctx context.Context, org wrapcast.OrganisationID, b wrapcast.BudgetLimits,
	n int) (a wrapcast.Allowance, err error) {
	err = l.Store.Update(ctx, func(tx *Tx) error {
		a, err = tx.Budget().Reserve(org, b, n, l.Clock.Now())
		return err
	})
	return a, err
}

// GiveBack returns the last n requests of an allowance, which were not made.
func (l Ledger) GiveBack(ctx context.Context, org wrapcast.OrganisationID, a wrapcast.Allowance, n int) error {
	return l.Store.Update(ctx, func(tx *Tx) error { return tx.Budget().GiveBack(org, a, n, l.Clock.Now()) })
}

// Postpone lets nobody send before an instant.
func (l Ledger) Postpone(ctx context.Context, org wrapcast.OrganisationID, until time.Time) error {
	return l.Store.Update(ctx, func(tx *Tx) error { return tx.Budget().Postpone(org, until) })
}
