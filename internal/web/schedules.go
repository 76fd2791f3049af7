package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/flow"
	"github.com/wrapcast/wrapcast/internal/store"
)

// scheduleRow says when runs are due.
type scheduleRow struct {
	ID        wrapcast.ScheduleID `json:"id"`
	Source    string              `json:"source" enum:"stored,settings,command" doc:"stored: made here; settings and command: changed where they stand"`
	Cron      string              `json:"cron" doc:"Minute, hour, day of the month, month, weekday, on the wall clock of the business unit"`
	Request   scheduleRequest     `json:"request"`
	Enabled   bool                `json:"enabled"`
	NextAt    *time.Time          `json:"next_at,omitempty" doc:"When the next run is due"`
	LastAt    *time.Time          `json:"last_at,omitempty" doc:"When it was last due"`
	LastRun   wrapcast.RunID      `json:"last_run" doc:"The run it began then; empty where it never did"`
	Author    string              `json:"author"`
	UpdatedAt time.Time           `json:"updated_at"`
}

// scheduleRequest is what scheduled runs are asked for; what is left out is as in the settings.
type scheduleRequest struct {
	DryRun      bool   `json:"dry_run,omitempty"`
	HorizonDays int    `json:"horizon_days,omitempty" minimum:"0" maximum:"3650"`
	Weeks       int    `json:"weeks,omitempty" minimum:"0" maximum:"6"`
	Strict      bool   `json:"strict,omitempty"`
	Algorithm   string `json:"algorithm,omitempty" maxLength:"50"`
}

func (r scheduleRequest) flow() flow.RunRequest {
	return flow.RunRequest{DryRun: r.DryRun, HorizonDays: r.HorizonDays, Weeks: r.Weeks, Strict: r.Strict, Algorithm: r.Algorithm}
}

type newSchedule struct {
	Cron    string          `json:"cron" minLength:"1" maxLength:"200" example:"0 2 * * *"`
	Request scheduleRequest `json:"request"`
	Enabled bool            `json:"enabled"`
}

type newScheduleInput struct {
	Scope
	Body newSchedule
}

// ScheduleInput names a schedule in a path.
type ScheduleInput struct {
	Scope
	Schedule string `path:"schedule" maxLength:"100"`
}

type changeScheduleInput struct {
	ScheduleInput
	IfMatch
	Body newSchedule
}

type upcomingInput struct {
	Scope
	Cron  string `query:"cron" required:"true" minLength:"1" maxLength:"200" example:"0 2 * * *"`
	Count int    `query:"count" minimum:"1" maximum:"50" default:"5"`
}

type upcomingBody struct {
	Times []time.Time `json:"times"`
}

type schedulesInput struct {
	Scope
	Paged
}

func (s *Server) registerSchedules() {
	register(s.api, wrapcast.RoleViewer, get("list-schedules", "/schedules", "Runs", "List when runs are due"), s.listSchedules)
	register(s.api, wrapcast.RoleViewer, get("get-schedule", "/schedules/{schedule}", "Runs", "Look at one schedule"), s.getSchedule)
	register(s.api, wrapcast.RoleAdmin, working(created(operation(http.MethodPost, "create-schedule", "/schedules", "Runs", "Make a schedule"))), s.createSchedule)
	register(s.api, wrapcast.RoleAdmin, working(conditional(operation(http.MethodPut, "change-schedule", "/schedules/{schedule}", "Runs", "Change a schedule"))), s.changeSchedule)
	register(s.api, wrapcast.RoleAdmin, working(noContent(operation(http.MethodDelete, "delete-schedule", "/schedules/{schedule}", "Runs", "Delete a schedule"))), s.deleteSchedule)
	register(s.api, wrapcast.RoleViewer, described(get("preview-schedule", "/schedule-preview", "Runs", "When a schedule would be due"),
		"The next times, right over clock changes: a time that is lost in spring is when the clocks have jumped, one that comes twice in autumn is the first."), s.previewSchedule)
}

func scheduleOf(v wrapcast.Schedule) scheduleRow {
	out := scheduleRow{ID: v.ID, Source: string(v.Source), Cron: v.Cron, Enabled: v.Enabled, NextAt: instant(v.NextAt), LastAt: instant(v.LastAt),
		LastRun: v.LastRun, Author: v.Author, UpdatedAt: v.UpdatedAt}
	_ = json.Unmarshal(v.Request, &out.Request) // one of another version tells less
	return out
}

func (s *Server) listSchedules(ctx context.Context, in *schedulesInput) (*reply[list[scheduleRow]], error) {
	var rows []scheduleRow
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		all, err := tx.Schedules(org)
		for _, v := range all {
			rows = append(rows, scheduleOf(v))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(page(in.Paged, rows, func(v scheduleRow) string { return string(v.ID) }))
}

func (s *Server) getSchedule(ctx context.Context, in *ScheduleInput) (*reply[scheduleRow], error) {
	var v wrapcast.Schedule
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		v, err = tx.Schedule(org, wrapcast.ScheduleID(in.Schedule))
		return err
	})
	return versioned(scheduleOf(v), err)
}

func (s *Server) createSchedule(ctx context.Context, in *newScheduleInput) (*reply[scheduleRow], error) {
	return s.saveSchedule(ctx, wrapcast.ScheduleID(s.NewID()), in.Body)
}

func (s *Server) saveSchedule(ctx context.Context, id wrapcast.ScheduleID, body newSchedule) (*reply[scheduleRow], error) {
	service, err := s.serving()
	if err != nil {
		return nil, err
	}
	v, err := service.SaveSchedule(ctx, id, body.Cron, body.Request.flow(), body.Enabled, actor(ctx))
	if err != nil {
		return nil, err
	}
	return s.getSchedule(ctx, &ScheduleInput{Scope: Scope{Organisation: string(v.Organisation)}, Schedule: string(id)})
}

func (s *Server) changeSchedule(ctx context.Context, in *changeScheduleInput) (*reply[scheduleRow], error) {
	current, err := s.getSchedule(ctx, &in.ScheduleInput)
	if err != nil {
		return nil, err
	}
	if err := in.check(current.Body); err != nil {
		return nil, err
	}
	return s.saveSchedule(ctx, current.Body.ID, in.Body)
}

func (s *Server) deleteSchedule(ctx context.Context, in *ScheduleInput) (*struct{}, error) {
	service, err := s.serving()
	if err != nil {
		return nil, err
	}
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	return nil, service.DeleteSchedule(ctx, org, wrapcast.ScheduleID(in.Schedule), actor(ctx))
}

func (s *Server) previewSchedule(ctx context.Context, in *upcomingInput) (*reply[upcomingBody], error) {
	snap, err := s.look(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	times, err := flow.Upcoming(in.Cron, snap.zone, s.Clock.Now(), in.Count)
	return answer(upcomingBody{Times: orEmpty(times)}, err)
}
