package planning

import (
	"slices"

	"github.com/wrapcast/wrapcast"
)

// checkForecast blocks a week the forecast cannot fill: made in another zone, or too short.
func (r *roller) checkForecast(week wrapcast.Date) bool {
	if r.in.Recent == nil {
		r.block("no-patterns", "", "learn it with planning.LearnRecent", "no patterns of recent weeks were learned")
		return false
	}
	f, unit, loc := r.in.Forecast, r.in.Directory.BusinessUnit, r.in.Recent.loc
	if f.TimeZone != unit.TimeZone || loc.String() != unit.TimeZone {
		r.block("other-zone", unit.Name, "forecast in the business unit's zone",
			"the forecast's days are those of %s, the business unit's of %s", f.TimeZone, unit.TimeZone)
		return false
	}
	spans := daysOf(week, loc, r.in.QuarterHours)
	if last := spans[len(spans)-1].day; week < f.From || last >= f.From+wrapcast.Date(f.Days) {
		r.block("days-missing", week.String(), "forecast a longer horizon",
			"the week needs %s to %s, the forecast has %s to %s", week, last, f.From, f.From+wrapcast.Date(f.Days-1))
		return false
	}
	return true
}

// UnroutedCode is that of the finding that tells of contacts which no planning group of any business unit plans for.
const UnroutedCode = "no-planning-group"

// warnOfUnrouted warns of streams with contacts that no planning group plans for, here or in another business unit, and
// of those that are planned in both.
func (r *roller) warnOfUnrouted() {
	elsewhere := plannedElsewhere(r.in.Directory)
	streams := make([]wrapcast.Stream, 0, len(r.demand))
	for s := range r.demand {
		streams = append(streams, s)
	}
	slices.SortFunc(streams, wrapcast.Stream.Compare)
	for _, s := range streams {
		n, unit := sumOf(r.demand[s].volume), elsewhere(s)
		switch {
		case n == 0:
		case r.isRouted(s) && unit != "":
			r.warn("planned-twice", r.in.Directory.StreamName(s), "leave it in the planning groups of one business unit",
				"its contacts are planned for %s as well: %.1f of the %d days", unit, n, len(r.spans))
		case !r.isRouted(s) && unit == "":
			r.warn(UnroutedCode, r.in.Directory.StreamName(s), "add a route for it to a planning group",
				"%.1f contacts of the %d days belong to no planning group and are not planned", n, len(r.spans))
		}
	}
}

// isRouted reports whether some planning group plans for a stream.
func (r *roller) isRouted(s wrapcast.Stream) bool {
	_, routed := r.router.Of(s)
	return routed
}

// plannedElsewhere tells the name of another business unit that plans for a queue on a channel, "" where none does.
func plannedElsewhere(d wrapcast.Directory) func(wrapcast.Stream) string {
	type place struct {
		queue wrapcast.QueueID
		media wrapcast.MediaType
	}
	units := map[place]string{}
	for _, u := range d.Others {
		for _, g := range u.PlanningGroups {
			for _, route := range g.Routes {
				units[place{route.Queue, route.Media}] = u.Name
			}
		}
	}
	return func(s wrapcast.Stream) string { return units[place{s.Queue, s.Media}] }
}

// warnOfClosed warns of streams with contacts forecast for days on which the calendar closes them.
func (r *roller) warnOfClosed() {
	streams := make([]wrapcast.Stream, 0, len(r.closed))
	for s := range r.closed {
		streams = append(streams, s)
	}
	slices.SortFunc(streams, wrapcast.Stream.Compare)
	for _, s := range streams {
		r.warn("closed", r.in.Directory.StreamName(s),
			"check the calendar; the effect of closures is learned once the history contains one",
			"%.1f contacts are forecast for days on which it is closed and are not planned", r.closed[s])
	}
}

// passOnNotes warns of what learning noted about streams that are planned.
func (r *roller) passOnNotes() {
	if r.in.Recent.noArrivals {
		r.warn("no-arrivals", "", "check the permission to read queue aggregates, then run wrapcast extract",
			"no offered contact is known: as many are planned as are expected to be handled")
	}
	for _, n := range r.in.Recent.notes {
		if r.isRouted(n.stream) {
			r.warn(n.code, r.in.Directory.StreamName(n.stream), n.advice, "%s", n.message)
		}
	}
}
