package wfm

import (
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// goalEntity is the one service goal template there is, the same for every planning group; synthetic.
type goalEntity struct {
	ID                   string      `json:"id"`
	Name                 string      `json:"name"`
	ServiceLevel         levelGoal   `json:"serviceLevel"`
	AverageSpeedOfAnswer answerGoal  `json:"averageSpeedOfAnswer"`
	AbandonRate          abandonGoal `json:"abandonRate"`
	Metadata             metadata    `json:"metadata"`
	SelfURI              string      `json:"selfUri"`
}

type levelGoal struct {
	Include bool `json:"include"`
	Percent int  `json:"percent"`
	Seconds int  `json:"seconds"`
}

type answerGoal struct {
	Include bool `json:"include"`
	Seconds int  `json:"seconds"`
}

type abandonGoal struct {
	Include bool `json:"include"`
	Percent int  `json:"percent"`
}

func (r *Service) goalPath() string {
	return unitsPath + "/" + r.Organisation.BusinessUnit.ID + "/servicegoaltemplates"
}

func (r *Service) goalEntity() goalEntity {
	id := r.Organisation.GoalTemplate
	return goalEntity{
		ID: id, Name: organisation.GoalName, ServiceLevel: levelGoal{true, 80, 20}, AverageSpeedOfAnswer: answerGoal{Seconds: 30},
		AbandonRate: abandonGoal{Percent: 5}, Metadata: r.metadata(), SelfURI: r.goalPath() + "/" + id,
	}
}

func (r *Service) goals(c *api.Call) (api.Answer, error) {
	if err := r.ours(c); err != nil {
		return api.Answer{}, err
	}
	return api.OK(map[string]any{"entities": []goalEntity{r.goalEntity()}, "metadata": r.metadata()}), nil
}

func (r *Service) goal(c *api.Call) (api.Answer, error) {
	if err := r.ours(c); err != nil {
		return api.Answer{}, err
	}
	if id := c.Path("serviceGoalTemplateId"); id != r.Organisation.GoalTemplate {
		return api.Answer{}, entityNotFound(id)
	}
	return api.OK(r.goalEntity()), nil
}
