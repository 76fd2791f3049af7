package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

// people are those the identity provider knows.
type people map[string]*storage.User

func (p people) GetUserByID(id string) *storage.User { return p[id] }

func (p people) GetUserByUsername(name string) *storage.User {
	for _, u := range p {
		if u.Username == name {
			return u
		}
	}
	return nil
}

func (people) ExampleClientID() string { return "" }

// provide starts an identity provider made of somebody else's library, and a site that lets people log in with it.
func provide(t *testing.T, defaultRole wrapcast.Role, change ...func(*web.OIDC)) (s *site, browser *http.Client, base string) {
	t.Helper()
	var provider, front http.Handler
	issuer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { provider.ServeHTTP(w, r) }))
	t.Cleanup(issuer.Close)
	public := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { front.ServeHTTP(w, r) }))
	t.Cleanup(public.Close)
	s = newSite(t, func(c *web.Config) {
		c.Local = false
		c.OIDC = &web.OIDC{Issuer: issuer.URL, ClientID: "wrapcast", ClientSecret: "the secret at the provider", PublicURL: public.URL, DefaultRole: defaultRole}
		for _, f := range change {
			f(c.OIDC)
		}
	})
	front = s.web
	storage.RegisterClients(storage.WebClient("wrapcast", "the secret at the provider", public.URL+"/api/v1/session/oidc/callback"))
	known := people{
		"1": {ID: "1", Username: "ada", Password: "a", Email: "ada@example.com", EmailVerified: true},
		"2": {ID: "2", Username: "eve", Password: "e", Email: "ada@example.com", EmailVerified: false},
		"3": {ID: "3", Username: "mallory", Password: "m", Email: "ADA@example.com", EmailVerified: true},
	}
	provider = exampleop.SetupServer(issuer.URL, storage.NewStorage(known), nil, false)
	browser = public.Client()
	return s, browser, public.URL
}

// logInAt goes to the page of the provider as a browser does, fills its form in, and follows it back.
func logInAt(t *testing.T, browser *http.Client, base, name, password string) *http.Response {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser.Jar = jar
	page, err := browser.Get(base + "/api/v1/session/oidc?return_to=/%23/runs")
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	back, err := browser.PostForm(page.Request.URL.String(), url.Values{"username": {name}, "password": {password}, "id": {page.Request.URL.Query().Get("authRequestID")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { back.Body.Close() })
	return back
}

// OIDC against the provider library of github.com/zitadel/oidc: whoever it vouches for gets the role an admin has given
// the address, and keeps the account whatever becomes of the address.
func TestPeopleLogInWithAnIdentityProvider(t *testing.T) {
	s, browser, base := provide(t, "")
	if got := logInAt(t, browser, base, "ada", "a"); got.StatusCode != http.StatusForbidden {
		t.Errorf("somebody nobody has named gets %d at %s", got.StatusCode, got.Request.URL)
	}
	if status, body := s.do(t, http.MethodPost, "/users", map[string]any{"name": "ada@example.com", "role": "planner"}); status != http.StatusCreated {
		t.Fatalf("naming the address answers %d: %v", status, body)
	}
	if got := logInAt(t, browser, base, "ada", "a"); got.StatusCode != http.StatusOK || got.Request.URL.Fragment != "/runs" && got.Request.URL.Path != "/" {
		t.Fatalf("logging in ends at %s with %d", got.Request.URL, got.StatusCode)
	}
	session, err := browser.Get(base + "/api/v1/session")
	if err != nil {
		t.Fatal(err)
	}
	defer session.Body.Close()
	if text := readAll(t, session); !strings.Contains(text, `"actor":"ada@example.com","role":"planner"`) {
		t.Errorf("the session is %s", text)
	}
	for name, password := range map[string]string{"eve": "e", "mallory": "m"} {
		if got := logInAt(t, browser, base, name, password); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s, who has ada's address unverified or later, gets %d", name, got.StatusCode)
		}
	}
	var linked wrapcast.Account
	err = s.store.View(t.Context(), func(tx *store.Tx) (err error) {
		linked, err = tx.Access().AccountNamed("ada@example.com")
		return err
	})
	if err != nil || !strings.HasSuffix(linked.Subject, " 1") {
		t.Errorf("the account is linked to %q, %v", linked.Subject, err)
	}
	wantAudited(t, s, "user.linked ok ada@example.com", "login ok ada@example.com")
}

func TestAnIdentityProviderMayLetEverybodyInAndSomebodyBeTurnedAway(t *testing.T) {
	s, browser, base := provide(t, wrapcast.RoleViewer)
	if got := logInAt(t, browser, base, "ada", "a"); got.StatusCode != http.StatusOK {
		t.Fatalf("logging in ends at %s with %d", got.Request.URL, got.StatusCode)
	}
	id := ""
	for _, u := range s.items(t, "/users") {
		if u["name"] == "ada@example.com" && u["role"] == "viewer" && u["provider"] == true {
			id = u["id"].(string)
		}
	}
	tag := s.ask(t, http.MethodGet, "/users/"+id, nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin]).Header.Get("ETag")
	if status, body := s.do(t, http.MethodPut, "/users/"+id, map[string]any{"role": "viewer", "disabled": true}, "If-Match", tag); status != http.StatusOK {
		t.Fatalf("turning somebody away answers %d: %v", status, body)
	}
	if got := logInAt(t, browser, base, "ada", "a"); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("somebody who was turned away gets %d", got.StatusCode)
	}
	if got := logInAt(t, browser, base, "ada", "wrong"); got.Request.URL.Host == strings.TrimPrefix(base, "https://") {
		t.Errorf("a wrong password comes back to %s", got.Request.URL)
	}
	wantAudited(t, s, "login failed ada@example.com")
}

