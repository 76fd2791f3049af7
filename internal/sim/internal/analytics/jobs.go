package analytics

import (
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Jobs says how asynchronous queries are paged: open points (S7).
type Jobs struct {
	// MostPageSize is the largest page of results, PageSize the one when none is asked for.
	MostPageSize, PageSize int
	// TimesLarger is how much more a job may find than a query: an open point (S4).
	TimesLarger int
	// Delay is how long a job takes.
	Delay time.Duration
}

// jobLife is how long the results of a job can be had.
const jobLife = 24 * time.Hour

// mostJobs bounds how many jobs are kept; the oldest make room.
const mostJobs = 200

// job is a query that is answered later. What it asked stays the same; when it is done its results are those of that moment.
type job struct {
	id, client string
	submitted  time.Time
	pageSize   int
	limit      int // of conversations, 0 is none
	aggregates *query
	details    *detailsQuery

	working sync.Mutex
	result  atomic.Pointer[computed] // of aggregates, while it is kept
	counts  sync.Map                 // of details: how many conversations each day has, as far as anybody has looked
}

// registry keeps the jobs of a room. Its zero value is ready.
type registry struct {
	mu      sync.Mutex
	jobs    []*job
	numbers uint64
	// computed are the jobs whose results are kept, the latest last.
	computed []*job
}

type jobAnswer struct {
	JobID string `json:"jobId"`
}

type jobStatus struct {
	State          string `json:"state"`
	ErrorMessage   string `json:"errorMessage,omitempty"`
	ExpirationDate string `json:"expirationDate"`
	SubmissionDate string `json:"submissionDate"`
	CompletionDate string `json:"completionDate,omitempty"`
}

// mostComputed is of how many jobs the results are kept.
const mostComputed = 4

// remember makes room for the results of a job.
func (r *registry) remember(j *job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.computed = append(r.computed, j); len(r.computed) > mostComputed {
		r.computed[0].result.Store(nil)
		r.computed = slices.Delete(r.computed, 0, 1)
	}
}

// submit takes a job in.
func (r *Room) submit(c *api.Call, j *job) api.Answer {
	r.jobs.mu.Lock()
	defer r.jobs.mu.Unlock()
	r.jobs.numbers++
	j.id, j.client, j.submitted = organisation.NumberedUUID(r.Seed, "analytics job", r.jobs.numbers), c.ClientID, r.Now()
	if r.jobs.jobs = append(r.jobs.jobs, j); len(r.jobs.jobs) > mostJobs {
		r.jobs.jobs = slices.Delete(r.jobs.jobs, 0, 1)
	}
	return api.Status(http.StatusAccepted, jobAnswer{j.id})
}

// find returns the caller's job in the path; those of others do not exist.
func (r *Room) find(c *api.Call, details bool) (*job, error) {
	r.jobs.mu.Lock()
	defer r.jobs.mu.Unlock()
	for _, j := range r.jobs.jobs {
		if j.id == c.Path("jobId") && j.client == c.ClientID && (j.details != nil) == details {
			return j, nil
		}
	}
	return nil, api.NotFound()
}

func (r *Room) done(j *job) time.Time { return j.submitted.Add(r.Jobs.Delay) }

// state is where a job stands now: it waits for the first half of its time, then it is worked on.
func (r *Room) state(j *job) string {
	switch now := r.Now(); {
	case !now.Before(r.done(j).Add(jobLife)):
		return "EXPIRED"
	case !now.Before(r.done(j)):
		return "FULFILLED"
	case now.Sub(j.submitted) >= r.Jobs.Delay/2:
		return "PENDING"
	default:
		return "QUEUED"
	}
}

// status answers 202 while a job is under way and 200 when it is over.
func (r *Room) status(c *api.Call, details bool) (api.Answer, error) {
	j, err := r.find(c, details)
	if err != nil {
		return api.Answer{}, err
	}
	s := jobStatus{State: r.state(j), SubmissionDate: stamp(j.submitted.UnixMilli()), ExpirationDate: stamp(r.done(j).Add(jobLife).UnixMilli())}
	if s.State == "QUEUED" || s.State == "PENDING" {
		return api.Status(http.StatusAccepted, s), nil
	}
	s.CompletionDate = stamp(r.done(j).UnixMilli())
	if s.State == "FULFILLED" && j.aggregates != nil {
		if res := r.compute(j); res.refused != nil {
			s.State, s.ErrorMessage = "FAILED", res.refused.Message
		}
	}
	return api.OK(s), nil
}

// cancel forgets a job.
func (r *Room) cancel(c *api.Call, details bool) (api.Answer, error) {
	j, err := r.find(c, details)
	if err != nil {
		return api.Answer{}, err
	}
	r.jobs.mu.Lock()
	defer r.jobs.mu.Unlock()
	r.jobs.jobs = slices.DeleteFunc(r.jobs.jobs, func(other *job) bool { return other == j })
	return api.Answer{Status: http.StatusNoContent}, nil
}

// fulfilled returns the caller's job in the path when it is.
func (r *Room) fulfilled(c *api.Call, details bool) (*job, error) {
	j, err := r.find(c, details)
	if err != nil {
		return nil, err
	}
	if s := r.state(j); s != "FULFILLED" {
		return nil, api.BadRequest("The job is %s; its results can be had once it is FULFILLED", s)
	}
	return j, nil
}

// pageSize bounds a page asked for by a rule nobody knows for certain (S7).
func (j Jobs) pageSize(asked *int, field string) (int, error) {
	switch {
	case asked == nil:
		return j.PageSize, nil
	case *asked < 1 || *asked > j.MostPageSize:
		return 0, api.Constraint(field, "%s [%d] lies outside 1 to %d", field, *asked, j.MostPageSize)
	default:
		return *asked, nil
	}
}
