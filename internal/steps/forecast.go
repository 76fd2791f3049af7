package steps

import (
	"context"
	"fmt"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

const (
	week        = 7
	accuracyFor = 28 // leads of the accuracy a run reports
)

// forecastStep forecasts every code, queue, planning group and the total per local day, and spreads the codes over their
// leaves; then what people know better is put on top.
func forecastStep(ctx context.Context, p *pass) (result, error) {
	h, err := p.loadHistory(ctx)
	if err != nil {
		return result{}, err
	}
	made, err := p.forecast(ctx, h, p.judge(h), p.horizon())
	if err != nil {
		return result{}, err
	}
	made.ID, made.MadeAt = wrapcast.ForecastID(p.NewID()), p.Clock.Now()
	if made.Accuracy, err = p.measure(ctx, h, made); err != nil {
		return result{}, err
	}
	alarms, err := p.watch(ctx, h)
	if err != nil {
		return result{}, err
	}
	made.Findings = append(slices.Clip(made.Findings), alarms...)
	made = WithOverrides(made, h.known.overrides, p.Clock.Now())
	return result{
		detail: map[string]any{"forecast": made.ID, "codes": len(made.Codes), "days": made.Days},
		entry: wrapcast.AuditEntry{
			Objects: forecastObjects(made), Accuracy: &made.Accuracy,
			Detail: fmt.Sprintf("%d codes for %d days from %s, %d overrides", len(made.Codes), made.Days, made.From, len(made.Overrides)),
		},
		save: func(tx *store.Tx) error { return tx.Forecasts().Add(made) },
	}, nil
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
func (p *pass) horizon() int { return max(p.spec.HorizonDays, p.planReach()) }

// forecast makes a forecast of so many days from a history; see [demand.Forecast]. Codes that were retired get nothing. It
// has no id yet, and no override.
func (p *pass) forecast(ctx context.Context, h *history, report wrapcast.ValidationReport, days int) (wrapcast.Forecast, error) {
	f, err := demand.Forecast(ctx, demand.Request{
		History: h.History, Directory: p.directory, Judged: report, Calendar: h.known.resolved,
		Recent: func(ctx context.Context) (*planning.RecentPatterns, error) { return p.recentPatterns(ctx, h.To+1) },
		Days:   days, Level: p.spec.Level, Algorithm: p.spec.Algorithm, Progress: p.Report,
	})
	if err != nil {
		return f, err
	}
	f.Run, f.Findings = p.run.ID, h.known.findings
	return adjust.Retired(f, h.known.lineage), nil
}
