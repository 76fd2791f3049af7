package steps_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// published is a world that published a forecast on some days before today, and reads everything today.
func published(t *testing.T, change func(*world), daysAgo ...int) (*world, []wrapcast.Forecast) {
	t.Helper()
	past := &pastClock{clock: clock(), back: time.Duration(daysAgo[0]) * 24 * time.Hour}
	w := newWorld(t, func(o *sim.Options) { o.Clock, o.History = past.wrapcast(), 60 })
	w.Clock = past.wrapcast()
	w.spec.AcceptChanges = true
	if change != nil {
		change(w)
	}
	var made []wrapcast.Forecast
	for i, ago := range daysAgo {
		if i > 0 {
			past.move(time.Duration(daysAgo[i-1]-ago) * 24 * time.Hour)
		}
		made = append(made, *w.mustRun(t).Forecast)
	}
	past.move(time.Duration(daysAgo[len(daysAgo)-1]) * 24 * time.Hour)
	if _, err := w.Extract(t.Context(), w.spec); err != nil {
		t.Fatal(err)
	}
	return w, made
}

func (w *world) accuracy(t *testing.T, o steps.AccuracyOptions) wrapcast.AccuracyReport {
	t.Helper()
	if err := w.view(t).KeepSnapshots(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := w.view(t).Accuracy(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// handledOn is what the simulator really handled per code on a day.
func (w *world) handledOn(t *testing.T, day wrapcast.Date) map[wrapcast.CodeID]float64 {
	t.Helper()
	zone, err := time.LoadLocation(w.sim.Directory().BusinessUnit.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[wrapcast.CodeID]float64{}
	for leaf, n := range w.sim.GroundTruthBetween(day.Midnight(zone), (day + 1).Midnight(zone)).Final {
		codes[leaf.Code] += float64(n)
	}
	return codes
}

func TestPublishedForecastsAreJudgedByWhatReallyCame(t *testing.T) {
	t.Parallel()
	w, made := published(t, nil, 20, 13, 6)
	r := w.accuracy(t, steps.AccuracyOptions{})
	if r.Source != wrapcast.SourcePublished || !slices.Equal(r.Leads, []int{1, 7, 14}) || r.Forecasts != 3 {
		t.Fatalf("source %s, leads %v, %d forecasts", r.Source, r.Leads, r.Forecasts)
	}
	for _, lead := range r.Leads {
		var absolute, sum, total float64
		cells := 0
		for day := r.From; day <= r.To; day++ {
			held := slices.IndexFunc(made, func(f wrapcast.Forecast) bool { return f.From <= day-wrapcast.Date(lead) })
			for i, f := range made { // the last that was there so many days before
				if f.From <= day-wrapcast.Date(lead) {
					held = i
				}
			}
			if held < 0 {
				continue
			}
			f, came := made[held], w.handledOn(t, day)
			for _, c := range f.Codes {
				absolute += math.Abs(c.Median[day-f.From] - came[c.Code.ID])
				sum += came[c.Code.ID]
				cells++
			}
			total += f.Total.Mean[day-f.From]
		}
		codes := levelOf(r, wrapcast.LevelCode, lead)
		if codes.Cells != cells || math.Abs(float64(codes.WAPE)-absolute/sum) > 1e-9 {
			t.Errorf("codes %d days ahead: WAPE %v of %d cells, really %v of %d", lead, codes.WAPE, codes.Cells, absolute/sum, cells)
		}
		if bias := levelOf(r, wrapcast.LevelTotal, lead).Bias; math.Abs(float64(bias)-(total-sum)/sum) > 1e-9 {
			t.Errorf("total %d days ahead: bias %v, really %v", lead, bias, (total-sum)/sum)
		}
		if !codes.MASE.Known() || !codes.Coverage.Known() || !codes.HandleTime.Known() || float64(codes.Age) < float64(lead) {
			t.Errorf("codes %d days ahead: %+v", lead, codes)
		}
	}
	for _, kind := range wrapcast.AccuracyLevels() {
		if !slices.ContainsFunc(r.Subjects, func(a wrapcast.SubjectAccuracy) bool { return a.Kind == kind }) {
			t.Errorf("no %s is judged", kind)
		}
	}
	if !slices.ContainsFunc(r.Findings, func(f wrapcast.Finding) bool { return f.Code == "lead-not-forecast" }) {
		t.Errorf("nobody is told why 42 days ahead are missing: %+v", r.Findings)
	}
}

// What was forecast for a code before it was renamed is judged under its new name, figure for figure; withdrawn, the change
// leaves nothing behind.
func TestPastAccuracyFollowsAChangeOfCodesBothWays(t *testing.T) {
	t.Parallel()
	w, made := published(t, nil, 13, 6)
	before := w.accuracy(t, steps.AccuracyOptions{})
	subject := func(r wrapcast.AccuracyReport, id wrapcast.CodeID) string {
		i := slices.IndexFunc(r.Subjects, func(a wrapcast.SubjectAccuracy) bool { return a.Kind == wrapcast.LevelCode && a.ID == string(id) })
		if i < 0 {
			return ""
		}
		one := r.Subjects[i]
		one.ID, one.Name = "", ""
		return compact(t, one)
	}
	old, renamed := made[0].Codes[0].Code.ID, wrapcast.CodeID("0d3f2b1a-0000-4000-8000-000000000001")
	want := subject(before, old)
	if want == "" {
		t.Fatal("the code is not judged")
	}
	change, err := w.Decisions().AddLineage(t.Context(), w.org(), wrapcast.LineageChange{Kind: wrapcast.LineageRename, On: before.To + 1,
		From: []wrapcast.CodeID{old}, To: []wrapcast.LineageShare{{Code: renamed}}, Author: "ann", Reason: "code review"})
	if err != nil {
		t.Fatal(err)
	}
	after := w.accuracy(t, steps.AccuracyOptions{})
	if got := subject(after, renamed); got != want || subject(after, old) != "" {
		t.Errorf("under the new name:\n%s\nunder the old one before:\n%s", got, want)
	}
	for _, kind := range wrapcast.AccuracyLevels() {
		a, b := levelOf(after, kind, 7), levelOf(before, kind, 7)
		if a.Cells != b.Cells || math.Abs(float64(a.WAPE-b.WAPE)) > 1e-12 || math.Abs(float64(a.Bias-b.Bias)) > 1e-12 {
			t.Errorf("of %s: %+v, before %+v", kind, a, b)
		}
	}
	if err := steps.WithdrawDecision[wrapcast.LineageChange](t.Context(), w.Decisions(), w.org(), string(change.ID), "ann"); err != nil {
		t.Fatal(err)
	}
	if again := w.accuracy(t, steps.AccuracyOptions{}); compact(t, again.Subjects) != compact(t, before.Subjects) {
		t.Error("withdrawn, the accuracy is not what it was before")
	}
}

func levelOf(r wrapcast.AccuracyReport, kind wrapcast.AccuracyLevel, lead int) wrapcast.LeadAccuracy {
	for _, l := range r.Levels {
		for _, a := range l.Leads {
			if l.Kind == kind && a.Lead == lead {
				return a
			}
		}
	}
	return wrapcast.LeadAccuracy{}
}

func TestWhatNoTargetHadIsNotJudgedAsPublished(t *testing.T) {
	t.Parallel()
	w, _ := published(t, func(w *world) { w.spec.DryRun = true }, 8)
	if r := w.accuracy(t, steps.AccuracyOptions{Source: wrapcast.SourcePublished}); len(r.Leads) != 0 || r.Findings[0].Code != "nothing-to-judge" {
		t.Errorf("leads %v, findings %+v", r.Leads, r.Findings)
	}
	if r := w.accuracy(t, steps.AccuracyOptions{}); r.Source != wrapcast.SourceMade || !slices.Equal(r.Leads, []int{1}) {
		t.Errorf("source %s, leads %v", r.Source, r.Leads)
	}
}

func TestAnOverrideIsJudgedBesideTheForecastWithoutIt(t *testing.T) {
	t.Parallel()
	w, _ := published(t, func(w *world) {
		w.spec.DryRun = true
		w.mustRun(t)
		w.spec.DryRun = false
		w.mustOverride(t, doubled(w))
	}, 8)
	r := w.accuracy(t, steps.AccuracyOptions{})
	total := levelOf(r, wrapcast.LevelTotal, 1)
	if total.Overridden != total.Cells || total.Without == nil {
		t.Fatalf("the total: %+v", total)
	}
	if ratio := (1 + total.Bias) / (1 + total.Without.Bias); math.Abs(float64(ratio)-2) > 1e-9 {
		t.Errorf("an override of 100 %% makes a bias of %v of %v", total.Bias, total.Without.Bias)
	}
	if total.Without.WAPE >= total.WAPE {
		t.Errorf("doubling did no harm: %v, without %v", total.WAPE, total.Without.WAPE)
	}
}

func TestACodeThatLeavesItsBandIsAnAlarmOfTheNextRun(t *testing.T) {
	t.Parallel()
	w, made := published(t, func(w *world) {
		w.spec.DryRun = true
		first := w.mustRun(t).Forecast
		w.spec.DryRun = false
		busiest := slices.MaxFunc(first.Codes, func(a, b wrapcast.CodeForecast) int { return int(a.Mean[0] - b.Mean[0]) })
		wrong := doubled(w)
		wrong.Codes, wrong.Value = []wrapcast.CodeID{busiest.Code.ID}, 900
		w.mustOverride(t, wrong)
	}, 22)
	wrong := made[0].Overrides[0].Codes[0]
	r := w.accuracy(t, steps.AccuracyOptions{})
	i := slices.IndexFunc(r.Watch.Alarms, func(a wrapcast.BandAlarm) bool { return a.Kind == wrapcast.LevelCode })
	if i < 0 || r.Watch.Alarms[i].ID != string(wrong) || r.Watch.Alarms[i].Below == 0 {
		t.Fatalf("%s was forecast ten times too high; the alarms are %+v", wrong, r.Watch.Alarms)
	}
	w.spec.DryRun = true
	next := w.mustRun(t)
	if !slices.ContainsFunc(next.Plans[0].Findings, func(f wrapcast.Finding) bool { return f.Code == "out-of-band" && f.Advice != "" }) {
		t.Errorf("the next plan does not say so: %+v", next.Plans[0].Findings)
	}
	if told := w.told(webhook.TypeAccuracyAlarm); len(told) != 0 {
		t.Errorf("a dry run told the webhook: %s", told)
	}
	w.spec.DryRun, w.spec.AcceptChanges = false, true
	for range 2 {
		w.mustRun(t)
	}
	if told := w.told(webhook.TypeAccuracyAlarm); len(told) != 1 || !strings.Contains(told[0], "out-of-band") {
		t.Errorf("two runs told of the alarm in %d messages: %s", len(told), told)
	}
}

func TestWhatWasSaidIsKeptOnce(t *testing.T) {
	t.Parallel()
	w, _ := published(t, nil, 8)
	keys := func() (all []store.SnapshotKey) {
		err := w.view(t).KeepSnapshots(t.Context())
		if err == nil {
			err = w.Store.View(t.Context(), func(tx *store.Tx) (err error) {
				all, err = tx.Snapshots().Keys(w.org(), w.sim.Directory().BusinessUnit.ID, 0)
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	first := keys()
	if len(first) == 0 || !slices.Equal(first, keys()) {
		t.Errorf("%d days were kept first, then %d", len(first), len(keys()))
	}
}
