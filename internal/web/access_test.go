package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web"
)

// Every operation, asked by every role: whoever is below what the document says is refused, and nobody else.
func TestRolesMayWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch}
	asked := 0
	for _, method := range methods {
		for path, o := range operations(s, method) {
			if isStream(o) {
				continue
			}
			need, _ := o.Extensions["x-role"].(string)
			for _, role := range append([]wrapcast.Role{""}, wrapcast.Roles()...) {
				var header []string
				if role != "" {
					header = []string{"Authorization", "Bearer " + s.secrets[role]}
				}
				// What is asked for is not there, or wrong: those who may are told so, before any work is done.
				got := s.ask(t, method, fillPath(path, nil)+"?unheard=of", minimalBody(o), header...)
				want := need == "" || role.May(wrapcast.Role(need))
				refused := got.StatusCode == http.StatusForbidden || got.StatusCode == http.StatusUnauthorized
				if refused == want {
					t.Errorf("%s %s needs %q; %q gets %d: %s", method, path, need, role, got.StatusCode, got.body)
				}
				if refused && (got.StatusCode == http.StatusUnauthorized) != (role == "") {
					t.Errorf("%s %s refuses %q with %d", method, path, role, got.StatusCode)
				}
				asked++
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d requests were made", asked)
	}
}

// minimalBody asks for no more than the role of an operation allows: a run that submits needs a higher one than a dry
// run.
func minimalBody(o *huma.Operation) map[string]any {
	if o.OperationID == "start-run" {
		return map[string]any{"dry_run": true}
	}
	return map[string]any{}
}

func isStream(o *huma.Operation) bool {
	for _, r := range o.Responses {
		if r.Content["text/event-stream"] != nil {
			return true
		}
	}
	return false
}

func TestLocalModeShowsToAllAndChangesForWhoeverHasTheToken(t *testing.T) {
	t.Parallel()
	s := newLocalSite(t)
	if status, body := s.get(t, "/session"); status != http.StatusOK || body["mode"] != "local" || body["role"] != "admin" || body["actor"] != "local" {
		t.Errorf("with the token one is %v", body)
	}
	without := s.ask(t, http.MethodGet, "/session", nil).json(t)
	if without["role"] != "viewer" || without["signed_in"] != false {
		t.Errorf("without it one is %v", without)
	}
	if got := s.ask(t, http.MethodGet, "/codes", nil); got.StatusCode != http.StatusOK {
		t.Errorf("without it codes answer %d", got.StatusCode)
	}
	if got := s.ask(t, http.MethodGet, "/users", nil); got.StatusCode != http.StatusForbidden {
		t.Errorf("without it users answer %d", got.StatusCode)
	}
	if got := s.ask(t, http.MethodGet, "/codes", nil, "Authorization", "Bearer wrong"); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("with a wrong one codes answer %d", got.StatusCode)
	}
	link := s.ask(t, http.MethodGet, "//open?token="+strings.ReplaceAll(localToken, " ", "+"), nil)
	cookie := link.Header.Get("Set-Cookie")
	if link.StatusCode != http.StatusSeeOther || link.Header.Get("Location") != "/" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
		t.Errorf("the link answers %d, %v", link.StatusCode, link.Header)
	}
	if got := s.ask(t, http.MethodGet, "//open?token=wrong", nil); got.Header.Get("Set-Cookie") != "" {
		t.Error("a wrong link sets a cookie")
	}
	name, _, _ := strings.Cut(cookie, ";")
	if got := s.ask(t, http.MethodGet, "/users", nil, "Cookie", name); got.StatusCode != http.StatusOK {
		t.Errorf("with the cookie users answer %d", got.StatusCode)
	}
}

// The first account ends local mode at once: the token printed at the start opens nothing any more.
func TestTheFirstAccountEndsLocalMode(t *testing.T) {
	t.Parallel()
	s := newLocalSite(t)
	if status, body := s.do(t, http.MethodPost, "/users", map[string]any{"name": "Farah", "role": "viewer", "password": "long enough for one"}); status != http.StatusConflict {
		t.Errorf("a first user who is no admin gets %d: %v", status, body)
	}
	if status, body := s.do(t, http.MethodPost, "/users", map[string]any{"name": "Wendy", "role": "admin", "password": "short"}); status != http.StatusUnprocessableEntity {
		t.Errorf("a short password gets %d: %v", status, body)
	}
	if status, body := s.do(t, http.MethodPost, "/users", map[string]any{"name": "Wendy", "role": "admin", "password": "long enough for one"}); status != http.StatusCreated {
		t.Fatalf("the first admin gets %d: %v", status, body)
	}
	if status, _ := s.get(t, "/codes"); status != http.StatusUnauthorized {
		t.Errorf("the token printed at the start still opens: %d", status)
	}
	if got := s.ask(t, http.MethodGet, "/codes", nil); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody still sees codes: %d", got.StatusCode)
	}
	if got := s.login(t, "wendy", "long enough for one"); got.StatusCode != http.StatusOK {
		t.Errorf("the admin cannot log in: %d %s", got.StatusCode, got.body)
	}
}

