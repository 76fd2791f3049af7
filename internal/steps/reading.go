package steps

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/store"
)

// reading brings the stored history up to date.
type reading struct {
	*pass
	gaps []wrapcast.Interval
	// whole has the local days that were read to their end before: what changes on them is a revision.
	whole  map[wrapcast.Date]bool
	result *ExtractResult
}

// readMissing reads the parts of the history that were never read or may have changed, and keeps them.
func (p *pass) readMissing(ctx context.Context, r *ExtractResult) error {
	read, known, err := p.newReading(ctx, r)
	if err != nil {
		return err
	}
	p.Report.Report(wrapcast.Progress{Step: wrapcast.StepExtract, What: "intervals"})
	learned, err := p.Platform.ReadHistory(ctx, genesys.History{Gaps: read.gaps, Known: known, Keep: read.keep})
	p.Report.Report(wrapcast.Progress{Step: wrapcast.StepExtract, What: "intervals", Done: r.Chunks, Total: r.Chunks})
	return errors.Join(err, p.keepSizes(context.WithoutCancel(ctx), learned))
}

func (p *pass) newReading(ctx context.Context, r *ExtractResult) (read *reading, known genesys.LearnedLimits, err error) {
	read = &reading{pass: p, result: r, whole: map[wrapcast.Date]bool{}}
	err = p.Store.View(ctx, func(tx *store.Tx) error {
		readings, err := tx.Readings().All(p.run.Organisation)
		if err != nil {
			return err
		}
		settle := time.Duration(p.spec.RereadDays) * 24 * time.Hour
		read.gaps = unsettled(r.From, r.To, readings, p.run.StartedAt, settle)
		covered, err := tx.Readings().Coverage(p.run.Organisation, time.Time{})
		if err != nil {
			return err
		}
		read.findWhole(covered)
		document, err := tx.Budget().LearnedLimits(p.run.Organisation)
		if err != nil || document == nil || json.Unmarshal(document, &known) != nil {
			known = genesys.LearnedLimits{} // what cannot be read is learned anew
		}
		return err
	})
	return read, known, err
}

// findWhole finds the days of the gaps that were read to their end.
func (r *reading) findWhole(covered []wrapcast.Interval) {
	for _, g := range r.gaps {
		for d := r.localDay(g.From); d <= r.localDay(g.To); d++ {
			r.whole[d] = len(gapsBetween(d.Midnight(r.zone), (d+1).Midnight(r.zone), covered)) == 0
		}
	}
}

// keep stores a piece of the history in the place of what was there. It does so even when the run is being
// interrupted: what the platform has answered is not asked for again.
func (r *reading) keep(ctx context.Context, e wrapcast.Extract, left int) error {
	var changes store.Changes
	var days map[wrapcast.Date]int
	err := r.commit(context.WithoutCancel(ctx), func(tx *store.Tx) (err error) {
		changes, days, err = tx.History().ReplaceByDay(r.run.Organisation, r.zone, e)
		return err
	})
	if err != nil {
		return err
	}
	r.result.Chunks++
	r.result.ChangedCells += changes.Observations + changes.Arrivals
	for day, cells := range days {
		if r.whole[day] && cells > 0 {
			r.result.revised(int(r.localDay(r.run.StartedAt)-day), cells)
		}
	}
	r.Report.Report(wrapcast.Progress{Step: wrapcast.StepExtract, What: "intervals", Done: r.result.Chunks, Total: r.result.Chunks + left/2})
	return nil
}

// keepSizes stores what was learned, for the next run.
func (p *pass) keepSizes(ctx context.Context, learned genesys.LearnedLimits) error {
	document, err := json.Marshal(learned)
	if err != nil {
		return err
	}
	return p.commit(ctx, func(tx *store.Tx) error { return tx.Budget().SaveLearnedLimits(p.run.Organisation, document) })
}

// ExtractionPlan says what bringing the stored history up to date would take.
type ExtractionPlan struct {
	// From and To bound the history, Gaps are the parts of it to be read.
	From time.Time           `json:"from"`
	To   time.Time           `json:"to"`
	Gaps []wrapcast.Interval `json:"gaps"`
	genesys.RequestEstimate
	// BudgetPerMinute is how many requests a minute may be made.
	BudgetPerMinute int `json:"budget_per_minute"`
}

// PlanExtraction says what Extract would take. It asks the platform for its directory only.
func (f *WrapUpForecaster) PlanExtraction(ctx context.Context, spec Spec) (ExtractionPlan, error) {
	p := &pass{WrapUpForecaster: f, spec: spec.withDefaults()}
	if err := p.meet(ctx); err != nil {
		return ExtractionPlan{}, err
	}
	p.run = wrapcast.Run{Organisation: p.directory.Organisation.ID, StartedAt: p.Clock.Now()}
	r := ExtractResult{From: p.historyFrom(), To: p.Clock.Now().UTC().Truncate(wrapcast.QuarterHour)}
	read, known, err := p.newReading(ctx, &r)
	if err != nil {
		return ExtractionPlan{}, err
	}
	return ExtractionPlan{From: r.From, To: r.To, Gaps: read.gaps, RequestEstimate: f.Platform.EstimateRequests(read.gaps, known),
		BudgetPerMinute: f.Platform.Usage().PerMinute}, nil
}
