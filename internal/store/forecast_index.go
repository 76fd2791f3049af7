package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// FrozenForecast says which forecast is stored, without reading it.
type FrozenForecast struct {
	ID     wrapcast.ForecastID
	Run    wrapcast.RunID
	MadeAt time.Time
	From   wrapcast.Date
	Days   int
	// Published reports whether a target has it: a plan made of it was submitted and completed.
	Published bool
}

// Forecasts lists the stored forecasts in the order they were made.
func (tx Snapshots) Forecasts(org wrapcast.OrganisationID) ([]FrozenForecast, error) {
	scan := func(r row) (f FrozenForecast, err error) {
		var day int64
		err = r.Scan(&f.ID, &f.Run, toTime(&f.MadeAt), &day, &f.Days, &f.Published)
		f.From = wrapcast.Date(day)
		return f, err
	}
	return list(tx.conn, scan, `SELECT f.forecast_id, f.run_id, f.made_at, f.from_day, f.days,
		EXISTS (SELECT 1 FROM plan p JOIN submission s ON s.organisation_id = p.organisation_id AND s.plan_id = p.plan_id
			WHERE p.organisation_id = f.organisation_id AND p.forecast_id = f.forecast_id AND s.state = $2)
		FROM forecast f WHERE f.organisation_id = $1 ORDER BY f.forecast_id`, org, wrapcast.SubmissionCompleted)
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

// Publications lists the plans that targets took, in the order they took them.
func (tx Snapshots) Publications(org wrapcast.OrganisationID) ([]Publication, error) {
	scan := func(r row) (p Publication, err error) {
		var day int64
		err = r.Scan(&p.Forecast, toTime(&p.At), &day, &p.Days, toOptionalDay(&p.Week))
		p.From = wrapcast.Date(day)
		return p, err
	}
	return list(tx.conn, scan, `SELECT p.forecast_id, COALESCE(s.sent_at, s.updated_at), f.from_day, f.days, s.week FROM submission s
		JOIN plan p ON p.organisation_id = s.organisation_id AND p.plan_id = s.plan_id
		JOIN forecast f ON f.organisation_id = p.organisation_id AND f.forecast_id = p.forecast_id
		WHERE s.organisation_id = $1 AND s.state = $2 ORDER BY COALESCE(s.sent_at, s.updated_at), s.submission_id`, org, wrapcast.SubmissionCompleted)
}
