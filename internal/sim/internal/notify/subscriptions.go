package notify

import (
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

func (r *Service) subscriptions(c *api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ch, err := r.use(c)
	if err != nil {
		return api.Answer{}, err
	}
	found := []topicEntity{}
	for _, name := range ch.topics {
		e, _ := r.judge(c, name) // one whose permission was withdrawn is listed as rejected
		found = append(found, e)
	}
	return api.OK(map[string]any{"entities": found}), nil
}

// subscribe adds topics to those a channel has, replace puts them in their place.
func (r *Service) subscribe(c *api.Call) (api.Answer, error) { return r.change(c, false) }

func (r *Service) replace(c *api.Call) (api.Answer, error) { return r.change(c, true) }

// change subscribes a channel to the topics in the body. One rejected topic fails the
// whole request, unless ignoreErrors is true.
func (r *Service) change(c *api.Call, replace bool) (api.Answer, error) {
	var asked []topicEntity
	if err := api.Decode(c.Body, &asked, "ChannelTopic"); err != nil {
		return api.Answer{}, err
	}
	ignore, err := c.Bool("ignoreErrors")
	if err != nil {
		return api.Answer{}, err
	}
	answered, permitted := []topicEntity{}, []string{}
	for _, a := range asked {
		e, refusal := r.judge(c, a.ID)
		if refusal != nil && !ignore {
			return api.Answer{}, refusal
		}
		if refusal == nil {
			permitted = append(permitted, a.ID)
		}
		answered = append(answered, e)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	ch, err := r.use(c)
	if err != nil {
		return api.Answer{}, err
	}
	if err := ch.subscribe(permitted, replace); err != nil {
		return api.Answer{}, err
	}
	ch.expires = r.Now().Add(channelLife)
	return api.OK(map[string]any{"entities": answered}), nil
}

func (ch *channel) subscribe(names []string, replace bool) error {
	var topics []string
	if !replace {
		topics = slices.Clone(ch.topics)
	}
	for _, name := range names {
		if !slices.Contains(topics, name) {
			topics = append(topics, name)
		}
	}
	if len(topics) > maxTopics {
		return &api.Error{Status: http.StatusBadRequest, Code: "notification.subscription.too.many.subscriptions",
			Message: "Too many subscriptions"}
	}
	ch.topics = topics
	return nil
}

func (r *Service) unsubscribe(c *api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ch, err := r.use(c)
	if err != nil {
		return api.Answer{}, err
	}
	ch.topics = nil
	return api.Answer{Status: http.StatusNoContent}, nil
}
