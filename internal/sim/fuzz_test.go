package sim_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/internal/sim"
)

// ofAllKinds is an organisation with everything that the others have, small and without a rate limit.
func ofAllKinds() sim.Options {
	return sim.Options{RequestsPerMinute: 1 << 30, Permissions: everything(), Queues: 5, Codes: 12, History: 20,
		Kinds: []sim.Kind{sim.KindSkills, sim.KindOutbound, sim.KindDivisions, sim.KindTwoUnits, sim.KindBusyWeek}}
}

// FuzzBodies sends anything to every endpoint that reads a body: it gets an answer, never a 500.
func FuzzBodies(f *testing.F) {
	w := start(f, ofAllKinds())
	paths := []string{aggregates, "/api/v2/analytics/queues/observations/query", w.weekPath(nextWeek) + "/import/uploadurl", w.weekPath(nextWeek) + "/import", restPath, channels}
	for i := range paths {
		f.Add(i, "{}")
		f.Add(i, "[[[[")
	}
	f.Add(0, query("granularity", `"PT1S"`, "timeZone", `"America/New_York"`))
	f.Add(0, query("interval", `"0001-01-01T00:00:00Z/9999-12-31T23:59:59Z"`, "granularity", `"P1Y"`))
	f.Add(0, query("filter", predicate(`{"dimension":"wrapUpCode","operator":"exists"}`)))
	f.Add(0, query("groupBy", byAll, "flattenMultivaluedDimensions", "true"))
	f.Add(1, `{"filter":{"type":"or","predicates":[{"dimension":"queueId","operator":"exists"}]},"metrics":["oWaiting","oAlerting"]}`)
	f.Add(2, `{"contentLengthBytes":9223372036854775807}`)
	f.Add(4, w.payload(nil))
	f.Fuzz(func(t *testing.T, endpoint int, body string) {
		path := paths[((endpoint%len(paths))+len(paths))%len(paths)]
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+w.token)
		r.Header.Set("Content-Type", "application/json")
		answerTo(t, w, r)
	})
}

// FuzzPaths asks for anything below the API.
func FuzzPaths(f *testing.F) {
	w := start(f, ofAllKinds())
	for _, e := range w.Endpoints() {
		_, path, _ := strings.Cut(e, " ")
		f.Add(path, "pageSize=2&pageNumber=9223372036854775807&id=x&expand=all")
	}
	f.Add(w.weekPath("recent"), "")
	f.Add(w.weekPath("0001-01-01"), "weekNumber=-1")
	f.Fuzz(func(t *testing.T, path, query string) {
		if strings.HasPrefix(path, "/channels/") {
			t.Skip("a WebSocket is no answer")
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.URL = &url.URL{Path: "/" + strings.TrimLeft(path, "/"), RawQuery: query}
		r.Header.Set("Authorization", "Bearer "+w.token)
		answerTo(t, w, r)
	})
}

func answerTo(t *testing.T, w *world, r *http.Request) {
	t.Helper()
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	if recorder.Code >= http.StatusInternalServerError || recorder.Code == 0 {
		t.Errorf("%s %s is answered with %d %.300s", r.Method, r.URL, recorder.Code, recorder.Body)
	}
}
