package access

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
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
	// Domains are those of the e-mail addresses that may log in, Groups those of which one has to be in one; none of
	// either restricts nobody. GroupsClaim is the claim that has the groups, "" means "groups"; Scopes are asked for
	// beside openid and email.
	Domains, Groups []string
	GroupsClaim     string
	Scopes          []string
	// GroupRoles are the roles that groups give, at each login.
	GroupRoles []GroupRole
	// Client asks the provider; nil is one that gives up after ten seconds.
	Client *http.Client
}

const (
	attemptCookie = "wrapcast_login"
	attemptLife   = 10 * time.Minute
)

// providerLogin is the path where a browser begins to log in with the identity provider.
const providerLogin = api.Prefix + "/session/oidc"

// SingleSignOn lets people log in with an identity provider.
type SingleSignOn struct {
	// provider and settings are unset where there is no identity provider.
	provider auth.Provider
	settings OIDC
	logins   *Logins
	newID    func() string
	faults   api.Faults
}

// NewSingleSignOn makes the pages of a login with an identity provider; without settings, those that say that there is
// none.
func NewSingleSignOn(o *OIDC, logins *Logins, newID func() string, faults api.Faults) *SingleSignOn {
	s := &SingleSignOn{logins: logins, newID: newID, faults: faults}
	if o != nil {
		s.settings = *o
		claim := o.GroupsClaim
		if len(o.Groups)+len(o.GroupRoles) > 0 { // it is asked for where the first answer leaves it out
			claim = cmp.Or(claim, "groups")
		}
		s.provider = auth.NewOIDC(auth.OIDCConfig{Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret,
			Client: o.Client, GroupsClaim: claim, Scopes: o.Scopes,
			Redirect: strings.TrimSuffix(o.PublicURL, "/") + providerLogin + "/callback"})
	}
	return s
}

// Mount adds the pages to a mux. They are not operations of the API: browsers go there.
func (s *SingleSignOn) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+providerLogin, s.begin)
	mux.HandleFunc("GET "+providerLogin+"/callback", s.finish)
}

