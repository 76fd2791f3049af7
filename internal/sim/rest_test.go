package sim_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

const restPath = "/api/v2/wfm/scheduling/forecasts"

// payload is the example of docs/FORMATS.md, about a code of the organisation; change may spoil it.
func (w *world) payload(change func(map[string]any)) string {
	w.t.Helper()
	p := map[string]any{
		"name": "WrapUp_Forecast_20261123", "description": "Automated wrap-up code volume forecast with outlier filtering",
		"dimensions":      []any{map[string]any{"name": "wrapupCodeId", "value": w.Directory().Codes[0].ID}},
		"timeWindows":     []any{map[string]any{"start": "2026-11-23T12:00:00Z", "end": "2026-12-23T12:00:00Z", "granularity": "P1D"}},
		"confidenceLevel": 0.85, "targetMetric": "conversationVolume", "algorithm": "exponentialSmoothing",
		"metadata": map[string]any{"seasonalityScore": 0.72, "outliersFiltered": 3, "validationTimestamp": "2026-11-23T11:55:00Z", "wrapcast": map[string]any{}},
	}
	if change != nil {
		change(p)
	}
	return marshal(w.t, p)
}

type restForecast struct {
	ID, Name, Status, CreatedTimestamp, Href string
	Estimates                                []any
}

func TestArticlesForecastIsPendingThenCompleted(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{ImportDelay: 30 * time.Second})
	f := decode[restForecast](w.post(restPath, w.payload(nil)).ok(201))
	if !strings.HasPrefix(f.ID, "fc-") || f.Status != "pending" || f.Name != "WrapUp_Forecast_20261123" || f.Href != restPath+"/"+f.ID ||
		f.CreatedTimestamp != "2026-11-23T17:00:00.000Z" || f.Estimates == nil {
		t.Errorf("got %+v", f)
	}
	status := func() string { return decode[restForecast](w.get(f.Href).ok(200)).Status }
	if got := status(); got != "pending" {
		t.Errorf("at once it is %s", got)
	}
	w.clock.move(30 * time.Second)
	if got := status(); got != "completed" {
		t.Errorf("after half a minute it is %s", got)
	}
	w.get(restPath+"/fc-1").wants(404, "not.found")
	w.get(restPath).wants(405, "method.not.allowed")
}

func TestIdempotencyKeyIsHonoured(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	send := func(key, body string) answer {
		return w.send(request{method: "POST", path: restPath, body: body, headers: map[string]string{"Idempotency-Key": key}})
	}
	body := w.payload(nil)
	other := w.payload(func(m map[string]any) { m["name"] = "another" })
	first, again := send("a", body).ok(201).text("id"), send("a", body).ok(201).text("id")
	if first != again {
		t.Errorf("the same request made %s and %s", first, again)
	}
	send("a", other).wants(422, "idempotency.key.reused")
	if id := send("b", body).ok(201).text("id"); id == first {
		t.Error("another key got the same forecast")
	}
	send("", body).ok(201)
	send("", body).ok(201)
	accepted := w.RESTForecasts()
	if len(accepted) != 4 || accepted[0].Repeats != 1 || accepted[0].IdempotencyKey != "a" || string(accepted[0].Body) != body {
		t.Errorf("accepted %d forecasts, the first %+v", len(accepted), accepted[0])
	}
}

