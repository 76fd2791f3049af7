package wrapcast

import "time"

// Target is where a plan goes.
type Target string

// The targets.
const (
	// WFM is the short-term forecast import of Genesys Cloud Workforce Management.
	WFM Target = "wfm"
	// REST is the REST target: a payload to /api/v2/wfm/scheduling/forecasts on any host.
	REST Target = "rest"
)

// Plan is what a target will be told: one business unit and one week for WFM, one
// payload for REST. Its id is part of what the target keeps, so that a doubtful
// submission can be looked up.
type Plan struct {
	Schema       string         `json:"schema"`
	ID           PlanID         `json:"id"`
	Run          RunID          `json:"run"`
	Forecast     ForecastID     `json:"forecast"`
	Organisation OrganisationID `json:"organisation"`
	Target       Target         `json:"target"`
	MadeAt       time.Time      `json:"made_at"`
	// Description is what people see at the target; it contains ID.
	Description string `json:"description"`
	// CountingRule is how the contacts behind it were counted.
	CountingRule string `json:"counting_rule"`
	// Refusals are the reasons it cannot be submitted; empty when it can.
	Refusals []Finding `json:"refusals"`
	// Findings are worth knowing before it is submitted.
	Findings []Finding `json:"findings"`
	// Stops are the limits it breaks: nobody looks at an unattended submission, so that somebody has to submit it by
	// hand.
	Stops []Finding `json:"stops,omitempty"`
	// Silences are what had no contacts where some were expected when it was made, accepted or not: one that nobody has
	// accepted by name holds the submission. Nil in plans of versions that did not look.
	Silences []Silence `json:"silences,omitzero"`
	// Current is the forecast that the target had for the week when the plan was made, nil where it had none, and Diff
	// what the plan changes against it. WFM only.
	Current *TargetForecast `json:"current,omitempty"`
	Diff    *WeekDiff       `json:"diff,omitempty"`
	// Others are further forecasts that cover the week at the target; Current was chosen by the rule that
	// docs/PLANNING.md states.
	Others []TargetForecast `json:"others,omitempty"`
	// Unread says why what the target has for the week could not be read, or not whole: Current and Diff lack it.
	Unread string `json:"unread,omitempty"`
	// Unchanged says that Current has the same numbers already: nothing is submitted.
	Unchanged bool `json:"unchanged,omitempty"`
	// Restores is the earlier plan that this one puts back; "" for a plan of its own.
	Restores PlanID `json:"restores,omitempty"`
	// Week is set for WFM, Payload for REST.
	Week    *WeekPlan        `json:"week,omitempty"`
	Payload *ForecastPayload `json:"payload,omitempty"`
}

// TargetForecast is a forecast as its target lists it.
type TargetForecast struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	// ModifiedAt is as the target wrote it.
	ModifiedAt string `json:"modified_at,omitempty"`
	// Method is how it was made, in the target's own word: "Import", "Advanced".
	Method string `json:"method,omitempty"`
	// Plan is the plan of wrapcast it was imported from; "" where somebody else made it.
	Plan PlanID `json:"plan,omitempty"`
	// Start is the first day it covers, Weeks how many weeks; nil and 0 where the target does not say.
	Start *Date `json:"start,omitempty"`
	Weeks int   `json:"weeks,omitempty"`
	// NotForScheduling says that the target does not let schedules be made from it.
	NotForScheduling bool `json:"not_for_scheduling,omitempty"`
}

// MadeBy says who made a forecast, for people: "wrapcast", "another import", or the target itself with its method.
func (f TargetForecast) MadeBy() string {
	switch {
	case f.Plan != "":
		return "wrapcast"
	case f.Method == "Import":
		return "another import"
	case f.Method == "":
		return "Genesys Cloud"
	}
	return "Genesys Cloud (" + f.Method + ")"
}

// PlanSchema names the JSON of a Plan.
const PlanSchema = "wrapcast.plan/1"

// QuarterHoursInDay is how many quarter-hours the wall clock shows; a local day on which the clocks change has more or
// fewer.
const QuarterHoursInDay = 96

// QuarterHoursInWeekPlan is the length of every array of an import week: eight days
// of 96 quarter-hours, the eighth because shifts run over the week's end.
const QuarterHoursInWeekPlan = 8 * QuarterHoursInDay

