package steps_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// unitsAre makes the platform list other business units than the organisation has.
func (w *world) unitsAre(list string) {
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/workforcemanagement/businessunits") {
			return answer(http.StatusOK, `{"entities": [`+list+`]}`), nil
		}
		return send()
	})
}

// theUnit is the entry of the organisation's own unit, under a name.
func (w *world) theUnit(name string) string {
	return fmt.Sprintf(`{"id": %q, "name": %q}`, w.sim.Directory().BusinessUnit.ID, name)
}

func answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader([]byte(body)))}
}

// reporting grants what only reads history: a reporting credential.
func reporting(o *sim.Options) {
	o.Permissions = slices.DeleteFunc(sim.Needed(), func(p string) bool { return strings.HasPrefix(p, "wfm:") })
}

func TestWithoutABusinessUnitEverythingThatNeedsNoneWorks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, reporting)
	w.spec.TimeZone = "Asia/Kolkata"
	out := w.mustRun(t)
	const said = "no business unit: no staffing forecast was planned (the organisation has none that is open to the " +
		"OAuth client); days are those of Asia/Kolkata"
	if out.Run.State != wrapcast.RunDone || out.NoPlan != said {
		t.Errorf("the run is %s: %q", out.Run.State, out.NoPlan)
	}
	if out.Forecast == nil || out.Forecast.TimeZone != "Asia/Kolkata" || len(out.Plans)+len(out.Submissions) > 0 {
		t.Errorf("%d plans, %d submissions of a forecast in %v", len(out.Plans), len(out.Submissions), out.Forecast)
	}
	if len(out.Deliveries) != 1 || out.Deliveries[0].State != wrapcast.DeliveryDelivered {
		t.Errorf("nobody was told: %+v", out.Deliveries)
	}
	for name, refused := range map[string]error{
		"plan":     second(w.Plan(t.Context(), w.spec, true)),
		"submit":   second(w.SubmitPlans(t.Context(), w.spec, "a plan")),
		"rollback": second(w.Rollback(t.Context(), w.spec, nil, "")),
	} {
		if wrapcast.KindOf(refused) != wrapcast.Usage || !strings.Contains(refused.Error(), "there is no business unit") {
			t.Errorf("%s: %v", name, refused)
		}
	}
	if _, err := w.view(t).Accuracy(t.Context(), steps.AccuracyOptions{}); err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Error(err)
	}
}

func TestTheRestTargetNeedsNoBusinessUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unitsAre("")
	w.spec.Target = wrapcast.REST
	out := w.mustRun(t)
	if len(out.Submissions) != 1 || out.Submissions[0].State != wrapcast.SubmissionCompleted || out.NoPlan != "" {
		t.Fatalf("%q: %+v", out.NoPlan, out.Submissions)
	}
	if zone := out.Plans[0].Payload.Metadata.Wrapcast.TimeZone; zone != "UTC" {
		t.Errorf("its days are those of %s", zone)
	}
	list, err := w.Plan(t.Context(), w.spec, true)
	if err != nil {
		t.Fatal(err)
	}
	if out, err = w.SubmitPlans(t.Context(), w.spec, list.Plans[0].ID); err != nil || len(out.Submissions) != 1 {
		t.Errorf("by hand: %+v, %v", out.Submissions, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestAUnitThatAppearsIsPlannedInItsOwnDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unitsAre("")
	out := w.mustRun(t)
	if out.Forecast.TimeZone != "UTC" {
		t.Errorf("without a unit the days are those of %s", out.Forecast.TimeZone)
	}
	w.meddle.Store(nil)
	if out = w.mustRun(t); out.NoPlan != "" || len(out.Submissions) != 1 || out.Forecast.TimeZone != "America/New_York" {
		t.Fatalf("%q, %d submissions, days of %s", out.NoPlan, len(out.Submissions), out.Forecast.TimeZone)
	}
	alone := newWorld(t)
	if want := alone.mustRun(t).Forecast.Total.Mean; !slices.Equal(want, out.Forecast.Total.Mean) {
		t.Errorf("the days of UTC are left in it:\n%v\n%v", out.Forecast.Total.Mean, want)
	}
}

func TestAUnitThatWasPlannedIsNeverLeftSilently(t *testing.T) {
	t.Parallel()
	denied := func(w *world, path string) {
		w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, path) {
				return answer(http.StatusForbidden, `{"status": 403, "code": "missing.permissions", "message": "no"}`), nil
			}
			return send()
		})
	}
	other := `{"id": "another", "name": "Cork"}`
	for name, c := range map[string]struct {
		happens func(w *world)
		kind    wrapcast.Kind
		words   []string
	}{
		"it is listed no more":        {func(w *world) { w.unitsAre("") }, wrapcast.Refused, []string{"was planned before", "business_unit: none"}},
		"another is listed":           {func(w *world) { w.unitsAre(other) }, wrapcast.Usage, []string{"was planned before", "Cork (another)", "business_unit: Cork"}},
		"another is listed beside it": {func(w *world) { w.unitsAre(other + "," + w.theUnit("Boston")) }, wrapcast.Usage, []string{"there are 2 business units", "Cork (another)"}},
		"the list is denied":          {func(w *world) { denied(w, "/businessunits") }, wrapcast.Refused, []string{"was planned before", "business_unit: none"}},
		"its settings are denied": {func(w *world) { denied(w, string(w.sim.Directory().BusinessUnit.ID)) }, wrapcast.Refused,
			[]string{"was planned before", "wfm:businessUnit:view"}},
		"its planning groups are denied": {func(w *world) { denied(w, "/planninggroups") }, wrapcast.Refused,
			[]string{"was planned before", "wfm:planningGroup:view"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.mustRun(t)
			c.happens(w)
			out, err := w.Run(t.Context(), w.spec)
			if wrapcast.KindOf(err) != c.kind || out.Run.ID != "" {
				t.Fatalf("run %q: %v", out.Run.ID, err)
			}
			for _, word := range c.words {
				if !strings.Contains(err.Error()+wrapcast.Hint(err), word) {
					t.Errorf("no %q in: %v; %s", word, err, wrapcast.Hint(err))
				}
			}
			if w.acceptedOnce(t) != 1 {
				t.Error("something was submitted")
			}
			w.spec.BusinessUnits = wrapcast.ChooseUnits(wrapcast.NoUnit)
			if out = w.mustRun(t); out.NoPlan == "" || out.Forecast.TimeZone != "UTC" || before.NoPlan != "" {
				t.Errorf("somebody said none: %q in %s", out.NoPlan, out.Forecast.TimeZone)
			}
		})
	}
}

func TestAUnitIsKnownUnderTheNameItHad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.sim.Directory().BusinessUnit.Name
	w.spec.BusinessUnits = wrapcast.ChooseUnits(strings.ToUpper(name))
	w.mustRun(t)
	w.unitsAre(`{"id": "another", "name": "Cork"},` + w.theUnit("Harbour"))
	if out := w.mustRun(t); len(out.Plans) != 1 || out.Plans[0].Week.BusinessUnit.Name != "Harbour" {
		t.Errorf("%+v", out.Plans)
	}
	w.spec.BusinessUnits = wrapcast.ChooseUnits("Dublin")
	if _, err := w.Run(t.Context(), w.spec); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(wrapcast.Hint(err), "Harbour") {
		t.Errorf("a unit that never was: %v", err)
	}
}

