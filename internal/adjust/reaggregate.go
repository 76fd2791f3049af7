package adjust

import (
	"math"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// reaggregation changes leaves of a copy of a forecast and lets codes, queues, planning groups and the total follow:
// each changes by the sum of the changes of its leaves, so that sums that held before hold after. Numbers that do not
// change are shared with the original, for a change of some days of one code touches little of thousands of leaves.
type reaggregation struct {
	forecast wrapcast.Forecast
	own      []bool // whose leaf's mean is not the original's
	codes    map[wrapcast.CodeID]*aggregate
	queues   map[wrapcast.QueueID]*aggregate
	groups   []*aggregate
	router   wrapcast.Router
	total    *aggregate
}

// aggregate is the forecast of a code, queue, planning group or the total, and by how much it is to change on each day.
type aggregate struct {
	daily *wrapcast.DailyForecast
	// contacts are the changes of the mean, seconds those of the handle seconds of all contacts together.
	contacts, seconds []float64
}

func newReaggregation(f wrapcast.Forecast) *reaggregation {
	r := &reaggregation{forecast: f, own: make([]bool, len(f.Leaves)), codes: map[wrapcast.CodeID]*aggregate{},
		queues: map[wrapcast.QueueID]*aggregate{}}
	copied := &r.forecast
	copied.Codes, copied.Queues, copied.Groups = slices.Clone(f.Codes), slices.Clone(f.Queues), slices.Clone(f.Groups)
	copied.Leaves = slices.Clone(f.Leaves)
	for i := range copied.Codes {
		r.codes[copied.Codes[i].Code.ID] = &aggregate{daily: &copied.Codes[i].DailyForecast}
	}
	for i := range copied.Queues {
		r.queues[copied.Queues[i].Queue.ID] = &aggregate{daily: &copied.Queues[i].DailyForecast}
	}
	var groups []wrapcast.PlanningGroup
	for i := range copied.Groups {
		r.groups = append(r.groups, &aggregate{daily: &copied.Groups[i].DailyForecast})
		groups = append(groups, copied.Groups[i].Group)
	}
	r.router = wrapcast.NewRouter(groups)
	r.total = &aggregate{daily: &copied.Total}
	return r
}

// add notes a change of the t-th day; before the first it makes numbers of its own of those it shares.
func (a *aggregate) add(t, days int, contacts, seconds float64) {
	if a.contacts == nil {
		a.contacts, a.seconds = make([]float64, days), make([]float64, days)
		own(a.daily)
	}
	a.contacts[t] += contacts
	a.seconds[t] += seconds
}

// own replaces the slices of a forecast by copies.
func own(d *wrapcast.DailyForecast) {
	d.Mean, d.Median = slices.Clone(d.Mean), slices.Clone(d.Median)
	d.HandleSeconds, d.Bands = slices.Clone(d.HandleSeconds), slices.Clone(d.Bands)
	for i, b := range d.Bands {
		d.Bands[i].Lower, d.Bands[i].Upper = slices.Clone(b.Lower), slices.Clone(b.Upper)
	}
}

// set makes a leaf's forecast for the t-th day value contacts, at least zero.
func (r *reaggregation) set(leaf, t int, value float64) {
	l := &r.forecast.Leaves[leaf]
	if !r.own[leaf] {
		l.Mean, r.own[leaf] = slices.Clone(l.Mean), true
	}
	delta := value - l.Mean[t]
	l.Mean[t] = value
	seconds := 0.0
	if t < len(l.HandleSeconds) {
		seconds = delta * l.HandleSeconds[t]
	}
	for _, a := range []*aggregate{r.codes[l.Leaf.Code], r.queues[l.Leaf.Queue], r.groupOf(l.Leaf), r.total} {
		if a != nil {
			a.add(t, r.forecast.Days, delta, seconds)
		}
	}
}

// groupOf is the planning group of a leaf, nil where it has none.
func (r *reaggregation) groupOf(leaf wrapcast.Leaf) *aggregate {
	if c, ok := r.router.Of(leaf.Stream()); ok {
		return r.groups[c.Group]
	}
	return nil
}

// result lets the aggregates follow and returns the forecast.
func (r *reaggregation) result() wrapcast.Forecast {
	for _, c := range r.codes {
		c.follow()
	}
	for _, q := range r.queues {
		q.follow()
	}
	for _, g := range r.groups {
		g.follow()
	}
	r.total.follow()
	return r.forecast
}

// follow changes mean and handle time by the changes of the leaves. Median and bounds keep their proportion to the
// mean; where the mean was zero they change by as much as it does.
func (a *aggregate) follow() {
	d := a.daily
	for t, delta := range a.contacts {
		a.contacts[t] = 0
		if delta == 0 || t >= len(d.Mean) {
			continue
		}
		before := d.Mean[t]
		after := nearlyZero(before + delta)
		d.Mean[t] = after
		a.followHandleTime(t, before, after)
		scaled := func(v float64) float64 {
			if before >= negligible {
				return v * (after / before)
			}
			return v + after
		}
		if t < len(d.Median) {
			d.Median[t] = scaled(d.Median[t])
		}
		for _, b := range d.Bands {
			if t < min(len(b.Lower), len(b.Upper)) {
				b.Lower[t], b.Upper[t] = scaled(b.Lower[t]), scaled(b.Upper[t])
			}
		}
	}
}

func (a *aggregate) followHandleTime(t int, before, after float64) {
	if t >= len(a.daily.HandleSeconds) || after == 0 {
		return // the handle time of no contact stays what it was
	}
	a.daily.HandleSeconds[t] = max((before*a.daily.HandleSeconds[t]+a.seconds[t])/after, 0)
}

// negligible is how many contacts rounding may leave of a difference that is zero.
const negligible = 1e-9

func nearlyZero(v float64) float64 {
	if v < negligible || math.IsNaN(v) {
		return 0
	}
	return v
}
