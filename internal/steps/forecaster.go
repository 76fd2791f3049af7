package steps

import (
	"context"
	"fmt"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// WrapUpForecaster owns the steps of the run for one organisation.
type WrapUpForecaster struct {
	// Store keeps everything. It must be set.
	Store *store.Store
	// Source is where directory and history come from; nil where only what is stored is worked on. One that is a
	// [source.Meter] has its requests counted, one that is a [source.Estimator] says what an extraction would take.
	Source source.Source
	// Writer counts the requests of whoever submits, where that is not Source; nil where nobody else does.
	Writer source.Meter
	// Targets are where plans go. It must have the one that is asked for.
	Targets target.Targets
	// Sender signs and sends webhooks; nil where no webhook is wanted.
	Sender *webhook.Sender
	// Clock tells the time and waits. It must be set.
	Clock wrapcast.Clock
	// NewID makes UUIDv7 identifiers. It must be set.
	NewID func() string
	// Report receives progress; nil means nobody listens.
	Report wrapcast.Reporter
	// Holder names this process on leases: "host/pid/nonce". It must be set.
	Holder string
	// Alive tells whether the process a lease names may still be at work; nil means that only time tells.
	Alive func(holder string) bool
}

// Outcome is a run as it ended, with what each step made; what a step did not make is nil or empty.
type Outcome struct {
	Run wrapcast.Run
	// TakenUp reports whether an interrupted run was taken up rather than a new one begun.
	TakenUp bool
	// Codes are those the run was asked to report; empty means all.
	Codes       []wrapcast.CodeID
	Extract     ExtractResult
	Validation  *wrapcast.ValidationReport
	Forecast    *wrapcast.Forecast
	Plans       []wrapcast.Plan
	Submissions []wrapcast.Submission
	Deliveries  []wrapcast.Delivery
	// AuditEntries is the length of the organisation's chain.
	AuditEntries int
	// NoPlan says why nothing was planned, where there is no business unit to plan for; "" otherwise.
	NoPlan string
	Usage  source.Usage
}

// Run does one pass over the steps, or takes up the pass that was interrupted. The
// outcome tells how far it came even where there is an error.
func (f *WrapUpForecaster) Run(ctx context.Context, spec Spec) (Outcome, error) {
	r, err := f.begin(ctx, spec)
	if err != nil {
		return Outcome{Usage: f.Usage()}, err
	}
	defer r.lease.release()
	err = r.work(r.lease.ctx)
	if lost := r.lease.lost(); lost != nil {
		err = lost
	}
	out, readErr := f.outcome(context.WithoutCancel(ctx), r)
	if err == nil {
		err = readErr
	}
	return out, err
}

// Usage is what the clients of the organisation have taken together.
func (f *WrapUpForecaster) Usage() source.Usage {
	var u source.Usage
	if m, counted := f.Source.(source.Meter); counted {
		u = m.Usage()
	}
	if f.Writer != nil {
		u = u.Add(f.Writer.Usage())
	}
	return u
}

// outcome reads what a pass has left in the store.
func (f *WrapUpForecaster) outcome(ctx context.Context, r *Runner) (Outcome, error) {
	out := Outcome{Run: r.run, TakenUp: r.resumed, Codes: r.Spec.Codes, Usage: f.Usage()}
	err := f.Store.View(ctx, func(tx *store.Tx) error { return out.read(tx, r.run) })
	if err != nil {
		return out, fmt.Errorf("reading the run's outcome: %w", err)
	}
	return out, nil
}
