package planning

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// route finds the streams of each planning group, by its place in the directory, and refuses routes that two groups
// have: nobody can tell whose contacts theirs are.
func (r *roller) route() [][]wrapcast.Stream {
	planned := r.in.Directory.PlanningGroups
	r.router = wrapcast.NewRouter(planned)
	r.refuseSameRoutes()
	type routed struct {
		wrapcast.Stream
		wrapcast.Choice
	}
	all := make([]routed, 0, len(r.demand))
	for _, s := range slices.SortedFunc(maps.Keys(r.demand), wrapcast.Stream.Compare) {
		if c, ok := r.router.Of(s); ok {
			all = append(all, routed{s, c})
			r.warnOfRivals(s, c)
		}
	}
	slices.SortStableFunc(all, func(a, b routed) int { return cmp.Compare(a.Route, b.Route) })
	streams := make([][]wrapcast.Stream, len(planned))
	for _, s := range all {
		streams[s.Group] = append(streams[s.Group], s.Stream)
	}
	return streams
}

// refuseSameRoutes blocks two groups with the same queue, channel, language and skills.
func (r *roller) refuseSameRoutes() {
	type owned struct {
		wrapcast.Route
		group wrapcast.PlanningGroup
	}
	channels := map[wrapcast.Stream][]owned{}
	for _, g := range r.in.Directory.PlanningGroups {
		for _, route := range g.Routes {
			at := wrapcast.Stream{Queue: route.Queue, Media: route.Media}
			i := slices.IndexFunc(channels[at], func(o owned) bool { return o.Same(route) })
			switch {
			case i < 0:
				channels[at] = append(channels[at], owned{route, g})
			case channels[at][i].group.ID != g.ID:
				at.Language, at.Skills = route.Language, wrapcast.NewSkillSet(route.Skills...)
				r.block("route-twice", groupName(g), "let one planning group have it", "%s leads to %s as well",
					r.in.Directory.StreamName(at), groupName(channels[wrapcast.Stream{Queue: at.Queue, Media: at.Media}][i].group))
			}
		}
	}
}

// warnOfRivals warns of a stream that other groups' routes fit as well as the one it is planned for, by different
// conditions.
func (r *roller) warnOfRivals(s wrapcast.Stream, c wrapcast.Choice) {
	groups := r.in.Directory.PlanningGroups
	own := groups[c.Group].Routes[c.Route]
	for _, i := range c.Rivals {
		if slices.ContainsFunc(groups[i].Routes, own.Same) {
			continue // refused already
		}
		r.warn("route-tie", r.in.Directory.StreamName(s), "add a route with both conditions to the group that should have them",
			"its contacts fit %s as well as %s, and are planned for the latter", groupName(groups[i]),
			groupName(groups[c.Group]))
	}
}

// group lays the demand of a group's streams over the week. Handle seconds stay zero where no contact is planned.
func (r *roller) group(g wrapcast.PlanningGroup, streams []wrapcast.Stream) wrapcast.GroupPlan {
	offered, seconds := make([]float64, r.values), make([]float64, r.values)
	known := false
	for _, s := range streams {
		if d := r.demand[s]; d != nil {
			known = true
			r.spread(s, d, offered, seconds)
		}
	}
	if !known {
		r.warn("no-history", groupName(g), "check its routes, or give it a forecast by hand",
			"no history for these queues on this channel%s: it is planned with no contacts", asksFor(g))
	}
	handle := make([]float64, r.values)
	for i, n := range offered {
		if n > 0 {
			handle[i] = hundredths(seconds[i] / n)
		}
	}
	for _, span := range r.spans {
		roundDay(offered[span.first : span.first+span.count])
	}
	return wrapcast.GroupPlan{Group: g.ID, Name: g.Name, Offered: offered, HandleSeconds: handle}
}

// leaveOut says what is expected of a group that is not planned.
func (r *roller) leaveOut(g wrapcast.PlanningGroup, streams []wrapcast.Stream) wrapcast.GroupLeftOut {
	left := wrapcast.GroupLeftOut{Group: g.ID, Name: g.Name}
	for _, s := range streams {
		left.Offered += sumOf(r.demand[s].volume)
	}
	left.Offered = hundredths(left.Offered)
	r.add(wrapcast.Info, "left-out", groupName(g), "plan it by hand, or take it from plan.leave_out",
		fmt.Sprintf("it is left out, as plan.leave_out says: its %.1f contacts of the %d days are not planned",
			left.Offered, len(r.spans)))
	return left
}

// asksFor says what else a group's routes ask for: ", in this language and with these skills".
func asksFor(g wrapcast.PlanningGroup) string {
	language, skills := false, false
	for _, route := range g.Routes {
		language, skills = language || route.Language != "", skills || len(route.Skills) > 0
	}
	switch {
	case language && skills:
		return ", in this language and with these skills"
	case language:
		return ", in this language"
	case skills:
		return ", with these skills"
	}
	return ""
}

// spread adds a stream's days to a group's quarter-hours.
func (r *roller) spread(s wrapcast.Stream, d *demand, offered, seconds []float64) {
	for i, span := range r.spans {
		if d.volume[i] == 0 {
			continue
		}
		open := r.in.Calendar.Open(s.Queue, span.day, r.in.Recent.loc)
		shares := r.in.Recent.OpenShares(s, span.day, open)
		if open != nil && !slices.Contains(open, true) {
			r.closed[s] += d.volume[i]
			continue
		}
		for q := range span.count {
			offered[span.first+q] += d.volume[i] * shares[q]
			seconds[span.first+q] += d.seconds[i] * shares[q]
		}
	}
}

// roundDay rounds to hundredths and keeps the day's sum; what is zero stays zero.
func roundDay(values []float64) {
	cents := make([]float64, len(values))
	for i, v := range values {
		cents[i] = 100 * v
	}
	for i, c := range forecast.RoundToSum(cents) {
		values[i] = c / 100
	}
}

// fillHandleTimes gives quarter-hours without contacts the group's mean handle time, and groups without any the unit's.
func (r *roller) fillHandleTimes(groups []wrapcast.GroupPlan) {
	var contacts, seconds float64
	means := make([]float64, len(groups))
	for i, g := range groups {
		n, s := workload(g.Offered, g.HandleSeconds)
		contacts, seconds = contacts+n, seconds+s
		if n > 0 {
			means[i] = s / n
		}
	}
	unit := r.in.Recent.overallAHT
	if contacts > 0 && seconds > 0 {
		unit = seconds / contacts
	}
	for i, g := range groups {
		mean := means[i]
		if mean == 0 {
			mean = unit
		}
		for q, s := range g.HandleSeconds {
			if s == 0 {
				g.HandleSeconds[q] = hundredths(mean)
			}
		}
	}
}

// workload returns the contacts of a stretch and the sum of their handle times in seconds.
func workload(offered, handle []float64) (contacts, seconds float64) {
	for i, n := range offered {
		contacts += n
		if i < len(handle) {
			seconds += n * handle[i]
		}
	}
	return contacts, seconds
}
