package sim_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// Tools begin with these, and need no permission for them.
func TestWhatToolsBeginWith(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindSkills, sim.KindDivisions}, Permissions: []string{"wfm:businessUnit:view"}})
	d := w.Directory()
	const who = "/api/v2/organizations/me" //nolint:misspell // the platform's path
	if me := decode[struct {
		ID, Name string
		Version  int
	}](w.get(who).ok(200)); me.ID != string(d.Organisation.ID) || me.Name != d.Organisation.Name || me.Version == 0 {
		t.Errorf("the organisation is %+v", me)
	}
	divisions := decode[struct {
		Entities []struct {
			ID, Name     string
			HomeDivision bool
		}
	}](w.get("/api/v2/authorization/divisions").ok(200)).Entities
	home := w.get("/api/v2/authorization/divisions/home").ok(200).text("id")
	if len(divisions) != 3 || !divisions[0].HomeDivision || divisions[0].ID != home || divisions[1].HomeDivision {
		t.Errorf("the divisions are %+v, home is %s", divisions, home)
	}
	if n := len(decode[listed](w.get("/api/v2/authorization/divisions?id=" + home).ok(200)).Entities); n != 1 {
		t.Errorf("%d divisions have one id", n)
	}
	zones := decode[struct {
		Entities []struct {
			ID     string
			Offset int
		}
	}](w.get("/api/v2/timezones?pageSize=200").ok(200)).Entities
	if i := slices.IndexFunc(zones, func(z struct {
		ID     string
		Offset int
	}) bool {
		return z.ID == d.BusinessUnit.TimeZone
	}); i < 0 || zones[i].Offset != -300 {
		t.Errorf("the time zones are %+v", zones)
	}
	if at := w.get("/api/v2/date").ok(200).text("currentDate"); at != "2026-11-23T17:00:00.000Z" {
		t.Errorf("it is %s", at)
	}
	if n := len(decode[listed](w.get("/api/v2/notifications/availabletopics").ok(200)).Entities); n < 5 {
		t.Errorf("%d topics", n)
	}
}

func TestSkillsAndLanguagesHaveNames(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindSkills}})
	for kind, want := range map[string]string{"skills": "Accounts Escalations Technical", "languages": "English Spanish German"} {
		path := "/api/v2/routing/" + kind
		p := decode[page](w.get(path).ok(200))
		var names []string
		for _, e := range p.Entities {
			names = append(names, e.Name)
			if one := w.get(path + "/" + e.ID).ok(200); one.text("name") != e.Name || one.text("state") != "active" {
				t.Errorf("%s is %s", e.Name, one.body)
			}
		}
		if strings.Join(names, " ") != want {
			t.Errorf("the %s are %v", kind, names)
		}
		if p := decode[page](w.get(path + "?name=" + strings.ToLower(names[1])).ok(200)); p.Total != 1 {
			t.Errorf("%d have the name %s", p.Total, names[1])
		}
		w.get(path+"/x").wants(400, "invalid.id")
		w.get(path+"/00000000-0000-4000-8000-000000000000").wants(404, "resource.not.found")
	}
	if p := decode[page](start(t, sim.Options{}).get("/api/v2/routing/skills").ok(200)); p.Total != 0 {
		t.Errorf("a plain organisation has %d skills", p.Total)
	}
}

