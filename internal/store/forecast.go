package store

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
)

// Save stores what validation said in a run. A run that validates again replaces its report.
func (tx Validations) Save(org wrapcast.OrganisationID, run wrapcast.RunID, report wrapcast.ValidationReport) error {
	document, err := packDocument(report)
	if err != nil {
		return fmt.Errorf("validation report: %w", err)
	}
	_, err = tx.exec(`INSERT INTO validation_report (organisation_id, run_id, document) VALUES ($1, $2, $3)
		ON CONFLICT (organisation_id, run_id) DO UPDATE SET document = excluded.document`, org, run, document)
	return err
}

// Of returns what validation said in a run, or NotFound.
func (tx Validations) Of(org wrapcast.OrganisationID, run wrapcast.RunID) (wrapcast.ValidationReport, error) {
	return require(tx.conn, "a validation report of run "+string(run), scanDocument[wrapcast.ValidationReport],
		`SELECT document FROM validation_report WHERE organisation_id = $1 AND run_id = $2`, org, run)
}

// Latest returns the report of the latest run that validated, or NotFound.
func (tx Validations) Latest(org wrapcast.OrganisationID) (wrapcast.ValidationReport, error) {
	return require(tx.conn, "a validation report", scanDocument[wrapcast.ValidationReport],
		`SELECT document FROM validation_report WHERE organisation_id = $1 ORDER BY run_id DESC LIMIT 1`, org)
}

// Add stores a forecast for good: it is never changed. It returns Conflict where its id
// is taken, and InvalidData where it holds a number that is none.
func (tx Forecasts) Add(f wrapcast.Forecast) error {
	document, err := packDocument(f)
	if err != nil {
		return fmt.Errorf("forecast %s: %w", f.ID, err)
	}
	if err := tx.insert("forecast "+string(f.ID),
		`INSERT INTO forecast (organisation_id, forecast_id, run_id, made_at, algorithm, from_day, days, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		f.Organisation, f.ID, f.Run, f.MadeAt.UnixMilli(), f.Algorithm, int64(f.From), f.Days, document); err != nil {
		return err
	}
	return tx.addHead(&f)
}

// Get returns a forecast, or NotFound.
func (tx Forecasts) Get(org wrapcast.OrganisationID, id wrapcast.ForecastID) (wrapcast.Forecast, error) {
	return require(tx.conn, "forecast "+string(id), scanDocument[wrapcast.Forecast],
		`SELECT document FROM forecast WHERE organisation_id = $1 AND forecast_id = $2`, org, id)
}

// OfRun returns the latest forecast a run made, or NotFound.
func (tx Forecasts) OfRun(org wrapcast.OrganisationID, run wrapcast.RunID) (wrapcast.Forecast, error) {
	return require(tx.conn, "a forecast of run "+string(run), scanDocument[wrapcast.Forecast],
		`SELECT document FROM forecast WHERE organisation_id = $1 AND run_id = $2 ORDER BY forecast_id DESC LIMIT 1`, org, run)
}

// Latest returns the forecast that was made last, or NotFound.
func (tx Forecasts) Latest(org wrapcast.OrganisationID) (wrapcast.Forecast, error) {
	return require(tx.conn, "a forecast", scanDocument[wrapcast.Forecast],
		`SELECT document FROM forecast WHERE organisation_id = $1 ORDER BY forecast_id DESC LIMIT 1`, org)
}

// LatestID returns the id of the forecast that was made last, "" where there is none.
func (tx Forecasts) LatestID(org wrapcast.OrganisationID) (wrapcast.ForecastID, error) {
	id, _, err := get(tx.conn, scanString, `SELECT forecast_id FROM forecast WHERE organisation_id = $1 ORDER BY forecast_id DESC LIMIT 1`, org)
	return wrapcast.ForecastID(id), err
}

func scanInt(r row) (n int, err error) {
	err = r.Scan(&n)
	return n, err
}
