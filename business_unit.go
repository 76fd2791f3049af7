package wrapcast

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// PlannedUnit is a business unit with the planning groups it is planned by.
type PlannedUnit struct {
	BusinessUnit
	PlanningGroups []PlanningGroup `json:"planning_groups"`
}

// HasUnit reports whether there is a business unit to plan for. Without one, a directory has a zone for its days and
// nothing else of a unit.
func (d Directory) HasUnit() bool { return d.BusinessUnit.ID != "" }

// Units are the business units that are planned, the one looked from first; none where there is none.
func (d Directory) Units() []PlannedUnit {
	if !d.HasUnit() {
		return nil
	}
	return append([]PlannedUnit{{d.BusinessUnit, d.PlanningGroups}}, d.Others...)
}

// Plan makes units those of the directory, the first the one looked from; of none it has only the zone given.
func (d *Directory) Plan(units []PlannedUnit, zone string) {
	d.BusinessUnit, d.PlanningGroups, d.Others = BusinessUnit{TimeZone: zone, WeekStart: time.Monday}, nil, nil
	if len(units) > 0 {
		d.BusinessUnit, d.PlanningGroups = units[0].BusinessUnit, units[0].PlanningGroups
	}
	if len(units) > 1 {
		d.Others = units[1:]
	}
}

// From is the directory as it looks from another of its business units; false where that is none of them.
func (d Directory) From(unit BusinessUnitID) (Directory, bool) {
	all := d.Units()
	i := slices.IndexFunc(all, func(u PlannedUnit) bool { return u.ID == unit })
	if i < 0 {
		return d, d.BusinessUnit.ID == unit
	}
	one := all[i]
	d.Plan(slices.Insert(slices.Delete(all, i, i+1), 0, one), "")
	return d, true
}

// UnitChoice says which business units are planned, by id or name: those named, AllUnits, or NoUnit. None named means
// the only one there is.
type UnitChoice []string

// The words that are no names. A unit that is called so is named by its id.
const (
	AllUnits = "all"
	NoUnit   = "none"
)

// ChooseUnits reads names as people write them; empty ones say nothing.
func ChooseUnits(names ...string) UnitChoice {
	var c UnitChoice
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" {
			c = append(c, name)
		}
	}
	return c
}

// All reports whether every unit is planned.
func (c UnitChoice) All() bool { return c.is(AllUnits) }

// None reports whether no unit is planned, although there may be some.
func (c UnitChoice) None() bool { return c.is(NoUnit) }

func (c UnitChoice) is(word string) bool { return len(c) == 1 && strings.EqualFold(c[0], word) }

// Check refuses words that do not go with others.
func (c UnitChoice) Check() error {
	for _, word := range []string{AllUnits, NoUnit} {
		if len(c) > 1 && slices.ContainsFunc(c, func(name string) bool { return strings.EqualFold(name, word) }) {
			return Errorf(Usage, "business unit", "%q stands beside other business units", word).
				WithHint("leave out either; a unit that is called so is named by its id")
		}
	}
	return nil
}

// String names the units as people do: "Europe, America"; "" where none is named.
func (c UnitChoice) String() string { return strings.Join(c, ", ") }

// MarshalJSON writes one name as a text, several as a list.
func (c UnitChoice) MarshalJSON() ([]byte, error) {
	if len(c) <= 1 {
		return json.Marshal(c.String())
	}
	return json.Marshal([]string(c))
}

// UnmarshalJSON reads a text or a list.
func (c *UnitChoice) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*c = ChooseUnits(one)
		return nil
	}
	var several []string
	err := json.Unmarshal(text, &several)
	*c = ChooseUnits(several...)
	return err
}

