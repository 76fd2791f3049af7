package wfm

import (
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// managementUnit is a group of agents of a business unit; each unit has one.
type managementUnit struct {
	ID             string    `json:"id"`
	Name           string    `json:"name"`
	BusinessUnit   reference `json:"businessUnit"`
	StartDayOfWeek string    `json:"startDayOfWeek"`
	TimeZone       string    `json:"timeZone"`
	Metadata       metadata  `json:"metadata"`
	Division       reference `json:"division"`
	SelfURI        string    `json:"selfUri"`
}

func (r *Service) managementUnit(b *businessUnit) managementUnit {
	id := organisation.UUID(r.Seed, "management unit", b.ID)
	return managementUnit{id, b.Name + " Agents", reference{b.ID, unitsPath + "/" + b.ID}, b.WeekStart.String(),
		b.zone().String(), b.metadata(), b.unitEntity().Division, teamsPath + "/" + id}
}

// managementUnits lists those that the client's role covers, as business units are listed.
func (r *Service) managementUnits(c *api.Call) (api.Answer, error) {
	return r.listTeams(c, r.units...)
}

func (r *Service) unitsTeams(b *businessUnit, c *api.Call) (api.Answer, error) {
	return r.listTeams(c, b)
}

func (r *Service) listTeams(c *api.Call, units ...*businessUnit) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	var found []managementUnit
	for _, b := range units {
		division := c.Query().Get("divisionId")
		if c.HasAny(unitPermissions()...) && (division == "" || division == r.Organisation.Division.ID) {
			found = append(found, r.managementUnit(b))
		}
	}
	return api.OK(api.Paged(c, page, found)), nil
}

// capacityPlans lists the long-term plans of a business unit: nobody has made one.
func (b *businessUnit) capacityPlans(*api.Call) (api.Answer, error) {
	return api.OK(map[string]any{"entities": []struct{}{}}), nil
}
