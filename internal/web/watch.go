package web

import (
	"context"
	"reflect"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// A stream looks at the store so often, and says that it is still there so often.
const (
	lookEvery = 300 * time.Millisecond
	beatEvery = 15 * time.Second
)

// progressEvent is how far a step has come.
type progressEvent struct {
	Step    wrapcast.StepName `json:"step"`
	What    string            `json:"what" doc:"What is counted, such as intervals"`
	Done    int               `json:"done"`
	Total   int               `json:"total" doc:"0 where it is not known"`
	Waiting string            `json:"waiting" doc:"What holds it up; empty where nothing does"`
}

// endEvent says that nothing more will come.
type endEvent struct {
	State wrapcast.RunState `json:"state"`
}

// changeEvent says that what is shown of an organisation has changed.
type changeEvent struct {
	AuditEntries int64               `json:"audit_entries"`
	AsOf         time.Time           `json:"as_of" doc:"Up to when the platform was asked"`
	Forecast     wrapcast.ForecastID `json:"forecast" doc:"The latest; empty where there is none"`
	Run          wrapcast.RunID      `json:"run" doc:"The run under way; empty where there is none"`
}

func runEvents() eventTypes {
	return eventTypes{"run": reflect.TypeFor[runRow](), "progress": reflect.TypeFor[progressEvent](), "submission": reflect.TypeFor[wrapcast.Submission](),
		"entry": reflect.TypeFor[wrapcast.AuditEntry](), "end": reflect.TypeFor[endEvent]()}
}

func (s *Server) registerWatch() {
	streams(s.api, wrapcast.RoleViewer, described(get("watch", "/events", "Status", "Watch for changes"),
		"Server-sent events: one whenever something that is shown has changed, so that pages know when to ask again."),
		eventTypes{"change": reflect.TypeFor[changeEvent]()}, s.watchAll)
}

type watchRunInput struct {
	RunInput
	LastEventID int64 `header:"Last-Event-ID" minimum:"0" doc:"Entries up to this one are known already"`
}

// runWatch is what a reader of a run's stream has seen.
type runWatch struct {
	org         wrapcast.OrganisationID
	run         wrapcast.RunID
	seq         int64
	last        runRow
	submissions map[wrapcast.SubmissionID]wrapcast.Submission
}

func (s *Server) watchRun(ctx context.Context, in *watchRunInput) (func(context.Context, sender) error, error) {
	org, err := s.choose(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	run, err := s.run(ctx, org, in.Run)
	if err != nil {
		return nil, err
	}
	w := &runWatch{org: org, run: run.ID, seq: in.LastEventID, submissions: map[wrapcast.SubmissionID]wrapcast.Submission{}}
	return func(ctx context.Context, send sender) error {
		var progress <-chan wrapcast.Progress
		if s.Service != nil {
			listened, stop := s.Service.Listen()
			defer stop()
			progress = listened
		}
		return s.loop(ctx, send, func() (bool, error) {
			if s.Service != nil && s.Service.Working() == w.run {
				if err := drain(progress, send); err != nil {
					return false, err
				}
			}
			return w.look(ctx, s.Store, send)
		})
	}, nil
}

// drain passes on what progress was heard of meanwhile.
func drain(progress <-chan wrapcast.Progress, send sender) error {
	for {
		select {
		case p := <-progress:
			if err := send(event{name: "progress", data: progressEvent{p.Step, p.What, p.Done, p.Total, p.Waiting}}); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// loop looks again and again until there is nothing more to come, the reader leaves, or the server stops.
func (s *Server) loop(ctx context.Context, send sender, look func() (over bool, err error)) error {
	beat := s.Clock.Now()
	for {
		over, err := look()
		if over || err != nil {
			return err
		}
		if s.Clock.Since(beat) >= beatEvery {
			beat = s.Clock.Now()
			if err := send(event{}); err != nil {
				return err
			}
		}
		if err := s.Clock.Sleep(ctx, lookEvery); err != nil || s.closing() {
			return nil //nolint:nilerr // the reader left, or the server stops
		}
	}
}

// look sends what has changed, and reports whether the run is over.
func (w *runWatch) look(ctx context.Context, db *store.Store, send sender) (over bool, err error) {
	var run wrapcast.Run
	var submissions []wrapcast.Submission
	var entries []wrapcast.AuditEntry
	err = db.View(ctx, func(tx *store.Tx) (err error) {
		if run, err = tx.Run(w.org, w.run); err != nil {
			return err
		}
		if submissions, err = tx.Submissions(w.org, w.run); err != nil {
			return err
		}
		entries, err = tx.AuditEntriesOf(w.org, w.run)
		return err
	})
	if err != nil {
		return false, err
	}
	if row := runOf(run); !reflect.DeepEqual(row, w.last) {
		w.last = row
		if err := send(event{name: "run", data: row}); err != nil {
			return false, err
		}
	}
	for _, v := range submissions {
		if w.submissions[v.ID].State != v.State {
			w.submissions[v.ID] = v
			if err := send(event{name: "submission", data: v}); err != nil {
				return false, err
			}
		}
	}
	for _, e := range entries {
		if e.Seq > w.seq {
			w.seq = e.Seq
			if err := send(event{id: e.Seq, name: "entry", data: e}); err != nil {
				return false, err
			}
		}
	}
	if run.State == wrapcast.RunPending || run.State == wrapcast.RunRunning {
		return false, nil
	}
	return true, send(event{name: "end", data: endEvent{run.State}})
}

func (s *Server) watchAll(ctx context.Context, in *Scope) (func(context.Context, sender) error, error) {
	org, err := s.choose(ctx, *in)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, send sender) error {
		var last changeEvent
		return s.loop(ctx, send, func() (bool, error) {
			now, err := s.change(ctx, org)
			if err != nil || now == last {
				return false, err
			}
			last = now
			return false, send(event{name: "change", data: now})
		})
	}, nil
}

func (s *Server) change(ctx context.Context, org wrapcast.OrganisationID) (c changeEvent, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		v, err := tx.Version(org)
		if err != nil {
			return err
		}
		c.AuditEntries, c.AsOf = v.AuditSeq, time.UnixMilli(v.ReadTo).UTC()
		if c.Forecast, err = tx.LatestForecastID(org); err != nil {
			return err
		}
		run, err := tx.UnfinishedRun(org)
		if err == nil {
			c.Run = run.ID
		}
		if wrapcast.KindOf(err) == wrapcast.NotFound {
			return nil
		}
		return err
	})
	return c, err
}
