package publishing

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// RunRow is one pass over the steps.
type RunRow struct {
	ID            wrapcast.RunID     `json:"id"`
	State         wrapcast.RunState  `json:"state"`
	Actor         string             `json:"actor" doc:"Who asked for it: cli, schedule, demo, a user's name"`
	StartedAt     time.Time          `json:"started_at"`
	FinishedAt    *time.Time         `json:"finished_at,omitempty"`
	Reason        string             `json:"reason" doc:"Why it failed or is partly done"`
	Hint          string             `json:"hint" doc:"What to do about it"`
	Held          bool               `json:"held" doc:"It waits for a person: validation, limits or silence held it"`
	DryRun        bool               `json:"dry_run"`
	Target        wrapcast.Target    `json:"target"`
	Weeks         int                `json:"weeks"`
	Horizon       int                `json:"horizon_days"`
	Algorithm     string             `json:"algorithm"`
	Steps         []stepRow          `json:"steps"`
	BusinessUnits []wrapcast.RunUnit `json:"business_units" doc:"Those it is for, and how it ended for each; none where there is none"`
}

type stepRow struct {
	Name       wrapcast.StepName `json:"name"`
	State      wrapcast.RunState `json:"state"`
	StartedAt  *time.Time        `json:"started_at,omitempty"`
	FinishedAt *time.Time        `json:"finished_at,omitempty"`
	LatencyMs  int64             `json:"latency_ms"`
	Reason     string            `json:"reason"`
}

type runsInput struct {
	api.Paged
	State string `query:"state" enum:"pending,running,done,partial,failed,cancelled"`
}

// RunInput names a run in a path.
type RunInput struct {
	Run string `path:"run" maxLength:"100" doc:"The run's id, or latest"`
}

// runRequest has the options of a run; the settings give those that are left out.
type runRequest struct {
	DryRun        bool              `json:"dry_run,omitempty" doc:"Stop after the plan: nothing is submitted, no notification is sent. Needs the role planner; otherwise publisher"`
	HorizonDays   int               `json:"horizon_days,omitempty" minimum:"0" maximum:"3650" doc:"How many days are forecast"`
	Weeks         int               `json:"weeks,omitempty" minimum:"0" maximum:"6" doc:"How many weeks are planned"`
	Strict        bool              `json:"strict,omitempty" doc:"Refuse weak histories"`
	Algorithm     string            `json:"algorithm,omitempty" maxLength:"50" doc:"The forecasting method, such as auto"`
	AcceptChanges bool              `json:"accept_changes,omitempty" doc:"Submit although the plan exceeds the auto-publish limits, or what the platform has for the week cannot be read"`
	Submit        []wrapcast.PlanID `json:"submit,omitempty" maxItems:"60" doc:"Submit these stored plans, one per business unit and week, and do nothing else"`
	BusinessUnits []string          `json:"business_units,omitempty" maxItems:"100" doc:"The units that are planned, by id or name, or all; left out: those of the settings"`
}

type startRunInput struct {
	Body runRequest
}

type runStarted struct {
	Location string `header:"Location" doc:"Where the run is"`
	Body     RunRow
}

// runHandlers starts, shows and stops runs.
type runHandlers struct {
	scope.Organisations
	worker  scope.Worker
	streams scope.Streamer
}

// operations lists what can be asked here.
func (h *runHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "start-run", Method: http.MethodPost, Path: "/runs", Tag: "Runs", Role: planner,
			Summary:     "Start a run",
			Description: "One run is under way at a time. Watch it at /runs/{run}/events.",
			Status:      http.StatusAccepted, Works: true, Handler: api.Answer(api.Connected, h.startRun)},
		{ID: "cancel-run", Method: http.MethodPost, Path: "/runs/{run}/cancel", Tag: "Runs", Role: publisher,
			Summary:     "Stop a run",
			Description: "Possible until it begins to submit: whatever may have reached the platform is followed to its end.",
			Status:      http.StatusAccepted, Works: true, Handler: api.Answer(api.Connected, h.cancelRun)},
		{ID: "list-run-entries", Path: "/runs/{run}/entries", Tag: "Runs", Role: viewer,
			Summary: "The log of a run: its audit entries, oldest first",
			Handler: api.Answer(api.Stored, h.listEntries)},
		{ID: "watch-run", Path: "/runs/{run}/events", Tag: "Runs", Role: viewer, Summary: "Watch a run",
			Description: "Server-sent events, until the run is over: the run and its submissions when they change, " +
				"progress within a step, and every audit entry. Last-Event-ID goes on after an entry.",
			Handler: api.Streams(api.Stored, runEvents(), h.watchRun)},
		{ID: "list-runs", Path: "/runs", Tag: "Runs", Role: viewer, Summary: "List runs, the latest first",
			Handler: api.Answer(api.Stored, h.listRuns)},
		{ID: "get-run", Path: "/runs/{run}", Tag: "Runs", Role: viewer, Summary: "Look at one run",
			Handler: api.Answer(api.Stored, h.getRun)},
	}
}

