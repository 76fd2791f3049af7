package steps

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/store"
)

// reading brings the stored history up to date.
type reading struct {
	*Runner
	missing
	result *ExtractResult
	sight  *sight
	// read is how much of the gaps was read.
	read time.Duration
}

// report shows how many days of those that are to be read are: that total stands still, unlike the number of requests,
// which depends on what the platform gives at once.
func (r *reading) report() {
	const day = 24 * time.Hour
	all := time.Duration(0)
	for _, g := range r.gaps {
		all += g.To.Sub(g.From)
	}
	total := int((all + day - 1) / day)
	r.Report.Report(wrapcast.Progress{Step: wrapcast.StepExtract, What: "days", Done: min(int(r.read/day), total), Total: total})
}

// missing is what is not stored yet.
type missing struct {
	gaps []wrapcast.Interval
	// whole has the local days that were read to their end before: what changes on them is a revision.
	whole   map[wrapcast.Date]bool
	learned json.RawMessage
	// detail is what is to be told apart, again the part of the gaps that is only read because what is stored does not,
	// by what it does not.
	detail wrapcast.Detail
	again  []wrapcast.Interval
	by     []string
}

// readMissing reads the parts of the history that were never read or may have changed, and keeps them. Where queues
// come into sight that had no contacts in what was read before, that is read again.
func (r *Runner) readMissing(ctx context.Context, result *ExtractResult) error {
	looking, err := r.newSight(ctx)
	if err != nil {
		return err
	}
	if err := r.forgetAhead(ctx); err != nil {
		return err
	}
	for again := true; again; {
		m, err := r.missing(ctx, result.From, result.To)
		if err != nil {
			return err
		}
		if result.Again == nil {
			result.Again = m.readAgain()
		}
		read := &reading{Runner: r, missing: m, result: result, sight: looking}
		read.report()
		learned, err := r.f.Source.ReadHistory(ctx, source.Reading{Gaps: m.gaps, Detail: m.detail, Learned: m.learned,
			Keep: read.keep, Begins: result.begins})
		if err == nil {
			read.end()
			err = r.leaveGone(ctx, m, result)
		}
		if err = errors.Join(err, r.keepLearned(context.WithoutCancel(ctx), learned)); err != nil {
			return err
		}
		again = looking.again()
	}
	looking.tell(result)
	return nil
}

// clockSlack is how far a reading that is over may lie after now: sources may have a clock of their own.
const clockSlack = 2 * time.Hour

// trusted is the instant up to which something can have been read: what is noted as read later was read by a clock that
// has been set back since, and need not have happened yet.
func (v *View) trusted() time.Time { return later(v.At, v.Clock.Now()).Add(clockSlack) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// forgetAhead takes back that history was read which this clock has not come to: it is read again.
func (r *Runner) forgetAhead(ctx context.Context) error {
	return r.commit(ctx, func(tx *store.Tx) error {
		return tx.Readings().ForgetAfter(r.Organisation(), r.trusted())
	})
}

// leaveGone notes that the platform no longer has the beginning of what was to be read again: it stays as it is stored.
func (r *Runner) leaveGone(ctx context.Context, m missing, result *ExtractResult) error {
	if result.Begins == nil || len(m.again) == 0 {
		return nil
	}
	var left []wrapcast.Interval
	err := r.commit(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		for _, i := range m.again {
			gone := wrapcast.Interval{From: i.From, To: earlier(i.To, *result.Begins)}
			if gone.From.Before(gone.To) {
				if err := tx.Readings().AskedInVain(r.Organisation(), gone, m.detail); err != nil {
					return err
				}
				i.From = gone.To
			}
			if i.From.Before(i.To) {
				left = append(left, i)
			}
		}
		return nil
	})
	m.again = left
	result.Again = m.readAgain()
	return err
}

// missing finds what of from…to is not stored yet, or was read too soon, and what was learned about reading.
func (v *View) missing(ctx context.Context, from, to time.Time) (m missing, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		readings, err := tx.Readings().All(v.Organisation())
		if err != nil {
			return err
		}
		readings = slices.DeleteFunc(readings, func(r wrapcast.Reading) bool { return r.ReadAt.After(v.trusted()) })
		settle := time.Duration(v.Spec.RereadDays) * 24 * time.Hour
		if m.detail, err = v.wantedDetail(tx); err != nil {
			return err
		}
		m.gaps = unsettled(from, to, readings, v.At, settle, m.detail)
		m.again = within(m.gaps, unsettled(from, to, readings, v.At, settle, wrapcast.Detail{}))
		m.by = undistinguished(readings, m.again, m.detail)
		covered, err := tx.Readings().Coverage(v.Organisation(), time.Time{})
		if err != nil {
			return err
		}
		m.whole = v.wholeDays(m.gaps, covered)
		m.learned, err = tx.Budget().LearnedLimits(v.Organisation())
		return err
	})
	return m, err
}

