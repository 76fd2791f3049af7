package steps

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
)

// accuracyCase is what is judged.
type accuracyCase struct {
	accuracy.Judging
	source      wrapcast.AccuracySource
	first, last wrapcast.Date
	// reach is the most days ahead that any stored forecast goes.
	reach int
}

// openCase reads snapshots and actuals.
func (v *View) openCase(ctx context.Context, o AccuracyOptions) (c accuracyCase, err error) {
	err = v.Store.View(ctx, func(tx *store.Tx) error {
		settled, err := v.settledDays(tx)
		if err != nil {
			return err
		}
		if c.first, c.last = bounds(settled, o); c.last < c.first {
			return wrapcast.Errorf(wrapcast.NotFound, "accuracy",
				"no day with all its codes is stored between %s and %s", or(o.From, settled.From), or(o.To,
					settled.To)).
				WithHint("codes may arrive for %d days: wrapcast extract reads them", v.Spec.RereadDays)
		}
		if c.reach, err = v.reach(tx); err != nil {
			return err
		}
		if c.source = o.Source; c.source == "" {
			if c.source, err = v.source(tx); err != nil {
				return err
			}
		}
		c.Judging, err = v.judging(tx, c.source, c.first, c.last, settled)
		return err
	})
	c.Level = or(o.Level, v.Spec.Level)
	return c, err
}

// source is which forecasts count unless somebody says.
func (v *View) source(tx *store.Tx) (wrapcast.AccuracySource, error) {
	published, err := tx.Snapshots().Publications(v.Organisation(), v.Unit())
	if len(published) == 0 {
		return wrapcast.SourceMade, err
	}
	return wrapcast.SourcePublished, err
}

// settledDays tells of the days that are stored whether they were read after all their codes had arrived.
func (v *View) settledDays(tx *store.Tx) (*History, error) {
	readings, err := tx.Readings().All(v.Organisation())
	if err != nil || len(readings) == 0 {
		return &History{History: &demand.History{Zone: v.Zone, To: -1}}, err
	}
	from, to := readings[0].From, readings[len(readings)-1].To
	settle := time.Duration(v.Spec.RereadDays) * 24 * time.Hour
	h := &History{History: &demand.History{Zone: v.Zone, From: v.Day(from), To: v.Day(to) - 1}}
	h.Read = make([]bool, max(h.Days(), 0))
	gaps := unsettled(from, to, readings, to.Add(settle), settle, wrapcast.Detail{})
	for i := range h.Read {
		day := h.From + wrapcast.Date(i)
		begins, ends := day.Midnight(v.Zone), (day + 1).Midnight(v.Zone)
		h.Read[i] = !begins.Before(from) && !ends.After(to) && !touches(gaps, begins, ends)
	}
	return h, nil
}

func touches(intervals []wrapcast.Interval, from, to time.Time) bool {
	for _, i := range intervals {
		if i.From.Before(to) && i.To.After(from) {
			return true
		}
	}
	return false
}

// bounds are the first and the last settled day among those asked for.
func bounds(settled *History, o AccuracyOptions) (first, last wrapcast.Date) {
	last = settled.To
	if o.To != 0 {
		last = min(last, o.To)
	}
	for last >= settled.From && !settled.Whole(last) {
		last--
	}
	first = max(settled.From, or(o.From, last-judgedDays+1))
	for first <= last && !settled.Whole(first) {
		first++
	}
	return first, last
}

// judging reads the snapshots and the actuals of the settled days between two.
func (v *View) judging(tx *store.Tx, source wrapcast.AccuracySource, first, last wrapcast.Date,
	settled *History) (j accuracy.Judging, err error) {
	org := v.Organisation()
	kept, err := tx.Snapshots().Days(org, v.Unit(), source, first, last)
	if err != nil {
		return j, err
	}
	for _, d := range kept {
		if settled.Whole(d.Day) {
			j.Days = append(j.Days, d)
		}
	}
	if j.Lineage, err = store.DecisionsOf[wrapcast.LineageChange](tx).InUse(org); err != nil {
		return j, err
	}
	known := &Assumptions{}
	if known.Masks, err = store.DecisionsOf[wrapcast.MaskEdit](tx).InUse(org); err != nil {
		return j, err
	}
	j.Hidden = known.hidden()
	for d, err := range v.localDays(tx, first, last) {
		if err != nil {
			return j, err
		}
		j.Actuals = append(j.Actuals, d)
	}
	if j.Actuals, _, err = adjust.ApplyLineage(j.Actuals, j.Lineage, j.Hidden); err != nil {
		return j, err
	}
	j.Lineage = adjust.LearnShares(j.Actuals, j.Lineage, j.Hidden)
	return j, nil
}

// reach is the most days ahead that any stored forecast goes.
func (v *View) reach(tx *store.Tx) (reach int, err error) {
	all, err := v.makings(tx)
	for _, f := range all {
		reach = max(reach, f.Days-1-int(f.On-f.From))
	}
	return reach, err
}
