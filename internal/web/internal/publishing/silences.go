package publishing

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/silence"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// silencesBody is what was silent when the coming weeks were planned last.
type silencesBody struct {
	Plan     wrapcast.PlanID    `json:"plan" doc:"The latest plan; empty where there is none"`
	MadeAt   time.Time          `json:"made_at,omitzero" doc:"When it was made"`
	Silences []wrapcast.Silence `json:"silences" doc:"What has no contacts where some are expected, with the acceptance that covers it now; without one it holds submissions"`
}

// acceptedRow is an acceptance of silence.
type acceptedRow struct {
	wrapcast.AcceptedSilence
	InUse bool `json:"in_use" doc:"It is neither withdrawn nor over"`
}

// newAcceptance accepts that something is silent.
type newAcceptance struct {
	Kind   wrapcast.AccuracyLevel `json:"kind" enum:"total,queue,planning_group" doc:"What is silent; total is the whole organisation"`
	Of     string                 `json:"of" minLength:"1" maxLength:"200" doc:"Its id"`
	Reason string                 `json:"reason" minLength:"1" maxLength:"1000" doc:"The reason"`
	Until  *wrapcast.Date         `json:"until,omitempty" doc:"The last local day on which it holds; left out means that it has no end"`
}

type newAcceptanceInput struct {
	Body newAcceptance
}

type acceptancesInput struct {
	api.Paged
	InUse bool `query:"in_use" doc:"Only those that are neither withdrawn nor over"`
}

type acceptanceInput struct {
	Silence string `path:"silence" maxLength:"100"`
}

func (in acceptanceInput) Decision() string { return in.Silence }

// silenceHandlers says what is silent, and keeps what people accept of it.
type silenceHandlers struct {
	scope.DecisionHandlers
	Heard
}

// operations lists what can be asked here.
func (h *silenceHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-silences", Path: "/silences", Tag: "Publish", Role: viewer,
			Summary: "Look at what has no contacts where some are expected",
			Description: "As the latest plan found it. What nobody has accepted by name holds every submission: no " +
				"contacts is a question, not a zero.",
			Handler: api.Answer(api.Stored, h.listSilences)},
		{ID: "list-accepted-silences", Path: "/accepted-silences", Tag: "Publish", Role: viewer,
			Summary: "List accepted silences, the latest first", Handler: api.Answer(api.Stored, h.listAccepted)},
		{ID: "accept-silence", Method: http.MethodPost, Path: "/accepted-silences", Tag: "Publish", Role: planner,
			Summary: "Accept that a queue or planning group has no contacts",
			Description: "A plan of none may be submitted for it then. A queue covers its planning groups, the " +
				"organisation everything. It ends after its last day, and with the next contact.",
			Status: http.StatusCreated, Handler: api.Answer(api.Stored, h.accept)},
		{ID: "withdraw-accepted-silence", Method: http.MethodDelete, Path: "/accepted-silences/{silence}",
			Tag: "Publish", Role: planner, Summary: "Withdraw an acceptance: its silence holds submissions again",
			Status: http.StatusNoContent, Handler: api.Answer(api.Stored, scope.Withdrawing[wrapcast.AcceptedSilence,
				acceptanceInput](h.DecisionHandlers))},
	}
}

func (h *silenceHandlers) listSilences(
	ctx context.Context, at api.Scope, _ *struct{},
) (*api.Reply[silencesBody], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	out := silencesBody{Silences: []wrapcast.Silence{}}
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		plans, err := h.Latest(tx, snap)
		if len(plans) > 0 {
			out.Plan, out.MadeAt = plans[0].ID, plans[0].MadeAt
		}
		out.Silences = append(out.Silences, SilencesOf(plans)...)
		return err
	})
	return api.Respond(out, err)
}

func (h *silenceHandlers) listAccepted(
	ctx context.Context, at api.Scope, in *acceptancesInput,
) (*api.Page[acceptedRow], error) {
	now := h.Decisions.Clock.Now()
	return scope.ListDecisions(ctx, h.DecisionHandlers, at, in.Paged,
		scope.DecisionRows[wrapcast.AcceptedSilence, acceptedRow]{
			Wanted: func(a wrapcast.AcceptedSilence) bool { return !in.InUse || a.Holds(now) },
			Show:   h.rowOf,
		})
}

