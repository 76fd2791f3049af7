package store_test

import (
	"math"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func forecast(org wrapcast.OrganisationID, id wrapcast.ForecastID) wrapcast.Forecast {
	daily := wrapcast.DailyForecast{Mean: []float64{1, 2.5}, Median: []float64{1, 2}, Bands: []wrapcast.Band{{Level: 0.85, Lower: []float64{0, 1}, Upper: []float64{3, 4}}},
		HandleSeconds: []float64{300, 301.1}, Model: "seasonalNaive", Fallback: "", Candidates: []wrapcast.CandidateScore{{Model: "ets", Error: wrapcast.NotMeasured(), Weight: 1}},
		Accuracy: wrapcast.Accuracy{WAPE: 0.1, Bias: -0.01, MASE: wrapcast.NotMeasured(), Coverage: 0.85, Level: 0.85, Origins: 3, Cells: 9}}
	leaf := wrapcast.Leaf{Queue: "q1", Code: "c1", Media: wrapcast.Voice}
	return wrapcast.Forecast{Schema: wrapcast.ForecastSchema, ID: id, Run: "r1", Organisation: org, MadeAt: noon, CountingRule: wrapcast.CountingRule,
		Algorithm: "auto", TimeZone: "America/New_York", From: 20000, Days: 2, HistoryFrom: 19000, HistoryTo: 19999,
		Codes:  []wrapcast.CodeForecast{{Code: wrapcast.Code{ID: "c1", Name: "Pothole"}, DailyForecast: daily}},
		Queues: []wrapcast.QueueForecast{{Queue: wrapcast.Queue{ID: "q1", Name: "Parks"}, DailyForecast: daily}},
		Total:  daily, Leaves: []wrapcast.LeafForecast{{Leaf: leaf, Mean: []float64{1, 2.5}, HandleSeconds: []float64{300, 301.1}}},
		Accuracy: daily.Accuracy}
}

func plan(org wrapcast.OrganisationID, id wrapcast.PlanID) wrapcast.Plan {
	return wrapcast.Plan{Schema: wrapcast.PlanSchema, ID: id, Run: "r1", Forecast: "f1", Organisation: org, Target: wrapcast.WFM, MadeAt: noon,
		Description: "wrapcast " + string(id), CountingRule: wrapcast.CountingRule,
		Refusals: []wrapcast.Finding{{Code: "skills", Severity: wrapcast.Blocking, Message: "group g2 needs a skill"}},
		Week: &wrapcast.WeekPlan{BusinessUnit: directory(org).BusinessUnit, Start: 20000,
			Groups: []wrapcast.GroupPlan{{Group: "g1", Name: "Parks voice", Offered: []float64{0.5}, HandleSeconds: []float64{300}}}}}
}

func report() wrapcast.ValidationReport {
	return wrapcast.ValidationReport{Schema: wrapcast.ValidationSchema, From: 19000, To: 19999, ClockChanges: []wrapcast.Date{19500},
		Codes: []wrapcast.CodeReport{{Code: "c1", Name: "Pothole", Verdict: wrapcast.Weak, Reason: "flat", Days: 30, Seasonality: wrapcast.NotMeasured(),
			Masks: []wrapcast.Mask{{Day: 19500, Rule: "iqr", Reason: "an outage", Value: 900}}}}}
}

func testDocumentRoundTrip(b bundle) {
	f, p := forecast(b.org, "f1"), plan(b.org, "p1")
	rest := wrapcast.Plan{Schema: wrapcast.PlanSchema, ID: "p2", Run: "r1", Forecast: "f1", Organisation: b.org, Target: wrapcast.REST, MadeAt: noon,
		Payload: &wrapcast.ForecastPayload{Name: "n", Metadata: wrapcast.PayloadMetadata{SeasonalityScore: wrapcast.NotMeasured()}}}
	older := report()
	older.From = 18000
	b.update(func(tx *store.Tx) error {
		for _, add := range []error{
			tx.Validations().Save(b.org, "r0", "bu", older), tx.Validations().Save(b.org, "r1", "bu", older), tx.Validations().Save(b.org, "r1", "bu", report()),
			tx.Forecasts().Add(forecast(b.org, "f0")), tx.Forecasts().Add(f), tx.Plans().Add(p), tx.Plans().Add(rest),
		} {
			if add != nil {
				return add
			}
		}
		return nil
	})
	wantSame(b.t, "report", report(), read(b, func(tx *store.Tx) (wrapcast.ValidationReport, error) { return tx.Validations().Of(b.org, "r1", "bu") }))
	wantSame(b.t, "older report", older, read(b, func(tx *store.Tx) (wrapcast.ValidationReport, error) { return tx.Validations().Of(b.org, "r0", "bu") }))
	wantSame(b.t, "latest report", report(), read(b, func(tx *store.Tx) (wrapcast.ValidationReport, error) { return tx.Validations().Latest(b.org, "bu") }))
	wantSame(b.t, "forecast", f, read(b, func(tx *store.Tx) (wrapcast.Forecast, error) { return tx.Forecasts().Get(b.org, "f1") }))
	wantSame(b.t, "forecast of the run", f, read(b, func(tx *store.Tx) (wrapcast.Forecast, error) { return tx.Forecasts().OfRun(b.org, "r1", "") }))
	wantSame(b.t, "latest forecast", f, read(b, func(tx *store.Tx) (wrapcast.Forecast, error) { return tx.Forecasts().Latest(b.org, "") }))
	wantSame(b.t, "plan", p, read(b, func(tx *store.Tx) (wrapcast.Plan, error) { return tx.Plans().Get(b.org, "p1") }))
	wantSame(b.t, "plans of the run", []wrapcast.Plan{p, rest}, read(b, func(tx *store.Tx) ([]wrapcast.Plan, error) { return tx.Plans().OfRun(b.org, "r1") }))
}

func testDocumentsAreFrozen(b bundle) {
	b.update(func(tx *store.Tx) error { return tx.Forecasts().Add(forecast(b.org, "f1")) })
	tested := forecast(b.org, "f0")
	tested.Errors = &wrapcast.TestErrors{Seed: 1 << 60, Series: [][]wrapcast.TestPeriod{{{Back: 28, Scores: []int8{-128, 41}}}, nil, nil}}
	b.update(func(tx *store.Tx) error { return tx.Forecasts().Add(tested) })
	wantSame(b.t, "forecast with the errors of its test periods", tested, read(b, func(tx *store.Tx) (wrapcast.Forecast, error) { return tx.Forecasts().Get(b.org, "f0") }))
	b.update(func(tx *store.Tx) error { return tx.Plans().Add(plan(b.org, "p1")) })
	b.refused(wrapcast.Conflict, "forecast f1 is already stored", func(tx *store.Tx) error { return tx.Forecasts().Add(forecast(b.org, "f1")) })
	b.refused(wrapcast.Conflict, "plan p1 is already stored", func(tx *store.Tx) error { return tx.Plans().Add(plan(b.org, "p1")) })
}

func testDocumentWithNaN(b bundle) {
	f := forecast(b.org, "f1")
	f.Total.Mean[1] = math.NaN()
	b.refused(wrapcast.InvalidData, "NaN", func(tx *store.Tx) error { return tx.Forecasts().Add(f) })
}
