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
	// Unit is the id of its business unit.
	Unit        string
	Week        wrapcast.Date
	WeekCount   int
	Schedulable bool
	MadeBy      string
	MadeAt      time.Time
	Groups      []GroupData
	// LongTerm is the part of an import by days, where it had one; Method is how it was made: Import, Advanced.
	LongTerm []LongTerm
	Method   string
	// Legacy was made before business units were.
	Legacy    bool
	scheduled bool           // a schedule uses it: it cannot be deleted
	inPlace   bool           // nobody asked for it
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
		Description: f.Description, Legacy: f.Legacy,
		Metadata:            metadata{Version: 1, ModifiedBy: reference{ID: f.MadeBy}, DateModified: instant(f.MadeAt)},
		CanUseForScheduling: f.Schedulable,
		SelfURI: fmt.Sprintf("%s/%s/weeks/%s/shorttermforecasts/%s", unitsPath,
			f.Unit, f.Week, f.ID),
	}
}

func (r *Service) entity(f *Forecast) forecastEntity {
	return forecastEntity{
		item: r.item(f), ReferenceStartDate: instant(f.Week.Midnight(f.zone)),
		SourceDays: []struct{}{}, Modifications: []struct{}{}, TimeZone: f.zone.String(), PlanningGroupsVersion: 1,
	}
}

// add keeps a new forecast.
func (r *Service) add(b *businessUnit, week wrapcast.Date, by string, c *content, method string) *Forecast {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := &Forecast{
		ID: r.id("forecast"), Unit: b.ID, Description: c.description, Week: week, WeekCount: c.weekCount,
		Schedulable: c.schedulable,
		MadeBy:      by, MadeAt: r.Clock.Now(), Groups: c.groups, LongTerm: c.longTerm, Method: method, zone: b.zone(),
	}
	r.made = append(r.made, f)
	return f
}

// list answers with every forecast that spans the week, or with the recent ones.
func (r *Service) forecasts(b *businessUnit, c *api.Call) (api.Answer, error) {
	spans := b.recent
	if c.Path("weekDateId") != "recent" {
		week, err := b.week(c)
		if err != nil {
			return api.Answer{}, err
		}
		spans = func(f *Forecast) bool { return f.Week <= week && week < f.Week+wrapcast.Date(7*f.WeekCount) }
	}
	found := []item{}
	r.furnish()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.made {
		if f.Unit == b.ID && spans(f) {
			found = append(found, r.item(f))
		}
	}
	return api.OK(map[string]any{"entities": found}), nil
}

// recent reports whether a forecast's weeks lie within 26 of today.
func (b *businessUnit) recent(f *Forecast) bool {
	today := b.today()
	return f.Week <= today+7*weeksBack && f.Week+wrapcast.Date(7*f.WeekCount) >= today-7*weeksBack
}

// find returns the forecast in the path.
func (r *Service) find(b *businessUnit, c *api.Call) (*Forecast, error) {
	week, err := b.week(c)
	if err != nil {
		return nil, err
	}
	r.furnish()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.made {
		if f.ID == c.Path("forecastId") && f.Unit == b.ID && f.Week == week {
			return f, nil
		}
	}
	return nil, entityNotFound(c.Path("forecastId"))
}

func (r *Service) forecast(b *businessUnit, c *api.Call) (api.Answer, error) {
	f, err := r.find(b, c)
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
		e.PlanningGroups = &groupParts{b.snapshot()}
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
	groups := make([]groupSnapshot, 0, len(b.Groups))
	for _, g := range b.Groups {
		e := b.groupEntity(g)
		groups = append(groups, groupSnapshot{e.ID, e.Name, e.RoutePaths})
	}
	return groups
}

func (r *Service) delete(b *businessUnit, c *api.Call) (api.Answer, error) {
	f, err := r.find(b, c)
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
	r.made = slices.DeleteFunc(r.made, func(other *Forecast) bool { return other == f })
	return api.Answer{Status: http.StatusNoContent}, nil
}

// UseInSchedule makes a forecast one that a schedule uses, and reports whether there is such a forecast.
func (r *Service) UseInSchedule(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.made {
		if f.ID == id {
			f.scheduled = true
			return true
		}
	}
	return false
}

// Forecasts returns what the platform holds, in the order it was made.
func (r *Service) Forecasts() []Forecast {
	r.furnish()
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Forecast, 0, len(r.made))
	for _, f := range r.made {
		all = append(all, *f)
	}
	return all
}
