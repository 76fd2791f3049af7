package forecast

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Events in the combined procedure. Their days are hidden from the members, which therefore learn and are judged by
// ordinary days; what the members expect of a future event day is multiplied by the event's factor, learned over the
// panel:
//
//	ρ_event  = (Σ_i a_i/μ_i + κ0·ρ) / (Σ_i x_i/μ_i + κ0)    over all series and past days of the event
//	ρ_i      = (a_i + κ·ρ_event·μ_i) / (x_i + κ·μ_i)
//
// with a the actuals on past days of the event, x what the same weekday brought in the weeks around, μ the mean of x,
// and ρ what somebody expects of it, else ρ_event of its group's days together (with 1 for ρ), else 1. A series with
// few such days of its own follows the panel.

const (
	eventOwn       = 1.0  // κ: past days that the panel's factor is worth
	eventPanel     = 0.5  // κ0: past days that "no effect" is worth
	eventWeeks     = 4    // weeks on either side that say what was to be expected
	maxEventShare  = 0.2  // share of a history that events may hide
	maxEventFactor = 20.0 // no factor is greater
)

// eventBook holds the event days of one series, by event, and what they brought.
type eventBook struct {
	steps  map[string][]int // steps of the history, by name
	factor map[string]float64
	actual map[string]float64
	normal map[string]float64
	days   map[string]float64 // cycles of steps that fell on it
	prior  map[string]float64 // what is expected of it, where somebody says
	group  map[string]string  // whom it is like
	panel  map[string]float64 // cycles of steps that fell on it in all series
}

// bookEvents finds the steps of each event in a series, and copies its values with those hidden.
func bookEvents(s Series, opt Options) (*eventBook, []float64) {
	events := opt.events(s)
	if len(events) == 0 || !s.hasCalendar() || s.Step > daysAWeek*day || floorFor(s.Values, opt.NonNegative) != 0 {
		return nil, s.Values
	}
	b := &eventBook{steps: map[string][]int{}, factor: map[string]float64{}, actual: map[string]float64{},
		normal: map[string]float64{}, days: map[string]float64{}, prior: map[string]float64{},
		group: map[string]string{}, panel: map[string]float64{}}
	hidden, n := slices.Clone(s.Values), 0
	for _, e := range events {
		b.steps[e.Name] = append([]int(nil), b.steps[e.Name]...) // known by name even without a day in this history
		b.group[e.Name] = e.Group
		if e.Expected > 0 {
			b.prior[e.Name] = e.Expected
		}
		for t, v := range eventColumn(s, e, len(s.Values)) {
			if v > 0 {
				b.steps[e.Name] = append(b.steps[e.Name], t)
				hidden[t] = math.NaN()
				n++
			}
		}
	}
	if float64(n) > maxEventShare*float64(len(hidden)) {
		return nil, s.Values
	}
	b.compare(s.Values, hidden, weekOf(s))
	return b, hidden
}

// weekOf is how many steps a week has.
func weekOf(s Series) int { return max(1, int(7*day/s.Step)) }

// compare sums the actual and the expected values on the days of each event.
func (b *eventBook) compare(y, hidden []float64, week int) {
	around := make([]float64, 0, 2*eventWeeks)
	for name, steps := range b.steps {
		for _, t := range steps {
			around = around[:0]
			for j := 1; j <= eventWeeks; j++ {
				for _, u := range []int{t - j*week, t + j*week} {
					if u >= 0 && u < len(hidden) && !math.IsNaN(hidden[u]) {
						around = append(around, hidden[u])
					}
				}
			}
			if len(around) == 0 || math.IsNaN(y[t]) {
				continue
			}
			b.actual[name] += y[t]
			b.normal[name] += stat.Mean(around)
			b.days[name] += 7 / float64(week)
		}
	}
}

// factorSums are what the events of a panel brought, by event and by group of events.
type factorSums struct{ OfEvent, OfGroup map[string]*shareOfNormal }

func newFactorSums() factorSums {
	return factorSums{OfEvent: map[string]*shareOfNormal{}, OfGroup: map[string]*shareOfNormal{}}
}

// add adds what one series of the panel saw, in the order of the names: sums don't depend on that of a map.
func (f factorSums) add(b *eventBook) {
	if b == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(b.days)) {
		days := b.days[name]
		if x := b.normal[name]; x > 0 && days > 0 {
			share := b.actual[name] / x * days
			addShare(f.OfEvent, name, share, days)
			if group := b.group[name]; group != "" {
				addShare(f.OfGroup, group, share, days)
			}
		}
	}
}

// shareOfNormal sums what came on event days, in units of ordinary ones, over so many days.
type shareOfNormal struct{ Came, Days float64 }

func addShare(of map[string]*shareOfNormal, key string, came, days float64) {
	if of[key] == nil {
		of[key] = &shareOfNormal{}
	}
	of[key].Came += came
	of[key].Days += days
}

// drawnTo is the share, drawn to what was to be expected.
func (s *shareOfNormal) drawnTo(expected float64) float64 {
	if s == nil {
		return expected
	}
	return (s.Came + eventPanel*expected) / (s.Days + eventPanel)
}

