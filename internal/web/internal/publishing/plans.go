package publishing

import (
	"context"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
	"github.com/wrapcast/wrapcast/internal/web/internal/snapshot"
)

// PlanHead is a plan without its numbers, with its submission.
type PlanHead struct {
	ID           wrapcast.PlanID         `json:"id"`
	Run          wrapcast.RunID          `json:"run"`
	Forecast     wrapcast.ForecastID     `json:"forecast"`
	Target       wrapcast.Target         `json:"target"`
	BusinessUnit wrapcast.BusinessUnitID `json:"business_unit" doc:"Empty for rest"`
	Week         *wrapcast.Date          `json:"week" doc:"The first local day; null for rest"`
	MadeAt       time.Time               `json:"made_at"`
	Refusals     int                     `json:"refusals" doc:"How many reasons there are not to submit it"`
	Held         int                     `json:"held_by_silence" doc:"How many silences hold it until a person accepts them; counted for what was not submitted, of the newest twenty"`
	Unchanged    bool                    `json:"unchanged" doc:"The target had the same numbers when it was planned: nothing would be submitted; told of what was not submitted, of the newest twenty"`
	Submission   *wrapcast.Submission    `json:"submission,omitempty" doc:"Its submission; left out where it was never to be submitted"`
}

type plansInput struct {
	api.Paged
	Run    string `query:"run" maxLength:"100" doc:"Only plans of this run"`
	Target string `query:"target" enum:"wfm,rest"`
	Week   string `query:"week" format:"date" doc:"Only plans of the week that begins on this day"`
}

// planHandlers answers what is asked about plans.
type planHandlers struct {
	scope.Organisations
	documents *snapshot.Documents
	heard     Heard
}

// operations lists what can be asked here.
func (h *planHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "list-plans", Path: "/plans", Tag: "Publish", Role: viewer, Summary: "List plans, the latest first",
			Handler: api.Answer(api.Stored, h.listPlans)},
		{ID: "get-plan", Path: "/plans/{plan}", Tag: "Publish", Role: viewer, Summary: "Look at one plan",
			Description: "All of it: for wfm contacts and handle times of every planning group per quarter-hour of " +
				"the week, for rest the payload. A page asks for the summary and single planning groups " +
				"instead.",
			Handler: api.Answer(api.Stored, h.getPlan)},
		{ID: "get-plan-summary", Path: "/plans/{plan}/summary", Tag: "Publish", Role: viewer,
			Summary:     "Look at what a plan changes",
			Description: "Checks, and what it changes per planning group and day against what the target had.",
			Handler:     api.Answer(api.Stored, h.getPlanSummary)},
		{ID: "get-plan-group", Path: "/plans/{plan}/groups/{group}", Tag: "Publish", Role: viewer,
			Summary: "Look at one planning group of a plan, per quarter-hour",
			Handler: api.Answer(api.Stored, h.getPlanGroup)},
	}
}

func (h *planHandlers) listPlans(ctx context.Context, at api.Scope, in *plansInput) (*api.Page[PlanHead], error) {
	unit, err := h.ListedUnit(ctx, at)
	if err != nil {
		return nil, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	return scope.Listed[PlanHead, PlanHead]{
		Find: func(tx *store.Tx, org wrapcast.OrganisationID, after string, limit int) ([]PlanHead, int, error) {
			query := store.PlanQuery{Run: wrapcast.RunID(in.Run), Target: wrapcast.Target(in.Target), BusinessUnit: unit,
				Before: wrapcast.PlanID(after), Limit: limit}
			if in.Week != "" {
				week := scope.DayOf(in.Week)
				query.Week = &week
			}
			heads, total, err := PlanHeads(tx, org, query)
			if err != nil {
				return nil, 0, err
			}
			return heads, total, h.heard.hold(tx, snap, heads)
		},
		IDOf: func(p PlanHead) string { return string(p.ID) },
		Show: scope.Same[PlanHead],
	}.Answer(ctx, h.View, at, in.Paged)
}

// PlanHeads reads plans without their numbers, each with its submission, and counts all there are.
func PlanHeads(tx *store.Tx, org wrapcast.OrganisationID, query store.PlanQuery) ([]PlanHead, int, error) {
	found, total, err := tx.Plans().Heads(org, query)
	if err != nil {
		return nil, 0, err
	}
	heads := make([]PlanHead, len(found))
	for i, p := range found {
		heads[i] = PlanHead{ID: p.ID, Run: p.Run, Forecast: p.Forecast, Target: p.Target, BusinessUnit: p.BusinessUnit,
			Week: p.Week, MadeAt: p.MadeAt, Refusals: p.Refusals}
		if heads[i].Submission, err = optional(tx.Submissions().OfPlan(org, p.ID)); err != nil {
			return nil, 0, err
		}
	}
	return heads, total, nil
}

// optional is nil for what the store does not have.
func optional[T any](v T, err error) (*T, error) {
	if err != nil && wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil, nil //nolint:nilnil // not there is a valid answer here
	}
	return &v, err
}

func (h *planHandlers) getPlan(ctx context.Context, at api.Scope, in *PlanInput) (*api.Reply[wrapcast.Plan], error) {
	var out wrapcast.Plan
	err := h.View(ctx, at, func(tx *store.Tx, org wrapcast.OrganisationID) error {
		plan, err := h.documents.Plan(tx, org, wrapcast.PlanID(in.Plan))
		if err == nil {
			out = *plan
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out.Refusals, out.Findings = api.OrEmpty(out.Refusals), api.OrEmpty(out.Findings)
	return api.Respond(out, nil)
}
