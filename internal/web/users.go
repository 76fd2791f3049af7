package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// userRow is somebody who may log in.
type userRow struct {
	ID        wrapcast.AccountID `json:"id"`
	Name      string             `json:"name" doc:"What they log in with and are called in the audit trail; with an identity provider the e-mail address it vouches for"`
	Role      wrapcast.Role      `json:"role"`
	Password  bool               `json:"password" doc:"Whether they can log in with a password"`
	Provider  bool               `json:"provider" doc:"Whether they came from the identity provider"`
	Disabled  bool               `json:"disabled"`
	CreatedAt time.Time          `json:"created_at"`
	UpdatedAt time.Time          `json:"updated_at"`
}

// UserInput names a user in a path.
type UserInput struct {
	User string `path:"user" maxLength:"100"`
}

type newUserInput struct {
	Body struct {
		Name     string        `json:"name" minLength:"1" maxLength:"200" pattern:"^[^\\s].*[^\\s]$|^[^\\s]$"`
		Role     wrapcast.Role `json:"role"`
		Password string        `json:"password,omitempty" maxLength:"1024" doc:"At least twelve characters; leave it out for somebody who logs in with the identity provider only"`
	}
}

type changeUserInput struct {
	UserInput
	IfMatch
	Body struct {
		Role     wrapcast.Role `json:"role"`
		Disabled bool          `json:"disabled"`
	}
}

type setPasswordInput struct {
	UserInput
	Body struct {
		Password string `json:"password" maxLength:"1024" doc:"At least twelve characters"`
	}
}

func (s *Server) registerUsers() {
	register(s.api, wrapcast.RoleAdmin, get("list-users", "/users", "Access", "List who may log in"), s.listUsers)
	register(s.api, wrapcast.RoleAdmin, get("get-user", "/users/{user}", "Access", "Look at one user"), s.getUser)
	register(s.api, wrapcast.RoleAdmin, described(created(operation(http.MethodPost, "create-user", "/users", "Access", "Let somebody log in")),
		"The first user ends local mode: from then on one has to log in. So it must be an admin with a password."), s.createUser)
	register(s.api, wrapcast.RoleAdmin, conditional(operation(http.MethodPut, "change-user", "/users/{user}", "Access", "Change somebody's role")), s.changeUser)
	register(s.api, wrapcast.RoleAdmin, noContent(operation(http.MethodPost, "set-user-password", "/users/{user}/password", "Access", "Set somebody's password")), s.setUserPassword)
	register(s.api, wrapcast.RoleAdmin, noContent(operation(http.MethodDelete, "delete-user", "/users/{user}", "Access", "Let somebody log in no more")), s.deleteUser)
}

func userOf(a wrapcast.Account) userRow {
	return userRow{ID: a.ID, Name: a.Name, Role: a.Role, Password: a.Password != "", Provider: a.Subject != "", Disabled: a.Disabled,
		CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt}
}

func (s *Server) accounts(ctx context.Context) (all []wrapcast.Account, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Accounts()
		return err
	})
	return all, err
}

func (s *Server) listUsers(ctx context.Context, in *Paged) (*reply[list[userRow]], error) {
	all, err := s.accounts(ctx)
	if err != nil {
		return nil, err
	}
	var users []userRow
	for _, a := range all {
		users = append(users, userOf(a))
	}
	return answer(page(*in, users, func(u userRow) string { return string(u.ID) }))
}

func (s *Server) getUser(ctx context.Context, in *UserInput) (*reply[userRow], error) {
	var a wrapcast.Account
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.Account(wrapcast.AccountID(in.User))
		return err
	})
	return versioned(userOf(a), err)
}

func (s *Server) createUser(ctx context.Context, in *newUserInput) (*reply[userRow], error) {
	a, err := s.AddUser(ctx, in.Body.Name, in.Body.Role, in.Body.Password, actor(ctx))
	return versioned(userOf(a), err)
}

