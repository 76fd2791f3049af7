package planning

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

// grid is contacts per weekday and quarter-hour of the wall clock.
type grid [7][slots]float64

// intradayCounts are the contacts of one stream in recent weeks, and their handle time in milliseconds.
type intradayCounts struct {
	offeredAt, handledAt grid
	// offered, handled and handleMs are sums over the same days.
	offered, handled, handleMs float64
}

// at returns the counts that the stream's shape is learned from: contacts by when they were offered, which is when they
// arrived; where few arrivals are known or none, contacts handled, a handle time before they were over.
func (t *intradayCounts) at() *grid {
	if 2*t.offered >= t.handled {
		return &t.offeredAt
	}
	return &t.handledAt
}

func (g *grid) add(o *grid) {
	for weekday := range g {
		for s, n := range o[weekday] {
			g[weekday][s] += n
		}
	}
}

// streamCounts are the counts of each stream.
type streamCounts map[wrapcast.Stream]*intradayCounts

func (t streamCounts) of(s wrapcast.Stream) *intradayCounts {
	if t[s] == nil {
		t[s] = &intradayCounts{}
	}
	return t[s]
}

// streams lists them in a fixed order, so that sums do not depend on the order of a map.
func (t streamCounts) streams() []wrapcast.Stream {
	keys := make([]wrapcast.Stream, 0, len(t))
	for s := range t {
		keys = append(keys, s)
	}
	slices.SortFunc(keys, wrapcast.Stream.Compare)
	return keys
}

// window is the stretch of local days that is learned from.
type window struct {
	from, until time.Time
	loc         *time.Location
	unusual     map[wrapcast.Date]bool // days the clocks change: their wall clock is no day's profile
	veil        *veil                  // what is hidden; nil hides nothing
}

func newWindow(until wrapcast.Date, weeks int, loc *time.Location) window {
	first := until - wrapcast.Date(7*weeks)
	w := window{from: first.Midnight(loc), until: until.Midnight(loc), loc: loc, unusual: map[wrapcast.Date]bool{}}
	for day := first; day < until; day++ {
		if day.QuarterHours(loc) != slots {
			w.unusual[day] = true
		}
	}
	return w
}

// slotOf returns where on the wall clock an instant lies. inside is false outside the window, usual is false on
// days the clocks change.
func (w window) slotOf(at time.Time) (weekday, slot int, inside, usual bool) {
	if at.Before(w.from) || !at.Before(w.until) {
		return 0, 0, false, false
	}
	local := at.In(w.loc)
	return int(local.Weekday()), local.Hour()*4 + local.Minute()/15, true, !w.unusual[wrapcast.DateOf(local)]
}

// day is the local day of an instant.
func (w window) day(at time.Time) wrapcast.Date { return wrapcast.DateOf(at.In(w.loc)) }

// hides tells whether an observation is not to be learned from.
func (w window) hides(o wrapcast.Observation) bool {
	return w.veil != nil && w.veil.hidden(o.Leaf, w.day(o.Start))
}

// count adds up the window's observations and arrivals per stream.
func (w window) count(observations []wrapcast.Observation, arrivals []wrapcast.Arrival) streamCounts {
	all := streamCounts{}
	for _, a := range arrivals {
		weekday, slot, inside, usual := w.slotOf(a.Start)
		if !inside || a.Offered <= 0 {
			continue
		}
		stream := a.Stream()
		offered := float64(a.Offered) * w.veil.share(stream, w.day(a.Start))
		if offered == 0 {
			continue
		}
		t := all.of(stream)
		t.offered += offered
		if usual {
			t.offeredAt[weekday][slot] += offered
		}
	}
	for _, o := range observations {
		if _, _, inside, _ := w.slotOf(o.Start); !inside || o.Handled <= 0 || w.hides(o) {
			continue
		}
		t := all.of(o.Leaf.Stream())
		t.handled += float64(o.Handled)
		t.handleMs += float64(max(o.HandleMs, 0))
		w.shiftBack(&t.handledAt, o)
	}
	return all
}

// shiftBack counts handled contacts when they arrived rather than when they were over: a
// handle time earlier, over the two quarter-hours that leads to. How long they waited is not
// known, so they may have arrived earlier still; of a contact that waits in a queue of
// emails this is the lesser part.
func (w window) shiftBack(at *grid, o wrapcast.Observation) {
	handle := time.Duration(max(o.HandleMs, 0)/int64(o.Handled)) * time.Millisecond
	over := handle % wrapcast.QuarterHour
	late := float64(over) / float64(wrapcast.QuarterHour)
	arrived := o.Start.Add(over - handle)
	for _, share := range []float64{1 - late, late} {
		if weekday, slot, inside, usual := w.slotOf(arrived); inside && usual && share > 0 {
			at[weekday][slot] += share * float64(o.Handled)
		}
		arrived = arrived.Add(-wrapcast.QuarterHour)
	}
}
