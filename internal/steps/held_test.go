package steps_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// nextWeek is the first week that runs plan.
func (w *world) nextWeek() wrapcast.Date {
	unit := w.sim.Directory().BusinessUnit
	zone, err := time.LoadLocation(unit.TimeZone)
	if err != nil {
		panic(err)
	}
	return wrapcast.DateOf(w.Clock.Now().In(zone)).StartOfWeek(unit.WeekStart) + 7
}

// generate has the platform make a forecast by its own method, as a planner does in its UI.
func (w *world) generate(t *testing.T, start wrapcast.Date, weeks int) sim.Forecast {
	t.Helper()
	before := len(w.sim.Forecasts())
	path := fmt.Sprintf("%s/api/v2/workforcemanagement/businessunits/%s/weeks/%s/shorttermforecasts/generate", w.url, w.sim.Directory().BusinessUnit.ID, start)
	body := fmt.Sprintf(`{"description":"Ann's own","weekCount":%d,"canUseForScheduling":true}`, weeks)
	if answer := w.ask(t, http.MethodPost, path, body); answer.StatusCode != http.StatusAccepted {
		t.Fatalf("answered %d", answer.StatusCode)
	}
	for until := time.Now().Add(10 * time.Second); len(w.sim.Forecasts()) == before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("no forecast was generated")
		}
	}
	return held(t, w)
}

// ask sends the platform a request that wrapcast would not.
func (w *world) ask(t *testing.T, method, address, body string) *http.Response {
	t.Helper()
	form := strings.NewReader(url.Values{"grant_type": {"client_credentials"}}.Encode())
	login, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/oauth/token", form)
	if err != nil {
		t.Fatal(err)
	}
	login.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	login.SetBasicAuth(w.sim.ClientID(), w.sim.ClientSecret())
	var token struct {
		AccessToken string `json:"access_token"`
	}
	answer, err := http.DefaultClient.Do(login)
	if err == nil {
		err = json.NewDecoder(answer.Body).Decode(&token)
		answer.Body.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token.AccessToken)
	r.Header.Set("Content-Type", "application/json")
	if answer, err = http.DefaultClient.Do(r); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// instead answers requests for a path's end in the platform's place.
func instead(path string, status int, body string) meddler {
	return func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, path) {
			return send()
		}
		return &http.Response{StatusCode: status, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	}
}

// changed lets the platform answer requests for a path's end, and changes the answer.
func changed(path string, change func(map[string]any)) meddler {
	return func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, path) {
			return send()
		}
		r.Header.Set("Accept-Encoding", "identity")
		answer, err := send()
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		var tree map[string]any
		if err := json.NewDecoder(answer.Body).Decode(&tree); err != nil {
			return nil, err
		}
		change(tree)
		body, err := json.Marshal(tree)
		answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		answer.Header.Del("Content-Length")
		return answer, err
	}
}

func TestAForecastMadeInTheUIIsComparedWith(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]int{"of the week": 0, "the third week of six": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, busy)
			w.spec.DryRun = true
			weeks := map[bool]int{true: 1, false: 6}[before == 0]
			theirs := w.generate(t, w.nextWeek()-wrapcast.Date(7*before), weeks)
			plan := w.mustRun(t).Plans[0]
			if plan.Current == nil || plan.Current.ID != theirs.ID || plan.Current.Method != theirs.Method || plan.Current.Weeks != weeks ||
				plan.Current.Description != "Ann's own" || plan.Unread != "" || plan.Unchanged {
				t.Fatalf("compared with %+v, unread %q", plan.Current, plan.Unread)
			}
			want := 0.0
			for _, g := range theirs.Groups {
				for _, v := range g.Offered[before*672 : before*672+96] {
					want += v
				}
			}
			if got := plan.Diff.Total[0].OldOffered; got < want-1 || got > want+1 || want < 10 {
				t.Errorf("%v contacts on the first day at the platform, they are %v", got, want)
			}
			w.mustOverride(t, doubled(w))
			doubledPlan := w.mustPlan(t)
			if !hasCode(doubledPlan.Stops, "large-change") {
				t.Errorf("the limits do not apply: %+v", doubledPlan.Stops)
			}
		})
	}
}

