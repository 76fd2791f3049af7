// Package rest is the rest target: two calls, which no Genesys Cloud has,
// POST and GET /api/v2/wfm/scheduling/forecasts, for gateways and other workforce
// management systems that speak it. A forecast is pending at first and completed a while later.
package rest

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Service keeps the forecasts. It is safe for concurrent use.
type Service struct {
	Organisation *organisation.Organisation
	Clock        wrapcast.Clock
	Seed         uint64
	// Delay is how long a forecast is pending.
	Delay time.Duration
	// Algorithms are the names the receiver knows; any other is refused.
	Algorithms []string

	mu        sync.Mutex
	forecasts []Forecast
}

// Forecast is a forecast that was accepted.
type Forecast struct {
	ID, Name, IdempotencyKey string
	// Body is the payload as it came.
	Body       []byte
	AcceptedAt time.Time
	// Repeats is how often the same request was sent again under its Idempotency-Key.
	Repeats int
	client  string
	fate    api.Fate
}

const path = "/api/v2/wfm/scheduling/forecasts"

// Endpoints lists the service's operations. They ask for the
// permissions of the import into Workforce Management.
func (r *Service) Endpoints() []api.Endpoint {
	return []api.Endpoint{
		{Method: http.MethodPost, Path: path, AnyOf: []string{"wfm:shortTermForecast:add"}, Takes: api.JSON,
			Spared: true, Accepting: true, Handle: r.submit},
		{Method: http.MethodGet, Path: path + "/{forecastId}", AnyOf: []string{"wfm:shortTermForecast:view"},
			Repeatable: true, Handle: r.get},
	}
}

type entity struct {
	ID               string     `json:"id"`
	Name             string     `json:"name"`
	Status           string     `json:"status"`
	CreatedTimestamp string     `json:"createdTimestamp"`
	Href             string     `json:"href"`
	Estimates        []struct{} `json:"estimates"`
}

func (r *Service) entity(f *Forecast) entity {
	status := "pending"
	switch done := r.Clock.Since(f.AcceptedAt) >= r.Delay+f.fate.Extra; {
	case f.fate.Stuck || !done:
	case f.fate.Fails:
		status = "failed"
	default:
		status = "completed"
	}
	return entity{f.ID, f.Name, status, f.AcceptedAt.UTC().Format("2006-01-02T15:04:05.000Z"), path + "/" + f.ID,
		[]struct{}{}}
}

// submit accepts a forecast. An Idempotency-Key sent again with the same body answers
// with the first one's forecast; with another body it is refused.
func (r *Service) submit(c *api.Call) (api.Answer, error) {
	name, err := r.check(c.Body)
	if err != nil {
		return api.Answer{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := c.Request.Header.Get("Idempotency-Key")
	for i := range r.forecasts {
		f := &r.forecasts[i]
		if key == "" || f.IdempotencyKey != key || f.client != c.ClientID {
			continue
		}
		if !bytes.Equal(f.Body, c.Body) {
			return api.Answer{}, &api.Error{
				Status: http.StatusUnprocessableEntity, Code: "idempotency.key.reused",
				Message: "The Idempotency-Key was used before with another body.",
			}
		}
		f.Repeats++
		return created(r.entity(f)), nil
	}
	id := "fc-" + organisation.NumberedUUID(r.Seed, "rest forecast", uint64(len(r.forecasts)))
	f := Forecast{ID: id, Name: name, IdempotencyKey: key, Body: bytes.Clone(c.Body), AcceptedAt: r.Clock.Now(),
		client: c.ClientID, fate: c.Fate}
	r.forecasts = append(r.forecasts, f)
	return created(r.entity(&f)), nil
}

// created answers a submission: pending, whatever the delay.
func created(e entity) api.Answer {
	e.Status = "pending"
	a := api.Status(http.StatusCreated, e)
	a.Header = http.Header{"Location": {e.Href}}
	return a
}

func (r *Service) get(c *api.Call) (api.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.forecasts {
		if f := &r.forecasts[i]; f.ID == c.Path("forecastId") {
			return api.OK(r.entity(f)), nil
		}
	}
	return api.Answer{}, api.NotFound()
}

// Forecasts returns what was accepted so far, in order.
func (r *Service) Forecasts() []Forecast {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Forecast(nil), r.forecasts...)
}
