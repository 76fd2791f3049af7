package store

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// The queries below list what a person pages through, the latest first: ids are UUIDv7 and
// grow with time. Empty fields select nothing out; Before "" begins at the latest. Each list
// comes with how many there are in all.

// PlanHead is a plan without its numbers.
type PlanHead struct {
	ID           wrapcast.PlanID
	Run          wrapcast.RunID
	Forecast     wrapcast.ForecastID
	Target       wrapcast.Target
	BusinessUnit wrapcast.BusinessUnitID
	Week         *wrapcast.Date
	MadeAt       time.Time
	Refusals     int
}

// PlanQuery selects plans.
type PlanQuery struct {
	Run    wrapcast.RunID
	Target wrapcast.Target
	// Week, if set, is the first day of the only week looked at.
	Week   *wrapcast.Date
	Before wrapcast.PlanID
	Limit  int
}

// Heads lists plans.
func (tx Plans) Heads(org wrapcast.OrganisationID, q PlanQuery) ([]PlanHead, int, error) {
	const where = ` FROM plan WHERE organisation_id = $1 AND ($2 = '' OR run_id = $2) AND ($3 = '' OR target = $3)
		AND ($4 IS NULL OR week = $4)`
	scan := func(r row) (p PlanHead, err error) {
		err = r.Scan(&p.ID, &p.Run, &p.Forecast, &p.Target, &p.BusinessUnit, toOptionalDay(&p.Week), toTime(&p.MadeAt), &p.Refusals)
		return p, err
	}
	plans, err := list(tx.conn, scan, `SELECT plan_id, run_id, forecast_id, target, business_unit_id, week, made_at, refusals`+where+
		` AND ($5 = '' OR plan_id < $5) ORDER BY plan_id DESC LIMIT $6`, org, q.Run, q.Target, optionalDay(q.Week), q.Before, q.Limit)
	if err != nil {
		return nil, 0, err
	}
	total, _, err := get(tx.conn, scanInt, `SELECT COUNT(*)`+where, org, q.Run, q.Target, optionalDay(q.Week))
	return plans, total, err
}

// SubmissionQuery selects submissions.
type SubmissionQuery struct {
	Run    wrapcast.RunID
	State  wrapcast.SubmissionState
	Before wrapcast.SubmissionID
	Limit  int
}

// Before lists submissions.
func (tx Submissions) Before(org wrapcast.OrganisationID, q SubmissionQuery) ([]wrapcast.Submission, int, error) {
	const where = ` FROM submission WHERE organisation_id = $1 AND ($2 = '' OR run_id = $2) AND ($3 = '' OR state = $3)`
	found, err := list(tx.conn, scanSubmission, `SELECT `+submissionColumns+where+
		` AND ($4 = '' OR submission_id < $4) ORDER BY submission_id DESC LIMIT $5`, org, q.Run, q.State, q.Before, q.Limit)
	if err != nil {
		return nil, 0, err
	}
	total, _, err := get(tx.conn, scanInt, `SELECT COUNT(*)`+where, org, q.Run, q.State)
	return found, total, err
}

// DeliveryQuery selects messages of the outbox.
type DeliveryQuery struct {
	Run    wrapcast.RunID
	State  wrapcast.DeliveryState
	Before wrapcast.DeliveryID
	Limit  int
}

// Before lists messages of the outbox.
func (tx Deliveries) Before(org wrapcast.OrganisationID, q DeliveryQuery) ([]wrapcast.Delivery, int, error) {
	const where = ` FROM delivery WHERE organisation_id = $1 AND ($2 = '' OR run_id = $2) AND ($3 = '' OR state = $3)`
	found, err := list(tx.conn, scanDelivery, `SELECT `+deliveryColumns+where+
		` AND ($4 = '' OR delivery_id < $4) ORDER BY delivery_id DESC LIMIT $5`, org, q.Run, q.State, q.Before, q.Limit)
	if err != nil {
		return nil, 0, err
	}
	total, _, err := get(tx.conn, scanInt, `SELECT COUNT(*)`+where, org, q.Run, q.State)
	return found, total, err
}

// RunQuery selects runs.
type RunQuery struct {
	State  wrapcast.RunState
	Before wrapcast.RunID
	Limit  int
}

// Before lists runs with their steps.
func (tx Runs) Before(org wrapcast.OrganisationID, q RunQuery) ([]wrapcast.Run, int, error) {
	const where = ` FROM run WHERE organisation_id = $1 AND ($2 = '' OR state = $2)`
	runs, err := list(tx.conn, scanRun, `SELECT `+runColumns+where+
		` AND ($3 = '' OR run_id < $3) ORDER BY run_id DESC LIMIT $4`, org, q.State, q.Before, q.Limit)
	if err != nil {
		return nil, 0, err
	}
	for i, r := range runs {
		if runs[i], err = tx.withSteps(r); err != nil {
			return nil, 0, err
		}
	}
	total, _, err := get(tx.conn, scanInt, `SELECT COUNT(*)`+where, org, q.State)
	return runs, total, err
}

// AuditQuery selects entries of the audit chain. Action takes an action or the part before its full stop.
type AuditQuery struct {
	Run    wrapcast.RunID
	Actor  string
	Action string
	Status string
	// Before is the Seq the list ends before; 0 begins at the latest.
	Before int64
	Limit  int
}

// Before lists entries of the audit chain.
func (tx Audit) Before(org wrapcast.OrganisationID, q AuditQuery) ([]wrapcast.AuditEntry, int, error) {
	const where = ` FROM audit_entry WHERE organisation_id = $1 AND ($2 = '' OR run_id = $2) AND ($3 = '' OR actor = $3)
		AND ($4 = '' OR action = $4 OR action LIKE $4 || '.%') AND ($5 = '' OR status = $5)`
	found, err := list(tx.conn, scanAuditEntry, `SELECT `+auditColumns+where+` AND ($6 = 0 OR seq < $6) ORDER BY seq DESC LIMIT $7`,
		org, q.Run, q.Actor, q.Action, q.Status, q.Before, q.Limit)
	if err != nil {
		return nil, 0, err
	}
	total, _, err := get(tx.conn, scanInt, `SELECT COUNT(*)`+where, org, q.Run, q.Actor, q.Action, q.Status)
	return found, total, err
}
