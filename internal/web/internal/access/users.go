package access

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
	"github.com/wrapcast/wrapcast/internal/web/internal/files"
)

// userRow is a user account.
type userRow struct {
	ID        wrapcast.AccountID `json:"id"`
	Name      string             `json:"name" doc:"The login name, also used in the audit trail; with an identity provider the e-mail address it vouches for"`
	Role      wrapcast.Role      `json:"role" enum:",viewer,planner,publisher,admin" doc:"In all organisations, as an admin gave it; empty where there are roles in single ones only"`
	Grants    []wrapcast.Grant   `json:"organisations" doc:"The roles in single organisations, as an admin gave them"`
	ByGroups  groupRow           `json:"by_groups" doc:"What groups of the identity provider give beside, as of the last login"`
	Password  bool               `json:"password" doc:"Whether they can log in with a password"`
	Provider  bool               `json:"provider" doc:"Whether they came from the identity provider"`
	Disabled  bool               `json:"disabled"`
	CreatedAt time.Time          `json:"created_at"`
	UpdatedAt time.Time          `json:"updated_at"`
}

// groupRow is what groups of the identity provider give a user.
type groupRow struct {
	Groups []string         `json:"groups"`
	Role   wrapcast.Role    `json:"role" enum:",viewer,planner,publisher,admin" doc:"In all organisations"`
	Grants []wrapcast.Grant `json:"organisations" doc:"In single organisations"`
}

// UserInput names a user in a path.
type UserInput struct {
	User string `path:"user" maxLength:"100"`
}

type newUserInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"200" pattern:"^[^\\s].*[^\\s]$|^[^\\s]$"`
		RightsInput
		Password string `json:"password,omitempty" maxLength:"1024" doc:"At least twelve characters; leave it out for somebody who logs in with the identity provider only"`
	}
}

type changeUserInput struct {
	UserInput
	api.IfMatch
	Body struct {
		RightsInput
		Disabled bool `json:"disabled"`
	}
}

type setPasswordInput struct {
	UserInput
	Body struct {
		Password string `json:"password" maxLength:"1024" doc:"At least twelve characters"`
	}
}

// Users answers what is asked about accounts, and writes them for the command line too.
type Users struct {
	store     *store.Store
	newID     func() string
	passwords *auth.Passwords
	trail     Trail
}

// NewUsers makes the handlers of accounts.
func NewUsers(trail Trail, newID func() string, passwords *auth.Passwords) *Users {
	return &Users{store: trail.Store, newID: newID, passwords: passwords, trail: trail}
}

// Operations lists what can be asked about accounts.
func (s *Users) Operations() []api.Operation {
	const tag, admin = "Access", wrapcast.RoleAdmin
	return []api.Operation{
		{ID: "list-users", Path: "/users", Tag: tag, Role: admin, Summary: "List users", Handler: api.Answer(api.Installed, s.list)},
		{ID: "export-users", Path: "/exports/users", Tag: "Exports", Role: admin, Summary: "Users as a workbook or a CSV",
			Handler: usersFile().Handler(api.Installed, files.Installation, func(ctx context.Context, at api.Scope,
				p api.Paged) (*api.Page[userRow], error) {
				return s.list(ctx, at, &p)
			})},
		{ID: "get-user", Path: "/users/{user}", Tag: tag, Role: admin, Summary: "Look at one user",
			Handler: api.Answer(api.Installed, s.get)},
		{ID: "create-user", Method: http.MethodPost, Path: "/users", Tag: tag, Role: admin, Summary: "Add a user",
			Description: "The first user ends local mode: from then on one has to log in. " +
				"So it must be an admin with a password.",
			Status: http.StatusCreated, Handler: api.Answer(api.Installed, s.create)},
		{ID: "change-user", Method: http.MethodPut, Path: "/users/{user}", Tag: tag, Role: admin,
			Summary:     "Change a user's role",
			Conditional: true, Handler: api.Answer(api.Installed, s.change)},
		{ID: "set-user-password", Method: http.MethodPost, Path: "/users/{user}/password", Tag: tag, Role: admin,
			Summary: "Set a user's password", Status: http.StatusNoContent, Handler: api.Answer(api.Installed, s.setUserPassword)},
		{ID: "delete-user", Method: http.MethodDelete, Path: "/users/{user}", Tag: tag, Role: admin,
			Summary: "Remove a user", Status: http.StatusNoContent, Handler: api.Answer(api.Installed, s.delete)},
	}
}

func userOf(a wrapcast.Account) userRow {
	return userRow{ID: a.ID, Name: a.Name, Role: a.Role, Grants: api.OrEmpty(a.Grants), Password: a.Password != "", Provider: a.Subject != "",
		ByGroups: groupRow{api.OrEmpty(a.ByGroups.Groups), a.ByGroups.Role, api.OrEmpty(a.ByGroups.Grants)},
		Disabled: a.Disabled, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt}
}

func usersFile() files.List[userRow] {
	return files.List[userRow]{What: "users", Title: "Users", Columns: []files.Column[userRow]{
		{Header: "name", Width: 30, Of: func(u userRow) any { return u.Name }},
		{Header: "role", Width: 40, Of: func(u userRow) any {
			return said(wrapcast.Rights{Role: u.Role, Grants: u.Grants})
		}},
		{Header: "role by groups", Width: 40, Of: func(u userRow) any {
			return said(wrapcast.Rights{Role: u.ByGroups.Role, Grants: u.ByGroups.Grants})
		}},
		{Header: "groups", Width: 30, Of: func(u userRow) any { return u.ByGroups.Groups }},
		{Header: "password", Width: 10, Of: func(u userRow) any { return u.Password }},
		{Header: "company account", Width: 10, Of: func(u userRow) any { return u.Provider }},
		{Header: "disabled", Width: 10, Of: func(u userRow) any { return u.Disabled }},
		{Header: "created", Width: 22, Of: func(u userRow) any { return u.CreatedAt }},
		{Header: "updated", Width: 22, Of: func(u userRow) any { return u.UpdatedAt }},
	}}
}

func (s *Users) list(ctx context.Context, at api.Scope, in *api.Paged) (*api.Page[userRow], error) {
	var users []userRow
	err := s.store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.Access().Accounts()
		for _, a := range all {
			if WhoAsks(ctx).Administer(a.Rights()) {
				users = append(users, userOf(a))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return api.RespondPage(*in, users, func(u userRow) string { return string(u.ID) })
}

func (s *Users) get(ctx context.Context, at api.Scope, in *UserInput) (*api.Reply[userRow], error) {
	var a wrapcast.Account
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = accountFor(tx, WhoAsks(ctx), in.User)
		return err
	})
	return api.RespondVersioned(userOf(a), err)
}

func (s *Users) create(ctx context.Context, at api.Scope, in *newUserInput) (*api.Reply[userRow], error) {
	var rights wrapcast.Rights
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		rights, err = in.Body.rights(tx, WhoAsks(ctx))
		return err
	})
	if err != nil {
		return nil, err
	}
	a, err := s.Add(ctx, in.Body.Name, rights, in.Body.Password, Actor(ctx))
	return api.RespondVersioned(userOf(a), err)
}

// Add lets somebody log in; an empty password leaves it to an identity provider. It returns Conflict where the name is
// taken, and where nobody would be left who can let others in.
func (s *Users) Add(
	ctx context.Context, name string, rights wrapcast.Rights, password, by string,
) (wrapcast.Account, error) {
	now := s.trail.Now()
	name, err := CheckName("user", name)
	a := wrapcast.Account{ID: wrapcast.AccountID(s.newID()), Name: name, Role: rights.Role, Grants: rights.Grants,
		CreatedAt: now, UpdatedAt: now}
	if err != nil {
		return a, err
	}
	if password != "" {
		if err := auth.Check(password); err != nil {
			return a, err
		}
		if a.Password, err = s.passwords.Hash(ctx, password); err != nil {
			return a, err
		}
	}
	return a, s.changeAccounts(ctx, func(tx *store.Tx) error {
		if err := tx.Access().SaveAccount(a); err != nil {
			return err
		}
		return s.trail.add(tx, wrapcast.AuditEntry{Actor: by, Action: "user.created",
			Detail: a.Name + " as " + said(a.Rights())})
	})
}

// SetPassword sets the password of whoever logs in with a name, and ends their logins.
func (s *Users) SetPassword(ctx context.Context, name, password, by string) error {
	var a wrapcast.Account
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.Access().AccountNamed(name)
		return err
	})
	if err != nil {
		return err
	}
	return s.setPassword(ctx, a.ID, password, "", by)
}

// changeAccounts writes to the accounts, as long as somebody is left who can let others in.
func (s *Users) changeAccounts(ctx context.Context, write func(*store.Tx) error) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		all, err := tx.Access().Accounts()
		if err != nil {
			return err
		}
		admin := slices.ContainsFunc(all, func(a wrapcast.Account) bool {
			return a.Rights().Role == wrapcast.RoleAdmin && !a.Disabled && (a.Password != "" || a.Subject != "")
		})
		if !admin {
			return wrapcast.Errorf(wrapcast.Conflict, "", "no admin with a password would be left").
				WithHint("make another admin with a password first")
		}
		return nil
	})
}

func (s *Users) change(ctx context.Context, at api.Scope, in *changeUserInput) (*api.Reply[userRow], error) {
	var a wrapcast.Account
	err := s.changeAccounts(ctx, func(tx *store.Tx) (err error) {
		who := WhoAsks(ctx)
		if a, err = accountFor(tx, who, in.User); err != nil {
			return err
		}
		if err := in.Check(userOf(a)); err != nil {
			return err
		}
		rights := wrapcast.Rights{}
		if in.Body.some() || len(a.ByGroups.Groups) == 0 { // what groups give stays, where an admin gives nothing
			if rights, err = in.Body.rights(tx, who); err != nil {
				return err
			}
		}
		before := a
		a.Role, a.Grants, a.Disabled = rights.Role, rights.Grants, in.Body.Disabled
		a, err = s.saveChanged(tx, before, a, who.session.Hash, who.Actor)
		return err
	})
	return api.RespondVersioned(userOf(a), err)
}

// saveChanged keeps a changed account and says so in the audit trail. Its logins end where it may something else than
// before, all but the one to keep, and every one where it may not log in any more.
func (s *Users) saveChanged(
	tx *store.Tx, before, a wrapcast.Account, keep, by string,
) (wrapcast.Account, error) {
	a.UpdatedAt = s.trail.Now()
	if err := tx.Access().SaveAccount(a); err != nil {
		return a, err
	}
	if a.Disabled {
		keep = ""
	}
	if a.Disabled || !a.Rights().Equal(before.Rights()) {
		if err := tx.Access().DeleteSessionsBut(a.ID, keep); err != nil {
			return a, err
		}
	}
	detail := a.Name + " as " + said(a.Rights())
	if a.Disabled {
		detail += ", disabled"
	}
	return a, s.trail.add(tx, wrapcast.AuditEntry{Actor: by, Action: "user.changed", Detail: detail,
		Objects: map[string]string{"account": string(a.ID)}})
}

// SetRights changes the rights of whoever logs in with a name, and ends their logins. It returns NotFound where nobody
// does, and Conflict where nobody would be left who can let others in.
func (s *Users) SetRights(
	ctx context.Context, name string, rights wrapcast.Rights, by string,
) (a wrapcast.Account, err error) {
	return a, s.changeAccounts(ctx, func(tx *store.Tx) error {
		before, err := tx.Access().AccountNamed(name)
		if err != nil {
			return err
		}
		a = before
		a.Role, a.Grants = rights.Role, rights.Grants
		if a, err = s.saveChanged(tx, before, a, "", by); err != nil {
			return err
		}
		return tx.Access().DeleteSessionsOf(a.ID)
	})
}

func (s *Users) setUserPassword(ctx context.Context, at api.Scope, in *setPasswordInput) (*struct{}, error) {
	err := s.store.View(ctx, func(tx *store.Tx) error {
		_, err := accountFor(tx, WhoAsks(ctx), in.User)
		return err
	})
	if err != nil {
		return nil, err
	}
	return nil, s.setPassword(ctx, wrapcast.AccountID(in.User), in.Body.Password, "", Actor(ctx))
}

// setPassword sets a password and ends every login of the account but one.
func (s *Users) setPassword(ctx context.Context, id wrapcast.AccountID, password, keep, by string) error {
	if err := auth.Check(password); err != nil {
		return err
	}
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.Update(ctx, func(tx *store.Tx) error {
		a, err := tx.Access().Account(id)
		if err != nil {
			return err
		}
		a.Password, a.UpdatedAt = hash, s.trail.Now()
		if err := tx.Access().SaveAccount(a); err != nil {
			return err
		}
		if err := tx.Access().DeleteSessionsBut(id, keep); err != nil {
			return err
		}
		return s.trail.add(tx, wrapcast.AuditEntry{Actor: by, Action: "user.password_set", Detail: a.Name})
	})
}

func (s *Users) delete(ctx context.Context, at api.Scope, in *UserInput) (*struct{}, error) {
	return nil, s.changeAccounts(ctx, func(tx *store.Tx) error {
		a, err := accountFor(tx, WhoAsks(ctx), in.User)
		if err != nil {
			return err
		}
		if err := tx.Access().RevokeTokensOf(a.ID, s.trail.Now()); err != nil {
			return err
		}
		if err := tx.Requests().ForgetOf(userKind + string(a.ID)); err != nil {
			return err
		}
		if err := tx.Access().DeleteAccount(a.ID); err != nil {
			return err
		}
		return s.trail.add(tx, wrapcast.AuditEntry{Actor: Actor(ctx), Action: "user.deleted", Detail: a.Name})
	})
}
