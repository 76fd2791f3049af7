package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/combine"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// preparedSeries is one series as the combined procedure sees it: from its first value on, event days, outages and
// closed days hidden, and closed hours cut out.
type preparedSeries struct {
	series  Series
	mended  mended // the history as the procedure sees it
	book    *eventBook
	values  []float64 // of the series, with event days hidden
	lead    int       // steps before the first that is seen
	opening *opening
	cut     bool    // closed steps are cut out, not hidden
	kept    []int   // steps that are left
	floor   float64 // of forecasts
	input   combine.Input
}

// prepareSeries prepares one series, but for its opening.
func (o Options) prepareSeries(s Series, m mended) *preparedSeries {
	v := &preparedSeries{series: s, mended: m, floor: floorFor(s.Values, o.NonNegative)}
	v.book, v.values = bookEvents(m.Series, o)
	v.lead = max(0, len(s.Values)-maxAuto)
	for v.lead < len(v.values)-1 && math.IsNaN(v.values[v.lead]) {
		v.lead++
	}
	return v
}

// prepare makes the procedure's input.
func (v *preparedSeries) prepare(cycle int) {
	for t := v.lead; t < len(v.values); t++ {
		y, open := v.values[t], !v.closed(t)
		if !open && !v.cut {
			y = math.NaN()
		}
		if open || !v.cut && len(v.kept) > 0 {
			v.kept, v.input.Y = append(v.kept, t), append(v.input.Y, y)
		}
	}
	for len(v.kept) > 1 && math.IsNaN(v.input.Y[0]) {
		v.kept, v.input.Y = v.kept[1:], v.input.Y[1:]
	}
	if v.floor == 0 && (v.cut || cycle > 1 && cycle < maxOutageCycle) {
		v.input.Outages = outages(v.input.Y, v.cycleLength(cycle))
	}
	v.input.Floor = v.floor
	for _, t := range v.kept {
		v.input.Rescaled += int(b2f(t < v.mended.from))
	}
	if v.series.hasCalendar() {
		v.input.Last = dayNumber(v.series.end())
	}
}

// maxOutageCycle is the longest cycle whose zeros can be told from chance by those around them.
const maxOutageCycle = 52

// closed tells whether nothing ever comes at a step of the history or after it.
func (v *preparedSeries) closed(t int) bool { return !v.opening.at(t - len(v.values)) }

// cycleLength is the length of a cycle in steps that are seen.
func (v *preparedSeries) cycleLength(cycle int) int {
	if v.cut {
		return v.opening.size()
	}
	return cycle
}

// openAhead is how many of the steps after the end are open.
func (v *preparedSeries) openAhead(horizon int) int {
	n := 0
	for h := range horizon {
		n += int(b2f(v.opening.at(h)))
	}
	return n
}

// stretch lays values of the steps seen out over the steps from..to, with zeros where it is closed.
func (v *preparedSeries) stretch(values []float64, from, to int) []float64 {
	out, j := make([]float64, to-from), 0
	for t := from; t < to; t++ {
		switch {
		case !v.closed(t):
			out[t-from] = values[j]
			j++
		case !v.cut:
			j++
		}
	}
	return out
}

// config is that of series which are open alike, of whom v is one.
func (v *preparedSeries) config(cfg combine.Config, horizon int) combine.Config {
	if v.cut {
		cfg.Short, cfg.Long = v.opening.seasons()
		if cfg.Long == cfg.Short {
			cfg.Long = 1
		}
		cfg.Horizon = max(1, v.openAhead(horizon))
	}
	return cfg
}

// forecast turns an output of the procedure into the result of the series.
func (v *preparedSeries) forecast(out combine.Output, o Options) Result {
	r := v.result(out, o)
	effects := v.book.applyTo(&r, v.series, o)
	if o.Explain {
		r.Components = partsOf(v.series.Values, r.Mean, o.wholeSeasons(v.series), v.book.hides(len(v.values)), effects)
	}
	return r
}

// result lays an output out over all steps.
func (v *preparedSeries) result(out combine.Output, opt Options) Result {
	n := len(v.values)
	ahead := func(x []float64) []float64 { return v.stretch(x, n, n+opt.Horizon) }
	r := Result{ID: v.series.ID, Model: Auto, Mean: ahead(out.Mean), Median: ahead(out.Median), Fallback: out.Fallback}
	for i, level := range opt.Levels {
		r.Bands = append(r.Bands, Band{Level: level, Lower: ahead(out.Lower[i]), Upper: ahead(out.Upper[i])})
	}
	for _, m := range out.Members {
		r.Members = append(r.Members, Member{Name: m.Name, Error: m.Error, Weight: m.Weight})
	}
	r.Notes = append(out.Notes, v.notes()...)
	v.measure(&r, out.Past, opt)
	return r
}

// measure fills in what the combination was off by in the past, closed steps included.
func (v *preparedSeries) measure(r *Result, pasts []combine.Window, opt Options) {
	abs, square := stat.Scale(v.values, opt.shortSeason(v.series))
	t := newScoreSum(opt.Levels)
	var hidden mean
	for _, w := range pasts {
		from, to := v.kept[w.From], v.kept[w.From+len(w.Mean)-1]+1
		past := Result{Mean: v.stretch(w.Mean, from, to), Median: v.stretch(w.Median, from, to)}
		for i, level := range opt.Levels {
			past.Bands = append(past.Bands, Band{Level: level, Lower: v.stretch(w.Lower[i], from, to),
				Upper: v.stretch(w.Upper[i], from, to)})
		}
		t.add(past, v.values[from:to], 0, to-from, abs, square)
		if opt.Joint {
			r.Tests = append(r.Tests, past.scored(len(v.values)-from, v.values[from:to], &hidden))
		}
	}
	enlarge(r.Tests, hidden.value())
	r.Accuracy = t.accuracy().ofEnough()
}

// notes tell in words what was done with the history.
func (v *preparedSeries) notes() []string {
	var out []string
	n := len(v.series.Values)
	if missing := n - stat.Count(v.series.Values); missing > 0 {
		out = append(out, fmt.Sprintf("%d of %d values are missing: no error counts them, autoregressions see expected values in their place", missing, n))
	}
	if v.mended.note != "" {
		out = append(out, v.mended.note)
	}
	if n > maxAuto {
		out = append(out, fmt.Sprintf("learned from the newest %d of %d values", maxAuto, n))
	}
	if v.opening != nil {
		out = append(out, fmt.Sprintf("%d of the %d steps of a cycle are closed: nothing comes then, and nothing is forecast",
			len(v.opening.parts)*len(v.opening.days)-v.opening.size(), len(v.opening.parts)*len(v.opening.days)))
	}
	if k := len(v.input.Outages); k > 0 {
		out = append(out, fmt.Sprintf("%d zeros where much is usual were taken for closures or outages: they count as errors, but levels do not follow them", k))
	}
	return out
}
