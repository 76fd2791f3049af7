package web_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

// groupProvider is an identity provider that lets ada in without a question, and says which groups she is in.
type groupProvider struct {
	*httptest.Server
	key    *rsa.PrivateKey
	nonce  string
	groups []string
}

func newGroupProvider(t *testing.T) *groupProvider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &groupProvider{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token",
			"jwks_uri": p.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": inBase64(key.N.Bytes()), "e": inBase64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/auth", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		p.nonce = q.Get("nonce")
		http.Redirect(w, r, q.Get("redirect_uri")+"?code=c&state="+url.QueryEscape(q.Get("state")), http.StatusSeeOther)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.token(t)})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func inBase64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token is signed as RFC 7519 says.
func (p *groupProvider) token(t *testing.T) string {
	t.Helper()
	claims, err := json.Marshal(map[string]any{"iss": p.URL, "aud": "wrapcast", "sub": "1", "nonce": p.nonce, "groups": p.groups,
		"exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(), "email": "ada@example.com", "email_verified": true})
	if err != nil {
		t.Fatal(err)
	}
	text := inBase64([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + inBase64(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + inBase64(signature)
}

// grouped is a site with an identity provider that knows groups, and the settings that give them roles.
type grouped struct {
	*site
	provider *groupProvider
	browser  *http.Client
	base     string
	// front is the server that the browser reaches; seen are the cookies that it was given.
	front *http.Handler
	seen  *[]*http.Cookie
}

func newGrouped(t *testing.T, roles ...web.GroupRole) *grouped {
	t.Helper()
	var front http.Handler
	g := &grouped{provider: newGroupProvider(t), front: &front, seen: &[]*http.Cookie{}}
	public := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { front.ServeHTTP(w, r) }))
	t.Cleanup(public.Close)
	g.base, g.browser = public.URL, public.Client()
	g.site = newSite(t, func(c *web.Config) {
		c.Local = false
		c.OIDC = &web.OIDC{Issuer: g.provider.URL, ClientID: "wrapcast", ClientSecret: "s", PublicURL: public.URL, GroupRoles: roles}
	})
	front = g.web
	inner := g.browser.Transport
	g.browser.Transport = transport(func(r *http.Request) (*http.Response, error) {
		got, err := inner.RoundTrip(r)
		if err == nil && strings.HasPrefix(r.URL.String(), g.base) {
			*g.seen = append(*g.seen, got.Cookies()...)
		}
		return got, err
	})
	return g
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// logIn logs ada in with groups, and returns the status where she ends and the cookie of her login.
func (g *grouped) logIn(t *testing.T, groups ...string) (status int, cookie string) {
	t.Helper()
	g.provider.groups = groups
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	g.browser.Jar = jar
	got, err := g.browser.Get(g.base + "/api/v1/session/oidc?return_to=/api/v1/session")
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	at, _ := url.Parse(g.base)
	for _, c := range jar.Cookies(at) {
		if c.Name == "wrapcast_session" {
			cookie = c.Name + "=" + c.Value
		}
	}
	return got.StatusCode, cookie
}

// with is another server over the same store, which was started with other settings.
func (g *grouped) with(t *testing.T, roles ...web.GroupRole) *grouped {
	t.Helper()
	again, err := web.New(web.Config{Store: g.store, Clock: clock(), NewID: newID, Version: "test",
		OIDC: &web.OIDC{Issuer: g.provider.URL, ClientID: "wrapcast", ClientSecret: "s", PublicURL: g.base, GroupRoles: roles}})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.ApplyGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(again)
	t.Cleanup(front.Close)
	*g.front = again
	changed := *g
	changed.site = &site{Server: front, web: again, store: g.store, secrets: g.secrets}
	return &changed
}

// follow begins to read the events of an organisation; it returns what waits for their end.
func (g *grouped) follow(t *testing.T, org, header, value string) (ended chan struct{}) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.URL+"/api/v1/events?organisation="+org, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set(header, value)
	stream, err := http.DefaultClient.Do(request)
	if err != nil || stream.StatusCode != http.StatusOK {
		t.Fatalf("events: %v %v", stream, err)
	}
	t.Cleanup(func() { stream.Body.Close() })
	ended = make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, stream.Body)
		close(ended)
	}()
	return ended
}

// Groups have roles in organisations. One that loses an organisation ends what its people had there: their logins, event
// streams, tokens, and answers that would be repeated.
func TestGroupsHaveRolesInOrganisations(t *testing.T) {
	t.Parallel()
	boston := web.GroupRole{Group: "boston-admins", Role: wrapcast.RoleAdmin}
	lyon := web.GroupRole{Group: "lyon-planners", Role: wrapcast.RolePlanner, Organisations: []string{"lyon care"}}
	g := newGrouped(t, boston, lyon)
	_, status := g.get(t, "/status")
	own := status["organisations"].([]any)[0].(map[string]any)["id"].(string)
	boston.Organisations = []string{own}
	const other = "5b6b2f0e-8a5f-4f0e-9c1d-00000000000a"
	g.stored(t, wrapcast.Organisation{ID: other, Name: "Lyon Care"})

	g = g.with(t, boston, lyon)
	if status, _ := g.logIn(t, "strangers"); status != http.StatusForbidden {
		t.Errorf("somebody of no group with a role gets %d", status)
	}
	in, cookie := g.logIn(t, "boston-admins", "lyon-planners", "strangers")
	if in != http.StatusOK || cookie == "" {
		t.Fatalf("ada gets %d", in)
	}
	me := g.ask(t, http.MethodGet, "/session", nil, "Cookie", cookie).json(t)
	if want := []any{map[string]any{"organisation": own, "role": "admin"}, map[string]any{"organisation": other, "role": "planner"}}; me["role"] != "" || !sameJSON(me["organisations"], want) {
		t.Errorf("ada may %v %v", me["role"], me["organisations"])
	}
	made := g.ask(t, http.MethodPost, "/tokens", map[string]any{"name": "bi", "organisations": []any{map[string]any{"organisation": own, "role": "admin"}}}, "Cookie", cookie)
	secret, _ := made.json(t)["secret"].(string)
	if secret == "" {
		t.Fatalf("a token gets %d: %s", made.StatusCode, made.body)
	}
	token := []string{"Authorization", "Bearer " + secret}
	queue := g.items(t, "/queues?organisation="+own)[0]["id"]
	accept := func(org string, header ...string) answer {
		return g.ask(t, http.MethodPost, "/accepted-silences?organisation="+org, map[string]any{"kind": "queue", "of": queue,
			"reason": "it moves"}, append(header, "Idempotency-Key", "k")...)
	}
	if got := accept(own, token...); got.StatusCode != http.StatusCreated {
		t.Fatalf("accepting gets %d: %s", got.StatusCode, got.body)
	}
	if got := accept(own, token...); got.Header.Get("Idempotent-Replayed") == "" {
		t.Errorf("it is not repeated: %d", got.StatusCode)
	}
	streams := []chan struct{}{g.follow(t, own, "Cookie", cookie), g.follow(t, own, token[0], token[1])}

	boston.Organisations = []string{other} // the group loses its organisation and has another
	later := g.with(t, boston, lyon)
	for i, ended := range streams {
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Errorf("stream %d goes on", i)
		}
	}
	if got := later.ask(t, http.MethodGet, "/codes?organisation="+own, nil, "Cookie", cookie); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("the login of before gets %d", got.StatusCode)
	}
	if got := later.ask(t, http.MethodGet, "/codes?organisation="+own, nil, token...); got.StatusCode != http.StatusUnauthorized && got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusForbidden {
		t.Errorf("the token gets %d", got.StatusCode)
	}
	g = later
	if got := accept(own, token...); got.StatusCode < http.StatusUnauthorized || got.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("the answer is repeated: %d", got.StatusCode)
	}
	wantAudited(t, g.site, "user.linked ok ada@example.com", "user.changed ok settings")
}

