package genesys

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// planningProbes look at what is planned: the business units, their planning groups and forecasts.
func planningProbes() []probe {
	unit := []string{"business unit"}
	return []probe{
		{name: "business unit", needs: []string{"credentials"}, look: lookAtBusinessUnits},
		{name: "planning groups", needs: unit, look: lookAtPlanningGroups},
		{name: "contacts", needs: []string{"planning groups", "history", "queues"}, look: lookAtContacts},
		{name: "forecasts", needs: unit, look: lookAtForecasts},
	}
}

// lookAtBusinessUnits finds the units that a run would plan, and reads the settings of each.
func lookAtBusinessUnits(ctx context.Context, d *doctor) bool {
	choice := d.options.BusinessUnits
	if choice.None() {
		return d.withoutUnit("as business_unit says")
	}
	known := d.options.Known[d.organisation.ID]
	listed, err := d.client.Units(ctx)
	if statusOf(err) == http.StatusForbidden && len(choice)+len(known) == 0 {
		return d.withoutUnit("the OAuth client may not list any")
	}
	chosen, err := chosenUnits(choice, listed, known, err)
	switch {
	case err != nil:
		return d.verdict("business unit", err, "")
	case len(chosen) == 0:
		return d.withoutUnit("none is open to the OAuth client")
	}
	for _, unit := range chosen {
		d.lookAtBusinessUnit(ctx, unit)
	}
	return len(d.units) > 0
}

func chosenUnits(choice wrapcast.UnitChoice, listed, known []wrapcast.BusinessUnit,
	err error) ([]wrapcast.BusinessUnit, error) {
	if err != nil {
		return nil, err
	}
	return choice.Of(listed, known)
}

// lookAtBusinessUnit reads the settings of a unit.
func (d *doctor) lookAtBusinessUnit(ctx context.Context, unit wrapcast.BusinessUnit) {
	read, err := d.client.unitSettings(ctx, unit)
	if statusOf(err) == http.StatusForbidden {
		d.permission(transport.BusinessUnitCall, err, "")
		return
	}
	d.open[transport.BusinessUnitCall] = err == nil
	if d.verdict("business unit", err, "%s in %s, weeks begin on %s", read.Name, read.TimeZone, read.WeekStart) {
		d.units = append(d.units, read)
	}
}

// withoutUnit notes that there is no business unit: a run works, and plans nothing.
func (d *doctor) withoutUnit(why string) bool {
	d.add("business unit", wrapcast.CheckWarning, "there is none to plan for ("+why+"): no staffing forecast is planned; "+
		"extract, validate, forecast, accuracy, reports, the dashboard and the target rest work",
		"if one should be planned, create it (Admin > Workforce Management), or give the client's role "+
			"wfm:businessUnit:view in its division")
	d.skipped = "not looked at: there is no business unit"
	for _, e := range Endpoints() { // nobody misses these permissions
		if strings.HasPrefix(strings.Join(e.Permissions, ","), "wfm:") {
			d.open[e.Name] = true
		}
	}
	return false
}

// of names a unit in the message of a check where there are several.
func (d *doctor) of(unit wrapcast.BusinessUnit) string {
	if len(d.units) == 1 {
		return ""
	}
	return " of " + unit.Name
}

func lookAtPlanningGroups(ctx context.Context, d *doctor) bool {
	all := true
	for _, unit := range d.units {
		groups, err := d.client.planningGroups(ctx, unit.ID)
		if !d.permission(transport.PlanningGroupsCall, err, "%d planning groups%s", len(groups), d.of(unit)) {
			return false
		}
		if len(groups) == 0 {
			all = false
			d.add("planning groups", wrapcast.CheckFailed, unit.Name+" has no planning group",
				"create one per queue and channel (Admin > Workforce Management > Planning Groups)")
			continue
		}
		d.lookAtServiceGoals(ctx, unit)
	}
	return all
}

// lookAtServiceGoals looks whether the service goals of planning groups can be read. They are a help: a run goes on
// without them.
func (d *doctor) lookAtServiceGoals(ctx context.Context, unit wrapcast.BusinessUnit) {
	goals, err := d.client.serviceGoals(ctx, unit.ID)
	d.open[transport.GoalsCall] = err == nil
	if err == nil {
		d.pass("service goals", "%d service goal templates%s", len(goals), d.of(unit))
		return
	}
	d.add("service goals", wrapcast.CheckSkipped, "optional: the service goals"+d.of(unit)+" cannot be read: "+messageOf(err),
		"required staff is counted by the settings' goals (staffing); "+
			strings.Join(transport.EndpointOf(transport.GoalsCall).Permissions, " or ")+" opens the platform's")
}

func lookAtForecasts(ctx context.Context, d *doctor) bool {
	all := true
	for _, unit := range d.units {
		listed, err := d.client.Forecasts(ctx, unit.ID, d.week(unit))
		all = d.permission(transport.ForecastsCall, err, "%d forecasts of the week of %s%s are listed", len(listed),
			d.week(unit), d.of(unit)) && all
	}
	return all
}

// week is the next one of a unit: a plan would go there.
func (d *doctor) week(unit wrapcast.BusinessUnit) wrapcast.Date {
	zone, err := time.LoadLocation(unit.TimeZone)
	if err != nil {
		zone = time.UTC // unitSettings made sure that it is known
	}
	return wrapcast.DateOf(d.client.transport.Clock().Now().In(zone)).StartOfWeek(unit.WeekStart) + 7
}