func (s *site) login(t *testing.T, name, password string, header ...string) answer {
	t.Helper()
	return s.ask(t, http.MethodPost, "/session", map[string]string{"name": name, "password": password}, header...)
}

func cookieOf(a answer) string {
	name, _, _ := strings.Cut(a.Header.Get("Set-Cookie"), ";")
	return name
}

func TestLoginLogoutAndPasswords(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	s := newSite(t, func(c *web.Config) { c.Clock.Now = func() time.Time { return time.Unix(0, now.Load()) } })
	me := func(cookie string) int { return s.ask(t, http.MethodGet, "/codes", nil, "Cookie", cookie).StatusCode }

	first, second := cookieOf(s.login(t, "Adam", adamPassword)), cookieOf(s.login(t, "adam", adamPassword))
	if first == second || me(first) != http.StatusOK || me(second) != http.StatusOK {
		t.Fatalf("two logins: %d, %d", me(first), me(second))
	}
	out := s.ask(t, http.MethodDelete, "/session", nil, "Cookie", first)
	if out.StatusCode != http.StatusNoContent || !strings.Contains(out.Header.Get("Set-Cookie"), "Max-Age=0") || me(first) != http.StatusUnauthorized {
		t.Errorf("logging out: %d %v, then %d", out.StatusCode, out.Header, me(first))
	}
	third := cookieOf(s.login(t, "adam", adamPassword))
	change := map[string]string{"old": "wrong password", "new": "another long one"}
	if got := s.ask(t, http.MethodPost, "/session/password", change, "Cookie", third); got.StatusCode != http.StatusForbidden {
		t.Errorf("the wrong old password: %d", got.StatusCode)
	}
	change["old"] = adamPassword
	if got := s.ask(t, http.MethodPost, "/session/password", change, "Cookie", third); got.StatusCode != http.StatusNoContent {
		t.Errorf("changing it: %d %s", got.StatusCode, got.body)
	}
	if me(second) != http.StatusUnauthorized || me(third) != http.StatusOK {
		t.Errorf("after changing it the other login answers %d, this one %d", me(second), me(third))
	}
	now.Add(int64(25 * time.Hour))
	if me(third) != http.StatusUnauthorized {
		t.Error("a login without use lasts more than a day")
	}
	fourth := cookieOf(s.login(t, "adam", "another long one"))
	for range 7 {
		now.Add(int64(23 * time.Hour))
		me(fourth)
	}
	now.Add(int64(23 * time.Hour))
	if me(fourth) != http.StatusUnauthorized {
		t.Error("a login in use lasts more than a week")
	}
	wantAudited(t, s, "login ok adam", "logout ok adam", "user.password_set ok adam")
}

