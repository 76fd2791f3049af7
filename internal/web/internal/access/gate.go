package access

import (
	"cmp"
	"context"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// SessionCookie is the name of the cookie that carries a login.
const SessionCookie = "wrapcast_session"

// Gate finds out who asks, by a token or the cookie of a login.
type Gate struct {
	Store *store.Store
	Clock wrapcast.Clock
	// LocalToken lets whoever started the service change things while there are no accounts.
	LocalToken string
	// Local says that there may be no accounts: only this machine can connect.
	Local bool
	// Provider says that people log in elsewhere too.
	Provider bool
	// TrustProxy takes a client's address from X-Forwarded-For.
	TrustProxy bool

	// accounts remembers that there are some, once there were.
	accounts atomic.Bool
}

// open reports whether nobody needs to log in.
func (g *Gate) open(ctx context.Context) (bool, error) {
	if !g.Local || g.Provider || g.accounts.Load() {
		return false, nil
	}
	var all []wrapcast.Account
	err := g.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Access().Accounts()
		return err
	})
	if err != nil || len(all) == 0 {
		return err == nil, err
	}
	g.accounts.Store(true)
	return false, nil
}

// Identify puts who asks into the request's context.
func (g *Gate) Identify(faults api.Faults, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := g.who(r, true)
		if err != nil {
			faults.Answer(w, r, err)
			return
		}
		who.from, who.browsers = g.clientAddress(r), browsersOf(r)
		again := func(ctx context.Context) (Identity, error) { return g.who(r.WithContext(ctx), false) }
		ctx := context.WithValue(r.Context(), identityKey{}, asked{who, again})
		next.ServeHTTP(w, r.WithContext(wrapcast.ActingAs(ctx, cmp.Or(who.Key, anonymous))))
	})
}

// lookAgain is how often is looked whether somebody who is sent events still may have them.
const lookAgain = 2 * time.Second

// While returns a context that ends soon after whoever a context names is nobody any more, somebody else, has another
// role, or may not; it implements api.While. Stop ends it in any case.
func (g *Gate) While(ctx context.Context, may func(context.Context) error) (watched context.Context, stop func()) {
	watched, stop = context.WithCancel(ctx)
	who, _ := ctx.Value(identityKey{}).(asked)
	if who.again == nil {
		return watched, stop
	}
	go func() {
		defer stop()
		for g.Clock.Sleep(watched, lookAgain) == nil {
			now, err := who.again(watched)
			if err != nil || now.Key != who.Key || !now.Equal(who.Rights) {
				return
			}
			now.from, now.browsers = who.from, who.browsers
			if may(context.WithValue(watched, identityKey{}, asked{now, who.again})) != nil {
				return
			}
		}
	}()
	return watched, stop
}

