package access

import (
	"net/http"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Telling is what an OAuth client learns when it asks what it may do. No public source says which.
type Telling string

// The ways of telling.
const (
	// TellPermissions names the client's role and every permission it grants.
	TellPermissions Telling = "permissions"
	// TellRoles names the role alone.
	TellRoles Telling = "roles"
	// TellNothing refuses the question.
	TellNothing Telling = "nothing"
)

const roleName = "wrapcast"

type subject struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Grants  []grant `json:"grants"`
	Version int     `json:"version"`
	SelfURI string  `json:"selfUri"`
}

type grant struct {
	SubjectID   string   `json:"subjectId"`
	Division    division `json:"division"`
	Role        role     `json:"role"`
	GrantMadeAt string   `json:"grantMadeAt"`
}

type division struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Description  string `json:"description"`
	HomeDivision bool   `json:"homeDivision"`
	SelfURI      string `json:"selfUri"`
}

type role struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Policies []policy `json:"policies,omitempty"`
	Default  bool     `json:"default"`
	SelfURI  string   `json:"selfUri"`
}

// policy grants actions on a kind of thing.
type policy struct {
	Domain     string   `json:"domain"`
	EntityName string   `json:"entityName"`
	Actions    []string `json:"actions"`
}

// subject tells a client of its one role, and in which divisions it is granted.
func (d *Login) subject(c *api.Call) (api.Answer, error) {
	if d.Telling == TellNothing {
		return api.Answer{}, &api.Error{Status: http.StatusForbidden, Code: "not.authorized",
			Message: "You are not authorized to perform the requested action."}
	}
	o := d.Organisation
	id := organisation.UUID(d.Tokens.seed, "role", c.ClientID)
	r := role{ID: id, Name: roleName, SelfURI: "/api/v2/authorization/roles/" + id}
	if d.Telling != TellRoles {
		r.Policies = policies(d.Tokens.Permissions(c.ClientID))
	}
	me := subject{ID: c.ClientID, Name: roleName, Version: 1, SelfURI: subjectPath}
	for _, n := range o.Divisions(d.Grant) {
		in := division{n.ID, n.Name, "", n == o.Division, "/api/v2/authorization/divisions/" + n.ID}
		me.Grants = append(me.Grants, grant{c.ClientID, in, r, o.Created.UTC().Format("2006-01-02T15:04:05.000Z")})
	}
	return api.OK(me), nil
}

// policies puts permissions of the form domain:entity:action together by entity.
func policies(permissions []string) []policy {
	var all []policy
	places := map[string]int{}
	for _, p := range permissions {
		parts := strings.SplitN(p, ":", 3)
		if len(parts) != 3 {
			continue
		}
		entity := parts[0] + ":" + parts[1]
		if _, known := places[entity]; !known {
			places[entity] = len(all)
			all = append(all, policy{Domain: parts[0], EntityName: parts[1]})
		}
		all[places[entity]].Actions = append(all[places[entity]].Actions, parts[2])
	}
	return all
}
