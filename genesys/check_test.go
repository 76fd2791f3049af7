package genesys

import (
	"maps"
	"net/http"
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
	facts := &analytics{}
	handlers[aggregatesPath] = facts.answer
	week := "/api/v2/workforcemanagement/businessunits/bu-1/weeks/2026-11-30/shorttermforecasts"
	handlers["GET "+week] = forecasts()
	handlers["POST "+week+"/import/uploadurl"] = always(201, map[string]any{"uploadKey": "k", "url": "https://storage.example.org/x"})
	handlers["GET /api/v2/tokens/me"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", newFakeTime().read().Format(http.TimeFormat))
		meAnswer(w, r)
	}
	return handlers
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
		"nothing":                               {func(map[string]http.HandlerFunc) {}, CheckOptions{}, [][3]string{{"permission wfm:shortTermForecast:delete", "skipped", "rollback"}}},
		"nothing, for a client that only reads": {func(map[string]http.HandlerFunc) {}, CheckOptions{ReadOnly: true}, nil},
		"a wrong secret": {func(h map[string]http.HandlerFunc) {
			h["POST /oauth/token"] = always(400, map[string]any{"error": "invalid_client"})
		}, CheckOptions{}, [][3]string{{"credentials", "failed", "GENESYS_CLIENT_SECRET"},
			{"permissions", "skipped", "earlier"}, {"business unit", "skipped", "earlier"}, {"wrap-up codes", "skipped", "earlier"}}},
		"a clock ten minutes behind": {func(h map[string]http.HandlerFunc) { h["GET /api/v2/tokens/me"] = dated(10 * time.Minute) },
			CheckOptions{ReadOnly: true}, [][3]string{{"clock", "warning", "10m0s behind"}}},
		"a clock ten minutes ahead": {func(h map[string]http.HandlerFunc) { h["GET /api/v2/tokens/me"] = dated(-10 * time.Minute) },
			CheckOptions{ReadOnly: true}, [][3]string{{"clock", "warning", "10m0s ahead of"}}},
		"no permission for analytics": {func(h map[string]http.HandlerFunc) { h[aggregatesPath] = no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission analytics:conversationAggregate:view", "failed", "scopes do not matter"}}},
		"no permission for queues": {func(h map[string]http.HandlerFunc) { h[queuesPath] = no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission routing:queue:view", "failed", "Roles"}}},
		"no permission to search codes": {func(h map[string]http.HandlerFunc) {
			h[searchPath] = no
			h[codesPath] = always(200, map[string]any{"entities": named(3, "code")})
		}, CheckOptions{ReadOnly: true}, [][3]string{{"permission routing:wrapupCode:search", "warning", "deleted"}}},
		"no permission for codes at all": {func(h map[string]http.HandlerFunc) { h[searchPath], h[codesPath] = no, no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission routing:wrapupCode:search", "warning", ""}, {"permission routing:wrapupCode:view", "failed", "routing:wrapupCode:view"}}},
		"no permission for forecasts": {func(h map[string]http.HandlerFunc) { h["GET "+week] = no },
			CheckOptions{ReadOnly: true}, [][3]string{{"permission wfm:shortTermForecast:view", "failed", "wfm:shortTermForecast:view"}}},
		"no permission to import": {func(h map[string]http.HandlerFunc) { h["POST "+week+"/import/uploadurl"] = no },
			CheckOptions{}, [][3]string{{"permission wfm:shortTermForecast:add", "failed", "wfm:shortTermForecast:add"}, {"permission wfm:shortTermForecast:delete", "skipped", ""}}},
		"no permission to see the unit": {func(h map[string]http.HandlerFunc) { h[unitPath] = no },
			CheckOptions{}, [][3]string{{"permission wfm:businessUnit:view", "failed", "wfm:businessUnit:view"}, {"planning groups", "skipped", ""}, {"forecasts", "skipped", ""}}},
		"no business unit": {func(h map[string]http.HandlerFunc) { h[unitsPath] = always(200, map[string]any{}) },
			CheckOptions{}, [][3]string{{"business unit", "failed", "create one"}, {"planning groups", "skipped", ""}, {"forecasts", "skipped", ""}}},
		"another unit's name": {func(map[string]http.HandlerFunc) {},
			CheckOptions{BusinessUnit: "Cork"}, [][3]string{{"business unit", "failed", "Boston (bu-1)"}, {"planning groups", "skipped", ""}, {"forecasts", "skipped", ""}}},
		"no planning group": {func(h map[string]http.HandlerFunc) { h[groupsPath] = always(200, map[string]any{"entities": []any{}}) },
			CheckOptions{ReadOnly: true}, [][3]string{{"planning groups", "failed", "create one"}}},
		"codes that do not exist": {func(map[string]http.HandlerFunc) {},
			CheckOptions{ReadOnly: true, Codes: []wrapcast.CodeID{"code-0001", "code-9999", "ININ-WRAP-UP-TIMEOUT", wrapcast.DefaultCode, "gone-0001"}},
			[][3]string{{"wrap-up code code-9999", "failed", "wrapcast codes"}}},
		"no notifications": {func(h map[string]http.HandlerFunc) { h["GET /channels/{id}"] = refuse(403, "", "") },
			CheckOptions{}, [][3]string{{"permission wfm:shortTermForecast:delete", "skipped", ""}, {"notifications", "warning", "looking at the list"}}},
		"a login host that is down": {func(h map[string]http.HandlerFunc) { h["POST /oauth/token"] = dropped },
			CheckOptions{}, [][3]string{{"credentials", "failed", "tried 2 times"}, {"permissions", "skipped", ""}, {"business unit", "skipped", ""}, {"wrap-up codes", "skipped", ""}}},
		"an address that is no platform's": {func(h map[string]http.HandlerFunc) { h["POST /oauth/token"] = http.NotFound },
			CheckOptions{}, [][3]string{{"credentials", "failed", "there is no login at"}, {"permissions", "skipped", ""}, {"business unit", "skipped", ""}, {"wrap-up codes", "skipped", ""}}},
		"a platform that is down": {func(h map[string]http.HandlerFunc) {
			h["GET /api/v2/tokens/me"] = refuse(503, "service.unavailable", "")
		},
			CheckOptions{}, [][3]string{{"credentials", "failed", "tried 2 times"}, {"permissions", "skipped", ""}, {"business unit", "skipped", ""}, {"wrap-up codes", "skipped", ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p *platform
			handlers := healthy(t, &p)
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
