package heads

import (
	"cmp"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/staffing"
)

// close works out what holds for a whole stretch.
func (d *stretch) close(g *group) {
	d.RosteredHours = d.Hours / (1 - g.service.Shrinkage)
	d.HoursP80, d.HoursP90, d.HoursSurer = d.surer(0.8), d.surer(0.9), d.surer(g.certainty)
	if len(d.hours) == 0 {
		d.PeakP80, d.PeakP90, d.PeakSurer = wrapcast.NotMeasured(), wrapcast.NotMeasured(), wrapcast.NotMeasured()
	}
	price := g.cost / (1 - g.service.Shrinkage)
	if g.cost > 0 {
		cost, surer := d.Hours*price, wrapcast.Measure((float64(d.HoursSurer)-d.Hours)*price)
		d.Cost, d.SurerCost = &cost, &surer
	}
	d.closeRoster()
	d.byReason(g, price)
}

// closeRoster works out how far the roster goes.
func (d *stretch) closeRoster() {
	if d.OnRoster == nil {
		return
	}
	enough := wrapcast.NotMeasured()
	if d.looked > 0 {
		enough = wrapcast.Measure(d.enough / d.looked)
	}
	d.Enough = &enough
}

// surer is how many hours are enough in a share of futures, at least those expected. Hours of paths are scaled so that
// their mean is what is expected: single quarter-hours in which by chance nobody comes need nobody in a path, and
// somebody in a plan.
func (d *stretch) surer(share float64) wrapcast.Measure {
	if len(d.hours) == 0 {
		return wrapcast.NotMeasured()
	}
	sorted := slices.Sorted(slices.Values(d.hours))
	sum := 0.0
	for _, h := range sorted {
		sum += h
	}
	if !(sum > 0) {
		return wrapcast.Measure(d.Hours)
	}
	at := min(max(int(math.Ceil(share*float64(len(sorted))-1e-9))-1, 0), len(sorted)-1)
	return wrapcast.Measure(max(d.Hours, sorted[at]*d.Hours*float64(len(sorted))/sum))
}

// byReason writes down what codes have of a stretch, the largest first.
func (d *stretch) byReason(g *group, price float64) {
	var work [][]float64
	for _, r := range d.reasons {
		work = append(work, r.work)
	}
	d.Reasons = []ReasonHours{}
	parts := staffing.SurerByReason(float64(d.HoursSurer)-d.Hours, work)
	for i, r := range d.reasons {
		if r.hours == 0 {
			continue
		}
		h := ReasonHours{Code: r.code, Name: cmp.Or(g.names[r.code], string(r.code)), Hours: r.hours,
			TenPercent: r.tenPercent,
			Surer:      wrapcast.Measure(parts[i])}
		h.SurerHeads = wrapcast.NotMeasured()
		if d.open > 0 {
			h.Heads, h.TenPercentHeads = r.hours/d.open, r.tenPercent/d.open
			h.SurerHeads = h.Surer / wrapcast.Measure(d.open)
		}
		if g.cost > 0 {
			cost, more := r.hours*price, h.TenPercentHeads*price
			h.Cost, h.TenPercentCost = &cost, &more
		}
		d.Reasons = append(d.Reasons, h)
	}
	slices.SortStableFunc(d.Reasons, func(a, b ReasonHours) int { return cmp.Compare(b.Hours, a.Hours) })
}

// document is what was counted.
func (g *group) document() Group {
	s := g.service
	d := Group{ID: g.id, Name: g.name, Channel: s.channel, Model: "erlang-c", Indicative: s.source == SourceDefault,
		Service: GroupService{Source: s.source, Template: s.template, ServiceLevel: s.Goal.Share, Within: s.Goal.Within,
			ASA: s.Goal.ASA, Abandoned: s.Goal.Abandoned, Occupancy: s.Goal.Occupancy, Patience: s.Patience,
			Shrinkage: s.Shrinkage, AtOnce: s.atOnce},
		Weeks: []Stretch{}, Days: []Stretch{}, Intervals: g.intervals}
	switch {
	case s.promise > 0:
		d.Model, d.Service.Promise = "deferred", s.promise
	case s.Patience > 0:
		d.Model = "erlang-a"
	}
	for _, w := range g.weeks {
		d.Weeks = append(d.Weeks, w.Stretch)
	}
	for _, day := range g.days {
		d.Days = append(d.Days, day.Stretch)
	}
	return d
}
