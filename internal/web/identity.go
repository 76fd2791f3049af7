package web

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// identity is who asks.
type identity struct {
	// actor is what the audit trail calls them; "" is nobody.
	actor string
	role  wrapcast.Role
	// account and session are set for people who logged in.
	account wrapcast.AccountID
	session wrapcast.Session
	// from is the address they ask from.
	from string
}

// localActor is whoever sits at this machine, where nobody has an account.
const localActor = "local"

type identityKey struct{}

func whoAsks(ctx context.Context) identity {
	who, _ := ctx.Value(identityKey{}).(identity)
	return who
}

// actor returns what the audit trail calls whoever asks.
func actor(ctx context.Context) string { return whoAsks(ctx).actor }

// gatekeeper finds out who asks.
type gatekeeper struct {
	store *store.Store
	clock wrapcast.Clock
	// localToken lets whoever started the service change things while there are no accounts.
	localToken string
	// local says that there may be no accounts: only this machine can connect.
	local bool
	// provider says that people log in elsewhere too.
	provider bool
	// accounts remembers that there are some, once there were.
	accounts atomic.Bool
}

// open reports whether nobody needs to log in.
func (g *gatekeeper) open(ctx context.Context) (bool, error) {
	if !g.local || g.provider || g.accounts.Load() {
		return false, nil
	}
	var all []wrapcast.Account
	err := g.store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Accounts()
		return err
	})
	if err != nil || len(all) == 0 {
		return err == nil, err
	}
	g.accounts.Store(true)
	return false, nil
}

// identify puts who asks into the request's context.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.gate.who(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		who.from = s.clientAddress(r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), identityKey{}, who)))
	})
}

// who finds out who asks, by a token or the cookie of a login.
func (g *gatekeeper) who(r *http.Request) (identity, error) {
	open, err := g.open(r.Context())
	if err != nil {
		return identity{}, err
	}
	bearer, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	cookie := ""
	if c, err := r.Cookie(sessionCookie); err == nil {
		cookie = c.Value
	}
	if open {
		if g.isLocal(bearer) || !given && g.isLocal(cookie) {
			return identity{actor: localActor, role: wrapcast.RoleAdmin}, nil
		}
		if given {
			return identity{}, notLetIn("this token lets nobody in").withHint("take the one wrapcast serve printed when it started")
		}
		return identity{actor: localActor, role: wrapcast.RoleViewer}, nil
	}
	if given {
		return g.byToken(r.Context(), bearer)
	}
	if cookie == "" {
		return identity{}, nil
	}
	return g.bySession(r.Context(), cookie)
}

func (g *gatekeeper) isLocal(secret string) bool {
	return secret != "" && subtle.ConstantTimeCompare([]byte(secret), []byte(g.localToken)) == 1
}

// touchEvery is how exactly it is known when a token or a session was last used.
const touchEvery = 5 * time.Minute

func (g *gatekeeper) byToken(ctx context.Context, secret string) (identity, error) {
	var t wrapcast.Token
	err := g.store.View(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.TokenOf(auth.HashSecret(secret))
		return err
	})
	now := g.clock.Now()
	switch {
	case wrapcast.KindOf(err) == wrapcast.NotFound, err == nil && !t.Active(now):
		return identity{}, notLetIn("this token lets nobody in").withHint("an admin makes tokens in the settings")
	case err != nil:
		return identity{}, err
	}
	if now.Sub(t.UsedAt) > touchEvery {
		if err := g.store.Update(ctx, func(tx *store.Tx) error { return tx.TouchToken(t.ID, now) }); err != nil {
			return identity{}, err
		}
	}
	return identity{actor: "token " + t.Name, role: t.Role}, nil
}

// A login ends after a day without use, and after a week in any case.
const (
	sessionIdle = 24 * time.Hour
	sessionLife = 7 * 24 * time.Hour
)

// bySession returns who logged in; nobody where the login has ended.
func (g *gatekeeper) bySession(ctx context.Context, secret string) (identity, error) {
	var s wrapcast.Session
	var a wrapcast.Account
	err := g.store.View(ctx, func(tx *store.Tx) (err error) {
		if s, err = tx.Session(auth.HashSecret(secret)); err != nil {
			return err
		}
		a, err = tx.Account(s.Account)
		return err
	})
	now := g.clock.Now()
	switch {
	case wrapcast.KindOf(err) == wrapcast.NotFound:
		return identity{}, nil
	case err != nil:
		return identity{}, err
	case a.Disabled || !now.Before(s.ExpiresAt) || now.Sub(s.UsedAt) > sessionIdle:
		return identity{}, nil
	}
	if now.Sub(s.UsedAt) > touchEvery {
		if err := g.store.Update(ctx, func(tx *store.Tx) error { return tx.TouchSession(s.Hash, now) }); err != nil {
			return identity{}, err
		}
	}
	return identity{actor: a.Name, role: a.Role, account: a.ID, session: s}, nil
}

func notLetIn(detail string) *problem {
	p := newProblem(http.StatusUnauthorized, detail)
	p.Kind = wrapcast.Refused
	return p
}

// authorise lets only those on to an operation who have its role.
func (a *api) authorise(need wrapcast.Role) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		who := whoAsks(ctx.Context())
		if who.role.May(need) {
			next(ctx)
			return
		}
		p := notLetIn("nobody is logged in").withHint("log in, or send an API token")
		switch {
		case who.actor == localActor:
			p = forbidden("this browser may look but not change anything").
				withHint("open the address wrapcast serve printed when it started, with its token")
		case who.actor != "":
			p = forbidden(who.actor + " has the role " + string(who.role) + ", and this needs " + string(need)).withHint("an admin changes roles in the settings")
		}
		answerProblem(ctx, p)
	}
}

func forbidden(detail string) *problem {
	p := newProblem(http.StatusForbidden, detail)
	p.Kind = wrapcast.Refused
	return p
}
