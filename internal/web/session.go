package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// sessionBody says who asks and what they may do.
type sessionBody struct {
	Mode      string        `json:"mode" enum:"local,accounts" doc:"local: nobody has an account and only this machine can connect; accounts: one has to log in"`
	SignedIn  bool          `json:"signed_in" doc:"In local mode true for whoever has the token that was printed at the start"`
	Actor     string        `json:"actor" doc:"What the audit trail calls you; empty for nobody"`
	Role      wrapcast.Role `json:"role" enum:",viewer,planner,publisher,admin" doc:"Empty for nobody"`
	ExpiresAt *time.Time    `json:"expires_at,omitempty"`
	Login     loginWays     `json:"login"`
}

type loginWays struct {
	Password bool   `json:"password"`
	Provider string `json:"provider" doc:"Where to go to log in with the company's identity provider; empty where there is none"`
}

type loginInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"200"`
		Password string `json:"password" minLength:"1" maxLength:"1024"`
	}
}

type sessionReply struct {
	SetCookie string `header:"Set-Cookie"`
	Body      sessionBody
}

type logoutReply struct {
	SetCookie string `header:"Set-Cookie"`
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" maxLength:"1024"`
		New string `json:"new" maxLength:"1024"`
	}
}

const providerLogin = prefix + "/session/oidc"

func (s *Server) registerSession() {
	register(s.api, anyone, get("get-session", "/session", "Access", "Who asks, and what they may do"), s.getSession)
	login := operation(http.MethodPost, "log-in", "/session", "Access", "Log in with a password")
	login.Errors = append(login.Errors, http.StatusTooManyRequests)
	login.DefaultStatus = http.StatusOK
	register(s.api, anyone, login, s.logIn)
	register(s.api, anyone, operation(http.MethodDelete, "log-out", "/session", "Access", "Log out"), s.logOut)
	change := operation(http.MethodPost, "change-password", "/session/password", "Access", "Change one's own password")
	change.DefaultStatus = http.StatusNoContent
	register(s.api, wrapcast.RoleViewer, described(change, "Every other login of yours ends."), s.changePassword)
}

func (s *Server) getSession(ctx context.Context, _ *struct{}) (*reply[sessionBody], error) {
	return answer(s.session(ctx, whoAsks(ctx)))
}

func (s *Server) session(ctx context.Context, who identity) (sessionBody, error) {
	out := sessionBody{Mode: "accounts", Actor: who.actor, Role: who.role, SignedIn: who.actor != "", ExpiresAt: instant(who.session.ExpiresAt)}
	open, err := s.gate.open(ctx)
	if open {
		out.Mode, out.SignedIn = "local", who.role == wrapcast.RoleAdmin
		return out, err
	}
	out.Login.Password = true
	if s.provider != nil {
		out.Login.Provider = providerLogin
	}
	return out, err
}

// logIn answers alike, and as slowly, whether the name or the password is wrong.
func (s *Server) logIn(ctx context.Context, in *loginInput) (*sessionReply, error) {
	from, now := whoAsks(ctx).from, s.now()
	keys := []string{"name " + in.Body.Name, "from " + from}
	for i, limit := range []*auth.Limit{&s.perName, &s.perAddress} {
		if wait := limit.Wait(keys[i], now); wait > 0 {
			return nil, tooMany(wait)
		}
	}
	var account wrapcast.Account
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.AccountNamed(in.Body.Name)
		return err
	})
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return nil, err
	}
	right, err := s.passwords.Matches(ctx, in.Body.Password, account.Password)
	if err != nil {
		return nil, err
	}
	if !right || account.Disabled {
		s.perName.Failed(keys[0], now)
		s.perAddress.Failed(keys[1], now)
		if err := s.record(ctx, wrapcast.AuditEntry{Actor: in.Body.Name, Action: "login", Status: statusFailed, Detail: "from " + from}); err != nil {
			return nil, err
		}
		return nil, notLetIn("name or password are wrong").withHint("an admin can set a new password: wrapcast serve user password NAME")
	}
	s.perName.Succeeded(keys[0])
	return s.begin(ctx, account, from)
}

// begin begins a login of an account.
func (s *Server) begin(ctx context.Context, account wrapcast.Account, from string) (*sessionReply, error) {
	secret, err := auth.NewSecret("")
	if err != nil {
		return nil, err
	}
	now := s.now()
	session := wrapcast.Session{Hash: auth.HashSecret(secret), Account: account.ID, CreatedAt: now, UsedAt: now, ExpiresAt: now.Add(sessionLife)}
	err = s.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteSessionsUntil(now, now.Add(-sessionIdle)); err != nil {
			return err
		}
		if err := tx.AddSession(session); err != nil {
			return err
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: account.Name, Action: "login", Detail: "from " + from})
	})
	if err != nil {
		return nil, err
	}
	body, err := s.session(ctx, identity{actor: account.Name, role: account.Role, account: account.ID, session: session})
	return &sessionReply{SetCookie: s.cookie(sessionCookie, secret, sessionLife), Body: body}, err
}

// cookie keeps a secret where no script can read it and no other site can send it.
func (s *Server) cookie(name, value string, life time.Duration) string {
	c := http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c.String()
}

func (s *Server) logOut(ctx context.Context, _ *struct{}) (*logoutReply, error) {
	who := whoAsks(ctx)
	if who.session.Hash != "" {
		err := s.Store.Update(ctx, func(tx *store.Tx) error {
			if err := tx.DeleteSession(who.session.Hash); err != nil {
				return err
			}
			return s.audit(tx, wrapcast.AuditEntry{Actor: who.actor, Action: "logout"})
		})
		if err != nil {
			return nil, err
		}
	}
	return &logoutReply{SetCookie: s.cookie(sessionCookie, "", 0)}, nil
}

func (s *Server) changePassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	who := whoAsks(ctx)
	if who.account == "" {
		return nil, newProblem(http.StatusConflict, "only people with an account have a password")
	}
	from, now := "password of "+who.actor, s.now()
	if wait := s.perName.Wait(from, now); wait > 0 {
		return nil, tooMany(wait)
	}
	var account wrapcast.Account
	err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.Account(who.account)
		return err
	})
	if err != nil {
		return nil, err
	}
	right, err := s.passwords.Matches(ctx, in.Body.Old, account.Password)
	if err != nil {
		return nil, err
	}
	if !right {
		s.perName.Failed(from, now)
		return nil, forbidden("the old password is wrong")
	}
	return nil, s.setPassword(ctx, account.ID, in.Body.New, who.session.Hash, who.actor)
}

func tooMany(wait time.Duration) error {
	p := newProblem(http.StatusTooManyRequests, "too many attempts failed")
	p.Kind = wrapcast.Refused
	seconds := int(wait/time.Second) + 1
	return huma.ErrorWithHeaders(p.withHint("wait "+(time.Duration(seconds)*time.Second).String()+" and try again"), http.Header{"Retry-After": {strconv.Itoa(seconds)}})
}
