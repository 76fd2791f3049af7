package steps

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/store"
)

// keptYoungDays is how long it is kept what days said when they were young: long enough to learn lateness from.
const keptYoungDays = 70

// noteYoungDays notes what the last days say now, so that it can be learned how much of a day arrives late.
func (r *Runner) noteYoungDays(ctx context.Context) error {
	return r.commit(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		since, err := tx.Readings().Coverage(r.Organisation(), r.run.StartedAt)
		noted := map[string]bool{}
		for _, v := range r.views {
			if err == nil && !noted[v.Zone.String()] {
				err = v.noteYoungDays(tx, since, r.run.StartedAt)
			}
			noted[v.Zone.String()] = true
		}
		return err
	})
}

// noteYoungDays notes what the last days say as they were read from an instant on.
func (v *View) noteYoungDays(tx *store.Tx, since []wrapcast.Interval, began time.Time) error {
	today := v.Day(began)
	for day := today - wrapcast.Date(v.Spec.RereadDays) - 1; day < today; day++ {
		if len(gapsBetween(day.Midnight(v.Zone), (day+1).Midnight(v.Zone), since)) > 0 {
			continue // it was not read by this run, or not to its end
		}
		if err := tx.Readings().RecordDays(v.Organisation(), v.Zone, day, day, began, today-keptYoungDays); err != nil {
			return err
		}
	}
	return nil
}

// nowcast brings the last days up to what they will say once their late codes have arrived: read as they are, they
// would look low, be masked or drag the forecast down.
func (v *View) nowcast(tx *store.Tx, h *History) error {
	settled := time.Duration(v.Spec.RereadDays) * 24 * time.Hour
	readings, err := tx.Readings().Days(v.Organisation(), v.Directions(), v.Zone, h.To-keptYoungDays)
	if err != nil || len(readings) == 0 {
		return err
	}
	lateness := accuracy.LearnLateness(readings, v.Zone, settled)
	latest := map[wrapcast.Date]time.Time{}
	for _, r := range readings {
		if r.ReadAt.After(latest[r.Day]) {
			latest[r.Day] = r.ReadAt
		}
	}
	for _, day := range slices.Sorted(maps.Keys(latest)) {
		if day >= h.From && day <= h.To {
			h.develop(day, lateness.At(day, latest[day]))
		}
	}
	return nil
}

// develop multiplies what was handled on a day.
func (h *History) develop(day wrapcast.Date, d accuracy.Development) {
	if d.Days == 0 {
		return
	}
	i := int(day - h.From)
	now := map[wrapcast.CodeID]float64{}
	for _, l := range h.Leaves {
		if v := l.Handled[i]; v > 0 {
			now[l.Leaf.Code] += v
		}
	}
	factors := d.Of(now)
	for _, l := range h.Leaves {
		if f, ok := factors[l.Leaf.Code]; ok && l.Handled[i] > 0 {
			l.Handled[i] *= f
			l.Seconds[i] *= f
		}
	}
	h.Nowcast = append(h.Nowcast, day)
}
