package sim_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim"
)

// Everything at once, under the race detector: queries, listings, logins, imports with
// their notifications, truth and facts.
func TestServerIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{RequestsPerMinute: 100_000})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second)
	defer cancel()
	conn := w.listen(ctx)
	body := zip(t, w.forecastBody(1, 768, nil))
	want, _ := w.aggregates().total("tHandle", all)
	const callers = 8
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			own := *w
			own.token = w.login()
			own.channel() // 9 of the 20 a client may have
			for range 3 {
				if got, _ := own.aggregates().total("tHandle", all); got != want {
					t.Errorf("caller %d finds %d contacts, want %d", caller, got, want)
				}
				own.get("/api/v2/routing/queues").ok(200)
				own.importKey(nextWeek, own.upload(nextWeek, body).UploadKey).ok(202)
				own.get(own.weekPath("recent")).ok(200)
				own.post(restPath, own.payload(nil)).ok(201)
				w.GroundTruth()
				w.Requests()
			}
		})
	}
	heard := map[string]bool{}
	for range callers * 3 {
		heard[hear(ctx, t, conn).EventBody.OperationID] = true
	}
	wg.Wait()
	if n := w.AcceptedImports()["plan 1"]; n != callers*3 || len(heard) != n || len(w.Forecasts()) != n {
		t.Errorf("%d imports accepted, %d heard of, %d forecasts", n, len(heard), len(w.Forecasts()))
	}
}

func TestRequestsAreCountedByEndpointAndStatus(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	w.get("/api/v2/routing/queues").ok(200)
	w.get("/api/v2/routing/queues/" + string(w.Directory().Queues[0].ID)).ok(200)
	w.get("/api/v2/routing/queues/" + string(w.Directory().Queues[1].ID)).ok(200)
	w.get("/api/v2/nothing")
	w.get("/api/v2/routing/queues?pageSize=0")
	got := map[string]int{}
	for _, r := range w.Requests() {
		got[fmt.Sprint(r.Endpoint, " ", r.Status)] = r.Count
	}
	for name, want := range map[string]int{"POST /oauth/token 200": 1, "GET /api/v2/routing/queues 200": 1, "GET /api/v2/routing/queues 400": 1,
		"GET /api/v2/routing/queues/{queueId} 200": 2, "(unknown path) 404": 1} {
		if got[name] != want {
			t.Errorf("%s: %d, want %d (all: %v)", name, got[name], want, got)
		}
	}
}

// Two servers made on different days agree on what happened before both.
func TestServersMadeLaterRememberTheSamePast(t *testing.T) {
	t.Parallel()
	early := start(t, sim.Options{Queues: 3, Codes: 12, History: 731})
	later := start(t, sim.Options{Queues: 3, Codes: 12, History: 731, Clock: newClock(now.AddDate(0, 0, 20)).clock()})
	for _, back := range []int{500, 390, 30, 2} {
		from := now.AddDate(0, 0, -back)
		a, b := early.Extract(from, from.AddDate(0, 0, 1)), later.Extract(from, from.AddDate(0, 0, 1))
		if len(a.Observations) == 0 || !slices.Equal(a.Observations, b.Observations) || !slices.Equal(a.Arrivals, b.Arrivals) {
			t.Errorf("%d days back: %d observations, then %d", back, len(a.Observations), len(b.Observations))
		}
	}
	if a, b := early.Directory(), later.Directory(); a.Organisation != b.Organisation || !slices.Equal(a.Codes, b.Codes) || !slices.Equal(a.Queues, b.Queues) {
		t.Error("the organisation changed")
	}
}
