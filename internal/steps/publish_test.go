package steps_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// doubled is an override that no limit lets pass unattended.
func doubled(w *world) wrapcast.Override {
	today := w.today()
	return wrapcast.Override{From: today, To: today + 20, Kind: wrapcast.OverridePercent, Value: 100, Author: "ann", Reason: "test"}
}

// today is the day it is in the zone of the business unit.
func (w *world) today() wrapcast.Date {
	zone, err := time.LoadLocation(w.sim.Directory().BusinessUnit.TimeZone)
	if err != nil {
		panic(err)
	}
	return wrapcast.DateOf(w.Clock.Now().In(zone))
}

func (w *world) org() wrapcast.OrganisationID { return w.sim.Directory().Organisation.ID }

func (w *world) latest(t *testing.T) wrapcast.Forecast {
	t.Helper()
	made, err := w.LatestForecast(t.Context(), w.org(), w.sim.Directory().BusinessUnit.ID)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (w *world) mustOverride(t *testing.T, o wrapcast.Override) steps.OverridePreview {
	t.Helper()
	p, err := w.Decisions().AddOverride(t.Context(), w.org(), w.latest(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) mustPlan(t *testing.T) wrapcast.Plan {
	t.Helper()
	list, err := w.Plan(t.Context(), w.spec, true)
	if err != nil || len(list.Plans) != 1 {
		t.Fatalf("%d plans, %v", len(list.Plans), err)
	}
	return list.Plans[0]
}

func (w *world) mustSubmit(t *testing.T, plan wrapcast.PlanID) wrapcast.Submission {
	t.Helper()
	out, err := w.SubmitPlans(t.Context(), w.spec, plan)
	if err != nil || len(out.Submissions) != 1 {
		t.Fatalf("%d submissions, %v", len(out.Submissions), err)
	}
	return out.Submissions[0]
}

// held is what the platform holds of the last forecast it took.
func held(t *testing.T, w *world) sim.Forecast {
	t.Helper()
	all := w.sim.Forecasts()
	if len(all) == 0 {
		t.Fatal("the platform holds no forecast")
	}
	return all[len(all)-1]
}

func busy(o *sim.Options) { o.Volume = 8 }

func TestAPlanShowsWhatItChangesAgainstThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t, busy)
	w.spec.DryRun = true
	w.mustRun(t)
	first := w.mustPlan(t)
	if first.Current != nil || !first.Diff.Groups[0].Added {
		t.Fatalf("compared with %+v where nothing is planned", first.Current)
	}
	w.mustSubmit(t, first.ID)
	w.mustOverride(t, doubled(w))
	second := w.mustPlan(t)
	if second.Current == nil || !strings.Contains(second.Current.Description, string(first.ID)) {
		t.Fatalf("compared with %+v, submitted was %s", second.Current, first.ID)
	}
	for _, day := range second.Diff.Total {
		if ratio := day.NewOffered / day.OldOffered; ratio < 1.99 || ratio > 2.01 {
			t.Errorf("%s goes from %v to %v contacts under an override of 100 %%", day.Day, day.OldOffered, day.NewOffered)
		}
	}
}

func TestAPreviewOfAPlanLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun = true
	w.mustRun(t)
	before := len(w.chain(t))
	list, err := w.Plan(t.Context(), w.spec, false)
	if err != nil || len(w.chain(t)) != before {
		t.Fatalf("%v; %d audit entries, %d before", err, len(w.chain(t)), before)
	}
	if _, err := w.SubmitPlans(t.Context(), w.spec, list.Plans[0].ID); wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Errorf("a plan that was not kept is submitted: %v", err)
	}
}

func TestALargeChangeWaitsForSomebodyWhoLooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, busy)
	w.mustRun(t)
	w.mustOverride(t, doubled(w))
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "the auto-publish limit is 25 %") || wrapcast.Hint(err) == "" {
		t.Fatalf("it ended with %v, hint %q", err, wrapcast.Hint(err))
	}
	if n := w.acceptedOnce(t); n != 1 {
		t.Fatalf("%d plans accepted", n)
	}
	if len(out.Plans) != 1 || len(out.Plans[0].Stops) == 0 {
		t.Fatalf("the plan that waits is not kept: %+v", out.Plans)
	}
	if s := w.mustSubmit(t, out.Plans[0].ID); s.State != wrapcast.SubmissionCompleted {
		t.Errorf("submitted by hand it is %s", s.State)
	}
	w.spec.AcceptChanges = true
	w.mustOverride(t, wrapcast.Override{From: doubled(w).To + 1, To: doubled(w).To + 9, Kind: wrapcast.OverrideSet, Value: 9, Author: "ann", Reason: "x"})
	w.mustRun(t)
}