// WeekPlan is a week of Workforce Management: quarter-hours elapsed since the week's
// start in the business unit's zone.
type WeekPlan struct {
	BusinessUnit BusinessUnit `json:"business_unit"`
	// Start is the first local day, on the weekday the unit's weeks begin.
	Start  Date        `json:"start"`
	Groups []GroupPlan `json:"groups"`
	// LeftOut are the planning groups that are not planned because the settings say so.
	LeftOut []GroupLeftOut `json:"left_out,omitempty"`
}

// GroupLeftOut is a planning group that is not planned.
type GroupLeftOut struct {
	Group PlanningGroupID `json:"group"`
	Name  string          `json:"name"`
	// Offered are the contacts that are expected all the same, over the days of the week's arrays.
	Offered float64 `json:"offered"`
}

// GroupPlan is one planning group's week.
type GroupPlan struct {
	Group PlanningGroupID `json:"group"`
	Name  string          `json:"name"`
	// Offered is contacts arriving per quarter-hour.
	Offered []float64 `json:"offered"`
	// HandleSeconds is the average handle time of these contacts, in seconds.
	HandleSeconds []float64 `json:"handle_seconds"`
}

// ForecastPayload is the payload of the REST target, field for field.
type ForecastPayload struct {
	Name            string              `json:"name"`
	Description     string              `json:"description"`
	Dimensions      []PayloadDimension  `json:"dimensions"`
	TimeWindows     []PayloadTimeWindow `json:"timeWindows"`
	ConfidenceLevel float64             `json:"confidenceLevel"`
	TargetMetric    string              `json:"targetMetric"`
	Algorithm       string              `json:"algorithm"`
	Metadata        PayloadMetadata     `json:"metadata"`
}

// PayloadDimension binds the payload to one wrap-up code.
type PayloadDimension struct {
	// Name is always "wrapupCodeId".
	Name string `json:"name"`
	// Value is the code's id.
	Value string `json:"value"`
}

// PayloadTimeWindow is what the payload forecasts.
type PayloadTimeWindow struct {
	// Start and End are RFC 3339 in UTC, Granularity an ISO 8601 duration: "P1D".
	Start       string `json:"start"`
	End         string `json:"end"`
	Granularity string `json:"granularity"`
}

// PayloadMetadata is the metadata of a payload; Wrapcast carries what the target has no field for.
type PayloadMetadata struct {
	SeasonalityScore    Measure         `json:"seasonalityScore"`
	OutliersFiltered    int             `json:"outliersFiltered"`
	ValidationTimestamp string          `json:"validationTimestamp"`
	Wrapcast            PayloadWrapcast `json:"wrapcast"`
}

// PayloadWrapcast is the forecast itself, of which the payload has only the codes and days.
type PayloadWrapcast struct {
	Plan         PlanID        `json:"planId"`
	Forecast     ForecastID    `json:"forecastId"`
	CountingRule string        `json:"countingRule"`
	TimeZone     string        `json:"timeZone"`
	Days         []Date        `json:"days"`
	Codes        []PayloadCode `json:"codes"`
}

// PayloadCode is one code's forecast per day.
type PayloadCode struct {
	Code   CodeID    `json:"wrapupCodeId"`
	Name   string    `json:"name"`
	Mean   []float64 `json:"mean"`
	Median []float64 `json:"median"`
	Bands  []Band    `json:"bands"`
}

// WeekDiff is what a new plan of a week changes against another.
type WeekDiff struct {
	Start  Date        `json:"start"`
	Groups []GroupDiff `json:"groups"`
	// Total is all groups together.
	Total []DayDiff `json:"total"`
}

// GroupDiff is what changes for one planning group.
type GroupDiff struct {
	Group PlanningGroupID `json:"group"`
	Name  string          `json:"name"`
	// Added and Removed say that only the new, or only the old plan has the group.
	Added   bool `json:"added,omitempty"`
	Removed bool `json:"removed,omitempty"`
	// Days are the local days of the week and those after it that both arrays reach.
	Days []DayDiff `json:"days"`
}

// DayDiff is one local day before and after: contacts, and seconds per contact (0 where there is none).
type DayDiff struct {
	Day              Date    `json:"day"`
	OldOffered       float64 `json:"old_offered"`
	NewOffered       float64 `json:"new_offered"`
	OldHandleSeconds float64 `json:"old_handle_seconds"`
	NewHandleSeconds float64 `json:"new_handle_seconds"`
}

// Change is how many contacts more the new plan has.
func (d DayDiff) Change() float64 { return d.NewOffered - d.OldOffered }
