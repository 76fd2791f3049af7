package service

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/schedule"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// actorSchedule asks for the runs that are due.
const (
	actorSchedule = "schedule"
	actorService  = "service"
)

// takeUpWithin is how old an interrupted run may be to be worth taking up: its forecast begins on the day it was begun.
const takeUpWithin = 12 * time.Hour

// tick looks every minute for what is due. The queue has periodic jobs of its own, but only a leader inserts
// them, and for 20 seconds after a crash there is none; and it knows no wall clock.
func (s *Service) tick() {
	defer close(s.done)
	ctx, failures := s.fleet.ctx, 0
	for {
		err := s.look(ctx)
		failures++
		switch {
		case err == nil:
			failures = 0
		case store.IsOutdated(err):
			s.fleet.giveUp(err)
		case ctx.Err() == nil:
			s.tellOnce("look "+err.Error(), slog.LevelWarn, "the service could not look for what is due", "organisation",
				s.Name(), "error", err.Error())
		}
		if s.rest(ctx, failures) != nil {
			return
		}
	}
}

// soon is when the service looks again after something went wrong; what goes on being wrong is looked at less and less.
const soon = 2 * time.Second

// rest waits until it is time to look again: a tick, or less after failures and where a step was given up meanwhile.
func (s *Service) rest(ctx context.Context, failures int) error {
	const most = 6
	if failures > 0 {
		return s.Forecaster.Clock.Sleep(ctx, min(s.TickEvery, soon<<min(failures-1, most)))
	}
	resting, wake := context.WithCancel(ctx)
	defer wake()
	s.mu.Lock()
	s.wake = wake
	s.mu.Unlock()
	if err := s.Forecaster.Clock.Sleep(resting, s.TickEvery); err == nil || ctx.Err() != nil {
		return err
	}
	return s.Forecaster.Clock.Sleep(ctx, min(s.TickEvery, soon))
}

// lookSoon lets the service look before its time: a step was given up, for nothing the run itself tells of.
func (s *Service) lookSoon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wake != nil {
		s.wake()
	}
}

// look looks once, and tells of what should have begun; what breaks is an error.
func (s *Service) look(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = wrapcast.Errorf(wrapcast.Internal, "", "looking for what is due broke: %v", p)
		}
	}()
	err = s.lookAround(ctx)
	if missed := s.noticeMissed(ctx, err); missed != nil && ctx.Err() == nil {
		err = errors.Join(err, missed)
	}
	return err
}

func (s *Service) lookAround(ctx context.Context) error {
	v, err := s.connect(ctx)
	if err != nil {
		return err
	}
	for _, look := range []func(context.Context, *steps.View) error{s.followClock, s.takeUpLeft, s.beginDue, s.sendDue} {
		if err := look(ctx, v); err != nil && wrapcast.KindOf(err) != wrapcast.Conflict {
			return err
		}
	}
	return nil
}

// clockSlack is how far an instant that was written before now may lie after it on a clock that is right.
const clockSlack = 2 * time.Minute

