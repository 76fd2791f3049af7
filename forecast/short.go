package forecast

import (
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/count"
	"github.com/wrapcast/wrapcast/forecast/internal/shift"
	"github.com/wrapcast/wrapcast/forecast/internal/shrunk"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Histories too short for members to be weighed are forecast by the average of the phase, the newest cycles counting
// most, drawn to the shape that the panel has over the cycle as far as chance explains the difference. Their intervals
// are those of the scatter inside the sample, drawn to the panel's: a history of a week has next to none of its own.
// There is no past to be accurate in. Of contacts by the hour or finer the days are forecast so, and split by the
// average day, until there are three weeks: members weighed on that little are up to 70 % off in sum.

const (
	shortFading  = 0.9 // weight of a cycle for each that follows it
	closedCounts = 15  // contacts that a phase would have brought by now, had it not always been closed
	maxCounted   = 30  // whole numbers below this mean have whole-number quantiles
	minRate      = 0.01
)

// shortPanels are the panels that short histories learn from, by what they must share: averages of one cycle of steps,
// and of one week of days where the steps are finer.
type shortPanels struct{ Steps, Days map[cycleKey]*shrunk.Panel }

// cycleKey is what averages must share to be added up.
type cycleKey struct {
	Group groupKey
	Cycle int
}

func newShortPanels() *shortPanels {
	return &shortPanels{Steps: map[cycleKey]*shrunk.Panel{}, Days: map[cycleKey]*shrunk.Panel{}}
}

// averages are those of one history of a panel.
type averages struct {
	key         groupKey
	whole       bool
	steps, days shrunk.Mean
	known       [2]bool // steps and days say something
}

// averagesOf averages a history.
func (o Options) averagesOf(m mended) (a averages) {
	a.whole, a.key = isWhole(m.original) && floorFor(m.original, o.NonNegative) == 0, m.key()
	a.steps, a.known[0] = shrunk.Raw(m.Values, o.shortCycle(m.Series), shortFading)
	var days []float64
	if perDay := o.finePerDay(m.Series); perDay > 0 {
		days = shift.Blocks(m.Values, perDay)
	}
	a.days, a.known[1] = shrunk.Raw(days, daysAWeek, shortFading)
	return a
}

// add adds the averages of a history.
func (p *shortPanels) add(a averages) {
	addAverage(p.Steps, a.key, a.steps, a.known[0], a.whole)
	addAverage(p.Days, a.key, a.days, a.known[1], a.whole)
}

func addAverage(to map[cycleKey]*shrunk.Panel, of groupKey, f shrunk.Mean, known, whole bool) {
	if !known {
		return
	}
	key := cycleKey{of, len(f.Phases)}
	if to[key] == nil {
		to[key] = shrunk.NewPanel(len(f.Phases))
	}
	to[key].Add(f, whole, 1)
}

// of are the averages of a history of the panel as the others see it.
func (p *shortPanels) of(a averages) (steps, days shrunk.Mean) {
	steps = p.Steps[cycleKey{a.key, len(a.steps.Phases)}].Without(a.steps, a.whole).Of(a.steps, a.whole)
	if a.days.Effective > 0 {
		days = p.Days[cycleKey{a.key, daysAWeek}].Without(a.days, a.whole).Of(a.days, a.whole)
	}
	return steps, days
}

// shortCycle is the cycle of short histories: the day of finer steps, else the shortest season under 52 steps, 1 where
// there is none.
func (o Options) shortCycle(s Series) int {
	if perDay := o.finePerDay(s); perDay > 0 {
		return perDay
	}
	for _, p := range o.seasonsFor(s) {
		if p == math.Trunc(p) && p < 52 {
			return int(p)
		}
	}
	return 1
}

// finePerDay is how many steps of contacts finer than a day make one; 0 for all else. What is measured, as power or
// traffic is, wanders from its average within hours.
func (o Options) finePerDay(s Series) int {
	perDay := o.stepsADay(s)
	if perDay < 2 || !s.hasCalendar() || !isWhole(s.Values) || floorFor(s.Values, o.NonNegative) != 0 {
		return 0
	}
	return perDay
}

// forecastFew forecasts one short history.
func (o Options) forecastFew(m mended, p *shortPanels) Result {
	r := Result{ID: m.ID, Model: Auto, Accuracy: noAccuracy(o.Levels)}
	known := stat.Count(m.Values)
	r.Mean, r.Median = make([]float64, o.Horizon), make([]float64, o.Horizon)
	if known > 0 {
		own := o.averagesOf(m)
		f, days := p.of(own)
		e := expected{Mean: f, closed: closedPhases(m.Values, f), whole: own.whole}
		if own.days.Effective > 0 {
			e.week = daysAhead(days, f)
		}
		o.fillShort(&r, e, floorFor(m.original, o.NonNegative))
		r.Members = []Member{{Name: "shrunk average of the same phase", Error: math.NaN(), Weight: 1}}
		r.Fallback = fmt.Sprintf("%d values are too few to weigh models: the average of the same phase, drawn to the level", known)
	} else {
		r.Fallback = "the history is empty: zero until there is one"
		for _, l := range o.Levels {
			r.Bands = append(r.Bands, Band{Level: l, Lower: make([]float64, o.Horizon),
				Upper: make([]float64, o.Horizon)})
		}
	}
	r.Notes = m.notes()
	if o.Explain {
		r.Components = partsOf(m.original, r.Mean, o.wholeSeasons(m.Series), nil, nil)
	}
	return r
}

// closedPhases tells which phases have always been zero though the level says that much should have come.
func closedPhases(y []float64, f shrunk.Mean) []bool {
	m := len(f.Phases)
	out, sum, n := make([]bool, m), make([]float64, m), make([]float64, m)
	for t, v := range y {
		if p := (t + m - len(y)%m) % m; v == v {
			sum[p] += math.Abs(v)
			n[p]++
		}
	}
	for p := range out {
		out[p] = sum[p] == 0 && n[p]*f.Level > closedCounts
	}
	return out
}

// expected is what a short history says of the steps after it.
type expected struct {
	shrunk.Mean
	closed []bool    // phases in which nothing comes
	whole  bool      // the values are counts
	week   []float64 // of the days ahead, the factor of all their steps; nil where the cycle is all there is
}

// daysAhead is what the days ahead have of the average day.
func daysAhead(days, steps shrunk.Mean) []float64 {
	day := 0.0
	for _, v := range steps.Phases {
		day += v
	}
	if !(day > 0) {
		return nil
	}
	out := make([]float64, daysAWeek)
	for d, v := range days.Phases {
		out[d] = max(0, v/day)
	}
	return out
}

// at is the mean of a step ahead, and the share of the size of errors that it has.
func (e *expected) at(h int, widths []float64) (mean, width float64) {
	m := len(e.Phases)
	if p := h % m; !e.closed[p] {
		mean, width = e.Phases[p], widths[p]
	}
	if e.week != nil {
		factor := e.week[h/m%daysAWeek]
		mean, width = mean*factor, width*math.Sqrt(factor)
	}
	return mean, width
}

// fillShort fills mean, median and bands: whole-number quantiles of a negative binomial for small counts, Student's t
// else.
func (o Options) fillShort(r *Result, e expected, floor float64) {
	widths := e.Widths()
	for _, l := range o.Levels {
		r.Bands = append(r.Bands, Band{Level: l, Lower: make([]float64, o.Horizon), Upper: make([]float64, o.Horizon)})
	}
	for h := range o.Horizon {
		mean, width := e.at(h, widths)
		if mean = max(floor, mean); e.closed[h%len(e.closed)] {
			mean = 0
		}
		r.Mean[h], r.Median[h] = mean, mean
		quantile := func(q float64) float64 {
			return max(floor, mean+finiteOr0(e.Size())*width*stat.Quantile(tails(), q)/meanSizeOfT)
		}
		if e.whole && e.Level < maxCounted {
			d := count.NegativeBinomial{Mean: max(mean, minRate),
				Phi: max(0, e.Variance/max(e.Level, minRate)-1) / max(mean, minRate)}
			quantile = d.Quantile
			r.Median[h] = d.Quantile(0.5)
		}
		for i, b := range r.Bands {
			if !e.closed[h%len(e.closed)] {
				b.Lower[h], b.Upper[h] = quantile((1-o.Levels[i])/2), quantile((1+o.Levels[i])/2)
			}
		}
	}
}

// minCells is how many values must have been compared for figures to say anything.
const minCells = 7

// ofEnough leaves the figures out where they rest on a handful of values.
func (a Accuracy) ofEnough() Accuracy {
	if a.Cells >= minCells || a.Cells == 0 {
		return a
	}
	var levels []float64
	for _, l := range a.Levels {
		levels = append(levels, l.Level)
	}
	none := noAccuracy(levels)
	none.Origins, none.Cells = a.Origins, a.Cells
	return none
}

// noAccuracy is that of a forecast that has no past.
func noAccuracy(levels []float64) Accuracy {
	none := math.NaN()
	a := Accuracy{WAPE: none, Bias: none, SMAPE: none, MASE: none, RMSSE: none}
	for _, l := range levels {
		a.Levels = append(a.Levels, LevelScore{Level: l, Coverage: none, MSIS: none})
	}
	return a
}

// notes tell what was done with the history.
func (m mended) notes() []string {
	var out []string
	if missing := len(m.original) - stat.Count(m.original); missing > 0 {
		out = append(out, fmt.Sprintf("%d of %d values are missing and were left out", missing, len(m.original)))
	}
	if m.note != "" {
		out = append(out, m.note)
	}
	return slices.Clip(out)
}
