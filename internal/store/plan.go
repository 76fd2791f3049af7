package store

import (
	"fmt"
	"time"

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
		p.Organisation, p.ID, p.Run, p.Forecast, p.Target, unit, optionalDay(week), p.MadeAt.UnixMilli(),
		len(p.Refusals), document)
}

// Get returns a plan, or NotFound.
func (tx Plans) Get(org wrapcast.OrganisationID, id wrapcast.PlanID) (wrapcast.Plan, error) {
	p, err := require(tx.conn, "plan "+string(id), scanDocument[wrapcast.Plan],
		`SELECT document FROM plan WHERE organisation_id = $1 AND plan_id = $2`, org, id)
	if err == nil && (p.Organisation != org || p.ID != id) {
		err = tx.damaged(org, "plan "+string(id)+", table plan", errElsewhere)
	}
	return p, err
}

// OfRun returns the plans a run made, in the order of their ids.
func (tx Plans) OfRun(org wrapcast.OrganisationID, run wrapcast.RunID) ([]wrapcast.Plan, error) {
	return list(tx.conn, scanDocument[wrapcast.Plan],
		`SELECT document FROM plan WHERE organisation_id = $1 AND run_id = $2 ORDER BY plan_id`, org, run)
}

// PlanHead is a plan without its numbers.
type PlanHead struct {
	ID           wrapcast.PlanID
	Run          wrapcast.RunID
	Forecast     wrapcast.ForecastID
	Target       wrapcast.Target
	BusinessUnit wrapcast.BusinessUnitID
	Week         *wrapcast.Date
	MadeAt       time.Time
	Refusals     int
}

// PlanQuery selects plans.
type PlanQuery struct {
	Run    wrapcast.RunID
	Target wrapcast.Target
	// BusinessUnit, if it is not "", is the only one looked at.
	BusinessUnit wrapcast.BusinessUnitID
	// Week, if set, is the first day of the only week looked at.
	Week   *wrapcast.Date
	Before wrapcast.PlanID
	Limit  int
}

// Heads lists plans.
func (tx Plans) Heads(org wrapcast.OrganisationID, q PlanQuery) ([]PlanHead, int, error) {
	scan := func(r row) (p PlanHead, err error) {
		err = r.Scan(&p.ID, &p.Run, &p.Forecast, &p.Target, &p.BusinessUnit, toOptionalDay(&p.Week), toTime(&p.MadeAt),
			&p.Refusals)
		return p, err
	}
	s := rowsOf("plan", org)
	only(&s, "run_id", q.Run)
	only(&s, "target", q.Target)
	only(&s, "business_unit_id", q.BusinessUnit)
	if q.Week != nil {
		s.and("week = $%d", int64(*q.Week))
	}
	columns := "plan_id, run_id, forecast_id, target, business_unit_id, week, made_at, refusals"
	return pageOf(tx.conn, scan, columns, s, pageBefore("plan_id", q.Before, q.Limit))
}
