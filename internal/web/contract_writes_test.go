package web_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/xuri/excelize/v2"

	"github.com/wrapcast/wrapcast"
)

// write is an operation that changes something, asked with good input.
type write struct {
	operation string
	// named says which earlier thing a parameter of the path means: "user" → "create-user".
	named map[string]string
	body  map[string]any
	// fresh fetches the ETag of what is changed.
	fresh bool
	want  int
	// as sends the cookie that an earlier write set.
	as string
	// query follows the path; file is a body that is no JSON.
	query, file string
	// until waits for what the write has set going.
	until func(t *testing.T, s *site, answer map[string]any)
}

// writes go through the life of everything that can be changed, in an order in which each finds what it needs.
func writes(t *testing.T, s *site) []write {
	t.Helper()
	reason := "a mailing goes out"
	day := ahead(t, s)
	codes := s.items(t, "/codes?limit=3")
	earlier := s.made(t, "/overrides", anOverride(t, s))["override"].(map[string]any)["id"]
	return []write{
		{operation: "create-user", body: map[string]any{"name": "Farah", "role": "planner", "password": "long enough for one"}, want: 201},
		{operation: "change-user", named: map[string]string{"user": "create-user"}, body: map[string]any{"role": "publisher", "disabled": false}, fresh: true, want: 200},
		{operation: "set-user-password", named: map[string]string{"user": "create-user"}, body: map[string]any{"password": "another long one"}, want: 204},
		{operation: "log-in", body: map[string]any{"name": "farah", "password": "another long one"}, want: 200},
		{operation: "change-password", as: "log-in", body: map[string]any{"old": "another long one", "new": "a third long one"}, want: 204},
		{operation: "log-out", as: "log-in", want: 204},
		{operation: "delete-user", named: map[string]string{"user": "create-user"}, want: 204},
		{operation: "create-token", body: map[string]any{"name": "nightly export", "role": "viewer", "expires_in_days": 30}, want: 201},
		{operation: "revoke-token", named: map[string]string{"token": "create-token"}, want: 204},
		{operation: "create-schedule", body: map[string]any{"cron": "30 3 * * 1-5", "request": map[string]any{"dry_run": true}, "enabled": true}, want: 201},
		{operation: "change-schedule", named: map[string]string{"schedule": "create-schedule"}, fresh: true, want: 200,
			body: map[string]any{"cron": "0 4 * * *", "request": map[string]any{"weeks": 2}, "enabled": false}},
		{operation: "delete-schedule", named: map[string]string{"schedule": "create-schedule"}, want: 204},
		{operation: "preview-override", body: anOverride(t, s), want: 200},
		{operation: "create-override", body: anOverride(t, s), want: 201},
		{operation: "preview-override-import", body: anEditedWorkbook(t, s), want: 200},
		{operation: "accept-override-import", body: anEditedWorkbook(t, s), want: 201},
		{operation: "settle-override-overlap", want: 201,
			body: map[string]any{"overrides": []any{earlier, "create-override"}, "rule": "narrower", "reason": reason}},
		{operation: "withdraw-override", named: map[string]string{"override": "create-override"}, want: 204},
		{operation: "create-mask-edit", want: 201,
			body: map[string]any{"kind": "hide", "codes": []any{codes[0]["id"]}, "from": "2026-10-07", "to": "2026-10-08", "reason": "the line was down"}},
		{operation: "withdraw-mask-edit", named: map[string]string{"mask": "create-mask-edit"}, want: 204},
		{operation: "set-calendar", fresh: true, want: 200, body: map[string]any{"reason": reason,
			"calendar": map[string]any{"holidays": []any{"US-MA"}, "events": []any{map[string]any{"name": "Mailing", "from": day}}}}},
		{operation: "add-lineage", want: 201, body: map[string]any{"kind": "rename", "on": "2026-11-02", "from": []any{codes[0]["id"]},
			"to": []any{map[string]any{"code": codes[1]["id"]}}, "reason": reason}},
		{operation: "withdraw-lineage", named: map[string]string{"lineage": "add-lineage"}, want: 204},
		{operation: "accept-silence", want: 201, body: map[string]any{"kind": "queue",
			"of": s.items(t, "/queues?limit=1")[0]["id"], "reason": "it opens in May"}},
		{operation: "withdraw-accepted-silence", named: map[string]string{"silence": "accept-silence"}, want: 204},
		{operation: "make-plans", body: map[string]any{"weeks": 1}, want: 201},
		{operation: "start-run", body: map[string]any{"submit": []any{"make-plans"}}, want: 202, until: runIsOver},
		{operation: "roll-back", body: map[string]any{}, want: 201},
		{operation: "settle-submissions", want: 200},
		{operation: "replay-delivery", named: map[string]string{"delivery": ""}, want: 202},
		{operation: "test-webhook", want: 202},
		{operation: "check-connection", want: 200},
		{operation: "start-run", body: map[string]any{"dry_run": true}, want: 202},
		{operation: "cancel-run", named: map[string]string{"run": "start-run"}, want: 202},
		{operation: "import-organisation", query: "?name=Kiosk&file=may.csv&time_zone=Europe/Berlin", want: 200, file: aMonth},
		{operation: "import-file", query: "?organisation=Kiosk&file=june.csv", want: 200, file: strings.ReplaceAll(aMonth, "2026-05-", "2026-06-")},
	}
}

func TestEveryWriteDoesWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	s := newTwinSite(t)              // where no other test submits
	s.login(t, "adam", adamPassword) // the first entry of the installation's own trail
	all := changing(s)
	known, cookies, tried := knownIDs(t, s), map[string]string{}, map[string]bool{}
	made := map[string]string{"": known["delivery"]} // by the operation that made it
	for _, w := range writes(t, s) {
		o := all[w.operation]
		tried[w.operation] = true
		t.Run(w.operation, func(t *testing.T) {
			ids := maps.Clone(known)
			for parameter, by := range w.named {
				ids[parameter] = made[by]
			}
			path := fillPath(o.path, ids)
			var header []string
			if w.fresh {
				header = append(header, "If-Match", s.ask(t, http.MethodGet, path, nil, "Authorization", "Bearer "+s.secrets["admin"]).Header.Get("ETag"))
			}
			if w.as != "" {
				header = append(header, "Authorization", "", "Cookie", cookies[w.as])
			}
			before := s.lastAudited(t, w.query)
			got := s.ask(t, o.method, path+w.query, w.filled(made), append([]string{"Authorization", "Bearer " + s.secrets["admin"]}, header...)...)
			body := got.json(t)
			checkAnswer(t, s, o.Operation, got.StatusCode, body)
			if got.StatusCode != w.want {
				t.Fatalf("answers %d: %s", got.StatusCode, got.body)
			}
			if after := s.lastAudited(t, w.query); !harmless[w.operation] && (after.entries == before.entries || len(strings.Fields(after.actors)) < 2) {
				t.Errorf("who did it is in no audit trail: %+v", after)
			}
			made[w.operation], cookies[w.operation] = idIn(body), cookieOf(got)
			if w.until != nil {
				w.until(t, s, body)
			}
		})
	}
	for id := range all {
		if !tried[id] {
			t.Errorf("nobody asks for %s", id)
		}
	}
}

// upload is a body that is a file.
type upload string

// aMonth is a file of contacts.
const aMonth = "date,code,handled\n2026-05-04,Refund,12\n2026-05-05,Refund,9\n2026-05-05,Address,3\n2026-05-06,Refund,11\n"

// harmless writes change nothing that is kept.
var harmless = map[string]bool{"preview-override": true, "preview-override-import": true, "check-connection": true, "settle-submissions": true}

// audited is how long the audit trails of the organisation and of the installation are together, and who is last in
// either.
type audited struct {
	entries int64
	actors  string
}