// The list of all queues has those that the role does not cover, which is how their names are found.
func TestQueuesAcrossDivisions(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindDivisions}, Permissions: append(sim.Needed(), "routing:queue:search"), Queues: 6, History: 60})
	granted, every := decode[page](w.get(queuesPath+"/divisionviews").ok(200)), decode[page](w.get(queuesPath+"/divisionviews/all?sortOrder=desc").ok(200))
	silent := w.SilentQueues()
	if len(silent) != 2 || every.Total != 5 || granted.Total != 3 { // of six one is deleted
		t.Errorf("%d queues in granted divisions, %d in all, %d silent", granted.Total, every.Total, len(silent))
	}
	for _, q := range silent {
		if !slices.ContainsFunc(every.Entities, func(e struct{ ID, Name string }) bool { return e.ID == string(q.ID) && e.Name == q.Name }) {
			t.Errorf("%s is not among all queues", q.Name)
		}
	}
	w.Permit("routing:queue:view")
	w.get(queuesPath+"/divisionviews/all").wants(403, "missing.permissions")

	w = start(t, sim.Options{Switches: sim.Switches{NoDivisionViews: true}, Permissions: append(sim.Needed(), "routing:queue:search")})
	for _, path := range []string{queuesPath + "/divisionviews", queuesPath + "/divisionviews/all", "/api/v2/routing/wrapupcodes/divisionviews", "/api/v2/routing/wrapupcodes/divisionviews/x"} {
		w.get(path).wants(404, "not.found")
	}
	w.get("/api/v2/routing/wrapupcodes").ok(200)
}

func TestWhoWaitsNow(t *testing.T) {
	t.Parallel()
	const observations = "/api/v2/analytics/queues/observations/query"
	o := sim.Options{Volume: 40, Permissions: append(sim.Needed(), "analytics:queueObservation:view")}.Small()
	w := start(t, o)
	type observed struct {
		Results []struct {
			Group map[string]string
			Data  []struct {
				Metric string
				Stats  struct{ Count int }
			}
		}
	}
	everywhere := []any{map[string]any{"dimension": "queueId", "operator": "exists"}}
	body := map[string]any{"filter": map[string]any{"type": "or", "predicates": everywhere}, "metrics": []string{"oWaiting", "oInteracting", "oMemberUsers"}}
	count := func() map[string]int {
		n := map[string]int{}
		for _, r := range decode[observed](w.post(observations, body).ok(200)).Results {
			for _, d := range r.Data {
				n[d.Metric] += d.Stats.Count
			}
		}
		return n
	}
	if n := count(); n["oWaiting"] == 0 || n["oInteracting"] == 0 || len(n) != 2 {
		t.Errorf("at noon %v", n)
	}
	if results := decode[observed](w.post(observations, body).ok(200)).Results; len(results) != len(w.Directory().PlanningGroups) {
		t.Errorf("%d queues and channels", len(results))
	}
	delete(body, "filter")
	w.post(observations, body).wants(400, "constraint.validation")
	w.Permit(sim.Needed()...)
	w.post(observations, body).wants(403, "missing.any.permissions")
}

func TestManagementUnitsBelongToBusinessUnits(t *testing.T) {
	t.Parallel()
	const teams = "/api/v2/workforcemanagement/managementunits"
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindTwoUnits}, Permissions: append(sim.Needed(), "wfm:capacityPlan:view")})
	every := decode[listed](w.get(teams).ok(200)).Entities
	own := decode[struct {
		Entities []struct {
			TimeZone, StartDayOfWeek string
			BusinessUnit             struct{ ID string }
		}
	}](w.get(unitsPath + "/" + string(w.Directories()[1].BusinessUnit.ID) + "/managementunits").ok(200)).Entities
	if len(every) != 2 || len(own) != 1 || own[0].TimeZone != "Europe/London" || own[0].StartDayOfWeek != "Sunday" ||
		wrapcast.BusinessUnitID(own[0].BusinessUnit.ID) != w.Directories()[1].BusinessUnit.ID {
		t.Errorf("%d management units, those of London are %+v", len(every), own)
	}
	if n := len(decode[listed](w.get(w.unitPath() + "/capacityplans").ok(200)).Entities); n != 0 {
		t.Errorf("%d capacity plans", n)
	}
	w.Permit("routing:queue:view")
	if n := len(decode[listed](w.get(teams).ok(200)).Entities); n != 0 {
		t.Errorf("%d management units for whom they do not concern", n)
	}
}

