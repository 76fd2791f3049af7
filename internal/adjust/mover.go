package adjust

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// mover changes leaves of a copy of a forecast and lets code, queue and total follow: they move by what their leaves
// moved, so that sums that held before hold after. What does not move is shared with the original, for a change of some days of one
// code touches little of thousands of leaves.
type mover struct {
	forecast wrapcast.Forecast
	own      []bool // whose leaf's mean is not the original's
	codes    map[wrapcast.CodeID]*movement
	queues   map[wrapcast.QueueID]*movement
	groups   map[wrapcast.Stream]*movement
	total    *movement
}

// movement is what an aggregate is to move by per day: contacts, and handle seconds of all contacts together.
type movement struct {
	daily             *wrapcast.DailyForecast
	contacts, seconds []float64
}

func newMover(f wrapcast.Forecast) *mover {
	m := &mover{forecast: f, own: make([]bool, len(f.Leaves)), codes: map[wrapcast.CodeID]*movement{},
		queues: map[wrapcast.QueueID]*movement{}, groups: map[wrapcast.Stream]*movement{}}
	copied := &m.forecast
	copied.Codes, copied.Queues, copied.Groups = slices.Clone(f.Codes), slices.Clone(f.Queues), slices.Clone(f.Groups)
	copied.Leaves = slices.Clone(f.Leaves)
	for i := range copied.Codes {
		m.codes[copied.Codes[i].Code.ID] = &movement{daily: &copied.Codes[i].DailyForecast}
	}
	for i := range copied.Queues {
		m.queues[copied.Queues[i].Queue.ID] = &movement{daily: &copied.Queues[i].DailyForecast}
	}
	for i := range copied.Groups {
		moves := &movement{daily: &copied.Groups[i].DailyForecast}
		for _, route := range copied.Groups[i].Group.Routes {
			if s := route.Stream(); m.groups[s] == nil { // the first group that claims it, as in Groups
				m.groups[s] = moves
			}
		}
	}
	m.total = &movement{daily: &copied.Total}
	return m
}

// add moves the t-th day; before its first move it makes numbers of its own of those it shares.
func (m *movement) add(t, days int, contacts, seconds float64) {
	if m.contacts == nil {
		m.contacts, m.seconds = make([]float64, days), make([]float64, days)
		own(m.daily)
	}
	m.contacts[t] += contacts
	m.seconds[t] += seconds
}

func own(d *wrapcast.DailyForecast) {
	d.Mean, d.Median, d.HandleSeconds, d.Bands = slices.Clone(d.Mean), slices.Clone(d.Median), slices.Clone(d.HandleSeconds), slices.Clone(d.Bands)
	for i, b := range d.Bands {
		d.Bands[i].Lower, d.Bands[i].Upper = slices.Clone(b.Lower), slices.Clone(b.Upper)
	}
}

// set makes a leaf's forecast for the t-th day a value of at least zero.
func (m *mover) set(leaf, t int, value float64) {
	l := &m.forecast.Leaves[leaf]
	if !m.own[leaf] {
		l.Mean, m.own[leaf] = slices.Clone(l.Mean), true
	}
	delta := value - l.Mean[t]
	l.Mean[t] = value
	seconds := 0.0
	if t < len(l.HandleSeconds) {
		seconds = delta * l.HandleSeconds[t]
	}
	for _, to := range []*movement{m.codes[l.Leaf.Code], m.queues[l.Leaf.Queue], m.groups[l.Leaf.Stream()], m.total} {
		if to != nil {
			to.add(t, m.forecast.Days, delta, seconds)
		}
	}
}

// moved lets the aggregates follow and returns the forecast.
func (m *mover) moved() wrapcast.Forecast {
	for _, c := range m.codes {
		c.follow()
	}
	for _, q := range m.queues {
		q.follow()
	}
	for _, g := range m.groups {
		g.follow()
	}
	m.total.follow()
	return m.forecast
}

// follow moves mean and handle time by what the leaves moved. Median and bounds keep their distance to the mean in
// proportion; where the mean was zero they move by as much as it does.
func (m *movement) follow() {
	d := m.daily
	for t, delta := range m.contacts {
		m.contacts[t] = 0 // a group may be reached by several of its routes
		if delta == 0 || t >= len(d.Mean) {
			continue
		}
		before := d.Mean[t]
		after := nearlyZero(before + delta)
		d.Mean[t] = after
		m.followHandleTime(t, before, after)
		move := func(v float64) float64 {
			if before >= negligible {
				return v * (after / before)
			}
			return v + after
		}
		if t < len(d.Median) {
			d.Median[t] = move(d.Median[t])
		}
		for _, b := range d.Bands {
			if t < min(len(b.Lower), len(b.Upper)) {
				b.Lower[t], b.Upper[t] = move(b.Lower[t]), move(b.Upper[t])
			}
		}
	}
}

func (m *movement) followHandleTime(t int, before, after float64) {
	if t >= len(m.daily.HandleSeconds) || after == 0 {
		return // the handle time of no contact stays what it was
	}
	m.daily.HandleSeconds[t] = max((before*m.daily.HandleSeconds[t]+m.seconds[t])/after, 0)
}

// negligible is what rounding may leave of a difference that is zero.
const negligible = 1e-9

func nearlyZero(v float64) float64 {
	if v < negligible || math.IsNaN(v) {
		return 0
	}
	return v
}
