package steps_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// A forecast is made in shards by two workers, of whom one is held up in the middle of a shard for longer than its claim
// lasts: the other takes it up, the run ends well, the bits are those of the whole forecast, and what the first comes to
// afterwards is not taken.
func TestAForecastInShardsIsThatOfTheWhole(t *testing.T) {
	t.Parallel()
	t.Run("directory", func(t *testing.T) { t.Parallel(); inShards(t, newWorld(t)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.database = database(t, true)
		w.WrapUpForecaster = w.process(t, "one")
		inShards(t, w)
	})
}

func inShards(t *testing.T, w *world) {
	t.Helper()
	w.spec.Sharding = steps.Sharding{Above: 1, Series: 9}
	w.Clock.Sleep = func(ctx context.Context, d time.Duration) error { // held up, it renews no claim
		if d == 10*time.Second {
			<-ctx.Done()
		}
		return clock().Sleep(ctx, d)
	}
	held, wake := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.Report = func(p wrapcast.Progress) {
		if p.What == "shards" {
			once.Do(func() { close(held); <-wake })
		}
	}
	defer sync.OnceFunc(func() { close(wake) })()
	first := fleet(t, 1, w)
	id := begin(t, first.Services()[0])
	<-held
	heir := &world{WrapUpForecaster: w.process(t, "two"), sim: w.sim, spec: w.spec, dir: w.dir, database: w.database}
	heir.Clock.Now = func() time.Time { return time.Now().Add(31 * time.Second) }
	fleet(t, 2, heir)
	run := w.awaitRun(t, id)
	if run.State != wrapcast.RunDone {
		t.Fatalf("the run is %s: %s", run.State, run.Reason)
	}
	var detail struct {
		InShards int `json:"in_shards"`
	}
	for _, s := range run.Steps {
		if s.Name == wrapcast.StepForecast {
			if err := json.Unmarshal(s.Result, &detail); err != nil {
				t.Fatal(err)
			}
		}
	}
	if detail.InShards < 2 {
		t.Errorf("%d panels were made in shards", detail.InShards)
	}
	made := w.latest(t)
	again, err := w.Remake(t.Context(), made, made.ID)
	if err != nil || !again.Same {
		t.Errorf("made as a whole it is another: %+v, %v", again, err)
	}
	if n := w.acceptedOnce(t); n != 1 {
		t.Errorf("%d plans were accepted", n)
	}
}
