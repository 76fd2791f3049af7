package genesys

import (
	"context"
	"net/url"
	"strings"
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

func (c *Client) businessUnit(ctx context.Context, wanted string) (wrapcast.BusinessUnit, error) {
	var listed page[listedUnit]
	if err := c.get(ctx, transport.BusinessUnitsCall, nil, &listed); err != nil {
		return wrapcast.BusinessUnit{}, err
	}
	unit, err := chooseUnit(listed.Entities, wanted)
	if err != nil {
		return wrapcast.BusinessUnit{}, err
	}
	return c.unitSettings(ctx, unit)
}

// chooseUnit finds the unit of that id or name, or the only one there is.
func chooseUnit(listed []listedUnit, wanted string) (entity, error) {
	var open []entity
	for _, u := range listed {
		if u.ID != "" && u.open() {
			open = append(open, u.entity)
		}
	}
	if len(open) == 0 {
		return entity{}, wrapcast.Errorf(wrapcast.Refused, "genesys.business unit",
			"no business unit is open to the OAuth client").
			WithHint("create one (Admin > Workforce Management), or give the client's role wfm:businessUnit:view in its division")
	}
	var found []entity
	for _, u := range open {
		if wanted == "" || u.ID == wanted || strings.EqualFold(u.Name, wanted) {
			found = append(found, u)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return entity{}, wrapcast.Errorf(wrapcast.Usage, "genesys.business unit", "there is no business unit %q",
			wanted).
			WithHint("choose one of: %s", unitList(open))
	}
	return entity{}, wrapcast.Errorf(wrapcast.Usage, "genesys.business unit",
		"there are %d business units to choose from", len(found)).
		WithHint("name one of: %s", unitList(found))
}

func unitList(units []entity) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name + " (" + u.ID + ")"
	}
	return strings.Join(names, ", ")
}

// unitSettings reads the two settings that every week and every interval's index
// depend on. They are read at every run, because a unit's zone may be changed.
func (c *Client) unitSettings(ctx context.Context, unit entity) (wrapcast.BusinessUnit, error) {
	var u struct {
		entity
		Settings struct {
			StartDayOfWeek string `json:"startDayOfWeek"`
			TimeZone       string `json:"timeZone"`
		} `json:"settings"`
	}
	if err := c.get(ctx, transport.BusinessUnitCall, url.Values{"expand": {"settings"}}, &u, unit.ID); err != nil {
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
	return wrapcast.BusinessUnit{
		ID: wrapcast.BusinessUnitID(unit.ID), Name: unit.Name, TimeZone: u.Settings.TimeZone, WeekStart: start,
	}, nil
}

// knownZone knows IANA names only: "" and "Local" would mean UTC and this machine's zone.
func knownZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}
