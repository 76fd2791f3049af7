package steps

import (
	"context"
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
)

const week = 7

// AccuracyDays is how many days ahead the accuracy that a run reports reaches.
const AccuracyDays = 28

// forecastStep forecasts every code, queue, planning group and the total per local day, and spreads the codes over
// their leaves; then what people know better is put on top.
func forecastStep(ctx context.Context, r *Runner) (result, error) {
	h, err := r.LoadHistory(ctx)
	if err != nil {
		return result{}, err
	}
	began := r.Clock.Now()
	made, err := r.Forecast(ctx, h, r.Judge(h), r.horizon())
	if err != nil {
		return result{}, err
	}
	if made.Counterfactuals, err = r.without(ctx, h, made, r.Clock.Since(began)); err != nil {
		return result{}, err
	}
	made.ID, made.Run, made.MadeAt = wrapcast.ForecastID(r.f.NewID()), r.run.ID, r.Clock.Now()
	made.BusinessUnit = r.Unit()
	if err = r.measure(ctx, h, &made); err != nil {
		return result{}, err
	}
	alarms, err := r.watch(ctx, h)
	if err != nil {
		return result{}, err
	}
	made.Findings = append(slices.Clip(made.Findings), alarms...)
	messages, err := r.alarmMessages(ctx, made.ID, alarms)
	if err != nil {
		return result{}, err
	}
	made = WithOverrides(made, h.Known.Overrides, r.Clock.Now())
	objects := forecastObjects(made)
	return result{
		detail: map[string]any{"forecast": made.ID, "codes": len(made.Codes), "days": made.Days},
		entry: wrapcast.AuditEntry{
			Objects: objects, Accuracy: &made.Accuracy,
			Detail: fmt.Sprintf("%d codes for %d days from %s, %d overrides", len(made.Codes), made.Days, made.From,
				len(made.Overrides)),
		},
		save: func(tx *store.Tx) error {
			if err := tx.Forecasts().Add(made); err != nil {
				return err
			}
			if err := tx.Forecasts().AddInput(r.Organisation(), r.inputOf(h, made.ID)); err != nil {
				return err
			}
			return addDeliveries(tx, messages, objects)
		},
	}, nil
}

// inputOf is what a forecast was made of.
func (r *Runner) inputOf(h *History, id wrapcast.ForecastID) wrapcast.ForecastInput {
	return wrapcast.ForecastInput{Forecast: id, Version: r.f.Version, At: r.At, Directory: r.Directory,
		Calendar: h.Known.Calendar, Lineage: h.Known.Lineage, Masks: h.Known.Masks, Overrides: h.Known.Overrides}
}

// forecastObjects names a forecast, how contacts were counted, and the overrides it holds.
func forecastObjects(made wrapcast.Forecast) map[string]string {
	objects := map[string]string{"forecast": string(made.ID), "counting_rule": made.CountingRule}
	for i, o := range made.Overrides {
		objects[numbered("override", i, len(made.Overrides))] = string(o.ID)
	}
	return objects
}

// horizon is how many days must be forecast from today on: those asked for, or more where the plan reaches further.
func (v *View) horizon() int { return max(v.Spec.HorizonDays, v.planReach()) }

// Forecast makes a forecast of so many days from a history; see [demand.Forecast]. Codes that were retired get nothing.
// It has no id, no run and no override yet.
func (v *View) Forecast(ctx context.Context, h *History, report wrapcast.ValidationReport, days int) (wrapcast.Forecast,
	error) {
	f, err := demand.Forecast(ctx, demand.Request{
		History: h.History, Directory: v.Directory, Judged: report, Calendar: h.Known.Resolved,
		Recent: func(ctx context.Context) (demand.Patterns, error) { return v.recentPatterns(ctx, h.To+1, report) },
		Days:   days, Level: v.Spec.Level, Algorithm: v.Spec.Algorithm, Progress: v.Report,
	})
	if err != nil {
		return f, err
	}
	f.Findings, f.Directions = slices.Concat(h.Known.Findings, f.Findings), v.Spec.Directions
	return adjust.Retired(f, h.Known.Lineage), nil
}
