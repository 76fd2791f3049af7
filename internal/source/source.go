// Package source says what a place has to do that counts of contacts come from: a telephony platform, a file. Whoever
// implements it knows one technology; who calls it knows what is stored already and what is missing.
package source

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Source gives directory and history. It is safe for concurrent use.
type Source interface {
	// Organisation says whose history this is.
	Organisation(ctx context.Context) (wrapcast.Organisation, error)
	// Units lists the business units there are to plan for, by id and name alone; none where the organisation has none,
	// or shows none.
	Units(ctx context.Context) ([]wrapcast.BusinessUnit, error)
	// PlannedUnits reads zone, week start and planning groups of business units, in their order.
	PlannedUnits(ctx context.Context, units []wrapcast.BusinessUnit) ([]wrapcast.PlannedUnit, error)
	// Directory reads what else the organisation is made of: its queues and codes.
	Directory(ctx context.Context, o wrapcast.Organisation) (wrapcast.Directory, error)
	// ReadHistory reads everything the source knows about the gaps and hands it to Keep piece by piece. It returns what
	// it learned about reading, also where the reading fails or is interrupted.
	ReadHistory(ctx context.Context, r Reading) (learned json.RawMessage, err error)
}

// Denied reports whether an error says that the credentials may not see something, as an answer with the status 403
// does.
func Denied(err error) bool {
	var answered interface{ StatusCode() int }
	return errors.As(err, &answered) && answered.StatusCode() == http.StatusForbidden
}

// Reading is what is to be read.
type Reading struct {
	// Gaps are the intervals to read, between UTC quarter-hours, in the order of time; none overlap.
	Gaps []wrapcast.Interval
	// Detail is what contacts are told apart by beyond queue, code and channel, as far as the source knows it; each piece
	// says what of it the source refused.
	Detail wrapcast.Detail
	// Learned is what an earlier reading returned; what cannot be understood is learned anew.
	Learned json.RawMessage
	// Keep takes each piece of the history when it is complete, one at a time; left is about how many requests are
	// still to come. What it has taken is never asked for again. An error ends the reading.
	Keep func(ctx context.Context, e wrapcast.Extract, left int) error
	// Begins, where it is not nil, is told from when on the source has history where the gaps reach further back, and
	// what it answered for the time before. That time is not read, which is no error.
	Begins func(at time.Time, answer string)
}

// Namer is a source that can say what languages and skills are called.
type Namer interface {
	// Abilities lists the organisation's languages, and the skills of some ids.
	Abilities(ctx context.Context, skills []wrapcast.SkillID) ([]wrapcast.Language, []wrapcast.Skill, error)
}

// Estimator is a source that can say beforehand what a reading would take.
type Estimator interface {
	// Estimate predicts what ReadHistory would take; it asks nothing of the source.
	Estimate(r Reading) RequestEstimate
}

// Meter counts the requests made of something.
type Meter interface {
	// Usage is what was taken so far.
	Usage() Usage
}

// RequestEstimate is how many requests reading a history will take, before anything is asked.
type RequestEstimate struct {
	// Requests are to be expected; Min is the fewest that could do if every size were known.
	Requests int `json:"requests"`
	Min      int `json:"least"`
	// Minutes is how long they take at the budget.
	Minutes float64 `json:"minutes"`
	// Known tells whether earlier answers have taught how much the source gives at once; else the longest interval
	// allowed is reckoned with, and the first answers will tell.
	Known     bool            `json:"known"`
	Questions []QueryEstimate `json:"questions"`
}

// QueryEstimate is what one query will take, before anything is asked.
type QueryEstimate struct {
	// Name is "codes" or "queues".
	Name string `json:"name"`
	// Requests are to be expected; Min is the fewest that could do if every size were known.
	Requests int `json:"requests"`
	Min      int `json:"least"`
	// Rows are to be expected in all, 0 where nothing is known of them; MaxRows is the largest answer reckoned with, 0
	// where no bound is known.
	Rows    int `json:"rows"`
	MaxRows int `json:"most_rows"`
	// MaxDays is the longest interval reckoned with, in days.
	MaxDays float64 `json:"longest_days"`
}
