package steps

import (
	"context"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/demand"
)

// IntradayProfiles learns how the days of a forecast spread over their quarter-hours, as plans do. It reads eight weeks
// of everything: whoever asks often keeps them.
func (v *View) IntradayProfiles(ctx context.Context, made *wrapcast.Forecast) (*demand.IntradayProfiles, error) {
	recent, err := v.recentPatterns(ctx, made.From)
	if err != nil {
		return nil, err
	}
	resolved, err := v.resolvedCalendar(ctx, *made)
	return &demand.IntradayProfiles{Recent: recent, Calendar: resolved, Zone: v.Zone}, err
}
