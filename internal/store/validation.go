package store

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Save stores what validation said in a run. A run that validates again replaces its report.
func (tx Validations) Save(org wrapcast.OrganisationID, run wrapcast.RunID, report wrapcast.ValidationReport) error {
	document, err := column.PackDocument(report)
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
