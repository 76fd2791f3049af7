package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web"
)

// newSiteOfTwoUnits works for an organisation with two business units, both of which are planned.
func newSiteOfTwoUnits(t *testing.T) (*site, []wrapcast.Directory) {
	t.Helper()
	w, err := simulate(func(o *sim.Options) { o.Kinds, o.Queues = []sim.Kind{sim.KindTwoUnits}, 5 })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	s := serve(t, t.TempDir(), func(c *web.Config) {
		c.Services = []web.Served{{Service: w.working(t, c.Store, func(c *service.Config) {
			c.Spec = steps.Spec{BusinessUnits: wrapcast.ChooseUnits(wrapcast.AllUnits), Webhook: w.hook.URL}
		})}}
	})
	s.addAccounts(t)
	return s, w.organisation.Directories()
}

// runs starts a run and waits for its end.
func (s *site) runs(t *testing.T, request map[string]any) map[string]any {
	t.Helper()
	status, run := s.do(t, http.MethodPost, "/runs", request)
	if status != http.StatusAccepted {
		t.Fatalf("a run is answered %d: %v", status, run)
	}
	for range 600 {
		time.Sleep(50 * time.Millisecond)
		if _, run = s.get(t, "/runs/"+run["id"].(string)); run["finished_at"] != nil {
			return run
		}
	}
	t.Fatalf("the run does not end: %v", run)
	return nil
}

func TestPagesAreSeenFromEachBusinessUnit(t *testing.T) {
	t.Parallel()
	s, units := newSiteOfTwoUnits(t)
	run := s.runs(t, map[string]any{})
	ended := run["business_units"].([]any)
	if run["state"] != "done" || len(ended) != 2 {
		t.Fatalf("%v", run)
	}
	_, status := s.get(t, "/status")
	listed := status["organisations"].([]any)[0].(map[string]any)["business_units"].([]any)
	if len(listed) != 2 {
		t.Errorf("%d units: %v", len(listed), listed)
	}
	forecasts := map[any]bool{}
	for i, d := range units {
		u := d.BusinessUnit
		if end := ended[i].(map[string]any); end["name"] != u.Name || end["state"] != "done" {
			t.Errorf("%v", end)
		}
		for _, named := range []string{string(u.ID), u.Name} {
			from := "business_unit=" + url.QueryEscape(named)
			_, overview := s.get(t, "/overview?"+from)
			if unit := overview["business_unit"].(map[string]any); overview["time_zone"] != u.TimeZone || unit["id"] != string(u.ID) {
				t.Errorf("%s: %v in %v", named, unit, overview["time_zone"])
			}
			if plan := overview["latest_plan"].(map[string]any); plan["business_unit"] != string(u.ID) {
				t.Errorf("%s: the latest plan is %v", named, plan)
			}
			for _, list := range []string{"/plans", "/submissions", "/forecasts"} {
				if _, page := s.get(t, list+"?"+from); page["total"] != 1.0 || page["items"].([]any)[0].(map[string]any)["business_unit"] != string(u.ID) {
					t.Errorf("%s of %s: %v", list, named, page)
				}
			}
			_, latest := s.get(t, "/forecasts/latest?"+from)
			if latest["time_zone"] != u.TimeZone || latest["business_unit"] != string(u.ID) {
				t.Errorf("%s: %v", named, latest)
			}
			forecasts[latest["id"]] = true
		}
		_, groups := s.get(t, "/planning-groups?business_unit="+string(u.ID))
		if groups["total"] != float64(len(d.PlanningGroups)) {
			t.Errorf("%v planning groups of %s, it has %d", groups["total"], u.Name, len(d.PlanningGroups))
		}
	}
	if _, all := s.get(t, "/plans"); all["total"] != 2.0 || len(forecasts) != 2 {
		t.Errorf("%v plans in all, %d forecasts", all["total"], len(forecasts))
	}
	if code, problem := s.get(t, "/overview?business_unit=Asia"); code != http.StatusNotFound || problem["hint"] == "" {
		t.Errorf("a unit that is none: %d, %v", code, problem)
	}
}

func TestPlansRunsAndSchedulesNameBusinessUnits(t *testing.T) {
	t.Parallel()
	s, units := newSiteOfTwoUnits(t)
	europe := units[1].BusinessUnit
	if run := s.runs(t, map[string]any{"dry_run": true, "business_units": []string{europe.Name}}); run["state"] != "done" ||
		len(run["business_units"].([]any)) != 1 || run["business_units"].([]any)[0].(map[string]any)["id"] != string(europe.ID) {
		t.Fatalf("%v", run)
	}
	status, made := s.do(t, http.MethodPost, "/plans?business_unit="+string(europe.ID), map[string]any{})
	if status != http.StatusCreated || len(made["items"].([]any)) != 1 {
		t.Fatalf("plans are answered %d: %v", status, made)
	}
	if unit := made["items"].([]any)[0].(map[string]any)["unit"].(map[string]any); unit["id"] != string(europe.ID) {
		t.Errorf("%v", unit)
	}
	schedule := map[string]any{"cron": "0 2 * * *", "enabled": true, "request": map[string]any{"business_units": []string{europe.Name}}}
	status, kept := s.do(t, http.MethodPost, "/schedules", schedule)
	if status != http.StatusCreated || kept["request"].(map[string]any)["business_units"].([]any)[0] != europe.Name {
		t.Fatalf("a schedule is answered %d: %v", status, kept)
	}
	next, err := time.Parse(time.RFC3339, kept["next_at"].(string))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation(europe.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	if at := next.In(zone); at.Hour() != 2 || at.Minute() != 0 {
		t.Errorf("it is due at %s, which is no 02:00 in %s", next, zone)
	}
	schedule["request"] = map[string]any{"business_units": []string{"all", europe.Name}}
	if status, problem := s.do(t, http.MethodPost, "/schedules", schedule); status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
		t.Errorf("all beside a name is answered %d: %v", status, problem)
	}
}
