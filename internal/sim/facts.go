package sim

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
	"github.com/wrapcast/wrapcast/internal/sim/internal/rest"
	"github.com/wrapcast/wrapcast/internal/sim/internal/wfm"
)

// ClientID returns the id of the OAuth client.
func (s *Server) ClientID() string { return s.options.ClientID }

// ClientSecret returns the secret of the OAuth client.
func (s *Server) ClientSecret() string { return s.options.ClientSecret }

// Permit changes what the client's role grants, from the next request on.
func (s *Server) Permit(permissions ...string) { s.tokens.Permit(s.options.ClientID, permissions) }

// PermitClient changes what the role of any client grants, from the next request on.
func (s *Server) PermitClient(id string, permissions ...string) { s.tokens.Permit(id, permissions) }

// RevokeTokens ends every token there is: the next call with each is refused with 401.
func (s *Server) RevokeTokens() { s.tokens.RevokeAll() }

// Directory returns what the organisation is made of with its first business unit, if it has one, in the project's own
// words, deleted and system codes included: what a client should find out. Region is empty.
func (s *Server) Directory() wrapcast.Directory {
	if len(s.organisation.Units) == 0 {
		return s.directory()
	}
	return s.Directories()[0]
}

// Directories returns the same for each business unit.
func (s *Server) Directories() []wrapcast.Directory {
	var all []wrapcast.Directory
	for i, u := range s.organisation.Units {
		d := s.directory()
		d.BusinessUnit = wrapcast.BusinessUnit{ID: wrapcast.BusinessUnitID(u.ID), Name: u.Name,
			TimeZone: s.wfm.Zone(i).String(), WeekStart: u.WeekStart}
		for _, g := range u.Groups {
			d.PlanningGroups = append(d.PlanningGroups, s.planningGroup(g))
		}
		all = append(all, d)
	}
	return all
}

func (s *Server) planningGroup(g organisation.Group) wrapcast.PlanningGroup {
	p := wrapcast.PlanningGroup{ID: wrapcast.PlanningGroupID(g.ID), Name: g.Name}
	for _, r := range g.Routes {
		p.Routes = append(p.Routes, wrapcast.Route{Queue: wrapcast.QueueID(s.organisation.Queues[r.Queue].ID),
			Media: r.Media.Analytics(), Language: s.language(r.Requirement), Skills: s.skills(r.Requirement).IDs()})
	}
	return p
}

// language is the language that is asked for, skills are the skills.
func (s *Server) language(r organisation.Requirement) wrapcast.LanguageID {
	if r.Language == organisation.NoLanguage {
		return ""
	}
	return wrapcast.LanguageID(s.organisation.Languages[r.Language].ID)
}

func (s *Server) skills(r organisation.Requirement) wrapcast.SkillSet {
	var ids []wrapcast.SkillID
	for _, at := range r.Skills {
		ids = append(ids, wrapcast.SkillID(s.organisation.Skills[at].ID))
	}
	return wrapcast.NewSkillSet(ids...)
}

// SilentQueues returns the queues whose conversations the analytics do not answer, because they lie in divisions that
// the client's role does not cover.
func (s *Server) SilentQueues() []wrapcast.Queue {
	return s.queues(func(q *organisation.Queue) bool { return !s.options.Switches.AnalyticsDivisions.Covers(q) })
}

// DeletedQueues returns the queues that are there no more; the analytics remember their conversations.
func (s *Server) DeletedQueues() []wrapcast.Queue {
	return s.queues(func(q *organisation.Queue) bool { return q.DeletedAt(s.now()) })
}

func (s *Server) queues(which func(*organisation.Queue) bool) []wrapcast.Queue {
	var found []wrapcast.Queue
	for i := range s.organisation.Queues {
		if q := &s.organisation.Queues[i]; which(q) {
			found = append(found, wrapcast.Queue{ID: wrapcast.QueueID(q.ID), Name: q.Name})
		}
	}
	return found
}