func (s *site) lastAudited(t *testing.T, of string) (sum audited) {
	t.Helper()
	of, _, _ = strings.Cut(of, "&")
	if !strings.HasPrefix(of, "?organisation=") {
		_, all := s.get(t, "/organisations")
		of = ""
		for _, o := range all["items"].([]any) { // the one that is not made here
			if o := o.(map[string]any); o["name"] != "Kiosk" {
				of = "?organisation=" + o["id"].(string)
			}
		}
	}
	for _, chain := range []string{of, "?organisation=" + string(wrapcast.Installation)} {
		for _, e := range s.items(t, "/audit"+chain)[:1] {
			sum.entries += int64(e["seq"].(float64))
			sum.actors += " " + e["actor"].(string)
		}
	}
	return sum
}

// filled puts ids made before into a body.
func (w write) filled(made map[string]string) any {
	if w.file != "" {
		return upload(w.file)
	}
	if w.body == nil {
		return nil
	}
	text, _ := json.Marshal(w.body)
	for by, id := range made {
		if by != "" {
			text = []byte(strings.ReplaceAll(string(text), `"`+by+`"]`, `"`+id+`"]`))
		}
	}
	return json.RawMessage(text)
}

// idIn finds the id of what was made.
func idIn(body map[string]any) string {
	if id, ok := body["id"].(string); ok {
		return id
	}
	if o, ok := body["override"].(map[string]any); ok {
		return o["id"].(string)
	}
	if items, ok := body["items"].([]any); ok && len(items) > 0 {
		id, _ := items[0].(map[string]any)["id"].(string)
		return id
	}
	return ""
}

// runIsOver waits until a run has done what it was asked for.
func runIsOver(t *testing.T, s *site, answer map[string]any) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		_, run := s.get(t, "/runs/"+answer["id"].(string))
		if run["state"] == "done" {
			return
		}
		if state := run["state"]; state != "pending" && state != "running" || time.Now().After(deadline) {
			t.Fatalf("the run is %v: %v", state, run["reason"])
		}
	}
}

// Every way in which the body of a write can be wrong, and the writes of things that are not there: each is refused in
// words, and nothing fails.
func TestWrongWritesAreRefusedInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, w := range writes(t, s) {
		o := changing(s)[w.operation]
		path := fillPath(o.path, map[string]string{"run": "latest"}) + strings.Replace(w.query, "organisation=Kiosk&", "", 1)
		for name, body := range wrongBodies(s, o.Operation, w.body) {
			t.Run(w.operation+" "+name, func(t *testing.T) {
				status, answer := s.do(t, o.method, path, body, "If-Match", "W/\"stale\"")
				checkAnswer(t, s, o.Operation, status, answer)
				if status != http.StatusUnprocessableEntity || answer["detail"] == "" {
					t.Errorf("%v answers %d: %v", body, status, answer)
				}
			})
		}
		t.Run(w.operation+" of what is not there", func(t *testing.T) {
			if w.named == nil || w.operation == "cancel-run" {
				t.Skip("it names nothing, or the latest")
			}
			status, answer := s.do(t, o.method, path, w.filled(nil), "If-Match", "W/\"stale\"")
			checkAnswer(t, s, o.Operation, status, answer)
			if status != http.StatusNotFound && status != http.StatusServiceUnavailable {
				t.Errorf("answers %d: %v", status, answer)
			}
		})
	}
}

func TestConditionalWritesNeedWhatWasRead(t *testing.T) {
	t.Parallel()
	s := newWorkingSite(t)
	ids := knownIDs(t, s)
	for _, w := range writes(t, s) {
		if !w.fresh {
			continue
		}
		o := changing(s)[w.operation]
		for tag, want := range map[string]int{"": http.StatusPreconditionRequired, `"stale"`: http.StatusPreconditionFailed} {
			status, body := s.do(t, o.method, fillPath(o.path, ids), w.filled(nil), "If-Match", tag)
			checkAnswer(t, s, o.Operation, status, body)
			if status != want {
				t.Errorf("%s with If-Match %q answers %d: %v", w.operation, tag, status, body)
			}
		}
	}
}