// A restriction holds for everybody, those an admin has named included.
func TestSingleSignOnIsForSomeDomainsAndGroups(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*web.OIDC)
		want   int
	}{
		"its domain":       {func(o *web.OIDC) { o.Domains = []string{"other.example", "Example.com"} }, http.StatusOK},
		"another domain":   {func(o *web.OIDC) { o.Domains = []string{"example.org", "ple.com", "com"} }, http.StatusForbidden},
		"a group it lacks": {func(o *web.OIDC) { o.Groups = []string{"planners"} }, http.StatusForbidden},
	} {
		s, browser, base := provide(t, wrapcast.RoleViewer, c.change)
		if got := logInAt(t, browser, base, "ada", "a"); got.StatusCode != c.want {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
		if status, _ := s.do(t, http.MethodPost, "/users", map[string]any{"name": "ada@example.com", "role": "planner"}); c.want == http.StatusForbidden && status != http.StatusCreated {
			t.Errorf("%s: somebody who was refused has an account: %d", name, status)
		}
		if got := logInAt(t, browser, base, "ada", "a"); got.StatusCode != c.want {
			t.Errorf("%s: named by an admin, %d", name, got.StatusCode)
		}
	}
}

// Whoever brings a code that belongs to another browser's login is not let in.
func TestALoginBelongsToTheBrowserThatBeganIt(t *testing.T) {
	_, browser, base := provide(t, wrapcast.RoleViewer)
	for _, path := range []string{"/api/v1/session/oidc/callback?code=x&state=y", "/api/v1/session/oidc/callback?error=access_denied"} {
		got, err := browser.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		if got.StatusCode != http.StatusUnauthorized || len(got.Cookies()) > 1 {
			t.Errorf("%s gets %d and %v", path, got.StatusCode, got.Cookies())
		}
	}
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	begun, err := browser.Get(base + "/api/v1/session/oidc?return_to=//evil.example.com")
	if err != nil {
		t.Fatal(err)
	}
	begun.Body.Close()
	at, err := url.Parse(begun.Header.Get("Location"))
	if err != nil || at.Query().Get("code_challenge_method") != "S256" || at.Query().Get("nonce") == "" || at.Query().Get("state") == "" {
		t.Errorf("the browser is sent to %s", at)
	}
	cookie := begun.Cookies()[0]
	if !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge > int(time.Hour/time.Second) {
		t.Errorf("the attempt is kept in %v", cookie)
	}
}
