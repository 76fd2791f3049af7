package publishing

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/web/internal/access"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
	"github.com/wrapcast/wrapcast/internal/web/internal/scope"
)

// newPlans has the options of plans; the settings give those that are left out.
type newPlans struct {
	Weeks         int             `json:"weeks,omitempty" minimum:"0" maximum:"6" doc:"How many weeks are planned, from next week"`
	Target        wrapcast.Target `json:"target,omitempty"`
	BusinessUnits []string        `json:"business_units,omitempty" maxItems:"100" doc:"The units that are planned, by id or name, or all; left out: those of the settings"`
}

type newPlansInput struct {
	Body newPlans
}

type rollbackInput struct {
	Body struct {
		Week          *wrapcast.Date  `json:"week,omitempty" doc:"The week's first local day; left out means every week of the run that submitted last"`
		Plan          wrapcast.PlanID `json:"plan,omitempty" maxLength:"100" doc:"The plan to restore; left out means the one before the current one"`
		BusinessUnits []string        `json:"business_units,omitempty" maxItems:"100" doc:"The units whose plans go back, by id or name, or all; left out: those of the settings"`
	}
}

// plansMade are plans that were made on request.
type plansMade struct {
	Items []planSummary `json:"items" doc:"One per week; submit them with POST /runs and their ids as submit"`
}

type settledBody struct {
	Items []wrapcast.Submission `json:"items" doc:"Those whose outcome was unknown, as they are now"`
}

// publishHandlers makes plans, and settles submissions whose outcome is not known.
type publishHandlers struct {
	scope.Organisations
	worker scope.Worker
	heard  Heard
}

// operations lists what can be asked here.
func (h *publishHandlers) operations() []api.Operation {
	return []api.Operation{
		{ID: "make-plans", Method: http.MethodPost, Path: "/plans", Tag: "Publish", Role: planner,
			Summary: "Plan the coming weeks",
			Description: "Plans of the latest forecast with the overrides in use, compared with what the platform " +
				"has now. They are stored, nothing is submitted.",
			Status: http.StatusCreated, Works: true, Handler: api.Answer(api.Connected, h.makePlans)},
		{ID: "roll-back", Method: http.MethodPost, Path: "/rollbacks", Tag: "Publish", Role: publisher,
			Summary: "Plan to restore an earlier plan",
			Description: "Plans with the content of earlier ones. They are stored, nothing is submitted: review " +
				"them, then submit them like any others. Nothing at the platform is deleted, and a rollback can " +
				"itself be undone.",
			Status: http.StatusCreated, Works: true, Handler: api.Answer(api.Connected, h.rollBack)},
		{ID: "settle-submissions", Method: http.MethodPost, Path: "/submissions/settle", Tag: "Publish",
			Role:        publisher,
			Summary:     "Check submissions whose outcome is unknown",
			Description: "The platform is asked for each; nothing is sent that could be accepted twice.",
			Status:      http.StatusOK, Works: true, Handler: api.Answer(api.Connected, h.settle)},
	}
}

func (h *publishHandlers) makePlans(
	ctx context.Context, at api.Scope, in *newPlansInput,
) (*api.Reply[plansMade], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	in.Body.BusinessUnits = at.Units(in.Body.BusinessUnits)
	made, err := served.Plan(ctx, service.PlanRequest(in.Body), access.Actor(ctx))
	return h.plansMade(ctx, at, made, err)
}

func (h *publishHandlers) rollBack(
	ctx context.Context, at api.Scope, in *rollbackInput,
) (*api.Reply[plansMade], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	made, err := served.Rollback(ctx, at.Units(in.Body.BusinessUnits), in.Body.Week, in.Body.Plan, access.Actor(ctx))
	return h.plansMade(ctx, at, made, err)
}

func (h *publishHandlers) plansMade(
	ctx context.Context, at api.Scope, made steps.PlanList, err error,
) (*api.Reply[plansMade], error) {
	if err != nil {
		return nil, err
	}
	snap, err := h.Look(ctx, at)
	if err != nil {
		return nil, err
	}
	out := plansMade{Items: []planSummary{}}
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		for _, p := range made.Plans {
			kept, err := h.heard.plan(tx, snap, p.ID)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, summaryOf(kept))
		}
		return nil
	})
	return api.Respond(out, err)
}

func (h *publishHandlers) settle(ctx context.Context, at api.Scope, _ *struct{}) (*api.Reply[settledBody], error) {
	served, err := h.worker.Serving(at.Organisation)
	if err != nil {
		return nil, err
	}
	settled, err := served.Settle(ctx, access.Actor(ctx))
	return api.Respond(settledBody{Items: api.OrEmpty(settled)}, err)
}
