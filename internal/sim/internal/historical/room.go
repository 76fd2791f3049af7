// Package historical answers for historical data: a CSV of what queues were offered and handled before the
// organisation came to the platform, which feeds the platform's own forecasts.
package historical

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Room keeps the files and what became of them. It is safe for concurrent use.
type Room struct {
	Organisation *organisation.Organisation
	Clock        wrapcast.Clock
	Seed         uint64
	// Delay is how long an import takes; the platform says up to a day.
	Delay time.Duration
	// Several takes a file while another is imported and keeps both (S14).
	Several bool
	// Run starts work that goes on after the answer; Publish tells the subscribers of a topic.
	Run     func(func(context.Context))
	Publish func(topic string, body any)

	mu      sync.Mutex
	uploads map[string]*upload
	imports []*Import
	removes []*removal
	numbers uint64
}

const (
	uploadURLPath = "/api/v2/uploads/workforcemanagement/historicaldata/csv"
	dataPath      = "/api/v2/workforcemanagement/historicaldata"
	storagePath   = "/storage/historical/"
	topic         = "v2.workforcemanagement.historicaldata.status"
)

// Endpoints lists the room's operations.
func (r *Room) Endpoints() []api.Endpoint {
	all := []string{"wfm:historicalData:upload"}
	get, post := http.MethodGet, http.MethodPost
	return []api.Endpoint{
		{Method: post, Path: uploadURLPath, AllOf: all, Takes: api.JSON, Repeatable: true, Handle: r.uploadURL},
		{Method: http.MethodPut, Path: storagePath + "{uploadKey}", Storage: true, Repeatable: true, Handle: r.put},
		{Method: post, Path: dataPath + "/validate", AllOf: all, Takes: api.JSON, Handle: r.validate},
		{Method: get, Path: dataPath + "/importstatus", AllOf: all, Repeatable: true, Handle: r.list},
		{Method: get, Path: dataPath + "/importstatus/{jobId}", AllOf: all, Repeatable: true, Handle: r.one},
		{Method: post, Path: dataPath + "/bulk/remove/jobs", AllOf: all, Takes: api.JSON, Handle: r.remove},
		{Method: get, Path: dataPath + "/bulk/remove/jobs", AllOf: all, Repeatable: true, Handle: r.removals},
		{Method: get, Path: dataPath + "/bulk/remove/jobs/{jobId}", AllOf: all, Repeatable: true, Handle: r.removal},
	}
}

// id numbers things that have no name; the lock must be held.
func (r *Room) id(kind string) string {
	r.numbers++
	return organisation.NumberedUUID(r.Seed, kind, r.numbers)
}

// Holds reports whether it gave out a signed address for the key.
func (r *Room) Holds(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.uploads[key] != nil
}

// Import is a historical file that was accepted, and what became of it.
type Import struct {
	ID, FileName string
	// Status is Initiated, InProgress, Success, Failed, PurgePending or Purged; Error says why it failed.
	Status, Error string
	// Rows is how many the file had, Size its bytes; Active files are those forecasts are made from.
	Rows     int
	Size     int64
	Active   bool
	Created  time.Time
	Modified time.Time
	ended    string // dateImportEnded, as it was asked
	busy     bool
}

// Imports returns every file accepted so far, in order.
func (r *Room) Imports() []Import {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Import, 0, len(r.imports))
	for _, i := range r.imports {
		all = append(all, *i)
	}
	return all
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