// directory is what does not belong to a business unit.
func (s *Server) directory() wrapcast.Directory {
	o := s.organisation
	d := wrapcast.Directory{Organisation: wrapcast.Organisation{ID: wrapcast.OrganisationID(o.ID), Name: o.Name}}
	now, grant := s.now(), s.options.Switches.QueueDivisions
	for i := range o.Queues {
		if q := &o.Queues[i]; !q.DeletedAt(now) && grant.Covers(q) {
			d.Queues = append(d.Queues, wrapcast.Queue{ID: wrapcast.QueueID(q.ID), Name: q.Name})
		}
	}
	for _, c := range o.Codes {
		d.Codes = append(d.Codes, wrapcast.Code{ID: wrapcast.CodeID(c.ID), Name: c.NameAt(now),
			Deleted: c.DeletedAt(now)})
	}
	return d
}

// ChangeTimeZone moves every business unit to another time zone, as an administrator
// might where Switches.ChangeableTimeZone says that one can. Forecasts keep the quarter-hours they were made with.
func (s *Server) ChangeTimeZone(name string) error {
	const op = "sim.ChangeTimeZone"
	if !s.options.Switches.ChangeableTimeZone {
		return wrapcast.Errorf(wrapcast.Usage, op, "the time zone of a business unit cannot be changed").
			WithHint("set Switches.ChangeableTimeZone")
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return wrapcast.Errorf(wrapcast.Usage, op, "there is no time zone %q", name)
	}
	if len(s.organisation.Units) == 0 {
		return wrapcast.Errorf(wrapcast.Usage, op, "there is no business unit")
	}
	s.wfm.ChangeZone(zone)
	return nil
}

// Start returns the first local day with contacts.
func (s *Server) Start() wrapcast.Date { return s.organisation.Start }

// Import is an import of a short-term forecast that was accepted.
type Import = wfm.Import

// Imports returns every import accepted so far, in order, those that failed later included.
func (s *Server) Imports() []Import { return s.wfm.Imports() }

// AcceptedImports returns how often an import with each description was asked for and accepted; what the platform
// did a second time by itself, where that fault was ordered, does not count.
func (s *Server) AcceptedImports() map[string]int {
	accepted := map[string]int{}
	for _, i := range s.wfm.Imports() {
		if !i.Again {
			accepted[i.Description]++
		}
	}
	return accepted
}

// Forecast is a short-term forecast the platform holds.
type Forecast = wfm.Forecast

// Forecasts returns the short-term forecasts there are now, in the order they were made.
func (s *Server) Forecasts() []Forecast { return s.wfm.Forecasts() }

// UseInSchedule makes a forecast one that a schedule uses, so that it cannot be
// deleted, and reports whether there is such a forecast.
func (s *Server) UseInSchedule(forecastID string) bool { return s.wfm.UseInSchedule(forecastID) }

// RESTForecast is a forecast the rest target accepted.
type RESTForecast = rest.Forecast

// RESTForecasts returns every forecast accepted there so far, in order.
func (s *Server) RESTForecasts() []RESTForecast { return s.rest.Forecasts() }

// Requests is how often an endpoint answered with a status.
type Requests struct {
	// Endpoint is method and path pattern: "GET /api/v2/routing/queues".
	Endpoint string
	// Status is 0 where the connection was broken by a fault, 101 for a WebSocket.
	Status, Count int
}

// Requests returns what was asked so far, by endpoint and status.
func (s *Server) Requests() []Requests { return s.counts.all() }

// counts counts requests; its zero value is ready.
type counts struct {
	mu   sync.Mutex
	seen map[Requests]int // with Count 0 as key
}

func (c *counts) add(endpoint string, status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[Requests]int{}
	}
	c.seen[Requests{Endpoint: endpoint, Status: status}]++
}

func (c *counts) all() []Requests {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Requests
	for r, n := range maps.All(c.seen) {
		r.Count = n
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Requests) int {
		return cmp.Or(cmp.Compare(a.Endpoint, b.Endpoint), cmp.Compare(a.Status, b.Status))
	})
	return all
}

// now is the simulator's present.
func (s *Server) now() time.Time { return s.options.Clock.Now() }
