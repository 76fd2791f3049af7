// Package wfm answers for Workforce Management: the business unit, its planning
// groups, and short-term forecasts with the import that makes them.
package wfm

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Switches decide the open points of Workforce Management.
type Switches struct {
	// Length says how many values a week's arrays must have.
	Length LengthRule
	// RefuseByNotification accepts a bad import and reports it as an Error notification instead of a 400.
	RefuseByNotification bool
	// MaxBytes is the largest upload, 0 for no ceiling.
	MaxBytes int64
	// SizeStatus is the status for a larger one, 0 the usual one.
	SizeStatus int
	// MaxInline is how many numbers a week may have to be answered inline; more are fetched from a signed address.
	MaxInline int
	// Data is how the data of forecasts in place is answered.
	Data DataOf
	// ForbidUnits refuses the list of business units to whom no permission shows one.
	ForbidUnits bool
}

// Options are what a Service works with.
type Options struct {
	Organisation *organisation.Organisation
	// Contacts are what generated forecasts are made from.
	Contacts contact.Source
	Clock    wrapcast.Clock
	Seed     uint64
	Switches Switches
	// Pages is the page size rule.
	Pages api.PageRule
	// InPlace says that there are forecasts before anybody asks for one.
	InPlace bool
	// Delay is how long an import takes.
	Delay time.Duration
	// Run starts work that goes on after the answer; its context ends with the server.
	Run func(func(context.Context))
	// Publish tells the subscribers of a topic.
	Publish func(topic string, body any)
}

// Service keeps the forecasts of an organisation's business units. It is safe for concurrent use.
type Service struct {
	Options

	units     []*businessUnit
	mu        sync.Mutex
	uploads   map[string]*upload
	made      []*Forecast
	imports   []Import
	numbers   uint64
	furnished sync.Once
}

// New returns a Service without forecasts.
func New(o Options) *Service {
	r := &Service{Options: o}
	for i := range o.Organisation.Units {
		b := &businessUnit{Unit: &o.Organisation.Units[i], organisation: o.Organisation, clock: o.Clock,
			began: o.Clock.Now()}
		for b.week0 = b.today(); b.week0.Weekday() != b.WeekStart; {
			b.week0--
		}
		r.units = append(r.units, b)
	}
	return r
}

// Zone returns the time zone of a business unit, counted from 0.
func (r *Service) Zone(unit int) *time.Location { return r.units[unit].zone() }

// ChangeZone moves the business units to another time zone, from the next request on.
func (r *Service) ChangeZone(zone *time.Location) {
	for _, b := range r.units {
		b.changeZone(zone)
	}
}

const (
	unitsPath = "/api/v2/workforcemanagement/businessunits"
	unitPath  = unitsPath + "/{businessUnitId}"
	teamsPath = "/api/v2/workforcemanagement/managementunits"
	groupPath = unitPath + "/planninggroups"
	goalsPath = unitPath + "/servicegoaltemplates"
	weekPath  = unitPath + "/weeks/{weekDateId}/shorttermforecasts"
)