// What groups give ends with the next login that says otherwise, with an organisation whose name another takes, and with
// a setting that lets somebody in no longer; what an administrator gave stays.
func TestRolesByGroupsEndAndOthersStay(t *testing.T) {
	t.Parallel()
	g := newGrouped(t, web.GroupRole{Group: "all-viewers", Role: wrapcast.RoleViewer, Everywhere: true},
		web.GroupRole{Group: "lyon-planners", Role: wrapcast.RolePlanner, Organisations: []string{"Lyon Care", "not yet"}})
	const lyon = "5b6b2f0e-8a5f-4f0e-9c1d-00000000000a"
	g.stored(t, wrapcast.Organisation{ID: lyon, Name: "Lyon Care"})
	may := func(when string, want wrapcast.Rights) {
		t.Helper()
		var a wrapcast.Account
		err := g.store.View(t.Context(), func(tx *store.Tx) (err error) {
			a, err = tx.Access().AccountNamed("ada@example.com")
			return err
		})
		if err != nil || !a.Rights().Equal(want) {
			t.Errorf("%s ada may %+v, want %+v, %v", when, a.Rights(), want, err)
		}
	}
	inLyon := func(role wrapcast.Role) []wrapcast.Grant { return []wrapcast.Grant{{Organisation: lyon, Role: role}} }
	_, first := g.logIn(t, "all-viewers", "lyon-planners")
	may("of two groups", wrapcast.Rights{Role: wrapcast.RoleViewer, Grants: inLyon(wrapcast.RolePlanner)})
	if status, _ := g.logIn(t, "lyon-planners", "all-viewers"); status != http.StatusOK {
		t.Errorf("a second login gets %d", status)
	}
	if got := g.ask(t, http.MethodGet, "/codes", nil, "Cookie", first); got.StatusCode == http.StatusUnauthorized {
		t.Error("a login ends although nothing is lost")
	}
	g.logIn(t, "lyon-planners")
	may("of one group", wrapcast.Rights{Grants: inLyon(wrapcast.RolePlanner)})
	if got := g.ask(t, http.MethodGet, "/codes", nil, "Cookie", first); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a login of more groups gets %d", got.StatusCode)
	}
	g.stored(t, wrapcast.Organisation{ID: "5b6b2f0e-8a5f-4f0e-9c1d-00000000000b", Name: "lyon care"})
	if err := g.web.ApplyGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	may("while two are called so", wrapcast.Rights{})
	g.stored(t, wrapcast.Organisation{ID: "5b6b2f0e-8a5f-4f0e-9c1d-00000000000b", Name: "Lyon Nord"})
	if err := g.web.ApplyGroups(t.Context()); err != nil {
		t.Fatal(err)
	}
	may("when one is again", wrapcast.Rights{Grants: inLyon(wrapcast.RolePlanner)})

	id := g.items(t, "/users")[slices.IndexFunc(g.items(t, "/users"), func(u map[string]any) bool { return u["name"] == "ada@example.com" })]["id"].(string)
	g.change(t, id, wrapcast.RolePublisher, false)
	if status, _ := g.logIn(t); status != http.StatusOK {
		t.Errorf("with the role of an administrator and no group: %d", status)
	}
	may("as an administrator said", wrapcast.Rights{Role: wrapcast.RolePublisher})
	_, cookie := g.logIn(t, "lyon-planners")
	none := g.with(t)
	may("when the settings give groups nothing", wrapcast.Rights{Role: wrapcast.RolePublisher})
	if got := none.ask(t, http.MethodGet, "/codes", nil, "Cookie", cookie); got.StatusCode == http.StatusUnauthorized {
		t.Error("a login ends although the administrator's role covers what groups gave")
	}
}

