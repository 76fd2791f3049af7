package snapshot

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Documents keeps a few forecasts and plans, which never change once made.
type Documents struct {
	forecasts *cache[documentKey[wrapcast.ForecastID], *wrapcast.Forecast]
	plans     *cache[documentKey[wrapcast.PlanID], *wrapcast.Plan]
}

// documentKey names a document. The organisation is part of it: a document of one is never given to another.
type documentKey[ID ~string] struct {
	org wrapcast.OrganisationID
	id  ID
}

// NewDocuments makes a keeper of forecasts and plans that keeps none yet.
func NewDocuments() *Documents {
	return &Documents{forecasts: newCache[documentKey[wrapcast.ForecastID], *wrapcast.Forecast](8),
		plans: newCache[documentKey[wrapcast.PlanID], *wrapcast.Plan](12)}
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
