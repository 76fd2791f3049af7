package steps_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// statesOf are the states of an outcome's submissions, in words.
func statesOf(out steps.Outcome) string {
	var states []string
	for _, s := range out.Submissions {
		states = append(states, string(s.State))
	}
	return strings.Join(states, " ")
}

func times(n int, state wrapcast.SubmissionState) string {
	return strings.Join(slices.Repeat([]string{string(state)}, n), " ")
}

// eachItsOwn checks that the platform has one forecast for each submission that it is said to have, of its week and
// with its plan's id.
func (w *chaosWorld) eachItsOwn(t *testing.T, out steps.Outcome) {
	t.Helper()
	for _, s := range out.Submissions {
		for _, f := range w.sim.Forecasts() {
			if mine := strings.Contains(f.Description, string(s.Plan)); mine && (f.Week != *s.Week || f.WeekCount != 1) {
				t.Errorf("the plan of the week of %s lies at %s, %d weeks", s.Week, f.Week, f.WeekCount)
			}
		}
		if s.State == completed && !w.holds(s) {
			t.Errorf("the platform does not have the week of %s", s.Week)
		}
	}
	w.acceptedOnce(t)
	w.auditIsTrue(t, out)
}

func TestSixWeeksAreSixPlansAndSixImports(t *testing.T) {
	t.Parallel()
	w := newChaosWorld(t, setting{})
	w.spec.Weeks = 6
	out := w.mustRun(t)
	if got := statesOf(out); got != times(6, completed) || len(w.sim.Imports()) != 6 {
		t.Fatalf("%s; %d imports", got, len(w.sim.Imports()))
	}
	for i, plan := range out.Plans {
		if want := out.Plans[0].Week.Start + wrapcast.Date(7*i); plan.Week.Start != want {
			t.Errorf("plan %d is of the week of %s, not %s", i, plan.Week.Start, want)
		}
	}
	w.eachItsOwn(t, out)
	again := w.mustRun(t)
	if got := statesOf(again); got != times(6, wrapcast.SubmissionUnchanged) || len(w.sim.Imports()) != 6 {
		t.Errorf("again: %s; %d imports", got, len(w.sim.Imports()))
	}
}

func TestSixPlansAreSubmittedWithOneConfirmation(t *testing.T) {
	t.Parallel()
	w := newChaosWorld(t, setting{})
	w.spec.Weeks, w.spec.DryRun = 6, true
	w.mustRun(t)
	list, err := w.Plan(t.Context(), w.spec, true)
	if err != nil || len(list.Plans) != 6 {
		t.Fatalf("%d plans, %v", len(list.Plans), err)
	}
	var ids []wrapcast.PlanID
	for _, plan := range list.Plans {
		ids = append(ids, plan.ID)
	}
	if _, err := w.SubmitPlans(t.Context(), w.spec, ids[0], ids[0]); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("a plan twice: %v", err)
	}
	other := w.mustPlanOne(t)
	if _, err := w.SubmitPlans(t.Context(), w.spec, ids[0], other); wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "both of the week of") {
		t.Errorf("two plans of one week: %v", err)
	}
	out, err := w.SubmitPlans(t.Context(), w.spec, ids...)
	if err != nil || statesOf(out) != times(6, completed) || len(w.sim.Imports()) != 6 {
		t.Fatalf("%v: %s", err, statesOf(out))
	}
	w.eachItsOwn(t, out)
}

// mustPlanOne plans the next week alone.
func (w *chaosWorld) mustPlanOne(t *testing.T) wrapcast.PlanID {
	t.Helper()
	spec := w.spec
	spec.Weeks = 1
	list, err := w.Plan(t.Context(), spec, true)
	if err != nil || len(list.Plans) != 1 {
		t.Fatalf("%d plans, %v", len(list.Plans), err)
	}
	return list.Plans[0].ID
}

