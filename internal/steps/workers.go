package steps

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
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

// longestStep bounds a step: a first extraction of two years at the platform's pace takes hours.
const longestStep = 12 * time.Hour

func (s *Service) queueConfig() *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &stepWorker{service: s})
	river.AddWorker(workers, &messageWorker{service: s})
	return &river.Config{
		ID: s.Forecaster.Holder, Logger: slog.New(warnings{s.Log.Handler()}), Workers: workers,
		Queues:     map[string]river.QueueConfig{runQueue: {MaxWorkers: 1}, messageQueue: {MaxWorkers: 2}},
		JobTimeout: longestStep,
		// A job whose process is gone is cleared away; its work was taken up long before.
		RescueStuckJobsAfter: longestStep + time.Minute,
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
		return longestStep
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

// takeOver returns the pass of a run: the one this process has under way, or one made anew of what is
// stored; nil where the run is over.
func (s *Service) takeOver(ctx context.Context, args stepArgs) (*pass, error) {
	s.mu.Lock()
	p := s.current
	s.mu.Unlock()
	if p != nil && p.run.ID == args.Run && p.ctx.Err() == nil {
		return p, nil
	}
	s.leave()
	p, err := s.resume(ctx, args)
	if err != nil || p == nil {
		return nil, err
	}
	if p.run.State == wrapcast.RunPending {
		err = p.meetAgain(ctx)
	}
	if heldErr := p.hold(s.ctx); heldErr != nil {
		return nil, heldErr
	}
	if err != nil {
		defer p.release()
		return nil, p.giveUp(ctx, err)
	}
	p.watched.Store(&p.run.ID)
	s.mu.Lock()
	s.current = p
	s.mu.Unlock()
	return p, nil
}

// resume makes a pass of a stored run; nil where the run is over.
func (s *Service) resume(ctx context.Context, args stepArgs) (*pass, error) {
	p := &pass{WrapUpForecaster: s.Forecaster, takenUp: true}
	err := s.Forecaster.Store.View(ctx, func(tx *store.Tx) (err error) {
		if p.run, err = tx.Runs().Get(args.Organisation, args.Run); err != nil {
			return err
		}
		p.directory, err = tx.Directory().Of(args.Organisation)
		return err
	})
	if err != nil || !unfinished(p.run) {
		return nil, err
	}
	if err := json.Unmarshal(p.run.Spec, &p.spec); err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "", "run %s was asked for by another version of wrapcast: %w", p.run.ID, err)
	}
	p.spec = p.spec.withDefaults()
	p.zone, err = planning.Zone(p.directory.BusinessUnit)
	p.next = func(tx *store.Tx) error {
		if nextStep(p.run) < 0 {
			return nil // the job that did the last step closes the run
		}
		return s.enqueue(tx, p.run)
	}
	return p, err
}

// meetAgain reads the organisation anew for a run that begins, and makes sure that it is the same.
func (p *pass) meetAgain(ctx context.Context) error {
	if err := p.meet(ctx); err != nil {
		return err
	}
	if met := p.directory.Organisation; met.ID != p.run.Organisation {
		return wrapcast.Errorf(wrapcast.Usage, "", "the credentials are those of %s now, not of the organisation the run was asked for", met.Name)
	}
	return nil
}

func unfinished(r wrapcast.Run) bool {
	return r.State == wrapcast.RunPending || r.State == wrapcast.RunRunning
}

// advance does the next step of a run, or closes it after the last. What the run itself tells of, a
// refusal or a doubt, is no failure of the job.
func (s *Service) advance(ctx context.Context, p *pass) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.ctx, func() { cancel(context.Cause(p.ctx)) })()
	err := s.oneStep(ctx, p)
	if err == nil && nextStep(p.run) >= 0 {
		return nil // the next job was enqueued with the step's result
	}
	if err == nil {
		err = p.finish(ctx)
	}
	s.leave()
	if !unfinished(p.run) {
		s.Log.Info("a run is over", "run", p.run.ID, "state", p.run.State, "actor", p.run.Actor, "reason", p.run.Reason)
		return nil
	}
	if s.ended(err) {
		return nil
	}
	return err
}

func (s *Service) oneStep(ctx context.Context, p *pass) error {
	if err := p.wake(ctx); err != nil {
		return err
	}
	if i := nextStep(p.run); i >= 0 {
		if err := p.step(ctx, i); err != nil {
			return p.ended(ctx, err)
		}
	}
	return nil
}

// nextStep is the first step that is to be done still, -1 where there is none.
func nextStep(r wrapcast.Run) int {
	for i, s := range r.Steps {
		if s.State == wrapcast.RunPending || s.State == wrapcast.RunRunning {
			return i
		}
	}
	return -1
}

// enqueue inserts the job of a run's next step, or the one that closes it.
func (s *Service) enqueue(tx *store.Tx, run wrapcast.Run) error {
	args := stepArgs{Organisation: run.Organisation, Run: run.ID}
	if i := nextStep(run); i >= 0 {
		args.Step = run.Steps[i].Name
	}
	_, err := tx.Enqueue(s.queue, args, nil)
	return err
}

// giveUp closes a run that could not begin.
func (p *pass) giveUp(ctx context.Context, cause error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // told to stop: the run is taken up again
	}
	was := p.run.State
	p.run.State, p.run.FinishedAt, p.run.Reason = wrapcast.RunFailed, p.Clock.Now(), cause.Error()
	entry := p.entry("run.closed", 0, wrapcast.AuditEntry{Status: statusFailed, Detail: p.run.Reason})
	return p.commit(ctx, func(tx *store.Tx) error {
		if _, err := tx.Audit().Append(entry); err != nil {
			return err
		}
		return tx.Runs().Save(p.run, was)
	})
}
