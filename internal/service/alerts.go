package service

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Grace is how long after it is due a scheduled run may begin before somebody is told.
const Grace = 10 * time.Minute

// tellOver writes one line about a run that is over: an error where somebody has to act.
func (s *Service) tellOver(run wrapcast.Run) {
	facts := []any{"run", run.ID, "state", run.State, "actor", run.Actor}
	if run.Reason != "" {
		facts = append(facts, "reason", run.Reason)
	}
	if run.Hint != "" {
		facts = append(facts, "what_to_do", run.Hint)
	}
	level, what := slog.LevelInfo, "a run is over"
	switch {
	case run.Held():
		level, what = slog.LevelError, "a run is held: it waits for somebody"
	case run.State == wrapcast.RunFailed:
		level, what = slog.LevelError, "a run failed"
	case run.State == wrapcast.RunPartial:
		level, what = slog.LevelError, "a run is only partly done"
	}
	s.tellOnce("run "+string(run.ID), level, what, facts...)
}

// tellStored tells of a run that could not begin, or was over already.
func (s *Service) tellStored(ctx context.Context, args stepArgs) error {
	return s.Forecaster.Store.View(ctx, func(tx *store.Tx) error {
		run, err := tx.Runs().Get(args.Organisation, args.Run)
		if err == nil && !steps.Unfinished(run) && run.State != wrapcast.RunDone {
			s.tellOver(run)
		}
		return err
	})
}

// tellOnce writes a line, unless this process wrote it before.
func (s *Service) tellOnce(key string, level slog.Level, what string, facts ...any) {
	const enough = 10_000 // after so many, repeating one is better than keeping all
	s.mu.Lock()
	known := s.told[key]
	if len(s.told) > enough {
		clear(s.told)
	}
	s.told[key] = true
	s.mu.Unlock()
	if !known {
		s.Log.Log(s.fleet.ctx, level, what, facts...)
	}
}

// Missed is a schedule whose run has not begun in time, while none was under way.
type Missed struct {
	Organisation wrapcast.Organisation
	Schedule     wrapcast.Schedule
}

// MissedIn lists the schedules of all organisations whose runs should have begun by now, those due longest first.
func MissedIn(tx *store.Tx, now time.Time) (all []Missed, err error) {
	organisations, err := tx.Directory().Organisations()
	for _, o := range organisations {
		if err != nil {
			return nil, err
		}
		var missed []Missed
		missed, err = missedOf(tx, o, now)
		all = append(all, missed...)
	}
	return all, err
}

// missedOf lists those of one organisation.
func missedOf(tx *store.Tx, o wrapcast.Organisation, now time.Time) (all []Missed, err error) {
	if _, err = tx.Runs().Unfinished(o.ID); wrapcast.KindOf(err) != wrapcast.NotFound {
		return nil, err // the next begins when it is over
	}
	due, err := tx.Schedules().Due(o.ID, now.Add(-Grace))
	for _, d := range due {
		all = append(all, Missed{o, d})
	}
	return all, err
}

// noticeMissed tells, once, of each run that should have begun and did not because of problem: in the log, and by
// webhook, which needs no platform. Before it is known which organisation this is, the log alone is told of others.
func (s *Service) noticeMissed(ctx context.Context, problem error) error {
	f := s.Forecaster
	var missed []Missed
	err := f.Store.View(ctx, func(tx *store.Tx) error {
		own, known, err := s.own(tx)
		if err == nil && known {
			missed, err = missedOf(tx, own, f.Clock.Now())
		} else if err == nil && len(s.fleet.services) == 1 {
			missed, err = MissedIn(tx, f.Clock.Now())
		}
		return err
	})
	for _, m := range missed {
		err = errors.Join(err, s.tellMissed(ctx, m, problem))
	}
	return err
}

// own is the organisation the service works for, as far as it is stored: the one the platform said, or while that is
// not known the one that the settings' name was last of, or the only one there is.
func (s *Service) own(tx *store.Tx) (org wrapcast.Organisation, known bool, err error) {
	all, err := tx.Directory().Organisations()
	if err != nil {
		return org, false, err
	}
	id, _ := s.Connection()
	if id == "" && s.Name() != "" {
		names, err := tx.Directory().Names()
		if err != nil {
			return org, false, err
		}
		for called, name := range names {
			if name == s.Name() {
				id = called
			}
		}
	} else if id == "" && len(all) == 1 {
		return all[0], true, nil
	}
	for _, o := range all {
		if o.ID == id {
			return o, true, nil
		}
	}
	return org, false, nil
}

// ownsMissed reports whether a missed run is this process's to tell of: that of the organisation it works for.
// Another's webhook is another's.
func (s *Service) ownsMissed(tx *store.Tx, org wrapcast.OrganisationID) (bool, error) {
	own, known, err := s.own(tx)
	return known && own.ID == org, err
}

func (s *Service) tellMissed(ctx context.Context, m Missed, problem error) error {
	f, org, d := s.Forecaster, m.Organisation, m.Schedule
	if problem == nil {
		problem = wrapcast.Errorf(wrapcast.Unavailable, "", "no service has begun it")
	}
	own := false
	err := f.Store.Update(ctx, func(tx *store.Tx) (err error) {
		if own, err = s.ownsMissed(tx, org.ID); err != nil || !own || d.MissedAt.Equal(d.NextAt) {
			return err
		}
		why := wrapcast.Errorf(wrapcast.KindOf(problem), "", "the run due at %s has not begun: %w",
			d.NextAt.UTC().Format(time.RFC3339), problem).WithHint("%s", wrapcast.Hint(problem))
		_, err = f.TellNotBegun(tx, s.Spec, steps.NotBegun{Organisation: org.ID, Schedule: d.ID, Due: d.NextAt,
			Actor: actorSchedule, Why: why})
		if err != nil {
			return err
		}
		d.MissedAt = d.NextAt
		return tx.Schedules().Save(d)
	})
	if met, _ := s.Connection(); err != nil || !own && met != "" {
		return err
	}
	s.tellOnce("missed "+string(d.ID)+d.NextAt.String(), slog.LevelError, "a scheduled run has not begun",
		"organisation", org.Name, "schedule", d.ID, "due", d.NextAt, "reason", problem.Error(),
		"what_to_do", wrapcast.Hint(problem))
	if !own {
		return nil
	}
	return s.sendDueOf(ctx, org.ID)
}
