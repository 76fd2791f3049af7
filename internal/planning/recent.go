package planning

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// RecentOptions say which weeks are recent.
type RecentOptions struct {
	// Until is the first local day not to learn from: usually the first day forecast. Zero means the
	// local day of the latest observation or arrival, which may be half over.
	Until wrapcast.Date
	// Weeks is how many weeks before it are learned from; zero means 8.
	Weeks int
	// Hidden tells whether a local day of a leaf is hidden from the models: nothing is learned from it. Arrivals have no
	// code: those of a queue and channel on a day count by the share that leaves which are seen have of the contacts
	// handled, not at all where every leaf is hidden. Nil hides nothing.
	Hidden func(wrapcast.Leaf, wrapcast.Date) bool
}

// RecentPatterns are learned from the contacts of recent weeks, per stream: how a day spreads over its quarter-hours,
// how many contacts are offered for each one handled, how many seconds a contact takes. They are safe for concurrent
// use.
type RecentPatterns struct {
	loc          *time.Location
	counts       streamCounts
	shapes       map[wrapcast.Stream]shape
	anywhere     shape
	ratios       map[wrapcast.Stream]float64
	overallRatio float64
	// overallAHT is the mean handle time of all contacts of recent weeks, in seconds; 0 where there is none.
	overallAHT float64
	// scatter is that of each stream within a day, usual that of all.
	scatter    map[wrapcast.Stream]wrapcast.IntradayScatter
	usual      wrapcast.IntradayScatter
	notes      []note
	noArrivals bool
}

// LearnRecent learns patterns from the observations and arrivals of recent weeks; older ones may be among them and are
// left out. loc is the business unit's zone.
func LearnRecent(observations []wrapcast.Observation, arrivals []wrapcast.Arrival, loc *time.Location,
	options RecentOptions) *RecentPatterns {
	if options.Weeks <= 0 {
		options.Weeks = 8
	}
	if options.Until == 0 {
		options.Until = latestDay(observations, arrivals, loc)
	}
	p := &RecentPatterns{loc: loc}
	w := newWindow(options.Until, options.Weeks, loc)
	if options.Hidden != nil {
		w.veil = w.learnVeil(observations, options.Hidden)
	}
	p.counts = w.count(observations, arrivals)
	p.shapes, p.anywhere = learnShapes(p.counts)
	p.overallAHT = meanSeconds(p.counts)
	p.convert()
	p.learnScatter(w, observations, arrivals)
	return p
}

func meanSeconds(recent streamCounts) float64 {
	var ms, n float64
	for _, s := range recent.streams() {
		ms, n = ms+recent[s].handleMs, n+recent[s].handled
	}
	if n == 0 {
		return 0
	}
	return ms / n / 1000
}

func latestDay(observations []wrapcast.Observation, arrivals []wrapcast.Arrival, loc *time.Location) wrapcast.Date {
	var latest time.Time
	for _, o := range observations {
		if o.Start.After(latest) {
			latest = o.Start
		}
	}
	for _, a := range arrivals {
		if a.Start.After(latest) {
			latest = a.Start
		}
	}
	return wrapcast.DateOf(latest.In(loc))
}

// shares returns how a day of a stream spreads over the quarter-hours the day has in the unit's zone: 96, or
// 92 and 100 where the clocks change. The shares add up to one and are exactly zero where the queue is closed.
// An hour that comes twice counts twice; the contacts of one that is skipped move an hour on.
// A stream never seen is given the shape of all queues, and an even spread where there are none.
func (p *RecentPatterns) shares(s wrapcast.Stream, day wrapcast.Date) []float64 {
	shape, known := p.shapes[s]
	if !known {
		shape = p.anywhere
	}
	row := shape.profile.Shares[day.Weekday()]
	if sumOf(row) == 0 {
		row = shape.week[:]
	}
	return p.onClock(row, day)
}

// OpenShares are a day's shares of which closed quarter-hours get nothing: open says of each quarter-hour of the day
// whether it is open, as ResolvedCalendar.Open does; nil means that nothing is known. They add up to one, or to zero
// where the whole day is closed. A queue that is open only when it never was before is given an even spread.
func (p *RecentPatterns) OpenShares(s wrapcast.Stream, day wrapcast.Date, open []bool) []float64 {
	shares := p.shares(s, day)
	if len(open) != len(shares) {
		return shares
	}
	sum, hours := 0.0, 0
	for i := range shares {
		if !open[i] {
			shares[i] = 0
			continue
		}
		sum += shares[i]
		hours++
	}
	for i := range shares {
		switch {
		case sum > 0:
			shares[i] /= sum
		case open[i]:
			shares[i] = 1 / float64(hours)
		}
	}
	return shares
}

// OpenMass returns the share of a queue's day, over all its channels, that falls into the open quarter-hours: from 0 to
// 1; 1 where open is nil.
func (p *RecentPatterns) OpenMass(queue wrapcast.QueueID, day wrapcast.Date, open []bool) float64 {
	inside, all := 0.0, 0.0
	for _, s := range p.counts.streams() {
		if s.Queue != queue {
			continue
		}
		weight := max(p.counts[s].handled, p.counts[s].offered)
		for i, share := range p.shares(s, day) {
			all += weight * share
			if i < len(open) && open[i] {
				inside += weight * share
			}
		}
	}
	if all == 0 || open == nil {
		return 1
	}
	return inside / all
}

// onClock lays shares of the wall clock over the quarter-hours a day really has.
func (p *RecentPatterns) onClock(row []float64, day wrapcast.Date) []float64 {
	shares := slices.Clone(row)
	if n := day.QuarterHours(p.loc); n != slots {
		shares = p.throughChange(row, day, n)
	}
	sum := sumOf(shares)
	for i := range shares {
		if sum == 0 {
			shares[i] = 1 / float64(len(shares))
		} else {
			shares[i] /= sum
		}
	}
	return shares
}

// throughChange lays a row out on a day on which the clocks change.
func (p *RecentPatterns) throughChange(row []float64, day wrapcast.Date, n int) []float64 {
	midnight := day.Midnight(p.loc)
	shares, seen := make([]float64, n), [slots]bool{}
	at := make([]int, n)
	for i := range shares {
		local := midnight.Add(time.Duration(i) * wrapcast.QuarterHour).In(p.loc)
		at[i] = local.Hour()*4 + local.Minute()/15
		seen[at[i]] = true
		shares[i] = row[at[i]]
	}
	for slot, share := range row {
		if !seen[slot] && share > 0 {
			moveOn(shares, at, slot, share)
		}
	}
	return shares
}

// moveOn gives the share of a quarter-hour the day does not have to the first one at least an hour later that it has.
func moveOn(shares []float64, at []int, slot int, share float64) {
	for i, s := range at {
		if s >= slot+4 || i == len(at)-1 {
			shares[i] += share
			return
		}
	}
}