func (h *runHandlers) listRuns(ctx context.Context, at api.Scope, in *runsInput) (*api.Page[RunRow], error) {
	return scope.Listed[wrapcast.Run, RunRow]{
		Find: func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) ([]wrapcast.Run, int, error) {
			return tx.Runs().Before(org, store.RunQuery{State: wrapcast.RunState(in.State),
				Before: wrapcast.RunID(after),
				Limit:  limit})
		},
		IDOf: func(r wrapcast.Run) string { return string(r.ID) },
		Show: RunOf,
	}.Answer(ctx, h.View, at, in.Paged)
}

func (h *runHandlers) getRun(ctx context.Context, at api.Scope, in *RunInput) (*api.Reply[RunRow], error) {
	var run wrapcast.Run
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		run, err = chosenRun(tx, org, in.Run)
		return err
	})
	if err != nil {
		return nil, err
	}
	return api.Respond(RunOf(run), nil)
}

// chosenRun returns the run a path names.
func chosenRun(tx *store.Tx, org wrapcast.OrganisationID, id string) (wrapcast.Run, error) {
	if id != scope.Latest {
		return tx.Runs().Get(org, wrapcast.RunID(id))
	}
	runs, err := tx.Runs().Latest(org, 1)
	if err == nil && len(runs) == 0 {
		return wrapcast.Run{}, wrapcast.Errorf(wrapcast.NotFound, "", "there was no run yet")
	}
	if err != nil {
		return wrapcast.Run{}, err
	}
	return runs[0], nil
}

// RunOf shows a run.
func RunOf(r wrapcast.Run) RunRow {
	var spec steps.Spec
	_ = json.Unmarshal(r.Spec, &spec) // a spec of another version tells less
	out := RunRow{ID: r.ID, State: r.State, Actor: r.Actor, StartedAt: r.StartedAt,
		FinishedAt: api.Instant(r.FinishedAt), Reason: r.Reason, Hint: r.Hint, Held: r.Held(),
		DryRun: spec.DryRun, Target: spec.Target, Weeks: spec.Weeks, Horizon: spec.HorizonDays,
		Algorithm: spec.Algorithm,
		Steps:     []stepRow{}, BusinessUnits: api.OrEmpty(r.Units)}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, stepRow{Name: s.Name, State: s.State, StartedAt: api.Instant(s.StartedAt),
			FinishedAt: api.Instant(s.FinishedAt), LatencyMs: s.LatencyMs, Reason: s.Reason})
	}
	return out
}

func (h *runHandlers) startRun(ctx context.Context, at api.Scope, in *startRunInput) (*runStarted, error) {
	who := access.WhoAsks(ctx)
	if !in.Body.DryRun && !who.Rights.In(at.Organisation).May(wrapcast.RolePublisher) {
		return nil, api.Forbidden(who.Actor + " may start dry runs only: submitting needs the role publisher").
			WithHint("set dry_run, or ask a publisher")
	}
	if in.Body.DryRun && len(in.Body.Submit) > 0 {
		return nil, api.NewProblem(http.StatusUnprocessableEntity, "a dry run submits nothing").
			WithHint("leave dry_run or submit out")
	}
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	if err := h.plansThere(ctx, at, in.Body.Submit); err != nil {
		return nil, err
	}
	run, err := served.StartRun(ctx, service.RunRequest(in.Body), who.Actor)
	if err != nil {
		return nil, err
	}
	return &runStarted{Location: at.Location("/runs/" + string(run.ID)), Body: RunOf(run)}, nil
}

// plansThere refuses plans that the organisation does not have.
func (h *runHandlers) plansThere(ctx context.Context, at api.Scope, plans []wrapcast.PlanID) error {
	return h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		for _, id := range plans {
			if _, err := tx.Plans().Get(org, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *runHandlers) cancelRun(ctx context.Context, at api.Scope, in *RunInput) (*api.Reply[RunRow], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	org := at.Organisation
	run, err := h.run(ctx, org, in.Run)
	if err != nil {
		return nil, err
	}
	if err := served.CancelRun(ctx, org, run.ID, access.Actor(ctx)); err != nil {
		return nil, err
	}
	run, err = h.run(ctx, org, string(run.ID))
	return api.Respond(RunOf(run), err)
}

func (h *runHandlers) run(ctx context.Context, org wrapcast.OrganisationID, id string) (run wrapcast.Run, err error) {
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		run, err = chosenRun(tx, org, id)
		return err
	})
	return run, err
}

type entriesInput struct {
	RunInput
	api.Paged
}

func (h *runHandlers) listEntries(
	ctx context.Context, at api.Scope, in *entriesInput,
) (*api.Page[wrapcast.AuditEntry], error) {
	var found []wrapcast.AuditEntry
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		run, err := chosenRun(tx, org, in.Run)
		if err != nil {
			return err
		}
		found, err = tx.Audit().OfRun(org, run.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return api.RespondPage(in.Paged, found, func(e wrapcast.AuditEntry) string { return strconv.FormatInt(e.Seq, 10) })
}
