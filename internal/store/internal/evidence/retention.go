package evidence

import (
	"fmt"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/audit"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

// Aged are runs with what is old of them, the oldest first, and why others that are as old stay: how many for each
// reason.
type Aged struct {
	Runs []wrapcast.RunID
	Kept map[string]int
}

// Why something old stays.
const (
	keptUndecided = "the outcome of a submission is not known"
	keptLatest    = "it is the latest of its business unit, or the latest that a target has"
	keptNeeded    = "a forecast, plan, submission, schedule or waiting message of it is stored"
	keptLastRun   = "it is the latest run, the latest that is done, or the latest that validated for its business unit"
)

// OldForecasts are the runs all of whose forecasts end before a day.
func OldForecasts(db DB, org wrapcast.OrganisationID, before wrapcast.Date) (Aged, error) {
	old, err := runs(db, `SELECT run_id FROM forecast WHERE organisation_id = $1
		GROUP BY run_id HAVING MAX(from_day + days) <= $2 ORDER BY run_id`, org, int64(before))
	if err != nil {
		return Aged{}, err
	}
	const ofPlans = ` FROM forecast f JOIN plan p ON p.organisation_id = f.organisation_id AND p.forecast_id = f.forecast_id
		JOIN submission s ON s.organisation_id = p.organisation_id AND s.plan_id = p.plan_id WHERE f.organisation_id = $1 `
	return without(db, org, old, []reason{
		{keptUndecided, `SELECT DISTINCT f.run_id` + ofPlans + `AND s.state NOT IN ('completed', 'unchanged', 'failed')`},
		{keptLatest, `SELECT run_id FROM forecast WHERE organisation_id = $1 AND forecast_id IN (SELECT MAX(forecast_id)
			FROM forecast_head WHERE organisation_id = $1 GROUP BY business_unit_id)`},
		{keptLatest, `SELECT MAX(f.run_id)` + ofPlans + `AND s.state IN ('completed', 'unchanged')
			GROUP BY p.target, p.business_unit_id`},
	})
}

// OldRuns are the runs that ended before an instant and of which nothing else is stored, but what is going.
func OldRuns(db DB, org wrapcast.OrganisationID, before time.Time, going map[audit.Subject]bool) (Aged, error) {
	old, err := runs(db, `SELECT run_id FROM run WHERE organisation_id = $1 AND state NOT IN ('pending', 'running')
		AND COALESCE(finished_at, started_at, 0) < $2 ORDER BY run_id`, org, before.UnixMilli())
	if err != nil {
		return Aged{}, err
	}
	a, err := without(db, org, old, []reason{
		{keptNeeded, `SELECT last_run_id FROM schedule WHERE organisation_id = $1`},
		{keptNeeded, `SELECT run_id FROM delivery WHERE organisation_id = $1 AND state = 'pending'`},
		{keptLastRun, `SELECT COALESCE(MAX(run_id), '') FROM run WHERE organisation_id = $1`},
		{keptLastRun, `SELECT COALESCE(MAX(run_id), '') FROM run WHERE organisation_id = $1 AND state = 'done'`},
		{keptLastRun, `SELECT MAX(run_id) FROM validation_report WHERE organisation_id = $1 GROUP BY business_unit_id`},
	})
	for _, of := range []kindQuery{{audit.KindForecast, "forecast_id"}, {audit.KindPlan, "plan_id"},
		{audit.KindSubmission, "submission_id"}} {
		if err == nil {
			err = a.needed(db, org, of, going)
		}
	}
	return a, err
}

// needed takes the runs out of which things of a kind are stored that are not going.
func (a *Aged) needed(db DB, org wrapcast.OrganisationID, of kindQuery, going map[audit.Subject]bool) error {
	rows, err := db.Query(`SELECT run_id, `+of.query+` FROM `+string(of.kind)+` WHERE organisation_id = $1`, org)
	if err != nil {
		return err
	}
	defer rows.Close()
	var stay []wrapcast.RunID
	for rows.Next() {
		var run wrapcast.RunID
		s := audit.Subject{Kind: of.kind}
		if err := rows.Scan(&run, &s.ID); err != nil {
			return err
		}
		if !going[s] {
			stay = append(stay, run)
		}
	}
	a.keep(keptNeeded, stay)
	return rows.Err()
}

// keep takes runs out, for a reason.
func (a *Aged) keep(why string, stay []wrapcast.RunID) {
	left := slices.DeleteFunc(slices.Clone(a.Runs), func(id wrapcast.RunID) bool { return slices.Contains(stay, id) })
	if n := len(a.Runs) - len(left); n > 0 {
		a.Kept[why] += n
	}
	a.Runs = left
}

// reason is why runs stay, and the query that finds them.
type reason struct{ why, query string }

// without takes the runs out that have to stay.
func without(db DB, org wrapcast.OrganisationID, old []wrapcast.RunID, reasons []reason) (Aged, error) {
	a := Aged{Runs: old, Kept: map[string]int{}}
	for _, r := range reasons {
		stay, err := runs(db, r.query, org)
		if err != nil {
			return a, err
		}
		a.keep(r.why, stay)
	}
	return a, nil
}

func runs(db DB, query string, args ...any) (all []wrapcast.RunID, err error) {
	ids, err := texts(db, query, args...)
	for _, id := range ids {
		all = append(all, wrapcast.RunID(id))
	}
	return all, err
}

func texts(db DB, query string, args ...any) (all []string, err error) {
	rows, err := db.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// ForecastsOf are the forecasts of a run with what was made of them and what they were made of: those that refer to
// others first.
func ForecastsOf(db DB, org wrapcast.OrganisationID, run wrapcast.RunID) ([]audit.Subject, error) {
	const plans = `(SELECT p.plan_id FROM plan p JOIN forecast f ON f.organisation_id = p.organisation_id
		AND f.forecast_id = p.forecast_id WHERE f.organisation_id = $1 AND f.run_id = $2)`
	const forecasts = `(SELECT forecast_id FROM forecast WHERE organisation_id = $1 AND run_id = $2)`
	return subjects(db, org, run, []kindQuery{
		{audit.KindSubmission, `SELECT submission_id FROM submission WHERE organisation_id = $1 AND plan_id IN ` + plans},
		{audit.KindPlan, `SELECT plan_id FROM plan WHERE organisation_id = $1 AND plan_id IN ` + plans},
		{audit.KindInput, `SELECT forecast_id FROM forecast_input WHERE organisation_id = $1 AND forecast_id IN ` + forecasts},
		{audit.KindForecast, `SELECT forecast_id FROM forecast WHERE organisation_id = $1 AND run_id = $2`},
	})
}

// RunOf is a run without what others made of it.
func RunOf(db DB, org wrapcast.OrganisationID, run wrapcast.RunID) ([]audit.Subject, error) {
	return subjects(db, org, run, []kindQuery{
		{audit.KindValidation, `SELECT ` + validationID + ` FROM validation_report WHERE organisation_id = $1 AND run_id = $2`},
		{audit.KindSettings, `SELECT run_id FROM run WHERE organisation_id = $1 AND run_id = $2`},
	})
}

// OldMessages are messages that are neither waiting nor younger than an instant, up to so many of them.
func OldMessages(db DB, org wrapcast.OrganisationID, before time.Time, limit int) (all []audit.Subject, err error) {
	ids, err := texts(db, `SELECT delivery_id FROM delivery WHERE organisation_id = $1 AND state <> 'pending'
		AND COALESCE(created_at, 0) < $2 ORDER BY delivery_id LIMIT $3`, org, before.UnixMilli(), limit)
	for _, id := range ids {
		all = append(all, audit.Subject{Kind: audit.KindDelivery, ID: id})
	}
	return all, err
}

// kindQuery finds the subjects of a kind by organisation and run, or names the column of their ids.
type kindQuery struct {
	kind  audit.Kind
	query string
}

func subjects(db DB, org wrapcast.OrganisationID, run wrapcast.RunID, queries []kindQuery) (all []audit.Subject,
	err error) {
	for _, q := range queries {
		ids, err := texts(db, q.query+" ORDER BY 1", org, run)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			all = append(all, audit.Subject{Kind: q.kind, ID: id})
		}
	}
	return all, nil
}

// OldDays are the UTC days before one of which history is stored, or known to have been read.
func OldDays(db DB, org wrapcast.OrganisationID, before wrapcast.Date) (days []wrapcast.Date, err error) {
	const of = ` WHERE organisation_id = $1 AND utc_day < $2`
	rows, err := db.Query(`SELECT utc_day FROM history_digest`+of+` UNION SELECT utc_day FROM arrival`+of+` UNION
		SELECT utc_day FROM queue_handled`+of+
		` ORDER BY 1`, org, int64(before))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var day int64
		if err := rows.Scan(&day); err != nil {
			return nil, err
		}
		days = append(days, wrapcast.Date(day))
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	handled, err := handledDays(db, org, before)
	days = append(days, handled...)
	slices.Sort(days)
	return slices.Compact(days), err
}

// handledDays are the UTC days before one on which contacts were handled, by what is kept of everything.
func handledDays(db DB, org wrapcast.OrganisationID, before wrapcast.Date) (days []wrapcast.Date, err error) {
	rows, err := db.Query(`SELECT first_day, quarter_hours FROM sum_block WHERE organisation_id = $1 AND kind = 'total'
		AND first_day < $2`, org, int64(before))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var first int64
		var sealed []byte
		if err := rows.Scan(&first, &sealed); err != nil {
			return nil, err
		}
		cells, err := column.AppendSums(nil, column.Sealed(sealed), 0)
		if err != nil {
			return nil, err
		}
		for _, c := range cells {
			day := wrapcast.Date(first) + wrapcast.Date(c.At/column.QuarterHoursPerDay)
			if day < before && (len(days) == 0 || days[len(days)-1] != day) {
				days = append(days, day)
			}
		}
	}
	return days, rows.Err()
}

