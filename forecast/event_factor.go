package forecast

import (
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Events in the combined procedure. Their days are hidden from the members, which therefore learn and are judged by
// ordinary days; what the members expect of a future event day is multiplied by the event's factor, learned over the
// panel:
//
//	ρ_event  = (Σ_i a_i/μ_i + κ0) / (Σ_i x_i/μ_i + κ0)      over all series and past days of the event
//	ρ_i      = (a_i + κ·ρ_event·μ_i) / (x_i + κ·μ_i)
//
// with a the actuals on past days of the event, x what the same weekday brought in the weeks around, and μ the mean of
// x: a series with few such days of its own follows the panel.

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
}

// bookEvents finds the steps of each event in a series, and copies its values with those hidden.
func bookEvents(s Series, opt Options) (*eventBook, []float64) {
	events := opt.events(s)
	if len(events) == 0 || !s.hasCalendar() || s.Step > daysAWeek*day || floorFor(s.Values, opt.NonNegative) != 0 {
		return nil, s.Values
	}
	b := &eventBook{map[string][]int{}, map[string]float64{}, map[string]float64{}, map[string]float64{},
		map[string]float64{}}
	hidden, n := slices.Clone(s.Values), 0
	for _, e := range events {
		b.steps[e.Name] = append([]int(nil), b.steps[e.Name]...) // known by name even without a day in this history
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

// learnFactors fills the factors of all books of a group.
func learnFactors(group []*preparedSeries) {
	actual, expected := map[string]float64{}, map[string]float64{}
	for _, v := range group {
		b := v.book
		if b == nil {
			continue
		}
		for name, days := range b.days {
			if x := b.normal[name]; x > 0 && days > 0 {
				actual[name] += b.actual[name] / x * days
				expected[name] += days
			}
		}
	}
	for _, v := range group {
		b := v.book
		if b == nil {
			continue
		}
		for name := range b.steps {
			b.factor[name] = (actual[name] + eventPanel) / (expected[name] + eventPanel)
			if x, days := b.normal[name], b.days[name]; x > 0 {
				perDay := x / days
				b.factor[name] = (b.actual[name] + eventOwn*b.factor[name]*perDay) / (x + eventOwn*perDay)
			}
			b.factor[name] = max(0, min(b.factor[name], maxEventFactor))
		}
	}
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
		r.Notes = append(r.Notes, fmt.Sprintf("event %s: expected × %.2f, learned from %.0f past days here and the panel", e.Name, factor,
			b.days[e.Name]))
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
