package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/flow"
	"github.com/wrapcast/wrapcast/internal/store"
)

// runRow is one pass over the steps.
type runRow struct {
	ID         wrapcast.RunID    `json:"id"`
	State      wrapcast.RunState `json:"state"`
	Actor      string            `json:"actor" doc:"Who asked for it: cli, schedule, demo, a user's name"`
	StartedAt  time.Time         `json:"started_at"`
	FinishedAt *time.Time        `json:"finished_at,omitempty"`
	Reason     string            `json:"reason" doc:"Why it failed or is partly done"`
	DryRun     bool              `json:"dry_run"`
	Target     wrapcast.Target   `json:"target"`
	Weeks      int               `json:"weeks"`
	Horizon    int               `json:"horizon_days"`
	Algorithm  string            `json:"algorithm"`
	Steps      []stepRow         `json:"steps"`
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
	Scope
	Paged
	State string `query:"state" enum:"pending,running,done,partial,failed,cancelled"`
}

// RunInput names a run in a path.
type RunInput struct {
	Scope
	Run string `path:"run" maxLength:"100" doc:"The run's id, or latest"`
}

// runRequest is what somebody asks of a run; what is left out is as in the settings.
type runRequest struct {
	DryRun        bool              `json:"dry_run,omitempty" doc:"Stop after the plan: nothing is submitted and nobody is told. Needs the role planner; otherwise publisher"`
	HorizonDays   int               `json:"horizon_days,omitempty" minimum:"0" maximum:"3650" doc:"How many days are forecast"`
	Weeks         int               `json:"weeks,omitempty" minimum:"0" maximum:"6" doc:"How many weeks are planned"`
	Strict        bool              `json:"strict,omitempty" doc:"Refuse weak histories"`
	Algorithm     string            `json:"algorithm,omitempty" maxLength:"50" doc:"The forecasting method, such as auto"`
	AcceptChanges bool              `json:"accept_changes,omitempty" doc:"Submit although the plan changes more than may go unattended"`
	Submit        []wrapcast.PlanID `json:"submit,omitempty" maxItems:"6" doc:"Submit these stored plans, and do nothing else"`
}

type startRunInput struct {
	Scope
	Body runRequest
}

type runStarted struct {
	Location string `header:"Location" doc:"Where the run is"`
	Body     runRow
}

func (s *Server) registerRuns() {
	start := working(accepted(operation(http.MethodPost, "start-run", "/runs", "Runs", "Start a run")))
	register(s.api, wrapcast.RolePlanner, described(start, "One run is under way at a time. Watch it at /runs/{run}/events."), s.startRun)
	register(s.api, wrapcast.RolePublisher, described(working(accepted(operation(http.MethodPost, "cancel-run", "/runs/{run}/cancel", "Runs", "Stop a run"))),
		"Until it begins to submit: what may have reached the platform is followed to its end."), s.cancelRun)
	register(s.api, wrapcast.RoleViewer, get("list-run-entries", "/runs/{run}/entries", "Runs", "The log of a run: its audit entries, the first first"), s.listEntries)
	streams(s.api, wrapcast.RoleViewer, described(get("watch-run", "/runs/{run}/events", "Runs", "Watch a run"),
		"Server-sent events, until the run is over: the run and its submissions when they change, progress within a step, and every audit entry. Last-Event-ID goes on after an entry."),
		runEvents(), s.watchRun)
	register(s.api, wrapcast.RoleViewer, get("list-runs", "/runs", "Runs", "List runs, the latest first"), s.listRuns)
	register(s.api, wrapcast.RoleViewer, get("get-run", "/runs/{run}", "Runs", "Look at one run"), s.getRun)
}

func (s *Server) listRuns(ctx context.Context, in *runsInput) (*reply[list[runRow]], error) {
	before, err := in.after()
	if err != nil {
		return nil, err
	}
	var out list[runRow]
	err = s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		found, total, err := tx.RunsBefore(org, store.RunQuery{State: wrapcast.RunState(in.State), Before: wrapcast.RunID(before), Limit: in.Limit + 1})
		out = rows(in.Paged, found, total, func(r wrapcast.Run) string { return string(r.ID) }, runOf)
		return err
	})
	return answer(out, err)
}

