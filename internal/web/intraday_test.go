package web_test

import (
	"math"
	"net/http"
	"testing"
)

func TestIntradayIsWhatIsLeftOfToday(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	status, all := s.get(t, "/intraday")
	if status != http.StatusOK {
		t.Fatalf("%d: %v", status, all)
	}
	total := all["total"].(map[string]any)
	groups := all["groups"].([]any)
	if len(groups) == 0 || len(total["intervals"].([]any)) == 0 {
		t.Fatalf("%d planning groups, the total: %v", len(groups), total)
	}
	sum := 0.0
	for _, q := range all["queues"].([]any) {
		queue := q.(map[string]any)
		if queue["intervals"] != nil {
			t.Error("the quarter-hours of a queue are listed unasked")
		}
		sum += queue["rest_forecast"].(float64)
	}
	if want := total["rest_forecast"].(float64); math.Abs(sum-want) > 1e-6 {
		t.Errorf("the morning leaves queues %v contacts, all together %v", sum, want)
	}
	if day := total["actual"].(float64) + total["rest"].(float64); math.Abs(day-total["day"].(float64)) > 1e-6 {
		t.Errorf("%v came and are to come, the day has %v", day, total["day"])
	}
	first := groups[0].(map[string]any)
	status, one := s.get(t, "/intraday?kind=planning_group&id="+first["id"].(string))
	if status != http.StatusOK || one["groups"].([]any)[0].(map[string]any)["intervals"] == nil {
		t.Errorf("%d: a planning group has no quarter-hours", status)
	}
	for path, want := range map[string]int{"/intraday?kind=queue&id=nowhere": http.StatusNotFound,
		"/intraday?kind=code": http.StatusUnprocessableEntity} {
		if status, body := s.get(t, path); status != want {
			t.Errorf("%s answers %d: %v", path, status, body)
		}
	}
}
