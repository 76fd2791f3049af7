package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/adjust"
	"github.com/wrapcast/wrapcast/internal/store"
)

// WithOverrides puts the overrides that are in use at an instant on top of a forecast, in place of those it has. It
// keeps what it was without them.
func WithOverrides(base wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) wrapcast.Forecast {
	base = base.WithoutOverrides()
	changed, effects, findings := adjust.ApplyOverrides(base, overrides, now)
	changed.Findings = append(slices.Clip(changed.Findings), findings...)
	if len(effects) > 0 {
		changed.Overrides, changed.Base = effects, &base
	}
	return changed
}

// AddOverride keeps an override, which every forecast from now on is changed by; id, organisation and time are filled
// in. The preview is against the latest forecast, as LatestForecast returns it. It refuses an override that cannot be
// meant, or that names a code or queue nobody knows. One in conflict with another is kept, but neither is applied until
// one of them is withdrawn: the preview says so.
func (d Decisions) AddOverride(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast,
	o wrapcast.Override) (OverridePreview, error) {
	preview, err := d.PreviewOverride(ctx, org, latest, o)
	if err != nil {
		return preview, err
	}
	preview.Override.Override, err = addDecision(ctx, d, org, preview.Override.Override,
		decisionRules[wrapcast.Override]{
			what: "an override",
			detail: func(o wrapcast.Override) string {
				return fmt.Sprintf("%s %g on %s to %s: %s", o.Kind, o.Value, o.From, o.To, o.Reason)
			},
		})
	return preview, err
}

// previewID stands for an override that has no id yet.
const previewID = "new"

// PreviewOverride tells what an override would do to the latest forecast, without keeping it.
func (d Decisions) PreviewOverride(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast,
	o wrapcast.Override) (OverridePreview, error) {
	o.ID, o.Organisation, o.CreatedAt = previewID, org, d.Clock.Now()
	p := OverridePreview{Schema: overridePreviewSchema, Override: wrapcast.AppliedOverride{Override: o},
		Findings: []wrapcast.Finding{}}
	if err := adjust.CheckOverride(o); err != nil {
		return p, err
	}
	others, err := d.overrides(ctx, org, min(o.From, latest.From))
	if err != nil {
		return p, err
	}
	if err := d.checkScope(ctx, org, o, latest); err != nil {
		return p, err
	}
	p.Forecast, p.From = latest.ID, latest.From
	base := latest.WithoutOverrides()
	before, _, _ := adjust.ApplyOverrides(base, others, d.Clock.Now())
	after, effects, findings := adjust.ApplyOverrides(base, append(others, o), d.Clock.Now())
	for _, e := range effects {
		if e.ID == previewID {
			p.Override = e
		}
	}
	for _, finding := range findings {
		if slices.Contains(strings.Fields(finding.Place), previewID) {
			p.Findings = append(p.Findings, finding)
		}
	}
	p.Codes, p.Queues, p.Total = movedBetween(before, after)
	return p, nil
}

// LatestForecast reads the forecast that was made last for a business unit, "" where the organisation has none. It
// returns NotFound where there is no forecast.
func (f *WrapUpForecaster) LatestForecast(ctx context.Context, org wrapcast.OrganisationID,
	unit wrapcast.BusinessUnitID) (made wrapcast.Forecast, err error) {
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		made, err = tx.Forecasts().Latest(org, unit)
		return err
	})
	if err != nil {
		return made, withHint(err, "`wrapcast run --dry-run` makes one")
	}
	return made, nil
}

func (d Decisions) overrides(ctx context.Context, org wrapcast.OrganisationID,
	since wrapcast.Date) (all []wrapcast.Override, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = store.DecisionsOf[wrapcast.Override](tx).Since(org, since)
		return err
	})
	return all, err
}

func withHint(err error, hint string) error {
	return wrapcast.Errorf(wrapcast.KindOf(err), "", "%w", err).WithHint("%s", hint)
}

// checkScope refuses codes and queues that are neither listed nor forecast.
func (d Decisions) checkScope(ctx context.Context, org wrapcast.OrganisationID, o wrapcast.Override,
	made wrapcast.Forecast) error {
	codes := slices.DeleteFunc(slices.Clone(o.Codes), func(id wrapcast.CodeID) bool {
		return slices.ContainsFunc(made.Codes, func(c wrapcast.CodeForecast) bool { return c.Code.ID == id })
	})
	queues := slices.DeleteFunc(slices.Clone(o.Queues), func(id wrapcast.QueueID) bool {
		return slices.ContainsFunc(made.Queues, func(q wrapcast.QueueForecast) bool { return q.Queue.ID == id })
	})
	if len(codes) == 0 && len(queues) == 0 {
		return nil // the directory of a large organisation takes longer to read than all the rest
	}
	return d.Store.View(ctx, func(tx *store.Tx) error {
		directory, err := tx.Directory().Of(org)
		if err != nil {
			return err
		}
		for _, code := range codes {
			if _, err := FindCode(directory, string(code)); err != nil {
				return err
			}
		}
		for _, queue := range queues {
			if _, err := FindQueue(directory, string(queue)); err != nil {
				return err
			}
		}
		return nil
	})
}

