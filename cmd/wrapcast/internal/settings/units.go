package settings

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
)

// Units are business units as people name them in YAML: one, a list, all or none.
type Units wrapcast.UnitChoice

// UnmarshalYAML reads a name or a list of names.
func (u *Units) UnmarshalYAML(node *yaml.Node) error {
	names := node.Content
	switch node.Kind {
	case yaml.ScalarNode:
		names = []*yaml.Node{node}
	case yaml.SequenceNode:
	case yaml.DocumentNode, yaml.MappingNode, yaml.AliasNode:
		return fmt.Errorf("line %d: keys with values stand where a business unit, or a list of them, belongs", node.Line)
	}
	*u = nil
	for _, name := range names {
		if name.Kind != yaml.ScalarNode {
			return fmt.Errorf("line %d: a business unit is named by a text", name.Line)
		}
		if name.Tag != "!!null" {
			*u = append(*u, wrapcast.ChooseUnits(name.Value)...)
		}
	}
	return nil
}

// checkUnits refuses business units and a time zone that cannot be.
func (c Settings) checkUnits() error {
	if err := wrapcast.UnitChoice(c.BusinessUnit).Check(); err != nil {
		return fmt.Errorf("business_unit: %w", err)
	}
	if c.TimeZone == "" {
		return nil
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "Local" {
		return usage("time_zone is %q, which is no time zone", c.TimeZone).
			WithHint("a zone is written as America/New_York")
	}
	return nil
}
