package planning

import "github.com/wrapcast/wrapcast"

// veil lies over the days of recent weeks that are hidden in some leaves of a stream. The nil veil hides nothing.
type veil struct {
	hidden func(wrapcast.Leaf, wrapcast.Date) bool
	// shares are the shares, 0 to 1, of the arrivals of a stream's day that count: one where nothing of it is hidden.
	shares map[streamDay]float64
	// leaves are those that had a contact that is seen in these weeks.
	leaves map[wrapcast.Stream]map[wrapcast.Leaf]bool
}

// streamDay is a local day of a queue and channel.
type streamDay struct {
	stream wrapcast.Stream
	day    wrapcast.Date
}

// learnVeil finds out what of the window's days is hidden.
func (w window) learnVeil(observations []wrapcast.Observation, hidden func(wrapcast.Leaf, wrapcast.Date) bool) *veil {
	v := &veil{hidden: hidden, shares: map[streamDay]float64{},
		leaves: map[wrapcast.Stream]map[wrapcast.Leaf]bool{}}
	seen, unseen := map[streamDay]float64{}, map[streamDay]float64{}
	for _, o := range observations {
		if _, _, inside, _ := w.slotOf(o.Start); !inside || o.Handled <= 0 {
			continue
		}
		at := streamDay{o.Leaf.Stream(), w.day(o.Start)}
		if hidden(o.Leaf, at.day) {
			unseen[at] += float64(o.Handled)
			continue
		}
		seen[at] += float64(o.Handled)
		if v.leaves[at.stream] == nil {
			v.leaves[at.stream] = map[wrapcast.Leaf]bool{}
		}
		v.leaves[at.stream][o.Leaf] = true
	}
	for at, n := range unseen {
		v.shares[at] = seen[at] / (seen[at] + n)
	}
	return v
}

// share is the share of the arrivals of a stream's day that count.
func (v *veil) share(stream wrapcast.Stream, day wrapcast.Date) float64 {
	if v == nil {
		return 1
	}
	if share, known := v.shares[streamDay{stream, day}]; known {
		return share
	}
	if v.all(stream, day) {
		return 0
	}
	return 1
}

// all tells whether every leaf in use is hidden, so that arrivals nobody handled are hidden too.
func (v *veil) all(stream wrapcast.Stream, day wrapcast.Date) bool {
	for leaf := range v.leaves[stream] {
		if !v.hidden(leaf, day) {
			return false
		}
	}
	return len(v.leaves[stream]) > 0
}
