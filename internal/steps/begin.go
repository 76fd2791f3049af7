package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
)

// begin asks the platform what the organisation is made of, takes the organisation's
// lease, and finds the run to work on.
func (f *WrapUpForecaster) begin(ctx context.Context, spec Spec) (*pass, error) {
	spec = spec.withDefaults()
	p := &pass{WrapUpForecaster: f, spec: spec}
	if err := p.meet(ctx); err != nil {
		return nil, err
	}
	if err := p.hold(ctx); err != nil {
		return nil, err
	}
	err := p.adoptCalendar(ctx)
	if err == nil {
		err = p.takeUp(ctx)
	}
	if err != nil {
		p.release()
		return nil, err
	}
	return p, nil
}

// meet reads the organisation's directory, keeps it, and checks what was asked against it.
func (p *pass) meet(ctx context.Context) error {
	directory, err := p.Platform.Directory(ctx, p.spec.BusinessUnit)
	if err != nil {
		return err
	}
	p.directory = directory
	if p.zone, err = time.LoadLocation(directory.BusinessUnit.TimeZone); err != nil {
		return wrapcast.Errorf(wrapcast.Refused, "", "business unit %q has the time zone %q, which this machine does not know",
			directory.BusinessUnit.Name, directory.BusinessUnit.TimeZone)
	}
	if err := checkCodes(p.spec.Codes, directory.Codes); err != nil {
		return err
	}
	return p.Store.Update(ctx, func(tx *store.Tx) error { return tx.Directory().Save(directory) })
}

// checkCodes refuses codes the organisation does not have. System codes are in no list.
func checkCodes(asked []wrapcast.CodeID, known []wrapcast.Code) error {
	var unknown []string
	for _, id := range asked {
		listed := slices.ContainsFunc(known, func(c wrapcast.Code) bool { return c.ID == id })
		if !listed && !id.IsSystem() && id != wrapcast.DefaultCode {
			unknown = append(unknown, string(id))
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Usage, "", "the organisation has no wrap-up code %s", strings.Join(unknown, ", ")).
		WithHint("`wrapcast codes` lists the ids; WRAPUP_CODE_1, WRAPUP_CODE_2 … and `codes:` take them")
}

// hold takes the organisation's lease and renews it until released. A pass whose lease
// is lost stops: somebody else is at work.
func (p *pass) hold(ctx context.Context) error {
	org := p.directory.Organisation.ID
	lease := func() wrapcast.Lease {
		return wrapcast.Lease{Holder: p.Holder, Until: p.Clock.Now().Add(leaseFor)}
	}
	err := p.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.Leases().Acquire(org, lease(), p.Clock.Now(), p.Alive)
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	p.ctx, p.cancel, p.watched = ctx, cancel, &atomic.Pointer[wrapcast.RunID]{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for p.Clock.Sleep(ctx, leaseRenew) == nil {
			err := p.Store.Update(ctx, func(tx *store.Tx) error { return tx.Leases().Renew(org, lease()) })
			if err != nil && ctx.Err() == nil {
				cancel(fmt.Errorf("the run's lease was lost: %w", err))
			}
			p.lookForCancel(ctx)
		}
	}()
	p.lost = func() error { return lostLease(ctx) }
	p.release = func() {
		cancel(context.Canceled)
		<-done
		free := context.WithoutCancel(ctx)
		// A lease that cannot be given back runs out by itself.
		_ = p.Store.Update(free, func(tx *store.Tx) error { return tx.Leases().Release(org, p.Holder) })
	}
	return nil
}

// lostLease returns why a pass had to stop, nil if it was not for its lease.
func lostLease(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == nil || errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded) {
		return nil
	}
	return cause
}

// takeUp finds the run that was interrupted, or begins a new one.
func (p *pass) takeUp(ctx context.Context) error {
	var left wrapcast.Run
	err := p.Store.View(ctx, func(tx *store.Tx) (err error) {
		left, err = tx.Runs().Unfinished(p.directory.Organisation.ID)
		return err
	})
	switch {
	case wrapcast.KindOf(err) == wrapcast.NotFound:
		return p.start(ctx)
	case err != nil:
		return err
	case p.goesOn(left):
		p.run, p.takenUp = left, true
		return p.wake(ctx)
	}
	if err := p.close(ctx, left); err != nil {
		return err
	}
	return p.start(ctx)
}

// goesOn reports whether an interrupted run is the one asked for: the same work, begun today.
func (p *pass) goesOn(left wrapcast.Run) bool {
	return p.spec.same(left.Spec) && p.localDay(left.StartedAt) == p.localDay(p.Clock.Now())
}

func (p *pass) localDay(t time.Time) wrapcast.Date { return wrapcast.DateOf(t.In(p.zone)) }

// close settles an interrupted run that will not be taken up: what it may have
// submitted is followed to its end, the rest is given up.
func (p *pass) close(ctx context.Context, left wrapcast.Run) error {
	old := *p
	old.run = left
	if err := json.Unmarshal(left.Spec, &old.spec); err != nil {
		old.spec = p.spec
	}
	old.spec = old.spec.withDefaults()
	if err := old.settle(ctx); err != nil {
		return err
	}
	old.run.State, old.run.FinishedAt = wrapcast.RunFailed, p.Clock.Now()
	old.run.Reason = "interrupted and not continued: another run was requested"
	entry := old.entry("run.closed", 0, wrapcast.AuditEntry{Status: statusFailed, Detail: old.run.Reason})
	return p.commit(ctx, func(tx *store.Tx) error {
		if _, err := tx.Audit().Append(entry); err != nil {
			return err
		}
		return tx.Runs().Save(old.run, left.State)
	})
}

// start begins a new run.
func (p *pass) start(ctx context.Context) error {
	spec, err := json.Marshal(p.spec)
	if err != nil {
		return fmt.Errorf("writing down what was asked: %w", err)
	}
	p.run = wrapcast.Run{ID: wrapcast.RunID(p.NewID()), Organisation: p.directory.Organisation.ID,
		State: wrapcast.RunRunning, Actor: p.spec.Actor, Spec: spec, StartedAt: p.Clock.Now(), Steps: stepsOf(p.spec)}
	return p.commit(ctx, func(tx *store.Tx) error { return tx.Runs().Create(p.run) })
}

// stepsOf lists the steps of a run that has not begun.
func stepsOf(spec Spec) []wrapcast.Step {
	var steps []wrapcast.Step
	for _, name := range wrapcast.Steps() {
		state := wrapcast.RunPending
		early := name == wrapcast.StepExtract || name == wrapcast.StepValidate || name == wrapcast.StepForecast
		if spec.DryRun && (name == wrapcast.StepSubmit || name == wrapcast.StepNotify) || len(spec.Submit) > 0 && early {
			state = wrapcast.RunSkipped
		}
		steps = append(steps, wrapcast.Step{Name: name, State: state})
	}
	return steps
}
