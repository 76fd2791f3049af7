package scope

import (
	"net/http"

	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// Worker gives the service that runs, plans and submits, where there is one.
type Worker struct {
	Service *service.Service
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

// Spec has the settings of runs; zero where there is no service.
func (w Worker) Spec() steps.Spec {
	if w.Service != nil {
		return w.Service.Spec
	}
	return steps.Spec{}
}