func TestARefusedWeekKeepsNoOtherBackAndTheNextRunGoesOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults, states, next, words string
	}{
		"refused by notification": {"import-error#3@" + importCall + "=1",
			times(2, completed) + " failed " + times(3, completed),
			times(2, wrapcast.SubmissionUnchanged) + " completed " + times(3, wrapcast.SubmissionUnchanged), "was refused"},
		"the platform goes down": {"503#4-@import/uploadurl=1",
			times(3, completed) + " " + times(3, failed),
			times(3, wrapcast.SubmissionUnchanged) + " " + times(3, completed), "was not sent"},
		"a permission is withdrawn": {"withdraw#5@import/uploadurl=1",
			times(4, completed) + " " + times(2, failed),
			times(4, wrapcast.SubmissionUnchanged) + " " + times(2, completed), "was refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newChaosWorld(t, setting{faults: c.faults})
			w.spec.Weeks = 6
			out, err := w.Run(t.Context(), w.spec)
			if wrapcast.KindOf(err) != wrapcast.Partial || out.Run.State != wrapcast.RunPartial || !strings.Contains(err.Error(), c.words) ||
				!strings.Contains(err.Error(), "week of ") || wrapcast.Hint(err) == "" {
				t.Errorf("the run is %s: %v (%s)", out.Run.State, err, wrapcast.Hint(err))
			}
			if got := statesOf(out); got != c.states {
				t.Errorf("the weeks are %s", got)
			}
			w.eachItsOwn(t, out)
			if n := len(w.told(webhook.TypeForecastGenerated)); n != 1 {
				t.Errorf("%d messages tell of it", n)
			}
			w.makeWell(t)
			next := w.mustRun(t)
			if got := statesOf(next); got != c.next {
				t.Errorf("next the weeks are %s", got)
			}
			w.eachItsOwn(t, next)
		})
	}
}

// A process that dies while it brings several weeks leaves each in a clear state, and the next goes on.
func TestKilledInTheMiddleOfSeveralWeeksEachIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	if underRace {
		t.Skip("make chaos runs this without the race detector")
	}
	const upload, imports, list = "POST /import/uploadurl", "POST /shorttermforecasts/import", "GET /shorttermforecasts"
	for i, s := range []struct {
		dies       moment
		left, ends string
	}{
		{moment{Before: upload, Nth: 1}, "completed uploading planned", "completed completed completed"},
		{moment{After: upload, Nth: 1}, "completed uploading planned", "completed completed completed"},
		{moment{Before: imports, Nth: 1}, "completed sending planned", "completed unknown completed"}, // it was on its lips
		{moment{After: imports, Nth: 1}, "completed sending planned", "completed completed completed"},
		{moment{After: imports, Nth: 2}, "completed completed sending", "completed completed completed"},
		{moment{After: list, Nth: 1}, "", "completed completed completed"}, // while it plans
	} {
		t.Run(fmt.Sprintf("%d %+v", i, s.dies), func(t *testing.T) {
			t.Parallel()
			w := newChaosWorld(t, setting{})
			w.spec.Weeks = 3
			w.spec.LookFor = 0 // as usual: nothing may be there to find
			w.kill(t, side{dies: s.dies})
			if left := strings.Join(w.statesLeft(t), " "); left != s.left {
				t.Errorf("it left %q, not %q", left, s.left)
			}
			w.Alive = func(holder string) bool { return !strings.HasPrefix(holder, "victim") }
			out, err := w.Run(t.Context(), w.spec)
			if got := statesOf(out); got != s.ends || !out.TakenUp || (err == nil) != !strings.Contains(s.ends, "unknown") {
				t.Errorf("it ended %s, taken up %v: %v", got, out.TakenUp, err)
			}
			w.eachItsOwn(t, out)
			if next := w.mustRun(t); strings.Count(statesOf(next), "unchanged") != strings.Count(s.ends, "completed") {
				t.Errorf("the next run: %s", statesOf(next))
			}
			w.acceptedOnce(t)
		})
	}
}

// What a killed run had not sent is not sent by a run that does something else.
func TestAnotherRunSendsNothingOfAnInterruptedOne(t *testing.T) {
	t.Parallel()
	if underRace {
		t.Skip("make chaos runs this without the race detector")
	}
	w := newChaosWorld(t, setting{})
	w.spec.Weeks = 3
	w.kill(t, side{dies: moment{After: "POST /shorttermforecasts/import", Nth: 1}})
	w.Alive = func(holder string) bool { return !strings.HasPrefix(holder, "victim") }
	other := w.spec
	other.DryRun = true
	if _, err := w.Run(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if left := strings.Join(w.statesLeft(t), " "); left != "completed completed failed" || len(w.sim.Imports()) != 2 {
		t.Errorf("the interrupted run is left as %s, with %d imports", left, len(w.sim.Imports()))
	}
}
