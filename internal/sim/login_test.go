package sim_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim"
)

const form = "application/x-www-form-urlencoded"

func TestLoginAnswersEachMistakeWithTheOAuthBody(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	w.token = ""
	good := [2]string{w.ClientID(), w.ClientSecret()}
	for name, c := range map[string]struct {
		body   string
		basic  [2]string
		status int
		code   string
	}{
		"wrong secret":              {"grant_type=client_credentials", [2]string{w.ClientID(), "no"}, 400, "invalid_client"},
		"wrong id":                  {"grant_type=client_credentials", [2]string{"no", w.ClientSecret()}, 400, "invalid_client"},
		"nobody":                    {"grant_type=client_credentials", [2]string{}, 400, "invalid_request"},
		"no grant type":             {"scope=all", good, 400, "invalid_request"},
		"grant type twice":          {"grant_type=client_credentials&grant_type=client_credentials", good, 400, "invalid_request"},
		"another grant":             {"grant_type=password", good, 400, "unsupported_grant_type"},
		"secret in header and form": {"grant_type=client_credentials&client_id=a&client_secret=b", good, 400, "invalid_request"},
		"a form that is none":       {"grant_type=%zz", good, 400, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := w.send(request{method: "POST", path: "/oauth/token", body: c.body, basic: c.basic, headers: map[string]string{"Content-Type": form}})
			if a.status != c.status || a.text("error") != c.code || a.text("description") == "" || a.text("error_description") == "" {
				t.Errorf("got %d %s, want %d %s with its descriptions", a.status, a.body, c.status, c.code)
			}
		})
	}
}

// A wrong secret and a client that does not exist are told in different words, as live tools have seen it.
func TestAWrongClientIsNotAWrongSecret(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Switches: sim.Switches{WrongSecretStatus: 401}})
	for description, basic := range map[string][2]string{"authentication failed": {w.ClientID(), "no"}, "client not found: no": {"no", w.ClientSecret()}} {
		a := w.send(request{method: "POST", path: "/oauth/token", body: "grant_type=client_credentials", basic: basic, headers: map[string]string{"Content-Type": form}})
		if a.status != 401 || a.text("error") != "invalid_client" || a.text("description") != description {
			t.Errorf("%v: %d %s", basic, a.status, a.body)
		}
	}
}

func TestLoginTakesTheSecretInHeaderOrForm(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{TokenLife: 10 * time.Minute})
	w.token = ""
	body := "grant_type=client_credentials&client_id=" + w.ClientID() + "&client_secret=" + w.ClientSecret()
	a := w.send(request{method: "POST", path: "/oauth/token", body: body, headers: map[string]string{"Content-Type": form}}).ok(200)
	got := decode[struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
	}](a)
	if got.AccessToken == "" || got.TokenType != "bearer" || got.ExpiresIn != 600 {
		t.Errorf("got %+v", got)
	}
	if again := w.login(); again == got.AccessToken {
		t.Error("two logins gave the same token")
	}
	for _, media := range []string{"", form, "text/plain"} {
		if a := w.send(request{method: "POST", path: "/oauth/token", headers: map[string]string{"Content-Type": media}}); a.status != 400 || a.text("error") != "invalid_request" {
			t.Errorf("without a body, as %q: %d %s", media, a.status, a.body)
		}
	}
	w.send(request{method: "POST", path: "/oauth/token", body: "{}"}).wants(415, "unsupported.media.type")
	w.send(request{method: "GET", path: "/oauth/token"}).wants(405, "method.not.allowed")
}

func TestWrongSecretStatusIsASwitch(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Switches: sim.Switches{WrongSecretStatus: 401}})
	a := w.send(request{method: "POST", path: "/oauth/token", body: "grant_type=client_credentials",
		basic: [2]string{w.ClientID(), "no"}, headers: map[string]string{"Content-Type": form}})
	if a.status != 401 || a.text("error") != "invalid_client" {
		t.Errorf("got %d %s", a.status, a.body)
	}
}

