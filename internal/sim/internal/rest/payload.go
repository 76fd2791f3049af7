package rest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// payload is the rest payload (docs/FORMATS.md), field for field.
type payload struct {
	Name            *string      `json:"name"`
	Description     *string      `json:"description"`
	Dimensions      []dimension  `json:"dimensions"`
	TimeWindows     []timeWindow `json:"timeWindows"`
	ConfidenceLevel *float64     `json:"confidenceLevel"`
	TargetMetric    *string      `json:"targetMetric"`
	Algorithm       *string      `json:"algorithm"`
	Metadata        *metadata    `json:"metadata"`
}

type dimension struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type timeWindow struct {
	Start       string `json:"start"`
	End         string `json:"end"`
	Granularity string `json:"granularity"`
}

// metadata has three members that must be there, and any others: it was made for them.
type metadata map[string]json.RawMessage

// maxHorizon is 90 days, and an hour for a clock put back on the way.
const maxHorizon = 90*24*time.Hour + time.Hour

// check refuses a payload that lacks something, and anything the payload has no place for. It returns the name.
func (r *Service) check(body []byte) (string, error) {
	var p payload
	if err := api.Decode(body, &p, "ForecastPayload"); err != nil {
		return "", err
	}
	if err := p.checkText(r.Algorithms); err != nil {
		return "", err
	}
	if err := p.checkDimensions(r.Organisation); err != nil {
		return "", err
	}
	if err := p.checkWindows(r.Clock.Now()); err != nil {
		return "", err
	}
	return *p.Name, p.Metadata.check()
}

func (p *payload) checkText(algorithms []string) error {
	switch {
	case p.Name == nil || *p.Name == "":
		return api.Constraint("name", "name is required")
	case p.Description == nil:
		return api.Constraint("description", "description is required")
	case p.ConfidenceLevel == nil:
		return api.Constraint("confidenceLevel", "confidenceLevel is required")
	case *p.ConfidenceLevel <= 0 || *p.ConfidenceLevel >= 1:
		return api.InvalidValue(fmt.Sprint(*p.ConfidenceLevel), "confidenceLevel", "[numbers between 0 and 1]")
	case p.TargetMetric == nil:
		return api.Constraint("targetMetric", "targetMetric is required")
	case *p.TargetMetric != "conversationVolume":
		return api.InvalidValue(*p.TargetMetric, "targetMetric", "[conversationVolume]")
	case p.Algorithm == nil:
		return api.Constraint("algorithm", "algorithm is required")
	case !slices.Contains(algorithms, *p.Algorithm):
		return api.InvalidValue(*p.Algorithm, "algorithm", "["+strings.Join(algorithms, ", ")+"]")
	}
	return nil
}

func (p *payload) checkDimensions(o *organisation.Organisation) error {
	if len(p.Dimensions) == 0 {
		return api.Constraint("dimensions", "dimensions is required and may not be empty")
	}
	for _, d := range p.Dimensions {
		if d.Name != "wrapupCodeId" {
			return api.InvalidValue(d.Name, "dimensions.name", "[wrapupCodeId]")
		}
		if !slices.ContainsFunc(o.Codes, func(c organisation.Code) bool { return c.ID == d.Value }) {
			return api.InvalidValue(d.Value, "dimensions.value", "[the wrap-up codes there are]")
		}
	}
	return nil
}

func (p *payload) checkWindows(now time.Time) error {
	if len(p.TimeWindows) == 0 {
		return api.Constraint("timeWindows", "timeWindows is required and may not be empty")
	}
	for _, w := range p.TimeWindows {
		start, err := time.Parse(time.RFC3339, w.Start)
		if err != nil {
			return api.InvalidValue(w.Start, "timeWindows.start", "[RFC 3339 date-times]")
		}
		end, err := time.Parse(time.RFC3339, w.End)
		if err != nil {
			return api.InvalidValue(w.End, "timeWindows.end", "[RFC 3339 date-times]")
		}
		switch {
		case !start.Before(end):
			return api.Constraint("timeWindows", "the window [%s] ends before it begins", w.Start)
		case end.Sub(start) > maxHorizon || end.Sub(now) > maxHorizon+24*time.Hour:
			return api.Constraint("timeWindows", "the window to [%s] exceeds the prediction horizon of 90 days", w.End)
		case !slices.Contains([]string{"P1D", "PT1H", "PT30M", "PT15M"}, w.Granularity):
			return api.InvalidValue(w.Granularity, "timeWindows.granularity", "[P1D, PT1H, PT30M, PT15M]")
		}
	}
	return nil
}

// check wants the three members with their types: a number or null, a whole number, a date-time.
func (m *metadata) check() error {
	if m == nil {
		return api.Constraint("metadata", "metadata is required")
	}
	var seasonality *float64
	var outliers int
	var at time.Time
	for name, into := range map[string]any{"seasonalityScore": &seasonality, "outliersFiltered": &outliers,
		"validationTimestamp": &at} {
		raw, has := (*m)[name]
		if !has {
			return api.Constraint("metadata."+name, "metadata.%s is required", name)
		}
		if err := json.Unmarshal(raw, into); err != nil || name != "seasonalityScore" && string(raw) == "null" {
			return api.InvalidValue(string(raw), "metadata."+name, "[values of its type]")
		}
	}
	return nil
}
