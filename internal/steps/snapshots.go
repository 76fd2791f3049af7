package steps

import (
	"context"
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/accuracy"
	"github.com/wrapcast/wrapcast/internal/store"
)

// snapshotBack is how many days back missing snapshots are looked for: a submission in doubt may be
// settled days later.
const snapshotBack = 120

// snapshotKey is a day and a lead at which a forecast held: of those a target had, of all that were made, or of both.
type snapshotKey struct {
	day  wrapcast.Date
	lead int
	made wrapcast.ForecastID
}

// snapshot keeps, of the days that are over, the forecasts that held 1, 7, 14, 28 and 42 days before, as far as they
// are not kept yet.
func (v *View) snapshot(ctx context.Context, h *History) error {
	var wanted map[snapshotKey]wrapcast.ForecastSnapshot
	err := v.Store.View(ctx, func(tx *store.Tx) (err error) {
		wanted, err = v.missingSnapshots(tx, h)
		return err
	})
	if err != nil {
		return err
	}
	byForecast := map[wrapcast.ForecastID][]wrapcast.ForecastSnapshot{}
	for s, day := range wanted {
		byForecast[s.made] = append(byForecast[s.made], day)
	}
	for _, id := range slices.Sorted(maps.Keys(byForecast)) {
		if err := v.snapshotFrom(ctx, h, id, byForecast[id]); err != nil {
			return err
		}
	}
	return nil
}

// missingSnapshots finds which forecasts held for which days, and are not known to.
func (v *View) missingSnapshots(tx *store.Tx, h *History) (map[snapshotKey]wrapcast.ForecastSnapshot, error) {
	org, first := v.Organisation(), max(h.From, h.To-snapshotBack)
	published, err := v.publications(tx)
	if err != nil {
		return nil, err
	}
	made, err := v.makings(tx)
	if err != nil {
		return nil, err
	}
	wanted := map[snapshotKey]wrapcast.ForecastSnapshot{}
	for day := first; day <= h.To; day++ {
		for _, lead := range wrapcast.AccuracyLeads() {
			note := func(all []accuracy.Publication, mark func(*wrapcast.ForecastSnapshot)) {
				if held, ok := accuracy.InForce(all, day, lead); ok {
					key := snapshotKey{day, lead, held.Forecast}
					d := wanted[key]
					d.Organisation, d.Day, d.Lead, d.Forecast, d.Age = org, day, lead, held.Forecast, int(day-held.On)
					mark(&d)
					wanted[key] = d
				}
			}
			note(made, func(d *wrapcast.ForecastSnapshot) { d.Latest = true })
			note(published, func(d *wrapcast.ForecastSnapshot) { d.Published = true })
		}
	}
	known, err := tx.Snapshots().Keys(org, v.Unit(), first)
	for _, k := range known {
		key := snapshotKey{k.Day, k.Lead, k.Forecast}
		if d, ok := wanted[key]; ok && d.Published == k.Published && d.Latest == k.Latest {
			delete(wanted, key)
		}
	}
	return wanted, err
}

// publications lists when forecasts began to hold because a target had them.
func (v *View) publications(tx *store.Tx) ([]accuracy.Publication, error) {
	taken, err := tx.Snapshots().Publications(v.Organisation(), v.Unit())
	var all []accuracy.Publication
	for _, t := range taken {
		one := accuracy.Publication{Forecast: t.Forecast, At: t.At, On: v.Day(t.At), From: t.From, Days: t.Days}
		if t.Week != nil {
			one.Week = *t.Week
		}
		all = append(all, one)
	}
	return all, err
}

// makings lists when forecasts were made.
func (v *View) makings(tx *store.Tx) ([]accuracy.Publication, error) {
	stored, err := tx.Snapshots().Forecasts(v.Organisation(), v.Unit())
	var all []accuracy.Publication
	for _, f := range stored {
		all = append(all, accuracy.Publication{Forecast: f.ID, At: f.MadeAt, On: v.Day(f.MadeAt), From: f.From,
			Days: f.Days})
	}
	return all, err
}

// snapshotFrom cuts days out of one forecast and keeps them.
func (v *View) snapshotFrom(ctx context.Context, h *History, id wrapcast.ForecastID,
	days []wrapcast.ForecastSnapshot) error {
	made, err := v.storedForecast(ctx, id)
	if err != nil {
		return err
	}
	scale := v.scales(h, made.From)
	slices.SortFunc(days, func(a, b wrapcast.ForecastSnapshot) int { return int(a.Day - b.Day) })
	return v.update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		decisions, err := v.decisionsOn(tx, made, days)
		if err != nil {
			return err
		}
		for _, day := range days {
			day.MadeAt, day.Values = made.MadeAt, accuracy.Snapshot(made, day.Day, scale)
			if day.Lead == ledgerLead {
				day.Decisions = decisions(day.Day)
			}
			if err := tx.Snapshots().Save(day); err != nil {
				return err
			}
		}
		return nil
	})
}

// scales returns what the errors of a forecast from a day on are measured in.
func (v *View) scales(h *History, from wrapcast.Date) func(wrapcast.AccuracyLevel, string) wrapcast.Measure {
	known := min(max(int(from-h.From), 0), h.Days())
	actual, scales := v.actuals(h), map[Subject]wrapcast.Measure{}
	return func(level wrapcast.AccuracyLevel, id string) wrapcast.Measure {
		t := Subject{level, id}
		if _, done := scales[t]; !done {
			scales[t] = wrapcast.NotMeasured()
			if values := actual[t]; values != nil && known > 0 {
				scales[t] = wrapcast.Measure(ScaleOf(values[:known]))
			}
		}
		return scales[t]
	}
}
