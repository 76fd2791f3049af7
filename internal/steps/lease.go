package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Leases are long enough to live through a slow disk and short enough that nobody
// waits long for a machine that is gone.
const (
	leaseFor   = 30 * time.Second
	leaseRenew = 10 * time.Second
	// passedFor is how long a lease waits that was passed on to whoever takes the next step; processes that look for
	// what is due keep it alive while its job waits.
	passedFor = 2 * time.Minute
)

// lease is an organisation's, held by one piece of work of this process: one run of an organisation at a time. Its
// context ends when it is lost, or when somebody cancels the run that is watched.
type lease struct {
	f            *WrapUpForecaster
	organisation wrapcast.OrganisationID
	holder       string
	ctx          context.Context //nolint:containedctx // it lives exactly as long as the lease
	cancel       context.CancelCauseFunc
	watched      atomic.Pointer[wrapcast.RunID]
	renewed      chan struct{} // closed when nobody renews it any more
}

// acquireLease takes an organisation's lease, for a run to whose next step it was passed on or "" for none, and renews
// it until it is released. Its holder is this piece of work and no other of the process: one that was held up, and
// whose lease somebody has taken meanwhile, writes nothing.
func (f *WrapUpForecaster) acquireLease(ctx context.Context, org wrapcast.OrganisationID, run wrapcast.RunID) (*lease,
	error) {
	if err := f.BelieveLease(ctx, org); err != nil {
		return nil, err
	}
	l := &lease{f: f, organisation: org, holder: marked(f.Holder, f.NewID()), renewed: make(chan struct{})}
	err := f.Store.Update(ctx, func(tx *store.Tx) error { return f.takeLease(tx, org, l.holder, leaseFor, run) })
	if err != nil {
		return nil, err
	}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	go l.renew()
	return l, nil
}

// BelieveLease lets a lease of an organisation that a clock ahead of this one has given run out as any other.
func (f *WrapUpForecaster) BelieveLease(ctx context.Context, org wrapcast.OrganisationID) error {
	return f.Store.Update(ctx, func(tx *store.Tx) error { return tx.Leases().Believe(org, f.Clock.Now(), passedFor) })
}

// PassLease lets an organisation's lease wait for whoever takes the next step of a run; Conflict where somebody is at
// work.
func (f *WrapUpForecaster) PassLease(tx *store.Tx, org wrapcast.OrganisationID, run wrapcast.RunID) error {
	return f.takeLease(tx, org, passed(f.Holder, run), passedFor, run)
}

func (f *WrapUpForecaster) takeLease(tx *store.Tx, org wrapcast.OrganisationID, holder string, lasts time.Duration,
	run wrapcast.RunID) error {
	now := f.Clock.Now()
	return tx.Leases().Acquire(org, wrapcast.Lease{Holder: holder, Until: now.Add(lasts)}, now, f.alive(run))
}

// alive tells whether who holds a lease may still be at work. What was passed on to a run is held up by nobody who
// works on that run.
func (f *WrapUpForecaster) alive(run wrapcast.RunID) func(holder string) bool {
	return func(holder string) bool {
		switch process, mark := unmarked(holder); {
		case run != "" && mark == passedMark+string(run):
			return false
		case process == f.Holder:
			return true
		}
		return f.Alive == nil || f.Alive(holder)
	}
}

// passedMark begins the mark of a lease that was passed on.
const passedMark = "next of "

func passed(process string, run wrapcast.RunID) string {
	return marked(process, passedMark+string(run))
}

// marked is a process on a lease, "host/pid/nonce/…", with the mark of one piece of its work behind the nonce.
func marked(process, mark string) string {
	const nonce = 2
	parts := strings.SplitN(process, "/", nonce+2)
	at := min(nonce, len(parts)-1)
	parts[at] += ":" + mark
	return strings.Join(parts, "/")
}

// unmarked takes a holder apart into process and mark.
func unmarked(holder string) (process, mark string) {
	before, rest, found := strings.Cut(holder, ":")
	if !found {
		return holder, ""
	}
	mark, after, more := strings.Cut(rest, "/")
	if more {
		after = "/" + after
	}
	return before + after, mark
}

