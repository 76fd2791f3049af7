package genesys

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// entity is what most things of the platform have in common.
type entity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Organisation asks which organisation the OAuth client belongs to. It is the
// lightest call that proves the credentials.
func (c *Client) Organisation(ctx context.Context) (wrapcast.Organisation, error) {
	o, _, err := c.whoAmI(ctx)
	return o, err
}

func (c *Client) whoAmI(ctx context.Context) (wrapcast.Organisation, transport.Answer, error) {
	var me struct {
		Organisation     entity `json:"organization"` //nolint:misspell // the platform's own word
		HomeOrganisation entity `json:"homeOrganization"`
	}
	a, err := c.transport.Do(ctx, transport.Call{Name: transport.OrganisationCall, Base: c.api, Into: &me})
	if err != nil {
		return wrapcast.Organisation{}, a, err
	}
	org := me.Organisation
	if org.ID == "" {
		org = me.HomeOrganisation
	}
	if org.ID == "" {
		return wrapcast.Organisation{}, a, wrapcast.Errorf(wrapcast.Unavailable, "genesys.organisation",
			"%s does not say which organisation the token belongs to", c.api)
	}
	c.transport.Budget().BelongsTo(wrapcast.OrganisationID(org.ID))
	return wrapcast.Organisation{ID: wrapcast.OrganisationID(org.ID), Name: org.Name, Region: c.region}, a, nil
}

// Directory reads what an organisation is made of apart from business units: the queues and wrap-up codes that the
// OAuth client may see.
func (c *Client) Directory(ctx context.Context, o wrapcast.Organisation) (wrapcast.Directory, error) {
	ctx = bounded(ctx)
	d := wrapcast.Directory{Organisation: o}
	var err error
	if d.Queues, err = c.queues(ctx); err != nil {
		return wrapcast.Directory{}, err
	}
	if d.Codes, err = c.Codes(ctx); err != nil {
		return wrapcast.Directory{}, err
	}
	return d, nil
}

func (c *Client) queues(ctx context.Context) ([]wrapcast.Queue, error) {
	listed, err := paged[entity](ctx, c, transport.QueuesCall, nil)
	if err != nil {
		return nil, err
	}
	listed = distinct(listed)
	queues := make([]wrapcast.Queue, len(listed))
	for i, q := range listed {
		queues[i] = wrapcast.Queue{ID: wrapcast.QueueID(q.ID), Name: q.Name}
	}
	return queues, nil
}

