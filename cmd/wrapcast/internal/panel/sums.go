package panel

import (
	"context"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

// Sum is what is expected of one series over its first days ahead together.
type Sum struct {
	// Days are those of the wall clock, beginning with the step after the series' last row.
	Days int `json:"days"`
	// Mean is the sum of the steps' means.
	Mean float64 `json:"mean"`
	// Bands are intervals of the sum from joint paths: the bounds of its steps, added up, would be too wide.
	Bands []wrapcast.BandValue `json:"bands"`
}

// sumDays are the stretches of days that are summed.
func sumDays() []int { return []int{7, 28} }

// SumDays are the stretches of days that lie within the horizon and have more than one step; none for steps without
// dates.
func (p *Panel) SumDays(horizon int) (days []int) {
	step := p.File.Frequency.Step()
	if step <= 0 {
		return nil
	}
	for _, d := range sumDays() {
		if steps := int(time.Duration(d) * 24 * time.Hour / step); steps > 1 && steps <= horizon {
			days = append(days, d)
		}
	}
	return days
}

// SumLevels are levels of intervals with those that sums are worked out from behind them.
func SumLevels(asked []float64) []float64 {
	return slices.Concat(asked, []float64{0.5, 0.8, 0.95})
}

// Sums works out, for each series, the sums over the days, with intervals of the levels asked for. The results are
// those of Results, of a run by SumLevels with Options.Joint. Of a series without any value there is none.
func (p *Panel) Sums(ctx context.Context, results []forecast.Result, days []int, o forecast.Options) ([][]Sum, error) {
	sums := make([][]Sum, len(results))
	for _, group := range p.drawnTogether() {
		if err := p.sumsOf(ctx, group, results, days, o, sums); err != nil {
			return nil, err
		}
	}
	return sums, nil
}

// drawnTogether are the series with a value, by their end: what was missed at the same time is drawn together.
func (p *Panel) drawnTogether() (groups [][]int) {
	at := map[int64]int{}
	for i, s := range p.Series {
		if !p.Known(i) {
			continue
		}
		end := s.Start.Add(time.Duration(len(s.Values)) * s.Step).Unix()
		if _, known := at[end]; !known {
			at[end] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[end]] = append(groups[at[end]], i)
	}
	return groups
}

const (
	manySteps  = 500 // from so many steps on fewer paths are drawn
	fewerPaths = 400
)

// sumsOf works out the sums of the series of a group.
func (p *Panel) sumsOf(
	ctx context.Context, group []int, results []forecast.Result, days []int, o forecast.Options, sums [][]Sum,
) error {
	some, marginals := make([]forecast.Result, len(group)), make([]forecast.Marginal, len(group))
	draw := forecast.DrawOptions{Paths: forecast.DefaultPaths, Workers: o.Workers}
	ends := map[[2]int][]int{} // series and step: the stretches that end there
	for k, i := range group {
		some[k], marginals[k] = results[i], results[i].Marginal()
		for _, d := range days {
			if n := p.steps(i, d); n > 0 {
				ends[[2]int{i, n - 1}] = append(ends[[2]int{i, n - 1}], d)
				draw.To = max(draw.To, n)
			}
		}
	}
	if draw.To == 0 {
		return nil
	}
	if draw.To >= manySteps {
		draw.Paths = fewerPaths
	}
	totals, means := make([]float64, len(group)*draw.Paths), make([]float64, len(group))
	return forecast.NewJoint(some, o.Seed).Draw(ctx, marginals, draw, func(step int, values [][]float64) error {
		for k, i := range group {
			total := totals[k*draw.Paths : (k+1)*draw.Paths]
			for path, v := range values[k] {
				total[path] += v
			}
			means[k] += results[i].Mean[step]
			for _, d := range ends[[2]int{i, step}] {
				sums[i] = append(sums[i], sumOf(d, means[k], total, o.Levels))
			}
		}
		return nil
	})
}

// steps is how many steps of a series lie within so many days of the wall clock; 0 where the horizon ends before them.
func (p *Panel) steps(series, days int) int {
	wall, next := int(time.Duration(days)*24*time.Hour/p.File.Frequency.Step()), p.next[series]
	n := 0
	for n < len(next) && next[n].Wall < wall {
		n++
	}
	if n == len(next) && n > 0 && next[n-1].Wall < wall-1 {
		return 0
	}
	return n
}

func sumOf(days int, mean float64, paths, levels []float64) Sum {
	s := Sum{Days: days, Mean: mean, Bands: make([]wrapcast.BandValue, len(levels))}
	sorted := slices.Clone(paths)
	for i, level := range levels {
		s.Bands[i].Level = level
		s.Bands[i].Lower, s.Bands[i].Upper = forecast.IntervalOf(sorted, level)
	}
	return s
}