func TestTokenLivesAndDies(t *testing.T) {
	t.Parallel()
	const me = "/api/v2/tokens/me"
	w := start(t, sim.Options{TokenLife: time.Hour})
	info := decode[struct {
		HomeOrg     struct{ ID string } `json:"organization"` //nolint:misspell // the platform's property
		OAuthClient struct{ ID string }
	}](w.get(me).ok(200))
	if info.OAuthClient.ID != w.ClientID() || info.HomeOrg.ID != string(w.Directory().Organisation.ID) {
		t.Errorf("tokens/me says %+v", info)
	}
	w.send(request{method: "HEAD", path: me}).ok(200)
	w.send(request{method: "GET", path: me, headers: map[string]string{"Authorization": ""}}).wants(401, "authentication.required")
	w.send(request{method: "GET", path: me, headers: map[string]string{"Authorization": "Basic abc"}}).wants(401, "authentication.required")
	w.send(request{method: "GET", path: me, headers: map[string]string{"Authorization": "Bearer nonsense"}}).wants(401, "bad.credentials")

	w.clock.move(time.Hour - time.Millisecond)
	w.get(me).ok(200)
	w.clock.move(time.Millisecond)
	w.get(me).wants(401, "bad.credentials")

	w.token = w.login()
	w.send(request{method: "DELETE", path: me}).ok(200)
	w.get(me).wants(401, "bad.credentials")

	w.token = w.login()
	w.RevokeTokens()
	w.get(me).wants(401, "bad.credentials")
}

func TestRateLimitIsAFixedWindowPerToken(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{RequestsPerMinute: 3})
	const me = "/api/v2/tokens/me"
	for i := 1; i <= 3; i++ {
		a := w.get(me).ok(200)
		if got := a.header.Get("inin-ratelimit-count"); got != string(rune('0'+i)) {
			t.Errorf("request %d counts as %s", i, got)
		}
		w.clock.move(5 * time.Second)
	}
	a := w.get(me)
	a.wants(429, "too.many.requests.retry.after")
	if a.header.Get("Retry-After") != "45" || a.text("message") != "Rate limit exceeded the maximum. Retry the request in [45] seconds" {
		t.Errorf("Retry-After %s: %s", a.header.Get("Retry-After"), a.body)
	}
	if a.header.Get("inin-ratelimit-allowed") != "3" || a.header.Get("inin-ratelimit-reset") != "45" {
		t.Errorf("headers: %v", a.header)
	}
	other := *w
	other.token = w.login()
	other.get(me).ok(200) // a token of its own has a budget of its own
	w.clock.move(44*time.Second + 999*time.Millisecond)
	if a := w.get(me); a.header.Get("Retry-After") != "1" {
		t.Errorf("a millisecond before the end Retry-After is %s, not a whole second", a.header.Get("Retry-After"))
	}
	w.clock.move(time.Millisecond)
	w.get(me).ok(200)
}

func TestRateHeadersCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Switches: sim.Switches{NoRateHeaders: true}})
	if a := w.get("/api/v2/tokens/me"); a.header.Get("inin-ratelimit-allowed") != "" {
		t.Errorf("headers: %v", a.header)
	}
}

