package genesys

import (
	"context"
	"net/http"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// planningProbes look at what is planned: the business unit, its planning groups and forecasts.
func planningProbes() []probe {
	unit := []string{"business unit"}
	return []probe{
		{name: "business unit", needs: []string{"credentials"}, look: lookAtBusinessUnit},
		{name: "planning groups", needs: unit, look: lookAtPlanningGroups},
		{name: "forecasts", needs: unit, look: lookAtForecasts},
	}
}

func lookAtBusinessUnit(ctx context.Context, d *doctor) bool {
	unit, err := d.client.businessUnit(ctx, d.options.BusinessUnit)
	d.unit = unit
	if statusOf(err) == http.StatusForbidden {
		return d.permission(transport.BusinessUnitCall, err, "")
	}
	d.open[transport.BusinessUnitCall] = err == nil
	return d.verdict("business unit", err, "%s in %s, weeks begin on %s", unit.Name, unit.TimeZone, unit.WeekStart)
}

func lookAtPlanningGroups(ctx context.Context, d *doctor) bool {
	groups, err := d.client.planningGroups(ctx, d.unit.ID)
	if !d.permission(transport.PlanningGroupsCall, err, "%d planning groups", len(groups)) {
		return false
	}
	if len(groups) == 0 {
		d.add("planning groups", wrapcast.CheckFailed, d.unit.Name+" has no planning group",
			"create one per queue and channel (Admin > Workforce Management > Planning Groups)")
	}
	return len(groups) > 0
}

func lookAtForecasts(ctx context.Context, d *doctor) bool {
	listed, err := d.client.Forecasts(ctx, d.unit.ID, d.week())
	return d.permission(transport.ForecastsCall, err, "%d forecasts of the week of %s are listed", len(listed),
		d.week())
}

// week is the unit's next one: a plan would go there.
func (d *doctor) week() wrapcast.Date {
	zone, err := time.LoadLocation(d.unit.TimeZone)
	if err != nil {
		zone = time.UTC // unitSettings made sure that it is known
	}
	return wrapcast.DateOf(d.client.transport.Clock().Now().In(zone)).StartOfWeek(d.unit.WeekStart) + 7
}
