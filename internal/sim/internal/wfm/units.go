package wfm

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

type reference struct {
	ID      string `json:"id"`
	SelfURI string `json:"selfUri,omitempty"`
}

type unitEntity struct {
	ID         string        `json:"id"`
	Name       string        `json:"name"`
	Authorized *bool         `json:"authorized,omitempty"` // in the list only
	Settings   *unitSettings `json:"settings,omitempty"`   // of one, when expanded
	Division   reference     `json:"division"`
	SelfURI    string        `json:"selfUri"`
}

// unitSettings are the settings that were asked for.
type unitSettings struct {
	StartDayOfWeek       string               `json:"startDayOfWeek,omitempty"`
	TimeZone             string               `json:"timeZone,omitempty"`
	ShortTermForecasting *forecastingSettings `json:"shortTermForecasting,omitempty"`
	Metadata             *metadata            `json:"metadata,omitempty"`
}

type forecastingSettings struct {
	DefaultHistoryWeeks int `json:"defaultHistoryWeeks"`
}

// metadata is the version of a thing that can be edited.
type metadata struct {
	Version      int       `json:"version"`
	ModifiedBy   reference `json:"modifiedBy"`
	DateModified string    `json:"dateModified"`
}

// businessUnit answers for one business unit: itself, its planning groups and service goals, and which weeks it plans.
type businessUnit struct {
	*organisation.Unit
	organisation *organisation.Organisation
	clock        wrapcast.Clock
	began        time.Time                     // when the simulator did
	week0        wrapcast.Date                 // the week that was then
	moved        atomic.Pointer[time.Location] // the zone, nil until it is changed
}

// zone returns the business unit's time zone: the one it was made with, until it is changed.
func (b *businessUnit) zone() *time.Location {
	if zone := b.moved.Load(); zone != nil {
		return zone
	}
	return b.Zone
}

// changeZone moves the business unit to another time zone, from the next request on.
func (b *businessUnit) changeZone(zone *time.Location) { b.moved.Store(zone) }

func (b *businessUnit) metadata() metadata {
	o := b.organisation
	return metadata{Version: 1, ModifiedBy: reference{ID: o.Administrator}, DateModified: instant(o.Created)}
}

func (b *businessUnit) unitEntity() unitEntity {
	o := b.organisation
	return unitEntity{
		ID: b.ID, Name: b.Name, SelfURI: unitsPath + "/" + b.ID,
		Division: reference{o.Division.ID, "/api/v2/authorization/divisions/" + o.Division.ID},
	}
}

// list answers with the business units the client's role covers. It asks for no permission: without one the list is
// empty.
func (r *Service) list(c *api.Call) (api.Answer, error) {
	if feature := c.Query().Get("feature"); feature != "" && !slices.Contains(features(), feature) {
		return api.Answer{}, api.InvalidParameter(feature, "feature", "["+strings.Join(features(), ", ")+"]")
	}
	if r.Switches.ForbidUnits && !c.HasAny(unitPermissions()...) {
		return api.Answer{}, api.MissingPermissions(true, unitPermissions())
	}
	found := []unitEntity{}
	division := c.Query().Get("divisionId")
	if c.HasAny(unitPermissions()...) && (division == "" || division == r.Organisation.Division.ID) {
		for _, b := range r.units {
			u, yes := b.unitEntity(), true
			u.Authorized = &yes
			found = append(found, u)
		}
	}
	return api.OK(map[string]any{"entities": found}), nil
}

// in finds the business unit of a call's path for its handler.
func (r *Service) in(handle func(*businessUnit, *api.Call) (api.Answer, error)) func(*api.Call) (api.Answer, error) {
	return func(c *api.Call) (api.Answer, error) {
		for _, b := range r.units {
			if b.ID == c.Path("businessUnitId") {
				return handle(b, c)
			}
		}
		return api.Answer{}, &api.Error{Status: http.StatusNotFound, Code: "wfm.business.unit.not.found",
			Message: "Business unit not found"}
	}
}

func (b *businessUnit) unit(c *api.Call) (api.Answer, error) {
	u, asked := b.unitEntity(), c.List("expand")
	for _, expand := range asked {
		if !slices.Contains(expansions(), expand) {
			return api.Answer{}, api.InvalidParameter(expand, "expand", "["+strings.Join(expansions(), ", ")+"]")
		}
	}
	if len(asked) > 0 {
		u.Settings = b.settings(asked)
	}
	return api.OK(u), nil
}

// settings has what is asked for, and nothing else; settings themselves are all of them.
func (b *businessUnit) settings(asked []string) *unitSettings {
	wants := func(name string) bool {
		return slices.Contains(asked, "settings") || slices.Contains(asked, "settings."+name)
	}
	s := &unitSettings{}
	if wants("startDayOfWeek") {
		s.StartDayOfWeek = b.WeekStart.String()
	}
	if wants("timeZone") {
		s.TimeZone = b.zone().String()
	}
	if wants("shortTermForecasting") {
		s.ShortTermForecasting = &forecastingSettings{DefaultHistoryWeeks: historyWeeks}
	}
	if slices.Contains(asked, "settings") {
		version := b.metadata()
		s.Metadata = &version
	}
	return s
}

