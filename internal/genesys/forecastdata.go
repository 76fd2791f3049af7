package genesys

import (
	"context"
	"net/url"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// weekData is one week of a forecast, as the platform returns it.
type weekData struct {
	PlanningGroups []groupImport `json:"planningGroups"`
}

// ForecastData reads the quarter-hours of a forecast's first week, per planning group.
// Groups have no names here, and as many values as the platform kept.
func (c *Client) ForecastData(ctx context.Context, unit wrapcast.BusinessUnitID, week wrapcast.Date,
	forecastID string) ([]wrapcast.GroupPlan, error) {
	var inline struct {
		Result      *weekData `json:"result"`
		DownloadURL string    `json:"downloadUrl"`
	}
	err := c.get(ctx, transport.ForecastDataCall, url.Values{"weekNumber": {"1"}}, &inline, string(unit), week.String(),
		forecastID)
	if err != nil {
		return nil, err
	}
	data := inline.Result
	if data == nil && inline.DownloadURL != "" {
		if data, err = c.download(ctx, inline.DownloadURL); err != nil {
			return nil, err
		}
	}
	return data.groups()
}

// download fetches what is too large to be sent inline, either bare or in the same envelope.
func (c *Client) download(ctx context.Context, address string) (*weekData, error) {
	if err := checkSigned(transport.DownloadCall, address); err != nil {
		return nil, err
	}
	var d struct {
		weekData
		Result *weekData `json:"result"`
	}
	if _, err := c.transport.Do(ctx, transport.Call{Name: transport.DownloadCall, Base: address, Into: &d,
		Anonymous: true}); err != nil {
		return nil, err
	}
	if d.Result != nil {
		return d.Result, nil
	}
	return &d.weekData, nil
}

func (d *weekData) groups() ([]wrapcast.GroupPlan, error) {
	if d == nil {
		return nil, nil
	}
	groups := make([]wrapcast.GroupPlan, 0, len(d.PlanningGroups))
	for _, g := range d.PlanningGroups {
		if len(g.Offered) != len(g.HandleSeconds) {
			return nil, wrapcast.Errorf(wrapcast.Unavailable, "genesys."+transport.ForecastDataCall,
				"planning group %s has %d values offered and %d handle times", g.PlanningGroupID, len(g.Offered),
				len(g.HandleSeconds))
		}
		groups = append(groups, wrapcast.GroupPlan{Group: g.PlanningGroupID, Offered: g.Offered,
			HandleSeconds: g.HandleSeconds})
	}
	return groups, nil
}
