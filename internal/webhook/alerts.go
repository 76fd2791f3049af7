package webhook

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// The types of events that somebody has to act on.
const (
	// TypeRunFailed: a run failed, or one that was due could not begin; the data is a RunAlert.
	TypeRunFailed = "io.wrapcast.run.failed.v1"
	// TypeRunHeld: a run waits for a person, because validation, limits or silence held it; the data is a RunAlert.
	TypeRunHeld = "io.wrapcast.run.held.v1"
	// TypeSubmissionUnknown: nobody knows whether the platform has taken a plan; the data is a SubmissionUnknown.
	TypeSubmissionUnknown = "io.wrapcast.submission.unknown.v1"
	// TypeAccuracyAlarm: actuals leave their interval too often, and did not before; the data is an AccuracyAlarm.
	TypeAccuracyAlarm = "io.wrapcast.accuracy.alarm.v1"
)

// RunAlert tells of a run that did not go through.
type RunAlert struct {
	// Schema is RunAlertSchema.
	Schema string `json:"schema"`
	// Run is "" where it could not begin; Schedule is the one that was due then, "" where a person asked.
	Run      wrapcast.RunID      `json:"runId,omitempty"`
	Schedule wrapcast.ScheduleID `json:"schedule,omitempty"`
	Actor    string              `json:"actor"`
	Status   wrapcast.RunState   `json:"status"`
	// StartedAt is when it began, or was due.
	StartedAt time.Time `json:"startedAt"`
	// Reason says why, Hint what to do.
	Reason        string        `json:"reason"`
	Hint          string        `json:"hint,omitempty"`
	BusinessUnits []UnitSummary `json:"businessUnits,omitempty"`
}

// RunAlertSchema names the JSON of a RunAlert.
const RunAlertSchema = "wrapcast.run-alert/1"

// AlertOf tells of a run that is over.
func AlertOf(r wrapcast.Run) RunAlert {
	return RunAlert{Schema: RunAlertSchema, Run: r.ID, Actor: r.Actor, Status: r.State, StartedAt: r.StartedAt.UTC(),
		Reason: r.Reason, Hint: r.Hint, BusinessUnits: UnitsOf(r)}
}

// UnitsOf sums up how a run ended for each of its business units.
func UnitsOf(r wrapcast.Run) (all []UnitSummary) {
	for _, u := range r.Units {
		all = append(all, UnitSummary{ID: u.ID, Name: u.Name, Status: u.State, Reason: u.Reason})
	}
	return all
}

// SubmissionUnknown tells of a plan of which nobody knows whether the platform has taken it.
type SubmissionUnknown struct {
	// Schema is SubmissionUnknownSchema.
	Schema     string                `json:"schema"`
	Run        wrapcast.RunID        `json:"runId"`
	Submission wrapcast.SubmissionID `json:"submission"`
	Plan       wrapcast.PlanID       `json:"plan"`
	SubmissionSummary
	// Reason says what happened, Hint what settles it.
	Reason string `json:"reason"`
	Hint   string `json:"hint"`
}

// SubmissionUnknownSchema names the JSON of a SubmissionUnknown.
const SubmissionUnknownSchema = "wrapcast.submission-unknown/1"

// UnknownOf tells of a submission that ended in doubt.
func UnknownOf(s wrapcast.Submission) SubmissionUnknown {
	return SubmissionUnknown{Schema: SubmissionUnknownSchema, Run: s.Run, Submission: s.ID, Plan: s.Plan,
		SubmissionSummary: SummaryOf(s), Reason: s.Reason,
		Hint: "`wrapcast submit --settle` looks for the plan at the platform; nothing is sent again blindly"}
}

// SummaryOf is what receivers are told of a submission.
func SummaryOf(s wrapcast.Submission) SubmissionSummary {
	return SubmissionSummary{Target: s.Target, BusinessUnit: s.BusinessUnit, Week: s.Week,
		ForecastID: s.TargetForecastID, Status: s.State}
}

// AccuracyAlarm tells of codes, queues and planning groups whose actuals leave their interval too often, and did not
// when the forecast before was made.
type AccuracyAlarm struct {
	// Schema is AccuracyAlarmSchema.
	Schema   string              `json:"schema"`
	Run      wrapcast.RunID      `json:"runId"`
	Forecast wrapcast.ForecastID `json:"wrapcastForecastId"`
	// Alarms name the subjects, what happened, and what to do.
	Alarms []wrapcast.Finding `json:"alarms"`
}

// AccuracyAlarmSchema names the JSON of an AccuracyAlarm.
const AccuracyAlarmSchema = "wrapcast.accuracy-alarm/1"
