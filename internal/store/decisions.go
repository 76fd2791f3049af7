package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// SetCalendar stores a version of the calendar, which holds from then on.
func (tx Decisions) SetCalendar(v wrapcast.CalendarVersion) error {
	document, err := column.PackDocument(v)
	if err != nil {
		return err
	}
	return tx.insert("calendar "+string(v.ID),
		`INSERT INTO calendar_version (organisation_id, calendar_id, author, reason, made_at, document) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.Organisation, v.ID, v.Author, v.Reason, instant(v.MadeAt), document)
}

// Calendar returns the version of the calendar that holds, or NotFound where none was ever set.
func (tx Decisions) Calendar(org wrapcast.OrganisationID) (wrapcast.CalendarVersion, error) {
	return require(tx.conn, "a calendar", scanDocument[wrapcast.CalendarVersion],
		`SELECT document FROM calendar_version WHERE organisation_id = $1 ORDER BY calendar_id DESC LIMIT 1`, org)
}

// Calendars returns every version there was, the latest first.
func (tx Decisions) Calendars(org wrapcast.OrganisationID) ([]wrapcast.CalendarVersion, error) {
	return list(tx.conn, scanDocument[wrapcast.CalendarVersion],
		`SELECT document FROM calendar_version WHERE organisation_id = $1 ORDER BY calendar_id DESC`, org)
}

// AddLineage stores what became of codes.
func (tx Decisions) AddLineage(c wrapcast.LineageChange) error {
	document, err := column.PackDocument(c)
	if err != nil {
		return err
	}
	return tx.insert("lineage change "+string(c.ID),
		`INSERT INTO lineage_change (organisation_id, lineage_id, on_day, withdrawn_by, document) VALUES ($1, $2, $3, '', $4)`,
		c.Organisation, c.ID, int64(c.On), document)
}

// Lineage returns every change, withdrawn ones included, in the order they were made.
func (tx Decisions) Lineage(org wrapcast.OrganisationID) ([]wrapcast.LineageChange, error) {
	scan := withdrawn(func(c *wrapcast.LineageChange, by string, at time.Time) { c.WithdrawnBy, c.WithdrawnAt = by, at })
	return list(tx.conn, scan, `SELECT document, withdrawn_by, withdrawn_at FROM lineage_change WHERE organisation_id = $1 ORDER BY lineage_id`, org)
}

// WithdrawLineage takes a change back. It returns NotFound where there is none and Conflict where that was done before.
func (tx Decisions) WithdrawLineage(org wrapcast.OrganisationID, id wrapcast.LineageID, by string, at time.Time) error {
	return tx.withdraw("lineage change "+string(id), "lineage_change", "lineage_id", org, string(id), by, at)
}

// AddOverride stores an override.
func (tx Decisions) AddOverride(o wrapcast.Override) error {
	document, err := column.PackDocument(o)
	if err != nil {
		return err
	}
	return tx.insert("override "+string(o.ID),
		`INSERT INTO forecast_override (organisation_id, override_id, from_day, to_day, withdrawn_by, document) VALUES ($1, $2, $3, $4, '', $5)`,
		o.Organisation, o.ID, int64(o.From), int64(o.To), document)
}

// Overrides returns those that end on a day or later, withdrawn and expired ones included, in the order they were made.
func (tx Decisions) Overrides(org wrapcast.OrganisationID, since wrapcast.Date) ([]wrapcast.Override, error) {
	scan := withdrawn(func(o *wrapcast.Override, by string, at time.Time) { o.WithdrawnBy, o.WithdrawnAt = by, at })
	return list(tx.conn, scan, `SELECT document, withdrawn_by, withdrawn_at FROM forecast_override
		WHERE organisation_id = $1 AND to_day >= $2 ORDER BY override_id`, org, int64(since))
}

// WithdrawOverride takes an override back. It returns NotFound where there is none and Conflict where that was done before.
func (tx Decisions) WithdrawOverride(org wrapcast.OrganisationID, id wrapcast.OverrideID, by string, at time.Time) error {
	return tx.withdraw("override "+string(id), "forecast_override", "override_id", org, string(id), by, at)
}

// AddMaskEdit stores what somebody decided about days of history.
func (tx Decisions) AddMaskEdit(m wrapcast.MaskEdit) error {
	document, err := column.PackDocument(m)
	if err != nil {
		return err
	}
	return tx.insert("mask "+string(m.ID),
		`INSERT INTO mask_edit (organisation_id, mask_id, from_day, to_day, withdrawn_by, document) VALUES ($1, $2, $3, $4, '', $5)`,
		m.Organisation, m.ID, int64(m.From), int64(m.To), document)
}

// MaskEdits returns every decision, withdrawn ones included, in the order they were made.
func (tx Decisions) MaskEdits(org wrapcast.OrganisationID) ([]wrapcast.MaskEdit, error) {
	scan := withdrawn(func(m *wrapcast.MaskEdit, by string, at time.Time) { m.WithdrawnBy, m.WithdrawnAt = by, at })
	return list(tx.conn, scan, `SELECT document, withdrawn_by, withdrawn_at FROM mask_edit WHERE organisation_id = $1 ORDER BY mask_id`, org)
}

// WithdrawMaskEdit takes a decision back. It returns NotFound where there is none and Conflict where that was done before.
func (tx Decisions) WithdrawMaskEdit(org wrapcast.OrganisationID, id wrapcast.MaskID, by string, at time.Time) error {
	return tx.withdraw("mask "+string(id), "mask_edit", "mask_id", org, string(id), by, at)
}

// withdrawn scans a document and who took it back, when: what stands in columns of its own, for the document never changes.
func withdrawn[T any](set func(v *T, by string, at time.Time)) func(row) (T, error) {
	return func(r row) (v T, err error) {
		var document []byte
		var by string
		var at time.Time
		if err := r.Scan(&document, &by, toTime(&at)); err != nil {
			return v, err
		}
		if v, err = column.UnpackDocument[T](document); err == nil && !at.IsZero() {
			set(&v, by, at)
		}
		return v, err
	}
}

func (tx Decisions) withdraw(what, table, key string, org wrapcast.OrganisationID, id, by string, at time.Time) error {
	n, err := tx.exec(`UPDATE `+table+` SET withdrawn_at = $1, withdrawn_by = $2
		WHERE organisation_id = $3 AND `+key+` = $4 AND withdrawn_at IS NULL`, instant(at), by, org, id)
	if err != nil || n == 1 {
		return err
	}
	earlier, err := require(tx.conn, what, scanString, `SELECT withdrawn_by FROM `+table+` WHERE organisation_id = $1 AND `+key+` = $2`, org, id)
	if err != nil {
		return err
	}
	return conflict("%s was already withdrawn by %s", what, earlier)
}
