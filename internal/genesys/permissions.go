package genesys

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// holding is what the platform says of an OAuth client: its roles, and what they permit where that is said too.
type holding struct {
	roles       []string
	permissions []string
}

// permissions asks what the OAuth client may do. No permission is needed to ask; whether an OAuth client
// gets an answer, and whether that lists what its roles permit, nobody could verify.
func (c *Client) permissions(ctx context.Context) (holding, error) {
	var subject struct {
		Grants []struct {
			Role struct {
				Name     string   `json:"name"`
				Policies []policy `json:"policies"`
			} `json:"role"`
		} `json:"grants"`
	}
	if err := c.get(ctx, transport.PermissionsCall, nil, &subject); err != nil {
		return holding{}, err
	}
	var h holding
	for _, g := range subject.Grants {
		h.roles = append(h.roles, transport.Printable(g.Role.Name, 80))
		for _, p := range g.Role.Policies {
			h.permissions = append(h.permissions, p.permissions()...)
		}
	}
	slices.Sort(h.roles)
	slices.Sort(h.permissions)
	h.roles, h.permissions = slices.Compact(h.roles), slices.Compact(h.permissions)
	return h, nil
}

// policy grants actions on a kind of thing; "*" stands for any.
type policy struct {
	Domain     string   `json:"domain"`
	EntityName string   `json:"entityName"`
	Actions    []string `json:"actions"`
}

func (p policy) permissions() (all []string) {
	part := func(s string) string {
		if s = transport.Printable(s, 80); s == "" {
			return "*"
		}
		return s
	}
	if len(p.Actions) == 0 {
		p.Actions = []string{"*"}
	}
	for _, a := range p.Actions {
		all = append(all, part(p.Domain)+":"+part(p.EntityName)+":"+part(a))
	}
	return all
}

// grants reports whether one permission, perhaps with "*" in it, covers another.
func grants(given, wanted string) bool {
	g, w := strings.Split(given, ":"), strings.Split(wanted, ":")
	if len(g) != len(w) {
		return false
	}
	for i := range g {
		if g[i] != "*" && !strings.EqualFold(g[i], w[i]) {
			return false
		}
	}
	return true
}

// duty is what an OAuth client is for.
type duty int

const (
	readsAndWrites duty = iota
	reads
	writes
)

// needs lists the permissions that an endpoint of the duty asks for: of each list any one will do. Endpoints that are
// known to be open are left out: what opens them need not be on our list.
func (d duty) needs(open map[string]bool) (lists [][]string) {
	for _, e := range Endpoints() {
		if len(e.Permissions) > 0 && (d == readsAndWrites || e.Writes == (d == writes)) && !open[e.Name] {
			lists = append(lists, e.Permissions)
		}
	}
	return lists
}

// excess lists what a client may do and need not: what is in none of the duty's lists, and what grants more than
// a permission of them.
func (d duty) excess(held []string) (more []string) {
	needed := map[string]bool{}
	for _, list := range d.needs(nil) {
		for _, p := range list {
			needed[strings.ToLower(p)] = true
		}
	}
	for _, p := range held {
		if !needed[strings.ToLower(p)] {
			more = append(more, p)
		}
	}
	return more
}

// missing lists the permissions of which the client has none, but for endpoints that are open all the same.
func (d duty) missing(held []string, open map[string]bool) (less []string) {
	return d.lacking(held, open, false)
}

// optional lists the permissions of which the client has none, and that open only what is a help.
func (d duty) optional(held []string, open map[string]bool) (less []string) {
	return d.lacking(held, open, true)
}

// lacking lists the permissions of which the client has none: those that are needed, or those that are a help.
func (d duty) lacking(held []string, open map[string]bool, help bool) (less []string) {
	for _, list := range d.needs(open) {
		if isOptional(list) != help {
			continue
		}
		has := slices.ContainsFunc(list, func(wanted string) bool {
			return slices.ContainsFunc(held, func(given string) bool { return grants(given, wanted) })
		})
		if p := strings.Join(list, " or "); !has && !slices.Contains(less, p) {
			less = append(less, p)
		}
	}
	return less
}

