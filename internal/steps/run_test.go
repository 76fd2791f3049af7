package steps_test

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

func TestWhatIsExtractedIsWhatWasHandledToTheContact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.sim.Start()
	w.spec.HistoryFrom = &first
	out := w.mustRun(t)
	want := w.sim.Extract(out.Extract.From, out.Extract.To)
	var got []wrapcast.Observation
	err := w.Store.View(t.Context(), func(tx *store.Tx) error {
		for o, err := range tx.History().Observations(out.Run.Organisation, out.Extract.From, out.Extract.To) {
			if err != nil {
				return err
			}
			got = append(got, o)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	contacts := 0
	for _, o := range want.Observations {
		contacts += o.Handled
	}
	if out.Extract.Contacts != contacts || contacts == 0 {
		t.Errorf("%d contacts extracted, %d were handled", out.Extract.Contacts, contacts)
	}
	if diff := cmp.Diff(sorted(want.Observations), sorted(got)); diff != "" {
		t.Errorf("cells (-handled +extracted):\n%.2000s", diff)
	}
}

func sorted(all []wrapcast.Observation) []wrapcast.Observation {
	key := func(o wrapcast.Observation) string {
		return o.Start.Format(time.RFC3339) + string(o.Leaf.Queue) + string(o.Leaf.Code) + string(o.Leaf.Media)
	}
	slices.SortFunc(all, func(a, b wrapcast.Observation) int { return strings.Compare(key(a), key(b)) })
	return all
}

func TestCodesAndQueuesAndTheTotalAddUp(t *testing.T) {
	t.Parallel()
	out := newWorld(t).mustRun(t)
	f := out.Forecast
	for day := range f.Days {
		codes, queues, leaves := 0.0, 0.0, 0.0
		for _, c := range f.Codes {
			codes += c.Mean[day]
		}
		for _, q := range f.Queues {
			queues += q.Mean[day]
		}
		for _, l := range f.Leaves {
			leaves += l.Mean[day]
		}
		for name, sum := range map[string]float64{"codes": codes, "queues": queues, "leaves": leaves} {
			if math.Abs(sum-f.Total.Mean[day]) > 1e-6*math.Max(1, sum) {
				t.Errorf("day %d: %s add up to %v, the total is %v", day, name, sum, f.Total.Mean[day])
			}
		}
	}
}

func TestBandsAreNeverNegativeAndNeverCross(t *testing.T) {
	t.Parallel()
	f := newWorld(t).mustRun(t).Forecast
	check := func(name string, d wrapcast.DailyForecast) {
		for day := range d.Mean {
			lower, upper := math.Inf(1), math.Inf(-1)
			for _, b := range d.Bands { // levels ascend, so bands widen
				if b.Lower[day] < 0 || b.Lower[day] > b.Upper[day] || b.Lower[day] > lower || b.Upper[day] < upper {
					t.Errorf("%s, day %d: band %v is %v to %v inside %v to %v", name, day, b.Level, b.Lower[day], b.Upper[day], lower, upper)
				}
				lower, upper = b.Lower[day], b.Upper[day]
			}
		}
	}
	for _, c := range f.Codes {
		check(c.Code.Name, c.DailyForecast)
	}
	for _, q := range f.Queues {
		check(q.Queue.Name, q.DailyForecast)
	}
	check("total", f.Total)
}

func TestTheArticlesTargetTakesItsPayload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.Target = wrapcast.REST
	for _, c := range w.sim.Directory().Codes[:2] {
		w.spec.Codes = append(w.spec.Codes, c.ID)
	}
	out := w.mustRun(t)
	taken := w.sim.RESTForecasts()
	if len(taken) != 1 || taken[0].ID != out.Submissions[0].TargetForecastID {
		t.Fatalf("the target took %+v, submitted was %+v", taken, out.Submissions)
	}
	if n := len(out.Plans[0].Payload.Dimensions); n != 2 {
		t.Errorf("the payload names %d codes, two were asked for", n)
	}
}

func TestTheMessageTellsWhatBecameOfTheRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	out := w.mustRun(t)
	messages := w.receiver.Messages()
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	var event struct {
		webhook.Event
		Data webhook.ForecastGenerated `json:"data"`
	}
	if err := json.Unmarshal(messages[0].Body, &event); err != nil {
		t.Fatal(err)
	}
	d := event.Data
	if d.Event != "forecast_generated" || d.ForecastID != out.Submissions[0].TargetForecastID || d.Run != out.Run.ID {
		t.Errorf("it says %+v", d)
	}
	if d.Accuracy.Cells == 0 || d.Accuracy.WAPE != out.Forecast.Accuracy.WAPE {
		t.Errorf("its accuracy is %+v, measured was %+v", d.Accuracy, out.Forecast.Accuracy)
	}
}

func TestEveryStepLeavesItsEntryInTheAuditChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	want := []string{"extract ok", "validate ok", "forecast ok", "plan ok", "submit.uploading ok", "submit.sending ok",
		"submit.accepted ok", "submit.completed ok", "submit ok", "webhook.delivered ok", "notify ok"}
	if diff := cmp.Diff(want, w.chain(t)); diff != "" {
		t.Error(diff)
	}
}

func TestADryRunTellsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.DryRun = true
	out := w.mustRun(t)
	if len(out.Plans) != 1 || len(out.Submissions) != 0 || w.acceptedOnce(t) != 0 || len(w.receiver.Messages()) != 0 {
		t.Errorf("%d plans, %d submissions, %d accepted, %d messages", len(out.Plans), len(out.Submissions),
			w.acceptedOnce(t), len(w.receiver.Messages()))
	}
}

