package publishing

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/schedule"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// scheduleRow says when runs are due.
type scheduleRow struct {
	ID        wrapcast.ScheduleID `json:"id"`
	Source    string              `json:"source" enum:"stored,settings,command" doc:"stored: made here; settings and command: set in the settings file or on the command line, and changed there"`
	Cron      string              `json:"cron" doc:"Minute, hour, day of the month, month, weekday, on the wall clock of the business unit"`
	Request   scheduleRequest     `json:"request"`
	Enabled   bool                `json:"enabled"`
	NextAt    *time.Time          `json:"next_at,omitempty" doc:"When the next run is due"`
	LastAt    *time.Time          `json:"last_at,omitempty" doc:"When it was last due"`
	LastRun   wrapcast.RunID      `json:"last_run" doc:"The run it began then; empty where it never did"`
	Author    string              `json:"author"`
	UpdatedAt time.Time           `json:"updated_at"`
}

// scheduleRequest has the options of scheduled runs; the settings give those that are left out.
type scheduleRequest struct {
	DryRun        bool     `json:"dry_run,omitempty"`
	HorizonDays   int      `json:"horizon_days,omitempty" minimum:"0" maximum:"3650"`
	Weeks         int      `json:"weeks,omitempty" minimum:"0" maximum:"6"`
	Strict        bool     `json:"strict,omitempty"`
	Algorithm     string   `json:"algorithm,omitempty" maxLength:"50"`
	BusinessUnits []string `json:"business_units,omitempty" maxItems:"100" doc:"The units that are planned, by id or name, or all"`
}

func (r scheduleRequest) request() service.RunRequest {
	return service.RunRequest{DryRun: r.DryRun, HorizonDays: r.HorizonDays, Weeks: r.Weeks, Strict: r.Strict,
		Algorithm: r.Algorithm, BusinessUnits: r.BusinessUnits}
}

type newSchedule struct {
	Cron    string          `json:"cron" minLength:"1" maxLength:"200" example:"0 2 * * *"`
	Request scheduleRequest `json:"request"`
	Enabled bool            `json:"enabled"`
}

type newScheduleInput struct {
	Body newSchedule
}

// ScheduleInput names a schedule in a path.
type ScheduleInput struct {
	Schedule string `path:"schedule" maxLength:"100"`
}

type changeScheduleInput struct {
	ScheduleInput
	api.IfMatch
	Body newSchedule
}

type upcomingInput struct {
	Cron  string `query:"cron" required:"true" minLength:"1" maxLength:"200" example:"0 2 * * *"`
	Count int    `query:"count" minimum:"1" maximum:"50" default:"5"`
}

type upcomingBody struct {
	Times []time.Time `json:"times"`
}

type schedulesInput struct {
	api.Paged
}

// scheduleHandlers says when runs are due.
type scheduleHandlers struct {
	scope.Organisations
	worker scope.Worker
	clock  wrapcast.Clock
	newID  func() string
}

// operations lists what can be asked here.
func (h *scheduleHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-schedules", Path: "/schedules", Tag: "Runs", Role: viewer, Summary: "List when runs are due",
			Handler: api.Answer(api.Stored, h.listSchedules)},
		{ID: "get-schedule", Path: "/schedules/{schedule}", Tag: "Runs", Role: viewer,
			Summary: "Look at one schedule",
			Handler: api.Answer(api.Stored, h.getSchedule)},
		{ID: "create-schedule", Method: http.MethodPost, Path: "/schedules", Tag: "Runs", Role: admin,
			Summary: "Make a schedule",
			Status:  http.StatusCreated, Works: true, Handler: api.Answer(api.Connected, h.createSchedule)},
		{ID: "change-schedule", Method: http.MethodPut, Path: "/schedules/{schedule}", Tag: "Runs", Role: admin,
			Summary: "Change a schedule",
			Works:   true, Conditional: true, Handler: api.Answer(api.Connected, h.changeSchedule)},
		{ID: "delete-schedule", Method: http.MethodDelete, Path: "/schedules/{schedule}", Tag: "Runs", Role: admin,
			Summary: "Delete a schedule",
			Status:  http.StatusNoContent, Works: true, Handler: api.Answer(api.Connected, h.deleteSchedule)},
		{ID: "preview-schedule", Path: "/schedule-preview", Tag: "Runs", Role: viewer,
			Summary: "When a schedule would be due",
			Description: "The next times, clock changes included: a local time skipped in spring is moved to when " +
				"the clocks have jumped, one that exists twice in autumn is the first.",
			Handler: api.Answer(api.Stored, h.previewSchedule)},
	}
}

func scheduleOf(v wrapcast.Schedule) scheduleRow {
	out := scheduleRow{ID: v.ID, Source: string(v.Source), Cron: v.Cron, Enabled: v.Enabled,
		NextAt: api.Instant(v.NextAt), LastAt: api.Instant(v.LastAt),
		LastRun: v.LastRun, Author: v.Author, UpdatedAt: v.UpdatedAt}
	_ = json.Unmarshal(v.Request, &out.Request) // one of another version tells less
	return out
}

func (h *scheduleHandlers) listSchedules(
	ctx context.Context, at api.Scope, in *schedulesInput,
) (*api.Page[scheduleRow], error) {
	var rows []scheduleRow
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		all, err := tx.Schedules().All(org)
		for _, v := range all {
			rows = append(rows, scheduleOf(v))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return api.RespondPage(in.Paged, rows, func(v scheduleRow) string { return string(v.ID) })
}

func (h *scheduleHandlers) getSchedule(
	ctx context.Context, at api.Scope, in *ScheduleInput,
) (*api.Reply[scheduleRow], error) {
	var v wrapcast.Schedule
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		v, err = tx.Schedules().Get(org, wrapcast.ScheduleID(in.Schedule))
		return err
	})
	return api.RespondVersioned(scheduleOf(v), err)
}

func (h *scheduleHandlers) createSchedule(
	ctx context.Context, at api.Scope, in *newScheduleInput,
) (*api.Reply[scheduleRow], error) {
	return h.saveSchedule(ctx, at, wrapcast.ScheduleID(h.newID()), in.Body)
}

func (h *scheduleHandlers) saveSchedule(ctx context.Context, at api.Scope, id wrapcast.ScheduleID,
	body newSchedule) (*api.Reply[scheduleRow], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	v, err := served.SaveSchedule(ctx, id, body.Cron, body.Request.request(), body.Enabled, access.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return h.getSchedule(ctx, at, &ScheduleInput{Schedule: string(v.ID)})
}

func (h *scheduleHandlers) changeSchedule(
	ctx context.Context, at api.Scope, in *changeScheduleInput,
) (*api.Reply[scheduleRow], error) {
	current, err := h.getSchedule(ctx, at, &in.ScheduleInput)
	if err != nil {
		return nil, err
	}
	if err := in.Check(current.Body); err != nil {
		return nil, err
	}
	return h.saveSchedule(ctx, at, current.Body.ID, in.Body)
}

func (h *scheduleHandlers) deleteSchedule(ctx context.Context, at api.Scope, in *ScheduleInput) (*struct{}, error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	return nil, served.DeleteSchedule(ctx, at.Organisation, wrapcast.ScheduleID(in.Schedule), access.Actor(ctx))
}

func (h *scheduleHandlers) previewSchedule(
	ctx context.Context, at api.Scope, in *upcomingInput,
) (*api.Reply[upcomingBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	times, err := schedule.Upcoming(in.Cron, snap.Zone, h.clock.Now(), in.Count)
	return api.Respond(upcomingBody{Times: api.OrEmpty(times)}, err)
}
