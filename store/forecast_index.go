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

// FrozenForecasts lists the stored forecasts in the order they were made.
func (tx *Tx) FrozenForecasts(org wrapcast.OrganisationID) ([]FrozenForecast, error) {
	scan := func(r row) (f FrozenForecast, err error) {
		var day int64
		err = r.Scan(&f.ID, &f.Run, toTime(&f.MadeAt), &day, &f.Days, &f.Published)
		f.From = wrapcast.Date(day)
		return f, err
	}
	return list(tx, scan, `SELECT f.forecast_id, f.run_id, f.made_at, f.from_day, f.days,
		EXISTS (SELECT 1 FROM plan p JOIN submission s ON s.organisation_id = p.organisation_id AND s.plan_id = p.plan_id
			WHERE p.organisation_id = f.organisation_id AND p.forecast_id = f.forecast_id AND s.state = $2)
		FROM forecast f WHERE f.organisation_id = $1 ORDER BY f.forecast_id`, org, wrapcast.SubmissionCompleted)
}
