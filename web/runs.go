package web

import (
	"context"
	"encoding/json"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/flow"
	"github.com/wrapcast/wrapcast/store"
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

type runInput struct {
	Scope
	Run string `path:"run" maxLength:"100" doc:"The run's id, or latest"`
}

func (s *Server) registerRuns() {
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

func (s *Server) getRun(ctx context.Context, in *runInput) (*reply[runRow], error) {
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
