package scope

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// Worker gives the service that runs, plans and submits, where there is one.
type Worker struct {
	Service       *service.Service
	Organisations Organisations
}

// Serving returns the served, or why there is none.
func (w Worker) Serving() (*service.Service, error) {
	if w.Service != nil {
		return w.Service, nil
	}
	return nil, api.NewProblem(http.StatusServiceUnavailable,
		"this server shows what is stored and works for no organisation").
		WithHint("set GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET and start `wrapcast serve` again")
}

// ServingFor returns the served, if it works for the organisation that is meant.
func (w Worker) ServingFor(ctx context.Context, in OrganisationInput) (*service.Service, error) {
	served, err := w.Serving()
	if err != nil {
		return nil, err
	}
	org, err := w.Organisations.Choose(ctx, in)
	if err != nil {
		return nil, err
	}
	met, err := served.Meet(ctx)
	if err != nil {
		return nil, err
	}
	if met.ID != org {
		return nil, api.NewProblem(http.StatusConflict,
			"this server works for "+met.Name+" and only shows stored data of others").
			WithHint("start another with the credentials of that organisation")
	}
	return served, nil
}

// Spec has the settings of runs; zero where there is no service.
func (w Worker) Spec() steps.Spec {
	if w.Service != nil {
		return w.Service.Spec
	}
	return steps.Spec{}
}
