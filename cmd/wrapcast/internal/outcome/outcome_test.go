package outcome

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/steps"
)

func example() steps.Outcome {
	return steps.Outcome{
		Run: wrapcast.Run{ID: "run-1", State: wrapcast.RunDone, Steps: []wrapcast.Step{
			{Name: wrapcast.StepForecast, State: wrapcast.RunDone, LatencyMs: 9800},
			{Name: wrapcast.StepNotify, State: wrapcast.RunFailed, Reason: "nobody answered"},
		}},
		Codes: []wrapcast.CodeID{"refund"},
		Forecast: &wrapcast.Forecast{Days: 30, Codes: []wrapcast.CodeForecast{
			{Code: wrapcast.Code{ID: "refund", Name: "Refund"}, DailyForecast: wrapcast.DailyForecast{Mean: []float64{1, 2, 3, 4, 5, 6, 7, 100}}},
			{Code: wrapcast.Code{ID: "billing", Name: "Billing"}, DailyForecast: wrapcast.DailyForecast{Mean: []float64{9}}},
		}},
		Submissions: []wrapcast.Submission{{Target: wrapcast.WFM, Plan: "plan-1", State: wrapcast.SubmissionCompleted}},
		Usage:       source.Usage{Requests: 12, Retries: 1, PerMinute: 240, Budgeted: 11, PerMonth: 1000, MonthRequests: 999, WaitedBackoff: time.Second},
	}
}

// documentOf is the document of a run that can be made.
func documentOf(t *testing.T, out steps.Outcome) Document {
	t.Helper()
	d, err := New(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheDocumentHasEveryFieldOfARun(t *testing.T) {
	t.Parallel()
	d := documentOf(t, example())
	if d.Codes != 2 || len(d.Reported) != 1 || d.Reported[0].NextWeek != 28 || d.WebhookDelivered || len(d.Steps) != 2 {
		t.Errorf("%+v", d)
	}
	empty, err := json.Marshal(documentOf(t, steps.Outcome{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"schema":"wrapcast.run/1"`, `"submissions":[]`, `"revised_cells_by_age":[]`, `"wape":null`} {
		if !strings.Contains(string(empty), part) {
			t.Errorf("no %s in %s", part, empty)
		}
	}
}

func TestAWebhookIsDeliveredWhereEveryMessageIs(t *testing.T) {
	t.Parallel()
	sent, waits := wrapcast.Delivery{State: wrapcast.DeliveryDelivered}, wrapcast.Delivery{State: wrapcast.DeliveryPending}
	for _, c := range []struct {
		deliveries []wrapcast.Delivery
		want       bool
	}{{nil, false}, {[]wrapcast.Delivery{sent}, true}, {[]wrapcast.Delivery{sent, waits}, false}} {
		if got := documentOf(t, steps.Outcome{Deliveries: c.deliveries}).WebhookDelivered; got != c.want {
			t.Errorf("%v is delivered: %v", c.deliveries, got)
		}
	}
}

func TestTheTextNamesStepsCodesAndUsage(t *testing.T) {
	t.Parallel()
	var out show.Page
	if err := Write(t.Context(), &out, example()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Run run-1: done", "9.8 s", "nobody answered", "Refund", "28", "forecast without an id", "12 requests", "999 of 1,000 this month"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("no %q in\n%s", part, out.String())
		}
	}
	if strings.Contains(out.String(), "Billing") {
		t.Error("a code that was not asked for is listed")
	}
}

func TestTheTotalAndQueuesStandBeforeCodes(t *testing.T) {
	t.Parallel()
	out := example()
	out.Forecast.Total = wrapcast.DailyForecast{Mean: []float64{37, 2}, Accuracy: wrapcast.Accuracy{WAPE: 0.147}}
	for i, name := range []string{"Small", "Large", "C", "D", "E", "F"} {
		out.Forecast.Queues = append(out.Forecast.Queues, wrapcast.QueueForecast{
			Queue: wrapcast.Queue{ID: wrapcast.QueueID(name), Name: name}, DailyForecast: wrapcast.DailyForecast{Mean: []float64{float64(i % 2)}}})
	}
	out.Forecast.Accuracy = wrapcast.Accuracy{WAPE: 0.53, Cells: 9, Origins: 4}
	out.Forecast.AccuracyByLevel = []wrapcast.LevelBacktest{
		{Kind: wrapcast.LevelTotal, Accuracy: out.Forecast.Total.Accuracy}, {Kind: wrapcast.LevelQueue, Accuracy: wrapcast.Accuracy{WAPE: 0.25}},
		{Kind: wrapcast.LevelCode, Accuracy: out.Forecast.Accuracy}}
	var b show.Page
	if err := Write(t.Context(), &b, out); err != nil {
		t.Fatal(err)
	}
	last := -1
	for _, part := range []string{"All contacts", "39", "14.7 %", "Large", "1 queue more", "Refund", "4 test periods", "all contacts", "14.7 %",
		"queues", "25.0 %", "wrap-up codes", "53.0 %"} {
		at := strings.Index(b.String()[last+1:], part)
		if at < 0 {
			t.Fatalf("no %s after %q in\n%s", part, b.String()[:last+1], b.String())
		}
		last += 1 + at
	}
	if d := documentOf(t, out); len(d.AccuracyByLevel) != 3 {
		t.Errorf("%+v", d.AccuracyByLevel)
	}
}
