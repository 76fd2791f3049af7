package wrapcast

import "time"

// Reason says why contacts the platform counts in a queue are not among its wrap-up codes.
type Reason string

// The reasons.
const (
	// ReasonNoCode: the contact ended without a code.
	ReasonNoCode Reason = "no_code"
	// ReasonTimedOut: the time for after-call work ran out and the platform set ININ-WRAP-UP-TIMEOUT.
	ReasonTimedOut Reason = "timed_out"
	// ReasonSystem: another code of the platform's, the default one among them.
	ReasonSystem Reason = "system_code"
	// ReasonDeleted: a code that is deleted now.
	ReasonDeleted Reason = "deleted_code"
	// ReasonNotVisible: a code or a queue that lies in no division of the OAuth client's.
	ReasonNotVisible Reason = "not_visible"
	// ReasonDirection: the contact has a direction that does not count, outbound mostly.
	ReasonDirection Reason = "other_direction"
	// ReasonLate: the platform knows the code now, but did not when the history was read.
	ReasonLate Reason = "arrived_late"
)

// Reasons lists the reasons in the order they are shown.
func Reasons() []Reason {
	return []Reason{ReasonNoCode, ReasonTimedOut, ReasonSystem, ReasonDeleted, ReasonNotVisible, ReasonDirection,
		ReasonLate}
}

// Reconciliation sets what the platform counts per queue beside what it counts per wrap-up code and what was forecast,
// and explains every contact of the remainder.
//
//	platform = codes + no code + timed out + system code + deleted code + not visible + other direction + arrived late +
//	unexplained
type Reconciliation struct {
	Schema       string         `json:"schema"`
	Organisation OrganisationID `json:"organisation"`
	// BusinessUnit is the unit in whose days the account is; "" where there is none.
	BusinessUnit BusinessUnitID `json:"business_unit,omitempty"`
	// CountingRule is what one contact is.
	CountingRule string `json:"counting_rule"`
	// Directions are those whose contacts count, by name: "inbound".
	Directions []string `json:"directions"`
	TimeZone   string   `json:"time_zone"`
	From       Date     `json:"from"`
	To         Date     `json:"to"`
	// Source says where the platform's figures come from: "platform", asked for this account, or "stored", as they were
	// when the history was read.
	Source string    `json:"source"`
	AsOf   time.Time `json:"as_of"`
	// Unexplained is the sum of absolute values over queues, channels and days. It is zero where every contact is
	// accounted for.
	Unexplained int `json:"unexplained"`
	// ReconciliationSums are over all days.
	ReconciliationSums
	Days   []ReconciledDay   `json:"days"`
	Queues []ReconciledQueue `json:"queues"`
	// Findings say what to do about the remainder.
	Findings []Finding `json:"findings"`
}

// ReconciliationSums are one account of contacts.
type ReconciliationSums struct {
	// Platform is what the platform counts per queue, Codes the sum over codes that agents can choose.
	Platform int `json:"platform"`
	Codes    int `json:"codes"`
	// Reasons explain the remainder, Platform less Codes.
	Reasons map[Reason]int `json:"reasons"`
	// Transferred is how many of the handled legs were handed on: the contact is handled again in another queue, with a
	// code of its own, and counts again. Platform less Transferred is about the number of conversations.
	Transferred int `json:"transferred"`
}

// ReconciledDay is the account of one local day.
type ReconciledDay struct {
	Day Date `json:"day"`
	ReconciliationSums
	// Unexplained is the sum of absolute values over queues and channels.
	Unexplained int `json:"unexplained"`
	// Forecast is what was last forecast before the day began, null where nothing was.
	Forecast Measure `json:"forecast"`
	// QuarterHours is how long the day was: 92 or 100 where the clocks changed, else 96.
	QuarterHours int `json:"quarter_hours"`
}

// ReconciledQueue is the account of one queue over all days.
type ReconciledQueue struct {
	Queue Queue `json:"queue"`
	ReconciliationSums
	Unexplained int `json:"unexplained"`
}

// ReconciliationSchema names the JSON of a Reconciliation.
const ReconciliationSchema = "wrapcast.reconciliation/1"
