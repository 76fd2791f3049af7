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

// WithOverrides puts the overrides that are in use at an instant on top of a forecast, in place of those it has. It keeps what it was without them.
func WithOverrides(base wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) wrapcast.Forecast {
	base = base.WithoutOverrides()
	changed, effects, findings := adjust.ApplyOverrides(base, overrides, now)
	changed.Findings = append(slices.Clip(changed.Findings), findings...)
	if len(effects) > 0 {
		changed.Overrides, changed.Base = effects, &base
	}
	return changed
}

// AddOverride keeps an override, which every forecast from now on is changed by; id, organisation and time are filled in. The
// preview is against the latest forecast, as LatestForecast returns it. It refuses an override that cannot be meant, or that
// names a code or queue nobody knows. One in conflict with another is kept, but neither is applied until one of them is
// withdrawn: the preview says so.
func (d Decisions) AddOverride(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast,
	o wrapcast.Override) (wrapcast.OverridePreview, error) {
	preview, err := d.PreviewOverride(ctx, org, latest, o)
	if err != nil {
		return preview, err
	}
	preview.Override.Override, err = addDecision(ctx, d, org, preview.Override.Override, decisionRules[wrapcast.Override]{
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
	o wrapcast.Override) (wrapcast.OverridePreview, error) {
	o.ID, o.Organisation, o.CreatedAt = previewID, org, d.Clock.Now()
	p := wrapcast.OverridePreview{Schema: wrapcast.OverridePreviewSchema, Override: wrapcast.AppliedOverride{Override: o}, Findings: []wrapcast.Finding{}}
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

// LatestForecast reads the forecast of an organisation that was made last. It returns NotFound where there is none.
func (f *WrapUpForecaster) LatestForecast(ctx context.Context, org wrapcast.OrganisationID) (made wrapcast.Forecast, err error) {
	err = f.Store.View(ctx, func(tx *store.Tx) error {
		made, err = tx.Forecasts().Latest(org)
		return err
	})
	if err != nil {
		return made, withHint(err, "`wrapcast run --dry-run` makes one")
	}
	return made, nil
}

func (d Decisions) overrides(ctx context.Context, org wrapcast.OrganisationID, since wrapcast.Date) (all []wrapcast.Override, err error) {
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
func (d Decisions) checkScope(ctx context.Context, org wrapcast.OrganisationID, o wrapcast.Override, made wrapcast.Forecast) error {
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

// movedBetween lists what differs between two forecasts of the same things.
func movedBetween(before, after wrapcast.Forecast) (codes, queues []wrapcast.MovedForecast, total wrapcast.MovedForecast) {
	codes, queues = []wrapcast.MovedForecast{}, []wrapcast.MovedForecast{}
	for i, c := range before.Codes {
		if !slices.Equal(c.Mean, after.Codes[i].Mean) {
			codes = append(codes, wrapcast.MovedForecast{ID: string(c.Code.ID), Name: c.Code.Name, Before: c.Mean, After: after.Codes[i].Mean})
		}
	}
	for i, q := range before.Queues {
		if !slices.Equal(q.Mean, after.Queues[i].Mean) {
			queues = append(queues, wrapcast.MovedForecast{ID: string(q.Queue.ID), Name: q.Queue.Name, Before: q.Mean, After: after.Queues[i].Mean})
		}
	}
	return codes, queues, wrapcast.MovedForecast{Name: "total", Before: before.Total.Mean, After: after.Total.Mean}
}

// Overrides lists every override there was, the latest first, with its effect on the latest forecast now; the zero forecast
// where there is none.
func (d Decisions) Overrides(ctx context.Context, org wrapcast.OrganisationID, latest wrapcast.Forecast) (wrapcast.OverrideList, error) {
	list := wrapcast.OverrideList{Schema: wrapcast.OverrideListSchema, Overrides: []wrapcast.OverrideStatus{}, Findings: []wrapcast.Finding{}}
	all, err := ListDecisions[wrapcast.Override](ctx, d, org)
	if err != nil {
		return list, err
	}
	_, effects, findings := adjust.ApplyOverrides(latest.WithoutOverrides(), all, d.Clock.Now())
	list.Findings = append(list.Findings, findings...)
	for _, o := range slices.Backward(all) {
		status := wrapcast.OverrideStatus{AppliedOverride: wrapcast.AppliedOverride{Override: o}}
		if i := slices.IndexFunc(effects, func(e wrapcast.AppliedOverride) bool { return e.ID == o.ID }); i >= 0 {
			status.AppliedOverride = effects[i]
		}
		status.State = stateOf(status.AppliedOverride, latest, findings, d.Clock.Now())
		list.Overrides = append(list.Overrides, status)
	}
	return list, nil
}

// stateOf says what an override does at an instant.
func stateOf(o wrapcast.AppliedOverride, made wrapcast.Forecast, findings []wrapcast.Finding, now time.Time) wrapcast.OverrideState {
	conflict := slices.ContainsFunc(findings, func(f wrapcast.Finding) bool {
		return f.Severity == wrapcast.Blocking && slices.Contains(strings.Fields(f.Place), string(o.ID))
	})
	switch {
	case !o.WithdrawnAt.IsZero():
		return wrapcast.OverrideWithdrawn
	case !o.Active(now):
		return wrapcast.OverrideExpired
	case conflict:
		return wrapcast.OverrideInConflict
	case o.Leaves > 0:
		return wrapcast.OverrideInUse
	case o.To < made.From:
		return wrapcast.OverridePast
	}
	return wrapcast.OverrideIdle
}