// Endpoints lists the service's operations.
func (r *Service) Endpoints() []api.Endpoint {
	add, view := []string{"wfm:shortTermForecast:add"}, []string{"wfm:shortTermForecast:view"}
	list := []string{"wfm:schedule:generate", "wfm:shortTermForecast:view"}
	groups := []string{"wfm:planningGroup:view", "wfm:shortTermForecast:view", "wfm:intraday:view", "wfm:agent:view",
		"wfm:schedule:view", "wfm:publishedSchedule:view"}
	goals := []string{"wfm:serviceGoalTemplate:view", "wfm:planningGroup:view", "wfm:shortTermForecast:view"}
	snapshot := append([]string{"wfm:schedule:view", "wfm:publishedSchedule:view"}, view...)
	remove := []string{"wfm:shortTermForecast:delete"}
	get, post := http.MethodGet, http.MethodPost
	return []api.Endpoint{
		{Method: get, Path: unitsPath, Repeatable: true, Handle: r.list},
		{Method: get, Path: unitPath, AnyOf: unitPermissions(), Repeatable: true, Handle: r.in((*businessUnit).unit)},
		{Method: get, Path: groupPath, AnyOf: groups, Repeatable: true, Handle: r.in((*businessUnit).groups)},
		{Method: get, Path: groupPath + "/{planningGroupId}", AnyOf: []string{"wfm:planningGroup:view"},
			Repeatable: true, Handle: r.in((*businessUnit).group)},
		{Method: get, Path: goalsPath, AnyOf: goals, Repeatable: true, Handle: r.in((*businessUnit).goals)},
		{Method: get, Path: goalsPath + "/{serviceGoalTemplateId}", AnyOf: goals, Repeatable: true,
			Handle: r.in((*businessUnit).goal)},
		{Method: get, Path: teamsPath, Repeatable: true, Handle: r.managementUnits},
		{Method: get, Path: unitPath + "/managementunits", Repeatable: true, Handle: r.in(r.unitsTeams)},
		{Method: get, Path: unitPath + "/capacityplans", AnyOf: []string{"wfm:capacityPlan:view"}, Repeatable: true,
			Handle: r.in((*businessUnit).capacityPlans)},
		{Method: get, Path: weekPath, AnyOf: list, Repeatable: true, Handle: r.in(r.forecasts)},
		{Method: get, Path: weekPath + "/{forecastId}", AnyOf: view, Repeatable: true, Handle: r.in(r.forecast)},
		{Method: get, Path: weekPath + "/{forecastId}/data", AnyOf: view, Repeatable: true, Handle: r.in(r.data)},
		{Method: get, Path: weekPath + "/{forecastId}/planninggroups", AnyOf: snapshot, Repeatable: true,
			Handle: r.in(r.planningGroups)},
		{Method: get, Path: weekPath + "/{forecastId}/generationresults", AnyOf: view, Repeatable: true,
			Handle: r.in(r.generation)},
		{Method: get, Path: weekPath + "/{forecastId}/longtermforecastdata", AnyOf: view, Repeatable: true,
			Handle: r.in(r.longTerm)},
		{Method: get, Path: weekPath + "/{forecastId}/staffingrequirement",
			AnyOf: []string{"wfm:staffingRequirement:view"}, Repeatable: true, Handle: r.in(r.staffing)},
		{Method: post, Path: weekPath + "/generate", AnyOf: add, Takes: api.JSON, Handle: r.in(r.generate)},
		{Method: post, Path: weekPath + "/{forecastId}/copy", AnyOf: add, Takes: api.JSON, Handle: r.in(r.copyForecast)},
		{Method: http.MethodDelete, Path: weekPath + "/{forecastId}", AnyOf: remove, Handle: r.in(r.delete)},
		{Method: post, Path: weekPath + "/import/uploadurl", AnyOf: add, Takes: api.JSON, Repeatable: true,
			Handle: r.in(r.uploadURL)},
		{Method: post, Path: weekPath + "/import", AnyOf: add, Takes: api.JSON, Spared: true, Accepting: true,
			Handle: r.in(r.importForecast)},
		{Method: http.MethodPut, Path: uploadPath + "{uploadKey}", Storage: true, Repeatable: true, Handle: r.put},
		{Method: get, Path: downloadPath + "{forecastId}/{part}", Storage: true, Repeatable: true, Handle: r.download},
	}
}

func entityNotFound(id string) *api.Error {
	return &api.Error{
		Status: http.StatusNotFound, Code: "wfm.entity.not.found",
		Message: "One of the requested resources in the path variables was not found, please check the error details for more information",
		Details: []api.Detail{{ErrorCode: "wfm.entity.not.found", EntityID: id}},
	}
}

// invalid refuses a field, with the reason in words.
func invalid(field, format string, args ...any) *api.Error {
	reason := fmt.Sprintf(format, args...)
	return &api.Error{
		Status: http.StatusBadRequest, Code: "wfm.validation.failure",
		Message: "One or more of the request's fields did not pass validation. See userParams and the error message for more details: " +
			field + ": " + reason,
		Params:  map[string]string{"field": field, "reason": reason},
		Details: []api.Detail{{ErrorCode: "wfm.validation.failure", FieldName: field}},
	}
}

// id numbers things that have no name; the lock must be held.
func (r *Service) id(kind string) string {
	r.numbers++
	return organisation.NumberedUUID(r.Seed, kind, r.numbers)
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
