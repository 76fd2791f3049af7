package store

import "github.com/wrapcast/wrapcast"

// Save stores what was said of a day at a lead, and takes the place of whatever was thought to hold for the same
// purpose before: a submission in doubt may have been settled since.
func (tx Snapshots) Save(d wrapcast.FrozenDay) error {
	document, err := packDocument(d)
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
			WHERE organisation_id = $1 AND day = $2 AND lead = $3 AND forecast_id <> $4`, d.Organisation, int64(d.Day), d.Lead, d.Forecast); err != nil {
			return err
		}
	}
	_, err = tx.exec(`INSERT INTO frozen_day (organisation_id, day, lead, forecast_id, published, latest, document) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (organisation_id, day, lead, forecast_id) DO UPDATE SET published = excluded.published, latest = excluded.latest,
		document = excluded.document`, d.Organisation, int64(d.Day), d.Lead, d.Forecast, d.Published, d.Latest, document)
	return err
}

// Days returns what was said of the days from first to last, both included, in the order of days and leads: by the
// forecasts that held of those a target had, or of all that were made.
func (tx Snapshots) Days(org wrapcast.OrganisationID, source wrapcast.AccuracySource, first, last wrapcast.Date) ([]wrapcast.FrozenDay, error) {
	column := "published"
	if source == wrapcast.SourceMade {
		column = "latest"
	}
	scan := func(r row) (d wrapcast.FrozenDay, err error) {
		var document []byte
		var published, latest bool
		if err = r.Scan(&document, &published, &latest); err == nil {
			d, err = unpackDocument[wrapcast.FrozenDay](document)
		}
		d.Published, d.Latest = published, latest // as it is now: another may have taken its place
		return d, err
	}
	return list(tx.conn, scan, `SELECT document, published, latest FROM frozen_day
		WHERE organisation_id = $1 AND day BETWEEN $2 AND $3 AND `+column+` ORDER BY day, lead`, org, int64(first), int64(last))
}

// FrozenDayKey says which forecast is known to have held for a day at a lead.
type FrozenDayKey struct {
	Day               wrapcast.Date
	Lead              int
	Forecast          wrapcast.ForecastID
	Published, Latest bool
}

// Keys returns what is stored of the days from first on, without reading it.
func (tx Snapshots) Keys(org wrapcast.OrganisationID, first wrapcast.Date) ([]FrozenDayKey, error) {
	scan := func(r row) (k FrozenDayKey, err error) {
		var day int64
		err = r.Scan(&day, &k.Lead, &k.Forecast, &k.Published, &k.Latest)
		k.Day = wrapcast.Date(day)
		return k, err
	}
	return list(tx.conn, scan, `SELECT day, lead, forecast_id, published, latest FROM frozen_day
		WHERE organisation_id = $1 AND day >= $2 ORDER BY day, lead, forecast_id`, org, int64(first))
}