// clientAddress is the address a request comes from; logins are limited by it.
func (g *Gate) clientAddress(r *http.Request) string {
	if g.TrustProxy {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
			return last.WithZone("").String() // the one our own proxy has seen
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// who finds out who asks; touch notes that a token or a login was used.
func (g *Gate) who(r *http.Request, touch bool) (Identity, error) {
	open, err := g.open(r.Context())
	if err != nil {
		return Identity{}, err
	}
	bearer, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	cookie := ""
	if c, err := r.Cookie(SessionCookie); err == nil {
		cookie = c.Value
	}
	if open {
		return g.local(bearer, given, cookie)
	}
	if given {
		return g.byToken(r.Context(), bearer, touch)
	}
	if cookie == "" {
		return Identity{}, nil
	}
	return g.bySession(r.Context(), cookie, touch)
}

// local is whoever asks from this machine while there are no accounts.
func (g *Gate) local(bearer string, given bool, cookie string) (Identity, error) {
	if g.isLocal(bearer) || !given && g.isLocal(cookie) {
		return Identity{Actor: localActor, Rights: wrapcast.Rights{Role: wrapcast.RoleAdmin}, Key: localActor}, nil
	}
	if given {
		return Identity{}, api.Unauthorised("this token is not valid").
			WithHint("use the one wrapcast serve printed when it started")
	}
	return Identity{Actor: localActor, Rights: wrapcast.Rights{Role: wrapcast.RoleViewer},
		Key: localActor + " viewer"}, nil
}

func (g *Gate) isLocal(secret string) bool {
	return secret != "" && subtle.ConstantTimeCompare([]byte(secret), []byte(g.LocalToken)) == 1
}

// OpenLink is the address printed at the start: it gives the browser the token that lets it change things in local
// mode.
func (g *Gate) OpenLink(w http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("token"); g.Local && g.isLocal(token) {
		w.Header().Add("Set-Cookie", g.cookie(token, sessionLife))
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// Secure reports whether browsers reach the server by HTTPS: itself, or through a proxy in front of it.
func (g *Gate) Secure() bool { return !g.Local }

// cookie keeps a secret where no script can read it and no other site can send it; an empty secret ends it.
func (g *Gate) cookie(secret string, life time.Duration) string {
	c := http.Cookie{Name: SessionCookie, Value: secret, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true,
		Secure: g.Secure(), SameSite: http.SameSiteStrictMode}
	if secret == "" {
		c.MaxAge = -1
	}
	return c.String()
}

// touchEvery is the precision to which the last use of a token or a session is stored.
const touchEvery = 5 * time.Minute

// byToken returns the token; it works as long as its owner does, and may no more than they may.
func (g *Gate) byToken(ctx context.Context, secret string, touch bool) (Identity, error) {
	var t wrapcast.Token
	var owner wrapcast.Account
	err := g.Store.View(ctx, func(tx *store.Tx) (err error) {
		if t, err = tx.Access().TokenOf(auth.HashSecret(secret)); err != nil || t.Owner == "" {
			return err
		}
		owner, err = tx.Access().Account(t.Owner)
		return err
	})
	now := g.Clock.Now()
	switch {
	case wrapcast.KindOf(err) == wrapcast.NotFound, err == nil && (!t.Active(now) || owner.Disabled):
		return Identity{}, api.Unauthorised("this token is not valid").WithHint("an admin makes tokens in the settings")
	case err != nil:
		return Identity{}, err
	}
	if touch && now.Sub(t.UsedAt) > touchEvery {
		if err := g.Store.Update(ctx, func(tx *store.Tx) error { return tx.Access().TouchToken(t.ID, now) }); err != nil {
			return Identity{}, err
		}
	}
	return Identity{Actor: tokenKind + t.Name, Rights: t.As(owner.Rights()), Key: tokenKind + string(t.ID),
		account: t.Owner}, nil
}

// A login ends after a day without use, and after a week in any case.
const (
	sessionIdle = 24 * time.Hour
	sessionLife = 7 * 24 * time.Hour
)

// bySession returns who logged in; nobody where the login has ended.
func (g *Gate) bySession(ctx context.Context, secret string, touch bool) (Identity, error) {
	var s wrapcast.Session
	var a wrapcast.Account
	err := g.Store.View(ctx, func(tx *store.Tx) (err error) {
		if s, err = tx.Access().Session(auth.HashSecret(secret)); err != nil {
			return err
		}
		a, err = tx.Access().Account(s.Account)
		return err
	})
	now := g.Clock.Now()
	switch {
	case wrapcast.KindOf(err) == wrapcast.NotFound:
		return Identity{}, nil
	case err != nil:
		return Identity{}, err
	case a.Disabled || !now.Before(s.ExpiresAt) || now.Sub(s.UsedAt) > sessionIdle:
		return Identity{}, nil
	case s.UsedAt.After(now.Add(touchEvery)): // the clock was set back since: when it would end nobody knows
		return Identity{}, nil
	}
	if touch && now.Sub(s.UsedAt) > touchEvery {
		if err := g.Store.Update(ctx, func(tx *store.Tx) error { return tx.Access().TouchSession(s.Hash, now) }); err != nil {
			return Identity{}, err
		}
	}
	return Identity{Actor: a.Name, Rights: a.Rights(), Key: userKind + string(a.ID), account: a.ID, session: s}, nil
}
