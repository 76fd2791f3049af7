package service

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"go.opentelemetry.io/otel/attribute"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/traces"
)

// The queues. Steps that compute are worked a few at a time, so that each has the machine; those that wait for a
// platform hold up nobody, so that all organisations may have one under way.
const (
	runQueue     = "runs"
	computeQueue = "computing"
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
func (a stepArgs) InsertOpts() river.InsertOpts {
	o := river.InsertOpts{Queue: runQueue, MaxAttempts: 1, Tags: []string{string(a.Run)}}
	if steps.Computes(a.Step) {
		o.Queue = computeQueue
	}
	return o
}

// maxStepTime bounds a step: a first extraction of two years at the platform's pace takes hours.
const maxStepTime = 12 * time.Hour

func (f *Fleet) queueConfig() *river.Config {
	const messages, waiting = 2, 4
	workers := river.NewWorkers()
	river.AddWorker(workers, &stepWorker{fleet: f})
	river.AddWorker(workers, &shardWorker{fleet: f})
	river.AddWorker(workers, &messageWorker{fleet: f})
	return &river.Config{
		ID: f.Holder, Logger: slog.New(warnings{f.Log.Handler()}), Workers: workers,
		Queues: map[string]river.QueueConfig{runQueue: {MaxWorkers: max(len(f.services), waiting)},
			computeQueue: {MaxWorkers: f.Parallel}, messageQueue: {MaxWorkers: max(len(f.services), messages)}},
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
	fleet *Fleet
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
func (w *stepWorker) Work(ctx context.Context, job *river.Job[stepArgs]) (err error) {
	ctx, span := traces.Begin(traces.OfRun(ctx, string(job.Args.Run)), "job "+job.Kind, traced(job.JobRow)...)
	defer func() { traces.End(span, failed(err)) }()
	const again = 2 * time.Second
	s := w.fleet.of(job.Args.Organisation)
	if s == nil {
		return river.JobSnooze(w.leftFor(job)) // another process works for it, or this one does not know it yet
	}
	r, err := s.takeOver(ctx, job.Args)
	switch {
	case err != nil && wrapcast.KindOf(err) == wrapcast.Conflict:
		return river.JobSnooze(again) // another process is at it: it may finish, or die
	case err == nil && r != nil:
		err = s.advance(ctx, r)
	}
	if store.IsOutdated(err) {
		w.fleet.giveUp(err)
	} else if err != nil {
		s.lookSoon() // the database may be back by then
	}
	return err
}

// leftFor is how long a job is left to others: briefly at first, so that a step that fell to the wrong process loses no
// time, and longer where nobody has taken it.
func (w *stepWorker) leftFor(job *river.Job[stepArgs]) time.Duration {
	const shortest, longest = 500 * time.Millisecond, 30 * time.Second
	age := w.fleet.services[0].Forecaster.Clock.Now().Sub(job.CreatedAt)
	return min(max(age/2, shortest), longest)
}

// takeOver returns the runner of a run's next step; nil where the run is over, or further on than the job.
func (s *Service) takeOver(ctx context.Context, args stepArgs) (*steps.Runner, error) {
	if over, err := s.passedBy(ctx, args); err != nil || over {
		return nil, err
	}
	r, err := s.Forecaster.TakeOver(ctx, s.fleet.ctx, args.Organisation, args.Run, s.enqueueNext)
	if err != nil || r == nil {
		return nil, errors.Join(err, s.tellStored(ctx, args))
	}
	r.ShardTo(s.enqueueShard)
	v := r.Seen()
	s.mu.Lock()
	s.current, s.working = r, args.Run
	if s.met != nil && slices.Equal(v.Spec.BusinessUnits, s.Spec.BusinessUnits) {
		s.met = v // a business unit may have appeared, or have another zone
	}
	s.mu.Unlock()
	return r, nil
}

// passedBy reports whether a job is one too many: its step is done, and that of the next was inserted with its result.
func (s *Service) passedBy(ctx context.Context, args stepArgs) (over bool, err error) {
	err = s.Forecaster.Store.View(ctx, func(tx *store.Tx) error {
		run, err := tx.Runs().Get(args.Organisation, args.Run)
		if i := steps.NextStep(run); err == nil && steps.Unfinished(run) {
			over = args.Step != "" && (i < 0 || run.Steps[i].Name != args.Step)
		}
		return err
	})
	return over, err
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
	s.leave(r)
	if err == nil && steps.NextStep(run) >= 0 {
		return nil // the next job was enqueued with the step's result
	}
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
	_, err := tx.Enqueue(s.fleet.queue, args, nil)
	return err
}

// traced is what a span says of a job.
func traced(job *rivertype.JobRow) []attribute.KeyValue {
	about := []attribute.KeyValue{attribute.Int64("wrapcast.job", job.ID), attribute.String("wrapcast.queue", job.Queue)}
	if job.AttemptedAt != nil {
		waited := job.AttemptedAt.Sub(job.ScheduledAt)
		about = append(about, attribute.Float64("wrapcast.waited_seconds", waited.Seconds()))
	}
	return about
}

// failed is err, or nil where the job only comes again later.
func failed(err error) error {
	if snooze := (*river.JobSnoozeError)(nil); errors.As(err, &snooze) {
		return nil
	}
	return err
}

// shardArgs is the job of forecasting a shard of a forecast that is larger than a machine. As with a step, the row is
// the truth and the job a nudge.
type shardArgs struct {
	Organisation wrapcast.OrganisationID `json:"organisation"`
	Run          wrapcast.RunID          `json:"run"`
	Panel        string                  `json:"panel"`
	Place        int                     `json:"place"`
}

// Kind implements river.JobArgs.
func (shardArgs) Kind() string { return "shard" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (a shardArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: computeQueue, MaxAttempts: 1, Tags: []string{string(a.Run)}}
}

type shardWorker struct {
	river.WorkerDefaults[shardArgs]
	fleet *Fleet
}

// Timeout implements river.Worker.
func (w *shardWorker) Timeout(*river.Job[shardArgs]) time.Duration { return time.Hour }

// Work implements river.Worker. A shard that somebody works on, or whose forecast is made, is none of its business:
// what dies is taken up by whoever looks next.
func (w *shardWorker) Work(ctx context.Context, job *river.Job[shardArgs]) (err error) {
	ctx, span := traces.Begin(traces.OfRun(ctx, string(job.Args.Run)), "job "+job.Kind, traced(job.JobRow)...)
	defer func() { traces.End(span, failed(err)) }()
	const notHere = 10 * time.Second
	a := job.Args
	s := w.fleet.of(a.Organisation)
	if s == nil {
		return river.JobSnooze(notHere)
	}
	shard := store.Shard{Run: a.Run, Panel: a.Panel, Place: a.Place}
	err = s.Forecaster.WorkShard(ctx, a.Organisation, shard, s.enqueueNext)
	if kind := wrapcast.KindOf(err); kind == wrapcast.Conflict || kind == wrapcast.NotFound || s.ended(err) {
		return nil
	}
	return err
}

// shardsOf inserts the jobs of a run's shards that nobody works on, where none waits, and tells whether any is still to
// be done: then the run's step waits too.
func (s *Service) shardsOf(ctx context.Context, tx *store.Tx, run wrapcast.Run) (waits bool, err error) {
	open, err := tx.Shards().Open(run.Organisation, run.ID)
	if err != nil || len(open) == 0 || !steps.Divided(run) {
		return false, err
	}
	queued, err := s.fleet.isQueued(ctx, tx, shardArgs{}, run.ID)
	if err != nil || queued {
		return true, err
	}
	for _, o := range open {
		if s.Forecaster.ShardFree(o) {
			if err := s.enqueueShard(tx, run.Organisation, o.Shard); err != nil {
				return true, err
			}
		}
	}
	return true, nil
}

// enqueueShard inserts the job of a shard.
func (s *Service) enqueueShard(tx *store.Tx, org wrapcast.OrganisationID, shard store.Shard) error {
	_, err := tx.Enqueue(s.fleet.queue, shardArgs{Organisation: org, Run: shard.Run, Panel: shard.Panel,
		Place: shard.Place}, nil)
	return err
}
