package wrapcast

import "time"

// SubmissionState says how far a submission has come. docs/STATES.md has the table
// of states and transitions; each state is stored before the effect it announces.
type SubmissionState string

// The states of a submission.
const (
	// SubmissionPlanned: nothing was sent yet.
	SubmissionPlanned SubmissionState = "planned"
	// SubmissionUploading: an upload was asked for; it has no effect at the platform until imported. WFM only.
	SubmissionUploading SubmissionState = "uploading"
	// SubmissionSending: the request the platform acts on is about to be, or was, sent; its answer is not known.
	SubmissionSending SubmissionState = "sending"
	// SubmissionAccepted: the platform took it and is working on it.
	SubmissionAccepted SubmissionState = "accepted"
	// SubmissionCompleted: the platform has the forecast.
	SubmissionCompleted SubmissionState = "completed"
	// SubmissionUnchanged: the platform had a forecast with the same numbers already; nothing was sent.
	SubmissionUnchanged SubmissionState = "unchanged"
	// SubmissionFailed: the platform refused it or reported an error.
	SubmissionFailed SubmissionState = "failed"
	// SubmissionUnknown: it may have been accepted; looking for it until the deadline found neither. Never sent again.
	SubmissionUnknown SubmissionState = "unknown"
)

// Holds reports whether the target has what the plan says.
func (s SubmissionState) Holds() bool { return s == SubmissionCompleted || s == SubmissionUnchanged }

// Final reports whether nothing more will happen by itself.
func (s SubmissionState) Final() bool {
	return s == SubmissionCompleted || s == SubmissionUnchanged || s == SubmissionFailed || s == SubmissionUnknown
}

// Submission is one plan on its way to its target. There is exactly one per plan.
type Submission struct {
	ID           SubmissionID    `json:"id"`
	Plan         PlanID          `json:"plan"`
	Run          RunID           `json:"run"`
	Organisation OrganisationID  `json:"organisation"`
	Target       Target          `json:"target"`
	State        SubmissionState `json:"state"`
	// BusinessUnit and Week say where in WFM; empty for REST.
	BusinessUnit BusinessUnitID `json:"business_unit,omitempty"`
	Week         *Date          `json:"week,omitempty"`
	// UploadKey and OperationID are the platform's names for the upload and the import.
	UploadKey   string `json:"upload_key,omitempty"`
	OperationID string `json:"operation_id,omitempty"`
	// TargetForecastID is the target's own id of the forecast.
	TargetForecastID string `json:"target_forecast_id,omitempty"`
	// StatusCode is the HTTP status of the last answer.
	StatusCode int `json:"status_code,omitempty"`
	// Reason says why it failed or is unknown.
	Reason    string    `json:"reason,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	SentAt    time.Time `json:"sent_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at"`
}
