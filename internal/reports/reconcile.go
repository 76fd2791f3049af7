package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/validate"
)

// ReconcileOptions say what is accounted for.
type ReconcileOptions struct {
	// From and To bound the local days, both included; zero means the first and the last complete day that is stored.
	From, To wrapcast.Date
	// Ask, where it is set, asks its platform again, for what it counts per queue and per code now. Otherwise the
	// platform's figures are those it gave when the history was read, and nothing can have arrived late.
	Ask *steps.WrapUpForecaster
}

// Reconcile accounts for every contact of the stored history: what the platform counts per queue beside what it counts
// per code and what was forecast, with a reason for every contact of the remainder. Days that were not read whole are
// left out.
func Reconcile(ctx context.Context, v *steps.View, o ReconcileOptions) (wrapcast.Reconciliation, error) {
	if v.Directory.Organisation.FromFiles() {
		return wrapcast.Reconciliation{}, noQueueCounts(v.Directory.Organisation)
	}
	if o.Ask != nil {
		var err error
		if v, err = o.Ask.Connect(ctx, v.Spec); err != nil { // codes may have been deleted since
			return wrapcast.Reconciliation{}, err
		}
	}
	r := wrapcast.Reconciliation{Schema: wrapcast.ReconciliationSchema, Organisation: v.Organisation(),
		BusinessUnit: v.Unit(), CountingRule: wrapcast.CountingRule,
		TimeZone: v.Zone.String(), Directions: titles(v.Directions()), Source: "stored", AsOf: v.At, Findings: []wrapcast.Finding{}}
	h, err := wholeDays(ctx, v, o)
	if err != nil {
		return r, err
	}
	r.From, r.To = h.From, h.To
	ledger := validate.NewLedger(v.Directory, v.Directions())
	if err := enterStored(ctx, v, ledger, h, o.Ask != nil); err != nil {
		return r, err
	}
	if o.Ask != nil {
		r.Source, r.AsOf = "platform", v.Clock.Now()
		if err := enterPlatform(ctx, v, o.Ask.Source, ledger, h); err != nil {
			return r, err
		}
	}
	ledger.Close(&r, h.From, h.To)
	r.Days = slices.DeleteFunc(r.Days, func(d wrapcast.ReconciledDay) bool { return !h.Whole(d.Day) })
	for i := range r.Days {
		r.Days[i].QuarterHours = r.Days[i].Day.QuarterHours(v.Zone)
	}
	if err := besideForecasts(ctx, v, &r); err != nil {
		return r, err
	}
	r.Findings = append(r.Findings, remainderFindings(r)...)
	return r, nil
}

// noQueueCounts says why there is nothing to reconcile where the history comes from files.
func noQueueCounts(o wrapcast.Organisation) error {
	return wrapcast.Errorf(wrapcast.NotFound, "reconcile", "there is nothing to reconcile: the history of %s comes from files, "+
		"which count contacts by code and have no count by queue of their own", o.Name).
		WithHint("wrapcast import --list --organisation %q has the contacts of each file, to compare with its system", o.Name)
}

func titles(directions []wrapcast.Direction) []string {
	names := make([]string, len(directions))
	for i, d := range directions {
		names[i] = d.Title()
	}
	return names
}

// wholeDays bounds the account, and says which of its days were read whole.
func wholeDays(ctx context.Context, v *steps.View, o ReconcileOptions) (*steps.History, error) {
	var read []wrapcast.Interval
	err := v.Store.View(ctx, func(tx *store.Tx) (err error) {
		read, err = tx.Readings().Coverage(v.Organisation(), time.Time{})
		return err
	})
	if err != nil {
		return nil, err
	}
	first, last := v.Day(read[0].From), v.Day(read[len(read)-1].To)-1
	h := &steps.History{History: &demand.History{Zone: v.Zone, From: max(cmp.Or(o.From, first), first),
		To: min(cmp.Or(o.To, last), last)}}
	if h.Days() > 0 {
		h.MarkRead(read)
	}
	if !slices.Contains(h.Read, true) {
		return nil, wrapcast.Errorf(wrapcast.NotFound, "reconcile", "no complete day is stored between %s and %s",
			cmp.Or(o.From, first), cmp.Or(o.To, last)).
			WithHint("%s to %s is; `wrapcast extract` reads more", first, last)
	}
	return h, nil
}

