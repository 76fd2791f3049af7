package heads

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/staffing"
)

const (
	quarterHour  = 900.0 // seconds
	hoursPerHead = 0.25  // of a quarter-hour
)

// group counts the heads of one planning group, day by day.
type group struct {
	id        wrapcast.PlanningGroupID
	name      string
	at        int // its place in the weeks' plans
	service   groupService
	table     *staffing.Requirement
	names     map[wrapcast.CodeID]string
	zone      *time.Location
	certainty float64
	cost      float64
	brief     bool
	roster    Roster

	paths     int
	intervals []Interval
	days      []*stretch
	weeks     []*stretch
	week      *groupWeek
}

// groupWeek is the week that is being counted.
type groupWeek struct {
	start wrapcast.Date
	plan  wrapcast.GroupPlan
	// level is how many seconds of work are done per quarter-hour where it is deferred, nil where it is not.
	level []float64
	// next is the next day to be counted.
	next wrapcast.Date
	at   int // its first quarter-hour
	sum  *stretch
}

// stretch is a day or week that is being added up.
type stretch struct {
	Stretch

	open    float64 // hours in which somebody is needed
	enough  float64 // the share of futures in which the roster is enough, added up over such quarter-hours
	looked  float64 // how many those are
	hours   []float64
	first   int       // its first quarter-hour among the intervals; of a week alone
	factor  []float64 // per path, of deferred work; nil for other work
	reasons []*reason
}

// reason is one code's part of a stretch.
type reason struct {
	code              wrapcast.CodeID
	hours, tenPercent float64
	work              []float64 // per path, in seconds
}

// begin begins a week.
func (g *group) begin(start wrapcast.Date, plan wrapcast.GroupPlan) {
	g.week = &groupWeek{start: start, plan: plan, next: start, sum: &stretch{}}
	g.week.sum.From, g.week.sum.To = start, start+6
	if g.service.promise > 0 {
		g.week.level = g.levelled(plan)
	}
}

// levelled spreads work that may wait over the quarter-hours in which contacts of the group come.
func (g *group) levelled(plan wrapcast.GroupPlan) []float64 {
	d := staffing.Deferred{Promise: int(g.service.promise / quarterHour)}
	for q, n := range plan.Offered {
		d.Work = append(d.Work, n*plan.HandleSeconds[q])
		d.Present = append(d.Present, n > 0)
	}
	return d.Level()
}

// end counts the days of the week that had no paths, and closes it.
func (g *group) end() {
	for g.week.next < g.week.start+7 {
		g.day(wrapcast.GroupPaths{Day: g.week.next})
	}
	g.week.sum.close(g)
	g.week.sum.first = len(g.intervals) - g.week.at
	g.weeks = append(g.weeks, g.week.sum)
	g.week = nil
}

// weekAt is the place of a week's first quarter-hour among the intervals; of the week after the last, their number.
func (g *group) weekAt(week int) int {
	if week == len(g.weeks) {
		return len(g.intervals)
	}
	return g.weeks[week].first
}

// add counts a day that has paths, and the days before it that have none.
func (g *group) add(p wrapcast.GroupPaths) {
	for g.week.next < p.Day {
		g.day(wrapcast.GroupPaths{Day: g.week.next})
	}
	g.day(p)
}

// day counts one day.
func (g *group) day(p wrapcast.GroupPaths) {
	d := &stretch{}
	d.From, d.To = p.Day, p.Day
	if len(p.Offered) > 0 {
		g.paths = len(p.Offered[0])
		d.hours = make([]float64, g.paths)
	}
	for _, r := range p.Reasons {
		d.reasons = append(d.reasons, &reason{code: r.Code, work: r.Day})
	}
	if g.week.level != nil && len(d.hours) > 0 {
		d.factor = d.factors(g.paths)
	}
	instant := p.Day.Midnight(g.zone)
	for q := range p.Day.QuarterHours(g.zone) {
		g.quarter(p, q, instant.Add(time.Duration(q)*15*time.Minute), d)
	}
	g.week.at += p.Day.QuarterHours(g.zone)
	g.week.next++
	g.week.sum.include(d)
	d.close(g)
	d.hours, d.reasons = nil, nil
	g.days = append(g.days, d)
}

