package handlers

import (
	"context"
	"net/http"

	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// worker gives the service that runs, plans and submits, where there is one.
type worker struct {
	service       *service.Service
	organisations organisations
}

// serving returns the served, or why there is none.
func (w worker) serving() (*service.Service, error) {
	if w.service != nil {
		return w.service, nil
	}
	return nil, api.NewProblem(http.StatusServiceUnavailable,
		"this server shows what is stored and works for no organisation").
		WithHint("set GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET and start `wrapcast serve` again")
}

// servingFor returns the served, if it works for the organisation that is meant.
func (w worker) servingFor(ctx context.Context, in OrganisationInput) (*service.Service, error) {
	served, err := w.serving()
	if err != nil {
		return nil, err
	}
	org, err := w.organisations.choose(ctx, in)
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

// spec has the settings of runs; zero where there is no service.
func (w worker) spec() steps.Spec {
	if w.service != nil {
		return w.service.Spec
	}
	return steps.Spec{}
}
