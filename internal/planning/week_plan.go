package planning

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/calendar"
)

// WeekInput is what a week's plan is made from.
type WeekInput struct {
	Directory wrapcast.Directory
	Forecast  wrapcast.Forecast
	// Recent are the patterns of the weeks before the forecast: see LearnRecent.
	Recent *RecentPatterns
	// Calendar has the hours in which queues are open; nil means that only the recent patterns are known.
	Calendar *calendar.ResolvedCalendar
	// LeaveOut are the planning groups that are not planned; what is expected of them is said.
	LeaveOut []wrapcast.PlanningGroupID
	// QuarterHours is the length of every array; zero means 768, eight days. See LengthRule.
	QuarterHours int
}

// Week rolls a forecast up to the planning groups of one week: leaves to queue and
// channel, handled to offered contacts, days to quarter-hours, routes to groups. Handle
// times are weighted by volume, so a group's follows the mix of its codes.
//
// Every group of the directory but those left out gets both arrays: contacts in hundredths, whose sum per
// day is the rounded sum of the day, and handle times, which in an empty quarter-hour
// are the group's mean, else the unit's. Neither holds a NaN or a negative number. The
// findings tell what could not be placed; one of them blocking means that the week must
// not be submitted.
func Week(in WeekInput, week wrapcast.Date) (wrapcast.WeekPlan, []wrapcast.Finding) {
	in.QuarterHours = cmp.Or(max(in.QuarterHours, 0), wrapcast.QuarterHoursInWeekPlan)
	plan := wrapcast.WeekPlan{BusinessUnit: in.Directory.BusinessUnit, Start: week, Groups: []wrapcast.GroupPlan{}}
	r := &roller{finder: finder{findings: []wrapcast.Finding{}}, in: in,
		closed: map[wrapcast.Stream]float64{}}
	if !r.checkForecast(week) {
		return plan, r.findings
	}
	r.spans = daysOf(week, in.Recent.loc, in.QuarterHours)
	r.values = in.QuarterHours
	r.sumStreams()
	streams := r.route()
	for i, g := range in.Directory.PlanningGroups {
		if slices.Contains(in.LeaveOut, g.ID) {
			plan.LeftOut = append(plan.LeftOut, r.leaveOut(g, streams[i]))
			continue
		}
		plan.Groups = append(plan.Groups, r.group(g, streams[i]))
	}
	r.fillHandleTimes(plan.Groups)
	r.warnOfUnrouted()
	r.warnOfClosed()
	r.passOnNotes()
	return plan, r.findings
}

// roller carries one week through the steps of Week.
type roller struct {
	finder
	in     WeekInput
	spans  []daySpan
	values int
	demand map[wrapcast.Stream]*demand
	router wrapcast.Router
	// closed are contacts forecast for days on which their stream is closed all day.
	closed map[wrapcast.Stream]float64
}

// demand is what one stream is expected to be offered in the week, per local day of its array.
type demand struct {
	// volume is offered contacts, seconds the sum of their handle times.
	volume, seconds []float64
}

// sumStreams adds the forecast's leaves up to streams and converts handled to offered contacts. A leaf that has
// contacts but no handle time takes that of its stream.
func (r *roller) sumStreams() {
	r.demand = map[wrapcast.Stream]*demand{}
	broken := 0
	for _, leaf := range r.in.Forecast.Leaves {
		s := leaf.Leaf.Stream()
		d := r.demand[s]
		if d == nil {
			d = &demand{volume: make([]float64, len(r.spans)), seconds: make([]float64, len(r.spans))}
			r.demand[s] = d
		}
		ratio := r.in.Recent.conversion(s)
		for i, span := range r.spans {
			at := int(span.day - r.in.Forecast.From)
			volume, ok := amount(leaf.Mean, at)
			if !ok {
				broken++
			}
			aht, ok := amount(leaf.HandleSeconds, at)
			if !ok || aht == 0 {
				aht = r.in.Recent.handleSeconds(s)
			}
			d.volume[i] += ratio * volume
			d.seconds[i] += ratio * volume * aht
		}
	}
	if broken > 0 {
		r.block("bad-number", "", "run the forecast again",
			"%d values of the forecast are no contacts: missing, negative or not finite", broken)
	}
}

// amount returns values[at], and false where that is no number of contacts or seconds.
func amount(values []float64, at int) (float64, bool) {
	if at < 0 || at >= len(values) {
		return 0, false
	}
	v := values[at]
	if !(v >= 0) || math.IsInf(v, 1) {
		return 0, false
	}
	return v, true
}

// handleSeconds is the mean handle time of a stream in recent weeks, of all of them where it has none, 0 where nobody
// has.
func (p *RecentPatterns) handleSeconds(s wrapcast.Stream) float64 {
	if t := p.counts[s]; t != nil && t.handled > 0 && t.handleMs > 0 {
		return t.handleMs / t.handled / 1000
	}
	return p.overallAHT
}