func TestAnOverrideThatOverlapsIsKeptOnlyWithARule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	first := w.mustOverride(t, doubled(w))
	second := doubled(w)
	p, err := w.Decisions().AddOverride(t.Context(), w.org(), w.latest(t), second)
	if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), "overlaps another override") {
		t.Fatalf("without a rule: %v", err)
	}
	one := first.Override.Before
	if o := p.Overlap; o == nil || len(o.Rules) != 3 || math.Abs(o.Now-2*one) > 1e-6 || math.Abs(o.Rules[0].Contacts-4*one) > 1e-6 ||
		math.Abs(o.Rules[1].Contacts-2*one) > 1e-6 {
		t.Fatalf("of %g contacts the rules make %+v", one, p.Overlap)
	}
	if all, err := steps.ListDecisions[wrapcast.Override](t.Context(), w.Decisions(), w.org()); err != nil || len(all) != 1 {
		t.Fatalf("%v, %d overrides are stored", err, len(all))
	}
	second.Overlap = wrapcast.OverlapCompound
	w.mustOverride(t, second)
	w.spec.AcceptChanges = true
	if f := w.mustRun(t).Forecast; len(f.Overrides) != 2 || len(f.Overlaps) != 1 || math.Abs(f.Total.Mean[0]-4*f.Base.Total.Mean[0]) > 1e-6 {
		t.Errorf("the run has %d overrides, overlaps %+v", len(f.Overrides), f.Overlaps)
	}
}

