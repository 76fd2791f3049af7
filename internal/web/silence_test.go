package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim"
)

// The story of a role that is taken away: runs hold, the first page says it first, and what is accepted by name goes.
func TestSilenceHoldsUntilItIsAcceptedByName(t *testing.T) {
	t.Parallel()
	s := newTwinSite(t, func(o *sim.Options) { o.Switches.AnalyticsDivisions = sim.GrantNone })
	if run := s.ranTo(t, map[string]any{}); run["state"] != "failed" || !strings.Contains(run["reason"].(string), "silence is not zero") {
		t.Fatalf("the run is %v: %v", run["state"], run["reason"])
	}
	first := s.attention(t)[0]
	if first["kind"] != "silence" || first["severity"] != "blocking" || !strings.Contains(first["detail"].(string), "planning groups Transportation Voice") {
		t.Fatalf("the first page says first: %v", first)
	}
	plan := first["plan"].(string)
	_, summary := s.get(t, "/plans/"+plan+"/summary")
	silences := summary["silences"].([]any)
	if len(silences) < 3 {
		t.Fatalf("silent are %v", silences)
	}
	if head := s.items(t, "/plans")[0]; head["held_by_silence"] != float64(len(silences)) {
		t.Errorf("the list says of what holds it: %v", head)
	}
	if run := s.ranTo(t, map[string]any{"submit": []any{plan}, "accept_changes": true}); run["state"] != "failed" {
		t.Errorf("submitted by hand it is %v", run["state"])
	}
	for name, body := range map[string]map[string]any{
		"nothing that is known": {"kind": "queue", "of": "nowhere", "reason": "x"},
		"no reason":             {"kind": "queue", "of": silences[0].(map[string]any)["id"], "reason": ""},
		"a day that is over":    {"kind": "queue", "of": silences[0].(map[string]any)["id"], "reason": "x", "until": "2020-01-01"},
	} {
		if status, refused := s.do(t, http.MethodPost, "/accepted-silences", body); status != http.StatusUnprocessableEntity {
			t.Errorf("%s is answered with %d: %v", name, status, refused)
		}
	}
	var last map[string]any
	for _, of := range silences {
		silent := of.(map[string]any)
		if silent["kind"] == "queue" { // covers its planning groups
			last = s.made(t, "/accepted-silences", map[string]any{"kind": "queue", "of": silent["id"], "reason": "moved away", "until": "2099-12-31"})
		}
	}
	if last["author"] != "token admin" || last["in_use"] != true || last["name"] == "" {
		t.Errorf("accepted is %v", last)
	}
	if now := s.attention(t)[0]; now["kind"] == "silence" {
		t.Errorf("the first page still says %v", now)
	}
	if head := s.items(t, "/plans")[0]; head["held_by_silence"] != 0.0 {
		t.Errorf("accepted, the list says: %v", head)
	}
	_, listed := s.get(t, "/silences")
	for _, of := range listed["silences"].([]any) {
		if of.(map[string]any)["accepted"] == nil {
			t.Errorf("not accepted is %v", of)
		}
	}
	if run := s.ranTo(t, map[string]any{"submit": []any{plan}, "accept_changes": true}); run["state"] != "done" {
		t.Errorf("submitted it is %v: %v", run["state"], run["reason"])
	}
	if status, _ := s.do(t, http.MethodDelete, "/accepted-silences/"+last["id"].(string), nil); status != http.StatusNoContent {
		t.Errorf("withdrawing answers %d", status)
	}
	if now := s.attention(t)[0]; now["kind"] != "silence" {
		t.Errorf("withdrawn, the first page says first: %v", now)
	}
	if n := len(s.items(t, "/accepted-silences?in_use=true")); n != len(s.items(t, "/accepted-silences"))-1 {
		t.Errorf("%d are in use", n)
	}
	for _, action := range []string{"silence.accepted", "silence.withdrawn"} {
		if entries := s.items(t, "/audit?actor=token+admin&action="+action); len(entries) == 0 {
			t.Errorf("%s is not audited with its actor", action)
		}
	}
}

// ranTo starts a run and waits until it is over.
func (s *site) ranTo(t *testing.T, body map[string]any) map[string]any {
	t.Helper()
	status, run := s.do(t, http.MethodPost, "/runs", body)
	if status != http.StatusAccepted {
		t.Fatalf("a run answers %d: %v", status, run)
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		_, run = s.get(t, "/runs/"+run["id"].(string))
		if run["state"] != "pending" && run["state"] != "running" {
			return run
		}
	}
	t.Fatalf("the run is still %v", run["state"])
	return nil
}

func (s *site) attention(t *testing.T) (all []map[string]any) {
	t.Helper()
	_, overview := s.get(t, "/overview")
	for _, a := range overview["attention"].([]any) {
		all = append(all, a.(map[string]any))
	}
	return all
}
