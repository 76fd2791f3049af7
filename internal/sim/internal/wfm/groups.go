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
	Queue     reference `json:"queue"`
	MediaType string    `json:"mediaType"`
}

func (b *businessUnit) groupEntity(g organisation.Group) groupEntity {
	o := b.organisation
	unit := unitsPath + "/" + o.BusinessUnit.ID
	queue := o.Queues[g.Queue].ID
	return groupEntity{
		ID: g.ID, Name: g.Name,
		ServiceGoalTemplate: reference{o.GoalTemplate, unit + "/servicegoaltemplates/" + o.GoalTemplate},
		RoutePaths:          []routePath{{reference{queue, "/api/v2/routing/queues/" + queue}, g.Media.WFM()}},
		Metadata:            b.metadata(), SelfURI: unit + "/planninggroups/" + g.ID,
	}
}

func (b *businessUnit) groups(c *api.Call) (api.Answer, error) {
	if err := b.ours(c); err != nil {
		return api.Answer{}, err
	}
	found := []groupEntity{}
	for _, g := range b.organisation.Groups {
		found = append(found, b.groupEntity(g))
	}
	return api.OK(map[string]any{"entities": found, "metadata": b.metadata()}), nil
}

func (b *businessUnit) group(c *api.Call) (api.Answer, error) {
	if err := b.ours(c); err != nil {
		return api.Answer{}, err
	}
	id := c.Path("planningGroupId")
	for _, g := range b.organisation.Groups {
		if g.ID == id {
			return api.OK(b.groupEntity(g)), nil
		}
	}
	return api.Answer{}, entityNotFound(id)
}

func (b *businessUnit) hasGroup(id string) bool {
	for _, g := range b.organisation.Groups {
		if g.ID == id {
			return true
		}
	}
	return false
}
