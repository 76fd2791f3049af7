package web_test

import (
	"math"
	"net/http"
	"testing"
)

// All contacts have the figures that codes have: their sums, and the total's own forecast with its interval.
func TestAllContactsHaveTheFiguresOfACode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	status, total := s.get(t, "/total")
	if status != http.StatusOK {
		t.Fatalf("answers %d: %v", status, total)
	}
	last, next := 0.0, 0.0
	for _, c := range s.items(t, "/codes?limit=1000") {
		last += c["last_7"].(float64)
		if v, ok := c["next_7"].(float64); ok {
			next += v
		}
	}
	if total["last_7"] != last || math.Abs(total["next_7"].(float64)-next) > 0.1 {
		t.Errorf("all contacts are %v and %v, their codes' sums %g and %g", total["last_7"], total["next_7"], last, next)
	}
	low, high := total["next_7_low"].(float64), total["next_7_high"].(float64)
	if low >= next || high <= next || total["next_7_interval"] != "joint" || total["wape"] == nil || total["verdicts"] == nil {
		t.Errorf("the interval of %g is %g to %g: %v", next, low, high, total)
	}
}

// The queues' contacts of today are those of the overview, and their forecasts add up to the total's.
func TestTodayIsToldPerQueue(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, over := s.get(t, "/overview")
	today := over["today"].(map[string]any)
	handled, mean := 0.0, 0.0
	rows := s.items(t, "/today?limit=1000")
	for _, q := range rows {
		handled += q["handled"].(float64)
		if v, ok := q["mean"].(float64); ok {
			mean += v
		}
		if q["through"] != nil && q["mean"] != nil && q["expected"] == nil {
			t.Errorf("nothing is expected in %v", q)
		}
	}
	if len(rows) == 0 || handled != today["handled"] {
		t.Errorf("%d queues have %g contacts today, the overview says %v", len(rows), handled, today["handled"])
	}
	if want, ok := today["mean"].(float64); ok && math.Abs(mean-want) > 0.1 {
		t.Errorf("the queues' forecasts add up to %g, the total has %g", mean, want)
	}
	one := s.items(t, "/today?queue="+rows[0]["id"].(string))
	if len(one) != 1 || one[0]["id"] != rows[0]["id"] {
		t.Errorf("one queue is %v", one)
	}
}
