package store

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
)

const (
	// longestQueue is how many requests may be reserved ahead by all processes together, longestPause how long a pause
	// of the platform may be that was written by another clock, or before pauses were written by themselves.
	longestPause = 3 * time.Minute
	longestQueue = 256
	// clockSlack is how far an instant that was written before now may lie after it, on clocks that are right: another
	// process wrote it while this one waited.
	clockSlack = time.Minute
)

// Reserve sets up to n requests aside out of an organisation's budget, for one process among those that share this
// store: a token bucket, kept as the instant at which the next request may be made. Where the month's ceiling leaves
// fewer, it gives fewer; where it leaves none, it returns Conflict.
func (tx Budget) Reserve(
	org wrapcast.OrganisationID, l wrapcast.BudgetLimits, n int, now time.Time,
) (wrapcast.Allowance, error) {
	month, err := tx.MonthRequests(org, now)
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
	before, err := tx.owed(org)
	if err != nil {
		return wrapcast.Allowance{}, err
	}
	from := before.from(now, every)
	if earliest := now.Add(-time.Duration(max(l.Burst, 1)-1) * every); from.Before(earliest) {
		from = earliest // what was not used for longer than a burst is lost
	}
	if err := tx.setNext(org, owed{from.Add(time.Duration(n) * every), now, before.pauseAt(now)}); err != nil {
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
	o, err := tx.owed(org)
	if err != nil {
		return err
	}
	if o.next.Equal(a.From.Add(time.Duration(a.Requests) * a.Every).Truncate(time.Microsecond)) {
		if err := tx.setNext(org, owed{o.next.Add(-time.Duration(n) * a.Every), o.at, o.pause}); err != nil {
			return err
		}
	}
	return tx.countRequests(org, -n, now)
}

// Postpone lets nobody reserve a request before an instant: the platform said so.
func (tx Budget) Postpone(org wrapcast.OrganisationID, until time.Time) error {
	o, err := tx.owed(org)
	if err != nil || !o.next.Before(until) {
		return err
	}
	return tx.setNext(org, owed{until, o.at, until})
}

// owed is when the next request may be made, when that was last drawn on, and until when the platform wants nobody to
// send; each is the zero time where it is not known.
type owed struct{ next, at, pause time.Time }

// from is when the next request may be made by a clock that says now. A clock that was set back since owes as long as
// it did when that was written; what lies further ahead than can be owed is not believed.
func (o owed) from(now time.Time, every time.Duration) time.Time {
	next, most := o.next, later(now, o.pause)
	if setBack := o.at.After(now.Add(clockSlack)); setBack || o.at.IsZero() {
		most = now.Add(longestPause)
		if setBack {
			next = now.Add(o.next.Sub(o.at))
		}
	}
	if next.After(most.Add(longestQueue * every)) {
		return now
	}
	return next
}

// pauseAt is the pause of the platform as a clock that says now is to remember it: none where that clock was set back.
func (o owed) pauseAt(now time.Time) time.Time {
	if o.at.After(now.Add(clockSlack)) {
		return time.Time{}
	}
	return o.pause
}

func (tx Budget) owed(org wrapcast.OrganisationID) (owed, error) {
	scan := func(r row) (o owed, err error) {
		err = r.Scan(toMicros(&o.next), toMicros(&o.at), toMicros(&o.pause))
		return o, err
	}
	o, _, err := get(tx.conn, scan, `SELECT next_us, at_us, pause_us FROM api_budget WHERE organisation_id = $1`, org)
	return o, err
}

func (tx Budget) setNext(org wrapcast.OrganisationID, o owed) error {
	_, err := tx.exec(`INSERT INTO api_budget (organisation_id, next_us, at_us, pause_us) VALUES ($1, $2, $3, $4)
		ON CONFLICT (organisation_id) DO UPDATE SET next_us = excluded.next_us, at_us = excluded.at_us,
		pause_us = excluded.pause_us`, org, micros(o.next), micros(o.at), micros(o.pause))
	return err
}

// micros is what is stored of an instant to microseconds, NULL for the zero time.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// toMicros scans such an instant into t.
func toMicros(t *time.Time) microsColumn { return microsColumn{t} }

type microsColumn struct{ t *time.Time }

// Scan implements sql.Scanner.
func (c microsColumn) Scan(v any) error {
	if us, ok := v.(int64); ok {
		*c.t = time.UnixMicro(us).UTC()
		return nil
	}
	return timeColumn(c).Scan(v)
}

// MonthRequests is how many requests an organisation has made, or set aside, in the month of UTC that an instant lies
// in.
func (tx Budget) MonthRequests(org wrapcast.OrganisationID, now time.Time) (int, error) {
	n, _, err := get(tx.conn, scanInt,
		`SELECT requests FROM api_month WHERE organisation_id = $1 AND month = $2`, org, monthOf(now))
	return n, err
}

func (tx Budget) countRequests(org wrapcast.OrganisationID, n int, now time.Time) error {
	before, err := tx.MonthRequests(org, now)
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
