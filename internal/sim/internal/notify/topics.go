package notify

import (
	"regexp"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// topic is a kind of topic and the permissions of which any one lets a client subscribe.
// The topics are the platform's (notificationMappings.json of its SDKs); which permission each asks for is not in
// any public description, so it is taken to be that of reading the same thing.
type topic struct {
	name        string
	permissions []string
}

func topics() []topic {
	const unit = "v2.workforcemanagement.businessunits.{id}."
	forecast := []string{"wfm:shortTermForecast:add", "wfm:shortTermForecast:view"}
	return []topic{
		{unit + "shorttermforecasts", forecast},
		{unit + "shorttermforecasts.import", forecast},
		{unit + "shorttermforecasts.generate", forecast},
		{unit + "shorttermforecasts.copy", forecast},
		{"v2.analytics.wrapup.{id}.aggregates", []string{"analytics:conversationAggregate:view"}},
		{"v2.detail.events.conversation.{id}.wrapup", []string{"analytics:conversationDetail:view"}},
		{"v2.system.socket_closing", nil},
		{"v2.system.token_revoked.{id}", nil},
		{"v2.system.no_longer_subscribed.{id}", nil},
	}
}

// availableTopic is a kind of topic as it is listed.
type availableTopic struct {
	ID                  string   `json:"id"`
	RequiresPermissions []string `json:"requiresPermissions"`
	Transports          []string `json:"transports"`
	Visibility          string   `json:"visibility"`
}

// available lists the kinds of topics there are; system topics come by themselves.
func (r *Service) available(c *api.Call) (api.Answer, error) {
	if _, err := c.Bool("includePreview"); err != nil {
		return api.Answer{}, err
	}
	found := []availableTopic{}
	for _, t := range topics() {
		if !strings.HasPrefix(t.name, "v2.system.") {
			found = append(found, availableTopic{t.name, t.permissions, []string{"Websocket"}, "Public"})
		}
	}
	return api.OK(map[string]any{"entities": found}), nil
}

var topicID = regexp.MustCompile(`^[0-9A-Za-z-]+$`)

// find returns the kind of a topic; ok is false for one that does not exist.
func (r *Service) find(name string) (found topic, ok bool) {
	for _, t := range topics() {
		before, after, hasID := strings.Cut(t.name, "{id}")
		id, isIn := strings.CutPrefix(name, before)
		if !hasID {
			if name == t.name {
				return t, true
			}
			continue
		}
		id, ends := strings.CutSuffix(id, after)
		if !isIn || !ends || !topicID.MatchString(id) {
			continue
		}
		unit := strings.Contains(t.name, ".businessunits.")
		return t, !unit || r.Organisation.HasUnit(id)
	}
	return topic{}, false
}

// topicEntity is a subscription as it is asked for and answered.
type topicEntity struct {
	ID                 string   `json:"id"`
	State              string   `json:"state,omitempty"`
	RejectionReason    string   `json:"rejectionReason,omitempty"`
	MissingPermissions []string `json:"missingPermissions,omitempty"`
	SelfURI            string   `json:"selfUri,omitempty"`
}

// judge says whether the caller may subscribe to a topic, and the refusal where it may not.
func (r *Service) judge(c *api.Call, name string) (topicEntity, *api.Error) {
	e := topicEntity{ID: name, State: "Permitted", SelfURI: channelsPath + "/" + c.Path("channelId") + "/subscriptions"}
	t, ok := r.find(name)
	switch {
	case !ok:
		e.State, e.RejectionReason = "Rejected", "The subscription topic is not valid."
		return e, &api.Error{
			Status: 400, Code: "notification.invalid.topic", Message: "The subscription topic is not valid.",
			Details: []api.Detail{{ErrorCode: "notification.invalid.topic", EntityID: name}},
		}
	case !c.HasAny(t.permissions...):
		e.State, e.RejectionReason, e.MissingPermissions = "Rejected", "Not authorized for this topic.", t.permissions
		missing := "[" + strings.Join(t.permissions, ", ") + "]"
		return e, &api.Error{
			Status: 403, Code: "notification.unauthorized.topic",
			Message: "Not authorized for this topic. One of these permissions is missing: " + missing,
			Params:  map[string]string{"permissions": missing},
			Details: []api.Detail{{ErrorCode: "notification.unauthorized.topic", EntityID: name}},
		}
	}
	return e, nil
}
