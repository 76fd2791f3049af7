package auth

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/wrapcast/wrapcast"
)

// OIDC is an OpenID Connect provider: the authorization code flow with PKCE.
type OIDC struct {
	config OIDCConfig

	mu     sync.Mutex
	remote *remote
}

// OIDCConfig has the settings of an identity provider.
type OIDCConfig struct {
	// Issuer is the provider's address, as its discovery document says it.
	Issuer       string
	ClientID     string
	ClientSecret string
	// Redirect is the address the browser comes back to: this server's /api/v1/session/oidc/callback as browsers reach
	// it.
	Redirect string
	// GroupsClaim is the claim that has somebody's groups; "" means "groups". Scopes are asked for beside openid and email.
	GroupsClaim string
	Scopes      []string
	// Client makes the requests; nil is a client that gives up after ten seconds.
	Client *http.Client
}

// remote has the provider's answers to discovery.
type remote struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

// NewOIDC makes a provider. It is asked who it is at the first login, so that wrapcast starts while it is down.
func NewOIDC(config OIDCConfig) *OIDC {
	if config.Client == nil {
		config.Client = &http.Client{Timeout: 10 * time.Second}
	}
	return &OIDC{config: config}
}

// discovered asks the provider who it is, unless that is known.
func (o *OIDC) discovered(ctx context.Context) (*remote, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.remote != nil {
		return o.remote, nil
	}
	// What is found out outlives the request that found it out.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.config.Client), o.config.Issuer)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Unavailable, "login",
			"the identity provider %s does not answer as one: %w",
			o.config.Issuer, err).
			WithHint("check serve.oidc.issuer, and that this machine reaches it")
	}
	o.remote = &remote{
		provider: found,
		oauth: oauth2.Config{ClientID: o.config.ClientID, ClientSecret: o.config.ClientSecret,
			Endpoint:    found.Endpoint(),
			RedirectURL: o.config.Redirect, Scopes: append([]string{oidc.ScopeOpenID, "email"}, o.config.Scopes...)},
		verifier: found.Verifier(&oidc.Config{ClientID: o.config.ClientID}),
	}
	return o.remote, nil
}

// Begin implements Provider.
func (o *OIDC) Begin(ctx context.Context, a Attempt) (string, error) {
	r, err := o.discovered(ctx)
	if err != nil {
		return "", err
	}
	return r.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), nil
}

// Finish implements Provider.
func (o *OIDC) Finish(ctx context.Context, a Attempt, code string) (Identity, error) {
	r, err := o.discovered(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, o.config.Client)
	token, err := r.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, refused("the identity provider did not take the code: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := r.verifier.Verify(ctx, raw)
	if err != nil {
		return Identity{}, refused("the identity provider's token does not hold: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 {
		return Identity{}, refused("the identity provider's token belongs to another login")
	}
	claims := claims{}
	if err := id.Claims(&claims); err != nil {
		return Identity{}, refused("the identity provider's token cannot be read: %w", err)
	}
	name := cmp.Or(o.config.GroupsClaim, "groups")
	// Many providers say it only where they are asked for it (OpenID Connect Core 1.0, 5.4). Whoever is in no group has no
	// claim at some of them, which is no fault where there is nothing more to ask.
	if claims.text("email") == "" ||
		o.config.GroupsClaim != "" && claims[name] == nil && r.provider.UserInfoEndpoint() != "" {
		info, err := r.provider.UserInfo(ctx, r.oauth.TokenSource(ctx, token))
		if err != nil || info.Subject != id.Subject {
			return Identity{}, refused("the identity provider does not say who logged in: %w",
				errors.Join(err, errOther(info, id)))
		}
		more := claims
		if err := info.Claims(&more); err != nil {
			return Identity{}, refused("the identity provider's answer cannot be read: %w", err)
		}
	}
	who := Identity{Subject: id.Issuer + " " + id.Subject, HostedDomain: strings.ToLower(claims.text("hd")),
		Groups: claims.texts(name)}
	if claims.verified() {
		who.Email = strings.ToLower(claims.text("email"))
	}
	return who, nil
}

// claims are what a provider says of somebody, in whatever form it says it.
type claims map[string]any

func (c claims) text(name string) string {
	text, _ := c[name].(string)
	return text
}

// texts is a claim that is a list of texts, or one alone.
func (c claims) texts(name string) (all []string) {
	switch v := c[name].(type) {
	case string:
		return []string{v}
	case []any:
		for _, one := range v {
			if text, ok := one.(string); ok {
				all = append(all, text)
			}
		}
	}
	return all
}

// verified reports whether the provider vouches for the address: by true, or by its text, as some write it.
func (c claims) verified() bool {
	switch v := c["email_verified"].(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true")
	}
	return false
}

// errOther is that of an answer about somebody else, which 5.3.2 of the specification asks to look for.
func errOther(info *oidc.UserInfo, id *oidc.IDToken) error {
	if info == nil || info.Subject == id.Subject {
		return nil
	}
	return errors.New("it is about another user")
}

func refused(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.Refused, "login", format, args...).
		WithHint("log in again; if it stays so, ask whoever runs wrapcast")
}
