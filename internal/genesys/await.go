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

// failed reports whether the operation ended without a forecast, whatever capitals the platform writes that in.
func (o operation) failed() bool {
	switch strings.ToLower(o.Status) {
	case "error", "failed", "canceled", "cancelled":
		return true
	}
	return false
}

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
	// SentAt is when it was sent; zero where that is not known.
	SentAt time.Time
	// Unheard is how long after it was sent an accepted import that is in no list is taken for refused, where nobody
	// can be told how it ended; 0: DefaultUnheard.
	Unheard time.Duration
}

// DefaultUnheard is how long an accepted import may be in no list, where no notification comes through, until it is
// taken for refused. The platform takes seconds, and no operation tells what became of an import.
const DefaultUnheard = 55 * time.Second

// unheardLooks is how often the list must have been looked at before that.
const unheardLooks = 3

// is reports whether a notification is about the import.
func (r ImportRef) is(o operation) bool {
	if r.OperationID != "" && o.OperationID == r.OperationID {
		return true
	}
	return r.Plan != "" && strings.Contains(o.Result.Description, string(r.Plan))
}

// AwaitImport waits until the platform has the plan: it listens to the watch, and
// looks at the week's list too, often without a watch and seldom with one. The platform reporting a
// failure is a Refused error, and so is an accepted import that no list has after ref.Unheard where no notification
// can come; hearing nothing for atMost (0: 10 minutes), or not being let to look, is [errPending].
// It sends nothing that changes anything, so it may be called again at any time.
func (c *Client) AwaitImport(ctx context.Context, w *Watch, ref ImportRef, atMost time.Duration) (ListedForecast,
	error) {
	atMost = positiveOr(atMost, 10*time.Minute)
	waited := c.transport.Clock().Elapsed()
	look, looks := ref.deaf(w) || ref.OperationID == "", 0 // else the notification gets a chance first
	for ; ; look = true {
		if f, done, err := w.outcome(ref); done {
			return f, err
		}
		left := atMost - waited()
		if look || left <= 0 { // it may be there even if the time was too short for a chance
			f, found, err := c.lookFor(ctx, w, ref)
			if found || err != nil {
				return f, err
			}
			looks++
		}
		if err := ref.missing(w, looks, c.transport.Clock().Now()); err != nil {
			return ListedForecast{}, err
		}
		if left <= 0 {
			return ListedForecast{}, ref.pending(atMost)
		}
		if err := c.listenFor(ctx, w, min(left, c.lookEvery(w, ref, looks))); err != nil {
			return ListedForecast{}, fmt.Errorf("genesys.%s: %w", transport.ImportCall, err)
		}
	}
}

// lookFor looks at the list once. A platform that does not answer now may do so later, and where notifications can come
// one may say more than the list; that looking is refused says nothing about the import.
func (c *Client) lookFor(ctx context.Context, w *Watch, ref ImportRef) (f ListedForecast, found bool, err error) {
	f, found, err = c.findForecast(ctx, ref.BusinessUnit, ref.Week, ref.Plan)
	switch {
	case found || err == nil:
		return f, found, nil
	case ctx.Err() != nil:
		return f, false, err
	case wrapcast.KindOf(err) == wrapcast.Unavailable || w.alive():
		return f, false, nil
	}
	return f, false, wrapcast.Errorf(wrapcast.Partial, "genesys."+transport.ImportCall,
		"%w: the forecasts of week %s cannot be looked at: %s", errPending, ref.Week, err.Error()).WithHint(
		"%s; then run wrapcast submit --settle to look again", wrapcast.Hint(err))
}

// deaf reports whether the end of the import may be told to nobody.
func (r ImportRef) deaf(w *Watch) bool { return r.Missed || !w.alive() }

// missing is the refusal of an accepted import that no list has although it should by now, where nobody is told.
func (r ImportRef) missing(w *Watch, looks int, now time.Time) error {
	unheard := positiveOr(r.Unheard, DefaultUnheard)
	if r.OperationID == "" || r.SentAt.IsZero() || !r.deaf(w) || looks < unheardLooks ||
		now.Sub(r.SentAt) < unheard {
		return nil
	}
	return wrapcast.Errorf(wrapcast.Refused, "genesys."+transport.ImportCall,
		"the platform accepted the import and has no such forecast %v later: it is taken for refused "+
			"(no notification came through to say so, or why)", now.Sub(r.SentAt).Round(time.Second)).
		WithHint("check that every planning group of the plan still exists, allow WebSockets to streaming.*, then run again; " +
			"should the forecast still appear, the next run and wrapcast submit --settle find it")
}

// lookEvery is how long to wait before the list is looked at: seldom while a notification may come; else soon, then
// less soon, and at the moment from which an import that is not there is taken for refused.
func (c *Client) lookEvery(w *Watch, ref ImportRef, looks int) time.Duration {
	if !ref.deaf(w) {
		return 6 * c.pollEvery
	}
	every := c.pollEvery
	if looks < 4 {
		every = min(every, firstLook<<looks)
	}
	due := ref.SentAt.Add(positiveOr(ref.Unheard, DefaultUnheard)).Sub(c.transport.Clock().Now())
	if ref.OperationID != "" && due > 0 {
		every = min(every, due)
	}
	return every
}

// firstLook is how soon the list is looked at again the first time.
const firstLook = time.Second

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
