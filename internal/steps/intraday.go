package steps

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
)

// IntradayProfiles learns how the days of a forecast spread over their quarter-hours, as plans do. It reads eight weeks of
// everything: whoever asks often keeps them.
func (f *WrapUpForecaster) IntradayProfiles(ctx context.Context, org wrapcast.OrganisationID, spec Spec, made *wrapcast.Forecast) (*demand.IntradayProfiles, error) {
	p, err := f.offline(ctx, org, spec)
	if err != nil {
		return nil, err
	}
	recent, err := p.recentPatterns(ctx, made.From)
	if err != nil {
		return nil, err
	}
	resolved, err := p.resolvedCalendar(ctx, *made)
	return &demand.IntradayProfiles{Recent: recent, Calendar: resolved, Zone: p.zone}, err
}
