package genesys

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

const (
	postPath = "POST /api/v2/wfm/scheduling/forecasts"
	pollPath = "GET /api/v2/wfm/scheduling/forecasts/{id}"
)

func testPayload() wrapcast.ForecastPayload {
	return wrapcast.ForecastPayload{
		Name: "WrapUp_Forecast_20261123", Description: "wrapcast",
		Dimensions:      []wrapcast.PayloadDimension{{Name: "wrapupCodeId", Value: "c-1"}},
		TimeWindows:     []wrapcast.PayloadTimeWindow{{Start: "2026-11-23T12:00:00Z", End: "2026-12-23T12:00:00Z", Granularity: "P1D"}},
		ConfidenceLevel: 0.85, TargetMetric: "conversationVolume", Algorithm: "exponentialSmoothing",
		Metadata: wrapcast.PayloadMetadata{SeasonalityScore: wrapcast.NotMeasured()},
	}
}

// target is a fake that honours idempotency keys.
type restHost struct {
	t *testing.T

	mu   sync.Mutex
	keys []string
	seen int
}

func (g *restHost) take(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	for _, field := range []string{"name", "description", "dimensions", "timeWindows", "confidenceLevel", "targetMetric", "algorithm", "metadata"} {
		if _, ok := body[field]; !ok {
			g.t.Errorf("the payload has no %s", field)
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen++
	if key := r.Header.Get("Idempotency-Key"); !slices.Contains(g.keys, key) {
		g.keys = append(g.keys, key)
	}
	answerJSON(w, 201, map[string]any{"id": "fc-1", "status": "pending", "href": "/api/v2/wfm/scheduling/forecasts/fc-1", "estimates": []any{}})
}

// lost does the work and loses the answer.
func (g *restHost) lost(w http.ResponseWriter, r *http.Request) {
	g.take(discard{w.Header()}, r)
	dropped(w, r)
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

func TestWithAKeyALostAnswerIsAskedForAgain(t *testing.T) {
	t.Parallel()
	g := &restHost{t: t}
	p := newPlatform(t, map[string]http.HandlerFunc{postPath: inTurn(g.lost, tooMany("2"), refuse(503, "", ""), g.lost, g.take)})
	f, err := p.newClient(t, newFakeTime().clock(), nil).PostForecast(t.Context(), testPayload(), "plan-1")
	if err != nil || f.ID != "fc-1" || f.Status != "pending" || f.StatusCode != http.StatusCreated {
		t.Fatalf("%+v, %v", f, err)
	}
	if len(g.keys) != 1 || g.keys[0] != "plan-1" || g.seen != 3 {
		t.Errorf("keys %v in %d requests that arrived", g.keys, g.seen)
	}
}

func TestWithoutAKeyThatIsHonouredALostAnswerIsADoubt(t *testing.T) {
	t.Parallel()
	g := &restHost{t: t}
	for name, c := range map[string]struct {
		answer    http.HandlerFunc
		ambiguous bool
	}{
		"the answer lost":          {g.lost, true},
		"a server error":           {refuse(500, "", ""), true},
		"an answer without an id":  {always(200, map[string]any{"status": "pending"}), true},
		"an answer that is a page": {raw(200, "text/html", "<html>"), true},
		"a refusal":                {refuse(400, "bad.request", "unsupported algorithm"), false},
		"turned away for good":     {tooMany("900"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{postPath: c.answer})
			client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.IgnoresIdempotencyKey = true })
			_, err := client.PostForecast(t.Context(), testPayload(), "plan-1")
			if err == nil || errors.Is(err, target.ErrAmbiguous) != c.ambiguous || len(p.requests()) != 1 {
				t.Errorf("%d requests, %v", len(p.requests()), err)
			}
		})
	}
}

func TestAForecastIsNotPostedWithoutAKey(t *testing.T) {
	t.Parallel()
	_, err := newPlatform(t, nil).newClient(t, newFakeTime().clock(), nil).PostForecast(t.Context(), testPayload(), "")
	mustFail(t, err, wrapcast.Internal, "idempotency key")
}

func TestATargetOfItsOwnGetsItsOwnTokenAndNothingElse(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{
		"POST /oauth/token": func(http.ResponseWriter, *http.Request) { t.Error("the organisation's secret was sent to the target") },
		postPath: func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer target-token" {
				t.Errorf("Authorization %q", r.Header.Get("Authorization"))
			}
			answerJSON(w, 201, map[string]any{"id": "fc-1"})
		},
	})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.ClientID, c.ClientSecret, c.Token = "", "", "target-token" })
	if f, err := client.PostForecast(t.Context(), testPayload(), "plan-1"); err != nil || f.ID != "fc-1" {
		t.Errorf("%+v, %v", f, err)
	}
}

func statusAnswer(status string) http.HandlerFunc {
	return always(200, map[string]any{"id": "fc-1", "status": status})
}

func TestPollingGoesOnUntilTheTargetIsDone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []http.HandlerFunc
		polls   int
		waited  time.Duration
		kind    wrapcast.Kind
		pending bool
	}{
		"completed at once":                    {[]http.HandlerFunc{statusAnswer("completed")}, 1, 0, "", false},
		"completed at the third look":          {[]http.HandlerFunc{statusAnswer("pending"), statusAnswer("processing"), statusAnswer("Completed")}, 3, time.Minute, "", false},
		"failed":                               {[]http.HandlerFunc{statusAnswer("pending"), statusAnswer("failed")}, 2, 30 * time.Second, wrapcast.Refused, false},
		"never done":                           {[]http.HandlerFunc{statusAnswer("pending")}, 11, 5 * time.Minute, wrapcast.Partial, true},
		"a status nobody knows is not the end": {[]http.HandlerFunc{statusAnswer("warming up"), statusAnswer("completed")}, 2, 30 * time.Second, "", false},
		"not there":                            {[]http.HandlerFunc{refuse(404, "not.found", "")}, 1, 0, wrapcast.NotFound, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newFakeTime()
			p := newPlatform(t, map[string]http.HandlerFunc{pollPath: inTurn(c.answers...)})
			f, err := p.newClient(t, clock.clock(), nil).PollForecast(t.Context(), "fc-1", 0, 0)
			if c.kind != "" {
				mustFail(t, err, c.kind)
			} else if err != nil || f.ID != "fc-1" {
				t.Errorf("%+v, %v", f, err)
			}
			if errors.Is(err, errPending) != c.pending {
				t.Errorf("pending: %v", err)
			}
			if len(p.requests()) != c.polls || clock.waited() != c.waited {
				t.Errorf("%d polls in %v, want %d in %v", len(p.requests()), clock.waited(), c.polls, c.waited)
			}
		})
	}
}

func TestATargetThatIsUnwellIsPolledOn(t *testing.T) {
	t.Parallel()
	sick := refuse(503, "", "")
	p := newPlatform(t, map[string]http.HandlerFunc{pollPath: inTurn(sick, sick, sick, statusAnswer("completed"))})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.MaxAttempts = 2 })
	if f, err := client.PollForecast(t.Context(), "fc-1", time.Second, time.Minute); err != nil || f.Status != "completed" {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestPollingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{pollPath: statusAnswer("pending")})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := p.newClient(t, slowTime(), nil).PollForecast(ctx, "fc-1", 0, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}