func wantAudited(t *testing.T, s *site, want ...string) {
	t.Helper()
	var all []string
	err := s.store.View(t.Context(), func(tx *store.Tx) error {
		for e, err := range tx.Audit().Entries(wrapcast.Installation, 1, 0) {
			if err != nil {
				return err
			}
			all = append(all, e.Action+" "+e.Status+" "+e.Actor)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range want {
		if !strings.Contains(strings.Join(all, "\n"), w) {
			t.Errorf("%q is not audited; what is: %q", w, all)
		}
	}
}

func TestLoginsThatFailAreSlowedDown(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	s := newSite(t, func(c *web.Config) { c.Clock.Now = func() time.Time { return time.Unix(0, now.Load()) } })
	for i := range 5 {
		if got := s.login(t, "adam", "wrong password"); got.StatusCode != http.StatusUnauthorized {
			t.Fatalf("attempt %d gets %d", i, got.StatusCode)
		}
	}
	got := s.login(t, "adam", adamPassword)
	if got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" || got.json(t)["hint"] == "" {
		t.Errorf("the sixth gets %d, %v: %s", got.StatusCode, got.Header, got.body)
	}
	now.Add(int64(61 * time.Second))
	if got := s.login(t, "adam", adamPassword); got.StatusCode != http.StatusOK {
		t.Errorf("after a minute it gets %d: %s", got.StatusCode, got.body)
	}
	for i := range 20 {
		s.login(t, "somebody "+strings.Repeat("x", i), "wrong password")
	}
	if got := s.login(t, "somebody else", "wrong password"); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("an address that tries name after name gets %d", got.StatusCode)
	}
	wantAudited(t, s, "login failed adam")
}

func TestAWrongNameIsAnsweredLikeAWrongPassword(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	name, password := s.login(t, "nobody", "wrong password"), s.login(t, "adam", "wrong password")
	if name.StatusCode != password.StatusCode || string(name.body) != string(password.body) {
		t.Errorf("%d %s\n%d %s", name.StatusCode, name.body, password.StatusCode, password.body)
	}
}

// What another site makes a browser send is refused, with and without a cookie.
func TestOtherSitesCannotMakeABrowserChangeThings(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cookie := cookieOf(s.login(t, "adam", adamPassword))
	token := map[string]any{"name": "x", "role": "admin"}
	for name, c := range map[string]struct {
		header []string
		want   int
	}{
		"another site's page":               {[]string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"a sister domain's page":            {[]string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"an old browser on another site":    {[]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"an old browser, a null origin":     {[]string{"Origin", "null"}, http.StatusForbidden},
		"our own page":                      {[]string{"Sec-Fetch-Site", "same-origin"}, http.StatusCreated},
		"our own page in an old browser":    {[]string{"Origin", s.URL}, http.StatusCreated},
		"a program":                         {nil, http.StatusCreated},
		"a form of another site":            {[]string{"Origin", "https://evil.example", "Content-Type", "text/plain"}, http.StatusForbidden},
		"a form that slipped through as it": {[]string{"Content-Type", "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.ask(t, http.MethodPost, "/tokens", token, append([]string{"Cookie", cookie}, c.header...)...)
			if got.StatusCode != c.want {
				t.Errorf("gets %d, want %d: %s", got.StatusCode, c.want, got.body)
			}
		})
	}
}

// While nobody needs to log in, a name of another site that leads here (DNS rebinding) opens nothing.
func TestLocalModeAnswersToLocalNamesOnly(t *testing.T) {
	t.Parallel()
	s := newLocalSite(t)
	for host, want := range map[string]int{"evil.example": http.StatusForbidden, "127.0.0.1.evil.example:8080": http.StatusForbidden,
		"localhost:8080": http.StatusOK, "127.0.0.1": http.StatusOK, "[::1]:8080": http.StatusOK, "10.0.0.7": http.StatusForbidden} {
		if got := s.ask(t, http.MethodGet, "/codes", nil, "Host", host); got.StatusCode != want {
			t.Errorf("as %s it answers %d, want %d", host, got.StatusCode, want)
		}
	}
}

func TestEveryAnswerIsShielded(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.Local = false })
	for _, path := range []string{"/codes", "/nowhere", "//", "//open", "/openapi.json"} {
		got := s.ask(t, http.MethodGet, path, nil)
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age="} {
			if !strings.Contains(got.Header.Get(name), want) {
				t.Errorf("%s has %s %q", path, name, got.Header.Get(name))
			}
		}
		if policy := got.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
			t.Errorf("%s has the policy %q", path, policy)
		}
	}
	login := s.login(t, "adam", adamPassword)
	if c := login.Header.Get("Set-Cookie"); !strings.Contains(c, "Secure") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") {
		t.Errorf("the cookie is %q", c)
	}
}