// AddUser lets somebody log in; an empty password leaves it to an identity provider. It returns Conflict where the name is taken, and
// where nobody would be left who can let others in.
func (s *Server) AddUser(ctx context.Context, name string, role wrapcast.Role, password, by string) (wrapcast.Account, error) {
	now := s.now()
	a := wrapcast.Account{ID: wrapcast.AccountID(s.NewID()), Name: name, Role: role, CreatedAt: now, UpdatedAt: now}
	if !role.Known() {
		return a, wrapcast.Errorf(wrapcast.Usage, "", "there is no role %q", role).WithHint("there are %v", wrapcast.Roles())
	}
	if password != "" {
		if err := auth.Check(password); err != nil {
			return a, err
		}
		var err error
		if a.Password, err = s.passwords.Hash(ctx, password); err != nil {
			return a, err
		}
	}
	return a, s.changeAccounts(ctx, func(tx *store.Tx) error {
		if err := tx.SaveAccount(a); err != nil {
			return err
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: by, Action: "user.created", Detail: a.Name + " as " + string(a.Role)})
	})
}

// SetPassword sets the password of whoever logs in with a name, and ends their logins.
func (s *Server) SetPassword(ctx context.Context, name, password, by string) error {
	var a wrapcast.Account
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.AccountNamed(name)
		return err
	})
	if err != nil {
		return err
	}
	return s.setPassword(ctx, a.ID, password, "", by)
}

// changeAccounts writes to the accounts, as long as somebody is left who can let others in.
func (s *Server) changeAccounts(ctx context.Context, write func(*store.Tx) error) error {
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		all, err := tx.Accounts()
		if err != nil {
			return err
		}
		admin := slices.ContainsFunc(all, func(a wrapcast.Account) bool {
			return a.Role == wrapcast.RoleAdmin && !a.Disabled && (a.Password != "" || a.Subject != "")
		})
		if !admin {
			return newProblem(http.StatusConflict, "nobody would be left who can let others in").withHint("make another admin with a password first")
		}
		return nil
	})
}

func (s *Server) changeUser(ctx context.Context, in *changeUserInput) (*reply[userRow], error) {
	var a wrapcast.Account
	err := s.changeAccounts(ctx, func(tx *store.Tx) (err error) {
		if a, err = tx.Account(wrapcast.AccountID(in.User)); err != nil {
			return err
		}
		if err := in.check(userOf(a)); err != nil {
			return err
		}
		a.Role, a.Disabled, a.UpdatedAt = in.Body.Role, in.Body.Disabled, s.now()
		if err := tx.SaveAccount(a); err != nil {
			return err
		}
		if a.Disabled {
			if err := tx.DeleteSessionsOf(a.ID); err != nil {
				return err
			}
		}
		detail := a.Name + " as " + string(a.Role)
		if a.Disabled {
			detail += ", disabled"
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: actor(ctx), Action: "user.changed", Detail: detail})
	})
	return versioned(userOf(a), err)
}

func (s *Server) setUserPassword(ctx context.Context, in *setPasswordInput) (*struct{}, error) {
	return nil, s.setPassword(ctx, wrapcast.AccountID(in.User), in.Body.Password, "", actor(ctx))
}

// setPassword sets a password and ends every login of the account but one.
func (s *Server) setPassword(ctx context.Context, id wrapcast.AccountID, password, keep, by string) error {
	if err := auth.Check(password); err != nil {
		return err
	}
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.Store.Update(ctx, func(tx *store.Tx) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		a.Password, a.UpdatedAt = hash, s.now()
		if err := tx.SaveAccount(a); err != nil {
			return err
		}
		if err := tx.DeleteSessionsBut(id, keep); err != nil {
			return err
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: by, Action: "user.password_set", Detail: a.Name})
	})
}

func (s *Server) deleteUser(ctx context.Context, in *UserInput) (*struct{}, error) {
	return nil, s.changeAccounts(ctx, func(tx *store.Tx) error {
		a, err := tx.Account(wrapcast.AccountID(in.User))
		if err != nil {
			return err
		}
		if err := tx.DeleteAccount(a.ID); err != nil {
			return err
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: actor(ctx), Action: "user.deleted", Detail: a.Name})
	})
}