func expansions() []string {
	return []string{"settings", "settings.timeZone", "settings.startDayOfWeek", "settings.shortTermForecasting",
		"settings.scheduling", "settings.notifications.scheduling", "settings.learning", "settings.coaching"}
}

// features are the values of the feature parameter in the platform's API description.
func features() []string {
	return strings.Fields(`
		AgentHistoricalAdherence AgentHistoricalAdherenceConformance AgentSchedule AgentAdherenceAdjustments
		AgentTimeOffRequest AgentWorkPlanBid AgentScheduleBid AgentShiftTrade AlternativeShift Coaching Learning
		AgentUnavailableTimes AgentSelfScheduleJob AgentSelfScheduleOffers AgentSelfScheduleQuery
		AgentSelfScheduleActivityMove SelfScheduleSettings AgentSelfScheduleSettings AgentOpportunitiesQuery
		AgentOpportunitiesEnrollments AgentOpportunitiesEnrollmentsStatuses AgentSchedulingPreferencesQuery
		AgentSchedulingPreferences AgentSchedulingPreferencesSettings ActivityCodes ActivityPlans
		AdherenceAdjustmentsSettings AdherenceAdjustmentsReasonCodes AdherenceAdjustments UnavailableTimes Agents
		BuActivityCodes BusinessUnits CapacityPlan CapacityPlanForecastInputs CapacityPlanPerformancePrediction
		ContinuousForecast HistoricalAdherence HistoricalShrinkage IntradayMonitoring BuIntradayMonitoring
		ManagementUnits RealTimeAdherence Schedules BuSchedules ServiceGoalTemplates PlanningGroups LongTermStaffing
		ShiftTrading ShortTermForecasts BuShortTermForecasts StaffingGroups TimeOffPlans TimeOffRequests TimeOffLimits
		WorkPlanBids WorkPlanBidGroups WorkPlanRotations WorkPlans ScheduleBid ScheduleBidGroup Opportunities
		OpportunitiesQuery OpportunitiesEnrollmentsQuery OpportunitiesExternalActivitiesQuery OpportunitiesStatuses
		OpportunitiesEnrollmentsStatuses SchedulingPreferencesQuery SchedulingPreferencesSettings DecisionMetrics`)
}

// unitPermissions are those of which any one shows a business unit.
func unitPermissions() []string {
	return strings.Fields(`
		wfm:activityCode:add wfm:activityCode:delete wfm:activityCode:edit wfm:activityCode:view wfm:agent:edit
		wfm:agentSchedule:view wfm:agentTimeOffRequest:submit wfm:agent:view wfm:businessUnit:add wfm:businessUnit:delete
		wfm:businessUnit:edit wfm:businessUnit:view wfm:historicalAdherence:view wfm:shrinkage:view wfm:intraday:view
		wfm:managementUnit:add wfm:managementUnit:delete wfm:managementUnit:edit wfm:managementUnit:view
		wfm:publishedSchedule:view wfm:realtimeAdherence:view wfm:schedule:add wfm:schedule:delete wfm:schedule:edit
		wfm:schedule:generate wfm:schedule:view wfm:serviceGoalTemplate:add wfm:serviceGoalTemplate:delete
		wfm:serviceGoalTemplate:edit wfm:serviceGoalTemplate:view wfm:planningGroup:add wfm:planningGroup:delete
		wfm:planningGroup:edit wfm:planningGroup:view wfm:shiftTradeRequest:edit wfm:shiftTradeRequest:view
		wfm:agentShiftTradeRequest:participate wfm:shortTermForecast:add wfm:shortTermForecast:delete
		wfm:shortTermForecast:edit wfm:shortTermForecast:view wfm:staffingGroup:add wfm:staffingGroup:delete
		wfm:staffingGroup:edit wfm:staffingGroup:view wfm:timeOffRequest:add wfm:timeOffRequest:edit
		wfm:timeOffRequest:view wfm:timeOffLimit:add wfm:timeOffLimit:delete wfm:timeOffLimit:edit wfm:timeOffLimit:view
		wfm:timeOffPlan:add wfm:timeOffPlan:delete wfm:timeOffPlan:edit wfm:timeOffPlan:view wfm:workPlan:add
		wfm:workPlan:delete wfm:workPlan:edit wfm:workPlan:view wfm:workPlanRotation:add wfm:workPlanRotation:delete
		wfm:workPlanRotation:edit wfm:workPlanRotation:view coaching:appointment:add coaching:appointment:edit
		learning:assignment:add learning:assignment:reschedule wfm:agentSchedulingPreferencesQuery:view
		wfm:agentSchedulingPreferences:edit wfm:agentSchedulingPreferencesSettings:view
		wfm:schedulingPreferencesQuery:view wfm:schedulingPreferencesSettings:view wfm:schedulingPreferencesSettings:edit`)
}
