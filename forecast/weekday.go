package forecast

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast/forecast/internal/stat"
)

// fitWeekdayAverage is what planners do by hand: the weighted mean of the same weekday (the same hour of the week)
// over the past weeks, the newest counting most.
//
//	f = Σ 0.9^age·y / Σ 0.9^age, over the values of the same phase, age in cycles
//
// Taylor (Management Science 2008) found such averages hard to beat beyond three days ahead. Its cycle is the longest
// whole season of which the history holds two. Spread: that of the residuals.
func fitWeekdayAverage(s Series, opt Options) (Fit, error) {
	y := s.Values
	m := opt.longSeason(s)
	num, den := make([]float64, m), make([]float64, m)
	fitted := make([]float64, len(y))
	for t, v := range y {
		p := t % m
		fitted[t] = num[p] / den[p] // 0/0 is NaN: nothing was known yet
		num[p], den[p] = num[p]*weekdayFading, den[p]*weekdayFading
		if !math.IsNaN(v) {
			num[p] += v
			den[p]++
		}
	}
	profile := each(m, func(p int) float64 {
		if den[p] == 0 {
			return stat.Mean(y)
		}
		return num[p] / den[p]
	})
	sd := residualSd(y, fitted)
	return &fit{
		y: y, fitted: fitted, floor: floorFor(y, opt.NonNegative),
		mean:       func(h int) []float64 { return each(h, func(i int) float64 { return profile[(len(y)+i)%m] }) },
		spread:     func(h int) []float64 { return constant(h, sd) },
		components: []Component{{Name: fmt.Sprintf("season %d", m), Values: fitted}},
		text:       fmt.Sprintf("cycle of %d steps, weights %.2g per cycle of age", m, weekdayFading),
	}, nil
}

const weekdayFading = 0.9 // weight of a cycle for each that follows it

// wholeSeasons returns the seasons that are whole numbers of steps and of which n values hold at least two cycles.
func (o Options) wholeSeasons(s Series) []int {
	var out []int
	for _, p := range o.seasonsFor(s) {
		if m := int(p); float64(m) == p && 2*m <= len(s.Values) {
			out = append(out, m)
		}
	}
	return out
}

// shortSeason returns the shortest whole season with two cycles in the history, 1 if there is none.
func (o Options) shortSeason(s Series) int {
	if w := o.wholeSeasons(s); len(w) > 0 {
		return w[0]
	}
	return 1
}

// longSeason returns the longest whole season with two cycles in the history, 1 if there is none.
func (o Options) longSeason(s Series) int {
	if w := o.wholeSeasons(s); len(w) > 0 {
		return w[len(w)-1]
	}
	return 1
}