// wantedDetail is what the planning groups of all units need told apart, those of units planned earlier included:
// units that are planned in turn must not have the history read anew each time.
func (v *View) wantedDetail(tx *store.Tx) (wrapcast.Detail, error) {
	wanted := v.Directory.Detail()
	stored, err := tx.Directory().Of(v.Organisation())
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return wanted, nil
	}
	return wanted.And(stored.Detail()), err
}

// within is the part of the gaps that lies in none of the others.
func within(gaps, others []wrapcast.Interval) (part []wrapcast.Interval) {
	for _, g := range gaps {
		part = append(part, gapsBetween(g.From, g.To, others)...)
	}
	return part
}

// undistinguished names the dimensions that contacts of some intervals are wanted to be told apart by and are not.
func undistinguished(readings []wrapcast.Reading, again []wrapcast.Interval, wanted wrapcast.Detail) []string {
	missing := map[string]bool{}
	for _, r := range readings {
		if !touches(again, r.From, r.To) {
			continue
		}
		for _, name := range wanted.Beyond(r.Detail).Dimensions() {
			missing[name] = true
		}
	}
	return slices.Sorted(maps.Keys(missing))
}

// readAgain says what is read again because of what it does not tell apart, nil where nothing is.
func (m missing) readAgain() *ReadAgain {
	if len(m.again) == 0 {
		return nil
	}
	return &ReadAgain{From: m.again[0].From, To: m.again[len(m.again)-1].To, By: m.by}
}

// wholeDays finds the local days of the gaps that were read to their end.
func (v *View) wholeDays(gaps, covered []wrapcast.Interval) map[wrapcast.Date]bool {
	whole := map[wrapcast.Date]bool{}
	for _, g := range gaps {
		for d := v.Day(g.From); d <= v.Day(g.To); d++ {
			whole[d] = len(gapsBetween(d.Midnight(v.Zone), (d+1).Midnight(v.Zone), covered)) == 0
		}
	}
	return whole
}

// keep stores a piece of the history in the place of what was there. It does so even when the run is being
// interrupted: what the platform has answered is not asked for again.
func (r *reading) keep(ctx context.Context, e wrapcast.Extract, _ int) error {
	var changes store.Changes
	var days map[wrapcast.Date]int
	err := r.commit(context.WithoutCancel(ctx), func(tx *store.Tx) (err error) {
		if err := r.sight.look(tx, &e); err != nil {
			return err
		}
		changes, days, err = tx.History().ReplaceByDay(r.Organisation(), r.Zone, e)
		return err
	})
	if err != nil {
		return err
	}
	r.result.refused(e.Detail.Refused)
	r.result.Chunks++
	r.result.ChangedCells += changes.Observations + changes.Arrivals
	for day, cells := range days {
		if r.whole[day] && cells > 0 {
			r.result.revised(int(r.Day(r.At)-day), cells)
		}
	}
	r.read += e.To.Sub(e.From)
	r.report()
	return nil
}

// end shows that everything was read; what the source does not have any more is nothing to wait for.
func (r *reading) end() {
	r.read = 0
	for _, g := range r.gaps {
		r.read += g.To.Sub(g.From) + 24*time.Hour
	}
	r.report()
}

// refused notes dimensions that the platform refused, each once.
func (r *ExtractResult) refused(names []string) {
	r.Refused = append(r.Refused, names...)
	slices.Sort(r.Refused)
	r.Refused = slices.Compact(r.Refused)
}

// keepLearned stores what was learned, for the next run.
func (r *Runner) keepLearned(ctx context.Context, learned json.RawMessage) error {
	return r.commit(ctx, func(tx *store.Tx) error { return tx.Budget().SaveLearnedLimits(r.Organisation(), learned) })
}

// ExtractionPlan says what bringing the stored history up to date would take.
type ExtractionPlan struct {
	// From and To bound the history, Gaps are the parts of it to be read.
	From time.Time           `json:"from"`
	To   time.Time           `json:"to"`
	Gaps []wrapcast.Interval `json:"gaps"`
	// Again is history among the gaps that is stored and would be read again, to tell contacts apart.
	Again *ReadAgain `json:"read_again,omitempty"`
	source.RequestEstimate
	// BudgetPerMinute is how many requests a minute may be made.
	BudgetPerMinute int `json:"budget_per_minute"`
}

// PlanExtraction says what Extract would take. It asks the platform for its directory only.
func (f *WrapUpForecaster) PlanExtraction(ctx context.Context, spec Spec) (ExtractionPlan, error) {
	v, err := f.Connect(ctx, spec)
	if err != nil {
		return ExtractionPlan{}, err
	}
	views, err := v.Views()
	if err != nil {
		return ExtractionPlan{}, err
	}
	plan := ExtractionPlan{From: firstOf(views), To: v.now(), BudgetPerMinute: f.Usage().PerMinute}
	m, err := v.missing(ctx, plan.From, plan.To)
	plan.Gaps, plan.Again = m.gaps, m.readAgain()
	if e, estimates := f.Source.(source.Estimator); estimates {
		plan.RequestEstimate = e.Estimate(source.Reading{Gaps: m.gaps, Detail: m.detail, Learned: m.learned})
	}
	return plan, err
}