// stored keeps an organisation of which nothing else is stored.
func (g *grouped) stored(t *testing.T, o wrapcast.Organisation) {
	t.Helper()
	if err := g.store.Update(t.Context(), func(tx *store.Tx) error { return tx.Directory().Save(wrapcast.Directory{Organisation: o}) }); err != nil {
		t.Fatal(err)
	}
}

func sameJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// No script reads a cookie of ours and no other site sends one; that of an attempt to log in is sent where the identity
// provider sends the browser back. Where browsers come by HTTPS, they send them by nothing else.
func TestEveryCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	g := newGrouped(t, web.GroupRole{Group: "viewers", Role: wrapcast.RoleViewer, Everywhere: true})
	if status, _ := g.logIn(t, "viewers"); status != http.StatusOK {
		t.Fatalf("ada gets %d", status)
	}
	local := newLocalSite(t)
	open, err := http.NewRequestWithContext(t.Context(), http.MethodGet, local.URL+"/open?token="+url.QueryEscape(localToken), nil)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := http.DefaultTransport.RoundTrip(open)
	if err != nil {
		t.Fatal(err)
	}
	opened.Body.Close()
	for from, cookies := range map[string][]*http.Cookie{"https": slices.Concat(*g.seen, cookiesOfALife(t, g.site)),
		"local": slices.Concat(opened.Cookies(), cookiesOfALife(t, newSite(t)))} {
		names := map[string]bool{}
		for _, c := range cookies {
			names[strings.TrimRight(c.Name, "0123456789abcdef-")] = true
			want := http.SameSiteStrictMode
			if c.Name == "wrapcast_login" {
				want = http.SameSiteLaxMode
			}
			if !c.HttpOnly || c.SameSite != want || c.Secure != (from == "https") || c.Domain != "" || c.Path == "" {
				t.Errorf("%s: %s", from, c)
			}
		}
		if !names["wrapcast_session"] || !names["wrapcast_browser_"] || from == "https" && !names["wrapcast_login"] {
			t.Errorf("%s: there were only %v", from, names)
		}
	}
}

// cookiesOfALife are those of a login with a password, a new password and a logout.
func cookiesOfALife(t *testing.T, s *site) []*http.Cookie {
	t.Helper()
	in := s.login(t, "adam", adamPassword)
	cookie := cookieOf(in)
	changed := s.ask(t, http.MethodPost, "/session/password", map[string]any{"old": adamPassword, "new": "another long one"}, "Cookie", cookie)
	out := s.ask(t, http.MethodDelete, "/session", nil, "Cookie", cookie)
	if in.StatusCode != http.StatusOK || changed.StatusCode != http.StatusNoContent || out.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%d %d %d", in.StatusCode, changed.StatusCode, out.StatusCode)
	}
	return slices.Concat(in.Cookies(), changed.Cookies(), out.Cookies())
}
