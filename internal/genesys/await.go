package genesys

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// operation is the platform's AsyncForecastOperationResult: the answer to an import, and the notification that ends it.
type operation struct {
	Status      string         `json:"status"`
	OperationID string         `json:"operationId"`
	Result      ListedForecast `json:"result"`
}

const statusComplete = "Complete"

func (o operation) failed() bool { return o.Status == "Error" || o.Status == "Canceled" }

func (o operation) refusal() error {
	return wrapcast.Errorf(wrapcast.Refused, "genesys."+transport.ImportCall,
		"the platform reports the import as %q, without saying why", o.Status).
		WithHint("check that every planning group of the plan still exists and that the week is one the unit can be planned for, then run again")
}

// errPending marks an error of waiting: nothing was heard until the deadline, and it may still happen.
var errPending = errors.New("nothing was heard of it until the deadline")

// ImportRef names an import to wait for.
type ImportRef struct {
	BusinessUnit wrapcast.BusinessUnitID
	Week         wrapcast.Date
	// Plan is looked for in the descriptions of the week's forecasts.
	Plan wrapcast.PlanID
	// OperationID is what the import was answered with; "" when that answer was lost.
	OperationID string
	// Missed says that the notification may have come while nobody listened: the list is looked at first.
	Missed bool
}

// is reports whether a notification is about the import.
func (r ImportRef) is(o operation) bool {
	if r.OperationID != "" && o.OperationID == r.OperationID {
		return true
	}
	return r.Plan != "" && strings.Contains(o.Result.Description, string(r.Plan))
}

// AwaitImport waits until the platform has the plan: it listens to the watch, and
// looks at the week's list too, often without a watch and seldom with one. The platform reporting a
// failure is a Refused error; hearing nothing for atMost (0: 10 minutes) is [errPending].
// It sends nothing that changes anything, so it may be called again at any time.
func (c *Client) AwaitImport(ctx context.Context, w *Watch, ref ImportRef, atMost time.Duration) (ListedForecast,
	error) {
	atMost = positiveOr(atMost, 10*time.Minute)
	deadline := c.transport.Clock().Now().Add(atMost)
	look := ref.Missed || ref.OperationID == "" || !w.alive() // else the notification gets a chance first
	for ; ; look = true {
		if f, done, err := w.outcome(ref); done {
			return f, err
		}
		left := deadline.Sub(c.transport.Clock().Now())
		if look || left <= 0 { // it may be there even if the time was too short for a chance
			f, found, err := c.findForecast(ctx, ref.BusinessUnit, ref.Week, ref.Plan)
			if found || hopeless(ctx, err) {
				return f, err
			}
		}
		if left <= 0 {
			return ListedForecast{}, ref.pending(atMost)
		}
		if err := c.listenFor(ctx, w, min(left, c.lookEvery(w))); err != nil {
			return ListedForecast{}, fmt.Errorf("genesys.%s: %w", transport.ImportCall, err)
		}
	}
}

// hopeless reports whether looking again cannot help: a platform that does not answer now may do so later.
func hopeless(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || wrapcast.KindOf(err) != wrapcast.Unavailable)
}

func (c *Client) lookEvery(w *Watch) time.Duration {
	if w.alive() {
		return 6 * c.pollEvery
	}
	return c.pollEvery
}

// listenFor waits until the watch has heard something, for d at most.
func (c *Client) listenFor(ctx context.Context, w *Watch, d time.Duration) error {
	if !w.alive() {
		return c.transport.Clock().Sleep(ctx, d)
	}
	sleep, wake := context.WithCancel(ctx)
	defer wake()
	slept := make(chan struct{})
	var err error
	go func() { err = c.transport.Clock().Sleep(sleep, d); close(slept) }()
	select {
	case <-w.changed:
		wake()
		<-slept
		return ctx.Err()
	case <-slept:
		return err
	}
}

// outcome says how an import ended, if the watch has heard of it.
func (w *Watch) outcome(ref ImportRef) (f ListedForecast, done bool, err error) {
	if w == nil {
		return ListedForecast{}, false, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, o := range w.heard {
		switch {
		case !ref.is(o):
		case o.failed():
			return ListedForecast{}, true, o.refusal()
		case o.Status == statusComplete && o.Result.ID != "":
			return o.Result, true, nil
		}
	}
	return ListedForecast{}, false, nil
}

func (r ImportRef) pending(waited time.Duration) error {
	err := wrapcast.Errorf(wrapcast.Partial, "genesys."+transport.ImportCall,
		"%w: plan %s is not among the forecasts of week %s after %v",
		errPending, r.Plan, r.Week, waited)
	return err.WithHint("it may still arrive, and it will not be sent again; run wrapcast submit --settle to look again")
}
