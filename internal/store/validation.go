package store

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Save stores what validation said in a run for a business unit, "" where there is none. A run that validates again
// replaces its report.
func (tx Validations) Save(org wrapcast.OrganisationID, run wrapcast.RunID, unit wrapcast.BusinessUnitID,
	report wrapcast.ValidationReport) error {
	document, err := column.PackDocument(report)
	if err != nil {
		return fmt.Errorf("validation report: %w", err)
	}
	_, err = tx.exec(`INSERT INTO validation_report (organisation_id, run_id, business_unit_id, document)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (organisation_id, run_id, business_unit_id) DO UPDATE SET document = excluded.document`,
		org, run, unit, document)
	return err
}

// Of returns what validation said in a run for a business unit, or NotFound.
func (tx Validations) Of(
	org wrapcast.OrganisationID, run wrapcast.RunID, unit wrapcast.BusinessUnitID,
) (wrapcast.ValidationReport, error) {
	return require(tx.conn, "a validation report of run "+string(run), scanDocument[wrapcast.ValidationReport],
		`SELECT document FROM validation_report WHERE organisation_id = $1 AND run_id = $2 AND business_unit_id = $3`,
		org, run, unit)
}

// Latest returns the report of the latest run that validated for a business unit, or NotFound.
func (tx Validations) Latest(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID,
) (wrapcast.ValidationReport, error) {
	return require(tx.conn, "a validation report", scanDocument[wrapcast.ValidationReport],
		`SELECT document FROM validation_report WHERE organisation_id = $1 AND business_unit_id = $2
		ORDER BY run_id DESC LIMIT 1`, org, unit)
}
