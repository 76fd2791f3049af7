package wrapcast

import (
	"cmp"
	"slices"
)

// Fits reports whether contacts of a stream take the route: its queue and channel, its language where it asks for one,
// and all the skills that it asks for. A route that asks for neither takes whatever language and skills a contact has.
func (r Route) Fits(s Stream) bool {
	return r.Queue == s.Queue && r.Media == s.Media && (r.Language == "" || r.Language == s.Language) &&
		s.Skills.Has(r.Skills...)
}

// Conditions is how many conditions the route makes beyond queue and channel: one for its language, one for each skill.
func (r Route) Conditions() int {
	n := len(NewSkillSet(r.Skills...).IDs())
	if r.Language != "" {
		n++
	}
	return n
}

// Same reports whether two routes lead from the same queue and channel by the same conditions.
func (r Route) Same(other Route) bool {
	return r.Queue == other.Queue && r.Media == other.Media && r.Language == other.Language &&
		NewSkillSet(r.Skills...) == NewSkillSet(other.Skills...)
}

// Router says which planning group plans for a stream. Of all routes that fit it the one with the most conditions wins;
// of as many, the one that asks for a language; then the first of the list. Directions do not matter.
type Router struct {
	groups []PlanningGroup
	routes map[channelOf][]routeOf
}

type channelOf struct {
	queue QueueID
	media MediaType
}

// routeOf is a route in the order of preference, and its place: the group's, and its own in the group.
type routeOf struct {
	Route
	conditions   int
	group, place int
}

// NewRouter is the router of planning groups, in their order.
func NewRouter(groups []PlanningGroup) Router {
	r := Router{groups: groups, routes: map[channelOf][]routeOf{}}
	for i, g := range groups {
		for k, route := range g.Routes {
			at := channelOf{route.Queue, route.Media}
			r.routes[at] = append(r.routes[at], routeOf{route, route.Conditions(), i, k})
		}
	}
	for _, all := range r.routes {
		slices.SortStableFunc(all, func(a, b routeOf) int {
			return cmp.Or(b.conditions-a.conditions, cmp.Compare(b.Language, "")-cmp.Compare(a.Language, ""))
		})
	}
	return r
}

// Choice is the planning group of a stream.
type Choice struct {
	// Group is the place of the group among the router's, Route that of the route in the group.
	Group, Route int
	// Rivals are the places of other groups whose route fits with as many conditions.
	Rivals []int
}

// Of returns the group that plans for a stream; false where none does.
func (r Router) Of(s Stream) (Choice, bool) {
	var c Choice
	found, conditions := false, 0
	for _, route := range r.routes[channelOf{s.Queue, s.Media}] {
		switch {
		case found && route.conditions < conditions:
			return c, true
		case !route.Fits(s):
		case !found:
			c, found, conditions = Choice{Group: route.group, Route: route.place}, true, route.conditions
		case route.group != c.Group && !slices.Contains(c.Rivals, route.group):
			c.Rivals = append(c.Rivals, route.group)
		}
	}
	return c, found
}

// GroupOf returns a lookup from a leaf to the planning group that plans for its stream; false where no group does. See
// Router for the rule.
func (d Directory) GroupOf() func(Leaf) (PlanningGroup, bool) {
	router := NewRouter(d.PlanningGroups)
	return func(leaf Leaf) (PlanningGroup, bool) {
		c, ok := router.Of(leaf.Stream())
		if !ok {
			return PlanningGroup{}, false
		}
		return d.PlanningGroups[c.Group], true
	}
}
