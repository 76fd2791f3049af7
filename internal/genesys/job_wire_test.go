package genesys

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

const (
	jobPath    = "POST /api/v2/analytics/conversations/aggregates/jobs"
	jobResults = "GET /api/v2/analytics/conversations/aggregates/jobs/j-1/results"
	jobState   = "GET /api/v2/analytics/conversations/aggregates/jobs/j-1"
)

var jobDay = span{time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)}

// jobPage is a page with the contacts of one quarter-hour, from an hour on; the next begins at the cursor.
func jobPage(hour, contacts int, cursor string) string {
	all := oneBucket(fmt.Sprintf("2026-11-01T%02d:00:00.000Z/2026-11-01T%02d:15:00.000Z", hour, hour), "tHandle", fmt.Sprintf(`{"count":%d,"sum":1000}`, contacts))
	return strings.TrimSuffix(all, "}") + `,"cursor":"` + cursor + `"}`
}

func json200(body string) http.HandlerFunc { return raw(200, "application/json", body) }

// byCursor answers each cursor by its own handler.
func byCursor(pages map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { pages[r.URL.Query().Get("cursor")](w, r) }
}

func TestAJobIsReadPageByPage(t *testing.T) {
	t.Parallel()
	state := func(s string) http.HandlerFunc {
		return always(200, map[string]any{"state": s, "errorMessage": "because"})
	}
	done := inTurn(state("QUEUED"), state("PENDING"), state("FULFILLED"))
	endless := func(w http.ResponseWriter, r *http.Request) {
		json200(jobPage(1, 1, r.URL.Query().Get("cursor")+"x"))(w, r)
	}
	pages := func() http.HandlerFunc {
		torn := jobPage(7, 4, "c")
		return byCursor(map[string]http.HandlerFunc{
			"":  json200(jobPage(6, 3, "b")),
			"b": inTurn(json200(torn[:len(torn)-12]), dropped, json200(torn)), // its row was read before it breaks off
			"c": json200(jobPage(8, 5, "")),
		})
	}
	for name, c := range map[string]struct {
		state, results http.HandlerFunc
		contacts       []int
		requests       int
		kind           wrapcast.Kind
		says           string
	}{
		"to its end, a broken page again": {state: done, results: pages(), contacts: []int{3, 4, 5}, requests: 7},
		"never where the pages never end": {state: state("FULFILLED"), results: endless, kind: wrapcast.Refused, says: "50 pages", requests: 52},
		"never where it failed":           {state: state("FAILED"), kind: wrapcast.Refused, says: "FAILED: because", requests: 2},
		"never where it expired":          {state: state("EXPIRED"), kind: wrapcast.Refused, says: "EXPIRED", requests: 2},
		"never where it does not end":     {state: state("PENDING"), kind: wrapcast.Unavailable, says: "still PENDING after 10m0s", requests: 25},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{jobPath: always(202, map[string]any{"jobId": "j-1"}), jobState: c.state, jobResults: orNothing(c.results)})
			rows, requests, err := p.newClient(t, newFakeTime().clock(), nil).handledByJob(t.Context(), jobDay, 0)
			if requests != c.requests {
				t.Errorf("it says that it took %d requests, not %d: %q", requests, c.requests, p.requests())
			}
			if c.kind != "" {
				mustFail(t, err, c.kind, c.says)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var contacts []int
			for _, o := range observations(&rows) {
				contacts = append(contacts, o.Handled)
			}
			if fmt.Sprint(contacts) != fmt.Sprint(c.contacts) {
				t.Errorf("contacts %v, want %v", contacts, c.contacts)
			}
		})
	}
}

func orNothing(h http.HandlerFunc) http.HandlerFunc {
	if h == nil {
		return json200("{}")
	}
	return h
}
