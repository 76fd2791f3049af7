package access

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// RightsInput is a role in all organisations, or roles in single ones, or both.
type RightsInput struct {
	Role          wrapcast.Role    `json:"role,omitempty" enum:",viewer,planner,publisher,admin" doc:"The role in all organisations and over the installation; left out where there are roles in single organisations only"`
	Organisations []wrapcast.Grant `json:"organisations,omitempty" maxItems:"1000" doc:"Roles in single organisations, each named by id or name"`
}

// some reports whether a request names any role.
func (in RightsInput) some() bool { return in.Role != "" || len(in.Organisations) > 0 }

// rights are those that a request names, if whoever asks may give them.
func (in RightsInput) rights(tx *store.Tx, who Identity) (wrapcast.Rights, error) {
	all, err := tx.Directory().Organisations()
	if err != nil {
		return wrapcast.Rights{}, err
	}
	all = slices.DeleteFunc(all, func(o wrapcast.Organisation) bool { return who.In(o.ID) == "" })
	rights, err := RightsIn(all, in.Role, in.Organisations)
	if err == nil && !who.Administer(rights) {
		err = api.Forbidden("you give roles in the organisations that you are an admin of, and no other").
			WithHint("an admin of all organisations gives the others")
	}
	return rights, err
}

// RightsIn are rights in some organisations, which are named by id or name.
func RightsIn(
	all []wrapcast.Organisation, role wrapcast.Role, grants []wrapcast.Grant,
) (rights wrapcast.Rights, err error) {
	if role == "" && len(grants) == 0 || role != "" && !role.Known() {
		return rights, wrapcast.Errorf(wrapcast.Usage, "", "there is no role %q", role).
			WithHint("there are %v", wrapcast.Roles())
	}
	rights.Role = role
	for _, g := range grants {
		if !g.Role.Known() {
			return rights, wrapcast.Errorf(wrapcast.Usage, "", "there is no role %q", g.Role).
				WithHint("there are %v", wrapcast.Roles())
		}
		org, err := organisationNamed(all, string(g.Organisation))
		if err != nil {
			return rights, err
		}
		if slices.ContainsFunc(rights.Grants, func(o wrapcast.Grant) bool { return o.Organisation == org }) {
			return rights, wrapcast.Errorf(wrapcast.Usage, "", "%s is named twice", g.Organisation)
		}
		rights.Grants = append(rights.Grants, wrapcast.Grant{Organisation: org, Role: g.Role})
	}
	return rights, nil
}

// organisationNamed finds an organisation by its id, or else by a name that only one has.
func organisationNamed(all []wrapcast.Organisation, named string) (wrapcast.OrganisationID, error) {
	var found []wrapcast.OrganisationID
	var names []string
	for _, o := range all {
		if string(o.ID) == named {
			return o.ID, nil
		}
		if strings.EqualFold(o.Name, named) {
			found = append(found, o.ID)
		}
		names = append(names, o.Name)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		return "", wrapcast.Errorf(wrapcast.Usage, "", "several organisations are called %s", named).
			WithHint("give the id of one of them")
	}
	return "", wrapcast.Errorf(wrapcast.Usage, "", "there is no organisation %s", named).
		WithHint("there are: %s", strings.Join(names, ", "))
}

// said are rights in words, for the audit trail: "planner", "viewer in ID, admin in ID".
func said(r wrapcast.Rights) string {
	var parts []string
	if r.Role != "" {
		parts = append(parts, string(r.Role))
	}
	for _, g := range r.Grants {
		parts = append(parts, string(g.Role)+" in "+string(g.Organisation))
	}
	return strings.Join(parts, ", ")
}

// accountFor returns an account that whoever asks administers; any other is not there for them.
func accountFor(tx *store.Tx, who Identity, id string) (wrapcast.Account, error) {
	a, err := tx.Access().Account(wrapcast.AccountID(id))
	if err == nil && !who.Administer(a.Rights()) {
		return wrapcast.Account{}, wrapcast.Errorf(wrapcast.NotFound, "", "account %s is not stored here", id)
	}
	return a, err
}

// tokenFor returns a token that whoever asks administers; any other is not there for them.
func tokenFor(tx *store.Tx, who Identity, id string) (wrapcast.Token, error) {
	t, err := tx.Access().Token(wrapcast.TokenID(id))
	if err == nil && !who.Administer(t.Rights()) {
		return wrapcast.Token{}, wrapcast.Errorf(wrapcast.NotFound, "", "token %s is not stored here", id)
	}
	return t, err
}
