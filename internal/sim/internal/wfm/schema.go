package wfm

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// document is BuImportShortTermForecastSchema: what an upload must hold.
type document struct {
	Description           *string         `json:"description"`
	WeekCount             *int            `json:"weekCount"`
	PlanningGroups        *[]groupWeeks   `json:"planningGroups"`
	LongTermPlanningGroup []groupLongTerm `json:"longTermPlanningGroups"`
	CanUseForScheduling   *bool           `json:"canUseForScheduling"`
}

type groupWeeks struct {
	PlanningGroupID *string     `json:"planningGroupId"`
	Offered         *[]*float64 `json:"offeredPerInterval"`
	HandleSeconds   *[]*float64 `json:"averageHandleTimeSecondsPerInterval"`
}

type groupLongTerm struct {
	PlanningGroupID *string     `json:"planningGroupId"`
	Offered         *[]*float64 `json:"offeredPerDay"`
	HandleSeconds   *[]*float64 `json:"averageHandleTimeSecondsPerDay"`
}

// GroupData is one planning group's part of a forecast, a value per quarter-hour.
type GroupData struct {
	PlanningGroupID string    `json:"planningGroupId"`
	Offered         []float64 `json:"offeredPerInterval"`
	HandleSeconds   []float64 `json:"averageHandleTimeSecondsPerInterval"`
}

// content is a checked document.
type content struct {
	description string
	weekCount   int
	schedulable bool
	groups      []GroupData
	longTerm    []LongTerm
}

// maxUnzipped bounds what an upload may unpack to: six weeks of 2,400 planning groups have about 200 MB.
const maxUnzipped = 256 << 20

// reader checks uploads against what the business unit plans.
type reader struct {
	unit   *businessUnit
	length LengthRule
}

// read unpacks and checks an upload for a week.
func (r reader) read(data []byte, week wrapcast.Date) (*content, error) {
	text, err := unzip(data, maxUnzipped)
	if err != nil {
		return nil, err
	}
	var d document
	if err := api.Decode(text, &d, "BuImportShortTermForecastSchema"); err != nil {
		var refused *api.Error
		if errors.As(err, &refused) {
			return nil, invalid("upload", "%s", refused.Message)
		}
		return nil, err
	}
	return r.check(&d, week)
}

// unzip unpacks at most so many bytes.
func unzip(data []byte, most int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, invalid("upload", "the uploaded file is not gzip: %v", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, most+1))
	if err != nil {
		return nil, invalid("upload", "the uploaded file is damaged: %v", err)
	}
	if int64(len(text)) > most {
		return nil, invalid("upload", "the uploaded file unpacks to more than %d bytes", most)
	}
	return text, nil
}

func (r reader) check(d *document, week wrapcast.Date) (*content, error) {
	switch {
	case d.Description == nil || *d.Description == "":
		return nil, invalid("description", "is required")
	case d.WeekCount == nil:
		return nil, invalid("weekCount", "is required")
	case d.PlanningGroups == nil || len(*d.PlanningGroups) == 0:
		return nil, invalid("planningGroups", "is required and may not be empty")
	}
	if err := r.unit.checkWeeks(week, *d.WeekCount); err != nil {
		return nil, err
	}
	c := &content{description: *d.Description, weekCount: *d.WeekCount, schedulable: d.CanUseForScheduling == nil ||
		*d.CanUseForScheduling}
	want, seen := r.length.values(week, c.weekCount, r.unit.zone()), map[string]bool{}
	for i, g := range *d.PlanningGroups {
		data, err := r.groupData(fmt.Sprintf("planningGroups[%d]", i), g, want, seen)
		if err != nil {
			return nil, err
		}
		c.groups = append(c.groups, data)
	}
	var err error
	c.longTerm, err = r.readLongTerm(d.LongTermPlanningGroup)
	return c, err
}

func (r reader) groupData(place string, g groupWeeks, want int, seen map[string]bool) (GroupData, error) {
	if err := r.checkGroupID(place, g.PlanningGroupID, seen); err != nil {
		return GroupData{}, err
	}
	offered, err := numbers(place+".offeredPerInterval", g.Offered, want)
	if err != nil {
		return GroupData{}, err
	}
	seconds, err := numbers(place+".averageHandleTimeSecondsPerInterval", g.HandleSeconds, want)
	return GroupData{*g.PlanningGroupID, offered, seconds}, err
}

func (r reader) checkGroupID(place string, id *string, seen map[string]bool) error {
	switch {
	case id == nil:
		return invalid(place+".planningGroupId", "is required")
	case !r.unit.hasGroup(*id):
		return invalid(place+".planningGroupId", "[%s] is not a planning group of the business unit", *id)
	case seen[*id]:
		return invalid(place+".planningGroupId", "[%s] is there twice", *id)
	}
	seen[*id] = true
	return nil
}

// numbers checks an array's length, when want is above zero, and that every value is a number of at least zero.
func numbers(place string, values *[]*float64, want int) ([]float64, error) {
	if values == nil {
		return nil, invalid(place, "is required")
	}
	if want > 0 && len(*values) != want {
		return nil, invalid(place, "has %d values; %d are expected", len(*values), want)
	}
	out := make([]float64, len(*values))
	for i, v := range *values {
		if v == nil || *v < 0 {
			return nil, invalid(fmt.Sprintf("%s[%d]", place, i), "must be a number of at least 0")
		}
		out[i] = *v
	}
	return out, nil
}

func (r reader) readLongTerm(groups []groupLongTerm) ([]LongTerm, error) {
	seen := map[string]bool{}
	var all []LongTerm
	for i, g := range groups {
		place := fmt.Sprintf("longTermPlanningGroups[%d]", i)
		if err := r.checkGroupID(place, g.PlanningGroupID, seen); err != nil {
			return nil, err
		}
		offered, err := numbers(place+".offeredPerDay", g.Offered, 0)
		if err != nil {
			return nil, err
		}
		seconds, err := numbers(place+".averageHandleTimeSecondsPerDay", g.HandleSeconds, len(offered))
		if err != nil {
			return nil, err
		}
		all = append(all, LongTerm{*g.PlanningGroupID, offered, seconds})
	}
	return all, nil
}
