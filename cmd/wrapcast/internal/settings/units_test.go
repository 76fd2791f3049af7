package settings

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
)

func TestBusinessUnitsAreNamedByATextOrAList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"business_unit:":                              wrapcast.UnitChoice(nil),
		"business_unit: \"\"":                         wrapcast.UnitChoice(nil),
		"business_unit: Europe, inbound":              wrapcast.UnitChoice{"Europe, inbound"},
		"business_unit: [Europe, America]":            wrapcast.UnitChoice{"Europe", "America"},
		"business_unit:\n  - 12\n  - America":         wrapcast.UnitChoice{"12", "America"},
		"business_unit: all":                          wrapcast.UnitChoice{"all"},
		"business_unit: {name: Europe}":               "line 1: keys with values stand where",
		"business_unit: [[Europe]]":                   "line 1: a business unit is named by a text",
		"business_unit: [none, Europe]":               `"none" stands beside other business units`,
		"time_zone: Europe/Atlantis":                  `time_zone is "Europe/Atlantis"`,
		"time_zone: Local":                            `time_zone is "Local"`,
		"time_zone: Europe/Berlin":                    wrapcast.UnitChoice(nil),
		"business_units: Europe":                      `did you mean "business_unit"?`,
		"business_unit: Europe # the large one":       wrapcast.UnitChoice{"Europe"},
		"business_unit: 9f1d0dc6-9d05-4798-b578-46d6": wrapcast.UnitChoice{"9f1d0dc6-9d05-4798-b578-46d6"},
	} {
		path := filepath.Join(t.TempDir(), "wrapcast.yaml")
		write(t, path, text+"\n")
		c, err := Source{File: path, Environ: environ(nil)}.Load()
		if words, refused := want.(string); refused {
			if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if diff := cmp.Diff(want, c.Spec().BusinessUnits); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
}

func TestTheFlagWinsOverTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wrapcast.yaml")
	write(t, path, "business_unit: [Europe, America]\n")
	c, err := Source{File: path, Environ: environ(nil), BusinessUnit: []string{"Asia"}}.Load()
	if err != nil || !cmp.Equal(c.Spec().BusinessUnits, wrapcast.UnitChoice{"Asia"}) {
		t.Errorf("%q, %v", c.BusinessUnit, err)
	}
	if _, err := (Source{Environ: environ(nil), BusinessUnit: []string{"all", "Asia"}}).Load(); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("all beside a name: %v", err)
	}
}