func (h *silenceHandlers) rowOf(_ *snapshot.Snapshot, a wrapcast.AcceptedSilence) acceptedRow {
	return acceptedRow{a, a.Holds(h.Decisions.Clock.Now())}
}

func (h *silenceHandlers) accept(
	ctx context.Context, at api.Scope, in *newAcceptanceInput,
) (*api.Reply[acceptedRow], error) {
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	known := steps.Silent{Directory: snap.Directory, Zone: snap.Zone}
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		plans, err := h.Latest(tx, snap)
		known.Silences = SilencesOf(plans)
		return err
	})
	if err != nil {
		return nil, err
	}
	a := wrapcast.AcceptedSilence{Kind: in.Body.Kind, Of: in.Body.Of, Author: access.Actor(ctx), Reason: in.Body.Reason}
	if in.Body.Until != nil {
		a.Until = *in.Body.Until
	}
	return scope.CreateDecision(ctx, h.DecisionHandlers, at, nil,
		func(wrapcast.OrganisationID) (wrapcast.AcceptedSilence, error) {
			kept, err := h.Decisions.AcceptSilences(ctx, known, []wrapcast.AcceptedSilence{a})
			if err != nil {
				return a, err
			}
			return kept[0], nil
		}, h.rowOf)
}

// Heard finds what was silent when plans were made, and what of it is accepted now.
type Heard struct {
	documents *snapshot.Documents
	clock     wrapcast.Clock
}

// Latest are the plans that were made last, one for each week and business unit, with what is accepted now.
func (h Heard) Latest(tx *store.Tx, snap *snapshot.Snapshot) ([]wrapcast.Plan, error) {
	const most = 20
	org := snap.Directory.Organisation.ID
	heads, _, err := tx.Plans().Heads(org, store.PlanQuery{Limit: most})
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	var plans []wrapcast.Plan
	seen := map[string]bool{}
	for _, head := range heads {
		key := string(head.BusinessUnit)
		if head.Week != nil {
			key += head.Week.String()
		}
		if head.Run != heads[0].Run || seen[key] {
			continue
		}
		seen[key] = true
		plan, err := h.plan(tx, snap, head.ID)
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// plan is a plan with what is accepted now of what was silent when it was made.
func (h Heard) plan(tx *store.Tx, snap *snapshot.Snapshot, id wrapcast.PlanID) (wrapcast.Plan, error) {
	org := snap.Directory.Organisation.ID
	kept, err := h.documents.Plan(tx, org, id)
	if err != nil {
		return wrapcast.Plan{}, err
	}
	all, err := store.DecisionsOf[wrapcast.AcceptedSilence](tx).All(org)
	if err != nil {
		return wrapcast.Plan{}, err
	}
	plan := *kept
	accepted := silence.Acceptances{All: all, At: h.clock.Now(), Zone: snap.Zone, Directory: snap.Directory}
	plan.Silences = accepted.Mark(plan.Silences)
	return plan, nil
}

// hold counts what holds the newest of some plans that were not submitted, and says which of them change nothing.
func (h Heard) hold(tx *store.Tx, snap *snapshot.Snapshot, heads []PlanHead) error {
	const most = 20
	for i := range heads[:min(most, len(heads))] {
		if heads[i].Submission != nil {
			continue
		}
		plan, err := h.plan(tx, snap, heads[i].ID)
		if err != nil {
			return err
		}
		heads[i].Held, heads[i].Unchanged = len(silence.Held(plan.Silences)), plan.Unchanged
	}
	return nil
}

// SilencesOf are the silences of several plans, each once.
func SilencesOf(plans []wrapcast.Plan) []wrapcast.Silence {
	var all []wrapcast.Silence
	for _, plan := range plans {
		for _, s := range plan.Silences {
			same := func(o wrapcast.Silence) bool { return o.Kind == s.Kind && o.ID == s.ID }
			if !slices.ContainsFunc(all, same) {
				all = append(all, s)
			}
		}
	}
	return all
}
