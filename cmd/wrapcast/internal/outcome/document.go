// Package outcome shows a run: as the document of --json and as text for people.
package outcome

import (
	"context"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// Document is what `run --json` and `demo --once --json` print.
type Document struct {
	Schema  string            `json:"schema"`
	RunID   wrapcast.RunID    `json:"run_id"`
	State   wrapcast.RunState `json:"state"`
	TakenUp bool              `json:"taken_up"`
	// Codes is how many wrap-up codes were forecast.
	Codes int `json:"codes"`
	// Contacts were handled and extracted, those without a code included.
	Contacts            int `json:"contacts"`
	ContactsWithoutCode int `json:"contacts_without_code"`
	Observations        int `json:"observations"`
	// HistoryBegins is from when on the platform has history, where that is later than was asked for.
	HistoryBegins *time.Time `json:"history_begins,omitempty"`
	// OtherDirections are the contacts stored of directions that do not count: "outbound".
	OtherDirections map[wrapcast.Direction]int `json:"other_directions,omitempty"`
	// ReadAgain is history that was read again, once, because of what it did not tell apart; RefusedDimensions are those
	// that the platform refused to count by.
	ReadAgain         *steps.ReadAgain `json:"read_again,omitempty"`
	RefusedDimensions []string         `json:"refused_dimensions,omitempty"`
	// ChangedCells is how many stored values this run's extraction changed; Revised has those of days that were read to
	// their end before, by the day's age in days.
	ChangedCells int   `json:"changed_cells"`
	Revised      []int `json:"revised_cells_by_age"`
	// Reported are the codes that were asked for; nothing where all were.
	Reported []Reported `json:"reported,omitempty"`
	// Requests is how many were made to the platform's API.
	Requests         int          `json:"requests"`
	Usage            source.Usage `json:"usage"`
	Submissions      []Submission `json:"submissions"`
	WebhookDelivered bool         `json:"webhook_delivered"`
	AuditEntries     int          `json:"audit_entries"`
	Steps            []Step       `json:"steps"`
	// Accuracy is over all codes, daily, one to 28 days ahead, measured on a rolling backtest.
	Accuracy wrapcast.Accuracy `json:"accuracy"`
	// AccuracyByLevel is the same from the total down to single codes.
	AccuracyByLevel []wrapcast.LevelBacktest `json:"accuracy_by_level,omitempty"`
	// NextWeekSum is what is expected of all contacts in the seven days from today, with intervals; nothing where
	// nothing was forecast.
	NextWeekSum *wrapcast.SumForecast `json:"next_week_sum,omitempty"`
	Reason      string                `json:"reason,omitempty"`
	// BusinessUnits are those the run was for, and how it ended for each; nothing where there is none.
	BusinessUnits []Unit `json:"business_units,omitempty"`
	// NoPlan says why nothing was planned: there is no business unit.
	NoPlan string `json:"no_plan,omitempty"`
	// OverrideFindings tell of overrides that overlap, with the rule that holds, or with the command that chooses one.
	OverrideFindings []wrapcast.Finding `json:"override_findings,omitempty"`
	// LineageSuggestions are changes of codes that the history looks like and that nobody has made known.
	LineageSuggestions []wrapcast.LineageSuggestion `json:"lineage_suggestions,omitempty"`
}

// Reported is a code that was asked for.
type Reported struct {
	ID   wrapcast.CodeID `json:"id"`
	Name string          `json:"name"`
	// NextWeek is the mean of the contacts in the seven days from today, NextWeekSum the same with its intervals.
	NextWeek    float64              `json:"next_week"`
	NextWeekSum wrapcast.SumForecast `json:"next_week_sum"`
	Accuracy    wrapcast.Accuracy    `json:"accuracy"`
}

// Submission is one plan that was submitted.
type Submission struct {
	Target       wrapcast.Target          `json:"target"`
	BusinessUnit wrapcast.BusinessUnitID  `json:"business_unit,omitempty"`
	Week         *wrapcast.Date           `json:"week"`
	PlanID       wrapcast.PlanID          `json:"plan_id"`
	ForecastID   string                   `json:"forecast_id"`
	Status       wrapcast.SubmissionState `json:"status"`
	Reason       string                   `json:"reason,omitempty"`
}

// Unit is one business unit of the run.
type Unit struct {
	ID       wrapcast.BusinessUnitID `json:"id"`
	Name     string                  `json:"name"`
	TimeZone string                  `json:"time_zone"`
	Status   wrapcast.RunState       `json:"status"`
	// Step and Reason say where and why its part of the run failed.
	Step   wrapcast.StepName `json:"step,omitempty"`
	Reason string            `json:"reason,omitempty"`
	// Codes and Accuracy are those of its forecast, ForecastID is our own id of it.
	Codes      int                 `json:"codes"`
	ForecastID wrapcast.ForecastID `json:"forecast_id,omitempty"`
	Accuracy   wrapcast.Accuracy   `json:"accuracy"`
}

// Step is one step of the run.
type Step struct {
	Name      wrapcast.StepName `json:"name"`
	LatencyMs int64             `json:"latency_ms"`
	Status    wrapcast.RunState `json:"status"`
	Reason    string            `json:"reason,omitempty"`
}

const runSchema = "wrapcast.run/1"

// New is the document of a run.
func New(ctx context.Context, out steps.Outcome) (Document, error) {
	d := Document{
		Schema: runSchema, RunID: out.Run.ID, State: out.Run.State, TakenUp: out.TakenUp,
		Contacts:            out.Extract.Contacts,
		ContactsWithoutCode: out.Extract.ContactsWithoutCode, Observations: out.Extract.Observations,
		HistoryBegins:   out.Extract.Begins,
		OtherDirections: out.Extract.OtherDirections, ReadAgain: out.Extract.Again,
		RefusedDimensions: out.Extract.Refused,
		ChangedCells:      out.Extract.ChangedCells, Revised: append([]int{}, out.Extract.Revised...),
		Requests: out.Usage.Requests, Usage: out.Usage, Submissions: []Submission{},
		WebhookDelivered: delivered(out.Deliveries),
		AuditEntries:     out.AuditEntries, Accuracy: noAccuracy(), Reason: out.Run.Reason, NoPlan: out.NoPlan,
	}
	if out.Validation != nil {
		d.LineageSuggestions = out.Validation.LineageSuggestions
	}
	if out.Forecast != nil {
		d.Codes, d.Accuracy = len(out.Forecast.Codes), out.Forecast.Accuracy
		d.AccuracyByLevel = out.Forecast.AccuracyByLevel
		d.OverrideFindings = overrideFindings(*out.Forecast)
		ahead, err := newWeekAhead(ctx, out.Forecast)
		if err != nil {
			return d, err
		}
		d.report(out, ahead)
	}
	for _, s := range out.Submissions {
		d.Submissions = append(d.Submissions, Submission{Target: s.Target, BusinessUnit: s.BusinessUnit,
			Week: s.Week, PlanID: s.Plan,
			ForecastID: s.TargetForecastID, Status: s.State, Reason: s.Reason})
	}
	for _, u := range out.Units {
		d.BusinessUnits = append(d.BusinessUnits, unitOf(u))
	}
	for _, s := range out.Run.Steps {
		d.Steps = append(d.Steps, Step{Name: s.Name, LatencyMs: s.LatencyMs, Status: s.State, Reason: s.Reason})
	}
	return d, nil
}

// report fills in what is expected of the coming week, in all and of the codes that were asked for.
func (d *Document) report(out steps.Outcome, ahead *weekAhead) {
	d.NextWeekSum = &ahead.total
	if len(out.Codes) == 0 {
		return
	}
	for _, c := range out.Reported() {
		d.Reported = append(d.Reported, Reported{c.Code.ID, c.Code.Name, sevenDays(c.Mean), ahead.codes[c.Code.ID],
			c.Accuracy})
	}
}

// overrideFindings are those of a forecast about its overrides, but for past ones.
func overrideFindings(f wrapcast.Forecast) (found []wrapcast.Finding) {
	for _, finding := range f.Findings {
		if strings.HasPrefix(finding.Code, "override-") && finding.Code != "override-idle" {
			found = append(found, finding)
		}
	}
	return found
}

func unitOf(u steps.UnitOutcome) Unit {
	unit := Unit{ID: u.ID, Name: u.Name, TimeZone: u.TimeZone, Status: u.State, Step: u.Step, Reason: u.Reason,
		Accuracy: noAccuracy()}
	if f := u.Forecast; f != nil {
		unit.Codes, unit.ForecastID, unit.Accuracy = len(f.Codes), f.ID, f.Accuracy
	}
	return unit
}

// delivered reports whether there were messages and all arrived.
func delivered(deliveries []wrapcast.Delivery) bool {
	for _, d := range deliveries {
		if d.State != wrapcast.DeliveryDelivered {
			return false
		}
	}
	return len(deliveries) > 0
}

func noAccuracy() wrapcast.Accuracy {
	none := wrapcast.NotMeasured()
	return wrapcast.Accuracy{WAPE: none, Bias: none, MASE: none, Coverage: none}
}