// Of finds the units chosen among those that are listed, in the order they are named; all in the order of their names.
// Known are those planned before: a name that a unit had then still means it, and where none is named, the one planned
// before is. None is returned only where none is listed and none was known.
func (c UnitChoice) Of(listed, known []BusinessUnit) ([]BusinessUnit, error) {
	if err := c.Check(); err != nil || c.None() {
		return nil, err
	}
	byName := func(a, b BusinessUnit) int { return strings.Compare(a.Name, b.Name) }
	listed = slices.SortedStableFunc(slices.Values(listed), byName)
	if len(listed) == 0 {
		return nil, c.noneListed(known)
	}
	if c.All() {
		return listed, nil
	}
	if len(c) == 0 {
		return onlyUnit(listed, known)
	}
	var chosen []BusinessUnit
	for _, name := range c {
		unit, err := findUnit(name, listed, known)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(chosen, func(u BusinessUnit) bool { return u.ID == unit.ID }) {
			chosen = append(chosen, unit)
		}
	}
	return chosen, nil
}

// noneListed refuses to go on without units where some are named or were planned.
func (c UnitChoice) noneListed(known []BusinessUnit) error {
	const give = "create one (Admin > Workforce Management), or give the client's role wfm:businessUnit:view in its division"
	switch {
	case len(c) > 0 && !c.All():
		return Errorf(Refused, "business unit", "no business unit is open to the OAuth client").
			WithHint(give + "; business_unit: none works without any")
	case len(known) > 0:
		return Errorf(Refused, "business unit", "%s was planned before, and is not open to the OAuth client any more",
			unitNames(known)).
			WithHint("give the client's role wfm:businessUnit:view in its division; if it is gone for good, " +
				"business_unit: none goes on without any")
	}
	return nil
}

// onlyUnit takes the one there is, unless another was planned before.
func onlyUnit(listed, known []BusinessUnit) ([]BusinessUnit, error) {
	if len(listed) > 1 {
		return nil, Errorf(Usage, "business unit", "there are %d business units to choose from", len(listed)).
			WithHint("name one, some or all of them (business_unit in the settings, or --business-unit): %s",
				UnitList(listed))
	}
	before := func(u BusinessUnit) bool { return u.ID == listed[0].ID }
	if len(known) > 0 && !slices.ContainsFunc(known, before) {
		return nil, Errorf(Usage, "business unit", "%s was planned before and is not listed any more; %s is",
			unitNames(known), UnitList(listed)).
			WithHint("set business_unit: %s to plan that one from now on, in its zone and its weeks", listed[0].Name)
	}
	return listed, nil
}

// findUnit finds a unit by its id, its name, or the name it had when it was planned before.
func findUnit(name string, listed, known []BusinessUnit) (BusinessUnit, error) {
	var ids []BusinessUnitID
	for _, u := range known {
		if strings.EqualFold(u.Name, name) {
			ids = append(ids, u.ID)
		}
	}
	for _, fits := range []func(BusinessUnit) bool{
		func(u BusinessUnit) bool { return string(u.ID) == name },
		func(u BusinessUnit) bool { return strings.EqualFold(u.Name, name) },
		func(u BusinessUnit) bool { return slices.Contains(ids, u.ID) },
	} {
		var found []BusinessUnit
		for _, u := range listed {
			if fits(u) {
				found = append(found, u)
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return BusinessUnit{}, Errorf(Usage, "business unit", "%d business units are called %q", len(found), name).
				WithHint("name one by its id: %s", UnitList(found))
		}
	}
	return BusinessUnit{}, Errorf(Usage, "business unit", "there is no business unit %q", name).
		WithHint("choose one of: %s", UnitList(listed))
}

// UnitList lists units as name (id), for people to choose from.
func UnitList(units []BusinessUnit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name + " (" + string(u.ID) + ")"
	}
	return strings.Join(names, ", ")
}

// unitNames names units: business unit "Europe", or business units "Europe", "America".
func unitNames(units []BusinessUnit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = `"` + u.Name + `"`
	}
	if len(names) == 1 {
		return "business unit " + names[0]
	}
	return "business units " + strings.Join(names, ", ")
}
