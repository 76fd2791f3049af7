package planning

import (
	"time"

	"github.com/wrapcast/wrapcast"
)

// How contacts and handle times scatter within a day is measured over the same recent weeks as the shapes: by the hour,
// since quarter-hours of few contacts say nothing but chance. What a stream does is drawn to what all do, as far as it
// has contacts of its own.

const (
	hoursADay       = 24
	scatterContacts = 500  // squared contacts of an hour that the scatter of all streams is worth to one
	scatterCells    = 100  // cells of handle times that it is worth
	maxShares       = 0.5  // bounds of what is measured
	maxHandle       = 4.0  //
	usualHandle     = 0.8  // where nothing was measured: handle times scatter about as an exponential's do
	maxHandleDay    = 0.25 //
)

// scatterSum has the sums that a scatter is made of.
type scatterSum struct {
	excess, squares       float64 // of an hour's contacts: beyond chance, and what was expected, squared
	handle, cells         float64 // of one contact's handle time, relative
	dayExcess, daySquares float64 // of a day's mean handle time, weighted by contacts
}

func (s *scatterSum) add(o scatterSum) {
	s.excess, s.squares = s.excess+o.excess, s.squares+o.squares
	s.handle, s.cells = s.handle+o.handle, s.cells+o.cells
	s.dayExcess, s.daySquares = s.dayExcess+o.dayExcess, s.daySquares+o.daySquares
}

// toward is the scatter, drawn to a known one.
func (s scatterSum) toward(known wrapcast.IntradayScatter) wrapcast.IntradayScatter {
	return wrapcast.IntradayScatter{
		Shares:    max(0, min((s.excess+scatterContacts*known.Shares)/(s.squares+scatterContacts), maxShares)),
		Handle:    max(0, min((s.handle+scatterCells*known.Handle)/(s.cells+scatterCells), maxHandle)),
		HandleDay: max(0, min((s.dayExcess+scatterContacts*known.HandleDay)/(s.daySquares+scatterContacts), maxHandleDay)),
	}
}

// Scatter is how contacts and handle times of a stream scatter within a day.
func (p *RecentPatterns) Scatter(s wrapcast.Stream) wrapcast.IntradayScatter {
	if found, ok := p.scatter[s]; ok {
		return found
	}
	return p.usual
}

// learnScatter measures it. Streams are gone through in their order, so that sums don't depend on that of a map.
func (p *RecentPatterns) learnScatter(w window, observations []wrapcast.Observation, arrivals []wrapcast.Arrival) {
	sums := map[wrapcast.Stream]*scatterSum{}
	of := func(s wrapcast.Stream) *scatterSum {
		if sums[s] == nil {
			sums[s] = &scatterSum{}
		}
		return sums[s]
	}
	p.scatterOfHours(w, arrivals, of)
	scatterOfHandleTimes(w, observations, of)
	var all scatterSum
	for _, s := range p.counts.streams() {
		if sums[s] != nil {
			all.add(*sums[s])
		}
	}
	p.usual = all.toward(wrapcast.IntradayScatter{Handle: usualHandle})
	p.scatter = map[wrapcast.Stream]wrapcast.IntradayScatter{}
	for s, sum := range sums {
		p.scatter[s] = sum.toward(p.usual)
	}
}

// scatterOfHours compares the contacts of each hour with the day's, shared out as usual.
func (p *RecentPatterns) scatterOfHours(w window, arrivals []wrapcast.Arrival, of func(wrapcast.Stream) *scatterSum) {
	days := map[streamDay]*[hoursADay]float64{}
	var order []streamDay
	for _, a := range arrivals {
		_, slot, inside, usual := w.slotOf(a.Start)
		key := streamDay{a.Stream(), w.day(a.Start)}
		if !inside || !usual || a.Offered <= 0 || w.veil.share(key.stream, key.day) < 1 {
			continue
		}
		if days[key] == nil {
			days[key] = &[hoursADay]float64{}
			order = append(order, key)
		}
		days[key][slot/slotsPerHour] += float64(a.Offered)
	}
	for _, key := range order {
		came, shares := days[key], p.shares(key.stream, key.day)
		whole := sumOf(came[:])
		sum := of(key.stream)
		for h, n := range came {
			share := sumOf(shares[h*slotsPerHour : (h+1)*slotsPerHour])
			expected := whole * share
			sum.excess += (n-expected)*(n-expected) - expected*(1-share)
			sum.squares += expected * expected
		}
	}
}

const slotsPerHour = slots / hoursADay

// scatterOfHandleTimes compares the handle times of each quarter-hour and day with the mean of their codes.
func scatterOfHandleTimes(w window, observations []wrapcast.Observation, of func(wrapcast.Stream) *scatterSum) {
	type times struct{ contacts, seconds float64 }
	means := map[wrapcast.Leaf]times{}
	used := func(o wrapcast.Observation) bool {
		_, _, inside, _ := w.slotOf(o.Start)
		return inside && o.Handled > 0 && o.HandleMs > 0 && !w.hides(o)
	}
	seconds := func(o wrapcast.Observation) float64 {
		return float64(time.Duration(o.HandleMs)*time.Millisecond) / float64(time.Second)
	}
	for _, o := range observations {
		if used(o) {
			m := means[o.Leaf]
			means[o.Leaf] = times{m.contacts + float64(o.Handled), m.seconds + seconds(o)}
		}
	}
	type dayTimes struct{ contacts, seconds, expected, variance float64 }
	days := map[streamDay]*dayTimes{}
	var order []streamDay
	told := func(o wrapcast.Observation) bool { return used(o) && means[o.Leaf].contacts >= 2 }
	for _, o := range observations {
		if !told(o) {
			continue
		}
		m := means[o.Leaf]
		n, mean := float64(o.Handled), m.seconds/m.contacts
		key := streamDay{o.Leaf.Stream(), w.day(o.Start)}
		if days[key] == nil {
			days[key] = &dayTimes{}
			order = append(order, key)
		}
		d := days[key]
		d.contacts, d.seconds, d.expected = d.contacts+n, d.seconds+seconds(o), d.expected+n*mean
		d.variance += n * mean * mean
	}
	for _, o := range observations { // within the day: what a day is off by as a whole is not that of its contacts
		d := days[streamDay{o.Leaf.Stream(), w.day(o.Start)}]
		if n := float64(o.Handled); told(o) && d.contacts > n {
			m := means[o.Leaf]
			off := seconds(o)/n/(m.seconds/m.contacts*d.seconds/d.expected) - 1
			sum := of(o.Leaf.Stream())
			sum.handle += n * off * off / (1 - n/d.contacts)
			sum.cells++
		}
	}
	for _, key := range order {
		d, sum := days[key], of(key.stream)
		handle := sum.toward(wrapcast.IntradayScatter{Handle: usualHandle}).Handle
		off := d.seconds/d.expected - 1
		sum.dayExcess += d.contacts * d.contacts * (off*off - handle*d.variance/(d.expected*d.expected))
		sum.daySquares += d.contacts * d.contacts
	}
}
