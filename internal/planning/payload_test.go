package planning

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

const (
	refund  = wrapcast.CodeID("a1b2c3d4-e5f6-7890-abcd-ef1234567890")
	billing = wrapcast.CodeID("b2c3d4e5-f6a7-8901-bcde-f12345678901")
	timeout = wrapcast.CodeID("ININ-WRAP-UP-TIMEOUT")
)

func payloadInput(days int) PayloadInput {
	f := wrapcast.Forecast{
		ID:           "f-1",
		Algorithm:    "exponentialSmoothing",
		TimeZone:     "America/New_York",
		From:         date("2026-11-24"),
		Days:         days,
		CountingRule: wrapcast.CountingRule,
	}
	for i, id := range []wrapcast.CodeID{refund, billing, timeout, wrapcast.NoCode} {
		values := slices.Repeat([]float64{float64(i) + 0.123}, days)
		f.Codes = append(f.Codes, wrapcast.CodeForecast{Code: wrapcast.Code{ID: id, Name: "code " + string(id)},
			DailyForecast: wrapcast.DailyForecast{
				Mean:   values,
				Median: values,
				Bands:  []wrapcast.Band{{Level: 0.85, Lower: values, Upper: values}},
			}})
	}
	report := wrapcast.ValidationReport{Codes: []wrapcast.CodeReport{
		{Code: refund, Contacts: 300, Seasonality: 0.8, Masks: make([]wrapcast.Mask, 2)},
		{Code: billing, Contacts: 100, Seasonality: 0.4, Masks: make([]wrapcast.Mask, 1)},
		{Code: timeout, Contacts: 999, Seasonality: wrapcast.NotMeasured(), Masks: make([]wrapcast.Mask, 4)},
	}}
	return PayloadInput{Plan: "p-1", Forecast: f, Report: report, Codes: []wrapcast.CodeID{refund, billing},
		ValidatedAt: time.Date(
			2026,
			11,
			23,
			17,
			0,
			0,
			0,
			time.UTC,
		), MadeAt: time.Date(2026, 11, 23, 23, 30, 0, 0, location(fataler{}, "America/New_York"))}
}

type fataler struct{}

func (fataler) Fatal(args ...any) { panic(args) }

// TestThePayloadHasEveryFieldOfTheTarget compares the JSON with an example of the target's documentation: its values
// are the wanted ones.
func TestThePayloadHasEveryFieldOfTheTarget(t *testing.T) {
	t.Parallel()
	payload, findings := Payload(payloadInput(30))
	if len(findings) != 0 {
		t.Fatal(findings)
	}
	var got map[string]any
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	metadata := got["metadata"].(map[string]any)
	own := metadata["wrapcast"].(map[string]any)
	delete(metadata, "wrapcast")
	want := map[string]any{
		"name":        "WrapUp_Forecast_20261124", // 23:30 in New York is the next day in UTC, whose date is written
		"description": "Automated wrap-up code volume forecast with outlier filtering (wrapcast p-1)",
		"dimensions": []any{
			map[string]any{
				"name":  "wrapupCodeId",
				"value": string(refund),
			}, map[string]any{"name": "wrapupCodeId", "value": string(billing)}},
		"timeWindows": []any{
			map[string]any{"start": "2026-11-24T05:00:00Z", "end": "2026-12-24T05:00:00Z", "granularity": "P1D"},
		},
		"confidenceLevel": 0.85, "targetMetric": "conversationVolume", "algorithm": "exponentialSmoothing",
		"metadata": map[string]any{
			"seasonalityScore":    0.7,
			"outliersFiltered":    3.0,
			"validationTimestamp": "2026-11-23T17:00:00Z",
		},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Error(diff)
	}
	if own["planId"] != "p-1" || len(own["days"].([]any)) != 30 || len(own["codes"].([]any)) != 2 {
		t.Errorf("metadata.wrapcast %v", own)
	}
	if findings := CheckPayload(payload, 0); len(findings) != 0 {
		t.Errorf("our own payload is refused: %v", findings)
	}
}

func TestContactsWithoutACodeTravelInTheMetadataAlone(t *testing.T) {
	t.Parallel()
	in := payloadInput(30)
	in.Codes = nil
	payload, _ := Payload(in)
	if len(payload.Dimensions) != 3 || len(payload.Metadata.Wrapcast.Codes) != 4 {
		t.Errorf("%d dimensions, %d codes", len(payload.Dimensions), len(payload.Metadata.Wrapcast.Codes))
	}
	if findings := CheckPayload(payload, 0); len(findings) != 0 {
		t.Errorf("refused: %v", findings)
	}
}

func TestACodeThatWasNotForecastIsNamed(t *testing.T) {
	t.Parallel()
	in := payloadInput(30)
	in.Codes = append(in.Codes, "nobody")
	if _, findings := Payload(in); findingOf(findings, "unknown-code").Place != "nobody" {
		t.Errorf("findings %v", findings)
	}
}