func (l *lease) renew() {
	defer close(l.renewed)
	for l.f.Clock.Sleep(l.ctx, leaseRenew) == nil {
		until := wrapcast.Lease{Holder: l.holder, Until: l.f.Clock.Now().Add(leaseFor)}
		err := l.f.Store.Update(l.ctx, func(tx *store.Tx) error { return tx.Leases().Renew(l.organisation, until) })
		if err != nil && l.ctx.Err() == nil {
			l.cancel(fmt.Errorf("the run's lease was lost: %w", err))
		}
		l.lookForCancel(l.ctx)
	}
}

// watch tells which run may be cancelled.
func (l *lease) watch(run wrapcast.RunID) { l.watched.Store(&run) }

// lookForCancel ends the work if somebody wants that and nothing is being submitted. It is called beside the work.
func (l *lease) lookForCancel(ctx context.Context) {
	id := l.watched.Load()
	if id == nil {
		return
	}
	var why error
	err := l.f.Store.View(ctx, func(tx *store.Tx) (err error) {
		why, err = asksToCancel(tx, l.organisation, *id)
		return err
	})
	if err == nil && why != nil {
		l.cancel(why)
	}
}

// lost returns why the work had to stop, nil if it was not for the lease.
func (l *lease) lost() error {
	cause := context.Cause(l.ctx)
	if cause == nil || errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		return nil
	}
	return cause
}

// release gives the lease back. Where the database does not answer now, it is tried beside other work: until the lease
// is back this process counts as one that works on the run, also for itself. At the latest it runs out.
func (l *lease) release() {
	const again = time.Second
	l.cancel(context.Canceled)
	<-l.renewed
	free := context.WithoutCancel(l.ctx)
	give := func() error {
		return l.f.Store.Update(free, func(tx *store.Tx) error { return tx.Leases().Release(l.organisation, l.holder) })
	}
	if wrapcast.KindOf(give()) != wrapcast.Unavailable {
		return
	}
	go func() {
		ends, cancel := context.WithTimeout(free, leaseFor)
		defer cancel()
		for l.f.Clock.Sleep(ends, again) == nil && wrapcast.KindOf(give()) == wrapcast.Unavailable {
			continue
		}
	}()
}

// record is how a run writes: only while this process holds the organisation's lease, and with audit entries in the
// run's name.
type record struct {
	store *store.Store
	clock wrapcast.Clock
	// holder names this piece of work on the lease.
	holder       string
	organisation wrapcast.OrganisationID
	run          wrapcast.RunID
	actor        string
}

// commit writes to the store, unless somebody else has taken the organisation's lease over meanwhile.
func (r record) commit(ctx context.Context, write func(*store.Tx) error) error {
	return r.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Leases().Hold(r.organisation, r.holder); err != nil {
			return err
		}
		return write(tx)
	})
}

// StatusOK and StatusFailed are what audit entries say of how it ended, unless they name a state of their own.
const (
	StatusOK     = "ok"
	statusFailed = "failed"
)

// entry completes an audit entry with who, when and how long.
func (r record) entry(action string, latencyMs int64, e wrapcast.AuditEntry) wrapcast.AuditEntry {
	e.Organisation, e.Run, e.Actor = r.organisation, r.run, r.actor
	e.Action, e.At, e.LatencyMs = action, r.clock.Now(), latencyMs
	e.Status = cmp.Or(e.Status, StatusOK)
	return e
}

// Turns lets several forecasters of one process compute in turn, so that each has the machine while it does; steps
// that wait for a platform need none. Nil lets everybody compute at once. It is safe for concurrent use.
type Turns chan struct{}

// NewTurns lets n compute at the same time.
func NewTurns(n int) Turns { return make(Turns, max(n, 1)) }

// take waits for a turn, which ends with done.
func (t Turns) take(ctx context.Context) (done func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case t <- struct{}{}:
		return func() { <-t }, nil
	}
}
