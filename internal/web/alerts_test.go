package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// put changes the store behind the server's back, as another process does.
func (s *site) put(t *testing.T, write func(tx *store.Tx) error) {
	t.Helper()
	if err := s.store.Update(t.Context(), write); err != nil {
		t.Fatal(err)
	}
}

// kinds are what needs attention, in the order it is told.
func (s *site) kinds(t *testing.T) (kinds []string) {
	t.Helper()
	for _, a := range s.attention(t) {
		kinds = append(kinds, a["kind"].(string))
	}
	return kinds
}

func TestWhatDidNotGoThroughIsSaidFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	org := simulated.organisation.Directory().Organisation.ID
	now := time.Now()
	held := wrapcast.Run{ID: "zz-held", Organisation: org, State: wrapcast.RunFailed, Actor: "schedule", StartedAt: now,
		FinishedAt: now, Reason: "the plan changes more than may go unattended", Kind: wrapcast.InvalidData, Hint: "look at the plan"}
	s.put(t, func(tx *store.Tx) error { return tx.Runs().Create(held) })
	s.put(t, func(tx *store.Tx) error {
		return tx.Schedules().Save(wrapcast.Schedule{ID: "nightly", Organisation: org, Source: wrapcast.ScheduleStored,
			Cron: "0 2 * * *", Request: []byte("{}"), Enabled: true, NextAt: now.Add(-3 * time.Hour), UpdatedAt: now})
	})
	kinds := s.kinds(t)
	if len(kinds) < 2 || kinds[0] != "missed-run" || kinds[1] != "held-run" {
		t.Errorf("the overview says %v", kinds)
	}
	metrics := string(s.ask(t, http.MethodGet, "//metrics", nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleViewer]).body)
	for _, want := range []string{"wrapcast_schedules_missed{", "wrapcast_runs_held{", "wrapcast_last_good_run_age_seconds{"} {
		i := strings.Index(metrics, "\n"+want)
		if i < 0 {
			t.Fatalf("no metric %s", want)
		}
		line, _, _ := strings.Cut(metrics[i+1:], "\n")
		if strings.HasSuffix(line, " 0") {
			t.Errorf("%s", line)
		}
	}
	ready := s.ask(t, http.MethodGet, "//readyz", nil)
	if ready.StatusCode != http.StatusOK || ready.json(t)["schedules"] == nil || ready.json(t)["last_good_run"] == nil {
		t.Errorf("readiness is %d %s", ready.StatusCode, ready.body)
	}
	if strict := s.ask(t, http.MethodGet, "//readyz?schedules=required", nil); strict.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("where schedules are required readiness is %d %s", strict.StatusCode, strict.body)
	}
}

func TestMessagesGivenUpAndPlansInDoubtNeedAttention(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	org := simulated.organisation.Directory().Organisation.ID
	if kinds := s.kinds(t); strings.Contains(strings.Join(kinds, " "), "dead-delivery") {
		t.Fatalf("the overview says %v", kinds)
	}
	s.put(t, func(tx *store.Tx) error {
		return tx.Deliveries().Add(wrapcast.Delivery{ID: "dead", Organisation: org, URL: "https://example.com", Body: []byte("{}"),
			State: wrapcast.DeliveryDead, Reason: "the receiver answered 410", CreatedAt: time.Now()})
	})
	s.put(t, func(tx *store.Tx) error {
		all, err := tx.Submissions().In(org, wrapcast.SubmissionCompleted)
		if err != nil || len(all) == 0 {
			t.Fatalf("no submission (%v)", err)
		}
		doubt := all[0]
		doubt.State, doubt.Reason = wrapcast.SubmissionUnknown, "the connection was reset"
		return tx.Submissions().Save(doubt, all[0].State)
	})
	kinds := s.kinds(t)
	if kinds[0] != "unknown-submission" || !strings.Contains(strings.Join(kinds, " "), "dead-delivery") {
		t.Errorf("the overview says %v", kinds)
	}
}