// begin sends the browser to the identity provider.
func (s *SingleSignOn) begin(w http.ResponseWriter, r *http.Request) {
	if s.provider == nil {
		s.faults.Answer(w, r, api.NewProblem(http.StatusNotFound, "no identity provider is set").
			WithHint("set serve.oidc in the settings file"))
		return
	}
	attempt, err := auth.NewAttempt(localPath(r.URL.Query().Get("return_to")))
	if err != nil {
		s.faults.Answer(w, r, err)
		return
	}
	address, err := s.provider.Begin(r.Context(), attempt)
	if err != nil {
		s.faults.Answer(w, r, err)
		return
	}
	text, err := json.Marshal(attempt)
	if err != nil {
		s.faults.Answer(w, r, err)
		return
	}
	// Lax, because the provider's site sends the browser back.
	http.SetCookie(w, &http.Cookie{Name: attemptCookie, Value: base64.RawURLEncoding.EncodeToString(text),
		Path:   providerLogin,
		MaxAge: int(attemptLife / time.Second), HttpOnly: true, Secure: s.logins.gate.Secure(),
		SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// localPath refuses to send anybody elsewhere after a login.
func localPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}

// finish lets in who comes back from the identity provider.
func (s *SingleSignOn) finish(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: attemptCookie, Path: providerLogin, MaxAge: -1, HttpOnly: true,
		Secure: s.logins.gate.Secure(), SameSite: http.SameSiteLaxMode})
	attempt, err := attemptOf(r)
	if err != nil || s.provider == nil {
		s.faults.Answer(w, r, api.Unauthorised("this login was not begun here, or too long ago").
			WithHint("log in again"))
		return
	}
	query := r.URL.Query()
	if query.Get("error") != "" {
		s.faults.Answer(w, r, api.Unauthorised("the identity provider let nobody in: "+query.Get("error")).
			WithHint("log in again"))
		return
	}
	from := addressKey(s.logins.gate.clientAddress(r))
	if wait := s.logins.attempts.perAddress.Take(from, s.logins.trail.Now()); wait > 0 {
		s.faults.Answer(w, r, api.NewProblem(http.StatusTooManyRequests, "too many attempts from this address").
			WithHint("wait "+wait.Round(time.Second).String()+" and log in again"))
		return
	}
	who, err := s.provider.Finish(r.Context(), attempt, query.Get("code"))
	if err != nil {
		s.faults.Answer(w, r, err)
		return
	}
	s.logins.attempts.perAddress.GiveBack(from, s.logins.trail.Now())
	session, err := s.welcome(r.Context(), who, s.logins.gate.clientAddress(r))
	if err != nil {
		s.faults.Answer(w, r, err)
		return
	}
	for _, c := range session.SetCookie {
		w.Header().Add("Set-Cookie", c)
	}
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
// e-mail address an admin has named, or by anybody where there is a role for everybody or for one of their groups.
func (s *SingleSignOn) welcome(ctx context.Context, who auth.Identity, from string) (*sessionReply, error) {
	if p := s.settings.allows(who); p != nil {
		return nil, cmp.Or[error](s.turnOut(ctx, who, from), p)
	}
	now := s.logins.trail.Now()
	var account wrapcast.Account
	err := s.logins.gate.Store.Update(ctx, func(tx *store.Tx) (err error) {
		account, err = tx.Access().AccountOf(who.Subject)
		if err == nil {
			account, err = s.settle(tx, account, who.Groups, account.Name)
			return err
		}
		if wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
		if account, err = s.adopt(tx, who); err != nil {
			return err
		}
		account.Subject, account.UpdatedAt = who.Subject, now
		if err := tx.Access().SaveAccount(account); err != nil {
			return err
		}
		return s.logins.trail.add(tx, wrapcast.AuditEntry{Actor: account.Name, Action: "user.linked",
			Detail: who.Subject + saidLinked(account)})
	})
	if err != nil {
		return nil, err
	}
	if account.Disabled {
		return nil, s.turnAway(ctx, account, from)
	}
	if account.Rights().Highest() == "" {
		return nil, api.Forbidden(account.Name + " is in no group that has a role here").
			WithHint("ask whoever runs wrapcast: serve.oidc.group_roles, groups_claim")
	}
	return s.logins.begin(ctx, account, from)
}

// google is the issuer of an identity provider of whose addresses anybody may have one of any domain: what counts is
// the domain of the organisation.
const google = "https://accounts.google.com"

// allows returns why somebody may not log in whom the identity provider vouches for; nil where they may.
func (o OIDC) allows(who auth.Identity) *api.Problem {
	if len(o.Domains) > 0 {
		_, domain, _ := strings.Cut(who.Email, "@")
		if o.Issuer == google || who.HostedDomain != "" {
			domain = who.HostedDomain
		}
		if !slices.ContainsFunc(o.Domains, func(d string) bool { return domain != "" && strings.EqualFold(d, domain) }) {
			return api.Forbidden("addresses of " + cmp.Or(domain, "no domain of a company") + " may not log in here").
				WithHint("ask whoever runs wrapcast: serve.oidc.allowed_domains")
		}
	}
	if len(o.Groups) > 0 && !slices.ContainsFunc(who.Groups, func(g string) bool { return slices.Contains(o.Groups, g) }) {
		return api.Forbidden("you are in none of the groups that may log in here").
			WithHint("ask whoever runs wrapcast: serve.oidc.allowed_groups, groups_claim")
	}
	return nil
}

// adopt finds or makes the account of somebody who comes from the identity provider for the first time.
func (s *SingleSignOn) adopt(tx *store.Tx, who auth.Identity) (wrapcast.Account, error) {
	if who.Email == "" {
		return wrapcast.Account{}, api.Forbidden("the identity provider vouches for no e-mail address").
			WithHint("ask whoever runs it")
	}
	all, err := tx.Directory().Organisations()
	if err != nil {
		return wrapcast.Account{}, err
	}
	groups := byGroups(who.Groups, s.settings.GroupRoles, all)
	account, err := tx.Access().AccountNamed(who.Email)
	if wrapcast.KindOf(err) != wrapcast.NotFound {
		if err == nil && account.Subject != "" {
			return account, api.Forbidden("the account " + who.Email +
				" belongs to somebody else at the identity provider").
				WithHint("ask an admin")
		}
		account.ByGroups = groups
		return account, err
	}
	if s.settings.DefaultRole == "" && groups.Highest() == "" {
		return account, api.Forbidden(who.Email + " is not known here").
			WithHint("ask an admin to add this address as a user, or whoever runs wrapcast to give a group a role: " +
				"serve.oidc.group_roles")
	}
	name, err := CheckName("user", who.Email)
	return wrapcast.Account{ID: wrapcast.AccountID(s.newID()), Name: name, Role: s.settings.DefaultRole, ByGroups: groups,
		CreatedAt: s.logins.trail.Now()}, err
}

// saidLinked is what somebody may who comes for the first time and has groups, for the audit trail.
func saidLinked(a wrapcast.Account) string {
	if len(a.ByGroups.Groups) == 0 {
		return ""
	}
	return " as " + said(a.Rights()) + saidGroups(a.ByGroups)
}

func (s *SingleSignOn) turnAway(ctx context.Context, account wrapcast.Account, from string) error {
	if err := s.logins.failed.note(ctx, account, account.Name, from, "disabled; "); err != nil {
		return err
	}
	return api.Unauthorised(account.Name + " may not log in any more").WithHint("ask an admin")
}
