// Package target says what a place that takes plans has to do: the import of a WFM system, a host that takes a payload,
// a file. Whoever implements it knows one technology; who calls it ([steps]) knows the order of the work and what a
// crash leaves behind, and never asks which target it is.
//
// [steps]: https://pkg.go.dev/github.com/wrapcast/wrapcast/internal/steps
package target

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Target takes plans. It is safe for concurrent use.
type Target interface {
	// Traits says what kind of plan the target takes, and what can be asked of it.
	Traits() Traits
	// Compare reads what the target holds for a week of a business unit now; nil where it holds nothing, or cannot be
	// asked. Groups have no name. Where reading fails, what could be read comes with the error.
	Compare(ctx context.Context, unit wrapcast.BusinessUnit, week wrapcast.Date) (*Held, error)
	// Open begins to bring one plan to the target, or goes on with a submission that an earlier process left. The
	// session must be closed.
	Open(ctx context.Context, plan wrapcast.Plan, s wrapcast.Submission, w Waits) Session
}

// Session brings one plan to a target. Each method does one leg of the way and returns the submission in its next
// state, which is stored before the leg after it begins. An error means that nothing is known to have changed and that
// the run should stop; what the target refuses is a state, not an error. A lost answer is [ErrAmbiguous].
type Session interface {
	// Prepare does what has no effect yet: from planned or uploading to sending, whose time the caller notes. It may be
	// done again after a crash.
	Prepare(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error)
	// Send makes the one request with an effect: from sending to accepted, or to a final state.
	Send(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error)
	// Find looks for a request whose answer is not known and brings it from sending to a final state.
	Find(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error)
	// Await follows what was accepted to its end.
	Await(ctx context.Context, s wrapcast.Submission) (wrapcast.Submission, error)
	// Close gives back what the session holds.
	Close()
}

// ErrAmbiguous marks the error of a request whose answer was lost: the target may have taken it.
var ErrAmbiguous = errors.New("it is not known whether the platform took it")

// Traits say what kind of plan a target takes, and what can be asked of it.
type Traits struct {
	// Weekly targets take one plan per week of a business unit, by planning group; others one payload of codes.
	Weekly bool
	// Nowhere says that there is no place: plans are made to be looked at, and none is submitted.
	Nowhere bool
	// Finds says that the target can be asked at any time for the state of a plan, by the plan's id.
	Finds bool
}

// Held is what a target holds for a week.
type Held struct {
	// Forecast is the one that plans of the week are compared with: where several cover the week, the target's own
	// rule chooses. Others are the rest, in the order of that rule.
	Forecast wrapcast.TargetForecast
	Others   []wrapcast.TargetForecast
	// Groups are those of the forecast, one value per quarter-hour of the week.
	Groups []wrapcast.GroupPlan
	// Odd are the groups of which not all could be understood; Groups has what could.
	Odd []OddGroup
}

// OddGroup is a planning group whose part of a forecast could not be understood, or not whole.
type OddGroup struct {
	Group wrapcast.PlanningGroupID
	// Problem completes "the planning group …": "has 768 values offered and no handle times".
	Problem string
}

// Waits are how long a session waits; zero means the target's own default.
type Waits struct {
	// Accepted is how long a submission that was accepted is followed, Lost how long one whose answer was lost is
	// looked for, Poll how long it is until the next question where there is nobody to listen to.
	Accepted, Lost, Poll time.Duration
	// Unheard is how long after it was sent a submission that was accepted, and that the target does not show, is taken
	// for refused, where nobody can be told how it ended.
	Unheard time.Duration
}

// Targets are those of an installation, by the name that settings, plans and submissions use.
type Targets map[wrapcast.Target]Target

// Of returns the target of a name; a name that no target has is a Usage error.
func (t Targets) Of(name wrapcast.Target) (Target, error) {
	if found, ok := t[name]; ok {
		return found, nil
	}
	return nil, wrapcast.Errorf(wrapcast.Usage, "target", "there is no target %q", name).WithHint("known are %s",
		t.names())
}

// names lists the targets in the order of the alphabet, for people.
func (t Targets) names() string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(t)) {
		names = append(names, string(name))
	}
	return strings.Join(names, ", ")
}

// StatusOf is the HTTP status of the answer an error tells of, 0 where there was none.
func StatusOf(err error) int {
	var answered interface{ StatusCode() int }
	if errors.As(err, &answered) {
		return answered.StatusCode()
	}
	return 0
}

// Staffed is a target that says itself how many people its forecasts need.
type Staffed interface {
	// RequiredStaff asks how many people a forecast of the target needs in the week of a business unit that it begins
	// with. An answer that is still being worked out is none of the errors.
	RequiredStaff(ctx context.Context, unit wrapcast.BusinessUnit, week wrapcast.Date, forecast string) (RequiredStaff,
		error)
}

// RequiredStaff is how many people a target says that a week of a forecast of its own needs.
type RequiredStaff struct {
	// State is the target's own word for how far it is, Ready whether Groups has its answer.
	State string
	Ready bool
	// Groups has one value per quarter-hour of the week.
	Groups map[wrapcast.PlanningGroupID][]float64
}