// isOptional reports whether a list of permissions opens only what is a help, not needed.
func isOptional(permissions []string) bool {
	return slices.ContainsFunc(Endpoints(), func(e Endpoint) bool {
		return e.Optional && slices.Equal(e.Permissions, permissions)
	})
}

// Role is an authorization role with exactly the permissions that wrapcast needs. Its JSON is the body of POST
// /api/v2/authorization/roles, the SDKs' DomainOrganizationRoleCreate.
type Role struct {
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Policies    []RolePolicy `json:"permissionPolicies"`
}

// RolePolicy grants actions on a kind of thing.
type RolePolicy struct {
	Domain     string   `json:"domain"`
	EntityName string   `json:"entityName"`
	Actions    []string `json:"actionSet"`
}

// RoleFor is the role of an OAuth client that reads, or one that writes, or one that does both.
func RoleFor(reads, writes bool) Role {
	r := Role{Name: "wrapcast", Description: "Reads contact counts and planning groups, imports staffing forecasts.",
		Policies: policiesOf(dutyOf(reads, writes).least())}
	switch {
	case !writes:
		r.Name, r.Description = "wrapcast reading", "Reads contact counts, planning groups and staffing forecasts."
	case !reads:
		r.Name, r.Description = "wrapcast writing", "Imports staffing forecasts."
	}
	return r
}

func dutyOf(reading, writing bool) duty {
	switch {
	case !writing:
		return reads
	case !reading:
		return writes
	}
	return readsAndWrites
}

// least are the fewest permissions a duty can be done with, sorted: where any of several will do, one that is needed
// anyway. Wrap-up codes are searched, so that they need not be listed otherwise.
func (d duty) least() []string {
	lists := d.needs(map[string]bool{transport.CodesActiveCall: true})
	var some []string
	take := func(p string) {
		if !slices.Contains(some, p) {
			some = append(some, p)
		}
	}
	for _, list := range lists {
		if len(list) == 1 {
			take(list[0])
		}
	}
	for _, list := range lists {
		if !slices.ContainsFunc(list, func(p string) bool { return slices.Contains(some, p) }) {
			take(list[0])
		}
	}
	slices.Sort(some)
	return some
}

// policiesOf puts the actions on one kind of thing together; permissions are sorted.
func policiesOf(permissions []string) (all []RolePolicy) {
	for _, p := range permissions {
		parts := strings.SplitN(p, ":", 3)
		if n := len(all); n > 0 && all[n-1].Domain == parts[0] && all[n-1].EntityName == parts[1] {
			all[n-1].Actions = append(all[n-1].Actions, parts[2])
			continue
		}
		all = append(all, RolePolicy{parts[0], parts[1], []string{parts[2]}})
	}
	return all
}

// Terraform is the role as a resource of the platform's Terraform provider (mypurecloud/genesyscloud, read at version
// 1.84.1: docs/resources/auth_role.md and the schema beside its code).
func (r Role) Terraform() string {
	var b strings.Builder
	fmt.Fprintf(&b, "resource \"genesyscloud_auth_role\" %q {\n", strings.ReplaceAll(r.Name, " ", "_"))
	fmt.Fprintf(&b, "  name        = %q\n  description = %q\n", r.Name, r.Description)
	for _, p := range r.Policies {
		actions := make([]string, len(p.Actions))
		for i, a := range p.Actions {
			actions[i] = strconv.Quote(a)
		}
		fmt.Fprintf(&b, "  permission_policies {\n    domain      = %q\n    entity_name = %q\n    action_set  = [%s]\n  }\n",
			p.Domain, p.EntityName, strings.Join(actions, ", "))
	}
	return b.String() + "}\n"
}
