package planning

import (
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// route maps streams to the groups that plan for them and refuses what leaves cannot
// tell: routes by language or skill, and a stream that two groups claim.
func (r *roller) route() map[wrapcast.PlanningGroupID][]wrapcast.Stream {
	groups := map[wrapcast.PlanningGroupID][]wrapcast.Stream{}
	owner := map[wrapcast.Stream]wrapcast.PlanningGroup{}
	r.routed = map[wrapcast.Stream]bool{}
	for _, g := range r.in.Directory.PlanningGroups {
		if g.NeedsSkill() {
			r.block("needs-skill", groupName(g), "route it by queue and channel alone, or plan it by hand",
				"its routes require a language or skills, which wrap-up data does not contain")
		}
		for _, route := range g.Routes {
			s := route.Stream()
			if other, taken := owner[s]; taken && other.ID != g.ID {
				r.block("route-twice", groupName(g), "let one planning group have it", "%s leads to %s as well",
					r.names.stream(s),
					groupName(other))
				continue
			} else if taken {
				continue
			}
			owner[s] = g
			r.routed[s] = true
			groups[g.ID] = append(groups[g.ID], s)
		}
	}
	return groups
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
			"no history for these queues on this channel: it is planned with no contacts")
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

// spread adds a stream's days to a group's quarter-hours.
func (r *roller) spread(s wrapcast.Stream, d *demand, offered, seconds []float64) {
	for i, span := range r.spans {
		if d.volume[i] == 0 {
			continue
		}
		open := r.in.Calendar.Open(s.Queue, span.day, r.in.Recent.loc)
		shares := r.in.Recent.OpenShares(s.Queue, s.Media, span.day, open)
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