func TestEachCallAsksForItsPermission(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Permissions: []string{}})
	unit := "/api/v2/workforcemanagement/businessunits/" + string(w.Directory().BusinessUnit.ID)
	week := unit + "/weeks/2026-11-30/shorttermforecasts"
	id := string(w.Directory().Codes[0].ID)
	for name, c := range map[string]struct {
		method, path, body string
		anyOf              bool
		permissions        []string
	}{
		"aggregates":     {"POST", "/api/v2/analytics/conversations/aggregates/query", "{}", true, []string{"analytics:conversationAggregate:view"}},
		"codes":          {"GET", "/api/v2/routing/wrapupcodes", "", false, []string{"routing:wrapupCode:view"}},
		"code":           {"GET", "/api/v2/routing/wrapupcodes/" + id, "", false, []string{"routing:wrapupCode:view"}},
		"division views": {"GET", "/api/v2/routing/wrapupcodes/divisionviews", "", false, []string{"routing:wrapupCode:search"}},
		"division view":  {"GET", "/api/v2/routing/wrapupcodes/divisionviews/" + id, "", false, []string{"routing:wrapupCode:search"}},
		"queues":         {"GET", "/api/v2/routing/queues", "", true, []string{"routing:queue:view"}},
		"queue's codes":  {"GET", "/api/v2/routing/queues/" + id + "/wrapupcodes", "", false, []string{"routing:queue:view"}},
		"unit":           {"GET", unit, "", true, []string{"wfm:businessUnit:view"}},
		"groups":         {"GET", unit + "/planninggroups", "", true, []string{"wfm:planningGroup:view"}},
		"group":          {"GET", unit + "/planninggroups/" + id, "", true, []string{"wfm:planningGroup:view"}},
		"list":           {"GET", week, "", true, []string{"wfm:schedule:generate", "wfm:shortTermForecast:view"}},
		"forecast":       {"GET", week + "/" + id, "", true, []string{"wfm:shortTermForecast:view"}},
		"data":           {"GET", week + "/" + id + "/data", "", true, []string{"wfm:shortTermForecast:view"}},
		"delete":         {"DELETE", week + "/" + id, "", true, []string{"wfm:shortTermForecast:delete"}},
		"upload url":     {"POST", week + "/import/uploadurl", "{}", true, []string{"wfm:shortTermForecast:add"}},
		"import":         {"POST", week + "/import", "{}", true, []string{"wfm:shortTermForecast:add"}},
		"rest submit":    {"POST", "/api/v2/wfm/scheduling/forecasts", "{}", true, []string{"wfm:shortTermForecast:add"}},
		"rest get":       {"GET", "/api/v2/wfm/scheduling/forecasts/x", "", true, []string{"wfm:shortTermForecast:view"}},
	} {
		t.Run(name, func(t *testing.T) {
			code := "missing.permissions"
			if c.anyOf {
				code = "missing.any.permissions"
			}
			a := w.send(request{method: c.method, path: c.path, body: c.body})
			a.wants(http.StatusForbidden, code)
			for _, p := range c.permissions {
				if !slices.Contains(splitList(a.text("message")), p) {
					t.Errorf("the message does not name %s: %s", p, a.body)
				}
			}
			w.Permit(c.permissions...)
			if a := w.send(request{method: c.method, path: c.path, body: c.body}); a.status == http.StatusForbidden {
				t.Errorf("with %v it is still forbidden: %s", c.permissions, a.body)
			}
			w.Permit()
		})
	}
}

func TestNeededPermissionsAreEnoughForEverythingWrapcastDoes(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	d := w.Directory()
	unit := "/api/v2/workforcemanagement/businessunits/" + string(d.BusinessUnit.ID)
	for _, path := range []string{"/api/v2/routing/wrapupcodes", "/api/v2/routing/wrapupcodes/divisionviews?includeState=ActiveAndDeleted",
		"/api/v2/routing/queues", "/api/v2/workforcemanagement/businessunits", unit + "?expand=settings", unit + "/planninggroups",
		unit + "/planninggroups/" + string(d.PlanningGroups[0].ID), unit + "/weeks/recent/shorttermforecasts"} {
		w.get(path).ok(200)
	}
}

func TestAClientIsToldItsPermissionsAsTheSwitchSays(t *testing.T) {
	t.Parallel()
	for telling, want := range map[sim.Telling]string{
		sim.TellPermissions: `{"domain":"routing","entityName":"wrapupCode","actions":["search","view"]}`,
		sim.TellRoles:       `"role":{"id":`,
		sim.TellNothing:     `"code":"not.authorized"`,
	} {
		w := start(t, sim.Options{Switches: sim.Switches{OwnPermissions: telling}})
		a := w.get("/api/v2/authorization/subjects/me")
		if !strings.Contains(string(a.body), want) || strings.Contains(string(a.body), "policies") != (telling == sim.TellPermissions) {
			t.Errorf("%s: %d %s", telling, a.status, a.body)
		}
	}
}
