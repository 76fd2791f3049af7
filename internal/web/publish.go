package web

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/flow"
	"github.com/wrapcast/wrapcast/internal/store"
)

// newPlans is what somebody asks of plans; what is left out is as in the settings.
type newPlans struct {
	Weeks  int             `json:"weeks,omitempty" minimum:"0" maximum:"6" doc:"How many weeks are planned, from the next one on"`
	Target wrapcast.Target `json:"target,omitempty"`
}

type newPlansInput struct {
	Scope
	Body newPlans
}

type rollbackInput struct {
	Scope
	Body struct {
		Week *wrapcast.Date  `json:"week,omitempty" doc:"The week's first local day; left out means every week of the run that submitted last"`
		Plan wrapcast.PlanID `json:"plan,omitempty" maxLength:"100" doc:"The plan to go back to; left out means the one before the one that holds now"`
	}
}

// plansMade are plans that were made on request.
type plansMade struct {
	Items []planSummary `json:"items" doc:"One per week; submit them with POST /runs and their ids as submit"`
}

type settledBody struct {
	Items []wrapcast.Submission `json:"items" doc:"Those whose outcome was not known, as they are now"`
}

func (s *Server) registerPublish() {
	register(s.api, wrapcast.RolePlanner, described(working(created(operation(http.MethodPost, "make-plans", "/plans", "Publish", "Plan the coming weeks"))),
		"Plans of the latest forecast with the overrides in use, set beside what the platform has now. They are kept and nothing is submitted."), s.makePlans)
	register(s.api, wrapcast.RolePublisher, described(working(created(operation(http.MethodPost, "roll-back", "/rollbacks", "Publish", "Plan to put back what was planned before"))),
		"Plans that say what earlier ones said. They are kept and nothing is submitted: look at them, then submit them like any others. Nothing at the platform is deleted, and the step back can itself be taken back."), s.rollBack)
	settle := operation(http.MethodPost, "settle-submissions", "/submissions/settle", "Publish", "Find out what became of submissions in doubt")
	settle.DefaultStatus = http.StatusOK
	register(s.api, wrapcast.RolePublisher, described(working(settle), "The platform is asked for each; nothing is sent that could be accepted twice."), s.settle)
}

func (s *Server) makePlans(ctx context.Context, in *newPlansInput) (*reply[plansMade], error) {
	service, err := s.servingFor(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	made, err := service.Plan(ctx, flow.PlanRequest(in.Body), actor(ctx))
	return s.plansMade(ctx, made, err)
}

func (s *Server) rollBack(ctx context.Context, in *rollbackInput) (*reply[plansMade], error) {
	service, err := s.servingFor(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	made, err := service.Rollback(ctx, in.Body.Week, in.Body.Plan, actor(ctx))
	return s.plansMade(ctx, made, err)
}

func (s *Server) plansMade(ctx context.Context, made wrapcast.PlanList, err error) (*reply[plansMade], error) {
	if err != nil {
		return nil, err
	}
	out := plansMade{Items: []planSummary{}}
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		for _, p := range made.Plans {
			kept, err := s.plan(tx, p.Organisation, p.ID)
			if err != nil {
				return err
			}
			out.Items = append(out.Items, summaryOf(*kept))
		}
		return nil
	})
	return answer(out, err)
}

func (s *Server) settle(ctx context.Context, in *Scope) (*reply[settledBody], error) {
	service, err := s.servingFor(ctx, *in)
	if err != nil {
		return nil, err
	}
	settled, err := service.Settle(ctx, actor(ctx))
	return answer(settledBody{Items: orEmpty(settled)}, err)
}

// servingFor returns the service, if it works for the organisation that is meant.
func (s *Server) servingFor(ctx context.Context, in Scope) (*flow.Service, error) {
	service, err := s.serving()
	if err != nil {
		return nil, err
	}
	org, err := s.choose(ctx, in)
	if err != nil {
		return nil, err
	}
	met, err := service.Meet(ctx)
	if err != nil {
		return nil, err
	}
	if met.ID != org {
		return nil, newProblem(http.StatusConflict, "this server works for "+met.Name+" and only shows what is stored of others").
			withHint("start another with the credentials of that organisation")
	}
	return service, nil
}