// learn draws the factors of a series to those of the panel, and these to those of their groups.
func (b *eventBook) learn(panel factorSums) {
	if b == nil {
		return
	}
	for name := range b.steps {
		expected, said := b.prior[name]
		if !said {
			expected = panel.OfGroup[b.group[name]].drawnTo(1)
		}
		b.factor[name] = panel.OfEvent[name].drawnTo(expected)
		if s := panel.OfEvent[name]; s != nil {
			b.panel[name] = s.Days
		}
		if x, days := b.normal[name], b.days[name]; x > 0 {
			perDay := x / days
			b.factor[name] = (b.actual[name] + eventOwn*b.factor[name]*perDay) / (x + eventOwn*perDay)
		}
		b.factor[name] = max(0, min(b.factor[name], maxEventFactor))
	}
}

// note says what a factor is learned from.
func (b *eventBook) note(name string, factor float64) string {
	_, said := b.prior[name]
	switch {
	case b.panel[name] > 0:
		return fmt.Sprintf("event %s: expected × %.2f, learned from %.0f past days here and the panel", name, factor,
			b.days[name])
	case said:
		return fmt.Sprintf("event %s: never happened before; expected × %.2f, as was said", name, factor)
	case factor != 1:
		return fmt.Sprintf("event %s: never happened before; expected × %.2f, like others of its kind", name, factor)
	}
	return fmt.Sprintf("event %s: never happened before; expected like an ordinary day", name)
}

// applyTo multiplies the steps ahead that fall on events, and notes it. It returns what each event changed, step by
// step of history and horizon.
func (b *eventBook) applyTo(r *Result, s Series, opt Options) (effects []Component) {
	if b == nil {
		return nil
	}
	whole, n := isWhole(s.Values), len(s.Values)
	for _, e := range opt.events(s) {
		factor, known := b.factor[e.Name]
		ahead := eventColumn(s, e, n+opt.Horizon)[n:]
		if !known || !slices.Contains(ahead, 1) {
			continue
		}
		effect := Component{Name: "event " + e.Name, Values: make([]float64, n+opt.Horizon)}
		for h, on := range ahead {
			if on > 0 {
				before := r.Mean[h]
				r.scale(h, factor, whole)
				effect.Values[n+h] = r.Mean[h] - before
				if b.days[e.Name] > 0 && b.actual[e.Name] == 0 {
					r.hold0(h)
				}
			}
		}
		effects = append(effects, effect)
		r.Notes = append(r.Notes, b.note(e.Name, factor))
	}
	return effects
}

// hides tells which of n steps of the history fall on an event.
func (b *eventBook) hides(n int) []bool {
	hidden := make([]bool, n)
	if b != nil {
		for _, steps := range b.steps {
			for _, t := range steps {
				hidden[t] = true
			}
		}
	}
	return hidden
}

// hold0 lets the bands of a step hold the nothing that was all that ever came on such a day.
func (r *Result) hold0(h int) {
	for _, b := range r.Bands {
		b.Lower[h] = min(b.Lower[h], 0)
	}
}

// scale multiplies one step. Bounds of counts stay whole and are rounded outwards.
func (r *Result) scale(h int, factor float64, whole bool) {
	r.Mean[h] *= factor
	r.Median[h] *= factor
	if whole && r.Median[h] != math.Trunc(r.Median[h]) && r.Median[h] < 1 {
		r.Median[h] = math.Round(r.Median[h])
	}
	for _, b := range r.Bands {
		b.Lower[h] *= factor
		b.Upper[h] *= factor
		if whole {
			b.Lower[h], b.Upper[h] = math.Floor(b.Lower[h]), math.Ceil(b.Upper[h])
		}
	}
}

func isWhole(y []float64) bool {
	for _, v := range y {
		if v != math.Trunc(v) { // NaN too is unequal to itself
			if !math.IsNaN(v) {
				return false
			}
		}
	}
	return true
}

// dayNumber counts the civil days since 1970-01-01 that t's own calendar shows.
func dayNumber(t time.Time) int {
	return int(math.Floor(float64(wallClock(t).Unix()) / day.Seconds()))
}

// eventDays returns the days of an event, ascending.
func eventDays(e Event) []int {
	days := make([]int, len(e.Dates))
	for i, d := range e.Dates {
		days[i] = dayNumber(d)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// eventColumn is 1 on the steps of history and horizon that fall on a day of the event, else 0; a longer step is 1 when
// it begins within the day or the day within it.
func eventColumn(s Series, e Event, steps int) []float64 {
	out := make([]float64, steps)
	if !s.hasCalendar() {
		return out
	}
	days := eventDays(e)
	length := max(1, int(s.Step/day))
	for t := range out {
		first := dayNumber(s.Start.Add(time.Duration(t) * s.Step))
		i, _ := slices.BinarySearch(days, first)
		out[t] = b2f(i < len(days) && days[i] < first+length)
	}
	return out
}

// events are those of the panel and of the series.
func (o Options) events(s Series) []Event { return slices.Concat(o.Events, s.Events) }