func hasCode(findings []wrapcast.Finding, code string) bool {
	for _, f := range findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

func TestWhatIsPlannedNowMayBeUnreadable(t *testing.T) {
	t.Parallel()
	refused := `{"message":"no","code":"missing.any.permissions","status":403}`
	group := func(tree map[string]any) map[string]any {
		return tree["result"].(map[string]any)["planningGroups"].([]any)[0].(map[string]any)
	}
	for name, c := range map[string]struct {
		meddle meddler
		words  string
		// known says that the forecast at least is known.
		known bool
	}{
		"the list is refused":    {instead("/shorttermforecasts", 403, refused), "answered 403", false},
		"the list is garbage":    {instead("/shorttermforecasts", 200, "<html>"), "genesys.forecasts", false},
		"the data are refused":   {instead("/data", 403, refused), "answered 403", true},
		"the data fail":          {instead("/data", 500, `{"message":"sick"}`), "answered 500", true},
		"the data are garbage":   {instead("/data", 200, `{"result":{"planningGroups":"many"}}`), "genesys.forecast data", true},
		"there is nothing in it": {instead("/data", 200, `{}`), "without any planning group", true},
		"handle times are missing": {changed("/data", func(tree map[string]any) { delete(group(tree), "averageHandleTimeSecondsPerInterval") }),
			"has no handle times", true},
		"an array is short": {changed("/data", func(tree map[string]any) { group(tree)["offeredPerInterval"] = []float64{1} }),
			"has offered contacts for 1 quarter-hours", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.generate(t, w.nextWeek(), 1)
			w.meddleWith(c.meddle)
			w.spec.DryRun = true
			plan := w.mustRun(t).Plans[0]
			if !strings.Contains(plan.Unread, c.words) || (plan.Current != nil) != c.known || plan.Unchanged || !hasCode(plan.Stops, "unread") ||
				hasCode(plan.Findings, "nothing-to-compare") {
				t.Fatalf("unread %q; compared with %+v; stops %+v", plan.Unread, plan.Current, plan.Stops)
			}
			w.spec.DryRun = false
			_, err := w.Run(t.Context(), w.spec)
			if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), c.words) || !strings.Contains(wrapcast.Hint(err), "--accept-changes") {
				t.Fatalf("unattended: %v, %q", err, wrapcast.Hint(err))
			}
			if w.acceptedOnce(t) != 0 {
				t.Fatal("something was submitted unattended")
			}
			w.submitUnread(t, plan.ID, c.words)
		})
	}
}

// submitUnread has a person submit a plan that could not be compared: only with the flag.
func (w *world) submitUnread(t *testing.T, plan wrapcast.PlanID, words string) {
	t.Helper()
	_, err := w.SubmitPlans(t.Context(), w.spec, plan)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), words) || !strings.Contains(wrapcast.Hint(err), "--accept-changes") {
		t.Fatalf("by hand: %v, %q", err, wrapcast.Hint(err))
	}
	spec := w.spec
	spec.AcceptChanges = true
	out, err := w.SubmitPlans(t.Context(), spec, plan)
	if err != nil || out.Submissions[0].State != wrapcast.SubmissionCompleted || w.acceptedOnce(t) != 1 {
		t.Errorf("accepted by hand: %v, %+v", err, out.Submissions)
	}
}

func TestWhatCanBeReadAfterAllIsLookedAtFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.generate(t, w.nextWeek(), 1)
	w.meddleWith(instead("/data", 500, `{"message":"sick"}`))
	w.spec.DryRun = true
	plan := w.mustRun(t).Plans[0]
	w.meddleWith(func(_ *http.Request, send func() (*http.Response, error)) (*http.Response, error) { return send() })
	if _, err := w.SubmitPlans(t.Context(), w.spec, plan.ID); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("submitted with %v", err)
	}
}

func TestAForecastThatWasEditedSinceIsAnotherOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.generate(t, w.nextWeek(), 1)
	w.spec.DryRun = true
	plan := w.mustRun(t).Plans[0]
	w.meddleWith(changed("/shorttermforecasts", func(tree map[string]any) {
		listed := tree["entities"].([]any)[0].(map[string]any)
		listed["metadata"].(map[string]any)["dateModified"] = "2099-01-01T00:00:00.000Z"
	}))
	if _, err := w.SubmitPlans(t.Context(), w.spec, plan.ID); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("submitted with %v", err)
	}
	if _, err := w.SubmitPlans(t.Context(), func() steps.Spec { s := w.spec; s.AcceptChanges = true; return s }(), plan.ID); wrapcast.KindOf(err) != wrapcast.Conflict {
		t.Errorf("accepted changes are those that were reviewed: %v", err)
	}
}