// changed is an operation that changes something, with where it is.
type changed struct {
	*huma.Operation
	method, path string
}

// changing lists the operations that change something, by id.
func changing(s *site) map[string]changed {
	all := map[string]changed{}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		for path, o := range operations(s, method) {
			all[o.OperationID] = changed{o, method, path}
		}
	}
	return all
}

// wrongBodies makes one body for each way in which a good one can be spoiled.
func wrongBodies(s *site, o *huma.Operation, good map[string]any) map[string]any {
	wrong := map[string]any{}
	if o.RequestBody == nil {
		return wrong
	}
	if o.RequestBody.Content["application/json"] == nil {
		return map[string]any{"that is no table": upload("no table at all"), "without a row": upload("date,handled\n")}
	}
	schema := o.RequestBody.Content["application/json"].Schema
	if schema.Ref != "" {
		schema = s.web.OpenAPI().Components.Schemas.SchemaFromRef(schema.Ref)
	}
	spoil := func(name, property string, value any) {
		body := maps.Clone(good)
		if body[property] = value; value == nil {
			delete(body, property)
		}
		wrong[name+" "+property] = body
	}
	spoil("with an unheard", "unheard", "of")
	for property, p := range schema.Properties {
		if strings.HasPrefix(property, "$") {
			continue
		}
		spoil("with an odd", property, [][]any{{1}})
		if slices.Contains(schema.Required, property) {
			spoil("without", property, nil)
		}
		if p.MaxLength != nil {
			spoil("with too long a", property, strings.Repeat("x", *p.MaxLength+1))
		}
		if len(p.Enum) > 0 {
			spoil("with an unknown", property, "something else")
		}
	}
	return wrong
}

// made asks for something to be made and returns it.
func (s *site) made(t *testing.T, path string, in any) map[string]any {
	t.Helper()
	status, body := s.do(t, http.MethodPost, path, in)
	if status != http.StatusCreated {
		t.Fatalf("POST %s answers %d: %v", path, status, body)
	}
	return body
}

// ahead is a day that is forecast.
func ahead(t *testing.T, s *site) string {
	t.Helper()
	_, head := s.get(t, "/forecasts/latest")
	day, err := time.Parse(time.DateOnly, head["from"].(string))
	if err != nil {
		t.Fatal(err)
	}
	return day.AddDate(0, 0, 3).Format(time.DateOnly)
}

// anOverride is one of the largest code on a day that is forecast.
// forTwoWeeks is an override of days that the next plan has.
func forTwoWeeks(t *testing.T, s *site) map[string]any {
	t.Helper()
	o := anOverride(t, s)
	from, err := wrapcast.ParseDate(ahead(t, s))
	if err != nil {
		t.Fatal(err)
	}
	o["to"] = (from + 14).String()
	return o
}

// anEditedWorkbook is the forecast with one cell changed, of the busiest queue.
func anEditedWorkbook(t *testing.T, s *site) map[string]any {
	t.Helper()
	got := s.ask(t, http.MethodGet, "/exports/forecast", nil, "Authorization", "Bearer "+s.secrets["admin"])
	f, err := excelize.OpenReader(bytes.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Queues")
	if err != nil {
		t.Fatal(err)
	}
	last := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && r[0] != "all" && r[1] == "contacts" })
	cell, err := excelize.CoordinatesToCellName(slices.Index(rows[2], "reason")+10, last+1)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellValue("Queues", cell, 4321.5); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"file": b.Bytes(), "name": "forecast.xlsx", "reason": "a mailing goes out", "overlap": "replace"}
}

func anOverride(t *testing.T, s *site) map[string]any {
	t.Helper()
	return map[string]any{"codes": []any{s.items(t, "/codes?limit=1")[0]["id"]}, "from": ahead(t, s), "to": ahead(t, s), "kind": "percent", "value": 12, "reason": "a mailing goes out",
		"overlap": "compound"}
}
