// Package stl decomposes a series into trend, seasons and remainder by local regression (Cleveland, Cleveland, McRae and
// Terpenning, Journal of Official Statistics 1990), for one season as R's stl does and for several as mstl of R's forecast
// (Bandara, Hyndman and Bergmeir, arXiv 2107.13462).
package stl

import (
	"math"
	"slices"
)

// Parts of a series; they add up to it.
type Parts struct {
	Trend     []float64
	Seasons   [][]float64 // per period, in the order given
	Remainder []float64
}

// Several decomposes y, which must have no gaps, by periods of which y holds more than two cycles. Seasonal windows are 11,
// 15, 19 … cycles for the first, second, third period, and two passes are made over more than one, as mstl does.
func Several(y []float64, periods []int) Parts {
	p := Parts{}
	adjusted := slices.Clone(y)
	for range periods {
		p.Seasons = append(p.Seasons, make([]float64, len(y)))
	}
	passes := 2
	if len(periods) == 1 {
		passes = 1
	}
	for range passes {
		for i, period := range periods {
			add(adjusted, p.Seasons[i], 1)
			p.Seasons[i], p.Trend = One(adjusted, period, 11+4*i)
			add(adjusted, p.Seasons[i], -1)
		}
	}
	p.Remainder = slices.Clone(adjusted)
	add(p.Remainder, p.Trend, -1)
	return p
}

func add(x, y []float64, by float64) {
	for i, v := range y {
		x[i] += by * v
	}
}

type scratch struct{ w []float64 }

// One decomposes y by one period: two inner passes, no robustness weights, the season locally constant, the trend locally
// linear, windows and jumps by R's defaults. window is that of the season, in cycles.
func One(y []float64, period, window int) (season, trend []float64) {
	n := len(y)
	s := &scratch{}
	trendSpan := odd(math.Ceil(1.5 * float64(period) / (1 - 1.5/float64(window))))
	lowSpan := odd(float64(period))
	season, trend = make([]float64, n), make([]float64, n)
	cycle, low := make([]float64, n+2*period), make([]float64, n)
	work := make([]float64, n)
	for range 2 {
		for i := range work {
			work[i] = y[i] - trend[i]
		}
		s.cycles(work, period, window, cycle)
		s.loess(movingAverages(cycle, period), lowSpan, 1, jump(lowSpan), low)
		for i := range season {
			season[i] = cycle[period+i] - low[i]
			work[i] = y[i] - season[i]
		}
		s.loess(work, trendSpan, 1, jump(trendSpan), trend)
	}
	return season, trend
}

func odd(x float64) int {
	n := int(math.Round(x))
	if n%2 == 0 {
		n++
	}
	return n
}

func jump(span int) int { return (span + 9) / 10 }

// cycles smooths each phase's own series, one cycle beyond either end.
func (s *scratch) cycles(x []float64, period, window int, out []float64) {
	for phase := range period {
		k := (len(x)-phase-1)/period + 1
		sub, smooth := make([]float64, k), make([]float64, k+2)
		for i := range sub {
			sub[i] = x[i*period+phase]
		}
		s.loess(sub, window, 0, jump(window), smooth[1:k+1])
		smooth[0] = s.at(sub, window, 0, -1, 0, min(window, k)-1, smooth[1])
		smooth[k+1] = s.at(sub, window, 0, float64(k), max(0, k-window), k-1, smooth[k])
		for i, v := range smooth {
			out[i*period+phase] = v
		}
	}
}

// movingAverages passes x through means of period, period and three values.
func movingAverages(x []float64, period int) []float64 {
	return mean(mean(mean(x, period), period), 3)
}

func mean(x []float64, width int) []float64 {
	out := make([]float64, len(x)-width+1)
	sum := 0.0
	for _, v := range x[:width] {
		sum += v
	}
	out[0] = sum / float64(width)
	for i := 1; i < len(out); i++ {
		sum += x[i+width-1] - x[i-1]
		out[i] = sum / float64(width)
	}
	return out
}
