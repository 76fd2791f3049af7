package access

import (
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Login is the login: it gives tokens out and tells about them.
type Login struct {
	Tokens       *Tokens
	Organisation *organisation.Organisation
	// WrongSecretStatus is the answer to a wrong secret: 400 or 401: no public source says which.
	WrongSecretStatus int
	// Grant says in which divisions the client's role is granted.
	Grant organisation.Grant
	// Telling is what a client learns of its own permissions; "" means all of them.
	Telling Telling
}

const subjectPath = "/api/v2/authorization/subjects/me"

// Endpoints lists the login's operations.
func (d *Login) Endpoints() []api.Endpoint {
	const me = "/api/v2/tokens/me"
	return []api.Endpoint{
		{Method: http.MethodPost, Path: "/oauth/token", Public: true, Takes: api.Form, Repeatable: true,
			Handle: d.issue},
		{Method: http.MethodGet, Path: me, Repeatable: true, Handle: d.me},
		{Method: http.MethodHead, Path: me, Repeatable: true, Handle: d.head},
		{Method: http.MethodDelete, Path: me, Handle: d.revoke},
		{Method: http.MethodGet, Path: subjectPath, Repeatable: true, Handle: d.subject},
	}
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
}

func (d *Login) issue(c *api.Call) (api.Answer, error) {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil {
		return api.Answer{}, &oauthError{http.StatusBadRequest, "invalid_request", "the form cannot be read"}
	}
	switch grant := form["grant_type"]; {
	case len(grant) != 1:
		return api.Answer{}, &oauthError{http.StatusBadRequest, "invalid_request", "grant_type is missing or repeated"}
	case grant[0] != "client_credentials":
		return api.Answer{}, &oauthError{http.StatusBadRequest, "unsupported_grant_type",
			"grant_type " + grant[0] + " is not offered to this client"}
	}
	id, secret, ok := credentials(c.Request, form)
	if !ok {
		return api.Answer{}, &oauthError{http.StatusBadRequest, "invalid_request",
			"client id and secret are missing, malformed or given twice"}
	}
	if !d.Tokens.Has(id) {
		return api.Answer{}, &oauthError{d.WrongSecretStatus, "invalid_client", "client not found: " + id}
	}
	text, ok := d.Tokens.issue(id, secret, c.TokenSkew)
	if !ok {
		return api.Answer{}, &oauthError{d.WrongSecretStatus, "invalid_client", "authentication failed"}
	}
	return api.OK(tokenAnswer{text, "bearer", int(d.Tokens.life / time.Second)}), nil
}

// credentials reads client_secret_basic or client_secret_post, never both (RFC 6749, section 2.3).
func credentials(r *http.Request, form url.Values) (id, secret string, ok bool) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return form.Get("client_id"), form.Get("client_secret"), form.Get("client_id") != "" &&
			form.Get("client_secret") != ""
	}
	kind, encoded, _ := strings.Cut(header, " ")
	pair, err := base64.StdEncoding.DecodeString(encoded)
	if !strings.EqualFold(kind, "Basic") || err != nil || form.Has("client_secret") {
		return "", "", false
	}
	id, secret, ok = strings.Cut(string(pair), ":")
	return id, secret, ok
}

// oauthError is the login's refusal.
type oauthError struct {
	status            int
	code, description string
}

func (e *oauthError) Error() string { return e.code + ": " + e.description }

// Answer is the login's own body, unlike the API's.
func (e *oauthError) Answer(string) api.Answer {
	return api.Status(e.status, map[string]string{"error": e.code, "description": e.description,
		"error_description": e.description})
}

type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type tokenInfo struct {
	Org             named       `json:"organization"` //nolint:misspell // the platform's property
	HomeOrg         named       `json:"homeOrganization"`
	AuthorizedScope []string    `json:"authorizedScope"`
	OAuthClient     oauthClient `json:"OAuthClient"`
}

type oauthClient struct {
	ID                  string   `json:"id"`
	Name                string   `json:"name"`
	AuthorizedGrantType string   `json:"authorizedGrantType"`
	Scope               []string `json:"scope"`
	Org                 named    `json:"organization"` //nolint:misspell // the platform's property
}

func (d *Login) me(c *api.Call) (api.Answer, error) {
	o := named{d.Organisation.ID, d.Organisation.Name}
	return api.OK(tokenInfo{
		Org: o, HomeOrg: o, AuthorizedScope: []string{},
		OAuthClient: oauthClient{c.ClientID, "wrapcast", "CLIENT-CREDENTIALS", []string{}, o},
	}), nil
}

func (d *Login) head(*api.Call) (api.Answer, error) { return api.Answer{Status: http.StatusOK}, nil }

func (d *Login) revoke(c *api.Call) (api.Answer, error) {
	d.Tokens.revoke(c.Token)
	return api.Answer{Status: http.StatusOK}, nil
}

// Bearer returns the token of a request; ok is false where there is none.
func Bearer(r *http.Request) (text string, ok bool) {
	kind, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(text), strings.EqualFold(kind, "Bearer") && text != ""
}

// TakesMedia reports whether a request's body is of the media type.
func TakesMedia(r *http.Request, want string) bool {
	got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && got == want
}
