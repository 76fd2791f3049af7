package main

import "testing"

// simulate says which business units there are; those of an organisation are the first one's where it has any.
func TestSimulateListsBusinessUnits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args  []string
		units []string
	}{
		"plain":     {nil, []string{"Contact Centre"}},
		"two units": {[]string{"--kind", "two-units,skills"}, []string{"Contact Centre", "Contact Centre Europe"}},
		"no unit":   {[]string{"--kind", "no-unit"}, nil},
		"one's own": {[]string{"--unit", "Alpha=Europe/Zurich,Saturday", "--permissions", "-wfm:shortTermForecast:add"}, []string{"Alpha"}},
	} {
		s := startSimulator(t, append([]string{"--scale", "XS"}, c.args...)...)
		var names []string
		for _, u := range s.BusinessUnits {
			names = append(names, u.Name)
			if u.PlanningGroups == 0 || u.TimeZone == "" || u.WeekStart == "" {
				t.Errorf("%s: %+v", name, u)
			}
		}
		if len(names) != len(c.units) || len(names) > 0 && (names[0] != c.units[0] || s.BusinessUnitName != names[0] || s.BusinessUnitID != s.BusinessUnits[0].ID) {
			t.Errorf("%s: the units are %v, the first %s", name, names, s.BusinessUnitName)
		}
	}
}