// quarter counts one quarter-hour of a day.
func (g *group) quarter(p wrapcast.GroupPaths, q int, start time.Time, d *stretch) {
	offered, handle := g.week.plan.Offered[g.week.at+q], g.week.plan.HandleSeconds[g.week.at+q]
	need := g.heads(q, offered, offered*handle, 1)
	i := Interval{Start: start.In(g.zone).Format(time.RFC3339), Contacts: offered, AHT: handle, Mean: float64(need),
		P80: wrapcast.NotMeasured(), P90: wrapcast.NotMeasured(), Surer: wrapcast.NotMeasured(), Reasons: []ReasonHeads{},
		Rostered: float64(staffing.Rostered(float64(need), g.service.Shrinkage))}
	var counts []int
	if len(d.hours) > 0 {
		counts = g.sure(&i, p, q, need, d)
	}
	g.onRoster(&i, start, counts, d)
	g.byReason(&i, p, q, d)
	d.Contacts += offered
	d.Hours += float64(need) * hoursPerHead
	d.Peak = max(d.Peak, float64(need))
	if need > 0 {
		d.open += hoursPerHead
	}
	g.intervals = append(g.intervals, i)
}

// heads are those that contacts need which take so many seconds in all. Deferred work is done as the week's plan levels
// it, times a factor.
func (g *group) heads(q int, contacts, seconds, factor float64) int {
	if g.week.level != nil {
		const dust = 1e-9
		done := g.week.done(q, factor, g.service.Goal.Occupancy)
		return int(math.Ceil(done/quarterHour/float64(g.service.atOnce) - dust))
	}
	return staffing.Sharing(g.table.Agents(contacts, seconds, quarterHour), g.service.atOnce)
}

// done is how many seconds of people deferred work takes in a quarter-hour, so busy as they may be; 0 of other work.
func (w *groupWeek) done(q int, factor, occupancy float64) float64 {
	if w.level == nil {
		return 0
	}
	if occupancy == 0 {
		occupancy = 1
	}
	return w.level[w.at+q] * factor / occupancy
}

// sure reads off the paths how many heads are enough in so many futures.
func (g *group) sure(i *Interval, p wrapcast.GroupPaths, q, need int, d *stretch) (counts []int) {
	for k, n := range p.Offered[q] {
		heads := g.heads(q, n, p.Seconds[q][k], d.work(k))
		d.hours[k] += float64(heads) * hoursPerHead
		for heads >= len(counts) {
			counts = append(counts, 0)
		}
		counts[heads]++
	}
	i.P80 = wrapcast.Measure(enough(counts, 0.8, g.paths, need))
	i.P90 = wrapcast.Measure(enough(counts, 0.9, g.paths, need))
	i.Surer = wrapcast.Measure(enough(counts, g.certainty, g.paths, need))
	d.PeakP80, d.PeakP90 = max(d.PeakP80, i.P80), max(d.PeakP90, i.P90)
	d.PeakSurer = max(d.PeakSurer, i.Surer)
	return counts
}

// onRoster sets the roster of a quarter-hour beside what it needs. counts has how many futures need 0, 1, 2 … heads.
func (g *group) onRoster(i *Interval, start time.Time, counts []int, d *stretch) {
	if g.roster == nil {
		return
	}
	add := func(sum **float64, hours float64) {
		if *sum == nil {
			*sum = new(float64)
		}
		**sum += hours
	}
	people, _ := g.roster.of(g.id, g.name, start)
	i.OnRoster = &people
	add(&d.OnRoster, people*hoursPerHead)
	needed := i.Mean / (1 - g.service.Shrinkage) // in parts of a person, as hours are
	add(&d.Short, max(0, needed-people)*hoursPerHead)
	add(&d.Over, max(0, people-needed)*hoursPerHead)
	if len(counts) == 0 {
		return
	}
	const dust = 1e-9
	there, enough := int(people*(1-g.service.Shrinkage)+dust), 0
	for heads, futures := range counts {
		if heads <= there {
			enough += futures
		}
	}
	share := wrapcast.Measure(float64(enough) / float64(g.paths))
	i.Enough = &share
	if i.Mean > 0 {
		d.enough, d.looked = d.enough+float64(share), d.looked+1
	}
}

