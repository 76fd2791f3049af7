package intraday

import "math"

// Outlook is what is to be said of a day of which a part is over.
type Outlook struct {
	// Seen is what came, Expected what was expected of the same slots in the morning.
	Seen, Expected float64
	// Rest is what is left of the day, slot by slot and together; the slots that are over are zero.
	Slots []float64
	Rest  float64
	// Forecast is what the morning expected of it.
	Forecast float64
	// Off is how likely an ordinary day is as far off at any time of it, 0 to 1; 1 where too little is over to tell.
	Off float64
	// Since is the first slot of the stretch that is furthest off, Change by how much it runs above (or below) what those
	// before let expect, as a fraction.
	Since  int
	Change float64

	course *course
	left   outlook
}

// Look is what is to be said of a day after counts of its first slots. The counts of those slots are final.
func (m *Model) Look(d Day, counts []float64) *Outlook {
	c := m.follow(d, counts)
	k := len(c.residual)
	left := c.outlook(k)
	o := &Outlook{Seen: sum(counts), Expected: sum(d.Expected[:len(counts)]), Forecast: sum(d.Expected[len(counts):]),
		Slots: make([]float64, len(d.Expected)), Off: 1, course: c, left: left}
	for s := len(counts); s < len(d.Expected); s++ {
		o.Slots[s] = d.Expected[s]
	}
	for i, v := range left.mean {
		o.Slots[c.slots[k+i]] = v
	}
	o.Rest = sum(o.Slots)
	if signs := c.departures(); len(signs) > 0 && signs[len(signs)-1].strength > 0 {
		sign := signs[len(signs)-1]
		o.Off, o.Since, o.Change = m.null.chance(sign.strength), c.slots[sign.since], sign.change
	}
	return o
}

// Band is the interval of what comes in the slots from…to (half-open) that holds a share of outcomes, never negative.
// Of slots that are over nothing is left.
func (o *Outlook) Band(level float64, from, to int) (lower, upper float64) {
	mean := sum(o.Slots[from:to])
	low, high := o.place(from), o.place(to)
	sd := o.course.sd(o.left.from, max(low, o.left.from), max(high, o.left.from), o.left.level) *
		o.course.model.spans.of(level, o.course.over(o.left.from))
	return gammaQuantile(mean, sd, 0.5-level/2), gammaQuantile(mean, sd, 0.5+level/2)
}

// Quantile is what stays above what comes in the slots from…to in a share of outcomes.
func (o *Outlook) Quantile(share float64, from, to int) float64 {
	level := math.Abs(2*share - 1)
	lower, upper := o.Band(level, from, to)
	if share < 0.5 {
		return lower
	}
	return upper
}

// place is how many open slots begin before a slot.
func (o *Outlook) place(slot int) (n int) {
	for n < len(o.course.slots) && o.course.slots[n] < slot {
		n++
	}
	return n
}