func TestAUnitThatIsGoneIsNotAmongThoseShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	unit := w.sim.Directory().BusinessUnit
	err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
		d, err := tx.Directory().Of(w.org())
		if err != nil {
			return err
		}
		d.Plan([]wrapcast.PlannedUnit{{BusinessUnit: wrapcast.BusinessUnit{ID: "another", Name: "Cork", TimeZone: "Europe/Dublin"}}}, "")
		if err := tx.Directory().Save(d); err != nil {
			return err
		}
		if d, err = tx.Directory().Of(w.org()); err != nil || len(d.Others) != 1 || d.Others[0].ID != unit.ID {
			t.Errorf("others %+v, %v", d.Others, err)
		}
		if err := tx.Directory().Listed(w.org(), []wrapcast.BusinessUnit{{ID: "another", Name: "Corcaigh"}}); err != nil {
			return err
		}
		if d, err = tx.Directory().Of(w.org()); len(d.Others) != 0 || d.BusinessUnit.Name != "Corcaigh" {
			t.Errorf("%+v", d)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// twoUnits is an organisation with a unit in New York (weeks from Monday) and one in London (weeks from Sunday), and
// queues that are in neither.
func twoUnits(o *sim.Options) { o.Kinds, o.Queues, o.Codes = []sim.Kind{sim.KindTwoUnits}, 5, 10 }

// choose names the units that are planned, by their place in the organisation.
func (w *world) choose(places ...int) []wrapcast.BusinessUnit {
	var chosen []wrapcast.BusinessUnit
	w.spec.BusinessUnits = nil
	for _, i := range places {
		unit := w.sim.Directories()[i].BusinessUnit
		chosen = append(chosen, unit)
		w.spec.BusinessUnits = append(w.spec.BusinessUnits, unit.Name)
	}
	return chosen
}

func TestSeveralUnitsAreNamedOrListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, twoUnits)
	_, err := w.Run(t.Context(), w.spec)
	for _, d := range w.sim.Directories() {
		if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(wrapcast.Hint(err), d.BusinessUnit.Name+" ("+string(d.BusinessUnit.ID)+")") {
			t.Errorf("%v; %s", err, wrapcast.Hint(err))
		}
	}
}

func TestEachUnitIsPlannedAsIfItWereTheOnlyOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, twoUnits)
	units := w.choose(0, 1)
	out := w.mustRun(t)
	if len(out.Plans) != 2 || len(out.Units) != 2 || len(out.Submissions) != 2 {
		t.Fatalf("%d plans, %d units, %d submissions", len(out.Plans), len(out.Units), len(out.Submissions))
	}
	together := out.Usage.Requests
	apart := 0
	for i, unit := range units {
		plan, one := out.Plans[i], out.Units[i]
		if plan.Week.BusinessUnit != unit || one.BusinessUnit != unit || one.State != wrapcast.RunDone || one.Forecast.BusinessUnit != unit.ID ||
			one.Forecast.TimeZone != unit.TimeZone || plan.Forecast != one.Forecast.ID || plan.Week.Start.Weekday() != unit.WeekStart {
			t.Errorf("%s: plan of %+v, %+v", unit.Name, plan.Week.BusinessUnit, one.RunUnit)
		}
		alone := newWorld(t, twoUnits)
		alone.choose(i)
		want := alone.mustRun(t)
		apart = max(apart, want.Usage.Requests)
		if diff := cmp.Diff(want.Plans[0].Week, plan.Week); diff != "" {
			t.Errorf("%s alone (-) is planned otherwise than beside the other (+):\n%.1000s", unit.Name, diff)
		}
		if !slices.Equal(want.Forecast.Total.Mean, one.Forecast.Total.Mean) {
			t.Errorf("%s alone is forecast otherwise", unit.Name)
		}
	}
	// Settings and planning groups of the other, its comparison, upload, import: nothing of the history.
	if together > apart+12 {
		t.Errorf("%d requests for both, %d for one", together, apart)
	}
	imports := map[wrapcast.BusinessUnitID]int{}
	for _, i := range w.sim.Imports() {
		imports[wrapcast.BusinessUnitID(i.Unit)]++
	}
	if imports[units[0].ID] != 1 || imports[units[1].ID] != 1 {
		t.Errorf("imports by unit: %v", imports)
	}
}

func TestAllUnitsAndWhatIsInNoneIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, twoUnits)
	w.spec.BusinessUnits, w.spec.DryRun = wrapcast.ChooseUnits(wrapcast.AllUnits), true
	out := w.mustRun(t)
	planned := map[wrapcast.QueueID]bool{}
	for _, d := range w.sim.Directories() {
		for _, g := range d.PlanningGroups {
			planned[g.Routes[0].Queue] = true
		}
	}
	told := map[string]int{}
	for _, plan := range out.Plans {
		for _, f := range plan.Findings {
			if f.Code == planning.UnroutedCode {
				told[f.Place]++
			}
		}
	}
	outside := 0
	for _, s := range w.sim.Directory().Queues {
		for place, times := range told {
			if strings.HasPrefix(place, s.Name) && planned[s.ID] {
				t.Errorf("%s is planned, and told of", place)
			}
			if times != 1 {
				t.Errorf("%s is told of %d times", place, times)
			}
		}
		if !planned[s.ID] {
			outside++
		}
	}
	if outside == 0 || len(told) < outside {
		t.Errorf("%d queues are in no unit, told of: %v", outside, told)
	}
}

