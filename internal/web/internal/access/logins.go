package access

import (
	"context"
	"errors"
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
	Mode      string           `json:"mode" enum:"local,accounts" doc:"local: nobody has an account and only this machine can connect; accounts: one has to log in"`
	SignedIn  bool             `json:"signed_in" doc:"In local mode true for whoever has the token that was printed at the start"`
	Actor     string           `json:"actor" doc:"What the audit trail calls you; empty for nobody"`
	Role      wrapcast.Role    `json:"role" enum:",viewer,planner,publisher,admin" doc:"In all organisations; empty for nobody, and where there are roles in single organisations only"`
	Grants    []wrapcast.Grant `json:"organisations" doc:"The roles in single organisations"`
	ExpiresAt *time.Time       `json:"expires_at,omitempty"`
	Login     loginWays        `json:"login"`
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
	SetCookie []string `header:"Set-Cookie"`
	Body      sessionBody
}

type passwordReply struct {
	SetCookie string `header:"Set-Cookie"`
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
	attempts  *attempts
	failed    *failedLogins
}

// NewLogins makes the handlers of logins.
func NewLogins(gate *Gate, users *Users) *Logins {
	return &Logins{gate: gate, users: users, passwords: users.passwords, trail: users.trail, attempts: newAttempts(),
		failed: newFailedLogins(users.trail)}
}

// Operations lists what can be asked about logins.
func (s *Logins) Operations() []api.Operation {
	const tag = "Access"
	return []api.Operation{
		{ID: "get-session", Path: "/session", Tag: tag, Role: api.Anyone, Summary: "The current session and its role",
			Handler: api.Answer(api.Installed, s.getSession)},
		{ID: "log-in", Method: http.MethodPost, Path: "/session", Tag: tag, Role: api.Anyone,
			Summary: "Log in with a password",
			Status:  http.StatusOK, Errors: []int{http.StatusTooManyRequests}, Handler: api.Answer(api.Installed, s.logIn)},
		{ID: "log-out", Method: http.MethodDelete, Path: "/session", Tag: tag, Role: api.Anyone, Summary: "Log out",
			Handler: api.Answer(api.Installed, s.logOut)},
		{ID: "change-password", Method: http.MethodPost, Path: "/session/password", Tag: tag, Role: wrapcast.RoleViewer,
			Summary: "Change one's own password", Description: "Every other login of yours ends.",
			Status:  http.StatusNoContent,
			Handler: api.Answer(api.Installed, s.changePassword)},
	}
}

func (s *Logins) getSession(ctx context.Context, at api.Scope, _ *struct{}) (*api.Reply[sessionBody], error) {
	return api.Respond(s.session(ctx, WhoAsks(ctx)))
}

func (s *Logins) session(ctx context.Context, who Identity) (sessionBody, error) {
	out := sessionBody{Mode: "accounts", Actor: who.Actor, Role: who.Role, Grants: api.OrEmpty(who.Grants), SignedIn: who.Actor != "",
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
func (s *Logins) logIn(ctx context.Context, at api.Scope, in *loginInput) (*sessionReply, error) {
	who, now := WhoAsks(ctx), s.trail.Now()
	var account wrapcast.Account
	err := s.gate.Store.View(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.Access().AccountNamed(in.Body.Name)
		return err
	})
	if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		return nil, err
	}
	browser := who.knownBrowser(account, now)
	guess, wait := s.attempts.begin(account, in.Body.Name, browser, who.from, now)
	if wait > 0 {
		return nil, tooMany(wait)
	}
	look := s.passwords.Matches
	if browser != "" {
		look = s.passwords.MatchesFirst
	}
	right, err := look(ctx, in.Body.Password, account.Password)
	if err != nil {
		s.attempts.unjudged(guess, now)
		return nil, err
	}
	if !right || account.Disabled {
		if err := s.failed.note(ctx, account, in.Body.Name, who.from, ""); err != nil {
			return nil, err
		}
		return nil, api.Unauthorised("name or password are wrong").
			WithHint("an admin can set a new password: wrapcast serve user password NAME")
	}
	s.attempts.right(guess, now)
	return s.begin(ctx, account, who.from)
}

// Tidy clears away logins that are over, answers that need not be repeated any more, and writes what was counted of
// logins that failed.
func (s *Logins) Tidy(ctx context.Context) error {
	now := s.trail.Now()
	err := s.gate.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Requests().ForgetUntil(now.Add(-AnswersKept)); err != nil {
			return err
		}
		return tx.Access().DeleteSessionsUntil(now, now.Add(-sessionIdle))
	})
	return errors.Join(err, s.failed.tidy(ctx))
}

// AnswersKept is how long an Idempotency-Key stands for its request.
const AnswersKept = 24 * time.Hour

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
		return s.trail.add(tx, wrapcast.AuditEntry{Actor: account.Name, Action: "login", Detail: "from " + from,
			Objects: map[string]string{"account": string(account.ID)}})
	})
	if err != nil {
		return nil, err
	}
	cookies := []string{s.gate.cookie(secret, sessionLife)}
	known, err := s.gate.remember(account, now)
	if err != nil {
		return nil, err
	}
	if known != "" {
		cookies = append(cookies, known)
	}
	body, err := s.session(ctx, Identity{Actor: account.Name, Rights: account.Rights(), account: account.ID,
		session: session})
	return &sessionReply{SetCookie: cookies, Body: body}, err
}

func (s *Logins) logOut(ctx context.Context, at api.Scope, _ *struct{}) (*logoutReply, error) {
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

func (s *Logins) changePassword(ctx context.Context, at api.Scope, in *passwordInput) (*passwordReply, error) {
	who, now := WhoAsks(ctx), s.trail.Now()
	if who.session.Hash == "" {
		return nil, api.NewProblem(http.StatusConflict, "only people with an account have a password")
	}
	var account wrapcast.Account
	err := s.gate.Store.View(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.Access().Account(who.account)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Whoever has the session is counted for it, and cannot keep others from logging in.
	guess, wait := s.attempts.begin(account, account.Name, "session "+who.session.Hash, who.from, now)
	if wait > 0 {
		return nil, tooMany(wait)
	}
	right, err := s.passwords.Matches(ctx, in.Body.Old, account.Password)
	if err != nil {
		s.attempts.unjudged(guess, now)
		return nil, err
	}
	if !right {
		return nil, api.Forbidden("the old password is wrong")
	}
	s.attempts.right(guess, now)
	if err := s.users.setPassword(ctx, account.ID, in.Body.New, who.session.Hash, who.Actor); err != nil {
		return nil, err
	}
	return s.knownAgain(ctx, account.ID)
}

// knownAgain lets a browser stay known to an account whose password it has changed.
func (s *Logins) knownAgain(ctx context.Context, id wrapcast.AccountID) (*passwordReply, error) {
	var account wrapcast.Account
	err := s.gate.Store.View(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.Access().Account(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	cookie, err := s.gate.remember(account, s.trail.Now())
	return &passwordReply{SetCookie: cookie}, err
}

func tooMany(wait time.Duration) error {
	p := api.NewProblem(http.StatusTooManyRequests, "too many attempts failed")
	p.Kind = wrapcast.Refused
	seconds := int((wait + time.Second - 1) / time.Second)
	return huma.ErrorWithHeaders(p.WithHint("wait "+(time.Duration(seconds)*time.Second).String()+" and try again"),
		http.Header{"Retry-After": {strconv.Itoa(seconds)}})
}
