package store

import (
	"cmp"
	"slices"

	"github.com/wrapcast/wrapcast"
)

const submissionColumns = `organisation_id, submission_id, plan_id, run_id, target, state, business_unit_id, week,
	upload_key, operation_id, target_forecast_id, status_code, reason, created_at, sent_at, updated_at`

// Save moves a submission from the state was to s.State, with all that s says.
// An empty was adds a new one. Of two processes that try the same move only one succeeds;
// the other gets Conflict, as does whoever adds a second submission of a plan.
func (tx Submissions) Save(s wrapcast.Submission, was wrapcast.SubmissionState) error {
	if was == "" {
		return tx.add(s)
	}
	n, err := tx.exec(`UPDATE submission SET state = $1, upload_key = $2, operation_id = $3, target_forecast_id = $4,
		status_code = $5, reason = $6, sent_at = $7, updated_at = $8
		WHERE organisation_id = $9 AND submission_id = $10 AND state = $11`,
		s.State, s.UploadKey, s.OperationID, s.TargetForecastID, s.StatusCode, wellFormed(s.Reason), instant(s.SentAt),
		instant(s.UpdatedAt),
		s.Organisation, s.ID, was)
	if err != nil || n == 1 {
		return err
	}
	stored, err := tx.Get(s.Organisation, s.ID)
	if err != nil {
		return err
	}
	return conflict("submission %s is %s, not %s", s.ID, stored.State, was)
}

func (tx Submissions) add(s wrapcast.Submission) error {
	return tx.insert("a submission of plan "+string(s.Plan),
		`INSERT INTO submission (`+submissionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		s.Organisation, s.ID, s.Plan, s.Run, s.Target, s.State, s.BusinessUnit, optionalDay(s.Week), s.UploadKey,
		s.OperationID,
		s.TargetForecastID, s.StatusCode, wellFormed(s.Reason), instant(s.CreatedAt), instant(s.SentAt), instant(s.UpdatedAt))
}

// Get returns a submission, or NotFound.
func (tx Submissions) Get(org wrapcast.OrganisationID, id wrapcast.SubmissionID) (wrapcast.Submission, error) {
	return require(tx.conn, "submission "+string(id), scanSubmission,
		`SELECT `+submissionColumns+` FROM submission WHERE organisation_id = $1 AND submission_id = $2`, org, id)
}

// OfPlan returns the one submission of a plan, or NotFound.
func (tx Submissions) OfPlan(org wrapcast.OrganisationID, plan wrapcast.PlanID) (wrapcast.Submission, error) {
	return require(tx.conn, "a submission of plan "+string(plan), scanSubmission,
		`SELECT `+submissionColumns+` FROM submission WHERE organisation_id = $1 AND plan_id = $2`, org, plan)
}

// OfRun returns the submissions of a run, in the order of their ids.
func (tx Submissions) OfRun(org wrapcast.OrganisationID, run wrapcast.RunID) ([]wrapcast.Submission, error) {
	return list(tx.conn, scanSubmission,
		`SELECT `+submissionColumns+` FROM submission WHERE organisation_id = $1 AND run_id = $2 ORDER BY submission_id`, org, run)
}

// In returns all submissions of an organisation that are in one of the states, in the order of their ids.
func (tx Submissions) In(
	org wrapcast.OrganisationID, states ...wrapcast.SubmissionState,
) ([]wrapcast.Submission, error) {
	var all []wrapcast.Submission
	for _, state := range states {
		some, err := list(tx.conn, scanSubmission,
			`SELECT `+submissionColumns+` FROM submission WHERE organisation_id = $1 AND state = $2`, org, state)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b wrapcast.Submission) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

func scanSubmission(r row) (s wrapcast.Submission, err error) {
	err = r.Scan(&s.Organisation, &s.ID, &s.Plan, &s.Run, &s.Target, &s.State, &s.BusinessUnit, toOptionalDay(&s.Week),
		&s.UploadKey,
		&s.OperationID, &s.TargetForecastID, &s.StatusCode, &s.Reason, toTime(&s.CreatedAt), toTime(&s.SentAt),
		toTime(&s.UpdatedAt))
	return s, err
}

// SubmissionQuery selects submissions.
type SubmissionQuery struct {
	Run   wrapcast.RunID
	State wrapcast.SubmissionState
	// BusinessUnit, if it is not "", is the only one looked at.
	BusinessUnit wrapcast.BusinessUnitID
	Before       wrapcast.SubmissionID
	Limit        int
}

// Before lists submissions.
func (tx Submissions) Before(org wrapcast.OrganisationID, q SubmissionQuery) ([]wrapcast.Submission, int, error) {
	s := rowsOf("submission", org)
	only(&s, "run_id", q.Run)
	only(&s, "state", q.State)
	only(&s, "business_unit_id", q.BusinessUnit)
	return pageOf(tx.conn, scanSubmission, submissionColumns, s, pageBefore("submission_id", q.Before, q.Limit))
}
