package service

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// The queues. Steps are worked one at a time: there is one run of an organisation at a time.
const (
	runQueue     = "runs"
	messageQueue = "messages"
)

// stepArgs is the job of doing a run's next step. The run's row is the truth and the job a nudge:
// whatever a job finds done it does not do again, and one too many does no harm.
type stepArgs struct {
	Organisation wrapcast.OrganisationID `json:"organisation"`
	Run          wrapcast.RunID          `json:"run"`
	// Step is for people who look at the queue.
	Step wrapcast.StepName `json:"step"`
}

// Kind implements river.JobArgs.
func (stepArgs) Kind() string { return "step" }

// InsertOpts implements river.JobArgsWithInsertOpts. A step is not tried again by the queue: its failure is the
// run's, and what a crash leaves the service takes up by itself.
func (stepArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: runQueue, MaxAttempts: 1}
}

// maxStepTime bounds a step: a first extraction of two years at the platform's pace takes hours.
const maxStepTime = 12 * time.Hour

func (s *Service) queueConfig() *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &stepWorker{service: s})
	river.AddWorker(workers, &messageWorker{service: s})
	return &river.Config{
		ID: s.Forecaster.Holder, Logger: slog.New(warnings{s.Log.Handler()}), Workers: workers,
		Queues:     map[string]river.QueueConfig{runQueue: {MaxWorkers: 1}, messageQueue: {MaxWorkers: 2}},
		JobTimeout: maxStepTime,
		// A job whose process is gone is cleared away; its work was taken up long before.
		RescueStuckJobsAfter: maxStepTime + time.Minute,
	}
}

// warnings lets the queue tell only of what is wrong: that it begins and ends is not for people.
type warnings struct{ slog.Handler }

// Enabled implements slog.Handler.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }

type stepWorker struct {
	river.WorkerDefaults[stepArgs]
	service *Service
}

// Timeout implements river.Worker.
func (w *stepWorker) Timeout(job *river.Job[stepArgs]) time.Duration {
	switch job.Args.Step {
	case wrapcast.StepExtract:
		return maxStepTime
	case wrapcast.StepForecast:
		return 3 * time.Hour
	case wrapcast.StepValidate, wrapcast.StepPlan, wrapcast.StepSubmit, wrapcast.StepNotify:
	}
	return time.Hour
}

// Work implements river.Worker: it does the run's next step.
func (w *stepWorker) Work(ctx context.Context, job *river.Job[stepArgs]) error {
	const again = 2 * time.Second
	p, err := w.service.takeOver(ctx, job.Args)
	switch {
	case err != nil && wrapcast.KindOf(err) == wrapcast.Conflict:
		return river.JobSnooze(again) // another process is at it: it may finish, or die
	case err != nil || p == nil:
		return err
	}
	return w.service.advance(ctx, p)
}

// takeOver returns the runner of a run: the one this process has under way, or one made anew of what is
// stored; nil where the run is over.
func (s *Service) takeOver(ctx context.Context, args stepArgs) (*steps.Runner, error) {
	s.mu.Lock()
	r := s.current
	s.mu.Unlock()
	if r != nil && r.ID() == args.Run && r.Alive() {
		return r, nil
	}
	s.leave()
	r, err := s.Forecaster.TakeOver(ctx, s.ctx, args.Organisation, args.Run, s.enqueueNext)
	if err != nil || r == nil {
		return nil, errors.Join(err, s.tellStored(ctx, args))
	}
	v := r.Seen()
	s.mu.Lock()
	s.current = r
	if s.met != nil && slices.Equal(v.Spec.BusinessUnits, s.Spec.BusinessUnits) {
		s.met = v // a business unit may have appeared, or have another zone
	}
	s.mu.Unlock()
	return r, nil
}

// enqueueNext inserts the job of the step after one that is done; the job that did the last step closes the run.
func (s *Service) enqueueNext(tx *store.Tx, run wrapcast.Run) error {
	if steps.NextStep(run) < 0 {
		return nil
	}
	return s.enqueue(tx, run)
}

// advance does the next step of a run, or closes it after the last. What the run itself tells of, a
// refusal or a doubt, is no failure of the job.
func (s *Service) advance(ctx context.Context, r *steps.Runner) error {
	err := r.Advance(ctx)
	run := r.Run()
	if err == nil && steps.NextStep(run) >= 0 {
		return nil // the next job was enqueued with the step's result
	}
	s.leave()
	if !steps.Unfinished(run) {
		s.tellOver(run)
		return nil
	}
	if s.ended(err) {
		return nil
	}
	return err
}

// enqueue inserts the job of a run's next step, or the one that closes it.
func (s *Service) enqueue(tx *store.Tx, run wrapcast.Run) error {
	args := stepArgs{Organisation: run.Organisation, Run: run.ID}
	if i := steps.NextStep(run); i >= 0 {
		args.Step = run.Steps[i].Name
	}
	_, err := tx.Enqueue(s.queue, args, nil)
	return err
}