func TestTokensWorkUntilTheyAreRevokedOrExpire(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	now.Store(time.Now().UnixNano())
	s := newSite(t, func(c *web.Config) { c.Clock.Now = func() time.Time { return time.Unix(0, now.Load()) } })
	use := func(secret string) int {
		return s.ask(t, http.MethodGet, "/codes", nil, "Authorization", "Bearer "+secret).StatusCode
	}
	made := func(body map[string]any) (id, secret string) {
		status, got := s.do(t, http.MethodPost, "/tokens", body)
		if status != http.StatusCreated {
			t.Fatalf("making a token gets %d: %v", status, got)
		}
		return got["id"].(string), got["secret"].(string)
	}
	forever, secret := made(map[string]any{"name": "bi", "role": "viewer"})
	_, short := made(map[string]any{"name": "trial", "role": "viewer", "expires_in_days": 2})
	if use(secret) != http.StatusOK || use(short) != http.StatusOK {
		t.Fatal("new tokens do not work")
	}
	if got := s.ask(t, http.MethodGet, "/users", nil, "Authorization", "Bearer "+secret); got.StatusCode != http.StatusForbidden {
		t.Errorf("a viewer's token sees users: %d", got.StatusCode)
	}
	now.Add(int64(49 * time.Hour))
	if use(secret) != http.StatusOK || use(short) != http.StatusUnauthorized {
		t.Errorf("after two days they answer %d and %d", use(secret), use(short))
	}
	for i, want := range []int{http.StatusNoContent, http.StatusConflict} {
		if status, body := s.do(t, http.MethodDelete, "/tokens/"+forever, nil); status != want {
			t.Errorf("revoking it for the %d. time gets %d: %v", i+1, status, body)
		}
	}
	if use(secret) != http.StatusUnauthorized {
		t.Error("a revoked token works")
	}
	for _, row := range s.items(t, "/tokens") {
		if row["secret"] != nil || row["hash"] != nil {
			t.Errorf("a secret is listed: %v", row)
		}
	}
	wantAudited(t, s, "token.created ok token admin", "token.revoked ok token admin")
}

func TestUsersAreChangedOnlyAsTheyWereRead(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := []string{"Authorization", "Bearer " + s.secrets[wrapcast.RoleAdmin]}
	status, sven := s.do(t, http.MethodPost, "/users", map[string]any{"name": "sven", "role": "planner", "password": "long enough for one"})
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, sven)
	}
	path := "/users/" + sven["id"].(string)
	tag := s.ask(t, http.MethodGet, path, nil, admin...).Header.Get("ETag")
	body := map[string]any{"role": "publisher", "disabled": false}
	if got := s.ask(t, http.MethodPut, path, body, admin...); got.StatusCode != http.StatusPreconditionRequired {
		t.Errorf("without If-Match: %d", got.StatusCode)
	}
	changed := s.ask(t, http.MethodPut, path, body, append(admin, "If-Match", tag)...)
	if changed.StatusCode != http.StatusOK || changed.json(t)["role"] != "publisher" {
		t.Errorf("with it: %d %s", changed.StatusCode, changed.body)
	}
	if got := s.ask(t, http.MethodPut, path, body, append(admin, "If-Match", tag)...); got.StatusCode != http.StatusPreconditionFailed {
		t.Errorf("with an old one: %d", got.StatusCode)
	}
	if got := s.ask(t, http.MethodPut, path, body, append(admin, "If-Match", changed.Header.Get("ETag"))...); got.StatusCode != http.StatusOK {
		t.Errorf("with the one answered: %d", got.StatusCode)
	}
	mine := "/users/" + string(adam)
	tag = s.ask(t, http.MethodGet, mine, nil, admin...).Header.Get("ETag")
	if got := s.ask(t, http.MethodPut, mine, map[string]any{"role": "viewer", "disabled": false}, append(admin, "If-Match", tag)...); got.StatusCode != http.StatusConflict {
		t.Errorf("the last admin resigns: %d", got.StatusCode)
	}
	if status, _ := s.do(t, http.MethodDelete, mine, nil); status != http.StatusConflict {
		t.Errorf("the last admin goes: %d", status)
	}
	cookie := cookieOf(s.login(t, "sven", "long enough for one"))
	if status, _ := s.do(t, http.MethodDelete, path, nil); status != http.StatusNoContent {
		t.Errorf("sven goes: %d", status)
	}
	if got := s.ask(t, http.MethodGet, "/codes", nil, "Cookie", cookie); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a deleted user's login answers %d", got.StatusCode)
	}
}

func TestTheSameKeyDoesItOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	admin := []string{"Authorization", "Bearer " + s.secrets[wrapcast.RoleAdmin]}
	body := map[string]any{"name": "sven", "role": "planner", "password": "long enough for one"}
	if got := s.ask(t, http.MethodPost, "/users", body, append(admin, "Idempotency-Key", "k")...); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("what holds a secret takes a key: %d", got.StatusCode)
	}
}

// A store that is broken answers with a fault that says nothing of its inside.
func TestFaultsOfOursKeepToThemselves(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	got := s.ask(t, http.MethodGet, "/codes", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin])
	if got.StatusCode != http.StatusInternalServerError || strings.Contains(string(got.body), "sql") || strings.Contains(string(got.body), ".db") {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestARequestGivenUpIsNoFault(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/codes", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := http.DefaultClient.Do(request); err == nil {
		t.Error("it was answered")
	}
}
