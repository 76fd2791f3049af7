package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
)

const runColumns = `organisation_id, run_id, state, actor, spec, started_at, finished_at, reason, kind, hint`

// Create stores a new run with its steps. It returns Conflict where the organisation has
// a run that is not finished: that one is taken up again, or ended, first.
func (tx Runs) Create(r wrapcast.Run) error {
	if u, found, err := tx.unfinished(r.Organisation); err != nil {
		return err
	} else if found {
		return conflict("organisation %s has run %s, which is %s since %s", r.Organisation, u.ID, u.State, u.StartedAt)
	}
	if err := tx.insert("run "+string(r.ID), `INSERT INTO run (`+runColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.Organisation, r.ID, r.State, r.Actor, raw(r.Spec), instant(r.StartedAt), instant(r.FinishedAt),
		wellFormed(r.Reason), r.Kind, wellFormed(r.Hint)); err != nil {
		return err
	}
	for i, s := range r.Steps {
		if err := tx.insert("step "+string(s.Name), `INSERT INTO step (organisation_id, run_id, position, name, state, started_at, finished_at, latency_ms, reason, result)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			r.Organisation, r.ID, i, s.Name, s.State, instant(s.StartedAt), instant(s.FinishedAt), s.LatencyMs,
			wellFormed(s.Reason), raw(s.Result)); err != nil {
			return err
		}
	}
	return tx.SaveUnits(r)
}

// SaveUnits stores the business units of a run and how far it came for each, in the place of what was stored.
func (tx Runs) SaveUnits(r wrapcast.Run) error {
	if _, err := tx.exec(`DELETE FROM run_unit WHERE organisation_id = $1 AND run_id = $2 AND position >= $3`,
		r.Organisation, r.ID, len(r.Units)); err != nil {
		return err
	}
	for i, u := range r.Units {
		text, err := json.Marshal(u)
		if err != nil {
			return err
		}
		if _, err := tx.exec(`INSERT INTO run_unit (organisation_id, run_id, position, business_unit_id, document)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id, run_id, position) DO UPDATE SET
			business_unit_id = excluded.business_unit_id, document = excluded.document`,
			r.Organisation, r.ID, i, u.ID, string(text)); err != nil {
			return err
		}
	}
	return nil
}

// Save stores a run's state, times and why it ended; its steps are saved one by one, and what was asked
// for never changes. It returns Conflict where the stored run is not in the state was.
func (tx Runs) Save(r wrapcast.Run, was wrapcast.RunState) error {
	n, err := tx.exec(`UPDATE run SET state = $1, started_at = $2, finished_at = $3, reason = $4, kind = $5, hint = $6
		WHERE organisation_id = $7 AND run_id = $8 AND state = $9`,
		r.State, instant(r.StartedAt), instant(r.FinishedAt), wellFormed(r.Reason), r.Kind, wellFormed(r.Hint),
		r.Organisation, r.ID, was)
	if err != nil || n == 1 {
		return err
	}
	stored, err := tx.Get(r.Organisation, r.ID)
	if err != nil {
		return err
	}
	return conflict("run %s is %s, not %s", r.ID, stored.State, was)
}

// SaveStep stores a step of a run. It returns Conflict where the stored step is not in the state was.
func (tx Runs) SaveStep(org wrapcast.OrganisationID, run wrapcast.RunID, s wrapcast.Step, was wrapcast.RunState) error {
	n, err := tx.exec(`UPDATE step SET state = $1, started_at = $2, finished_at = $3, latency_ms = $4, reason = $5, result = $6
		WHERE organisation_id = $7 AND run_id = $8 AND name = $9 AND state = $10`,
		s.State, instant(s.StartedAt), instant(s.FinishedAt), s.LatencyMs, wellFormed(s.Reason), raw(s.Result), org, run,
		s.Name, was)
	if err != nil || n == 1 {
		return err
	}
	stored, err := require(tx.conn, "step "+string(s.Name)+" of run "+string(run), scanString,
		`SELECT state FROM step WHERE organisation_id = $1 AND run_id = $2 AND name = $3`, org, run, s.Name)
	if err != nil {
		return err
	}
	return conflict("step %s of run %s is %s, not %s", s.Name, run, stored, was)
}

// Get returns a run with its steps, or NotFound.
func (tx Runs) Get(org wrapcast.OrganisationID, id wrapcast.RunID) (wrapcast.Run, error) {
	r, err := require(tx.conn, "run "+string(id), scanRun,
		`SELECT `+runColumns+` FROM run WHERE organisation_id = $1 AND run_id = $2`, org, id)
	if err != nil {
		return r, err
	}
	return tx.withSteps(r)
}

// Unfinished returns the run of an organisation that is pending or running, which a
// crash may have left behind, or NotFound. There is at most one.
func (tx Runs) Unfinished(org wrapcast.OrganisationID) (wrapcast.Run, error) {
	r, found, err := tx.unfinished(org)
	if err != nil {
		return r, err
	}
	if !found {
		return r, notFound("organisation %s has no unfinished run", org)
	}
	return tx.withSteps(r)
}

func (tx Runs) unfinished(org wrapcast.OrganisationID) (wrapcast.Run, bool, error) {
	return get(tx.conn, scanRun,
		`SELECT `+runColumns+` FROM run WHERE organisation_id = $1 AND state IN ('pending', 'running')`, org)
}

// Latest returns the latest runs of an organisation with their steps, the latest first, limit of them at most.
func (tx Runs) Latest(org wrapcast.OrganisationID, limit int) ([]wrapcast.Run, error) {
	runs, err := list(tx.conn, scanRun,
		`SELECT `+runColumns+` FROM run WHERE organisation_id = $1 ORDER BY run_id DESC LIMIT $2`, org, limit)
	if err != nil {
		return nil, err
	}
	for i, r := range runs {
		if runs[i], err = tx.withSteps(r); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// LastDone is when the latest run that is done, all of it, ended; zero where there is none.
func (tx Runs) LastDone(org wrapcast.OrganisationID) (at time.Time, err error) {
	at, _, err = get(tx.conn, func(r row) (at time.Time, err error) {
		err = r.Scan(toTime(&at))
		return at, err
	}, `SELECT MAX(finished_at) FROM run WHERE organisation_id = $1 AND state = $2`, org, wrapcast.RunDone)
	return at, err
}

func (tx Runs) withSteps(r wrapcast.Run) (wrapcast.Run, error) {
	steps, err := list(tx.conn, scanStep,
		`SELECT name, state, started_at, finished_at, latency_ms, reason, result FROM step
		WHERE organisation_id = $1 AND run_id = $2 ORDER BY position`, r.Organisation, r.ID)
	if err != nil {
		return r, err
	}
	r.Steps = steps
	r.Units, err = list(tx.conn, scanRunUnit, `SELECT document FROM run_unit
		WHERE organisation_id = $1 AND run_id = $2 ORDER BY position`, r.Organisation, r.ID)
	return r, err
}

func scanRunUnit(r row) (u wrapcast.RunUnit, err error) {
	var text []byte
	if err = r.Scan(&text); err == nil {
		err = json.Unmarshal(text, &u)
	}
	return u, err
}

func scanRun(r row) (v wrapcast.Run, err error) {
	err = r.Scan(&v.Organisation, &v.ID, &v.State, &v.Actor, toRaw(&v.Spec), toTime(&v.StartedAt),
		toTime(&v.FinishedAt), &v.Reason, &v.Kind, &v.Hint)
	return v, err
}

func scanStep(r row) (s wrapcast.Step, err error) {
	err = r.Scan(&s.Name, &s.State, toTime(&s.StartedAt), toTime(&s.FinishedAt), &s.LatencyMs, &s.Reason,
		toRaw(&s.Result))
	return s, err
}

// AskToCancel notes that somebody wants a run to stop; whoever works on it looks.
func (tx Runs) AskToCancel(org wrapcast.OrganisationID, run wrapcast.RunID, actor string, at time.Time) error {
	_, err := tx.exec(`INSERT INTO run_cancel (organisation_id, run_id, actor, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		org, run, actor, at.UnixMilli())
	return err
}

// CancelAskedBy returns who wants a run to stop, "" where nobody does.
func (tx Runs) CancelAskedBy(org wrapcast.OrganisationID, run wrapcast.RunID) (actor string, err error) {
	actor, _, err = get(tx.conn, scanString,
		`SELECT actor FROM run_cancel WHERE organisation_id = $1 AND run_id = $2`, org, run)
	return actor, err
}

// RunQuery selects runs.
type RunQuery struct {
	State  wrapcast.RunState
	Before wrapcast.RunID
	Limit  int
}

// Before lists runs with their steps.
func (tx Runs) Before(org wrapcast.OrganisationID, q RunQuery) ([]wrapcast.Run, int, error) {
	s := rowsOf("run", org)
	only(&s, "state", q.State)
	runs, total, err := pageOf(tx.conn, scanRun, runColumns, s, pageBefore("run_id", q.Before, q.Limit))
	if err != nil {
		return nil, 0, err
	}
	for i, r := range runs {
		if runs[i], err = tx.withSteps(r); err != nil {
			return nil, 0, err
		}
	}
	return runs, total, nil
}

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
