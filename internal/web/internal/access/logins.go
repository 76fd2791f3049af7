package access

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// sessionBody is the identity and the role of whoever asks.
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
	Provider string `json:"provider" doc:"The address for a login with the company's identity provider; empty where there is none"`
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

// Logins answers who asks, and begins and ends logins.
type Logins struct {
	gate      *Gate
	users     *Users
	passwords *auth.Passwords
	trail     Trail
	// Passwords are wrong five times in a row per name and twenty per address, then once a minute and ten seconds.
	perName, perAddress auth.Limit
}

// NewLogins makes the handlers of logins.
func NewLogins(gate *Gate, users *Users) *Logins {
	return &Logins{gate: gate, users: users, passwords: users.passwords, trail: users.trail,
		perName: auth.Limit{Burst: 5, Every: time.Minute}, perAddress: auth.Limit{Burst: 20, Every: 10 * time.Second}}
}

// Operations lists what can be asked about logins.
func (s *Logins) Operations() []api.Operation {
	const tag = "Access"
	return []api.Operation{
		{ID: "get-session", Path: "/session", Tag: tag, Role: api.Anyone, Summary: "The current session and its role",
			Handler: api.Answer(s.getSession)},
		{ID: "log-in", Method: http.MethodPost, Path: "/session", Tag: tag, Role: api.Anyone,
			Summary: "Log in with a password",
			Status:  http.StatusOK, Errors: []int{http.StatusTooManyRequests}, Handler: api.Answer(s.logIn)},
		{ID: "log-out", Method: http.MethodDelete, Path: "/session", Tag: tag, Role: api.Anyone, Summary: "Log out",
			Handler: api.Answer(s.logOut)},
		{ID: "change-password", Method: http.MethodPost, Path: "/session/password", Tag: tag, Role: wrapcast.RoleViewer,
			Summary: "Change one's own password", Description: "Every other login of yours ends.",
			Status:  http.StatusNoContent,
			Handler: api.Answer(s.changePassword)},
	}
}

func (s *Logins) getSession(ctx context.Context, _ *struct{}) (*api.Reply[sessionBody], error) {
	return api.Respond(s.session(ctx, WhoAsks(ctx)))
}

func (s *Logins) session(ctx context.Context, who Identity) (sessionBody, error) {
	out := sessionBody{Mode: "accounts", Actor: who.Actor, Role: who.Role, SignedIn: who.Actor != "",
		ExpiresAt: api.Instant(who.session.ExpiresAt)}
	open, err := s.gate.open(ctx)
	if open {
		out.Mode, out.SignedIn = "local", who.Role == wrapcast.RoleAdmin
		return out, err
	}
	out.Login.Password = true
	if s.gate.Provider {
		out.Login.Provider = providerLogin
	}
	return out, err
}

// logIn answers alike, and as slowly, whether the name or the password is wrong.
func (s *Logins) logIn(ctx context.Context, in *loginInput) (*sessionReply, error) {
	from, now := WhoAsks(ctx).from, s.trail.Now()
	keys := []string{"name " + in.Body.Name, "from " + from}
	for i, limit := range []*auth.Limit{&s.perName, &s.perAddress} {
		if wait := limit.Wait(keys[i], now); wait > 0 {
			return nil, tooMany(wait)
		}
	}
	var account wrapcast.Account
	err := s.gate.Store.View(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.Access().AccountNamed(in.Body.Name)
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
		if err := s.trail.Record(ctx, wrapcast.AuditEntry{Actor: in.Body.Name, Action: "login", Status: statusFailed,
			Detail: "from " + from}); err != nil {
			return nil, err
		}
		return nil, api.Unauthorised("name or password are wrong").
			WithHint("an admin can set a new password: wrapcast serve user password NAME")
	}
	s.perName.Succeeded(keys[0])
	return s.begin(ctx, account, from)
}

// begin begins a login of an account.
func (s *Logins) begin(ctx context.Context, account wrapcast.Account, from string) (*sessionReply, error) {
	secret, err := auth.NewSecret("")
	if err != nil {
		return nil, err
	}
	now := s.trail.Now()
	session := wrapcast.Session{Hash: auth.HashSecret(secret), Account: account.ID, CreatedAt: now, UsedAt: now,
		ExpiresAt: now.Add(sessionLife)}
	err = s.gate.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Access().DeleteSessionsUntil(now, now.Add(-sessionIdle)); err != nil {
			return err
		}
		if err := tx.Access().AddSession(session); err != nil {
			return err
		}
		return s.trail.add(tx, wrapcast.AuditEntry{Actor: account.Name, Action: "login", Detail: "from " + from})
	})
	if err != nil {
		return nil, err
	}
	body, err := s.session(ctx, Identity{Actor: account.Name, Role: account.Role, account: account.ID,
		session: session})
	return &sessionReply{SetCookie: s.gate.cookie(secret, sessionLife), Body: body}, err
}

func (s *Logins) logOut(ctx context.Context, _ *struct{}) (*logoutReply, error) {
	who := WhoAsks(ctx)
	if who.session.Hash != "" {
		err := s.gate.Store.Update(ctx, func(tx *store.Tx) error {
			if err := tx.Access().DeleteSession(who.session.Hash); err != nil {
				return err
			}
			return s.trail.add(tx, wrapcast.AuditEntry{Actor: who.Actor, Action: "logout"})
		})
		if err != nil {
			return nil, err
		}
	}
	return &logoutReply{SetCookie: s.gate.cookie("", 0)}, nil
}

func (s *Logins) changePassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	who := WhoAsks(ctx)
	if who.account == "" {
		return nil, api.NewProblem(http.StatusConflict, "only people with an account have a password")
	}
	from, now := "password of "+who.Actor, s.trail.Now()
	if wait := s.perName.Wait(from, now); wait > 0 {
		return nil, tooMany(wait)
	}
	var account wrapcast.Account
	err := s.gate.Store.View(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.Access().Account(who.account)
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
		return nil, api.Forbidden("the old password is wrong")
	}
	return nil, s.users.setPassword(ctx, account.ID, in.Body.New, who.session.Hash, who.Actor)
}

func tooMany(wait time.Duration) error {
	p := api.NewProblem(http.StatusTooManyRequests, "too many attempts failed")
	p.Kind = wrapcast.Refused
	seconds := int(wait/time.Second) + 1
	return huma.ErrorWithHeaders(p.WithHint("wait "+(time.Duration(seconds)*time.Second).String()+" and try again"),
		http.Header{"Retry-After": {strconv.Itoa(seconds)}})
}