// Abilities lists the languages of the organisation and the skills of some ids, of which it may have a great many; the
// platform asks for no permission.
func (c *Client) Abilities(ctx context.Context, ids []wrapcast.SkillID) ([]wrapcast.Language, []wrapcast.Skill,
	error) {
	ctx = bounded(ctx)
	var languages []wrapcast.Language
	listed, err := paged[entity](ctx, c, transport.LanguagesCall, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range distinct(listed) {
		languages = append(languages, wrapcast.Language{ID: wrapcast.LanguageID(l.ID), Name: l.Name})
	}
	var skills []wrapcast.Skill
	const most = 50 // ids in one address
	for some := range slices.Chunk(ids, most) {
		ids := make([]string, len(some))
		for i, id := range some {
			ids[i] = string(id)
		}
		// with commas, as the platform's SDK sends them
		listed, err := paged[entity](ctx, c, transport.SkillsCall, url.Values{"id": {strings.Join(ids, ",")}})
		if err != nil {
			return nil, nil, err
		}
		for _, s := range distinct(listed) {
			skills = append(skills, wrapcast.Skill{ID: wrapcast.SkillID(s.ID), Name: s.Name})
		}
	}
	return languages, skills, nil
}

// Codes lists active and deleted wrap-up codes. They are asked for apart, since a code
// does not say which it is. Where they cannot be searched (no permission, no such call), the active ones must do.
func (c *Client) Codes(ctx context.Context) ([]wrapcast.Code, error) {
	ctx = bounded(ctx)
	active, err := paged[entity](ctx, c, transport.CodesAllCall, url.Values{"includeState": {"Active"}})
	if noSearch(err) {
		active, err = paged[entity](ctx, c, transport.CodesActiveCall, nil)
		return codesOf(active, nil), err
	}
	if err != nil {
		return nil, err
	}
	deleted, err := paged[entity](ctx, c, transport.CodesAllCall, url.Values{"includeState": {"Deleted"}})
	if err != nil && !noSearch(err) {
		return nil, err
	}
	return codesOf(active, deleted), nil
}

// noSearch reports whether the platform does not let this client search wrap-up codes.
func noSearch(err error) bool {
	status := statusOf(err)
	return status == http.StatusForbidden || status == http.StatusNotFound
}

// codesOf merges both lists by id; a code on both was deleted between the two questions.
func codesOf(active, deleted []entity) []wrapcast.Code {
	var codes []wrapcast.Code
	add := func(list []entity, gone bool) {
		for _, e := range list {
			codes = append(codes, wrapcast.Code{ID: wrapcast.CodeID(e.ID), Name: e.Name, Deleted: gone})
		}
	}
	add(distinct(deleted), true)
	add(distinct(active), false)
	slices.SortStableFunc(codes, func(a, b wrapcast.Code) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(codes, func(a, b wrapcast.Code) bool { return a.ID == b.ID })
}

// distinct sorts by id and drops what is listed twice, as a listing that shifts between
// pages makes it, and what has no id.
func distinct(list []entity) []entity {
	list = slices.DeleteFunc(slices.Clone(list), func(e entity) bool { return e.ID == "" })
	slices.SortStableFunc(list, func(a, b entity) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(list, func(a, b entity) bool { return a.ID == b.ID })
}

func (c *Client) planningGroups(ctx context.Context, unit wrapcast.BusinessUnitID) ([]wrapcast.PlanningGroup, error) {
	var listed page[struct {
		entity
		Template   entity `json:"serviceGoalTemplate"`
		RoutePaths []struct {
			Queue     entity   `json:"queue"`
			MediaType string   `json:"mediaType"`
			Language  entity   `json:"language"`
			Skills    []entity `json:"skills"`
		} `json:"routePaths"`
	}]
	if err := c.get(ctx, transport.PlanningGroupsCall, nil, &listed, string(unit)); err != nil {
		return nil, err
	}
	var goals map[string]*wrapcast.ServiceGoal
	groups := make([]wrapcast.PlanningGroup, 0, len(listed.Entities))
	for _, e := range listed.Entities {
		if e.Template.ID != "" && goals == nil {
			var err error
			if goals, err = c.serviceGoals(ctx, unit); err != nil && ctx.Err() != nil {
				return nil, err
			}
		}
		if err := take(ctx, transport.PlanningGroupsCall, 1+len(e.RoutePaths)); err != nil {
			return nil, err
		}
		g := wrapcast.PlanningGroup{ID: wrapcast.PlanningGroupID(e.ID), Name: e.Name, Goal: goals[e.Template.ID]}
		for _, p := range e.RoutePaths {
			route := wrapcast.Route{Queue: wrapcast.QueueID(p.Queue.ID), Media: mediaType(p.MediaType),
				Language: wrapcast.LanguageID(p.Language.ID)}
			for _, s := range p.Skills {
				route.Skills = append(route.Skills, wrapcast.SkillID(s.ID))
			}
			g.Routes = append(g.Routes, route)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// serviceGoals reads the service goal templates of a unit, by id. What asks for nothing that could be is left out. The
// map is never nil: goals are a help, and a run goes on without them.
func (c *Client) serviceGoals(ctx context.Context, unit wrapcast.BusinessUnitID) (map[string]*wrapcast.ServiceGoal,
	error) {
	goals := map[string]*wrapcast.ServiceGoal{}
	var listed page[goalTemplate]
	if err := c.get(ctx, transport.GoalsCall, nil, &listed, string(unit)); err != nil {
		return goals, err
	}
	for _, t := range listed.Entities {
		if goal := t.goal(); goal != nil && t.ID != "" {
			goals[t.ID] = goal
		}
	}
	return goals, take(ctx, transport.GoalsCall, len(listed.Entities))
}

// goalTemplate is a service goal template as the platform writes it, with whole per cent.
type goalTemplate struct {
	entity
	ServiceLevel struct {
		Include bool    `json:"include"`
		Percent float64 `json:"percent"`
		Seconds float64 `json:"seconds"`
	} `json:"serviceLevel"`
	AverageSpeedOfAnswer struct {
		Include bool    `json:"include"`
		Seconds float64 `json:"seconds"`
	} `json:"averageSpeedOfAnswer"`
	AbandonRate struct {
		Include bool    `json:"include"`
		Percent float64 `json:"percent"`
	} `json:"abandonRate"`
}

// goal is what of a template is asked for, nil where that is nothing. All contacts (100 %) are 99.9 %: no number of
// agents can promise more.
func (t goalTemplate) goal() *wrapcast.ServiceGoal {
	const allButOne = 0.999
	g := wrapcast.ServiceGoal{Template: transport.Printable(t.Name, 120)} //nolint:mnd // characters of a name
	if l := t.ServiceLevel; l.Include && l.Percent > 0 && l.Percent <= 100 && l.Seconds >= 0 {
		g.ServiceLevel, g.Within = min(l.Percent/100, allButOne), l.Seconds
	}
	if a := t.AverageSpeedOfAnswer; a.Include && a.Seconds > 0 {
		g.ASA = a.Seconds
	}
	if a := t.AbandonRate; a.Include && a.Percent > 0 && a.Percent < 100 {
		g.Abandoned = a.Percent / 100
	}
	if g.ServiceLevel+g.ASA+g.Abandoned == 0 {
		return nil
	}
	return &g
}

// mediaType puts the spelling of Workforce Management ("Voice") into that of analytics ("voice").
func mediaType(s string) wrapcast.MediaType { return wrapcast.MediaType(strings.ToLower(s)) }

func weekday(s string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), s) {
			return d, true
		}
	}
	return 0, false
}
