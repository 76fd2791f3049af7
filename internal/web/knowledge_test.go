package web_test

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/web"
)

// The story of an override: seen before it is kept, used by what is planned after, withdrawn with a trace.
func TestAnOverrideShowsItsEffectOnQueueAndTotalBeforeItIsKept(t *testing.T) {
	t.Parallel()
	s := newWorkingSite(t)
	o := anOverride(t, s)
	status, preview := s.do(t, http.MethodPost, "/overrides/preview", o)
	if status != http.StatusOK || len(s.items(t, "/overrides")) != 0 {
		t.Fatalf("a preview answers %d and leaves %v", status, s.items(t, "/overrides"))
	}
	code := moved(preview["codes"].([]any)[0])
	queues := 0.0
	for _, q := range preview["queues"].([]any) {
		queues += moved(q)
	}
	total := moved(preview["total"])
	if code <= 0 || math.Abs(code-queues) > 1e-6 || math.Abs(code-total) > 1e-6 {
		t.Errorf("the code moves by %g, its queues by %g, the total by %g", code, queues, total)
	}
	kept := s.made(t, "/overrides", o)["override"].(map[string]any)
	if kept["author"] != "token admin" || math.Abs(kept["after"].(float64)-kept["before"].(float64)-code) > 1e-6 {
		t.Errorf("what is kept is %v", kept)
	}
	listed := s.items(t, "/overrides?state=in+use")
	if len(listed) != 1 || listed[0]["code_names"].([]any)[0] == "" {
		t.Errorf("in use are %v", listed)
	}
	plan := s.made(t, "/plans", map[string]any{})["items"].([]any)[0].(map[string]any)
	if _, before := s.get(t, "/forecasts/latest"); plan["forecast"] != before["id"] {
		t.Errorf("the plan rests on %v, the latest forecast is %v", plan["forecast"], before["id"])
	}
	delete(o, "overlap")
	if status, refused := s.do(t, http.MethodPost, "/overrides", o); status != http.StatusUnprocessableEntity || !strings.Contains(fmt.Sprint(refused["hint"]), "narrower") {
		t.Errorf("one that overlaps, without a rule, is answered with %d: %v", status, refused)
	}
	_, preview = s.do(t, http.MethodPost, "/overrides/preview", o)
	if rules := preview["overlap"].(map[string]any)["rules"].([]any); len(rules) != 3 || preview["findings"].([]any)[0].(map[string]any)["severity"] != "blocking" {
		t.Errorf("its preview is %v", preview)
	}
	o["overlap"], o["ticket"] = "compound", "OPS-7"
	second := s.made(t, "/overrides", o)
	overlaps := s.items(t, "/override-overlaps")
	if len(overlaps) != 1 || overlaps[0]["rule"] != "compound" || overlaps[0]["second"].(map[string]any)["ticket"] != "OPS-7" {
		t.Fatalf("overlaps are %v", overlaps)
	}
	s.made(t, "/override-overlaps", map[string]any{"overrides": []any{overlaps[0]["earlier"], overlaps[0]["later"]}, "rule": "replace"})
	if overlaps := s.items(t, "/override-overlaps"); overlaps[0]["rule"] != "replace" || overlaps[0]["author"] != "token admin" {
		t.Errorf("settled anew they are %v", overlaps)
	}
	id := second["override"].(map[string]any)["id"].(string)
	if status, _ := s.do(t, http.MethodDelete, "/overrides/"+id, nil); status != http.StatusNoContent {
		t.Errorf("withdrawing answers %d", status)
	}
	if status, again := s.do(t, http.MethodDelete, "/overrides/"+id, nil); status != http.StatusConflict {
		t.Errorf("withdrawing again answers %d: %v", status, again)
	}
	if _, o := s.get(t, "/overrides/"+id); o["state"] != "withdrawn" || o["withdrawn_by"] != "token admin" {
		t.Errorf("the one withdrawn is %v", o)
	}
	for _, action := range []string{"override.added", "overlap.settled", "override.withdrawn", "plan"} {
		if entries := s.items(t, "/audit?actor=token+admin&action="+action); len(entries) == 0 {
			t.Errorf("%s is not audited with its actor", action)
		}
	}
}

// moved is by how much a forecast moves in all.
func moved(v any) (sum float64) {
	m := v.(map[string]any)
	for i, before := range m["before"].([]any) {
		sum += m["after"].([]any)[i].(float64) - before.(float64)
	}
	return sum
}

func TestAMaskOfARuleIsUndoneByShowingItsDay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	masks := s.items(t, "/masks?limit=1")
	if len(masks) == 0 {
		t.Fatal("nothing is masked")
	}
	day, code := masks[0]["day"].(string), masks[0]["code"].(string)
	edit := s.made(t, "/mask-edits", map[string]any{"kind": "show", "codes": []any{code}, "from": day, "to": day, "reason": "a real day"})
	decided, _ := s.items(t, "/masks?limit=1")[0]["decision"].(map[string]any)
	if decided["kind"] != "show" || decided["id"] != edit["id"] {
		t.Errorf("the mask says %v", decided)
	}
	if status, _ := s.do(t, http.MethodDelete, "/mask-edits/"+edit["id"].(string), nil); status != http.StatusNoContent {
		t.Errorf("taking it back answers %d", status)
	}
	if s.items(t, "/masks?limit=1")[0]["decision"] != nil || len(s.items(t, "/mask-edits?in_use=true")) != 0 || len(s.items(t, "/mask-edits")) != 1 {
		t.Error("what was taken back still holds, or is gone")
	}
}

