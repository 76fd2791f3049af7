package snapshot

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Documents keeps a few forecasts and plans, which never change once made.
type Documents struct {
	forecasts *cache[documentKey[wrapcast.ForecastID], *wrapcast.Forecast]
	plans     *cache[documentKey[wrapcast.PlanID], *wrapcast.Plan]
	weeks     *cache[weeksKey, []demand.SubjectSums]
}

// weeksKey names the weeks of a forecast under some overrides.
type weeksKey struct {
	documentKey[wrapcast.ForecastID]
	overrides string
	start     time.Weekday
}

// documentKey names a document. The organisation is part of it: a document of one is never given to another.
type documentKey[ID ~string] struct {
	org wrapcast.OrganisationID
	id  ID
}

// NewDocuments makes a keeper of forecasts and plans that keeps none yet.
func NewDocuments() *Documents {
	return &Documents{forecasts: newCache[documentKey[wrapcast.ForecastID], *wrapcast.Forecast](8),
		plans: newCache[documentKey[wrapcast.PlanID], *wrapcast.Plan](12),
		weeks: newCache[weeksKey, []demand.SubjectSums](4)}
}

// Forecast returns a forecast as it was made.
func (d *Documents) Forecast(
	tx *store.Tx, org wrapcast.OrganisationID, id wrapcast.ForecastID,
) (*wrapcast.Forecast, error) {
	return d.forecasts.get(tx.Context(), documentKey[wrapcast.ForecastID]{org, id}, func() (*wrapcast.Forecast, error) {
		f, err := tx.Forecasts().Get(org, id)
		return &f, err
	})
}

// Plan returns a plan.
func (d *Documents) Plan(tx *store.Tx, org wrapcast.OrganisationID, id wrapcast.PlanID) (*wrapcast.Plan, error) {
	return d.plans.get(tx.Context(), documentKey[wrapcast.PlanID]{org, id}, func() (*wrapcast.Plan, error) {
		plan, err := tx.Plans().Get(org, id)
		return &plan, err
	})
}

// Weeks returns what is expected in each week of a forecast, the first and the last as far as it reaches. Weeks begin
// on a weekday.
func (d *Documents) Weeks(ctx context.Context, made *wrapcast.Forecast, start time.Weekday) ([]demand.SubjectSums,
	error) {
	key := weeksKey{documentKey: documentKey[wrapcast.ForecastID]{made.Organisation, made.ID}, start: start,
		overrides: overrideIDs(made)}
	return d.weeks.get(ctx, key, func() ([]demand.SubjectSums, error) {
		return demand.SumsOver(ctx, made, demand.Weeks(made,
			func(day wrapcast.Date) wrapcast.Date { return day.StartOfWeek(start) })...)
	})
}

// overrideIDs names the overrides of a forecast, and the rules of those that overlap.
func overrideIDs(made *wrapcast.Forecast) string {
	ids := ""
	for _, o := range made.Overrides {
		ids += " " + string(o.ID)
	}
	for _, o := range made.Overlaps {
		ids += " " + string(o.Earlier+"/"+o.Later) + string(o.Rule)
	}
	return ids
}