func TestStrictModeRefusesWeakHistoriesAsTheArticleDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.Strict = true
	w.spec.Rules.MinSeasonality = 0.999
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || wrapcast.Hint(err) == "" {
		t.Errorf("error %v with hint %q", err, wrapcast.Hint(err))
	}
	if out.Run.State != wrapcast.RunFailed || w.acceptedOnce(t) != 0 {
		t.Errorf("the run is %s", out.Run.State)
	}
	if all := w.chain(t); !slices.Equal(all[len(all)-2:], []string{"validate failed", "webhook.delivered ok"}) {
		t.Errorf("the chain ends with %v", all)
	}
}

func TestAHorizonBeyondTheRuleIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec.HorizonDays = 91
	if _, err := w.Run(t.Context(), w.spec); wrapcast.KindOf(err) != wrapcast.Usage && wrapcast.KindOf(err) != wrapcast.InvalidData {
		t.Errorf("error %v", err)
	}
	w.spec.Rules.MaxHorizon = 120
	w.mustRun(t)
}

// How much is to be read stands still while it is read, and all of it was in the end: a person sees how long it takes.
func TestTheTotalOfAReadingStandsStill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var told []wrapcast.Progress
	w.Report = func(p wrapcast.Progress) {
		if p.Step == wrapcast.StepExtract && p.What == "days" {
			told = append(told, p)
		}
	}
	w.mustRun(t)
	if len(told) < 3 || told[0].Done != 0 || told[len(told)-1].Done != told[0].Total {
		t.Fatalf("it told %+v", told)
	}
	for i, p := range told[1:] {
		if p.Total != told[0].Total || p.Done < told[i].Done {
			t.Errorf("after %+v it told %+v", told[i], p)
		}
	}
}

func TestASecondProcessIsRefusedWhileOneIsAtWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.process(t, "two")
	var refused error
	w.Report = func(p wrapcast.Progress) {
		if p.Step == wrapcast.StepValidate && refused == nil {
			_, refused = other.Run(t.Context(), w.spec)
		}
	}
	w.mustRun(t)
	if wrapcast.KindOf(refused) != wrapcast.Conflict || !strings.Contains(refused.Error(), "one") {
		t.Errorf("the second process got %v", refused)
	}
	other.Report = nil
	if _, err := other.Run(t.Context(), w.spec); err != nil {
		t.Errorf("after the first had ended the second got %v", err)
	}
}

func TestAnInterruptedRunIsTakenUpAtTheStepItStoodAt(t *testing.T) {
	t.Parallel()
	for _, step := range wrapcast.Steps() {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx, cancel := context.WithCancel(t.Context())
			w.Report = func(p wrapcast.Progress) {
				if p.Step == step {
					cancel()
				}
			}
			cut, err := w.Run(ctx, w.spec)
			if err == nil {
				t.Fatal("the interrupted run ended well")
			}
			next := w.process(t, "two")
			out, err := next.Run(t.Context(), w.spec)
			if err != nil {
				t.Fatalf("taking up ended with %v", err)
			}
			if !out.TakenUp || out.Run.ID != cut.Run.ID {
				t.Errorf("run %s was not taken up but %s begun", cut.Run.ID, out.Run.ID)
			}
			if n := w.acceptedOnce(t); n != 1 {
				t.Errorf("%d plans accepted", n)
			}
			if n := len(w.told(webhook.TypeForecastGenerated)); n != 1 {
				t.Errorf("%d messages received", n)
			}
		})
	}
}

func TestAnInterruptedRunThatIsNotAskedForAgainIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	w.Report = func(p wrapcast.Progress) {
		if p.Step == wrapcast.StepForecast {
			cancel()
		}
	}
	cut, _ := w.Run(ctx, w.spec)
	next := w.process(t, "two")
	changed := w.spec
	changed.HorizonDays = 14
	out, err := next.Run(t.Context(), changed)
	if err != nil || out.TakenUp || out.Run.ID == cut.Run.ID {
		t.Fatalf("run %s, taken up %v, %v", out.Run.ID, out.TakenUp, err)
	}
	_ = w.Store.View(t.Context(), func(tx *store.Tx) error {
		if old, err := tx.Runs().Get(cut.Run.Organisation, cut.Run.ID); err != nil || old.State != wrapcast.RunFailed {
			t.Errorf("the old run is %s, %v", old.State, err)
		}
		return nil
	})
	if !slices.Contains(w.chain(t), "run.closed failed") {
		t.Errorf("the chain does not tell: %v", w.chain(t))
	}
}

func TestWhatWasReadIsNotReadAgainButForTheLastDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	again := w.mustRun(t)
	if again.Extract.Chunks != 1 {
		t.Errorf("%d intervals were read again", again.Extract.Chunks)
	}
	if again.Run.State != wrapcast.RunDone || again.TakenUp {
		t.Errorf("the second run is %s, taken up %v", again.Run.State, again.TakenUp)
	}
}

func TestAWebhookThatDoesNotAnswerLeavesTheRestDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spec := w.spec
	spec.Webhook = "http://127.0.0.1:1/"
	out, err := w.Run(t.Context(), spec)
	if wrapcast.KindOf(err) != wrapcast.Partial || out.Run.State != wrapcast.RunPartial {
		t.Errorf("the run is %s: %v", out.Run.State, err)
	}
	if out.Submissions[0].State != wrapcast.SubmissionCompleted {
		t.Errorf("the submission is %s", out.Submissions[0].State)
	}
	if d := out.Deliveries[0]; d.State != wrapcast.DeliveryPending || d.Attempts != 1 || d.NextAt.IsZero() {
		t.Errorf("the delivery is %+v", d)
	}
}
