package retention

import (
	"context"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Schema names the document of a [Result].
const Schema = "wrapcast.store-prune/1"

// Keeper deletes what is kept no longer.
type Keeper struct {
	Store *store.Store
	Clock wrapcast.Clock
	Rules Rules
	// Actor is who the audit chain says it was.
	Actor string
	// For is how long it works at most: the rest is left for the next time. 0 is until all is done.
	For time.Duration
}

// Result says what was deleted of an organisation, or would be.
type Result struct {
	Organisation wrapcast.OrganisationID `json:"organisation"`
	Kinds        []Kind                  `json:"kinds"`
	// Finished is false where time was up before all was deleted.
	Finished bool `json:"finished"`
}

// Kind is what was deleted of one kind.
type Kind struct {
	// Setting is that of the settings file, Days what it says: 0 keeps everything. What is older than Before goes.
	Setting string        `json:"setting"`
	Days    int           `json:"days"`
	Before  wrapcast.Date `json:"before"`
	// Things were deleted, by kind; of the history its days.
	Things map[string]int `json:"deleted"`
	// Kept are as old and stay, by reason.
	Kept map[string]int `json:"kept,omitempty"`
}

// Deleted is how many things were deleted, of all kinds.
func (r Result) Deleted() (n int) {
	for _, k := range r.Kinds {
		for _, some := range k.Things {
			n += some
		}
	}
	return n
}

// things are about how many go in one transaction: others wait for it. historyRows are so many rows of the history.
const (
	things      = 50
	historyRows = 30_000
)

// Apply deletes what is kept no longer. What was deleted when it ends early, by an error, a lack of time or a power
// cut, is deleted, with its entry; the next time goes on from there.
func (k Keeper) Apply(ctx context.Context, org wrapcast.OrganisationID) (Result, error) {
	return k.work(ctx, org, func(ctx context.Context, p *pass) error { return p.delete(ctx) })
}

// Look tells what Apply would delete, and deletes nothing.
func (k Keeper) Look(ctx context.Context, org wrapcast.OrganisationID) (Result, error) {
	return k.work(ctx, org, func(ctx context.Context, p *pass) error {
		return k.Store.View(ctx, func(tx *store.Tx) error { _, err := p.next(tx, false); return err })
	})
}

// work does every kind in turn.
func (k Keeper) work(ctx context.Context, org wrapcast.OrganisationID, do func(context.Context, *pass) error) (Result,
	error) {
	r := Result{Organisation: org, Kinds: []Kind{}, Finished: true}
	began := k.Clock.Now()
	all, err := k.passes(ctx, org, began)
	if err != nil {
		return r, err
	}
	going := map[audit.Subject]bool{}
	for _, p := range all {
		p.going = going
		if k.For > 0 {
			p.until = began.Add(k.For)
		}
		if p.Days > 0 {
			if err = do(ctx, p); err != nil {
				err = fmt.Errorf("retention of %s: %w", p.Setting, err)
			}
			r.Finished = r.Finished && !p.late
		}
		if r.Kinds = append(r.Kinds, p.Kind); err != nil {
			r.Finished = false
			return r, err
		}
	}
	return r, nil
}

// passes are one for each kind, in the order in which they make room for each other.
func (k Keeper) passes(ctx context.Context, org wrapcast.OrganisationID, now time.Time) (all []*pass, err error) {
	today, read := wrapcast.DateOf(now.UTC()), wrapcast.Date(0)
	if k.Rules.HistoryDays > 0 {
		if read, err = k.lastRead(ctx, org); err != nil {
			return nil, err
		}
	}
	for _, one := range []struct {
		setting string
		days    int
		last    wrapcast.Date
		batch   batch
	}{
		{"messages_days", k.Rules.MessageDays, today, oldMessages},
		{"forecasts_days", k.Rules.ForecastDays, today, oldForecasts},
		{"runs_days", k.Rules.RunDays, today, oldRuns},
		{"history_days", k.Rules.HistoryDays, min(today, read), oldDays},
	} {
		all = append(all, &pass{Keeper: k, org: org, batch: one.batch, Kind: Kind{Setting: one.setting, Days: one.days,
			Before: one.last - wrapcast.Date(one.days), Things: map[string]int{}}})
	}
	return all, nil
}

// lastRead is the last UTC day of which history was read: what is kept is counted from there, should the clock be wrong
// or nothing have been read for long.
func (k Keeper) lastRead(ctx context.Context, org wrapcast.OrganisationID) (last wrapcast.Date, err error) {
	err = k.Store.View(ctx, func(tx *store.Tx) error {
		read, err := tx.Readings().Coverage(org, time.Time{})
		if len(read) > 0 {
			last = wrapcast.DateOf(read[len(read)-1].To.UTC().Add(-1))
		}
		return err
	})
	return last, err
}

// pass deletes one kind.
type pass struct {
	Keeper
	Kind
	org   wrapcast.OrganisationID
	batch batch
	until time.Time
	late  bool
	// going are the things that would be gone by now, where nothing is deleted.
	going map[audit.Subject]bool
}

// batch deletes some of what is old, or all of it is only counted where nothing is to be deleted. It returns whether
// there may be more.
type batch func(p *pass, tx *store.Tx, really bool) (more bool, err error)

func (p *pass) next(tx *store.Tx, really bool) (bool, error) {
	p.Kept = nil
	return p.batch(p, tx, really)
}

// delete deletes batch by batch, each in a transaction of its own.
func (p *pass) delete(ctx context.Context) error {
	for more := true; more; {
		if p.late = !p.until.IsZero() && !p.Clock.Now().Before(p.until); p.late {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		before := p.Kind
		before.Things = clone(p.Things)
		err := p.Store.Update(ctx, func(tx *store.Tx) (err error) {
			more, err = p.next(tx, true)
			return err
		})
		if err != nil {
			p.Kind = before // nothing of it was written
			return err
		}
	}
	return nil
}

func clone(m map[string]int) map[string]int {
	c := make(map[string]int, len(m))
	for name, n := range m {
		c[name] = n
	}
	return c
}

// entry is how the audit chain tells of a batch.
func (p *pass) entry(detail string, args ...any) wrapcast.AuditEntry {
	return wrapcast.AuditEntry{Organisation: p.org, At: p.Clock.Now(), Actor: p.Actor,
		Objects: map[string]string{"rule": fmt.Sprintf("retention.%s: %d", p.Setting, p.Days), "before": p.Before.String()},
		Detail:  fmt.Sprintf(detail, args...)}
}

// take counts things, and deletes them where that is asked for.
func (p *pass) take(tx *store.Tx, some []audit.Subject, really bool, detail string, args ...any) error {
	for _, s := range some {
		p.Things[string(s.Kind)]++
		if !really {
			p.going[s] = true
		}
	}
	if !really || len(some) == 0 {
		return nil
	}
	return tx.Retention().Delete(p.entry(detail, args...), some)
}

// oldMessages are those that do not wait any more.
func oldMessages(p *pass, tx *store.Tx, really bool) (more bool, err error) {
	limit := things
	if !really {
		limit = 1 << 30
	}
	some, err := tx.Retention().OldMessages(p.org, p.Before.Midnight(time.UTC), limit)
	if err != nil {
		return false, err
	}
	return len(some) == limit, p.take(tx, some, really, "%d messages of before %s", len(some), p.Before)
}

// oldForecasts are whole runs' forecasts with plans and submissions.
func oldForecasts(p *pass, tx *store.Tx, really bool) (more bool, err error) {
	aged, err := tx.Retention().OldForecasts(p.org, p.Before)
	if err != nil {
		return false, err
	}
	return p.takeRuns(tx, aged, really, tx.Retention().ForecastsOf, "forecasts and plans of %d runs, of days before %s")
}

// oldRuns are runs without anything that others made of them.
func oldRuns(p *pass, tx *store.Tx, really bool) (more bool, err error) {
	aged, err := tx.Retention().OldRuns(p.org, p.Before.Midnight(time.UTC), p.going)
	if err != nil {
		return false, err
	}
	return p.takeRuns(tx, aged, really, tx.Retention().RunOf, "settings and validation of %d runs that ended before %s")
}

// takeRuns takes things run by run until they are enough for one transaction.
func (p *pass) takeRuns(tx *store.Tx, aged store.Aged, really bool,
	of func(wrapcast.OrganisationID, wrapcast.RunID) ([]audit.Subject, error), detail string) (more bool, err error) {
	p.Kept = aged.Kept
	var some []audit.Subject
	taken := 0
	for _, run := range aged.Runs {
		if really && len(some) >= things {
			break
		}
		all, err := of(p.org, run)
		if err != nil {
			return false, err
		}
		some, taken = append(some, all...), taken+1
	}
	return taken < len(aged.Runs), p.take(tx, some, really, detail, taken, p.Before)
}

// oldDays are the first days of the history.
func oldDays(p *pass, tx *store.Tx, really bool) (more bool, err error) {
	days, err := tx.Retention().OldDays(p.org, p.Before)
	if err != nil || len(days) == 0 {
		return false, err
	}
	const day = "day of history"
	if !really {
		p.Things[day] = len(days)
		return false, nil
	}
	leaves, err := tx.History().Leaves(p.org)
	if err != nil {
		return false, err
	}
	limit := min(max(historyRows/max(len(leaves), 1), 1), 31)
	last := days[min(len(days), limit)-1]
	if last-days[0] >= 31 { // days that lie far apart: no longer stretch than a month is taken at once
		last = days[0]
	}
	some := 0
	for _, d := range days {
		if d <= last {
			some++
		}
	}
	p.Things[day] += some
	return some < len(days), tx.Retention().DeleteHistory(p.entry("the history of %s to %s (UTC)", days[0], last), days[0],
		last)
}
