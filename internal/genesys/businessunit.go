package genesys

import (
	"context"
	"net/url"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

type listedUnit struct {
	entity
	Authorized *bool `json:"authorized"`
}

// open reports whether the OAuth client may use the unit; a unit that does not say is open.
func (u listedUnit) open() bool { return u.Authorized == nil || *u.Authorized }

// Units lists the business units that are open to the OAuth client, by id and name alone. The platform asks for no
// permission: without one the list is empty.
func (c *Client) Units(ctx context.Context) ([]wrapcast.BusinessUnit, error) {
	var listed page[listedUnit]
	ctx = bounded(ctx)
	if err := c.get(ctx, transport.BusinessUnitsCall, nil, &listed); err != nil {
		return nil, err
	}
	if err := take(ctx, transport.BusinessUnitsCall, len(listed.Entities)); err != nil {
		return nil, err
	}
	var open []wrapcast.BusinessUnit
	for _, u := range listed.Entities {
		if u.ID != "" && u.open() {
			open = append(open, wrapcast.BusinessUnit{ID: wrapcast.BusinessUnitID(u.ID), Name: u.Name})
		}
	}
	return open, nil
}

// PlannedUnits reads the settings and the planning groups of some units.
func (c *Client) PlannedUnits(ctx context.Context, units []wrapcast.BusinessUnit) ([]wrapcast.PlannedUnit, error) {
	ctx = bounded(ctx)
	var planned []wrapcast.PlannedUnit
	for _, unit := range units {
		settings, err := c.unitSettings(ctx, unit)
		if err != nil {
			return nil, err
		}
		groups, err := c.planningGroups(ctx, unit.ID)
		if err != nil {
			return nil, err
		}
		planned = append(planned, wrapcast.PlannedUnit{BusinessUnit: settings, PlanningGroups: groups})
	}
	return planned, nil
}

// unitSettings reads the two settings that every week and every interval's index
// depend on. They are read at every run, because a unit's zone may be changed.
func (c *Client) unitSettings(ctx context.Context, unit wrapcast.BusinessUnit) (wrapcast.BusinessUnit, error) {
	var u struct {
		entity
		Settings struct {
			StartDayOfWeek string `json:"startDayOfWeek"`
			TimeZone       string `json:"timeZone"`
		} `json:"settings"`
	}
	if err := c.get(ctx, transport.BusinessUnitCall, url.Values{"expand": {"settings"}}, &u, string(unit.ID)); err != nil {
		return wrapcast.BusinessUnit{}, err
	}
	start, ok := weekday(u.Settings.StartDayOfWeek)
	if !ok {
		return wrapcast.BusinessUnit{}, wrapcast.Errorf(wrapcast.Unavailable, "genesys.business unit",
			"%q does not say on which day its weeks begin (%q)", unit.Name, u.Settings.StartDayOfWeek)
	}
	if zone := u.Settings.TimeZone; !knownZone(zone) {
		return wrapcast.BusinessUnit{}, wrapcast.Errorf(wrapcast.Unavailable, "genesys.business unit",
			"the time zone %q of %q is not known here", zone, unit.Name).
			WithHint("update wrapcast: its time zone data is older than the zone")
	}
	unit.TimeZone, unit.WeekStart = u.Settings.TimeZone, start
	return unit, nil
}

// knownZone knows IANA names only: "" and "Local" would mean UTC and this machine's zone.
func knownZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}
