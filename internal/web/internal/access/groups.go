package access

import (
	"context"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// GroupRole is a role that everybody in a group of the identity provider has.
type GroupRole struct {
	Group string
	Role  wrapcast.Role
	// Everywhere is in all organisations; else it holds in those named by id or name alone.
	Everywhere    bool
	Organisations []string
}

// byGroups are the rights that groups give somebody: of several roles in an organisation the greatest. An organisation
// that is not stored, or a name that several have, gives none.
func byGroups(groups []string, roles []GroupRole, all []wrapcast.Organisation) (of wrapcast.GroupRights) {
	for _, r := range roles {
		if !slices.Contains(groups, r.Group) {
			continue
		}
		if !slices.Contains(of.Groups, r.Group) {
			of.Groups = append(of.Groups, r.Group)
		}
		one := wrapcast.Rights{}
		if r.Everywhere {
			one.Role = r.Role
		}
		for _, named := range r.Organisations {
			if org, err := organisationNamed(all, named); err == nil {
				one.Grants = append(one.Grants, wrapcast.Grant{Organisation: org, Role: r.Role})
			}
		}
		of.Rights = of.Plus(one)
	}
	return of
}

// settle gives an account what its groups give it, and takes what they do not. Where that is less than before, its
// logins end, and with them their streams; its tokens and repeated answers follow its rights by themselves.
func (s *SingleSignOn) settle(tx *store.Tx, a wrapcast.Account, groups []string, by string) (wrapcast.Account, error) {
	all, err := tx.Directory().Organisations()
	if err != nil {
		return a, err
	}
	before := a
	a.ByGroups = byGroups(groups, s.settings.GroupRoles, all)
	if slices.Equal(a.ByGroups.Groups, before.ByGroups.Groups) && a.ByGroups.Equal(before.ByGroups.Rights) {
		return a, nil
	}
	a.UpdatedAt = s.logins.trail.Now()
	if err := tx.Access().SaveAccount(a); err != nil {
		return a, err
	}
	if !a.Rights().Covers(before.Rights()) {
		if err := tx.Access().DeleteSessionsOf(a.ID); err != nil {
			return a, err
		}
	}
	return a, s.logins.trail.add(tx, wrapcast.AuditEntry{Actor: by, Action: "user.changed",
		Detail: a.Name + " as " + said(a.Rights()) + saidGroups(a.ByGroups), Objects: map[string]string{"account": string(a.ID)}})
}

// saidGroups are the groups of an account in words, for the audit trail.
func saidGroups(of wrapcast.GroupRights) string {
	if len(of.Groups) == 0 {
		return ", by no group"
	}
	return ", by groups: " + strings.Join(of.Groups, ", ")
}

// ApplyGroups gives everybody who has rights by groups what the settings and the stored organisations of now make of
// the groups of their last login. Where groups give less than before, logins end.
func (s *SingleSignOn) ApplyGroups(ctx context.Context) error {
	var stale []wrapcast.Account
	find := func(tx *store.Tx) error {
		accounts, err := tx.Access().Accounts()
		if err != nil {
			return err
		}
		all, err := tx.Directory().Organisations()
		stale = slices.DeleteFunc(accounts, func(a wrapcast.Account) bool {
			now := byGroups(a.ByGroups.Groups, s.settings.GroupRoles, all)
			return slices.Equal(now.Groups, a.ByGroups.Groups) && now.Equal(a.ByGroups.Rights)
		})
		return err
	}
	if err := s.logins.gate.Store.View(ctx, find); err != nil || len(stale) == 0 {
		return err
	}
	return s.logins.gate.Store.Update(ctx, func(tx *store.Tx) error {
		if err := find(tx); err != nil {
			return err
		}
		for _, a := range stale {
			if _, err := s.settle(tx, a, a.ByGroups.Groups, "settings"); err != nil {
				return err
			}
		}
		return nil
	})
}

// turnOut ends the logins of somebody the settings do not let in any more, and takes what groups gave them; whoever has
// no account here leaves nothing behind.
func (s *SingleSignOn) turnOut(ctx context.Context, who auth.Identity, from string) error {
	var account wrapcast.Account
	err := s.logins.gate.Store.Update(ctx, func(tx *store.Tx) (err error) {
		if account, err = tx.Access().AccountOf(who.Subject); err != nil {
			return err
		}
		if account, err = s.settle(tx, account, nil, account.Name); err != nil {
			return err
		}
		return tx.Access().DeleteSessionsOf(account.ID)
	})
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.logins.failed.note(ctx, account, account.Name, from, "not let in by the settings; ")
}
