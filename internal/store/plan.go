package store

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Add stores a plan for good: it is never changed. It returns Conflict where its id is taken,
// and NotFound where its forecast is not stored.
func (tx Plans) Add(p wrapcast.Plan) error {
	document, err := column.PackDocument(p)
	if err != nil {
		return fmt.Errorf("plan %s: %w", p.ID, err)
	}
	var unit wrapcast.BusinessUnitID
	var week *wrapcast.Date
	if p.Week != nil {
		unit, week = p.Week.BusinessUnit.ID, &p.Week.Start
	}
	return tx.insert("plan "+string(p.ID),
		`INSERT INTO plan (organisation_id, plan_id, run_id, forecast_id, target, business_unit_id, week, made_at, refusals, document)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.Organisation, p.ID, p.Run, p.Forecast, p.Target, unit, optionalDay(week), p.MadeAt.UnixMilli(), len(p.Refusals), document)
}

// Get returns a plan, or NotFound.
func (tx Plans) Get(org wrapcast.OrganisationID, id wrapcast.PlanID) (wrapcast.Plan, error) {
	return require(tx.conn, "plan "+string(id), scanDocument[wrapcast.Plan],
		`SELECT document FROM plan WHERE organisation_id = $1 AND plan_id = $2`, org, id)
}

// OfRun returns the plans a run made, in the order of their ids.
func (tx Plans) OfRun(org wrapcast.OrganisationID, run wrapcast.RunID) ([]wrapcast.Plan, error) {
	return list(tx.conn, scanDocument[wrapcast.Plan],
		`SELECT document FROM plan WHERE organisation_id = $1 AND run_id = $2 ORDER BY plan_id`, org, run)
}
