package settings

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// target is a name that plan.target takes, and what a plan becomes there.
type target struct {
	name  wrapcast.Target
	about string
}

func targets() []target {
	return []target{{wrapcast.WFM, "import into Workforce Management"}, {wrapcast.REST, "payload to the REST target"}}
}

// TargetHelp is the help of a flag that names a target.
func TargetHelp() string {
	var all []string
	for _, t := range targets() {
		all = append(all, string(t.name)+" ("+t.about+")")
	}
	return strings.Join(all, " or ")
}

// targetNames are the names that plan.target takes.
func targetNames() []string {
	var names []string
	for _, t := range targets() {
		names = append(names, string(t.name))
	}
	return names
}

func checkTarget(name string) error {
	if slices.Contains(targetNames(), name) {
		return nil
	}
	return usage("plan.target is %q; it is %s", name, strings.Join(targetNames(), " or "))
}
