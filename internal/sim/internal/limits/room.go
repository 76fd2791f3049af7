// Package limits answers what the organisation may do how often. Two keys and their values are the platform's own
// (token.rate.per.minute and client.credentials.token.rate.per.minute); in which namespace they stand, and what else
// there is, no public source says.
package limits

import (
	"net/http"
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// Room knows the limits, which are those the simulator keeps.
type Room struct {
	// RequestsPerMinute is the rate limit per token, MostBody the bytes a request may have.
	RequestsPerMinute, MostBody int
}

type limit struct {
	Key       string `json:"key"`
	Namespace string `json:"namespace"`
	Value     int    `json:"value"`
}

type limitDocs struct {
	Key          string `json:"key"`
	DefaultValue int    `json:"defaultValue"`
	Description  string `json:"description"`
	Configurable bool   `json:"configurable"`
	Trackable    bool   `json:"trackable"`
}

type namespaceDocs struct {
	Name         string      `json:"name"`
	FriendlyName string      `json:"friendlyName"`
	Limits       []limitDocs `json:"limits"`
}

// documented is a limit with what stands of it by default and in fact.
type documented struct {
	namespace, key, about string
	usual, effective      int
}

const path = "/api/v2/organizations/limits" //nolint:misspell // the platform's path

// Endpoints lists the room's operations. No public source names a permission for them.
func (r *Room) Endpoints() []api.Endpoint {
	get := func(path string, handle func(*api.Call) (api.Answer, error)) api.Endpoint {
		return api.Endpoint{Method: http.MethodGet, Path: path, Repeatable: true, Handle: handle}
	}
	return []api.Endpoint{
		get(path+"/docs", r.docs), get(path+"/namespaces", r.namespaces),
		get(path+"/namespaces/{namespaceName}", r.effective), get(path+"/namespaces/{namespaceName}/defaults", r.defaults),
	}
}

func (r *Room) all() []documented {
	return []documented{
		{"platform.api", "client.credentials.token.rate.per.minute", "Requests per minute of a client-credentials token", 300, r.RequestsPerMinute},
		{"platform.api", "request.bytes.max", "Bytes of a request", 512_000, r.MostBody},
		{"platform.api", "token.rate.per.minute", "Requests per minute of a token", 300, r.RequestsPerMinute},
		{"notifications", "channels.max", "Channels of a user and application", 20, 20},
		{"notifications", "subscriptions.per.channel.max", "Topics of a channel", 1000, 1000},
		{"workforce.management", "business.units.max", "Business units of the organisation", 50, 50},
	}
}

func (r *Room) names() []string {
	var names []string
	for _, l := range r.all() {
		if !slices.Contains(names, l.namespace) {
			names = append(names, l.namespace)
		}
	}
	return names
}

func (r *Room) namespaces(c *api.Call) (api.Answer, error) {
	page, err := c.Page(api.PageRule{Maximum: 100})
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(api.Paged(c, page, r.names())), nil
}

func (r *Room) effective(c *api.Call) (api.Answer, error) {
	return r.list(c, func(l documented) int { return l.effective })
}

func (r *Room) defaults(c *api.Call) (api.Answer, error) {
	return r.list(c, func(l documented) int { return l.usual })
}

func (r *Room) list(c *api.Call, value func(documented) int) (api.Answer, error) {
	found := []limit{}
	for _, l := range r.all() {
		if l.namespace == c.Path("namespaceName") {
			found = append(found, limit{l.key, l.namespace, value(l)})
		}
	}
	if len(found) == 0 {
		return api.Answer{}, api.NotFound()
	}
	return api.OK(map[string]any{"entities": found}), nil
}

func (r *Room) docs(*api.Call) (api.Answer, error) {
	var all []namespaceDocs
	for _, name := range r.names() {
		d := namespaceDocs{Name: name, FriendlyName: name}
		for _, l := range r.all() {
			if l.namespace == name {
				d.Limits = append(d.Limits, limitDocs{Key: l.key, DefaultValue: l.usual, Description: l.about})
			}
		}
		all = append(all, d)
	}
	return api.OK(map[string]any{"namespaces": all}), nil
}
