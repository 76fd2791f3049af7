package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/wrapcast/wrapcast/forecast/internal/count"
	"github.com/wrapcast/wrapcast/forecast/internal/shrunk"
	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// Histories too short for members to be weighed are forecast by the average of the phase, the newest cycles counting
// most, drawn to the shape that the panel has over the cycle as far as chance explains the difference. Their intervals
// are those of the scatter inside the sample, drawn to the panel's: a history of a week has next to none of its own.
// There is no past to be accurate in.

const (
	shortFading  = 0.9 // weight of a cycle for each that follows it
	closedCounts = 15  // contacts that a phase would have brought by now, had it not always been closed
	maxCounted   = 30  // whole numbers below this mean have whole-number quantiles
	minRate      = 0.01
)

// shortPanels are the panels that short histories learn from, by what they must share.
type shortPanels struct {
	keys   []groupKey
	panels map[groupKey]*shrunk.Panel
	raw    []shrunk.Mean
	whole  []bool
}

// forecastShort forecasts those of the panel that are too short to weigh models.
func (o Options) forecastShort(ctx context.Context, all []mended, short []int, results []Result) error {
	if len(short) == 0 {
		return nil
	}
	p := o.shortPanels(all)
	for _, i := range short {
		results[i] = o.forecastFew(all[i], p, i)
	}
	return ctx.Err()
}

// shortPanels averages every history of a panel.
func (o Options) shortPanels(all []mended) *shortPanels {
	p := &shortPanels{panels: map[groupKey]*shrunk.Panel{}}
	for _, m := range all {
		cycle := o.shortCycle(m.Series)
		f, _ := shrunk.Raw(m.Values, cycle, shortFading)
		whole := isWhole(m.original) && floorFor(m.original, o.NonNegative) == 0
		key := m.key()
		p.keys, p.raw, p.whole = append(p.keys, key), append(p.raw, f), append(p.whole, whole)
		if stat.Count(m.Values) == 0 {
			continue
		}
		if p.panels[key] == nil {
			p.panels[key] = shrunk.NewPanel(cycle)
		}
		p.panels[key].Add(f, whole, 1)
	}
	return p
}

// shortCycle is the cycle of short histories: the shortest season under 52 steps, 1 where there is none.
func (o Options) shortCycle(s Series) int {
	for _, p := range o.seasonsFor(s) {
		if p == math.Trunc(p) && p < 52 {
			return int(p)
		}
	}
	return 1
}

// forecastFew forecasts one short history.
func (o Options) forecastFew(m mended, p *shortPanels, i int) Result {
	r := Result{ID: m.ID, Model: Auto, Accuracy: noAccuracy(o.Levels)}
	known := stat.Count(m.Values)
	r.Mean, r.Median = make([]float64, o.Horizon), make([]float64, o.Horizon)
	if known > 0 {
		raw, whole, panel := p.raw[i], p.whole[i], p.panels[p.keys[i]]
		panel.Add(raw, whole, -1)
		f := panel.Of(raw, whole)
		panel.Add(raw, whole, 1)
		o.fillShort(&r, f, closedPhases(m.Values, f), whole, floorFor(m.original, o.NonNegative))
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

// fillShort fills mean, median and bands: whole-number quantiles of a negative binomial for small counts, Student's t
// else.
func (o Options) fillShort(r *Result, f shrunk.Mean, closed []bool, whole bool, floor float64) {
	widths, m := f.Widths(), len(f.Phases)
	for _, l := range o.Levels {
		r.Bands = append(r.Bands, Band{Level: l, Lower: make([]float64, o.Horizon), Upper: make([]float64, o.Horizon)})
	}
	for h := range o.Horizon {
		p := h % m
		mean := max(floor, f.Phases[p])
		if closed[p] {
			mean = 0
		}
		r.Mean[h], r.Median[h] = mean, mean
		quantile := func(q float64) float64 {
			return max(floor, mean+finiteOr0(f.Size())*widths[p]*stat.Quantile(tails(), q)/meanSizeOfT)
		}
		if whole && f.Level < maxCounted {
			d := count.NegativeBinomial{Mean: max(mean, minRate),
				Phi: max(0, f.Variance/max(f.Level, minRate)-1) / max(mean, minRate)}
			quantile = d.Quantile
			r.Median[h] = d.Quantile(0.5)
		}
		for i, b := range r.Bands {
			if !closed[p] {
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
