package planning

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// LearnOptions say what recent weeks are.
type LearnOptions struct {
	// Until is the first local day not to learn from: usually the first day forecast. Zero means the
	// local day of the latest observation or arrival, which may be half over.
	Until wrapcast.Date
	// Weeks is how many weeks before it are learned from; zero means 8.
	Weeks int
}

// Habits are what recent weeks teach about queues and channels: how a day spreads over
// its quarter-hours, how many contacts are offered for one handled, how long one takes.
// They are safe for concurrent use.
type Habits struct {
	loc      *time.Location
	recent   tallies
	shapes   map[wrapcast.Stream]shape
	anywhere shape
	ratios   map[wrapcast.Stream]float64
	anyRatio float64
	// anySeconds is the mean handle time of all contacts of recent weeks, 0 where there is none.
	anySeconds float64
	notes      []note
	noArrivals bool
}

// Learn reads habits off the observations and arrivals of recent weeks; older ones may be among them and are left
// out. loc is the business unit's zone.
func Learn(observations []wrapcast.Observation, arrivals []wrapcast.Arrival, loc *time.Location, options LearnOptions) *Habits {
	if options.Weeks <= 0 {
		options.Weeks = 8
	}
	if options.Until == 0 {
		options.Until = latestDay(observations, arrivals, loc)
	}
	h := &Habits{loc: loc}
	h.recent = newWindow(options.Until, options.Weeks, loc).count(observations, arrivals)
	h.shapes, h.anywhere = learnShapes(h.recent)
	h.anySeconds = meanSeconds(h.recent)
	h.convert()
	return h
}

func meanSeconds(recent tallies) float64 {
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

// Shares returns how a day of a queue and channel spreads over the quarter-hours the day has in the unit's zone: 96, or
// 92 and 100 where the clocks change. The shares add up to one and are exactly zero where the queue is closed.
// An hour that comes twice counts twice; the contacts of one that is skipped move an hour on.
// A queue never seen is given the shape of all queues, and an even spread where there are none.
func (h *Habits) Shares(queue wrapcast.QueueID, media wrapcast.MediaType, day wrapcast.Date) []float64 {
	s, known := h.shapes[wrapcast.Stream{Queue: queue, Media: media}]
	if !known {
		s = h.anywhere
	}
	row := s.profile.Shares[day.Weekday()]
	if sumOf(row) == 0 {
		row = s.week[:]
	}
	return h.onClock(row, day)
}

// OpenShares are Shares of which closed quarter-hours get nothing: open says of each quarter-hour of the day whether it
// is open, as Almanac.Open does; nil means that nothing is known. They add up to one, or to zero where the
// whole day is closed. A queue that is open only when it never was before is given an even spread.
func (h *Habits) OpenShares(queue wrapcast.QueueID, media wrapcast.MediaType, day wrapcast.Date, open []bool) []float64 {
	shares := h.Shares(queue, media, day)
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

// OpenMass is how much of a queue's day, over all its channels, falls into the quarter-hours that open says are open: from
// 0 to 1; 1 where open says nothing.
func (h *Habits) OpenMass(queue wrapcast.QueueID, day wrapcast.Date, open []bool) float64 {
	inside, all := 0.0, 0.0
	for _, s := range h.recent.streams() {
		if s.Queue != queue {
			continue
		}
		weight := max(h.recent[s].handled, h.recent[s].offered)
		for i, share := range h.Shares(s.Queue, s.Media, day) {
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
func (h *Habits) onClock(row []float64, day wrapcast.Date) []float64 {
	shares := slices.Clone(row)
	if n := day.QuarterHours(h.loc); n != slots {
		shares = h.throughChange(row, day, n)
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
func (h *Habits) throughChange(row []float64, day wrapcast.Date, n int) []float64 {
	midnight := day.Midnight(h.loc)
	shares, seen := make([]float64, n), [slots]bool{}
	at := make([]int, n)
	for i := range shares {
		local := midnight.Add(time.Duration(i) * wrapcast.QuarterHour).In(h.loc)
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