func TestTheFailureOfOneUnitDoesNotStopTheOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path string
		step wrapcast.StepName
		kind wrapcast.Kind
	}{
		"its settings":           {"?expand", wrapcast.StepExtract, wrapcast.Refused},
		"its planning groups":    {"/planninggroups", wrapcast.StepExtract, wrapcast.Refused},
		"its upload":             {"/uploadurl", wrapcast.StepSubmit, wrapcast.Refused},
		"its import, in silence": {"/import", wrapcast.StepSubmit, wrapcast.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, twoUnits)
			units := w.choose(0, 1)
			w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
				at := r.URL.Path + "?" + r.URL.RawQuery
				if strings.Contains(at, string(units[0].ID)) && strings.Contains(at, c.path) {
					return answer(http.StatusForbidden, `{"status": 403, "code": "missing.permissions", "message": "no"}`), nil
				}
				return send()
			})
			out, err := w.Run(t.Context(), w.spec)
			if wrapcast.KindOf(err) != wrapcast.Partial || out.Run.State != wrapcast.RunPartial ||
				!strings.Contains(err.Error(), "1 of 2 business units are done; "+units[0].Name+": ") {
				t.Fatalf("the run is %s: %v", out.Run.State, err)
			}
			states := map[wrapcast.BusinessUnitID]wrapcast.RunUnit{}
			for _, u := range out.Units {
				states[u.ID] = u.RunUnit
			}
			if bad := states[units[0].ID]; bad.State != wrapcast.RunFailed || bad.Step != c.step || bad.Kind != c.kind || bad.Reason == "" {
				t.Errorf("%+v", bad)
			}
			if good := states[units[1].ID]; good.State != wrapcast.RunDone || good.Reason != "" {
				t.Errorf("%+v", good)
			}
			if n := len(w.sim.Imports()); n != 1 || w.sim.Imports()[0].Unit != string(units[1].ID) {
				t.Errorf("%d imports", n)
			}
			if len(out.Deliveries) != 1 || !strings.Contains(string(out.Deliveries[0].Body), `"status":"partial"`) {
				t.Errorf("told: %s", out.Deliveries[0].Body)
			}
		})
	}
}

func TestAHoldOfOneUnitDoesNotStopTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, twoUnits)
	units := w.choose(0)
	w.mustRun(t) // the first has a plan to differ from
	held := w.sim.Directories()[0]
	_, err := w.Decisions().AddOverride(t.Context(), w.org(), w.latestOf(t, units[0].ID), wrapcast.Override{
		Queues: []wrapcast.QueueID{held.PlanningGroups[0].Routes[0].Queue}, From: wrapcast.DateOf(time.Now()), To: wrapcast.DateOf(time.Now()) + 30,
		Kind: wrapcast.OverridePercent, Value: 900, Author: "test", Reason: "a campaign"})
	if err != nil {
		t.Fatal(err)
	}
	w.choose(0, 1)
	w.spec.Limits.FewContacts = 20 // the other unit has fewer, which are not judged
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.Partial || !strings.Contains(err.Error(), units[0].Name+": plan: it exceeds the auto-publish limits") {
		t.Fatalf("%v", err)
	}
	if out.Units[0].Kind != wrapcast.InvalidData || out.Units[0].Step != wrapcast.StepPlan || out.Units[1].State != wrapcast.RunDone || len(out.Plans) != 2 {
		t.Errorf("%+v, %d plans", out.Units, len(out.Plans))
	}
	// What was held can be submitted by hand, whatever the settings name.
	w.choose(1)
	after, err := w.SubmitPlans(t.Context(), w.spec, out.Plans[0].ID)
	if err != nil || after.Submissions[0].BusinessUnit != units[0].ID || len(after.Units) != 1 || after.Units[0].ID != units[0].ID {
		t.Errorf("by hand: %+v, %v", after.Submissions, err)
	}
	// Where all are held the run is, as with a single one.
	w.choose(0, 1)
	w.spec.Limits.MaxAge = time.Nanosecond
	if out, err = w.Run(t.Context(), w.spec); wrapcast.KindOf(err) != wrapcast.InvalidData || out.Run.State != wrapcast.RunFailed {
		t.Errorf("all are held: %s, %v", out.Run.State, err)
	}
}

