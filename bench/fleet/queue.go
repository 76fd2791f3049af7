package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/riverqueue/river"

	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/store"
)

// nothing is a job without work.
type nothing struct {
	N int `json:"n"`
}

// Kind implements river.JobArgs.
func (nothing) Kind() string { return "nothing" }

type nothingWorker struct {
	river.WorkerDefaults[nothing]
	done chan<- struct{}
}

// Work implements river.Worker.
func (w *nothingWorker) Work(context.Context, *river.Job[nothing]) error {
	w.done <- struct{}{}
	return nil
}

// perJob is what a job costs that does nothing: inserted, each in a transaction of its own, fetched and completed.
func (in *installation) perJob(ctx context.Context, jobs int) (time.Duration, error) {
	s, err := store.Open(ctx, store.Options{URL: in.server.URL(postgrestest.App, database), Dir: in.dir, MakesAuditKey: true})
	if err != nil {
		return 0, err
	}
	defer s.Close()
	done, all := make(chan struct{}, jobs), river.NewWorkers()
	river.AddWorker(all, &nothingWorker{done: done})
	client, err := s.OpenRiver(ctx, &river.Config{Workers: all, Queues: map[string]river.QueueConfig{"nothing": {MaxWorkers: 20}}})
	if err != nil {
		return 0, err
	}
	if err := client.Start(ctx); err != nil {
		return 0, err
	}
	before := cpuOf(os.Getpid(), false) + in.serverCPU()
	for n := range jobs {
		err := s.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.Enqueue(client, nothing{n}, &river.InsertOpts{Queue: "nothing"})
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	for range jobs {
		select {
		case <-done:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	err = client.Stop(ctx) // what is done is written down by then
	return (cpuOf(os.Getpid(), false) + in.serverCPU() - before) / time.Duration(jobs), err
}

// queue measures what the queue and the looking for what is due cost, against the work itself.
func queue(ctx context.Context, o options) error {
	idle := min(3*time.Minute, o.pressure)
	organisations := 10 * o.organisations
	in, err := install(ctx, o, shape{name: "queue", organisations: organisations, latency: 20 * time.Millisecond, queues: 5, codes: 24, days: 120})
	if err != nil {
		return err
	}
	defer in.remove()
	s, err := in.atRest(ctx, in.worker("worker1"))
	if s != nil {
		defer s.goHome()
	}
	if err != nil {
		return err
	}
	usedAll := func() time.Duration { w, _ := s.cpu(); return w + in.serverCPU() }
	if err := sleep(ctx, 20*time.Second); err != nil {
		return err
	}
	before := usedAll()
	if err := sleep(ctx, idle); err != nil {
		return err
	}
	atRest := usedAll() - before
	jobs0, err1 := in.number(ctx, "SELECT COUNT(*)::float8 FROM river_job")
	before = usedAll()
	took, odd, err2 := s.night(ctx, -1)
	night := usedAll() - before
	jobs1, err3 := in.number(ctx, "SELECT COUNT(*)::float8 FROM river_job")
	s.goHome()
	each, err4 := in.perJob(ctx, 2000)
	if err := errors.Join(err1, err2, err3, err4); err != nil || odd != "" {
		return errors.Join(err, errors.New(odd))
	}
	share := atRest.Seconds() / idle.Seconds()
	queued := (jobs1 - jobs0) * each.Seconds()
	ticks := share * took.Seconds()
	o.say("   %d organisations at rest: worker and database use %.2f %% of a core", organisations, 100*share)
	o.say("   a night: %.1f s of CPU (worker and database) in %.1f s; %.0f jobs at %.2f ms are %.2f s of it (%.2f %%), looking for what is due %.2f s (%.2f %%)",
		night.Seconds(), took.Seconds(), jobs1-jobs0, each.Seconds()*1000, queued, 100*queued/night.Seconds(), ticks, 100*ticks/night.Seconds())
	if all := 100 * (queued + ticks) / night.Seconds(); all >= 1 {
		return fmt.Errorf("the queue takes %.2f %% of the CPU of a night, not under 1", all)
	}
	return nil
}
