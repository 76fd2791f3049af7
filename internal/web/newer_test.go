package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// What was decided after a forecast was made is told, to everybody and after a reload, until a forecast knows it.
func TestADecisionNewerThanTheForecastIsToldUntilItIsForecastAnew(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	newer := func() map[string]string {
		t.Helper()
		_, status := s.get(t, "/status")
		found := map[string]string{}
		org, _ := status["organisations"].([]any)[0].(map[string]any)
		for _, n := range listOf(org["newer_than_forecast"]) {
			row, _ := n.(map[string]any)
			found[row["kind"].(string)], _ = row["by"].(string)
		}
		return found
	}
	if found := newer(); len(found) != 0 {
		t.Fatalf("of a forecast just made, %v is newer", found)
	}
	day := time.Now().AddDate(0, 0, -20).Format(time.DateOnly)
	mask := s.made(t, "/mask-edits", map[string]any{"kind": "hide", "from": day, "to": day, "reason": "the line was down"})
	if found := newer(); found["mask"] != "token admin" || len(found) != 1 {
		t.Errorf("after days were excluded, %v is newer", found)
	}
	id, _ := mask["id"].(string)
	if got := s.ask(t, http.MethodDelete, "/mask-edits/"+id, nil, "Authorization", "Bearer "+s.secrets[wrapcast.RoleAdmin]); got.StatusCode != http.StatusNoContent {
		t.Fatalf("withdrawing it answers %d: %s", got.StatusCode, got.body)
	}
	if found := newer(); len(found) != 0 {
		t.Errorf("made and withdrawn, it still leaves %v", found)
	}
	s.made(t, "/mask-edits", map[string]any{"kind": "hide", "from": day, "to": day, "reason": "the line was down"})
	codes := s.items(t, "/codes")
	s.made(t, "/lineage", map[string]any{"kind": "retire", "on": time.Now().Format(time.DateOnly), "from": []any{codes[len(codes)-1]["id"]}, "reason": "gone"})
	if found := newer(); found["mask"] == "" || found["lineage"] == "" {
		t.Errorf("%v is newer", found)
	}
	f, err := simulated.forecaster(s.store, "again")
	if err != nil {
		t.Fatal(err)
	}
	defer clientOf(f).Close()
	if _, err := f.Run(context.Background(), steps.Spec{Actor: "again", DryRun: true}); err != nil {
		t.Fatal(err)
	}
	if found := newer(); len(found) != 0 {
		t.Errorf("after a new forecast, %v is newer", found)
	}
}