func TestTheCalendarIsReplacedByWhoeverHasReadIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	read := s.ask(t, http.MethodGet, "/calendar", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin])
	in := map[string]any{"calendar": map[string]any{"holidays": []any{"US-MA"}, "except": []any{"Columbus Day"},
		"closures": []any{map[string]any{"name": "Inventory", "from": "2026-12-28", "begins": "08:00", "ends": "12:00"}}}}
	status, set := s.do(t, http.MethodPut, "/calendar", in, "If-Match", read.Header.Get("ETag"))
	if status != http.StatusOK || set["author"] != "token admin" || set["source"] != "stored" {
		t.Fatalf("setting it answers %d: %v", status, set)
	}
	if status, _ := s.do(t, http.MethodPut, "/calendar", in, "If-Match", read.Header.Get("ETag")); status != http.StatusPreconditionFailed {
		t.Errorf("setting it by the old version answers %d", status)
	}
	days := s.items(t, "/calendar/days?from=2026-12-20&to=2026-12-31")
	if len(days) != 2 || days[0]["kind"] != "holiday" || days[1]["name"] != "Inventory" {
		t.Errorf("the days are %v", days)
	}
	for name, spoiled := range map[string]any{"region": map[string]any{"holidays": []any{"ATLANTIS"}}, "queue": map[string]any{
		"closures": []any{map[string]any{"name": "x", "from": "2026-12-28", "queues": []any{"nowhere"}}}}} {
		tag := s.ask(t, http.MethodGet, "/calendar", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin]).Header.Get("ETag")
		status, refused := s.do(t, http.MethodPut, "/calendar", map[string]any{"calendar": spoiled}, "If-Match", tag)
		if status != http.StatusUnprocessableEntity || refused["hint"] == nil {
			t.Errorf("a calendar with a wrong %s answers %d: %v", name, status, refused)
		}
	}
	if n := len(s.items(t, "/calendar/versions")); n != 1 {
		t.Errorf("%d versions are kept", n)
	}
}

func TestACalendarInTheSettingsIsChangedThere(t *testing.T) {
	t.Parallel()
	s := serve(t, copyOfFilled(t), func(c *web.Config) {
		c.Services = []web.Served{{Service: working(t, c.Store, func(sc *service.Config) { sc.Spec.Calendar = &wrapcast.Calendar{Holidays: []string{"US-MA"}} })}}
	})
	_, calendar := s.get(t, "/calendar")
	if calendar["source"] != "settings" || calendar["author"] != "settings" {
		t.Errorf("the calendar is %v", calendar)
	}
	status, refused := s.do(t, http.MethodPut, "/calendar", map[string]any{"calendar": map[string]any{}}, "If-Match", "x")
	if status != http.StatusConflict || !strings.Contains(refused["hint"].(string), "start wrapcast again") {
		t.Errorf("changing it here answers %d: %v", status, refused)
	}
}

// The story of publishing: a plan is looked at, submitted, and taken back.
func TestAPlanIsLookedAtSubmittedAndRolledBack(t *testing.T) {
	t.Parallel()
	s := newTwinSite(t)
	before := s.made(t, "/plans", map[string]any{})["items"].([]any)[0].(map[string]any)
	_, run := s.do(t, http.MethodPost, "/runs", map[string]any{"submit": []any{before["id"]}})
	runIsOver(t, s, run)
	s.made(t, "/overrides", forTwoWeeks(t, s)) // or the plan would change nothing
	plan := s.made(t, "/plans", map[string]any{})["items"].([]any)[0].(map[string]any)
	diff := plan["diff"].(map[string]any)
	group := diff["groups"].([]any)[0].(map[string]any)
	if len(diff["days"].([]any)) != 8 || len(group["new"].([]any)) != 8 || plan["current"] == nil || len(plan["against"].([]any)) != 0 {
		t.Fatalf("the plan is %v", plan)
	}
	_, week := s.get(t, "/plans/"+plan["id"].(string)+"/groups/"+group["group"].(string))
	first := 0.0
	for _, v := range week["offered"].([]any)[:96] {
		first += v.(float64)
	}
	if want := group["new"].([]any)[0].(float64); math.Abs(first-want) > 0.5 {
		t.Errorf("the quarter-hours of the first day are %g contacts, the day has %g", first, want)
	}
	var status int
	status, run = s.do(t, http.MethodPost, "/runs", map[string]any{"submit": []any{plan["id"]}})
	if status != http.StatusAccepted {
		t.Fatalf("submitting answers %d: %v", status, run)
	}
	runIsOver(t, s, run)
	if status, again := s.do(t, http.MethodPost, "/runs", map[string]any{"submit": []any{plan["id"]}}); status == http.StatusAccepted {
		runFails(t, s, again, "submitted before")
	}
	back := s.made(t, "/rollbacks", map[string]any{"week": plan["week"]})["items"].([]any)[0].(map[string]any)
	if back["restores"] != before["id"] {
		t.Errorf("going back restores %v", back["restores"])
	}
	status, run = s.do(t, http.MethodPost, "/runs", map[string]any{"submit": []any{back["id"]}})
	if status != http.StatusAccepted {
		t.Fatalf("submitting the rollback answers %d: %v", status, run)
	}
	runIsOver(t, s, run)
	of := s.items(t, "/plans?week="+plan["week"].(string))
	if len(of) != 4 || of[0]["submission"].(map[string]any)["state"] != "completed" {
		t.Errorf("the plans of the week are %v", of)
	}
}

func runFails(t *testing.T, s *site, run map[string]any, because string) {
	t.Helper()
	_, end := s.get(t, "/runs/"+run["id"].(string))
	for end["state"] == "pending" || end["state"] == "running" {
		_, end = s.get(t, "/runs/"+run["id"].(string))
	}
	if end["state"] != "failed" || !strings.Contains(end["reason"].(string), because) {
		t.Errorf("the run is %v: %v", end["state"], end["reason"])
	}
}
