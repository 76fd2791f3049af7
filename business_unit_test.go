package wrapcast_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

func unit(id, name string) wrapcast.BusinessUnit {
	return wrapcast.BusinessUnit{ID: wrapcast.BusinessUnitID(id), Name: name}
}

func TestAChoiceOfUnitsMeansThoseListed(t *testing.T) {
	t.Parallel()
	europe, america, all := unit("e", "Europe"), unit("a", "America"), unit("x", "All")
	both := []wrapcast.BusinessUnit{europe, america}
	for name, c := range map[string]struct {
		choice        []string
		listed, known []wrapcast.BusinessUnit
		want          string // ids, or a kind of error
	}{
		"the only one":                           {nil, both[:1], nil, "e"},
		"none":                                   {nil, nil, nil, ""},
		"all of none":                            {[]string{"all"}, nil, nil, ""},
		"one, by name":                           {[]string{"america"}, both, nil, "a"},
		"one, by id":                             {[]string{"e"}, both, nil, "e"},
		"some, in the order they are named":      {[]string{"Europe", "America"}, both, nil, "e a"},
		"one named twice":                        {[]string{"Europe", "e"}, both, nil, "e"},
		"all, in the order of their names":       {[]string{"ALL"}, both, nil, "a e"},
		"none, although there are some":          {[]string{"none"}, both, both, ""},
		"a word beside a name":                   {[]string{"all", "Europe"}, both, nil, "usage"},
		"a unit called All, by its id":           {[]string{"x"}, []wrapcast.BusinessUnit{all, europe}, nil, "x"},
		"several and nobody says which":          {nil, both, nil, "usage"},
		"one that is not there":                  {[]string{"Asia"}, both, nil, "usage"},
		"two of a name":                          {[]string{"Europe"}, []wrapcast.BusinessUnit{europe, unit("e2", "Europe")}, nil, "usage"},
		"named, and nothing is listed":           {[]string{"Europe"}, nil, nil, "refused"},
		"planned before, and nothing is listed":  {nil, nil, both[:1], "refused"},
		"all, and nothing is listed any more":    {[]string{"all"}, nil, both[:1], "refused"},
		"another than was planned before":        {nil, both[1:], both[:1], "usage"},
		"another, and somebody says so":          {[]string{"America"}, both[1:], both[:1], "a"},
		"by the name it had":                     {[]string{"Europe"}, []wrapcast.BusinessUnit{america, unit("e", "EMEA")}, both[:1], "e"},
		"a name that another has now":            {[]string{"Europe"}, []wrapcast.BusinessUnit{unit("a", "Europe"), unit("e", "EMEA")}, both[:1], "a"},
		"by the name of one that is there still": {nil, []wrapcast.BusinessUnit{unit("e", "EMEA")}, both[:1], "e"},
	} {
		chosen, err := wrapcast.UnitChoice(c.choice).Of(c.listed, c.known)
		var ids []string
		for _, u := range chosen {
			ids = append(ids, string(u.ID))
		}
		got := strings.Join(ids, " ")
		if err != nil {
			got = string(wrapcast.KindOf(err))
		}
		if got != c.want || err != nil && wrapcast.Hint(err) == "" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestAChoiceOfUnitsIsATextOrAList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]wrapcast.UnitChoice{
		`""`: nil, `"Europe"`: {"Europe"}, `["Europe","America"]`: {"Europe", "America"}, `"Sales, inbound"`: {"Sales, inbound"},
	} {
		var c wrapcast.UnitChoice
		if err := json.Unmarshal([]byte(text), &c); err != nil || !slices.Equal(c, want) {
			t.Errorf("%s is %q, %v", text, c, err)
		}
		if back, err := json.Marshal(c); err != nil || string(back) != text {
			t.Errorf("%q is written as %s, %v", c, back, err)
		}
	}
}

func TestADirectoryLooksFromEachOfItsUnits(t *testing.T) {
	t.Parallel()
	groups := func(id string) []wrapcast.PlanningGroup {
		return []wrapcast.PlanningGroup{{ID: wrapcast.PlanningGroupID(id)}}
	}
	planned := []wrapcast.PlannedUnit{{unit("e", "Europe"), groups("ge")}, {unit("a", "America"), groups("ga")}, {unit("x", "Asia"), nil}}
	var d wrapcast.Directory
	d.Plan(planned, "UTC")
	from, ok := d.From("a")
	if !ok || from.BusinessUnit.ID != "a" || from.PlanningGroups[0].ID != "ga" || len(from.Others) != 2 ||
		from.Others[0].ID != "e" || from.Others[0].PlanningGroups[0].ID != "ge" || from.Others[1].ID != "x" {
		t.Errorf("%+v", from)
	}
	if _, ok := d.From("nowhere"); ok || d.BusinessUnit.ID != "e" || d.Others[0].ID != "a" {
		t.Errorf("%+v", d)
	}
	d.Plan(nil, "Asia/Kolkata")
	if _, ok := d.From(""); !ok || d.HasUnit() || d.BusinessUnit.TimeZone != "Asia/Kolkata" || d.Units() != nil {
		t.Errorf("%+v", d)
	}
}