func TestPagesAreLargeAndLargerOnesAreCut(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	for asked, want := range map[string]int{"100": 100, "200": 200, "500": 500, "501": 500, "100000": 500} {
		if p := decode[page](w.get(queuesPath + "?pageSize=" + asked).ok(200)); p.PageSize != want {
			t.Errorf("a page of %s has %d", asked, p.PageSize)
		}
	}
	strict := start(t, sim.Options{Switches: sim.Switches{MaxPageSize: 100}})
	strict.get(queuesPath + "?pageSize=100").ok(200)
	strict.get(queuesPath+"?pageSize=101").wants(400, "invalid.query.param.value")
}

// A web page may ask the API, whatever its origin, and the storage not.
func TestBrowsersMayAsk(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	const origin = "https://dashboard.example"
	before := w.send(request{method: "OPTIONS", path: aggregates, headers: map[string]string{"Authorization": "", "Origin": origin,
		"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}}).ok(204)
	for header, want := range map[string]string{"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Authorization"} {
		if !strings.Contains(before.header.Get(header), want) {
			t.Errorf("%s is %q", header, before.header.Get(header))
		}
	}
	for _, a := range []answer{
		w.send(request{method: "GET", path: queuesPath, headers: map[string]string{"Origin": origin}}).ok(200),
		w.send(request{method: "GET", path: queuesPath, headers: map[string]string{"Origin": origin, "Authorization": ""}}),
		w.send(request{method: "POST", path: "/oauth/token", headers: map[string]string{"Origin": origin}}),
	} {
		if a.header.Get("Access-Control-Allow-Origin") != origin || !strings.Contains(a.header.Get("Access-Control-Expose-Headers"), "ININ-Correlation-Id") {
			t.Errorf("%d is for no page: %v", a.status, a.header)
		}
	}
	if a := w.get(queuesPath).ok(200); a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("who says no origin is told one")
	}
	if a := w.send(request{method: "OPTIONS", path: queuesPath}).ok(204); a.header.Get("Allow") != "GET, OPTIONS" {
		t.Errorf("allowed are %q", a.header.Get("Allow"))
	}
	if a := w.send(request{method: "OPTIONS", path: "/storage/uploads/x", headers: map[string]string{"Origin": origin}}); a.status != http.StatusMethodNotAllowed {
		t.Errorf("the storage answers %d", a.status)
	}
}

func TestAnswersAreNotToBeKept(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	for _, a := range []answer{w.get(queuesPath), w.post(aggregates, query()), w.get("/api/v2/nothing")} {
		if !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
			t.Errorf("%d: %v", a.status, a.header)
		}
	}
}

// Settings are those that are asked for.
func TestExpandHasWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	for expand, want := range map[string]string{
		"settings.timeZone":                         `"settings":{"timeZone":"America/New_York"}`,
		"settings.startDayOfWeek":                   `"settings":{"startDayOfWeek":"Monday"}`,
		"settings.startDayOfWeek,settings.timeZone": `"settings":{"startDayOfWeek":"Monday","timeZone":"America/New_York"}`,
		"settings.shortTermForecasting":             `"settings":{"shortTermForecasting":{"defaultHistoryWeeks":6}}`,
		"settings.scheduling":                       `"settings":{}`,
		"settings":                                  `"shortTermForecasting":{"defaultHistoryWeeks":6},"metadata":{`,
	} {
		if a := w.get(w.unitPath() + "?expand=" + expand).ok(200); !strings.Contains(string(a.body), want) {
			t.Errorf("expand=%s: %s", expand, a.body)
		}
	}
}

func TestIntervalsMaySayZeroOffsets(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)
	for offset, want := range map[string]string{"": "2026-11-16T05:00:00.000Z", "+0000": "2026-11-16T05:00:00.000+0000", "+00:00": "2026-11-16T05:00:00.000+00:00"} {
		w := start(t, sim.Options{Switches: sim.Switches{IntervalOffset: offset}})
		r := w.aggregates("interval", interval(day, day.AddDate(0, 0, 1)))
		if got, _, _ := strings.Cut(r.Results[0].Data[0].Interval, "/"); got != want {
			t.Errorf("%q: %s", offset, got)
		}
	}
}