// latestOf is the latest forecast of a business unit.
func (w *world) latestOf(t *testing.T, unit wrapcast.BusinessUnitID) wrapcast.Forecast {
	t.Helper()
	f, err := w.LatestForecast(t.Context(), w.org(), unit)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPlansAndRollbacksAreThoseOfTheUnitsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, twoUnits)
	units := w.choose(0, 1)
	first := w.mustRun(t)
	today := wrapcast.DateOf(time.Now())
	_, err := w.Decisions().AddOverride(t.Context(), w.org(), w.latestOf(t, units[0].ID), wrapcast.Override{From: today, To: today + 30,
		Kind: wrapcast.OverridePercent, Value: 10, Author: "test", Reason: "a campaign"})
	if err != nil {
		t.Fatal(err)
	}
	w.spec.AcceptChanges = true
	list, err := w.Plan(t.Context(), w.spec, true)
	if err != nil || len(list.Plans) != 2 {
		t.Fatalf("%d plans, %v", len(list.Plans), err)
	}
	if out, err := w.SubmitPlans(t.Context(), w.spec, list.Plans[0].ID, list.Plans[1].ID); err != nil || len(out.Submissions) != 2 || len(out.Units) != 2 {
		t.Fatalf("both by hand: %+v, %v", out.Submissions, err)
	}
	w.choose(1)
	back, err := w.Rollback(t.Context(), w.spec, nil, "")
	if err != nil || len(back.Plans) != 1 || back.Plans[0].Week.BusinessUnit != units[1] {
		t.Errorf("rollback of one: %+v, %v", back, err)
	}
	w.choose(0, 1)
	if back, err = w.Rollback(t.Context(), w.spec, nil, first.Plans[0].ID); err != nil || len(back.Plans) != 1 || back.Plans[0].Week.BusinessUnit != units[0] || len(back.Notes) != 1 {
		t.Errorf("rollback to a plan of one: %+v, %v", back.Notes, err)
	}
}

func TestARunOfSeveralUnitsIsTakenUpWhereItStood(t *testing.T) {
	t.Parallel()
	w := newWorld(t, twoUnits)
	units := w.choose(0, 1)
	ctx, stop := context.WithCancel(t.Context())
	imports := 0
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/uploadurl") {
			if imports++; imports == 2 { // the first is submitted, the second about to be
				stop()
				return nil, context.Canceled
			}
		}
		return send()
	})
	if _, err := w.Run(ctx, w.spec); err == nil {
		t.Fatal("it was not interrupted")
	}
	w.meddle.Store(nil)
	out := w.mustRun(t)
	if !out.TakenUp || len(out.Submissions) != 2 || w.acceptedOnce(t) != 2 {
		t.Errorf("taken up %v: %+v", out.TakenUp, out.Submissions)
	}
	for i, u := range out.Units {
		if u.State != wrapcast.RunDone || u.BusinessUnit != units[i] {
			t.Errorf("%+v", u.RunUnit)
		}
	}
}

func TestASilenceHoldsTheUnitItIsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, twoUnits)
	units := w.choose(0, 1)
	w.hide(w.sim.Directories()[1].PlanningGroups[0].Routes[0].Queue)
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.Partial || !strings.Contains(err.Error(), units[1].Name+": plan: silence is not zero") {
		t.Fatalf("%v", err)
	}
	if out.Units[0].State != wrapcast.RunDone || out.Units[1].Kind != wrapcast.InvalidData {
		t.Errorf("%+v", out.Units)
	}
	report, err := w.view(t).Silences(t.Context())
	if err != nil || len(report.Silences) == 0 {
		t.Fatalf("%+v, %v", report.Silences, err)
	}
	for _, s := range report.Silences {
		if s.Kind == wrapcast.LevelGroup && s.BusinessUnit != units[1].ID {
			t.Errorf("%+v", s)
		}
	}
}