// enterStored enters what is stored: per code and, unless the platform is asked again, per queue.
func enterStored(ctx context.Context, v *steps.View, ledger *validate.Ledger, h *steps.History, asked bool) error {
	begin, end := h.From.Midnight(v.Zone), (h.To + 1).Midnight(v.Zone)
	return v.Store.View(ctx, func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(v.Organisation(), begin, end) {
			if err != nil {
				return err
			}
			if day := v.Day(o.Start); h.Whole(day) {
				ledger.Stored(o.Leaf, day, o.Handled)
			}
		}
		if asked {
			return nil
		}
		for q, err := range tx.History().QueueHandled(v.Organisation(), begin, end) {
			if err != nil {
				return err
			}
			if day := v.Day(q.Start); h.Whole(day) {
				ledger.Platform(q.Stream(), day, q.Handled, q.Transferred)
			}
		}
		return nil
	})
}

// enterPlatform asks the platform for both sides, and keeps nothing of it.
func enterPlatform(ctx context.Context, v *steps.View, platform source.Source, ledger *validate.Ledger,
	h *steps.History) error {
	_, err := platform.ReadHistory(ctx, source.Reading{Detail: v.Directory.Detail(),
		Gaps: []wrapcast.Interval{{From: h.From.Midnight(v.Zone).UTC(), To: (h.To + 1).Midnight(v.Zone).UTC()}},
		Keep: func(_ context.Context, e wrapcast.Extract, left int) error {
			v.Report.Report(wrapcast.Progress{Step: wrapcast.StepExtract, What: "requests to come", Total: left})
			for _, o := range e.Observations {
				if day := v.Day(o.Start); h.Whole(day) {
					ledger.Now(o.Leaf, day, o.Handled)
				}
			}
			for _, q := range e.QueueHandled {
				if day := v.Day(q.Start); h.Whole(day) {
					ledger.Platform(q.Stream(), day, q.Handled, q.Transferred)
				}
			}
			return nil
		},
	})
	return err
}

// maxForecasts is how many stored forecasts an account is set beside: as many nights.
const maxForecasts = 60

// besideForecasts sets beside each day what was last forecast before it began.
func besideForecasts(ctx context.Context, v *steps.View, r *wrapcast.Reconciliation) error {
	return v.Store.View(ctx, func(tx *store.Tx) error {
		stored, err := tx.Snapshots().Forecasts(v.Organisation(), v.Unit())
		if err != nil {
			return err
		}
		if len(stored) > maxForecasts {
			stored = stored[len(stored)-maxForecasts:]
		}
		for _, f := range stored {
			if f.From > r.To || f.From+wrapcast.Date(f.Days) <= r.From {
				continue
			}
			made, err := tx.Forecasts().Get(v.Organisation(), f.ID)
			if err != nil {
				return err
			}
			for i, d := range r.Days { // later forecasts take the place of earlier ones
				if t := int(d.Day - f.From); t >= 0 && t < len(made.Total.Mean) && d.Day > v.Day(f.MadeAt) {
					r.Days[i].Forecast = wrapcast.Measure(made.Total.Mean[t])
				}
			}
		}
		return nil
	})
}

// remainderFindings say what would make the remainder smaller.
func remainderFindings(r wrapcast.Reconciliation) []wrapcast.Finding {
	var findings []wrapcast.Finding
	add := func(reason wrapcast.Reason, severity wrapcast.Severity, message, advice string) {
		if n := r.Reasons[reason]; n > 0 {
			findings = append(findings, wrapcast.Finding{Code: string(reason), Severity: severity,
				Message: fmt.Sprintf(message, n, 100*float64(n)/float64(max(r.Platform, 1))), Advice: advice})
		}
	}
	if r.Unexplained > 0 {
		findings = append(findings, wrapcast.Finding{Code: "unexplained", Severity: wrapcast.Warning,
			Message: fmt.Sprintf("%d contacts are counted differently per queue and per code, and nothing explains them", r.Unexplained),
			Advice:  "read the history again with wrapcast extract; report it if it stays"})
	}
	add(wrapcast.ReasonLate, wrapcast.Info, "%d contacts (%.1f %%) have got their code since the history was read",
		"run wrapcast extract")
	add(wrapcast.ReasonNoCode, wrapcast.Info, "%d contacts (%.1f %%) ended without a code",
		"make wrap-up mandatory in the queues concerned")
	add(wrapcast.ReasonTimedOut, wrapcast.Info, "%d contacts (%.1f %%) ran out of time for their code",
		"lengthen the time limit of after-call work")
	add(wrapcast.ReasonNotVisible, wrapcast.Warning,
		"%d contacts (%.1f %%) have a code or a queue that the OAuth client may not see",
		"give the client's role their divisions")
	add(wrapcast.ReasonDirection, wrapcast.Info, "%d contacts (%.1f %%) have a direction that does not count: only "+
		strings.Join(r.Directions, " and ")+" ones do", "history.directions says which do")
	return findings
}
