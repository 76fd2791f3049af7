package service

import (
	"context"
	"encoding/json"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/schedule"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Planned is a schedule that stands in the settings or on the command line.
type Planned struct {
	// ID names it, so that it is known again after a restart. It must be set.
	ID wrapcast.ScheduleID
	// Source says where it stands.
	Source wrapcast.ScheduleSource
	// Cron has five fields: "0 2 * * *".
	Cron    string
	Request RunRequest
}

// plan stores the schedules of settings and command line in the place of those that stood there
// before. One that did not change keeps the time it is due: what was missed meanwhile is made up.
func (s *Service) plan(ctx context.Context, v *steps.View) error {
	org, now := v.Organisation(), v.Clock.Now()
	return v.Store.Update(ctx, func(tx *store.Tx) error {
		stored, err := tx.Schedules().All(org)
		if err != nil {
			return err
		}
		before := map[wrapcast.ScheduleID]wrapcast.Schedule{}
		for _, old := range stored {
			if old.Source == wrapcast.ScheduleStored {
				continue
			}
			before[old.ID] = old
			if err := tx.Schedules().Delete(org, old.ID); err != nil {
				return err
			}
		}
		for _, planned := range s.Planned {
			next, err := planned.schedule(org, v.ZoneOf(wrapcast.ChooseUnits(planned.Request.BusinessUnits...)), now)
			if err != nil {
				return err
			}
			if old, known := before[planned.ID]; known {
				next.LastAt, next.LastRun, next.MissedAt = old.LastAt, old.LastRun, old.MissedAt
				if old.Cron == next.Cron {
					next.NextAt = old.NextAt
				}
			}
			if err := tx.Schedules().Save(next); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p Planned) schedule(org wrapcast.OrganisationID, zone *time.Location, now time.Time) (wrapcast.Schedule, error) {
	rule, err := schedule.Parse(p.Cron, zone)
	if err != nil {
		return wrapcast.Schedule{}, err
	}
	request, err := json.Marshal(p.Request)
	return wrapcast.Schedule{ID: p.ID, Organisation: org, Source: p.Source, Cron: p.Cron, Request: request,
		Enabled: true,
		NextAt:  rule.Next(now), Author: string(p.Source), UpdatedAt: now}, err
}

// SaveSchedule stores a schedule that somebody makes or changes, and when it is due next.
func (s *Service) SaveSchedule(ctx context.Context, id wrapcast.ScheduleID, cron string, r RunRequest, enabled bool,
	actor string) (v wrapcast.Schedule, err error) {
	at, err := s.connect(ctx)
	if err != nil {
		return v, err
	}
	now := at.Clock.Now()
	if err := wrapcast.ChooseUnits(r.BusinessUnits...).Check(); err != nil {
		return v, err
	}
	v, err = Planned{ID: id, Source: wrapcast.ScheduleStored, Cron: cron, Request: r}.schedule(at.Organisation(),
		at.ZoneOf(wrapcast.ChooseUnits(r.BusinessUnits...)), now)
	if err != nil {
		return v, err
	}
	v.Enabled, v.Author = enabled, actor
	return v, at.Store.Update(ctx, func(tx *store.Tx) error {
		old, err := tx.Schedules().Get(v.Organisation, id)
		switch {
		case wrapcast.KindOf(err) == wrapcast.NotFound:
		case err != nil:
			return err
		case old.Source != wrapcast.ScheduleStored:
			return notStoredHere(old)
		default:
			v.LastAt, v.LastRun = old.LastAt, old.LastRun
		}
		if err := tx.Schedules().Save(v); err != nil {
			return err
		}
		return s.auditSchedule(tx, v, "schedule.saved", actor)
	})
}

// DeleteSchedule removes a schedule that somebody made.
func (s *Service) DeleteSchedule(ctx context.Context, org wrapcast.OrganisationID, id wrapcast.ScheduleID,
	actor string) error {
	return s.Forecaster.Store.Update(ctx, func(tx *store.Tx) error {
		old, err := tx.Schedules().Get(org, id)
		if err != nil {
			return err
		}
		if old.Source != wrapcast.ScheduleStored {
			return notStoredHere(old)
		}
		if err := tx.Schedules().Delete(org, id); err != nil {
			return err
		}
		return s.auditSchedule(tx, old, "schedule.deleted", actor)
	})
}

func notStoredHere(old wrapcast.Schedule) error {
	return wrapcast.Errorf(wrapcast.Conflict, "schedule", "the schedule %s comes from the %s", old.ID, old.Source).
		WithHint("change it there, and start the service again")
}

func (s *Service) auditSchedule(tx *store.Tx, v wrapcast.Schedule, action, actor string) error {
	_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: v.Organisation, At: s.Forecaster.Clock.Now(),
		Actor: actor, Action: action, Status: steps.StatusOK,
		Objects: map[string]string{"schedule": string(v.ID)}, Detail: v.Cron})
	return err
}
