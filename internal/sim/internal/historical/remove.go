package historical

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// mostRemoved is how many files one removal may name.
const mostRemoved = 100

type removeRequest struct {
	RequestIDs []string `json:"requestIds"`
}

// removal is a job that takes files away.
type removal struct {
	id      string
	done    bool
	files   []string
	refused []string
}

type removalAnswer struct {
	ID                 string          `json:"id"`
	State              string          `json:"state"`
	Entities           []removedFile   `json:"entities"`
	DisallowedEntities []disallowedOne `json:"disallowedEntities"`
	SelfURI            string          `json:"selfUri"`
}

type removedFile struct {
	RequestID string `json:"requestId"`
	Status    string `json:"status"`
}

type disallowedOne struct {
	RequestID string `json:"requestId"`
	Reason    string `json:"reason"`
}

type removalState struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	SelfURI string `json:"selfUri"`
}

func (j *removal) state() removalState {
	state := "Processing"
	if j.done {
		state = "Complete"
	}
	return removalState{j.id, state, dataPath + "/bulk/remove/jobs/" + j.id}
}

func (r *Room) remove(c *api.Call) (api.Answer, error) {
	var q removeRequest
	if err := api.Decode(c.Body, &q, "HistoricalImportDeleteFilesJobRequest"); err != nil {
		return api.Answer{}, err
	}
	if len(q.RequestIDs) == 0 || len(q.RequestIDs) > mostRemoved {
		return api.Answer{}, api.Constraint("requestIds", "requestIds names %d files; 1 to %d are allowed", len(q.RequestIDs), mostRemoved)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	j := &removal{id: r.id("historical removal")}
	for _, id := range q.RequestIDs {
		if i := r.find(id); i == nil || i.busy {
			j.refused = append(j.refused, id)
			continue
		} else {
			i.Status, i.Active, i.Modified = "PurgePending", false, r.Clock.Now()
		}
		j.files = append(j.files, id)
	}
	r.removes = append(r.removes, j)
	r.Run(func(ctx context.Context) { r.purge(ctx, j) })
	return api.Status(http.StatusAccepted, r.describe(j)), nil
}

// find returns a file; the lock must be held.
func (r *Room) find(id string) *Import {
	for _, i := range r.imports {
		if i.ID == id {
			return i
		}
	}
	return nil
}

func (r *Room) purge(ctx context.Context, j *removal) {
	if r.Clock.Sleep(ctx, r.Delay) != nil {
		return
	}
	for _, id := range j.files {
		r.mu.Lock()
		i := r.find(id)
		r.mu.Unlock()
		r.change(i, func() { i.Status = "Purged" })
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	j.done = true
}

// describe writes a removal out; the lock must be held.
func (r *Room) describe(j *removal) removalAnswer {
	s := j.state()
	a := removalAnswer{ID: s.ID, State: s.State, SelfURI: s.SelfURI, Entities: []removedFile{}, DisallowedEntities: []disallowedOne{}}
	for _, id := range j.files {
		a.Entities = append(a.Entities, removedFile{id, r.find(id).Status})
	}
	for _, id := range j.refused {
		a.DisallowedEntities = append(a.DisallowedEntities, disallowedOne{id, "NotFoundOrRunning"})
	}
	return a
}

func (r *Room) removals(*api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all, status := []removalState{}, "Complete"
	for _, j := range r.removes {
		all = append(all, j.state())
		if !j.done {
			status = "Processing"
		}
	}
	return api.OK(map[string]any{"entities": all, "status": status}), nil
}

func (r *Room) removal(c *api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range r.removes {
		if j.id == c.Path("jobId") {
			return api.OK(r.describe(j)), nil
		}
	}
	return api.Answer{}, api.NotFound()
}
