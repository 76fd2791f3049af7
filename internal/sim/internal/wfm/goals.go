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

func (b *businessUnit) goalPath() string {
	return unitsPath + "/" + b.ID + "/servicegoaltemplates"
}

func (b *businessUnit) goalEntity() goalEntity {
	id := b.organisation.GoalTemplate
	return goalEntity{
		ID: id, Name: organisation.GoalName, ServiceLevel: levelGoal{true, 80,
			20}, AverageSpeedOfAnswer: answerGoal{Seconds: 30},
		AbandonRate: abandonGoal{Percent: 5}, Metadata: b.metadata(), SelfURI: b.goalPath() + "/" + id,
	}
}

func (b *businessUnit) goals(*api.Call) (api.Answer, error) {
	return api.OK(map[string]any{"entities": []goalEntity{b.goalEntity()}, "metadata": b.metadata()}), nil
}

func (b *businessUnit) goal(c *api.Call) (api.Answer, error) {
	if id := c.Path("serviceGoalTemplateId"); id != b.organisation.GoalTemplate {
		return api.Answer{}, entityNotFound(id)
	}
	return api.OK(b.goalEntity()), nil
}
