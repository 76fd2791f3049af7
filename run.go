package wrapcast

import (
	"encoding/json"
	"time"
)

// StepName names a step of the run.
type StepName string

// The steps, in their order.
const (
	StepExtract  StepName = "extract"
	StepValidate StepName = "validate"
	StepForecast StepName = "forecast"
	StepPlan     StepName = "plan"
	StepSubmit   StepName = "submit"
	StepNotify   StepName = "notify"
)

// Steps lists the steps in the order they are done.
func Steps() []StepName {
	return []StepName{StepExtract, StepValidate, StepForecast, StepPlan, StepSubmit, StepNotify}
}

// RunState says how far a run or one of its steps has come.
type RunState string

// The states of runs and steps.
const (
	// RunPending: not begun.
	RunPending RunState = "pending"
	// RunRunning: begun, perhaps by a process that is gone; whoever holds the lease takes it up again.
	RunRunning RunState = "running"
	// RunDone: finished, all of it.
	RunDone RunState = "done"
	// RunSkipped: not asked for, as submit is in a dry run. Steps only.
	RunSkipped RunState = "skipped"
	// RunPartial: finished, but something is undelivered or in doubt.
	RunPartial RunState = "partial"
	// RunFailed: ended by an error.
	RunFailed RunState = "failed"
	// RunCancelled: ended by somebody before anything was submitted.
	RunCancelled RunState = "cancelled"
)

// Run is one pass over the steps. It is durable: any step can be taken up again.
type Run struct {
	ID           RunID          `json:"id"`
	Organisation OrganisationID `json:"organisation"`
	State        RunState       `json:"state"`
	// Actor is who asked for it: "cli", "schedule", a user's name.
	Actor string `json:"actor"`
	// Spec is what was asked, in the form of package steps, so that a crashed run goes on as it began.
	Spec  json.RawMessage `json:"spec"`
	Steps []Step          `json:"steps"`
	// Units are the business units it is for, in the order they were chosen; none where there is none.
	Units      []RunUnit `json:"units,omitempty"`
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	// Reason says why it is not done, Kind what sort of reason that is, and Hint what to do. Runs of before version 17
	// of the schema have neither kind nor hint.
	Reason string `json:"reason,omitempty"`
	Kind   Kind   `json:"kind,omitempty"`
	Hint   string `json:"hint,omitempty"`
}

// Held reports whether the run, or its part for one of its business units, waits for a person: validation, the limits
// of unattended submission or silence held it.
func (r Run) Held() bool {
	held := r.State == RunFailed && r.Kind == InvalidData
	for _, u := range r.Units {
		held = held || u.State == RunFailed && u.Kind == InvalidData
	}
	return held
}

// End writes down how a run ended: in which state, when, and because of what; nil is no trouble.
func (r *Run) End(state RunState, at time.Time, because error) {
	r.State, r.FinishedAt = state, at
	if because != nil {
		r.Reason, r.Kind, r.Hint = because.Error(), KindOf(because), Hint(because)
	}
}

// RunUnit is a business unit that a run is for, and how far it came for it.
type RunUnit struct {
	BusinessUnit
	// State is running until the run is over or the unit's part of it failed, which does not stop the others.
	State RunState `json:"state"`
	// Step, Kind and Reason say where and why it failed, and Hint what to do.
	Step   StepName `json:"step,omitempty"`
	Kind   Kind     `json:"kind,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Hint   string   `json:"hint,omitempty"`
}

// Step is one step of a run.
type Step struct {
	Name       StepName  `json:"name"`
	State      RunState  `json:"state"`
	StartedAt  time.Time `json:"started_at,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	// LatencyMs is how long it took in milliseconds, all attempts together.
	LatencyMs int64  `json:"latency_ms"`
	Reason    string `json:"reason,omitempty"`
	// Result is what the step leaves for later ones, in the form of package steps.
	Result json.RawMessage `json:"result,omitempty"`
}

// Lease is the right to work on an organisation's run. Only one process holds it.
type Lease struct {
	// Holder names the process: "host/pid/nonce".
	Holder string    `json:"holder"`
	Until  time.Time `json:"until"`
}

// Progress is one message from a long step: what, how many of how many, and what it waits for.
type Progress struct {
	Step StepName
	// What is being counted: "chunks", "codes".
	What string
	// Done of Total; Total 0 means that it is not known.
	Done, Total int
	// Waiting says what holds it up, "" when nothing does: "rate limit, 37 s".
	Waiting string
}

// Reporter receives progress. It must be safe for concurrent use and must not block. Nil means nobody listens.
type Reporter func(Progress)

// Report sends p to r, if anybody listens.
func (r Reporter) Report(p Progress) {
	if r != nil {
		r(p)
	}
}