func TestArticlesPayloadIsCheckedFieldByField(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	first := func(m map[string]any, list string) map[string]any { return m[list].([]any)[0].(map[string]any) }
	meta := func(m map[string]any) map[string]any { return m["metadata"].(map[string]any) }
	for name, c := range map[string]struct {
		change func(map[string]any)
		code   string
	}{
		"no name":                 {func(m map[string]any) { delete(m, "name") }, "constraint.validation"},
		"no description":          {func(m map[string]any) { delete(m, "description") }, "constraint.validation"},
		"an invented field":       {func(m map[string]any) { m["horizon"] = 30 }, "invalid.property"},
		"a field in another case": {func(m map[string]any) { m["Algorithm"] = m["algorithm"] }, "invalid.property"},
		"no dimensions":           {func(m map[string]any) { m["dimensions"] = []any{} }, "constraint.validation"},
		"a dimension of queues":   {func(m map[string]any) { first(m, "dimensions")["name"] = "queueId" }, "invalid.value"},
		"a code of nobody":        {func(m map[string]any) { first(m, "dimensions")["value"] = "a1b2c3d4-e5f6-7890-abcd-ef1234567890" }, "invalid.value"},
		"no windows":              {func(m map[string]any) { delete(m, "timeWindows") }, "constraint.validation"},
		"a window without start":  {func(m map[string]any) { delete(first(m, "timeWindows"), "start") }, "invalid.value"},
		"a window with bad end":   {func(m map[string]any) { first(m, "timeWindows")["end"] = "2026-12-23" }, "invalid.value"},
		"a window backwards":      {func(m map[string]any) { first(m, "timeWindows")["end"] = "2026-11-01T00:00:00Z" }, "constraint.validation"},
		"91 days":                 {func(m map[string]any) { first(m, "timeWindows")["end"] = "2027-02-22T12:00:00Z" }, "constraint.validation"},
		"days far ahead": {func(m map[string]any) {
			first(m, "timeWindows")["start"], first(m, "timeWindows")["end"] = "2027-05-01T00:00:00Z", "2027-05-02T00:00:00Z"
		}, "constraint.validation"},
		"granularity":              {func(m map[string]any) { first(m, "timeWindows")["granularity"] = "daily" }, "invalid.value"},
		"no confidence":            {func(m map[string]any) { delete(m, "confidenceLevel") }, "constraint.validation"},
		"confidence in per cent":   {func(m map[string]any) { m["confidenceLevel"] = 85 }, "invalid.value"},
		"confidence as text":       {func(m map[string]any) { m["confidenceLevel"] = "0.85" }, "invalid.value"},
		"another metric":           {func(m map[string]any) { m["targetMetric"] = "handleTime" }, "invalid.value"},
		"no metric":                {func(m map[string]any) { delete(m, "targetMetric") }, "constraint.validation"},
		"an unsupported algorithm": {func(m map[string]any) { m["algorithm"] = "magic" }, "invalid.value"},
		"no algorithm":             {func(m map[string]any) { delete(m, "algorithm") }, "constraint.validation"},
		"no metadata":              {func(m map[string]any) { delete(m, "metadata") }, "constraint.validation"},
		"no seasonality":           {func(m map[string]any) { delete(meta(m), "seasonalityScore") }, "constraint.validation"},
		"half an outlier":          {func(m map[string]any) { meta(m)["outliersFiltered"] = 0.5 }, "invalid.value"},
		"no time of validation":    {func(m map[string]any) { meta(m)["validationTimestamp"] = nil }, "invalid.value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w.post(restPath, w.payload(c.change)).wants(400, c.code)
		})
	}
	t.Run("what is allowed", func(t *testing.T) {
		t.Parallel()
		w.post(restPath, w.payload(func(m map[string]any) { meta(m)["seasonalityScore"] = nil })).ok(201)
		w.post(restPath, w.payload(func(m map[string]any) { first(m, "timeWindows")["end"] = "2027-02-21T12:00:00Z" })).ok(201)
		w.post(restPath, w.payload(func(m map[string]any) { first(m, "dimensions")["value"] = "ININ-WRAP-UP-TIMEOUT" })).ok(201)
	})
}

func TestProjectsOwnPayloadIsAccepted(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	p := wrapcast.ForecastPayload{
		Name: "n", Description: "d", Dimensions: []wrapcast.PayloadDimension{{Name: "wrapupCodeId", Value: string(w.Directory().Codes[0].ID)}},
		TimeWindows:     []wrapcast.PayloadTimeWindow{{Start: "2026-11-24T05:00:00Z", End: "2026-12-24T05:00:00Z", Granularity: "P1D"}},
		ConfidenceLevel: 0.85, TargetMetric: "conversationVolume", Algorithm: "auto",
		Metadata: wrapcast.PayloadMetadata{SeasonalityScore: wrapcast.NotMeasured(), ValidationTimestamp: "2026-11-23T11:55:00Z"},
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	w.post(restPath, string(text)).ok(201)
}

// A clock that does not sleep makes imports finish at once; one that refuses to wait makes them never finish.
func TestImportUnderWayEndsWithTheServer(t *testing.T) {
	t.Parallel()
	c := newClock(now).clock()
	c.Sleep = func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() }
	w := start(t, sim.Options{Clock: c})
	w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202)
	w.Close()
	if n := len(w.Forecasts()); n != 0 {
		t.Errorf("%d forecasts came of an import that was never finished", n)
	}
}
