package web

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/auth"
)

// OIDC lets people log in with an identity provider.
type OIDC struct {
	// Issuer is the provider's address.
	Issuer       string
	ClientID     string
	ClientSecret string
	// PublicURL is this server's address as browsers reach it: "https://wrapcast.example.com".
	PublicURL string
	// DefaultRole is that of people who are unknown here; "" lets in only those an admin has named by e-mail address.
	DefaultRole wrapcast.Role
}

const (
	attemptCookie = "wrapcast_login"
	attemptLife   = 10 * time.Minute
)

// provider returns the identity provider, nil where none is set.
func (o *OIDC) provider() auth.Provider {
	return auth.NewOIDC(auth.OIDCConfig{Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret,
		Redirect: strings.TrimSuffix(o.PublicURL, "/") + providerLogin + "/callback"})
}

// These two are not operations of the API: browsers go there.
func (s *Server) handleProvider(mux *http.ServeMux) {
	mux.HandleFunc("GET "+providerLogin, s.beginProvider)
	mux.HandleFunc("GET "+providerLogin+"/callback", s.finishProvider)
}

// beginProvider sends the browser to the identity provider.
func (s *Server) beginProvider(w http.ResponseWriter, r *http.Request) {
	if s.provider == nil {
		s.fail(w, r, newProblem(http.StatusNotFound, "no identity provider is set").withHint("set serve.oidc in the settings file"))
		return
	}
	attempt, err := auth.NewAttempt(localPath(r.URL.Query().Get("return_to")))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	address, err := s.provider.Begin(r.Context(), attempt)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	text, err := json.Marshal(attempt)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: attemptCookie, Value: base64.RawURLEncoding.EncodeToString(text), Path: providerLogin, MaxAge: int(attemptLife / time.Second),
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode}) // lax: the provider's site sends the browser back
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// localPath refuses to send anybody elsewhere after a login.
func localPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}

// finishProvider lets in who comes back from the identity provider.
func (s *Server) finishProvider(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: attemptCookie, Path: providerLogin, MaxAge: -1, HttpOnly: true, Secure: s.secure()})
	attempt, err := attemptOf(r)
	if err != nil || s.provider == nil {
		s.fail(w, r, notLetIn("this login was not begun here, or too long ago").withHint("log in again"))
		return
	}
	query := r.URL.Query()
	if query.Get("error") != "" {
		s.fail(w, r, notLetIn("the identity provider let nobody in: "+query.Get("error")).withHint("log in again"))
		return
	}
	who, err := s.provider.Finish(r.Context(), attempt, query.Get("code"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	session, err := s.welcome(r.Context(), who, s.clientAddress(r))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Add("Set-Cookie", session.SetCookie)
	http.Redirect(w, r, attempt.ReturnTo, http.StatusSeeOther)
}

func attemptOf(r *http.Request) (a auth.Attempt, err error) {
	c, err := r.Cookie(attemptCookie)
	if err != nil {
		return a, err
	}
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, err
	}
	if subtle.ConstantTimeCompare([]byte(a.State), []byte(r.URL.Query().Get("state"))) != 1 || a.State == "" {
		return a, http.ErrNoCookie
	}
	a.ReturnTo = localPath(a.ReturnTo)
	return a, nil
}

// welcome begins a login of whoever the identity provider vouches for: known by its subject, or by the
// e-mail address an admin has named, or by anybody where there is a role for everybody.
func (s *Server) welcome(ctx context.Context, who auth.Identity, from string) (*sessionReply, error) {
	now := s.now()
	var account wrapcast.Account
	err := s.Store.Update(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.AccountOf(who.Subject)
		if wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
		if account, err = s.adopt(tx, who); err != nil {
			return err
		}
		account.Subject, account.UpdatedAt = who.Subject, now
		if err := tx.SaveAccount(account); err != nil {
			return err
		}
		return s.audit(tx, wrapcast.AuditEntry{Actor: account.Name, Action: "user.linked", Detail: who.Subject})
	})
	if err != nil {
		return nil, err
	}
	if account.Disabled {
		return nil, s.turnAway(ctx, account.Name, from)
	}
	return s.begin(ctx, account, from)
}

// adopt finds or makes the account of somebody who comes from the identity provider for the first time.
func (s *Server) adopt(tx *store.Tx, who auth.Identity) (wrapcast.Account, error) {
	if who.Email == "" {
		return wrapcast.Account{}, forbidden("the identity provider vouches for no e-mail address").withHint("ask whoever runs it")
	}
	account, err := tx.AccountNamed(who.Email)
	if wrapcast.KindOf(err) != wrapcast.NotFound {
		if err == nil && account.Subject != "" {
			return account, forbidden("the account " + who.Email + " belongs to somebody else at the identity provider").withHint("ask an admin")
		}
		return account, err
	}
	if s.OIDC.DefaultRole == "" {
		return account, forbidden(who.Email + " is not known here").withHint("ask an admin to add this address as a user")
	}
	now := s.now()
	return wrapcast.Account{ID: wrapcast.AccountID(s.NewID()), Name: who.Email, Role: s.OIDC.DefaultRole, CreatedAt: now}, nil
}

func (s *Server) turnAway(ctx context.Context, name, from string) error {
	if err := s.record(ctx, wrapcast.AuditEntry{Actor: name, Action: "login", Status: statusFailed, Detail: "disabled; from " + from}); err != nil {
		return err
	}
	return notLetIn(name + " may not log in any more").withHint("ask an admin")
}