func TestThePayloadCanBeShorterThanTheForecast(t *testing.T) {
	t.Parallel()
	in := payloadInput(100)
	in.Days = 90 // over the end of winter time: 90 local days are an hour less than 90 × 24
	in.Forecast.From = date("2026-01-01")
	payload, _ := Payload(in)
	if findings := CheckPayload(payload, 0); len(findings) != 0 {
		t.Errorf("ninety days are refused: %v", findings)
	}
	in.Days = 91
	payload, _ = Payload(in)
	if findings := CheckPayload(payload, 0); !slices.Equal(codesOf(findings), []string{"horizon"}) {
		t.Errorf("ninety-one days: %v", findings)
	}
	if findings := CheckPayload(payload, -1); len(findings) != 0 {
		t.Errorf("without a limit: %v", findings)
	}
}

func TestNinetyDaysInAutumnAreNinetyDays(t *testing.T) {
	t.Parallel()
	in := payloadInput(90)
	in.Forecast.From = date("2026-10-01") // one hour more than 90 × 24
	payload, _ := Payload(in)
	if findings := CheckPayload(payload, 0); len(findings) != 0 {
		t.Errorf("refused: %v", findings)
	}
}

func TestABadPayloadIsFoundBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*wrapcast.ForecastPayload)
		want   string
	}{
		"no name":                     {func(p *wrapcast.ForecastPayload) { p.Name = "" }, "name"},
		"no description":              {func(p *wrapcast.ForecastPayload) { p.Description = " " }, "description"},
		"no code":                     {func(p *wrapcast.ForecastPayload) { p.Dimensions = nil }, "no-codes"},
		"a code that is a name":       {func(p *wrapcast.ForecastPayload) { p.Dimensions[0].Value = "Refund" }, "code-id"},
		"an empty code":               {func(p *wrapcast.ForecastPayload) { p.Dimensions[0].Value = "" }, "code-id"},
		"a code with a line after it": {func(p *wrapcast.ForecastPayload) { p.Dimensions[0].Value += "\n" }, "code-id"},
		"a code twice": {func(p *wrapcast.ForecastPayload) { p.Dimensions[1] = p.Dimensions[0] },
			"code-twice"},
		"a misspelt dimension": {func(p *wrapcast.ForecastPayload) { p.Dimensions[0].Name = "wrapUpCode" },
			"dimension"},
		"certainty":            {func(p *wrapcast.ForecastPayload) { p.ConfidenceLevel = 1 }, "confidence"},
		"per cent":             {func(p *wrapcast.ForecastPayload) { p.ConfidenceLevel = 85 }, "confidence"},
		"no confidence":        {func(p *wrapcast.ForecastPayload) { p.ConfidenceLevel = math.NaN() }, "confidence"},
		"an unknown metric":    {func(p *wrapcast.ForecastPayload) { p.TargetMetric = "nOffered" }, "metric"},
		"an unknown algorithm": {func(p *wrapcast.ForecastPayload) { p.Algorithm = "crystalBall" }, "algorithm"},
		"no window":            {func(p *wrapcast.ForecastPayload) { p.TimeWindows = nil }, "no-window"},
		"hours": {func(p *wrapcast.ForecastPayload) { p.TimeWindows[0].Granularity = "PT1H" },
			"granularity"},
		"a local time": {func(p *wrapcast.ForecastPayload) { p.TimeWindows[0].Start = "2026-11-24 05:00" },
			"time"},
		"a window backwards": {func(p *wrapcast.ForecastPayload) {
			w := &p.TimeWindows[0]
			w.Start, w.End = w.End, w.Start
		}, "window"},
		"no validation time": {func(p *wrapcast.ForecastPayload) { p.Metadata.ValidationTimestamp = "" }, "time"},
		"a negative count":   {func(p *wrapcast.ForecastPayload) { p.Metadata.OutliersFiltered = -1 }, "bad-number"},
		"a day missing": {func(p *wrapcast.ForecastPayload) {
			p.Metadata.Wrapcast.Codes[0].Mean = p.Metadata.Wrapcast.Codes[0].Mean[1:]
		}, "bad-number"},
		"an infinite bound": {func(p *wrapcast.ForecastPayload) {
			p.Metadata.Wrapcast.Codes[0].Bands[0].Upper[3] = math.Inf(1)
		}, "bad-number"},
		"no zone": {func(p *wrapcast.ForecastPayload) { p.Metadata.Wrapcast.TimeZone = "Mars" }, "zone"},
	} {
		payload, _ := Payload(payloadInput(30))
		c.change(&payload)
		findings := CheckPayload(payload, 0)
		if f := findingOf(findings, c.want); f.Severity != wrapcast.Blocking || strings.TrimSpace(f.Message) == "" {
			t.Errorf("%s: findings %v, want %s", name, findings, c.want)
		}
	}
}