// Two that overlap without a rule, in a store of before rules were chosen or because days and codes changed since, stop
// a run, which names the command that settles them; plans made after it are free at once.
func TestAnOverlapWithoutARuleStopsARunUntilItIsSettled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	ids := []wrapcast.OverrideID{"old-1", "old-2"}
	err := w.Store.Update(t.Context(), func(tx *store.Tx) error {
		for _, id := range ids {
			o := doubled(w)
			o.Keep(wrapcast.Decision{ID: string(id), Organisation: w.org(), MadeAt: w.Clock.Now()})
			if err := store.DecisionsOf[wrapcast.Override](tx).Add(o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "neither is applied") ||
		!strings.Contains(wrapcast.Hint(err), "wrapcast override resolve old-1 old-2 --rule") {
		t.Fatalf("the run ended with %v (%s)", err, wrapcast.Hint(err))
	}
	list, err := w.Decisions().Overrides(t.Context(), w.org(), w.latest(t))
	if err != nil || list.Overrides[0].State != steps.OverrideInConflict || len(list.Overlaps) != 1 || list.Overlaps[0].Rule != "" {
		t.Fatalf("%v, %+v", err, list)
	}
	settle := func(rule wrapcast.OverlapRule, of ...wrapcast.OverrideID) error {
		_, err := w.Decisions().SettleOverlap(t.Context(), w.org(), wrapcast.OverlapDecision{Overrides: of, Rule: rule, Author: "ann"})
		return err
	}
	for _, err := range []error{settle("both", ids...), settle(wrapcast.OverlapReplace, "old-1"), settle(wrapcast.OverlapReplace, "old-1", "old-1"),
		settle(wrapcast.OverlapReplace, "old-1", "old-3")} {
		if k := wrapcast.KindOf(err); k != wrapcast.Usage && k != wrapcast.NotFound {
			t.Errorf("it is settled with %v", err)
		}
	}
	if err := settle(wrapcast.OverlapReplace, ids...); err != nil {
		t.Fatal(err)
	}
	if plan := w.mustPlan(t); len(plan.Refusals) != 0 {
		t.Errorf("settled, the plan is refused: %+v", plan.Refusals)
	}
	w.spec.AcceptChanges = true
	f := w.mustRun(t).Forecast
	if len(f.Overrides) != 1 || f.Overrides[0].ID != "old-2" || f.Overlaps[0].Rule != wrapcast.OverlapReplace {
		t.Errorf("the run has %+v, overlaps %+v", f.Overrides, f.Overlaps)
	}
}

func TestAPlanIsSubmittedOnceAndOnlyOverWhatWasLookedAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun = true
	w.mustRun(t)
	one, other := w.mustPlan(t), w.mustPlan(t)
	w.mustSubmit(t, one.ID)
	for name, id := range map[string]wrapcast.PlanID{"was submitted before": one.ID, "has another forecast at the platform": other.ID} {
		if _, err := w.SubmitPlans(t.Context(), w.spec, id); wrapcast.KindOf(err) != wrapcast.Conflict || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := w.acceptedOnce(t); n != 1 {
		t.Errorf("%d accepted", n)
	}
}

func TestASubmissionByHandGoesTheWayOfEveryOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun = true
	w.mustRun(t)
	plan := w.mustPlan(t)
	began := len(w.chain(t))
	ctx, cancel := context.WithCancel(t.Context())
	w.Report = func(p wrapcast.Progress) {
		if p.Step == wrapcast.StepSubmit {
			cancel()
		}
	}
	if _, err := w.SubmitPlans(ctx, w.spec, plan.ID); err == nil {
		t.Fatal("the interrupted submission ended well")
	}
	w.Report = nil
	out, err := w.SubmitPlans(t.Context(), w.spec, plan.ID)
	if err != nil || !out.TakenUp || w.acceptedOnce(t) != 1 || len(w.receiver.Messages()) != 1 {
		t.Fatalf("%v; taken up %v, %d accepted, %d messages", err, out.TakenUp, w.acceptedOnce(t), len(w.receiver.Messages()))
	}
	want := []string{"plan ok", "submit.uploading ok", "submit.sending ok", "submit.accepted ok", "submit.completed ok", "submit ok",
		"webhook.delivered ok", "notify ok"}
	if diff := cmp.Diff(want, w.chain(t)[began:]); diff != "" {
		t.Error(diff)
	}
}

func TestRollbackPutsBackWhatWasPlannedToTheLastQuarterHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t, busy)
	if _, err := w.Rollback(t.Context(), w.spec, nil, ""); wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Fatalf("with nothing submitted: %v", err)
	}
	first := w.mustRun(t)
	before := held(t, w)
	if _, err := w.Rollback(t.Context(), w.spec, nil, ""); wrapcast.KindOf(err) != wrapcast.NotFound || !strings.Contains(err.Error(), "was the first") {
		t.Fatalf("with one submission: %v", err)
	}
	w.mustOverride(t, doubled(w))
	w.spec.AcceptChanges = true
	second := w.mustRun(t)
	if cmp.Equal(before.Groups, held(t, w).Groups) {
		t.Fatal("the second plan is like the first")
	}
	list, err := w.Rollback(t.Context(), w.spec, nil, "")
	if err != nil || len(list.Plans) != 1 || list.Plans[0].Restores != first.Plans[0].ID {
		t.Fatalf("%v: %+v", err, list.Plans)
	}
	w.mustSubmit(t, list.Plans[0].ID)
	after := held(t, w)
	if diff := cmp.Diff(before.Groups, after.Groups); diff != "" || after.ID == before.ID {
		t.Errorf("put back (-before +after)\n%.1000s", diff)
	}
	if !strings.Contains(after.Description, " · restored ") || !strings.HasSuffix(after.Description, string(list.Plans[0].ID)) {
		t.Errorf("described as %q", after.Description)
	}
	if _, err := w.Rollback(t.Context(), w.spec, nil, ""); wrapcast.KindOf(err) != wrapcast.NotFound {
		t.Errorf("going back again goes before the first: %v", err)
	}
	again, err := w.Rollback(t.Context(), w.spec, &after.Week, second.Plans[0].ID)
	if err != nil || again.Plans[0].Restores != second.Plans[0].ID {
		t.Errorf("the step back cannot be taken back: %v", err)
	}
	if chain := w.chain(t); !slices.Contains(chain, "rollback ok") {
		t.Errorf("the chain does not tell: %v", chain)
	}
}

func TestAPlannedWeekIsKeptWithItsForecast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun = true
	out := w.mustRun(t)
	w.mustOverride(t, doubled(w))
	plan := w.mustPlan(t)
	if plan.Forecast == out.Forecast.ID {
		t.Fatal("the overridden forecast is not one of its own")
	}
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		made, err := tx.Forecasts().Get(w.org(), plan.Forecast)
		if err == nil && (len(made.Overrides) != 1 || made.Base == nil || made.Base.ID != out.Forecast.ID) {
			t.Errorf("frozen as %d overrides over %+v", len(made.Overrides), made.Base)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheFirstImportOfAWeekIsJudgedToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, busy)
	w.spec.DryRun = true
	w.mustRun(t)
	if plan := w.mustPlan(t); len(plan.Stops) > 0 || !hasCode(plan.Findings, "first-import") {
		t.Errorf("calm it stops with %+v", plan.Stops)
	}
	w.mustOverride(t, doubled(w))
	w.spec.DryRun = false
	_, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !strings.Contains(err.Error(), "of the last complete weeks") ||
		!strings.Contains(err.Error(), "the auto-publish limit of a first import is 50 %") {
		t.Fatalf("it ended with %v", err)
	}
	if n := w.acceptedOnce(t); n != 0 {
		t.Errorf("%d plans accepted", n)
	}
	w.spec.AcceptChanges = true
	w.mustRun(t)
}
