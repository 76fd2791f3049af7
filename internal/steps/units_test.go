package steps_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
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
