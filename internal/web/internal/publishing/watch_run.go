package publishing

import (
	"context"
	"reflect"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// progressEvent is the progress of a step.
type progressEvent struct {
	Step    wrapcast.StepName `json:"step"`
	What    string            `json:"what" doc:"What is counted, such as intervals"`
	Done    int               `json:"done"`
	Total   int               `json:"total" doc:"0 where it is not known"`
	Waiting string            `json:"waiting" doc:"What holds it up; empty where nothing does"`
}

// endEvent is the last event of a stream.
type endEvent struct {
	State wrapcast.RunState `json:"state"`
}

func runEvents() api.EventTypes {
	return api.EventTypes{"run": reflect.TypeFor[RunRow](), "progress": reflect.TypeFor[progressEvent](),
		"submission": reflect.TypeFor[wrapcast.Submission](),
		"entry":      reflect.TypeFor[wrapcast.AuditEntry](), "end": reflect.TypeFor[endEvent]()}
}

type watchRunInput struct {
	RunInput
	LastEventID int64 `header:"Last-Event-ID" minimum:"0" doc:"Entries up to this one are known already"`
}

// runWatch has the state of a run that a reader of its stream has seen already.
type runWatch struct {
	org         wrapcast.OrganisationID
	run         wrapcast.RunID
	seq         int64
	last        RunRow
	submissions map[wrapcast.SubmissionID]wrapcast.Submission
}

func (h *runHandlers) watchRun(
	ctx context.Context, at api.Scope, in *watchRunInput,
) (func(context.Context, api.Sender) error, error) {
	org := at.Organisation
	run, err := h.run(ctx, org, in.Run)
	if err != nil {
		return nil, err
	}
	w := &runWatch{org: org, run: run.ID, seq: in.LastEventID,
		submissions: map[wrapcast.SubmissionID]wrapcast.Submission{}}
	return func(ctx context.Context, send api.Sender) error {
		var progress <-chan wrapcast.Progress
		served := h.worker.Of(org)
		if served != nil {
			listened, stop := served.Listen()
			defer stop()
			progress = listened
		}
		return h.streams.Loop(ctx, send, func() (bool, error) {
			if served != nil && served.Working() == w.run {
				if err := drain(progress, send); err != nil {
					return false, err
				}
			}
			return w.look(ctx, h.Store, send)
		})
	}, nil
}

// drain passes on the progress that came meanwhile.
func drain(progress <-chan wrapcast.Progress, send api.Sender) error {
	for {
		select {
		case p := <-progress:
			if err := send(api.Event{Name: "progress", Data: progressEvent{p.Step, p.What, p.Done, p.Total,
				p.Waiting}}); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// look sends the changes since the look before, and reports whether the run is over.
func (w *runWatch) look(ctx context.Context, db *store.Store, send api.Sender) (over bool, err error) {
	var run wrapcast.Run
	var submissions []wrapcast.Submission
	var entries []wrapcast.AuditEntry
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		if run, err = tx.Runs().Get(w.org, w.run); err != nil {
			return err
		}
		if submissions, err = tx.Submissions().OfRun(w.org, w.run); err != nil {
			return err
		}
		entries, err = tx.Audit().OfRun(w.org, w.run)
		return err
	})
	if err != nil {
		return false, err
	}
	if row := RunOf(run); !reflect.DeepEqual(row, w.last) {
		w.last = row
		if err := send(api.Event{Name: "run", Data: row}); err != nil {
			return false, err
		}
	}
	for _, v := range submissions {
		if w.submissions[v.ID].State != v.State {
			w.submissions[v.ID] = v
			if err := send(api.Event{Name: "submission", Data: v}); err != nil {
				return false, err
			}
		}
	}
	for _, e := range entries {
		if e.Seq > w.seq {
			w.seq = e.Seq
			if err := send(api.Event{ID: e.Seq, Name: "entry", Data: e}); err != nil {
				return false, err
			}
		}
	}
	if run.State == wrapcast.RunPending || run.State == wrapcast.RunRunning {
		return false, nil
	}
	return true, send(api.Event{Name: "end", Data: endEvent{run.State}})
}