// work is how much more or less than expected a path's day has, 1 where that is seen in its quarter-hours.
func (d *stretch) work(path int) float64 {
	if d.factor == nil {
		return 1
	}
	return d.factor[path]
}

// factors are how much more or less work than expected the day has in each path, for work that is deferred.
func (d *stretch) factors(paths int) []float64 {
	out, whole := make([]float64, paths), 0.0
	for _, r := range d.reasons {
		for k, w := range r.work {
			out[k] += w
			whole += w
		}
	}
	for k := range out {
		if whole > 0 {
			out[k] *= float64(paths) / whole
		} else {
			out[k] = 1
		}
	}
	return out
}

// enough is the least number that so large a share of paths does not exceed, at least as many as are needed for what is
// expected. counts has how many paths need 0, 1, 2 … heads.
func enough(counts []int, share float64, paths, need int) int {
	below := 0
	for heads, n := range counts {
		if below += n; float64(below) >= share*float64(paths)-1e-9 {
			return max(heads, need)
		}
	}
	return max(len(counts)-1, need)
}

// byReason shares the heads of a quarter-hour out to the codes.
func (g *group) byReason(i *Interval, p wrapcast.GroupPaths, q int, d *stretch) {
	if i.Mean == 0 {
		return
	}
	work := make([]float64, len(p.Reasons))
	whole := 0.0
	for r := range p.Reasons {
		work[r] = p.Reasons[r].Expected[q]
		whole += work[r]
	}
	if !(whole > 0) {
		return
	}
	const tenth = 0.1
	now := g.parts(q, i.Contacts, i.Contacts*i.AHT, 1)
	for r, heads := range staffing.ByReason(i.Mean, work) {
		if work[r] == 0 {
			continue
		}
		d.reasons[r].hours += heads * hoursPerHead
		if !g.brief {
			i.Reasons = append(i.Reasons, ReasonHeads{Code: p.Reasons[r].Code, Heads: heads})
		}
		more := g.parts(q, i.Contacts, i.Contacts*i.AHT, 1+tenth*work[r]/whole)
		d.reasons[r].tenPercent += (more - now) * hoursPerHead
	}
}

// parts are heads in parts of a head, or a little more work would need none or a whole one.
func (g *group) parts(q int, contacts, seconds, factor float64) float64 {
	places := g.week.done(q, factor, g.service.Goal.Occupancy) / quarterHour
	if g.week.level == nil {
		places = g.table.Parts(contacts*factor, seconds*factor, quarterHour)
	}
	return places / float64(g.service.atOnce)
}

// include adds a day to a week.
func (d *stretch) include(o *stretch) {
	d.Contacts, d.Hours, d.open = d.Contacts+o.Contacts, d.Hours+o.Hours, d.open+o.open
	d.Peak, d.PeakP80 = max(d.Peak, o.Peak), max(d.PeakP80, o.PeakP80)
	d.PeakP90, d.PeakSurer = max(d.PeakP90, o.PeakP90), max(d.PeakSurer, o.PeakSurer)
	d.enough, d.looked = d.enough+o.enough, d.looked+o.looked
	d.OnRoster, d.Short, d.Over = plus(d.OnRoster, o.OnRoster), plus(d.Short, o.Short), plus(d.Over, o.Over)
	d.hours = addTo(d.hours, o.hours)
	for _, r := range o.reasons {
		i := slices.IndexFunc(d.reasons, func(o *reason) bool { return o.code == r.code })
		if i < 0 {
			i = len(d.reasons)
			d.reasons = append(d.reasons, &reason{code: r.code})
		}
		o := d.reasons[i]
		o.hours, o.tenPercent, o.work = o.hours+r.hours, o.tenPercent+r.tenPercent, addTo(o.work, r.work)
	}
}

// plus adds what is known; nothing known adds nothing.
func plus(sum, more *float64) *float64 {
	if sum == nil || more == nil {
		return cmp.Or(sum, more)
	}
	both := *sum + *more
	return &both
}

// addTo adds values up path by path; none add nothing.
func addTo(sum, values []float64) []float64 {
	if len(sum) == 0 {
		return slices.Clone(values)
	}
	for k, v := range values {
		sum[k] += v
	}
	return sum
}
