package genesys

import (
	"context"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// Imported is what the platform answered to an import.
type Imported struct {
	// OperationID names the import in the notification that ends it.
	OperationID string
	// Forecast is set where the import was done at once.
	Forecast *ListedForecast
	// StatusCode is the HTTP status.
	StatusCode int
}

// Import asks the platform to take the upload in as a forecast of the week: exactly one
// POST that counts. It is sent again only after a 401 or 429, which turn it away at the
// door, or when no connection was made. When nobody knows whether it was taken, the error is
// [target.ErrAmbiguous]: then AwaitImport looks for the plan.
func (c *Client) Import(ctx context.Context, unit wrapcast.BusinessUnitID, week wrapcast.Date,
	uploadKey string) (Imported, error) {
	c.transport.CloseIdle() // a kept connection that died would leave a doubt
	var started operation
	a, err := c.transport.Do(ctx, transport.Call{
		Name: transport.ImportCall, Base: c.api, Args: []string{string(unit), week.String()},
		Body: map[string]string{"uploadKey": uploadKey}, Into: &started,
	})
	if err != nil {
		return Imported{StatusCode: a.Status}, err
	}
	done := Imported{OperationID: started.OperationID, StatusCode: a.Status}
	switch {
	case started.failed():
		return done, started.refusal()
	case started.Status == statusComplete && started.Result.ID != "":
		done.Forecast = &started.Result
	}
	return done, nil
}

// ListedForecast is a forecast as the platform lists it.
type ListedForecast struct {
	ID             string   `json:"id"`
	Week           string   `json:"weekDate"`
	WeekCount      int      `json:"weekCount"`
	Description    string   `json:"description"`
	CreationMethod string   `json:"creationMethod"`
	Metadata       metadata `json:"metadata"`
	// ForScheduling is nil where the platform does not say.
	ForScheduling *bool `json:"canUseForScheduling"`
}

type metadata struct {
	DateCreated  string `json:"dateCreated"`
	DateModified string `json:"dateModified"`
}

// Forecasts lists the forecasts that span a week.
func (c *Client) Forecasts(ctx context.Context, unit wrapcast.BusinessUnitID, week wrapcast.Date) ([]ListedForecast,
	error) {
	var listed page[ListedForecast]
	err := c.get(ctx, transport.ForecastsCall, nil, &listed, string(unit), week.String())
	return listed.Entities, err
}

// findForecast looks for the forecast whose description holds the plan's id; ok is false if there is none.
func (c *Client) findForecast(ctx context.Context, unit wrapcast.BusinessUnitID, week wrapcast.Date,
	plan wrapcast.PlanID) (f ListedForecast, ok bool, err error) {
	listed, err := c.Forecasts(ctx, unit, week)
	for _, f := range listed {
		if plan != "" && strings.Contains(f.Description, string(plan)) {
			return f, true, err
		}
	}
	return ListedForecast{}, false, err
}
