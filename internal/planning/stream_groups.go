package planning

import "github.com/wrapcast/wrapcast"

// GroupOf returns which planning group plans for each queue and channel: of several that claim one, the first, as in a
// week's plan. Groups whose routes ask for a language or skills are left out: what leaves tell of them is unknown.
func GroupOf(directory wrapcast.Directory) func(wrapcast.Leaf) (wrapcast.PlanningGroup, bool) {
	owner := map[stream]wrapcast.PlanningGroup{}
	for _, g := range directory.PlanningGroups {
		if needsSkill(g) {
			continue
		}
		for _, route := range g.Routes {
			s := stream{route.Queue, route.Media}
			if _, taken := owner[s]; !taken {
				owner[s] = g
			}
		}
	}
	return func(leaf wrapcast.Leaf) (wrapcast.PlanningGroup, bool) {
		g, ok := owner[streamOf(leaf)]
		return g, ok
	}
}
