package scope

import (
	"net/http"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/web/internal/api"
)

// Worker gives the services that run, plan and submit, one for each organisation the server works for.
type Worker struct {
	Services []*service.Service
}

// Of is the service of an organisation, as far as that is known; nil where none works for it.
func (w Worker) Of(org wrapcast.OrganisationID) *service.Service {
	for _, s := range w.Services {
		if org != "" && s.Organisation() == org {
			return s
		}
	}
	return nil
}

// Serving returns the service of an organisation, or why there is none. A request that came as far as its handler is
// for an organisation that has one, or there is one service alone that has met nobody yet.
func (w Worker) Serving(org wrapcast.OrganisationID) (*service.Service, error) {
	if s := w.Of(org); s != nil {
		return s, nil
	}
	if len(w.Services) == 1 {
		return w.Services[0], nil
	}
	return nil, w.none()
}

// none says that the server works for nobody, or for others.
func (w Worker) none() error {
	if len(w.Services) > 0 {
		return api.NewProblem(http.StatusConflict, "this server works for other organisations and only shows stored data of "+
			"this one").WithHint("add it to the settings file and start `wrapcast serve` again")
	}
	return api.NewProblem(http.StatusServiceUnavailable,
		"this server shows what is stored and works for no organisation").
		WithHint("set GENESYS_CLIENT_ID and GENESYS_CLIENT_SECRET and start `wrapcast serve` again")
}

// Spec has the settings of runs of an organisation; those of the only service where it is not known whose, zero where
// there is none.
func (w Worker) Spec(org wrapcast.OrganisationID) steps.Spec {
	if s := w.Of(org); s != nil {
		return s.Spec
	}
	if len(w.Services) == 1 {
		return w.Services[0].Spec
	}
	return steps.Spec{}
}