func (s *Server) getRun(ctx context.Context, in *RunInput) (*reply[runRow], error) {
	var run wrapcast.Run
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) (err error) {
		run, err = chosenRun(tx, org, in.Run)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(runOf(run), nil)
}

// chosenRun returns the run a path names.
func chosenRun(tx *store.Tx, org wrapcast.OrganisationID, id string) (wrapcast.Run, error) {
	if id != latest {
		return tx.Run(org, wrapcast.RunID(id))
	}
	runs, err := tx.Runs(org, 1)
	if err == nil && len(runs) == 0 {
		return wrapcast.Run{}, wrapcast.Errorf(wrapcast.NotFound, "", "there was no run yet")
	}
	if err != nil {
		return wrapcast.Run{}, err
	}
	return runs[0], nil
}

func runOf(r wrapcast.Run) runRow {
	var spec flow.Spec
	_ = json.Unmarshal(r.Spec, &spec) // a spec of another version tells less
	out := runRow{ID: r.ID, State: r.State, Actor: r.Actor, StartedAt: r.StartedAt, FinishedAt: instant(r.FinishedAt), Reason: r.Reason,
		DryRun: spec.DryRun, Target: spec.Target, Weeks: spec.Weeks, Horizon: spec.HorizonDays, Algorithm: spec.Algorithm, Steps: []stepRow{}}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, stepRow{Name: s.Name, State: s.State, StartedAt: instant(s.StartedAt), FinishedAt: instant(s.FinishedAt),
			LatencyMs: s.LatencyMs, Reason: s.Reason})
	}
	return out
}

// instant is nil for the zero time.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// serving returns the service that does what is asked for.
func (s *Server) serving() (*flow.Service, error) {
	if s.Service != nil {
		return s.Service, nil
	}
	return nil, newProblem(http.StatusServiceUnavailable, "this server shows what is stored and works for no organisation").
		withHint("set GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET and start `wrapcast serve` again")
}

func (s *Server) startRun(ctx context.Context, in *startRunInput) (*runStarted, error) {
	who := whoAsks(ctx)
	if !in.Body.DryRun && !who.role.May(wrapcast.RolePublisher) {
		return nil, forbidden(who.actor + " may start dry runs only: submitting needs the role publisher").withHint("set dry_run, or ask a publisher")
	}
	if in.Body.DryRun && len(in.Body.Submit) > 0 {
		return nil, newProblem(http.StatusUnprocessableEntity, "a dry run submits nothing").withHint("leave dry_run or submit out")
	}
	service, err := s.serving()
	if err != nil {
		return nil, err
	}
	run, err := service.StartRun(ctx, flow.RunRequest(in.Body), who.actor)
	if err != nil {
		return nil, err
	}
	return &runStarted{Location: prefix + "/runs/" + string(run.ID), Body: runOf(run)}, nil
}

func (s *Server) cancelRun(ctx context.Context, in *RunInput) (*reply[runRow], error) {
	service, err := s.serving()
	if err != nil {
		return nil, err
	}
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	run, err := s.run(ctx, org, in.Run)
	if err != nil {
		return nil, err
	}
	if err := service.CancelRun(ctx, org, run.ID, actor(ctx)); err != nil {
		return nil, err
	}
	run, err = s.run(ctx, org, string(run.ID))
	return answer(runOf(run), err)
}

func (s *Server) run(ctx context.Context, org wrapcast.OrganisationID, id string) (run wrapcast.Run, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		run, err = chosenRun(tx, org, id)
		return err
	})
	return run, err
}

type entriesInput struct {
	RunInput
	Paged
}

func (s *Server) listEntries(ctx context.Context, in *entriesInput) (*reply[list[wrapcast.AuditEntry]], error) {
	var found []wrapcast.AuditEntry
	err := s.view(ctx, in.Scope, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		run, err := chosenRun(tx, org, in.Run)
		if err != nil {
			return err
		}
		found, err = tx.AuditEntriesOf(org, run.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer(page(in.Paged, found, func(e wrapcast.AuditEntry) string { return strconv.FormatInt(e.Seq, 10) }))
}
