package sim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

const unitsPath = "/api/v2/workforcemanagement/businessunits"

func TestTwoUnitsPlanQueuesZonesAndWeeksOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindTwoUnits}, Queues: 5, History: 60, ImportDelay: -1})
	units := w.Directories()
	if len(units) != 2 || w.Directory().BusinessUnit != units[0].BusinessUnit ||
		units[0].BusinessUnit.ID != start(t, sim.Options{}).Directory().BusinessUnit.ID && units[0].BusinessUnit.TimeZone != "America/New_York" ||
		units[1].BusinessUnit.TimeZone != "Europe/London" || units[1].BusinessUnit.WeekStart != time.Sunday {
		t.Fatalf("the units are %+v", units)
	}
	if n := len(decode[listed](w.get(unitsPath).ok(200)).Entities); n != 2 {
		t.Errorf("%d units are listed", n)
	}
	planned := map[wrapcast.QueueID]int{}
	for i, u := range units {
		for _, g := range u.PlanningGroups {
			if planned[g.Routes[0].Queue]&^(1<<i) != 0 {
				t.Errorf("both units plan %s", g.Name)
			}
			planned[g.Routes[0].Queue] |= 1 << i
		}
		groups := decode[listed](w.get(unitsPath + "/" + string(u.BusinessUnit.ID) + "/planninggroups").ok(200)).Entities
		if len(groups) != len(u.PlanningGroups) || len(groups) == 0 {
			t.Errorf("%s lists %d groups of %d", u.BusinessUnit.Name, len(groups), len(u.PlanningGroups))
		}
	}
	if len(planned) != 4 || len(units[0].Queues) != 5 {
		t.Errorf("%d of %d queues are planned", len(planned), len(units[0].Queues))
	}
	london := unitsPath + "/" + string(units[1].BusinessUnit.ID)
	if a := w.get(london + "?expand=settings").ok(200); !strings.Contains(string(a.body), `"startDayOfWeek":"Sunday"`) {
		t.Errorf("settings: %s", a.body)
	}
	w.get(london+"/weeks/2026-11-30/shorttermforecasts").wants(400, "wfm.validation.failure")
	w.get(london + "/weeks/2026-11-29/shorttermforecasts").ok(200)
}

// What one unit holds the other knows nothing of.
func TestForecastsBelongToTheirUnit(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindTwoUnits}, ImportDelay: -1})
	key := w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey
	w.importKey(nextWeek, key).ok(202)
	eventually(t, func() bool { return len(w.Forecasts()) == 1 })
	london := w.Directories()[1].BusinessUnit.ID
	sunday := unitsPath + "/" + string(london) + "/weeks/2026-11-29/shorttermforecasts"
	w.post(sunday+"/import", map[string]any{"uploadKey": key}).wants(400, "wfm.validation.failure")
	body := w.forecastBody(1, 768, nil) // the groups of the other unit
	u := decode[uploadAnswer](w.post(sunday+"/import/uploadurl", map[string]any{"contentLengthBytes": len(zip(t, body))}).ok(201))
	w.put(u, zip(t, body)).okStorage()
	w.post(sunday+"/import", map[string]any{"uploadKey": u.UploadKey}).wants(400, "wfm.validation.failure")

	w.post(sunday+"/generate", map[string]any{"description": "theirs"}).ok(201)
	for unit, want := range map[string]string{w.weekPath("recent"): "plan 1", strings.Replace(sunday, "2026-11-29", "recent", 1): "theirs"} {
		a := w.get(unit).ok(200)
		if n := len(decode[listed](a).Entities); n != 1 || !strings.Contains(string(a.body), want) {
			t.Errorf("%s lists %s", unit, a.body)
		}
	}
	mine := w.Forecasts()
	if mine[0].Unit == mine[1].Unit || mine[1].Unit != string(london) {
		t.Errorf("the forecasts are %s's and %s's", mine[0].Unit, mine[1].Unit)
	}
	w.get(sunday+"/"+mine[0].ID).wants(404, "wfm.entity.not.found")
	// A generated week begins on the unit's own weekday, in its own zone: most comes on its second day, not its first.
	for _, g := range mine[1].Groups {
		sums := [7]float64{}
		for i, v := range g.Offered[:7*96] {
			sums[i/96] += v
		}
		if total := sums[1] + sums[2] + sums[3] + sums[4] + sums[5]; total < 2*(sums[0]+sums[6]) {
			t.Errorf("%s has a weekend at the wrong end: %v", g.PlanningGroupID, sums)
		}
	}
}

// Without a licence nothing of Workforce Management can be had, and everything else can.
func TestNoUnit(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Kinds: []sim.Kind{sim.KindNoUnit}})
	if n := len(decode[listed](w.get(unitsPath).ok(200)).Entities); n != 0 || len(w.Directories()) != 0 || w.Directory().BusinessUnit.ID != "" {
		t.Errorf("%d units", n)
	}
	other := unitsPath + "/" + string(start(t, sim.Options{}).Directory().BusinessUnit.ID)
	for _, path := range []string{other, other + "/planninggroups", other + "/weeks/recent/shorttermforecasts"} {
		w.get(path).wants(403, "missing.any.permissions")
	}
	day := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)
	if n, _ := w.aggregates("interval", interval(day, day.AddDate(0, 0, 1))).total("tHandle", all); n == 0 {
		t.Error("nobody called")
	}
	w.get("/api/v2/routing/queues").ok(200)
	w.get("/api/v2/routing/wrapupcodes/divisionviews").ok(200)

	w = start(t, sim.Options{Kinds: []sim.Kind{sim.KindNoUnit}, Permissions: sim.Needed()})
	w.get(other).wants(404, "wfm.business.unit.not.found")
	w.get(unitsPath).ok(200)
	w = start(t, sim.Options{Kinds: []sim.Kind{sim.KindNoUnit}, Switches: sim.Switches{ForbidUnits: true}})
	w.get(unitsPath).wants(403, "missing.any.permissions")
}

func TestUnitsAreWritten(t *testing.T) {
	t.Parallel()
	u, err := sim.ParseUnit(" Zürich = Europe/Zurich, saturday")
	if want := (sim.Unit{Name: "Zürich", TimeZone: "Europe/Zurich", WeekStart: time.Saturday}); err != nil || u != want {
		t.Errorf("%+v, %v", u, err)
	}
	for _, bad := range []string{"", "=Europe/Zurich,Monday", "A=,Monday", "A=Local,Monday", "A=Mars/Base,Monday", "A=Europe/Zurich", "A=Europe/Zurich,Mon"} {
		if _, err := sim.ParseUnit(bad); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%q is a unit: %v", bad, err)
		}
	}
	w := start(t, sim.Options{Units: []sim.Unit{u}})
	if d := w.Directories(); len(d) != 1 || d[0].BusinessUnit.Name != "Zürich" || len(d[0].PlanningGroups) != len(start(t, sim.Options{}).Directory().PlanningGroups) {
		t.Errorf("one unit: %+v", d)
	}
	three := start(t, sim.Options{Units: []sim.Unit{u, u, u}, Queues: 7, History: 60}).Directories()
	ids := []wrapcast.BusinessUnitID{three[0].BusinessUnit.ID, three[1].BusinessUnit.ID, three[2].BusinessUnit.ID}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 3 {
		t.Errorf("three units of one name have the ids %v", ids)
	}
}