// movedBetween lists the codes and queues whose daily means differ between two forecasts of the same codes and queues,
// in their order, and the total whether it differs or not.
func movedBetween(before, after wrapcast.Forecast) (codes, queues []MovedForecast, total MovedForecast) {
	codes, queues = []MovedForecast{}, []MovedForecast{}
	for i, c := range before.Codes {
		if !slices.Equal(c.Mean, after.Codes[i].Mean) {
			codes = append(codes, MovedForecast{ID: string(c.Code.ID), Name: c.Code.Name, Before: c.Mean,
				After: after.Codes[i].Mean})
		}
	}
	for i, q := range before.Queues {
		if !slices.Equal(q.Mean, after.Queues[i].Mean) {
			queues = append(queues, MovedForecast{ID: string(q.Queue.ID), Name: q.Queue.Name, Before: q.Mean,
				After: after.Queues[i].Mean})
		}
	}
	return codes, queues, MovedForecast{Name: "total", Before: before.Total.Mean, After: after.Total.Mean}
}

// Overrides lists every override there was, the latest first, with its effect on the latest forecast now; the zero
// forecast where there is none.
func (d Decisions) Overrides(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast) (OverrideList,
	error) {
	list := OverrideList{Schema: overrideListSchema, Overrides: []OverrideStatus{}, Findings: []wrapcast.Finding{}}
	all, err := ListDecisions[wrapcast.Override](ctx, d, org)
	if err != nil {
		return list, err
	}
	_, effects, findings := adjust.ApplyOverrides(latest.WithoutOverrides(), all, d.Clock.Now())
	list.Findings = append(list.Findings, findings...)
	for _, o := range slices.Backward(all) {
		status := OverrideStatus{AppliedOverride: wrapcast.AppliedOverride{Override: o}}
		if i := slices.IndexFunc(effects, func(e wrapcast.AppliedOverride) bool { return e.ID == o.ID }); i >= 0 {
			status.AppliedOverride = effects[i]
		}
		status.State = stateOf(status.AppliedOverride, latest, findings, d.Clock.Now())
		list.Overrides = append(list.Overrides, status)
	}
	return list, nil
}

// stateOf says what an override does at an instant.
func stateOf(o wrapcast.AppliedOverride, made wrapcast.Forecast, findings []wrapcast.Finding,
	now time.Time) OverrideState {
	conflict := slices.ContainsFunc(findings, func(f wrapcast.Finding) bool {
		return f.Severity == wrapcast.Blocking && slices.Contains(strings.Fields(f.Place), string(o.ID))
	})
	switch {
	case !o.WithdrawnAt.IsZero():
		return OverrideWithdrawn
	case !o.Active(now):
		return OverrideExpired
	case conflict:
		return OverrideInConflict
	case o.Leaves > 0:
		return OverrideInUse
	case o.To < made.From:
		return OverridePast
	}
	return OverrideIdle
}

// OverrideState says what an override does now.
type OverrideState string

// The states of an override.
const (
	// OverrideInUse: forecasts are changed by it.
	OverrideInUse OverrideState = "in use"
	// OverrideInConflict: another would change the same, so neither does.
	OverrideInConflict OverrideState = "in conflict"
	// OverrideIdle: it touches nothing that is forecast.
	OverrideIdle OverrideState = "idle"
	// OverridePast: its last day is over.
	OverridePast OverrideState = "past"
	// OverrideExpired: its time ran out.
	OverrideExpired OverrideState = "expired"
	// OverrideWithdrawn: somebody took it back.
	OverrideWithdrawn OverrideState = "withdrawn"
)

// OverrideStatus is an override, what it does now, and what it did to the latest forecast.
type OverrideStatus struct {
	wrapcast.AppliedOverride
	State OverrideState `json:"state"`
}

// OverrideList is what `override list` shows.
type OverrideList struct {
	Schema    string           `json:"schema"`
	Overrides []OverrideStatus `json:"overrides"`
	// Findings tell of conflicts and of overrides that touch nothing.
	Findings []wrapcast.Finding `json:"findings"`
}

// overrideListSchema names the JSON of an OverrideList.
const overrideListSchema = "wrapcast.overrides/1"

// OverridePreview is what an override would do to the latest forecast, with those in use already.
type OverridePreview struct {
	Schema   string                   `json:"schema"`
	Override wrapcast.AppliedOverride `json:"override"`
	// Forecast is the one it would change, From its first day.
	Forecast wrapcast.ForecastID `json:"forecast"`
	From     wrapcast.Date       `json:"from"`
	// Codes and Queues are those that would move.
	Codes  []MovedForecast `json:"codes"`
	Queues []MovedForecast `json:"queues"`
	Total  MovedForecast   `json:"total"`
	// Findings tell of conflicts with others, which block it.
	Findings []wrapcast.Finding `json:"findings"`
}

// MovedForecast has the contacts forecast per day for one code, one queue or the total (which has no ID), before and
// after an override.
type MovedForecast struct {
	ID     string    `json:"id,omitempty"`
	Name   string    `json:"name"`
	Before []float64 `json:"before"`
	After  []float64 `json:"after"`
}

// overridePreviewSchema names the JSON of an OverridePreview.
const overridePreviewSchema = "wrapcast.override-preview/1"
