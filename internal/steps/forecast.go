package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

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
		detail: forecastDetail{Forecast: made.ID, Codes: len(made.Codes), Days: made.Days, InShards: r.inShards},
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

// forecastDetail is what a forecast step leaves in its row.
type forecastDetail struct {
	Codes    int                 `json:"codes"`
	Days     int                 `json:"days"`
	Forecast wrapcast.ForecastID `json:"forecast"`
	// InShards is how many panels, this forecast and those of the past that it is measured by, were made in shards.
	InShards int `json:"in_shards,omitempty"`
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
	f, err := demand.Forecast(ctx, v.request(h, report, days))
	if err != nil {
		return f, err
	}
	f.Findings, f.Directions = slices.Concat(h.Known.Findings, f.Findings), v.Spec.Directions
	return adjust.Retired(f, h.Known.Lineage), nil
}

// request is what a forecast is made of.
func (v *View) request(h *History, report wrapcast.ValidationReport, days int) demand.Request {
	return demand.Request{
		History: h.History, Directory: v.Directory, Judged: report, Calendar: h.Known.Resolved,
		Recent: func(ctx context.Context) (demand.Patterns, error) { return v.recentPatterns(ctx, h.To+1, report) },
		Days:   days, Level: v.Spec.Level, Algorithm: v.Spec.Algorithm, Engine: v.engine, Progress: v.Report,
	}
}

// Remade says whether a forecast comes out the same when it is made again from what is stored now.
type Remade struct {
	Forecast wrapcast.ForecastID `json:"forecast"`
	// Same says that every number has the same bits. Changed says what has changed since that the forecast was made of.
	Same    bool     `json:"same"`
	Changed []string `json:"changed_since"`
}

// Remake makes a forecast again, without overrides, from the history that is stored and by the settings, the directory
// and the decisions that are kept under the id of the run's own forecast. It is NotFound where these were not kept.
func (f *WrapUpForecaster) Remake(ctx context.Context, made wrapcast.Forecast, id wrapcast.ForecastID) (Remade, error) {
	out, org := Remade{Forecast: made.ID, Changed: []string{}}, made.Organisation
	var in wrapcast.ForecastInput
	var run wrapcast.Run
	err := f.Store.View(ctx, func(tx *store.Tx) (err error) {
		if in, err = tx.Forecasts().Input(org, id); err != nil {
			return err
		}
		if run, err = tx.Runs().Get(org, made.Run); err == nil {
			out.Changed, err = changedHistory(tx, org, in, made)
		}
		return err
	})
	if err != nil {
		return out, err
	}
	again, changed, err := f.remake(ctx, run, in, made)
	if err != nil {
		return out, err
	}
	out.Changed = append(out.Changed, changed...)
	out.Same, err = sameNumbers(again, made.WithoutOverrides())
	return out, err
}

// remake makes the forecast again, and says which decisions are not those of then.
func (f *WrapUpForecaster) remake(ctx context.Context, run wrapcast.Run, in wrapcast.ForecastInput,
	made wrapcast.Forecast) (again wrapcast.Forecast, changed []string, err error) {
	spec, err := specOf(run)
	if err != nil {
		return again, nil, err
	}
	v, err := f.viewOf(in.Directory, spec)
	if err != nil {
		return again, nil, err
	}
	v.At, v.Clock.Now, v.Spec.HistoryFrom = in.At, func() time.Time { return in.At }, &made.HistoryFrom
	h, err := v.LoadHistory(ctx)
	if err != nil {
		return again, nil, err
	}
	for what, pair := range map[string][2]any{"the calendar": {h.Known.Calendar, in.Calendar},
		"lineage": {h.Known.Lineage, in.Lineage}, "masks": {h.Known.Masks, in.Masks}} {
		if same, err := sameJSON(pair[0], pair[1]); err != nil || !same {
			changed = append(changed, what)
		}
	}
	slices.Sort(changed)
	again, err = v.Forecast(ctx, h, v.Judge(h), made.Days)
	return again, changed, err
}

// changedHistory says which days of the history, that a forecast was made of, are not as they were. Days beside its
// own may belong to them in a zone.
func changedHistory(tx *store.Tx, org wrapcast.OrganisationID, in wrapcast.ForecastInput,
	made wrapcast.Forecast) (changed []string, err error) {
	days, err := tx.Audit().HistoryDays(org)
	if err != nil {
		return nil, err
	}
	now := map[string]string{}
	for _, d := range days {
		now[d.Day.String()] = d.Digest
	}
	changed = []string{}
	for line := range strings.Lines(in.History) {
		day, digest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if day >= (made.HistoryFrom-1).String() && day <= made.HistoryTo.String() && now[day] != digest {
			changed = append(changed, "history of "+day+" (UTC)")
		}
	}
	return changed, nil
}

// sameNumbers reports whether two forecasts have the same bits in everything that is forecast.
func sameNumbers(a, b wrapcast.Forecast) (bool, error) {
	return sameJSON(numbersOf(a), numbersOf(b))
}

// numbersOf is what is forecast, without what was measured of the past.
func numbersOf(f wrapcast.Forecast) (all []any) {
	daily := func(d wrapcast.DailyForecast) { all = append(all, d.Mean, d.Median, d.Bands, d.HandleSeconds) }
	for _, c := range f.Codes {
		all = append(all, c.Code.ID)
		daily(c.DailyForecast)
	}
	for _, q := range f.Queues {
		all = append(all, q.Queue.ID)
		daily(q.DailyForecast)
	}
	for _, g := range f.Groups {
		all = append(all, g.Group.ID)
		daily(g.DailyForecast)
	}
	daily(f.Total)
	return append(all, f.Leaves, f.From, f.Days)
}

// sameJSON reports whether two values are written alike: numbers are, where they have the same bits.
func sameJSON(a, b any) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}
