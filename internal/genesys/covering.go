package genesys

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

// Covering lists the forecasts that cover a week, whoever made them and however many weeks they have, the one that a
// plan is compared with first: those that schedules can be made from before those they cannot; then those that cover
// the fewest weeks; then the one that was changed last.
func (c *Client) Covering(ctx context.Context, unit wrapcast.BusinessUnitID, week wrapcast.Date) ([]ListedForecast,
	error) {
	listed, err := c.Forecasts(ctx, unit, week)
	listed = slices.DeleteFunc(listed, func(f ListedForecast) bool { return f.ID == "" || !f.covers(week) })
	slices.SortFunc(listed, ListedForecast.before)
	return listed, err
}

// covers reports whether a week is one of the forecast's. The platform lists those that span a week; one that does not
// say where it begins is believed to.
func (f ListedForecast) covers(week wrapcast.Date) bool {
	start, err := wrapcast.ParseDate(f.Week)
	return err != nil || start <= week && week < start+wrapcast.Date(7*f.weeks())
}

// weeks is how many weeks the forecast has, one at least.
func (f ListedForecast) weeks() int { return max(f.WeekCount, 1) }

func (f ListedForecast) before(g ListedForecast) int {
	return cmp.Or(cmp.Compare(f.schedulingRank(), g.schedulingRank()), cmp.Compare(f.weeks(), g.weeks()),
		g.changedAt().Compare(f.changedAt()), strings.Compare(g.ID, f.ID))
}

// schedulingRank is 0 where schedules can be made from the forecast, 1 where they cannot.
func (f ListedForecast) schedulingRank() int {
	if f.ForScheduling == nil || *f.ForScheduling {
		return 0
	}
	return 1
}

// changedAt is when the forecast was changed last; zero where the platform does not say.
func (f ListedForecast) changedAt() time.Time {
	at, err := time.Parse(time.RFC3339, cmp.Or(f.Metadata.DateModified, f.Metadata.DateCreated))
	if err != nil {
		return time.Time{}
	}
	return at
}

// forPeople is the forecast as plans name it.
func (f ListedForecast) forPeople() wrapcast.TargetForecast {
	t := wrapcast.TargetForecast{ID: f.ID, Description: f.Description, Method: f.CreationMethod, Weeks: f.WeekCount,
		ModifiedAt:       cmp.Or(f.Metadata.DateModified, f.Metadata.DateCreated),
		NotForScheduling: f.schedulingRank() > 0}
	if start, err := wrapcast.ParseDate(f.Week); err == nil {
		t.Start = &start
	}
	return t
}

// held reads what the platform has for a week. What could be read comes with the error of what could not.
func (c *Client) held(ctx context.Context, unit wrapcast.BusinessUnit, week wrapcast.Date) (*target.Held, error) {
	listed, err := c.Covering(ctx, unit.ID, week)
	if err != nil || len(listed) == 0 {
		return nil, err
	}
	held := &target.Held{Forecast: listed[0].forPeople()}
	for _, f := range listed[1:] {
		held.Others = append(held.Others, f.forPeople())
	}
	data, err := c.ForecastData(ctx, unit, listed[0], week)
	held.Groups, held.Odd = data.Groups, data.Odd
	return held, err
}
