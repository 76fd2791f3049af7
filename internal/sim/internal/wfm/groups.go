package wfm

import (
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

type groupEntity struct {
	ID                  string      `json:"id"`
	Name                string      `json:"name"`
	ServiceGoalTemplate reference   `json:"serviceGoalTemplate"`
	RoutePaths          []routePath `json:"routePaths"`
	Metadata            metadata    `json:"metadata"`
	SelfURI             string      `json:"selfUri"`
}

type routePath struct {
	Queue     reference   `json:"queue"`
	MediaType string      `json:"mediaType"`
	Language  *reference  `json:"language,omitempty"`
	Skills    []reference `json:"skills,omitempty"`
}

func (b *businessUnit) groupEntity(g organisation.Group) groupEntity {
	o := b.organisation
	unit := unitsPath + "/" + b.ID
	return groupEntity{
		ID: g.ID, Name: g.Name,
		ServiceGoalTemplate: reference{o.GoalTemplate, unit + "/servicegoaltemplates/" + o.GoalTemplate},
		RoutePaths:          b.routePaths(g),
		Metadata:            b.metadata(), SelfURI: unit + "/planninggroups/" + g.ID,
	}
}

func (b *businessUnit) routePaths(g organisation.Group) []routePath {
	var paths []routePath
	for _, route := range g.Routes {
		path := routePath{Queue: refer("queues", b.organisation.Queues[route.Queue].ID), MediaType: route.Media.WFM()}
		if route.Language != organisation.NoLanguage {
			language := refer("languages", b.organisation.Languages[route.Language].ID)
			path.Language = &language
		}
		for _, skill := range route.Skills {
			path.Skills = append(path.Skills, refer("skills", b.organisation.Skills[skill].ID))
		}
		paths = append(paths, path)
	}
	return paths
}

// refer points to a routing resource.
func refer(kind, id string) reference { return reference{id, "/api/v2/routing/" + kind + "/" + id} }

func (b *businessUnit) groups(*api.Call) (api.Answer, error) {
	found := []groupEntity{}
	for _, g := range b.Groups {
		found = append(found, b.groupEntity(g))
	}
	return api.OK(map[string]any{"entities": found, "metadata": b.metadata()}), nil
}

func (b *businessUnit) group(c *api.Call) (api.Answer, error) {
	id := c.Path("planningGroupId")
	for _, g := range b.Groups {
		if g.ID == id {
			return api.OK(b.groupEntity(g)), nil
		}
	}
	return api.Answer{}, entityNotFound(id)
}

func (b *businessUnit) hasGroup(id string) bool {
	for _, g := range b.Groups {
		if g.ID == id {
			return true
		}
	}
	return false
}
