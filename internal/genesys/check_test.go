package genesys

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// healthy answers everything Check asks, as an organisation with nothing wrong.
func healthy(t *testing.T, p **platform) map[string]http.HandlerFunc {
	t.Helper()
	handlers := wholeOrganisation(t)
	maps.Copy(handlers, newNewsroom().handlers(t, p))
	facts := &analytics{arrivals: []wrapcast.Arrival{
		{Queue: "queue-0000", Media: wrapcast.Voice, Start: newFakeTime().read().Add(-3 * day).Truncate(day), Offered: 7}}}
	handlers[aggregatesPath] = facts.answer
	week := "/api/v2/workforcemanagement/businessunits/bu-1/weeks/2026-11-30/shorttermforecasts"
	handlers["GET "+week] = forecasts()
	handlers["POST "+week+"/import/uploadurl"] = always(201, map[string]any{"uploadKey": "k", "url": "https://storage.example.org/x"})
	handlers[subjectPath] = granting(needed(readsAndWrites)...)
	handlers["GET /api/v2/tokens/me"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", newFakeTime().read().Format(http.TimeFormat))
		meAnswer(w, r)
	}
	return handlers
}

const subjectPath = "GET /api/v2/authorization/subjects/me"

// needed lists one permission of each that a duty needs.
func needed(d duty) (all []string) {
	for _, list := range d.needs(nil) {
		all = append(all, list[0])
	}
	return all
}

// granting answers with a role of these permissions, in two divisions.
func granting(permissions ...string) http.HandlerFunc {
	policies := []any{}
	for _, p := range permissions {
		parts := strings.Split(p, ":")
		policies = append(policies, map[string]any{"domain": parts[0], "entityName": parts[1], "actions": []string{parts[2]}})
	}
	grant := map[string]any{"role": map[string]any{"id": "r", "name": "Forecaster", "policies": policies}}
	return always(200, map[string]any{"id": "client", "name": "wrapcast", "grants": []any{grant, grant}})
}

func TestCheckFindsWhatIsWrongAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	week := "/api/v2/workforcemanagement/businessunits/bu-1/weeks/2026-11-30/shorttermforecasts"
	no := refuse(403, "missing.permissions", "Unable to perform the requested action. You are missing a permission.")
	for name, c := range map[string]struct {
		change  func(map[string]http.HandlerFunc)
		options CheckOptions
		// want lists the checks that are not ok: name, status, a word of message or advice.
		want [][3]string
	}{
		"nothing":                               {func(map[string]http.HandlerFunc) {}, CheckOptions{}, nil},
		"nothing, for a client that only reads": {func(h map[string]http.HandlerFunc) { h[subjectPath] = granting(needed(reads)...) }, CheckOptions{ReadOnly: true}, nil},
		"more than is needed": {func(h map[string]http.HandlerFunc) {
			h[subjectPath] = granting(append(needed(readsAndWrites), "recording:recording:view", "directory:user:delete")...)
		}, CheckOptions{}, [][3]string{{"excess permissions", "warning", "2 that wrapcast never needs, by the roles Forecaster: directory:user:delete, recording:recording:view"}}},
		"everything": {func(h map[string]http.HandlerFunc) { h[subjectPath] = granting("*:*:*") },
			CheckOptions{ReadOnly: true}, [][3]string{{"excess permissions", "warning", "*:*:*"}}},
		"writing, for a client that only reads": {func(map[string]http.HandlerFunc) {},
			CheckOptions{ReadOnly: true}, [][3]string{{"excess permissions", "warning", "wfm:shortTermForecast:add"}}},
		"less than is needed": {func(h map[string]http.HandlerFunc) { h[subjectPath] = granting(needed(reads)...) },
			CheckOptions{}, [][3]string{{"missing permissions", "warning", "wfm:shortTermForecast:add"}}},
		"a platform that does not tell": {func(h map[string]http.HandlerFunc) {
			h[subjectPath] = refuse(400, "bad.request", "a user context is required")
		},
			CheckOptions{ReadOnly: true}, [][3]string{{"excess permissions", "skipped", "does not tell"}}},
		"a platform that names roles only": {func(h map[string]http.HandlerFunc) {
			h[subjectPath] = always(200, map[string]any{"grants": []any{map[string]any{"role": map[string]any{"id": "r", "name": "Master\nAdmin"}}}})
		}, CheckOptions{ReadOnly: true}, [][3]string{{"excess permissions", "skipped", "(Master Admin), not what they permit"}}},
		"a wrong secret": {func(h map[string]http.HandlerFunc) {
			h["POST /oauth/token"] = always(400, map[string]any{"error": "invalid_client"})
		}, CheckOptions{}, append([][3]string{{"credentials", "failed", "GENESYS_CLIENT_SECRET"}}, withoutCredentials()...)},
		"a clock ten minutes behind": {func(h map[string]http.HandlerFunc) { h["GET /api/v2/tokens/me"] = dated(10 * time.Minute) },
			CheckOptions{ReadOnly: true}, [][3]string{{"clock", "warning", "10m0s behind"}}},
		"a clock ten minutes ahead": {func(h map[string]http.HandlerFunc) { h["GET /api/v2/tokens/me"] = dated(-10 * time.Minute) },
			CheckOptions{ReadOnly: true}, [][3]string{{"clock", "warning", "10m0s ahead of"}}},
		"no permission for analytics": {func(h map[string]http.HandlerFunc) { h[aggregatesPath] = no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission analytics:conversationAggregate:view", "failed", "scopes do not matter"}, {"first query", "skipped", ""},
				{"contacts", "skipped", ""}}},
		"a day at most": {func(h map[string]http.HandlerFunc) {
			h[aggregatesPath] = (&analytics{}).withRefusal(longerThan(1, refuse(400, "constraint.validation", "too long")))
		}, CheckOptions{ReadOnly: true}, [][3]string{{"first query", "warning", "seven are not: POST /api/v2/analytics"},
			{"contacts", "warning", "Billing voice: no contact for 4 weeks or more: the client's role may not"}}},
		"an hour at most": {func(h map[string]http.HandlerFunc) {
			h[aggregatesPath] = (&analytics{}).withRefusal(longerThan(0, refuse(413, "request.entity.too.large", "too long")))
		}, CheckOptions{ReadOnly: true}, [][3]string{{"permission analytics:conversationAggregate:view", "failed", "413"},
			{"first query", "skipped", ""}, {"contacts", "skipped", ""}}},
		"no permission for queues": {func(h map[string]http.HandlerFunc) { h[queuesPath] = no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission routing:queue:view", "failed", "Roles"}, {"contacts", "skipped", ""}}},
		"no permission to search codes": {func(h map[string]http.HandlerFunc) {
			h[searchPath] = no
			h[codesPath] = always(200, map[string]any{"entities": named(3, "code")})
		}, CheckOptions{ReadOnly: true}, [][3]string{{"permission routing:wrapupCode:search", "warning", "deleted"}}},
		"no call to search codes": {func(h map[string]http.HandlerFunc) {
			h[searchPath] = refuse(404, "not.found", "")
			h[codesPath] = always(200, map[string]any{"entities": named(3, "code")})
		}, CheckOptions{ReadOnly: true}, [][3]string{{"permission routing:wrapupCode:search", "warning", "404"}}},
		"no permission for codes at all": {func(h map[string]http.HandlerFunc) { h[searchPath], h[codesPath] = no, no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission routing:wrapupCode:search", "warning", ""}, {"permission routing:wrapupCode:view", "failed", "routing:wrapupCode:view"}}},
		"no permission for forecasts": {func(h map[string]http.HandlerFunc) { h["GET "+week] = no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission wfm:shortTermForecast:view", "failed", "wfm:shortTermForecast:view"}}},
		"no permission for service goals": {func(h map[string]http.HandlerFunc) { h[goalsPath] = no },
			CheckOptions{}, [][3]string{{"service goals", "skipped", "optional: "}}},
		"no permission for Genesys' required staff": {func(h map[string]http.HandlerFunc) {
			h[subjectPath] = granting(slices.DeleteFunc(needed(readsAndWrites), func(p string) bool { return p == "wfm:staffingRequirement:view" })...)
		}, CheckOptions{}, [][3]string{{"optional permissions", "skipped", "do not have wfm:staffingRequirement:view"}}},
		"no permission to import": {func(h map[string]http.HandlerFunc) { h["POST "+week+"/import/uploadurl"] = no },
			CheckOptions{}, [][3]string{{"permission wfm:shortTermForecast:add", "failed", "wfm:shortTermForecast:add"}}},
		"no permission to see the unit": {func(h map[string]http.HandlerFunc) { h[unitPath] = no },
			CheckOptions{}, append([][3]string{{"permission wfm:businessUnit:view", "failed", "wfm:businessUnit:view"}}, withoutUnit()...)},
		"no business unit": {func(h map[string]http.HandlerFunc) { h[unitsPath] = always(200, map[string]any{}) },
			CheckOptions{}, append([][3]string{{"business unit", "warning", "there is none to plan for (none is open to the OAuth client): no staffing forecast is planned"}}, noUnit()...)},
		"another unit's name": {func(map[string]http.HandlerFunc) {},
			CheckOptions{BusinessUnits: wrapcast.UnitChoice{"Cork"}}, append([][3]string{{"business unit", "failed", "Boston (bu-1)"}}, withoutUnit()...)},
		"no business unit, where one was planned before": {func(h map[string]http.HandlerFunc) { h[unitsPath] = always(200, map[string]any{}) },
			CheckOptions{Known: map[wrapcast.OrganisationID][]wrapcast.BusinessUnit{"org-1": {{ID: "bu-1", Name: "Boston"}}}},
			append([][3]string{{"business unit", "failed", `business unit "Boston" was planned before`}}, withoutUnit()...)},
		"no list of business units": {func(h map[string]http.HandlerFunc) { h[unitsPath] = no },
			CheckOptions{}, append([][3]string{{"business unit", "warning", "may not list any"}}, noUnit()...)},
		"no list of business units, and one is named": {func(h map[string]http.HandlerFunc) { h[unitsPath] = no },
			CheckOptions{BusinessUnits: wrapcast.UnitChoice{"Cork"}}, append([][3]string{{"business unit", "failed", "403"}}, withoutUnit()...)},
		"none wanted": {func(map[string]http.HandlerFunc) {},
			CheckOptions{BusinessUnits: wrapcast.UnitChoice{"none"}}, append([][3]string{{"business unit", "warning", "as business_unit says"}}, noUnit()...)},
		"no planning group": {func(h map[string]http.HandlerFunc) { h[groupsPath] = always(200, map[string]any{"entities": []any{}}) },
			CheckOptions{ReadOnly: true}, [][3]string{{"planning groups", "failed", "create one"}, {"contacts", "skipped", ""}}},
		"codes that do not exist": {func(map[string]http.HandlerFunc) {},
			CheckOptions{ReadOnly: true, Codes: []wrapcast.CodeID{"code-0001", "code-9999", "ININ-WRAP-UP-TIMEOUT", wrapcast.DefaultCode, "gone-0001"}},
			[][3]string{{"wrap-up code code-9999", "failed", "wrapcast codes"}}},
		"a group that fell silent": {func(h map[string]http.HandlerFunc) {
			facts := &analytics{arrivals: []wrapcast.Arrival{
				{Queue: "queue-0000", Media: wrapcast.Voice, Start: newFakeTime().read().Add(-10 * day).Truncate(day), Offered: 7},
				{Queue: "queue-0009", Media: wrapcast.Chat, Start: newFakeTime().read().Add(-2 * day).Truncate(day), Offered: 1}}}
			h[aggregatesPath] = facts.answer
		}, CheckOptions{ReadOnly: true}, [][3]string{
			{"contacts", "warning", "Billing voice: no contact for 1 week: the client"}}},
		"no notifications": {func(h map[string]http.HandlerFunc) { h["GET /channels/{id}"] = refuse(403, "", "") },
			CheckOptions{}, [][3]string{{"notifications", "warning", "looking at the list"}}},
		"a login host that is down": {func(h map[string]http.HandlerFunc) { h["POST /oauth/token"] = dropped },
			CheckOptions{}, append([][3]string{{"credentials", "failed", "tried 2 times"}}, withoutCredentials()...)},
		"an address that is no platform's": {func(h map[string]http.HandlerFunc) { h["POST /oauth/token"] = http.NotFound },
			CheckOptions{}, append([][3]string{{"credentials", "failed", "there is no login at"}}, withoutCredentials()...)},
		"a platform that is down": {func(h map[string]http.HandlerFunc) {
			h["GET /api/v2/tokens/me"] = refuse(503, "service.unavailable", "")
		},
			CheckOptions{}, append([][3]string{{"credentials", "failed", "tried 2 times"}}, withoutCredentials()...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p *platform
			handlers := healthy(t, &p)
			if c.options.ReadOnly {
				handlers[subjectPath] = granting(needed(reads)...)
			}
			if strings.HasPrefix(name, "writing") {
				handlers[subjectPath] = granting(needed(readsAndWrites)...)
			}
			c.change(handlers)
			p = newPlatform(t, handlers)
			var wrong []wrapcast.Check
			for _, k := range p.newClient(t, newFakeTime().clock(), nil).Check(t.Context(), c.options) {
				if k.Status != wrapcast.CheckOK {
					wrong = append(wrong, k)
				}
				if k.Status == wrapcast.CheckFailed && k.Advice == "" || k.Message == "" || strings.Contains(k.Message+k.Advice, testSecret) {
					t.Errorf("%+v", k)
				}
			}
			if len(wrong) != len(c.want) {
				t.Fatalf("found %+v, want %v", wrong, c.want)
			}
			for i, w := range c.want {
				if wrong[i].Name != w[0] || string(wrong[i].Status) != w[1] || !strings.Contains(wrong[i].Message+" "+wrong[i].Advice, w[2]) {
					t.Errorf("found %+v, want %v", wrong[i], w)
				}
			}
		})
	}
}

// skipped are checks that were not made because an earlier one failed.
func skipped(names ...string) (all [][3]string) {
	for _, n := range names {
		all = append(all, [3]string{n, "skipped", "earlier"})
	}
	return all
}

func withoutUnit() [][3]string {
	return skipped("planning groups", "contacts", "forecasts", "writing client", "submission", "notifications")
}

// noUnit is what is not looked at where there is no business unit.
func noUnit() [][3]string {
	list := withoutUnit()
	for i := range list {
		list[i][2] = "there is no business unit"
	}
	return list
}

func withoutCredentials() [][3]string {
	early := skipped("clock", "history", "first query", "queues", "wrap-up codes", "business unit")
	return slices.Concat(early, withoutUnit(), skipped("permissions"))
}

func dated(ahead time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", newFakeTime().read().Add(ahead).Format(http.TimeFormat))
		meAnswer(w, r)
	}
}

func TestCheckChangesNothing(t *testing.T) {
	t.Parallel()
	var p *platform
	p = newPlatform(t, healthy(t, &p))
	p.newClient(t, newFakeTime().clock(), nil).Check(t.Context(), CheckOptions{})
	for _, r := range p.requests() {
		method, path, _ := strings.Cut(r, " ")
		for _, e := range Endpoints() {
			if e.Changes && e.Method == method && samePath(e.Path, path) {
				t.Errorf("%s changes something", r)
			}
		}
	}
}

func TestTwoClientsAreCheckedForWhatEachIsFor(t *testing.T) {
	t.Parallel()
	byClient := func(permissions map[string]http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			permissions[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token of ")](w, r)
		}
	}
	for name, c := range map[string]struct {
		writerID    string
		permissions map[string]http.HandlerFunc
		other       string // the organisation of the client that writes, if another
		want        [][2]string
	}{
		"each has what it needs": {writerID: "writer", permissions: map[string]http.HandlerFunc{testID: granting(needed(reads)...), "writer": granting(needed(writes)...)}},
		"both have everything": {writerID: "writer", permissions: map[string]http.HandlerFunc{testID: granting(needed(readsAndWrites)...), "writer": granting(needed(readsAndWrites)...)},
			want: [][2]string{{"excess permissions of the client that reads", "1 that"}, {"excess permissions of the client that writes", "analytics:conversationAggregate:view"}}},
		"the same client twice": {writerID: testID, permissions: map[string]http.HandlerFunc{testID: granting(needed(reads)...)},
			want: [][2]string{{"writing client", "the same OAuth client"}, {"submission", "earlier"}, {"notifications", "earlier"}, {"missing permissions of the client that writes", "add"}, {"excess permissions of the client that writes", ""}}},
		"of two organisations": {writerID: "writer", other: "Other", permissions: map[string]http.HandlerFunc{testID: granting(needed(reads)...), "writer": granting(needed(writes)...)},
			want: [][2]string{{"writing client", "it belongs to Other"}, {"submission", "earlier"}, {"notifications", "earlier"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p *platform
			handlers := healthy(t, &p)
			handlers["POST /oauth/token"] = func(w http.ResponseWriter, r *http.Request) {
				id, _, _ := r.BasicAuth()
				answerJSON(w, 200, map[string]any{"access_token": "token of " + id, "expires_in": 3600})
			}
			handlers[subjectPath] = byClient(c.permissions)
			same := handlers["GET /api/v2/tokens/me"]
			handlers["GET /api/v2/tokens/me"] = func(w http.ResponseWriter, r *http.Request) {
				if c.other != "" && strings.HasSuffix(r.Header.Get("Authorization"), "writer") {
					answerJSON(w, 200, map[string]any{"homeOrganization": map[string]any{"id": "org-2", "name": c.other}})
					return
				}
				same(w, r)
			}
			p = newPlatform(t, handlers)
			clock := newFakeTime().clock()
			writer := p.newClient(t, clock, func(cfg *Config) { cfg.ClientID = c.writerID })
			var wrong []wrapcast.Check
			for _, k := range p.newClient(t, clock, func(cfg *Config) { cfg.ReadOnly = true }).Check(t.Context(), CheckOptions{Writer: writer}) {
				if k.Status != wrapcast.CheckOK {
					wrong = append(wrong, k)
				}
			}
			if len(wrong) != len(c.want) {
				t.Fatalf("found %+v, want %v", wrong, c.want)
			}
			for i, w := range c.want {
				if wrong[i].Name != w[0] || !strings.Contains(wrong[i].Message, w[1]) {
					t.Errorf("found %+v, want %v", wrong[i], w)
				}
			}
		})
	}
}

func TestAClientThatOnlyReadsSendsNothingThatWrites(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, nil)
	c := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.ReadOnly = true })
	week := testWeek(t)
	for name, send := range map[string]func() error{
		"an upload address": func() error { _, err := c.uploadAddress(t.Context(), "bu-1", week, 1); return err },
		"an import":         func() error { _, err := c.Import(t.Context(), "bu-1", week, "key"); return err },
		"a rest forecast": func() error {
			_, err := c.PostForecast(t.Context(), wrapcast.ForecastPayload{}, "key")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { mustFail(t, send(), wrapcast.Usage, "only reads", "GENESYS_WRITE_CLIENT_ID") })
	}
	for _, e := range Endpoints() {
		if e.Writes && len(p.requests()) > 0 {
			t.Fatalf("sent %v", p.requests())
		}
	}
}

func TestPermissionsCoverOthersByWildcards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given, wanted string
		want          bool
	}{
		{"wfm:shortTermForecast:add", "wfm:shortTermForecast:add", true},
		{"wfm:shortTermForecast:*", "wfm:shortTermForecast:add", true},
		{"wfm:*:*", "wfm:shortTermForecast:add", true},
		{"WFM:ShortTermForecast:Add", "wfm:shortTermForecast:add", true},
		{"wfm:shortTermForecast:view", "wfm:shortTermForecast:add", false},
		{"routing:*:*", "wfm:shortTermForecast:add", false},
		{"wfm:shortTermForecast", "wfm:shortTermForecast:add", false},
		{"", "wfm:shortTermForecast:add", false},
	} {
		if got := grants(c.given, c.wanted); got != c.want {
			t.Errorf("%q covers %q: %v", c.given, c.wanted, got)
		}
	}
}
