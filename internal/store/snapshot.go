package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// sameUnit selects the forecasts made for the business unit that the forecast $4 was made for, ofUnit those made for
// the unit $2.
const (
	sameUnit = `forecast_id IN (SELECT h.forecast_id FROM forecast_head h JOIN forecast_head mine
		ON mine.organisation_id = h.organisation_id AND mine.business_unit_id = h.business_unit_id
		WHERE h.organisation_id = $1 AND mine.forecast_id = $4)`
	ofUnit = `forecast_id IN (SELECT forecast_id FROM forecast_head WHERE organisation_id = $1 AND business_unit_id = $2)`
)

// Save stores the forecast that held for a day at a lead, and takes the place of the one of the same business unit that
// was thought to hold for the same purpose before: a submission in doubt may have been settled since.
func (tx Snapshots) Save(d wrapcast.ForecastSnapshot) error {
	document, err := column.PackDocument(d)
	if err != nil {
		return err
	}
	for _, purpose := range []struct {
		column string
		held   bool
	}{{"published", d.Published}, {"latest", d.Latest}} {
		if !purpose.held {
			continue
		}
		if _, err := tx.exec(`UPDATE frozen_day SET `+purpose.column+` = FALSE
			WHERE organisation_id = $1 AND day = $2 AND lead = $3 AND forecast_id <> $4 AND `+sameUnit, d.Organisation, int64(d.Day), d.Lead, d.Forecast); err != nil {
			return err
		}
	}
	_, err = tx.exec(`INSERT INTO frozen_day (organisation_id, day, lead, forecast_id, published, latest, document) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (organisation_id, day, lead, forecast_id) DO UPDATE SET published = excluded.published, latest = excluded.latest,
		document = excluded.document`, d.Organisation, int64(d.Day), d.Lead, d.Forecast, d.Published, d.Latest, document)
	return err
}

// Days returns the snapshots of a business unit's days from first to last, both included, in the order of days and
// leads: of the forecasts a target had, or of all that were made.
func (tx Snapshots) Days(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID, source wrapcast.AccuracySource, first, last wrapcast.Date,
) ([]wrapcast.ForecastSnapshot, error) {
	return tx.days(source, `day BETWEEN $3 AND $4`, org, unit, int64(first), int64(last))
}

// DaysAhead is Days at one lead.
func (tx Snapshots) DaysAhead(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID, source wrapcast.AccuracySource, first, last wrapcast.Date,
	lead int,
) ([]wrapcast.ForecastSnapshot, error) {
	return tx.days(source, `day BETWEEN $3 AND $4 AND lead = $5`, org, unit, int64(first), int64(last), lead)
}

func (tx Snapshots) days(source wrapcast.AccuracySource, which string, args ...any) ([]wrapcast.ForecastSnapshot,
	error) {
	holds := "published"
	if source == wrapcast.SourceMade {
		holds = "latest"
	}
	scan := func(r row) (d wrapcast.ForecastSnapshot, err error) {
		var document []byte
		var published, latest bool
		if err = r.Scan(&document, &published, &latest); err == nil {
			d, err = column.UnpackDocument[wrapcast.ForecastSnapshot](document)
		}
		d.Published, d.Latest = published, latest // as it is now: another may have taken its place
		return d, err
	}
	return list(tx.conn, scan, `SELECT document, published, latest FROM frozen_day
		WHERE organisation_id = $1 AND `+ofUnit+` AND `+which+` AND `+holds+` ORDER BY day, lead`, args...)
}

// SnapshotKey says which forecast is known to have held for a day at a lead.
type SnapshotKey struct {
	Day               wrapcast.Date
	Lead              int
	Forecast          wrapcast.ForecastID
	Published, Latest bool
}

// Keys returns what is stored of a business unit's days from first on, without reading it.
func (tx Snapshots) Keys(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID, first wrapcast.Date,
) ([]SnapshotKey, error) {
	scan := func(r row) (k SnapshotKey, err error) {
		var day int64
		err = r.Scan(&day, &k.Lead, &k.Forecast, &k.Published, &k.Latest)
		k.Day = wrapcast.Date(day)
		return k, err
	}
	return list(tx.conn, scan, `SELECT day, lead, forecast_id, published, latest FROM frozen_day
		WHERE organisation_id = $1 AND `+ofUnit+` AND day >= $3 ORDER BY day, lead, forecast_id`, org, unit, int64(first))
}

// StoredForecast says which forecast is stored, without reading it.
type StoredForecast struct {
	ID     wrapcast.ForecastID
	Run    wrapcast.RunID
	MadeAt time.Time
	From   wrapcast.Date
	Days   int
	// Published reports whether a target has it: a plan made of it was submitted and completed.
	Published bool
}

// Forecasts lists the stored forecasts of a business unit in the order they were made.
func (tx Snapshots) Forecasts(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID,
) ([]StoredForecast, error) {
	scan := func(r row) (f StoredForecast, err error) {
		var day int64
		err = r.Scan(&f.ID, &f.Run, toTime(&f.MadeAt), &day, &f.Days, &f.Published)
		f.From = wrapcast.Date(day)
		return f, err
	}
	return list(tx.conn, scan, `SELECT f.forecast_id, f.run_id, f.made_at, f.from_day, f.days,
		EXISTS (SELECT 1 FROM plan p JOIN submission s ON s.organisation_id = p.organisation_id AND s.plan_id = p.plan_id
			WHERE p.organisation_id = f.organisation_id AND p.forecast_id = f.forecast_id AND s.state = $3)
		FROM forecast f WHERE f.organisation_id = $1 AND f.`+ofUnit+` ORDER BY f.forecast_id`,
		org, unit, wrapcast.SubmissionCompleted)
}

// Publication is a plan that a target took, and the forecast it was made of.
type Publication struct {
	Forecast wrapcast.ForecastID
	At       time.Time
	// From and Days bound the days the forecast says something of, Week is the week planned, nil for REST.
	From wrapcast.Date
	Days int
	Week *wrapcast.Date
}

// Publications lists the plans that targets took of a business unit's forecasts, in the order they took them.
func (tx Snapshots) Publications(
	org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID,
) ([]Publication, error) {
	scan := func(r row) (p Publication, err error) {
		var day int64
		err = r.Scan(&p.Forecast, toTime(&p.At), &day, &p.Days, toOptionalDay(&p.Week))
		p.From = wrapcast.Date(day)
		return p, err
	}
	return list(tx.conn, scan,
		`SELECT p.forecast_id, COALESCE(s.sent_at, s.updated_at), f.from_day, f.days, s.week FROM submission s
		JOIN plan p ON p.organisation_id = s.organisation_id AND p.plan_id = s.plan_id
		JOIN forecast f ON f.organisation_id = p.organisation_id AND f.forecast_id = p.forecast_id
		WHERE s.organisation_id = $1 AND s.state = $3 AND f.`+ofUnit+`
		ORDER BY COALESCE(s.sent_at, s.updated_at), s.submission_id`, org, unit, wrapcast.SubmissionCompleted)
}