func TestAPlanThatSaysTheSameIsNotImportedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, busy)
	w.generate(t, w.nextWeek()-14, 6) // a long one in the background is not what is compared with
	w.spec.AcceptChanges = true
	first := w.mustRun(t)
	began := len(w.chain(t))
	again := w.mustRun(t)
	s := again.Submissions[0]
	if s.State != wrapcast.SubmissionUnchanged || s.TargetForecastID != first.Submissions[0].TargetForecastID || s.UploadKey != "" ||
		!strings.Contains(s.Reason, first.Plans[0].Description) || again.Run.State != wrapcast.RunDone {
		t.Fatalf("the second is %+v, the run %s", s, again.Run.State)
	}
	if n := w.acceptedOnce(t); n != 1 || len(w.sim.Imports()) != 1 {
		t.Errorf("%d imports", len(w.sim.Imports()))
	}
	if chain := w.chain(t)[began:]; !slices.Contains(chain, "submit.unchanged ok") || !slices.Contains(chain, "submit ok") {
		t.Errorf("the chain: %v", chain)
	}
	if byHand := w.mustSubmit(t, w.mustPlan(t).ID); byHand.State != wrapcast.SubmissionUnchanged {
		t.Errorf("by hand: %+v", byHand)
	}
	if _, err := w.Rollback(t.Context(), w.spec, nil, ""); wrapcast.KindOf(err) != wrapcast.NotFound || !strings.Contains(err.Error(), "was the first") {
		t.Errorf("back to itself: %v", err)
	}
	w.mustOverride(t, doubled(w))
	w.mustRun(t)
	unchanged := w.mustRun(t)
	if unchanged.Submissions[0].State != wrapcast.SubmissionUnchanged {
		t.Fatalf("%+v", unchanged.Submissions[0])
	}
	list, err := w.Rollback(t.Context(), w.spec, nil, "")
	if err != nil || list.Plans[0].Restores != first.Plans[0].ID || list.Plans[0].Unchanged {
		t.Fatalf("%v: %+v", err, list.Plans)
	}
	if s := w.mustSubmit(t, list.Plans[0].ID); s.State != wrapcast.SubmissionCompleted {
		t.Errorf("put back: %+v", s)
	}
	list, err = w.Rollback(t.Context(), w.spec, &list.Plans[0].Week.Start, unchanged.Plans[0].ID)
	if err != nil || list.Plans[0].Restores != unchanged.Plans[0].ID {
		t.Errorf("%v: %+v", err, list.Plans)
	}
}

func TestWhatIsNotForSchedulingIsNotWhatIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	w.meddleWith(changed("/shorttermforecasts", func(tree map[string]any) {
		tree["entities"].([]any)[0].(map[string]any)["canUseForScheduling"] = false
	}))
	if out := w.mustRun(t); out.Submissions[0].State != wrapcast.SubmissionCompleted || len(w.sim.Imports()) != 2 {
		t.Errorf("%+v", out.Submissions)
	}
}

func TestForecastsAreNamedForPlannersAndOldNamesAreKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, busy)
	plan := w.mustRun(t).Plans[0]
	zone, err := time.LoadLocation(plan.Week.BusinessUnit.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	want := "wrapcast · week of " + plan.Week.Start.Midnight(zone).Format("2 Jan 2006") + " · made " + plan.MadeAt.In(zone).Format("2 Jan 15:04") + " · " + string(plan.ID)
	if got := held(t, w).Description; got != want || len([]rune(got)) > 100 {
		t.Errorf("described as %q, want %q", got, want)
	}
	w.meddleWith(changed("/shorttermforecasts", func(tree map[string]any) {
		tree["entities"].([]any)[0].(map[string]any)["description"] = "wrapcast " + string(plan.ID)
	}))
	if next := w.mustPlan(t); next.Current == nil || next.Current.Plan != plan.ID || next.Current.MadeBy() != "wrapcast" {
		t.Errorf("compared with %+v", next.Current)
	}
}