// followClock brings what is stored of times to come in line with a clock that was set back: a lease runs out, and a
// schedule is due when it is next due by this clock.
func (s *Service) followClock(ctx context.Context, v *steps.View) error {
	f, org, now := s.Forecaster, v.Organisation(), v.Clock.Now()
	if err := f.BelieveLease(ctx, org); err != nil {
		return err
	}
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		all, err := tx.Schedules().All(org)
		if err != nil {
			return err
		}
		for _, d := range all {
			next, err := dueBy(now, v, d)
			if err != nil || !d.Enabled || !d.NextAt.After(next) {
				continue // one that cannot be read says so when it is due
			}
			s.Log.Warn("the clock was set back: the schedule is due earlier by it than was noted", "schedule", d.ID,
				"noted", d.NextAt, "due", next, "hint", "see that this machine's clock is right: wrapcast doctor")
			d.NextAt = next
			if err := tx.Schedules().Save(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// dueBy is when a schedule is next due by a clock that says now. What was just begun is not due again because the clock
// was put back a little.
func dueBy(now time.Time, v *steps.View, d wrapcast.Schedule) (time.Time, error) {
	var request RunRequest
	if err := json.Unmarshal(d.Request, &request); err != nil {
		return time.Time{}, err
	}
	rule, err := schedule.Parse(d.Cron, v.ZoneOf(wrapcast.ChooseUnits(request.BusinessUnits...)))
	if err != nil {
		return time.Time{}, err
	}
	if d.LastAt.After(now) && !d.LastAt.After(now.Add(clockSlack)) {
		now = d.LastAt
	}
	return rule.Next(now), nil
}

// takeUpLeft enqueues the next step of a run that nobody works on and that waits for nobody.
func (s *Service) takeUpLeft(ctx context.Context, v *steps.View) error {
	f, org := s.Forecaster, v.Organisation()
	var left wrapcast.Run
	var waits bool
	err := f.Store.View(ctx, func(tx *store.Tx) (err error) {
		if left, err = tx.Runs().Unfinished(org); err == nil {
			waits, err = f.Waits(tx, left)
		}
		return err
	})
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if f.Clock.Now().Sub(left.StartedAt) > takeUpWithin {
		return f.CloseLeft(ctx, v, left)
	}
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		if err := f.PassLease(tx, org, left.ID); err != nil {
			return err // somebody works on it
		}
		if inShards, err := s.shardsOf(ctx, tx, left); err != nil || inShards {
			return err
		}
		if waits {
			if queued, err := s.fleet.isQueued(ctx, tx, stepArgs{}, left.ID); err != nil || queued {
				return err
			}
		}
		return s.enqueue(tx, left)
	})
}

// beginDue begins the run that has been due longest. Others wait until it is over: there is
// one run at a time, and a night missed is made up once.
func (s *Service) beginDue(ctx context.Context, v *steps.View) error {
	f, org := s.Forecaster, v.Organisation()
	now := f.Clock.Now()
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		due, err := tx.Schedules().Due(org, now)
		if err != nil || len(due) == 0 {
			return err
		}
		d := due[0]
		var request RunRequest
		if err := json.Unmarshal(d.Request, &request); err != nil {
			return wrapcast.Errorf(wrapcast.Internal, "schedule",
				"schedule %s was made by another version of wrapcast: %w", d.ID, err)
		}
		rule, err := schedule.Parse(d.Cron, v.ZoneOf(wrapcast.ChooseUnits(request.BusinessUnits...)))
		if err != nil {
			return err
		}
		run, err := s.ask(tx, v, s.spec(request, actorSchedule))
		if err != nil {
			return err
		}
		if late := now.Sub(d.NextAt); late > Grace {
			s.Log.Warn("a scheduled run begins late", "schedule", d.ID, "due", d.NextAt, "run", run.ID)
		}
		d.LastAt, d.LastRun, d.NextAt = d.NextAt, run.ID, rule.Next(now)
		return tx.Schedules().Save(d)
	})
}

// sendDue enqueues the messages that are due, but for those of a run under way, which sends its own.
func (s *Service) sendDue(ctx context.Context, v *steps.View) error {
	return s.sendDueOf(ctx, v.Organisation())
}

// sendDueOf does so for an organisation that may not be reached now.
func (s *Service) sendDueOf(ctx context.Context, org wrapcast.OrganisationID) error {
	const (
		atMost = 50
		round  = 5 * time.Minute
	)
	f := s.Forecaster
	if f.Sender == nil {
		return nil
	}
	return f.Store.Update(ctx, func(tx *store.Tx) error {
		now := f.Clock.Now()
		due, err := tx.Deliveries().Due(org, now, atMost)
		if err != nil {
			return err
		}
		under, err := tx.Runs().Unfinished(org)
		if err != nil && wrapcast.KindOf(err) != wrapcast.NotFound {
			return err
		}
		for _, d := range due {
			if d.Run == under.ID && under.ID != "" {
				continue
			}
			if err := s.post(tx, d, actorService, now.Truncate(round).Unix()); err != nil {
				return err
			}
		}
		return nil
	})
}
