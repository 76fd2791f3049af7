// Package routing answers for wrap-up codes and queues.
package routing

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Service answers routing calls about an organisation.
type Service struct {
	Organisation *organisation.Organisation
	Now          func() time.Time
	// Pages is the page size rule.
	Pages api.PageRule
	// Grant says in which divisions the client's role may see queues.
	Grant organisation.Grant
	// NoViews answers 404 to the lists of codes and queues across divisions.
	NoViews bool
	// ListDefaultCode puts the platform's Default Wrap-up Code into the listings.
	ListDefaultCode bool

	mu    sync.Mutex
	added map[string][]string // codes added to queues, by id
}

// Endpoints lists the service's operations.
func (r *Service) Endpoints() []api.Endpoint {
	view, search := []string{"routing:wrapupCode:view"}, []string{"routing:wrapupCode:search"}
	queue, searchQueues := []string{"routing:queue:view"}, []string{"routing:queue:search"}
	return []api.Endpoint{
		{Method: http.MethodGet, Path: codesPath, AllOf: view, Repeatable: true, Handle: r.codes},
		{Method: http.MethodGet, Path: codesPath + "/{codeId}", AllOf: view, Repeatable: true, Handle: r.code},
		{Method: http.MethodGet, Path: codesPath + "/divisionviews", AllOf: search, Repeatable: true,
			Handle: r.view(r.codeViews)},
		{Method: http.MethodGet, Path: codesPath + "/divisionviews/{codeId}", AllOf: search, Repeatable: true,
			Handle: r.view(r.codeView)},
		{Method: http.MethodGet, Path: queuesPath + "/divisionviews", AllOf: searchQueues, Repeatable: true,
			Handle: r.view(r.queueViews)},
		{Method: http.MethodGet, Path: queuesPath + "/divisionviews/all", AllOf: searchQueues, Repeatable: true,
			Handle: r.view(r.allQueues)},
		{Method: http.MethodGet, Path: skillsPath, Repeatable: true, Handle: r.skills},
		{Method: http.MethodGet, Path: skillsPath + "/{skillId}", Repeatable: true, Handle: r.skill},
		{Method: http.MethodGet, Path: languagesPath, Repeatable: true, Handle: r.languages},
		{Method: http.MethodGet, Path: languagesPath + "/{languageId}", Repeatable: true, Handle: r.language},
		{Method: http.MethodGet, Path: queuesPath, AnyOf: queue, Repeatable: true, Handle: r.queues},
		{Method: http.MethodGet, Path: queuesPath + "/{queueId}", AllOf: queue, Repeatable: true, Handle: r.queue},
		{Method: http.MethodGet, Path: queuesPath + "/{queueId}/wrapupcodes", AllOf: queue, Repeatable: true,
			Handle: r.queueCodes},
		{Method: http.MethodPost, Path: queuesPath + "/{queueId}/wrapupcodes", AllOf: []string{"routing:queue:edit"},
			Takes: api.JSON, Repeatable: true, Handle: r.addQueueCodes},
	}
}

const (
	codesPath  = "/api/v2/routing/wrapupcodes"
	queuesPath = "/api/v2/routing/queues"

	skillsPath    = "/api/v2/routing/skills"
	languagesPath = "/api/v2/routing/languages"
)

// view answers for a list across divisions, where there are such lists.
func (r *Service) view(handle func(*api.Call) (api.Answer, error)) func(*api.Call) (api.Answer, error) {
	if !r.NoViews {
		return handle
	}
	return func(*api.Call) (api.Answer, error) { return api.Answer{}, api.NotFound() }
}

type division struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	SelfURI string `json:"selfUri"`
}

func (r *Service) division(d organisation.Named) division {
	return division{d.ID, d.Name, "/api/v2/authorization/divisions/" + d.ID}
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)

// ids reads the id parameter; each must be a UUID.
func ids(c *api.Call) ([]string, error) {
	values := c.List("id")
	for _, id := range values {
		if !uuidForm.MatchString(id) {
			return nil, invalidID()
		}
	}
	return values, nil
}

func invalidID() *api.Error {
	return &api.Error{Status: http.StatusBadRequest, Code: "invalid.id",
		Message: "A non-UUID value was specified for an ID field."}
}

// nameMatches compares names as the platform's searches do: without regard to case, with * for anything at either end.
func nameMatches(pattern, name string) bool {
	if pattern == "" {
		return true
	}
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	open, closed := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
	core := strings.Trim(pattern, "*")
	switch {
	case open && closed:
		return strings.Contains(name, core)
	case open:
		return strings.HasSuffix(name, core)
	case closed:
		return strings.HasPrefix(name, core)
	default:
		return name == core
	}
}

// asksFor reports whether a call asks for what lies in a division; all divisions are asked for where none is named.
func asksFor(c *api.Call, d organisation.Named) bool {
	wanted := c.List("divisionId")
	return len(wanted) == 0 || slices.Contains(wanted, d.ID)
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
