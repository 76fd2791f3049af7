package wfm

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// Forecast is a short-term forecast the platform holds.
type Forecast struct {
	ID, Description string
	Week            wrapcast.Date
	WeekCount       int
	Schedulable     bool
	MadeBy          string
	MadeAt          time.Time
	Groups          []GroupData
	// LongTerm is the part of an import by days, where it had one; Method is how it was made: Import, Advanced.
	LongTerm  []LongTerm
	Method    string
	scheduled bool           // a schedule uses it: it cannot be deleted
	zone      *time.Location // the unit's when it was made
}

// item is a forecast as it stands in a list.
type item struct {
	ID                  string   `json:"id"`
	WeekDate            string   `json:"weekDate"`
	WeekCount           int      `json:"weekCount"`
	CreationMethod      string   `json:"creationMethod"`
	Description         string   `json:"description"`
	Legacy              bool     `json:"legacy"`
	Metadata            metadata `json:"metadata"`
	CanUseForScheduling bool     `json:"canUseForScheduling"`
	SelfURI             string   `json:"selfUri,omitempty"`
}

// forecastEntity is a forecast by itself.
type forecastEntity struct {
	item
	ReferenceStartDate    string     `json:"referenceStartDate"`
	SourceDays            []struct{} `json:"sourceDays"`
	Modifications         []struct{} `json:"modifications"`
	TimeZone              string     `json:"timeZone"`
	PlanningGroupsVersion int        `json:"planningGroupsVersion"`
}

func (r *Service) item(f *Forecast) item {
	return item{
		ID: f.ID, WeekDate: f.Week.String(), WeekCount: f.WeekCount, CreationMethod: f.Method,
		Description:         f.Description,
		Metadata:            metadata{Version: 1, ModifiedBy: reference{ID: f.MadeBy}, DateModified: instant(f.MadeAt)},
		CanUseForScheduling: f.Schedulable,
		SelfURI: fmt.Sprintf("%s/%s/weeks/%s/shorttermforecasts/%s", unitsPath,
			r.Organisation.BusinessUnit.ID, f.Week, f.ID),
	}
}

func (r *Service) entity(f *Forecast) forecastEntity {
	return forecastEntity{
		item: r.item(f), ReferenceStartDate: instant(f.Week.Midnight(f.zone)),
		SourceDays: []struct{}{}, Modifications: []struct{}{}, TimeZone: f.zone.String(), PlanningGroupsVersion: 1,
	}
}

// add keeps a new forecast.
func (r *Service) add(week wrapcast.Date, by string, c *content, method string) *Forecast {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := &Forecast{
		ID: r.id("forecast"), Description: c.description, Week: week, WeekCount: c.weekCount,
		Schedulable: c.schedulable,
		MadeBy:      by, MadeAt: r.Clock.Now(), Groups: c.groups, LongTerm: c.longTerm, Method: method, zone: r.unit.zone(),
	}
	r.forecasts = append(r.forecasts, f)
	return f
}

// list answers with every forecast that spans the week, or with the recent ones.
func (r *Service) list(c *api.Call) (api.Answer, error) {
	if err := r.unit.ours(c); err != nil {
		return api.Answer{}, err
	}
	spans := r.recent
	if c.Path("weekDateId") != "recent" {
		week, err := r.unit.week(c)
		if err != nil {
			return api.Answer{}, err
		}
		spans = func(f *Forecast) bool { return f.Week <= week && week < f.Week+wrapcast.Date(7*f.WeekCount) }
	}
	found := []item{}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.forecasts {
		if spans(f) {
			found = append(found, r.item(f))
		}
	}
	return api.OK(map[string]any{"entities": found}), nil
}

// recent reports whether a forecast's weeks lie within 26 of today.
func (r *Service) recent(f *Forecast) bool {
	today := r.unit.today()
	return f.Week <= today+7*weeksBack && f.Week+wrapcast.Date(7*f.WeekCount) >= today-7*weeksBack
}

// find returns the forecast in the path.
func (r *Service) find(c *api.Call) (*Forecast, error) {
	if err := r.unit.ours(c); err != nil {
		return nil, err
	}
	week, err := r.unit.week(c)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.forecasts {
		if f.ID == c.Path("forecastId") && f.Week == week {
			return f, nil
		}
	}
	return nil, entityNotFound(c.Path("forecastId"))
}

func (r *Service) forecast(c *api.Call) (api.Answer, error) {
	f, err := r.find(c)
	if err != nil {
		return api.Answer{}, err
	}
	for _, expand := range c.List("expand") {
		if !slices.Contains([]string{"planningGroups", "generationResults"}, expand) {
			return api.Answer{}, api.InvalidParameter(expand, "expand", "[planningGroups, generationResults]")
		}
	}
	e := expanded{forecastEntity: r.entity(f)}
	if slices.Contains(c.List("expand"), "planningGroups") {
		e.PlanningGroups = &groupParts{r.unit.snapshot()}
	}
	if slices.Contains(c.List("expand"), "generationResults") {
		results := r.generationOf(f)
		e.GenerationResults = &results
	}
	return api.OK(e), nil
}

// expanded is a forecast with the parts that were asked for.
type expanded struct {
	forecastEntity
	PlanningGroups    *groupParts        `json:"planningGroups,omitempty"`
	GenerationResults *generationResults `json:"generationResults,omitempty"`
}

type groupSnapshot struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	RoutePaths []routePath `json:"routePaths"`
}

func (b *businessUnit) snapshot() []groupSnapshot {
	groups := make([]groupSnapshot, 0, len(b.organisation.Groups))
	for _, g := range b.organisation.Groups {
		e := b.groupEntity(g)
		groups = append(groups, groupSnapshot{e.ID, e.Name, e.RoutePaths})
	}
	return groups
}

func (r *Service) delete(c *api.Call) (api.Answer, error) {
	f, err := r.find(c)
	if err != nil {
		return api.Answer{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.scheduled {
		return api.Answer{}, &api.Error{
			Status: http.StatusBadRequest, Code: "wfm.not.allowed",
			Message: "One of the attempted actions was not allowed, please check the error details for more information",
			Details: []api.Detail{{ErrorCode: "wfm.not.allowed", EntityID: f.ID, EntityName: f.Description}},
		}
	}
	r.forecasts = slices.DeleteFunc(r.forecasts, func(other *Forecast) bool { return other == f })
	return api.Answer{Status: http.StatusNoContent}, nil
}

// UseInSchedule makes a forecast one that a schedule uses, and reports whether there is such a forecast.
func (r *Service) UseInSchedule(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.forecasts {
		if f.ID == id {
			f.scheduled = true
			return true
		}
	}
	return false
}

// Forecasts returns what the platform holds, in the order it was made.
func (r *Service) Forecasts() []Forecast {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Forecast, 0, len(r.forecasts))
	for _, f := range r.forecasts {
		all = append(all, *f)
	}
	return all
}
