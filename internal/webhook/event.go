package webhook

import (
	"encoding/json"
	"net/url"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Event is a CloudEvents 1.0 event in the JSON format's structured mode.
// See https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md.
type Event struct {
	// SpecVersion is always "1.0"; Body sets it.
	SpecVersion string `json:"specversion"`
	// ID is unique within Source: the delivery's id.
	ID string `json:"id"`
	// Source is a URI reference that names who tells: "/organisations/0c6d8a2e-…".
	Source string `json:"source"`
	// Type names what happened, under a reversed domain: see TypeForecastGenerated.
	Type string `json:"type"`
	// Subject is what it happened to, within Source: a run's id. It may be empty.
	Subject string `json:"subject,omitempty"`
	// Time is when it happened.
	Time time.Time `json:"time,omitzero"`
	// DataContentType is the media type of Data; Body sets application/json.
	DataContentType string `json:"datacontenttype"`
	// Data is the event itself.
	Data any `json:"data"`
}

// TypeForecastGenerated is the type of events whose data is a ForecastGenerated.
const TypeForecastGenerated = "io.wrapcast.forecast.generated.v1"

// contentType is the media type of a body.
const contentType = "application/cloudevents+json; charset=utf-8"

// Source is the source of an organisation's events.
func Source(organisation wrapcast.OrganisationID) string {
	return "/organisations/" + url.PathEscape(string(organisation))
}

// Body writes an event as the body of a delivery. An event without id, source or type is refused: the
// specification requires them, and a receiver cannot tell such a message from another.
func Body(e Event) ([]byte, error) {
	for name, value := range map[string]string{"id": e.ID, "source": e.Source, "type": e.Type} {
		if value == "" {
			return nil, wrapcast.Errorf(wrapcast.Internal, "webhook", "the event has no %s", name)
		}
	}
	if _, err := url.Parse(e.Source); err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "webhook", "the event's source is no URI reference")
	}
	e.SpecVersion, e.DataContentType = "1.0", "application/json"
	if !e.Time.IsZero() {
		e.Time = e.Time.UTC()
	}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "webhook", "the event cannot be written: %w", err)
	}
	return body, nil
}

// ForecastGenerated is the data of the event that a run is over. Its first four fields
// are the fields that receivers of the REST target's webhook expect.
type ForecastGenerated struct {
	// Event is always "forecast_generated".
	Event string `json:"event"`
	// ForecastID is the target's id of the first forecast submitted, "" where nothing was.
	ForecastID string `json:"forecastId"`
	// Timestamp is when the run ended.
	Timestamp time.Time `json:"timestamp"`
	// LatencyMs is how long the run took in milliseconds.
	LatencyMs int64 `json:"latencyMs"`

	// Schema names this form: ForecastGeneratedSchema.
	Schema   string              `json:"schema"`
	Run      wrapcast.RunID      `json:"runId"`
	Forecast wrapcast.ForecastID `json:"wrapcastForecastId"`
	// Status is how the run ended: "done", "partial", "failed".
	Status wrapcast.RunState `json:"status"`
	// Submissions are all that were made, with the target's own ids.
	Submissions []SubmissionSummary `json:"submissions"`
	// Accuracy is the one measured on the rolling backtest.
	Accuracy wrapcast.Accuracy `json:"accuracy"`
	// BusinessUnits are those the run was for, with how it ended for each; none where the organisation has none.
	BusinessUnits []UnitSummary `json:"businessUnits,omitempty"`
	// Checkpoint is the signed checkpoint of the audit chain when the message was written: whoever keeps it can show
	// later that nothing before it was rewritten.
	Checkpoint string `json:"checkpoint,omitempty"`
}

// UnitSummary is what a receiver wants to know of a business unit's part of a run.
type UnitSummary struct {
	ID     wrapcast.BusinessUnitID `json:"id"`
	Name   string                  `json:"name"`
	Status wrapcast.RunState       `json:"status"`
	Reason string                  `json:"reason,omitempty"`
}

// ForecastGeneratedSchema names the JSON of a ForecastGenerated.
const ForecastGeneratedSchema = "wrapcast.forecast-generated/1"

// SubmissionSummary is what a receiver wants to know of a submission.
type SubmissionSummary struct {
	Target       wrapcast.Target          `json:"target"`
	BusinessUnit wrapcast.BusinessUnitID  `json:"businessUnit,omitempty"`
	Week         *wrapcast.Date           `json:"week,omitempty"`
	ForecastID   string                   `json:"forecastId"`
	Status       wrapcast.SubmissionState `json:"status"`
}
