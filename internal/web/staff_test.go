package web_test

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/heads"
	"github.com/wrapcast/wrapcast/internal/web"
)

func TestStaffIsWhatAWeekNeeds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	status, all := s.get(t, "/staff")
	if status != http.StatusOK {
		t.Fatalf("%d: %v", status, all)
	}
	groups, sum := all["groups"].([]any), 0.0
	for _, g := range groups {
		sum += g.(map[string]any)["week"].(map[string]any)["hours_mean"].(float64)
	}
	total := all["total"].(map[string]any)
	if hours := total["hours_mean"].(float64); len(groups) == 0 || hours == 0 || math.Abs(hours-sum) > 1e-6 {
		t.Fatalf("%d groups of %v hours, together %v", len(groups), sum, hours)
	}
	if surer := total["hours_surer"].(float64); surer < sum {
		t.Errorf("to be surer takes %v hours of %v", surer, sum)
	}
	first := groups[0].(map[string]any)
	status, one := s.get(t, "/staff?certainty=0.95&group="+first["id"].(string))
	if status != http.StatusOK || len(one["groups"].([]any)) != 1 {
		t.Fatalf("%d: %v", status, one)
	}
	group := one["groups"].([]any)[0].(map[string]any)
	quarters := group["quarter_hours"].(map[string]any)
	hours, reasons := 0.0, 0.0
	for _, heads := range quarters["required_mean"].([]any) {
		hours += heads.(float64) / 4
	}
	week := group["week"].(map[string]any)
	for _, r := range week["reasons"].([]any) {
		reasons += r.(map[string]any)["hours"].(float64)
	}
	if want := week["hours_mean"].(float64); math.Abs(hours-want) > 1e-6 || math.Abs(reasons-want) > 1e-6 {
		t.Errorf("quarter-hours add up to %v hours, codes to %v, the week has %v", hours, reasons, want)
	}
	if len(group["days"].([]any)) != 7 {
		t.Errorf("%d days", len(group["days"].([]any)))
	}
	for path, want := range map[string]int{"/staff?group=nowhere": http.StatusNotFound,
		"/staff?week=2031-01-01": http.StatusUnprocessableEntity, "/staff?certainty=2": http.StatusUnprocessableEntity} {
		if status, body := s.get(t, path); status != want {
			t.Errorf("%s answers %d: %v", path, status, body)
		}
	}
}

// What Genesys counts itself is asked for, and where there is nothing to count it says why.
func TestPlatformStaffSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	status, week := s.get(t, "/staff/platform")
	if status != http.StatusOK {
		t.Fatalf("%d: %v", status, week)
	}
	groups, note := week["groups"].([]any), week["note"]
	if len(groups) == 0 && (note == nil || note == "") {
		t.Errorf("neither figures nor why: %v", week)
	}
	for _, g := range groups {
		one := g.(map[string]any)
		if d := one["hours"].(float64) - one["hours_ours"].(float64); math.Abs(d-one["difference"].(float64)) > 1e-9 {
			t.Errorf("the difference is not %v: %v", d, one)
		}
	}
}

// The page counts by the staffing settings of the organisation that is shown, and the settings say how long things are
// kept there.
func TestStaffIsCountedByTheOrganisationsSettings(t *testing.T) {
	t.Parallel()
	own := heads.DefaultRules()
	own.ChatsAtOnce, own.Service.Shrinkage = 4, 0.45
	s := newWorkingSite(t, func(c *web.Config) {
		c.Services[0].Setup.Staffing, c.Services[0].Setup.Retention.RunsDays = own, 90
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if _, settings := s.get(t, "/settings"); settings["organisation"] != nil {
			if days := settings["retention"].(map[string]any)["runs_days"]; days != 90.0 {
				t.Errorf("runs are kept %v days, want 90", days)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the platform is not met")
		}
	}
	_, staff := s.get(t, "/staff")
	group := staff["groups"].([]any)[0].(map[string]any)
	if share := group["service"].(map[string]any)["shrinkage"]; share != 0.45 {
		t.Errorf("%v of people are paid for and away, want the organisation's 0.45: %v", share, group["service"])
	}
}