// ForgetDays drops the digests of UTC days up to one: the history has them no more.
func ForgetDays(db DB, org wrapcast.OrganisationID, last wrapcast.Date) error {
	_, err := db.Exec(`DELETE FROM history_digest WHERE organisation_id = $1 AND utc_day <= $2`, org, int64(last))
	return err
}

// Delete deletes a thing, and what is derived of it. seq is the entry that tells of it.
func Delete(db DB, org wrapcast.OrganisationID, s audit.Subject, seq int64) error {
	if _, err := db.Exec(`INSERT INTO retention_deleted (organisation_id, kind, id, seq) VALUES ($1, $2, $3, $4)`,
		org, string(s.Kind), s.ID, seq); err != nil {
		return err
	}
	for _, from := range placesOf(s.Kind) {
		if _, err := db.Exec(`DELETE FROM `+from+` = $2`, org, s.ID); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// placesOf are the tables that a thing of a kind lies in, each with the column of its id: the thing itself last.
func placesOf(kind audit.Kind) []string {
	const org = " WHERE organisation_id = $1 AND "
	switch kind {
	case audit.KindForecast:
		return []string{"frozen_day" + org + "forecast_id", "forecast_head" + org + "forecast_id",
			"forecast" + org + "forecast_id"}
	case audit.KindInput:
		return []string{"forecast_input" + org + "forecast_id"}
	case audit.KindPlan:
		return []string{"plan" + org + "plan_id"}
	case audit.KindSubmission:
		return []string{"submission" + org + "submission_id"}
	case audit.KindDelivery:
		return []string{"delivery" + org + "delivery_id"}
	case audit.KindValidation:
		return []string{"validation_report" + org + validationID}
	case audit.KindSettings:
		return []string{"run_cancel" + org + "run_id", "run_unit" + org + "run_id", "step" + org + "run_id",
			"run" + org + "run_id"}
	default:
		return nil
	}
}

// DeletedIn is the entry that tells of a thing as deleted; 0 where none does.
func DeletedIn(db DB, org wrapcast.OrganisationID, s audit.Subject) (seq int64, err error) {
	rows, err := db.Query(`SELECT seq FROM retention_deleted WHERE organisation_id = $1 AND kind = $2 AND id = $3`, org,
		string(s.Kind), s.ID)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&seq); err != nil {
			return 0, err
		}
	}
	return seq, rows.Err()
}
